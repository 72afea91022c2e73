"""What organizations do, what concerns Nations, what people know: stated and taken back, in words of vocabularies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import editing
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.operations.acting import NAMING, operating
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.sentences import Sentence
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from members.models import Concept, Expertise, Jurisdiction, Party, Person, ProfileLine
from members.policies import can_edit_directory
from members.services.errors import PersonIsAnonymised, RecordIsArchived
from members.services.names import BATCH

PROFILE_KIND: Final = "profile"
MOST_LINES: Final = 100
"""Lines that one form adds: minerals times stages times places grow quickly."""

_VOCABULARIES: Final = {
    "mineral": Concept.Vocabulary.MINERAL,
    "stage": Concept.Vocabulary.STAGE,
    "sector": Concept.Vocabulary.SECTOR,
}
KNOWN_FIELDS: Final = frozenset(
    {Concept.Vocabulary.EXPERTISE.value, Concept.Vocabulary.MINERAL.value, Concept.Vocabulary.STAGE.value}
)
"""The vocabularies in whose words a person's expertise is told."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one line of a profile says; at least one part."""

    mineral: Concept | None = None
    stage: Concept | None = None
    jurisdiction: Jurisdiction | None = None
    sector: Concept | None = None

    @property
    def key(self) -> tuple[int | None, ...]:
        return tuple(each.pk if each else None for each in (self.mineral, self.stage, self.jurisdiction, self.sector))


def lines_of(
    minerals: Sequence[Concept] = (),
    stages: Sequence[Concept] = (),
    jurisdictions: Sequence[Jurisdiction] = (),
    sectors: Sequence[Concept] = (),
) -> list[Line]:
    """Every mineral at every stage in every place, and each sector by itself.

    Raises ``ValidationError`` beyond :data:`MOST_LINES`.
    """
    number = max(1, len(minerals)) * max(1, len(stages)) * max(1, len(jurisdictions)) + len(sectors)
    if number > MOST_LINES:
        raise ValidationError(
            _("This would be %(number)d lines at once, and at most %(most)d can be added. Do it in several steps.")
            % {"number": number, "most": MOST_LINES}
        )
    found = [Line(sector=sector) for sector in sectors]
    if minerals or stages or jurisdictions:
        found += [
            Line(mineral=mineral, stage=stage, jurisdiction=place)
            for mineral, stage, place in product(minerals or (None,), stages or (None,), jurisdictions or (None,))
        ]
    return found


def set_profile(
    *,
    actor: User,
    party: Party,
    add: Iterable[Line] = (),
    remove: Iterable[int] = (),
    source: str = "",
    stated_on: date | None = None,
) -> Operation | None:
    """State lines and take others (by number) away, as one operation that can be undone; None if nothing changed.

    What is stated already is left as it stands. Raises ``ValidationError``, :class:`RecordIsArchived`.
    """
    require(can_edit_directory(actor))
    wanted = {line.key: line for line in add}
    with recorded(actor):
        current = editing.lock(party)
        if current.is_archived:
            raise RecordIsArchived
        gone = ProfileLine.objects.filter(party=current, pk__in=list(remove))
        keep = ProfileLine.objects.filter(party=current).exclude(pk__in=gone.values("pk"))
        stated = set(keep.values_list("mineral_id", "stage_id", "jurisdiction_id", "sector_id"))
        new = [_line(current, line, source, stated_on) for key, line in wanted.items() if key not in stated]
        if not new and not gone.exists():
            return None
        summary = Sentence(gettext_noop("Profile: %(name)s"), {"name": str(current)})
        with operating(actor, kind=PROFILE_KIND, summary=summary, details=NAMING) as operation:
            gone.delete()
            ProfileLine.objects.bulk_create(new)
            _count_up(current)
    return operation


