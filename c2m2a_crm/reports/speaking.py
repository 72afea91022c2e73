"""Contacts by who speaks for whom: by representative, and by community represented.

Both are made of pairs of contact and party, each once: sets, so that no number of mandates counts a contact twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.lists import Cell, Column, ListWords
from c2m2a_crm.core.validity import valid_dates
from c2m2a_crm.engagement.models import Interaction, Participant
from c2m2a_crm.reports.counting import Scope, parties_are
from members.lists import by_name
from members.models import Party, Relationship

REPRESENTATIVE_RULE = gettext_lazy(
    "A contact counts for each organization and each Nation that took part in it and spoke for at least one community "
    "on that day: once, however many it spoke for. A mandate that had not begun or was over on that day does not "
    "count. Somebody who speaks for a community as a person has no row here. A contact with two representatives stands "
    "in two rows; the last line counts each contact once. Whoever was only copied or mentioned does not count. An "
    "attempt that reached nobody is a contact, and is told apart. Contacts that you may not read are not counted."
)
COMMUNITY_RULE = gettext_lazy(
    "A contact counts for each community that took part itself, or for which somebody took part who spoke for it on "
    "that day, an organization or a person: once, also where two spoke for it, or one beside the community itself. "
    "Only communities for which somebody speaks in the period are listed. A mandate is not passed on: who speaks for "
    "a representative does not speak for its communities. A contact for three communities stands in three rows; the "
    "last line counts each contact once. Whoever was only copied or mentioned does not count. An attempt that reached "
    "nobody is a contact, and is told apart. Contacts that you may not read are not counted."
)


@dataclass(slots=True)
class Row:
    """The contacts of one party, by their numbers: all, those that reached somebody, itself and through others.

    ``others`` are the communities it spoke for in them, or whoever spoke for it (people as negative numbers).
    """

    contacts: set[int] = field(default_factory=set)
    two_way: set[int] = field(default_factory=set)
    itself: set[int] = field(default_factory=set)
    through: set[int] = field(default_factory=set)
    others: set[int] = field(default_factory=set)
    last: date | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    party: int | None
    person: int | None
    contact: int
    day: date
    kind: str


NO_ROW: Final = Row()


class Speaking:
    """The rows of one of the two reports; three statements, however many contacts and mandates."""

    def __init__(self, scope: Scope, *, by_community: bool) -> None:
        self.scope = scope
        self.by_community = by_community

    @cached_property
    def _mandates(self) -> list[Relationship]:
        period = self.scope.period
        rows = Relationship.objects.visible_to(self.scope.actor).filter(
            kind=Relationship.Kind.SPEAKS_FOR,
            to_party__isnull=False,
            valid__overlap=valid_dates(period.first, period.last),
        )
        return list(rows.order_by("pk"))

    def _parts(self) -> list[_Part]:
        """Who was present of those who speak for others, or of those who are spoken for."""
        parties = {each.from_party_id for each in self._mandates} | {each.to_party_id for each in self._mandates}
        people = {each.from_person_id for each in self._mandates}
        present = Participant.objects.visible_to(self.scope.actor).filter(
            Q(party__in=parties - {None}) | Q(person__in=people - {None}),
            role=Participant.Role.PRESENT,
            user__isnull=True,
            interaction__in=self.scope.contacts(),
        )
        columns = ("party", "person", "interaction", "interaction__occurred_on", "interaction__kind")
        return [_Part(*values) for values in present.order_by("pk").values_list(*columns)]

    @cached_property
    def _all(self) -> Mapping[int, Row]:
        of_party: dict[int, list[Relationship]] = defaultdict(list)
        of_person: dict[int, list[Relationship]] = defaultdict(list)
        for each in self._mandates:
            if each.from_party_id is not None:
                of_party[each.from_party_id].append(each)
            elif each.from_person_id is not None:
                of_person[each.from_person_id].append(each)
        spoken_for = {each.to_party_id for each in self._mandates}
        rows: dict[int, Row] = defaultdict(Row)
        for part in self._parts():
            mandates = [each for each in of_party[part.party] if part.day in each.valid] if part.party else []
            if not self.by_community:
                if part.party and mandates:
                    row = _note(rows[part.party], part)
                    row.others.update(each.to_party_id for each in mandates if each.to_party_id)
                continue
            if part.party and part.party in spoken_for:
                _note(rows[part.party], part).itself.add(part.contact)
            mandates += [each for each in of_person[part.person] if part.day in each.valid] if part.person else []
            for each in mandates:
                if each.to_party_id is not None:
                    row = _note(rows[each.to_party_id], part)
                    row.through.add(part.contact)
                    row.others.add(each.from_party_id or -(each.from_person_id or 0))
        return dict(rows)

    def parties(self) -> QuerySet[Party]:
        """Those of the rows that the filters ask for."""
        wanted = parties_are(self.scope.who, owner=self.scope.owner, called=self.scope.called, party="")
        return Party.objects.visible_to(self.scope.actor).filter(wanted, pk__in=list(self._all))

    @cached_property
    def rows(self) -> Mapping[int, Row]:
        keys = set(self.parties().order_by().values_list("pk", flat=True))
        return {key: row for key, row in self._all.items() if key in keys}

    def batch(self, actor: Any, parties: Sequence[Party]) -> Mapping[int, Row]:
        return {party.pk: self.rows.get(party.pk, NO_ROW) for party in parties}

    @property
    def once(self) -> set[int]:
        """The contacts of all rows, each once."""
        return set().union(*(row.contacts for row in self.rows.values())) if self.rows else set()

    # --- As a list ------------------------------------------------------------------------------------------------

    def columns(self) -> tuple[Column, ...]:
        def numeric(key: str, label: Any, *, is_low: bool = False) -> Column:
            def number(party: Party, row: Row | None) -> int:
                found: set[int] = getattr(row or NO_ROW, key)
                return len(found)

            def cell(party: Party, row: Row | None) -> str:
                return dates.number(number(party, row))

            return Column(key, label, number, cell, batch=self.batch, is_numeric=True, is_low=is_low)

        who = gettext_lazy("Community represented") if self.by_community else gettext_lazy("Representative")
        more: tuple[Column, ...] = (numeric("others", gettext_lazy("Communities it spoke for")),)
        if self.by_community:
            more = (
                numeric("itself", gettext_lazy("Took part itself")),
                numeric("through", gettext_lazy("Somebody spoke for it")),
                numeric("others", gettext_lazy("Who spoke for it"), is_low=True),
            )
        return (
            Column("party", who, str, _party_cell, by_name, is_row_header=True),
            numeric("contacts", gettext_lazy("Contacts")),
            numeric("two_way", gettext_lazy("Two-way"), is_low=True),
            *more,
            Column(
                "last",
                gettext_lazy("Last two-way contact"),
                lambda party, row: (row or NO_ROW).last,
                lambda party, row: ui.when((row or NO_ROW).last, style="near"),
                None,
                self.batch,
            ),
        )

    @property
    def in_rows(self) -> int:
        """What the rows add up to: a contact stands in as many as it has representatives or communities."""
        return sum(len(row.contacts) for row in self.rows.values())

    def totals(self, columns: Sequence[Column]) -> list[list[str]]:
        """What the rows add up to, and every contact counted once: the lines under the rows, on paper and on screen."""
        lines = (
            {"party": _("Sum of the rows"), "contacts": dates.number(self.in_rows)},
            {"party": _("Each counted once"), "contacts": dates.number(len(self.once))},
        )
        return [[line.get(column.key, "") for column in columns] for line in lines]

    def feet(self, columns: Sequence[Column]) -> list[list[Cell]]:
        return [
            [Cell(column, text) for column, text in zip(columns, line, strict=True)] for line in self.totals(columns)
        ]

    def notes(self, period: str, rule: Any) -> list[tuple[str, str]]:
        """What a file of the rows says of itself beside its filter."""
        return [
            (_("Period"), period),
            (_("How it is counted"), str(rule)),
            (_("Contacts: sum of the rows"), str(self.in_rows)),
            (_("Contacts: each counted once"), str(len(self.once))),
        ]


def speaking_notes(rule: Any, state: Any) -> list[tuple[str, str]]:
    """Of the file of one of the two reports, whose state it is."""
    filterset = state.filterset
    found: list[tuple[str, str]] = filterset.speaking.notes(filterset.covered.words, rule)
    return found


def speaking_totals(state: Any) -> list[list[str]]:
    found: list[list[str]] = state.filterset.speaking.totals(state.shown_columns)
    return found


def _note(row: Row, part: _Part) -> Row:
    row.contacts.add(part.contact)
    if part.kind != Interaction.Kind.ATTEMPT:
        row.two_way.add(part.contact)
        row.last = max(row.last or part.day, part.day)
    return row


def _party_cell(party: Party) -> SafeString:
    kind = party.get_distinction_display() if party.is_nation else party.get_kind_display()
    return ui.who(str(party), party.pk, party=True, url=party.get_absolute_url(), note=kind)


def _words(label: Any, counted: Any) -> ListWords:
    return ListWords(
        label=label,
        counted=counted,
        no_match=gettext_lazy("No contact matches these filters"),
        empty_title=gettext_lazy("No contact in this period"),
        empty_text=gettext_lazy("Choose other days. Who speaks for whom stands among the relationships of a record."),
    )


REPRESENTATIVE_WORDS = _words(
    gettext_lazy("Contacts by representative"),
    lambda total: ngettext("%(count)s representative", "%(count)s representatives", total),
)
COMMUNITY_WORDS = _words(
    gettext_lazy("Contacts by community represented"),
    lambda total: ngettext("%(count)s community represented", "%(count)s communities represented", total),
)
