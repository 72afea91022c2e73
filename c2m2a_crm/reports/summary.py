"""What stands above and below the rows of the report: figures by kind of party, totals that reconcile, and in words
what was found and how it was counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from c2m2a_crm.core import dates
from c2m2a_crm.core.lists import Cell, Column, ListState
from c2m2a_crm.core.pdf import Block, Heading, Paragraph, Table, TableColumn
from c2m2a_crm.reports.counting import ANY, GROUP_LABELS, NONE, ORGANIZATION_KINDS, Counted, Figures, Group, Scope
from c2m2a_crm.reports.filters import PartiesFilterSet
from c2m2a_crm.reports.lists import Doors, figure

COUNTING_RULE = gettext_lazy(
    "A contact counts for each organization and each Nation that took part in it, itself or through somebody who spoke "
    "for it on that day; whoever was only copied or mentioned does not count. A contact with three of them stands in "
    "three rows, so the rows add up to more than there were contacts; the last line counts each contact once. An "
    "attempt that reached nobody is a contact, and is told apart. People are those present in two-way contacts. Points "
    "raised are the points and questions of these contacts. Our commitments are those made in these contacts to the "
    "party, or to nobody by name; still open is as of now. A corrected contact counts as it was corrected; one that "
    "was taken back does not count. Contacts that you may not read are not counted."
)


# The columns of the report that its last lines add up.
COUNTED = ("contacts", "two_way", "attempts", "people", "points", "commitments", "open_commitments")
DISTINCTIONS = (Group.FIRST_NATIONS, Group.INUIT, Group.METIS)


@dataclass(frozen=True, slots=True)
class KindRow:
    """One line of the summary; ``width`` is the bar’s, in percent of the longest."""

    label: Any
    url: str
    log_url: str
    figures: Figures
    width: str


class Summary:
    """Figures of all together, and what the reader is told of them. ``scope`` is whatever party took part."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.doors = Doors(scope)
        self.tally = scope.tally()
        self.all = self.tally.of([ANY])
        self.before = scope.contacts_with_parties(scope.period.before_first, scope.period.before_last).count()
        contacts = self.all.contacts.once
        self.of_nobody = None if scope.asks_for_parties else scope.contacts().count() - contacts

    def of_group(self, group: Group) -> Figures:
        return self.tally.of([group])

    @property
    def finding(self) -> str:
        """How many contacts with how many of whom."""
        number = self.all.contacts.once
        contacts = ngettext("%(count)s contact", "%(count)s contacts", number) % {"count": dates.number(number)}
        nations = sum(self.of_group(group).parties for group in DISTINCTIONS)
        bodies = self.of_group(Group.REPRESENTATIVE).parties
        organizations = self.all.parties - nations - bodies
        whom = [
            (organizations, ngettext("%(count)s organization", "%(count)s organizations", organizations)),
            (
                bodies,
                ngettext(
                    "%(count)s Indigenous representative organization",
                    "%(count)s Indigenous representative organizations",
                    bodies,
                ),
            ),
            (nations, ngettext("%(count)s Nation", "%(count)s Nations", nations)),
        ]
        named = [words % {"count": dates.number(number)} for number, words in whom if number]
        if not named:
            return _("No contact with an organization or a Nation.")
        together = named[-1]
        if len(named) > 1:
            together = _("%(first)s and %(second)s") % {"first": ", ".join(named[:-1]), "second": named[-1]}
        return _("%(contacts)s with %(whom)s.") % {"contacts": contacts, "whom": together}

    @property
    def comparison(self) -> str:
        """More or fewer than in the period before, with its days; as many days of it where this one is not over."""
        period = self.scope.period
        values = {"days": period.words_before, "before": dates.number(self.before)}
        difference = self.all.contacts.once - self.before
        if not difference:
            if period.is_unfinished:
                return _("As many as in the same days of the period before (%(days)s: %(before)s).") % values
            return _("As many as in the period before (%(days)s: %(before)s).") % values
        values["count"] = dates.number(abs(difference))
        if difference > 0:
            if period.is_unfinished:
                words = _("%(count)s more than in the same days of the period before (%(days)s: %(before)s).")
            else:
                words = _("%(count)s more than in the period before (%(days)s: %(before)s).")
        elif period.is_unfinished:
            words = _("%(count)s fewer than in the same days of the period before (%(days)s: %(before)s).")
        else:
            words = _("%(count)s fewer than in the period before (%(days)s: %(before)s).")
        return words % values

    @property
    def rows(self) -> list[KindRow]:
        """Kinds of organization that took part, then each list that stands apart; of the three distinctions also the
        one that nobody was met of.
        """
        found: list[tuple[Any, str, str, Figures]] = []
        for kind, label in ORGANIZATION_KINDS:
            figures = self.tally.of([kind])
            if figures.parties:
                url = self._url(Group.ORGANIZATIONS, party_kind=kind)
                found.append((label, url, self.doors.log(who=[kind]), figures))
        for group in Group:
            figures = self.of_group(group)
            is_told = figures.parties or (group in DISTINCTIONS and self.all.parties)
            if group is not Group.ORGANIZATIONS and is_told:
                found.append((GROUP_LABELS[group], self._url(group), self.doors.log(who=[group]), figures))
        longest = max((row[-1].contacts.once for row in found), default=0)
        return [KindRow(*row, width=f"{100 * row[-1].contacts.once / longest:.1f}%") for row in found]

    def _url(self, group: Group, **more: str) -> str:
        return self.doors.page("reports:contacts_by_party", {"group": group.value, **more})

    @property
    def added_up(self) -> int:
        """What the lines of the summary add up to: more than there are contacts where kinds met."""
        return sum(row.figures.contacts.once for row in self.rows)

    @property
    def all_url(self) -> str:
        return self.doors.log(who=[ANY])

    @property
    def of_nobody_words(self) -> str:
        number = self.of_nobody or 0
        return ngettext(
            "%(shown)s more contact was with nobody of an organization or Nation.",
            "%(shown)s more contacts were with nobody of an organization or Nation.",
            number,
        ) % {"shown": dates.number(number)}

    @property
    def of_nobody_url(self) -> str:
        return self.doors.log(who=[NONE])


