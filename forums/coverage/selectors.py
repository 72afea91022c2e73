"""The coverage matrix of a forum on a day: seven statements, whatever the size of the table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse

from c2m2a_crm.core.text import fold
from c2m2a_crm.core.validity import today
from forums.coverage.cells import FEDERAL_STAGES, Cell, presences
from forums.models import Forum, Seat, SeatTerm, TermsOfReference
from forums.selectors import terms_of_reference_on
from forums.terms_of_reference.eligibility import verdict_on
from members.models import Concept, Jurisdiction, Listing, Party, ProfileLine

Key = tuple[int, int]
"""Mineral and stage; 0 as the stage is any stage."""
ANY = 0


@dataclass(slots=True)
class Coverage:
    """Numbers by mineral and stage. ``candidates`` are organizations that the rules admit; asked of empty cells."""

    forum: Forum
    day: date
    cell: Cell
    minerals: list[Concept]
    stages: list[Concept]
    terms: TermsOfReference | None
    seats: dict[Key, int] = field(default_factory=dict)
    attendance: dict[Key, int] = field(default_factory=dict)
    candidates: dict[Key, int] = field(default_factory=dict)
    admitted: tuple[str, ...] = ()

    @property
    def columns(self) -> list[tuple[int, Concept | None]]:
        return [*((stage.pk, stage) for stage in self.stages), (ANY, None)]

    @property
    def empty(self) -> int:
        """Cells in which nobody sits."""
        return sum(
            1 for mineral in self.minerals for stage in self.stages if not self.seats.get((mineral.pk, stage.pk))
        )

    @property
    def total(self) -> int:
        return len(self.minerals) * len(self.stages)

    def address(self, name: str, mineral: Concept, stage: Concept | None) -> str:
        """The list of what stands in a cell: ``forums:seats`` or ``forums:attendance``."""
        asked: dict[str, Any] = {"forum": self.forum.pk, "on": self.day.isoformat(), "mineral": mineral.code}
        if stage is not None:
            asked["stage"] = stage.code
        if self.cell.place is not None:
            asked["place"] = self.cell.place.code
        if self.cell.kinds:
            asked["party_kind"] = self.cell.kinds
        return f"{reverse(name)}?{urlencode(asked, doseq=True)}"

    def candidates_address(self, mineral: Concept, stage: Concept) -> str:
        """Organizations of the directory that work there and that the rules admit."""
        asked: dict[str, Any] = {"mineral": mineral.code, "stage": stage.code, "kind": self.admitted}
        if self.cell.place is not None:
            asked["jurisdiction"] = self.cell.place.code
        return f"{reverse('organizations:list')}?{urlencode(asked, doseq=True)}"


def coverage_on(actor: Any, forum: Forum, day: date, cell: Cell) -> Coverage:
    """The matrix. ``cell`` narrows by place and kind. The caller has checked that the forum is readable."""
    terms = terms_of_reference_on(forum, day)
    found = Coverage(forum, day, cell, minerals_on(day), federal_stages(), terms)
    held = SeatTerm.objects.on(day).holders().filter(seat__in=Seat.objects.on(day).filter(forum=forum))
    sitting = list(held.filter(cell.of_party("party__"), party__isnull=False).values_list("seat_id", "party_id"))
    came = presences(actor, day).filter(cell.of_party("party__"), interaction__initiative=forum.pk)
    present = list(came.values_list("pk", "party_id"))
    keys = _keys_of(actor, {party for _row, party in (*sitting, *present)})
    found.seats = _counted(sitting, keys)
    found.attendance = _counted(present, keys)
    if forum.kind != Forum.Kind.INDIGENOUS:  # who sits for a Nation is for the Nation to say
        found.admitted = tuple(kind for kind in _asked_kinds(cell) if verdict_on(terms, kind).is_eligible)
    found.candidates = _candidates(actor, cell, found.admitted)
    return found


def minerals_on(day: date) -> list[Concept]:
    """Minerals on Canada's list of that day, in the reader's alphabet; before there was a list, those of today."""
    listed = Listing.objects.filter(jurisdiction__code="CA", standing=Listing.Standing.CRITICAL)
    for asked in dict.fromkeys((day, today())):
        rows = [listing.concept for listing in listed.filter(valid__contains=asked).select_related("concept")]
        if rows:
            return sorted(rows, key=lambda mineral: (fold(str(mineral)), mineral.pk))
    return []


def federal_stages() -> list[Concept]:
    rows = Concept.objects.filter(vocabulary=Concept.Vocabulary.STAGE, code__in=FEDERAL_STAGES)
    return sorted(rows, key=lambda stage: FEDERAL_STAGES.index(stage.code))


def places() -> list[Jurisdiction]:
    return list(Jurisdiction.objects.exclude(code="CA").order_by("code"))


def _asked_kinds(cell: Cell) -> tuple[str, ...]:
    """Kinds of organizations; a Nation is asked by people, not offered by a list."""
    kinds = tuple(kind for kind in Party.Kind.values if kind != Party.Kind.NATION)
    return tuple(kind for kind in kinds if kind in cell.kinds) if cell.kinds else kinds


def _keys_of(actor: Any, parties: set[int]) -> dict[int, set[Key]]:
    """By party, the cells in which it stands."""
    rows = ProfileLine.objects.readable_by(actor).filter(party__in=parties, mineral__isnull=False)
    keys: dict[int, set[Key]] = defaultdict(set)
    for party, mineral, stage in rows.values_list("party_id", "mineral_id", "stage_id"):
        keys[party].add((mineral, ANY))
        if stage:
            keys[party].add((mineral, stage))
    return keys


def _counted(rows: Iterable[tuple[int, int]], keys: dict[int, set[Key]]) -> dict[Key, int]:
    """By cell, the distinct rows whose party stands there."""
    found: dict[Key, set[int]] = defaultdict(set)
    for row, party in rows:
        for key in keys.get(party, ()):
            found[key].add(row)
    return {key: len(each) for key, each in found.items()}


def _candidates(actor: Any, cell: Cell, kinds: tuple[str, ...]) -> dict[Key, int]:
    if not kinds:
        return {}
    parties = Party.objects.readable_by(actor).active().filter(Cell(place=cell.place, kinds=kinds).of_party())
    lines = ProfileLine.objects.readable_by(actor).filter(
        party__in=parties.values("pk"), mineral__isnull=False, stage__isnull=False
    )
    rows = lines.order_by().values_list("mineral_id", "stage_id").annotate(number=Count("party", distinct=True))
    return {(mineral, stage): number for mineral, stage, number in rows}