def add_profile_lines(
    *,
    actor: User,
    rows: Iterable[tuple[Party, Line]],
    source: str = "",
    stated_on: date | None = None,
    operation: Operation | None = None,
) -> int:
    """State lines of many parties at once, by the statements of one; what is stated already is left. Returns how many.

    The history of a party tells of them without its version being counted up.
    """
    require(can_edit_directory(actor))
    wanted = {(party.pk, *line.key): (party, line) for party, line in rows}
    with recorded(actor, operation=operation):
        on_file = ProfileLine.objects.filter(among("party_id", {key[0] for key in wanted if key[0]}))
        stated = set(on_file.values_list("party_id", "mineral_id", "stage_id", "jurisdiction_id", "sector_id"))
        new = [_line(party, line, source, stated_on) for key, (party, line) in wanted.items() if key not in stated]
        ProfileLine.objects.bulk_create(new, batch_size=BATCH)
    return len(new)


def _line(party: Party, line: Line, source: str, stated_on: date | None) -> ProfileLine:
    for name, vocabulary in _VOCABULARIES.items():
        _refuse_unoffered(getattr(line, name), frozenset({vocabulary.value}))
    row = ProfileLine(
        party=party,
        mineral=line.mineral,
        stage=line.stage,
        jurisdiction=line.jurisdiction,
        sector=line.sector,
        source=clean_line(source),
        stated_on=stated_on or today(),
    )
    row.clean_fields(exclude={"party", *_VOCABULARIES, "jurisdiction"})
    if not any(line.key):
        raise ValidationError(_("Choose a mineral, a stage, a place or a sector."))
    return row


def _refuse_unoffered(word: Concept | None, vocabularies: frozenset[str]) -> None:
    if word is not None and (word.vocabulary not in vocabularies or not word.is_offered):
        raise ValidationError(_("“%(word)s” is not offered here any more.") % {"word": word})


def set_expertise(
    *,
    actor: User,
    person: Person,
    add: Iterable[Concept] = (),
    remove: Iterable[int] = (),
    source: str = "",
    stated_on: date | None = None,
) -> Operation | None:
    """State what a person knows and take other fields (by number of the row) away; None if nothing changed.

    Raises ``ValidationError``, :class:`RecordIsArchived`, :class:`PersonIsAnonymised`.
    """
    require(can_edit_directory(actor))
    with recorded(actor):
        current = editing.lock(person)
        if current.anonymised_on is not None:
            raise PersonIsAnonymised
        if current.is_archived:
            raise RecordIsArchived
        gone = Expertise.objects.filter(person=current, pk__in=list(remove))
        keep = Expertise.objects.filter(person=current).exclude(pk__in=gone.values("pk"))
        stated = set(keep.values_list("field_id", flat=True))
        words = {word.pk: word for word in add if word.pk not in stated}
        new = [_known(current, word, source, stated_on) for word in words.values()]
        if not new and not gone.exists():
            return None
        summary = Sentence(gettext_noop("Expertise: %(name)s"), {"name": str(current)})
        with operating(actor, kind=PROFILE_KIND, summary=summary, details=NAMING) as operation:
            gone.delete()
            Expertise.objects.bulk_create(new)
            _count_up(current)
    return operation


def add_expertise(
    *,
    actor: User,
    rows: Iterable[tuple[Person, Concept]],
    source: str = "",
    stated_on: date | None = None,
    operation: Operation | None = None,
) -> int:
    """State what many people know at once; what is stated already is left. Returns how many."""
    require(can_edit_directory(actor))
    wanted: Mapping[Any, tuple[Person, Concept]] = {(person.pk, word.pk): (person, word) for person, word in rows}
    with recorded(actor, operation=operation):
        on_file = Expertise.objects.filter(among("person_id", {key[0] for key in wanted}))
        stated = set(on_file.values_list("person_id", "field_id"))
        new = [_known(person, word, source, stated_on) for key, (person, word) in wanted.items() if key not in stated]
        Expertise.objects.bulk_create(new, batch_size=BATCH)
    return len(new)


def _known(person: Person, word: Concept, source: str, stated_on: date | None) -> Expertise:
    _refuse_unoffered(word, KNOWN_FIELDS)
    row = Expertise(person=person, field=word, source=clean_line(source), stated_on=stated_on or today())
    row.clean_fields(exclude={"person", "field"})
    return row


def _count_up(record: Party | Person) -> None:
    """A change of what hangs on the record is a change of it: its history finds by that what was taken away."""
    record.version += 1
    record.save(update_fields=["version"])