def paper_above(state: ListState) -> list[Block]:
    """What the page shows above the rows, on paper: what was found, and the figures by kind of party."""
    filterset: Any = state.filterset
    summary = Summary(filterset.scope_of_everybody)
    found: list[Block] = [Heading(summary.finding), Paragraph(summary.comparison)]
    if summary.of_nobody:
        found.append(Paragraph(summary.of_nobody_words))
    if summary.rows:
        columns = [
            TableColumn(_("Kind")),
            TableColumn(pgettext("organizations and Nations", "How many"), is_numeric=True),
            TableColumn(_("Contacts"), is_numeric=True),
        ]
        rows = [
            [str(row.label), dates.number(row.figures.parties), dates.number(row.figures.contacts.once)]
            for row in summary.rows
        ]
        totals = [
            [_("Sum of the rows"), dates.number(summary.all.parties), dates.number(summary.added_up)],
            [_("Each contact counted once"), "", dates.number(summary.all.contacts.once)],
        ]
        found.append(Table(columns, rows, totals, caption=_("Contacts by kind of party")))
    return [*found, Heading(str(GROUP_LABELS[filterset.listed]))]


def paper_totals(state: ListState) -> list[list[str]]:
    """The two lines under the rows, without their addresses."""
    filterset: Any = state.filterset
    figures = filterset.scope_of_everybody.tally().of(filterset.scope.who)
    in_rows, once = {"party": _("Sum of the rows")}, {"party": _("Each counted once")}
    for key in COUNTED:
        counted: Counted = getattr(figures, key)
        in_rows[key], once[key] = dates.number(counted.in_rows), dates.number(counted.once)
    return [[line.get(column.key, "") for column in state.shown_columns] for line in (in_rows, once)]


def feet(figures: Figures, scope: Scope, columns: Sequence[Column]) -> list[list[Cell]]:
    """Two lines under the rows of ``scope``: what they add up to, and everything counted once, with its address."""
    doors = Doors(scope)
    made = "reports:commitments_made"
    opens = {
        "contacts": doors.log(),
        "two_way": doors.log(attempts="without"),
        "attempts": doors.log(attempts="only"),
        "people": doors.page("reports:people_met"),
        "points": doors.page("reports:points_raised"),
        "commitments": doors.page(made),
        "open_commitments": doors.page(made, {"state": "open"}),
    }
    in_rows: dict[str, SafeString | str] = {"party": _("Sum of the rows")}
    once: dict[str, SafeString | str] = {"party": _("Each counted once")}
    for key, url in opens.items():
        counted: Counted = getattr(figures, key)
        in_rows[key] = dates.number(counted.in_rows)
        once[key] = figure(counted.once, url, _("each counted once"))
    return [[Cell(column, line.get(column.key, "")) for column in columns] for line in (in_rows, once)]


def file_notes(filterset: PartiesFilterSet) -> list[tuple[str, str]]:
    """What the file says of itself beside its filter: days, list, how it was counted, and totals."""
    figures = filterset.scope_of_everybody.tally().of(filterset.scope.who)
    return [
        (_("Period"), filterset.covered.words),
        (_("Who is listed"), str(GROUP_LABELS[filterset.listed])),
        (_("How it is counted"), str(COUNTING_RULE)),
        (_("Contacts: sum of the rows"), str(figures.contacts.in_rows)),
        (_("Contacts: each counted once"), str(figures.contacts.once)),
        (_("People met: each counted once"), str(figures.people.once)),
    ]
