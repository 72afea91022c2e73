"""The lists of the report “contacts by party and period”: its rows, and what stands behind their numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db.models import Count, F, Max
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.lists import Column, ListWords
from c2m2a_crm.engagement.models import Point
from c2m2a_crm.reports.counting import ANY, Group, PartyFigures, Scope, group_of
from members.lists import by_name
from members.models import Party, Person

NO_FIGURES = PartyFigures()


# --- Addresses behind numbers -----------------------------------------------------------------------------------------


class Doors:
    """The addresses of what a scope counts: the contact log and the lists of this report, with the same filters."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        filed = [("kind", kind) for kind in scope.kinds]
        if scope.pillar is not None:
            filed.append(("pillar", str(scope.pillar.pk)))
        if scope.initiative is not None:
            filed.append(("initiative", str(scope.initiative.pk)))
        if scope.owner is not None:
            filed.append(("owner", str(scope.owner)))
        period = scope.period
        self._filed = filed
        self._days = [("since", period.first.isoformat()), ("until", period.last.isoformat())]

    def log(self, *, party: Party | None = None, attempts: str = "", who: Sequence[str] | None = None) -> str:
        """The contact log; ``attempts`` is ``only`` or ``without``."""
        parameters = [*self._days, *self._filed]
        if party is not None:
            parameters.append(("party", str(party.pk)))
            who = [group_of(party.kind, party.distinction)]
        elif self._scope.called:
            parameters.append(("party_called", self._scope.called))
        parameters += [("took_part", str(value)) for value in (self._scope.who if who is None else who)]
        if attempts:
            parameters.append(("attempts", attempts))
        return f"{reverse('contact_log:list')}?{urlencode(parameters)}"

    def page(self, url_name: str, more: Mapping[str, str] = MappingProxyType({}), *, party: Party | None = None) -> str:
        """A list of this report; ``more`` are further parameters."""
        parameters = [("period", "custom"), *self._days, *self._filed]
        if party is not None:
            parameters.append(("party", str(party.pk)))
        else:
            if self._scope.called:
                parameters.append(("q", self._scope.called))
            parameters += self._group()
        return f"{reverse(url_name)}?{urlencode([*parameters, *more.items()])}"

    def _group(self) -> list[tuple[str, str]]:
        groups = {group.value for group in Group}
        named = [value for value in self._scope.who if value in groups]
        if named:
            return [("group", named[0])]
        kinds = [("party_kind", value) for value in self._scope.who if value != ANY]
        return [("group", Group.ORGANIZATIONS.value), *kinds] if kinds else []


# --- Parties ----------------------------------------------------------------------------------------------------------


class _Numbers:
    """The numbers of a page of parties, read once for all columns."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._known: tuple[tuple[int, ...], dict[int, PartyFigures]] = ((), {})

    def batch(self, actor: Any, parties: Sequence[Party]) -> Mapping[int, PartyFigures]:
        keys = tuple(party.pk for party in parties)
        if keys != self._known[0]:
            self._known = (keys, self._scope.figures_of(keys))
        return self._known[1]


def figure(number: int, url: str, said: str) -> SafeString:
    """A number that opens what it counts; ``said`` names for a screen reader whose number it is."""
    if not number:
        return format_html('<span class="meta">{}</span>', "0")
    return format_html('<a href="{}">{}<span class="vh"> {}</span></a>', url, dates.number(number), said)


def party_columns(scope: Scope) -> tuple[Column, ...]:
    doors = Doors(scope)
    batch = _Numbers(scope).batch

    def numeric(
        key: str, label: Any, door: Callable[[Party], str], *, sorts: bool = True, is_low: bool = False
    ) -> Column:
        def number(party: Party, figures: PartyFigures | None) -> int:
            value: int = getattr(figures or NO_FIGURES, key)
            return value

        def cell(party: Party, figures: PartyFigures | None) -> SafeString:
            return figure(number(party, figures), door(party), f"{label}, {party}")

        order = (lambda: [key]) if sorts else None
        return Column(key, label, number, cell, order, batch, is_low=is_low, is_numeric=True)

    return (
        Column("party", gettext_lazy("Organization or Nation"), str, _party_cell, by_name, is_row_header=True),
        Column(
            "kind",
            gettext_lazy("Kind"),
            lambda party: party.get_distinction_display() if party.is_nation else party.get_kind_display(),
            is_default=False,
        ),
        numeric("contacts", gettext_lazy("Contacts"), lambda party: doors.log(party=party)),
        numeric("two_way", gettext_lazy("Two-way"), lambda party: doors.log(party=party, attempts="without")),
        numeric(
            "attempts", gettext_lazy("Attempts"), lambda party: doors.log(party=party, attempts="only"), is_low=True
        ),
        numeric(
            "people",
            gettext_lazy("People met"),
            lambda party: doors.page("reports:people_met", party=party),
            is_low=True,
        ),
        numeric(
            "points",
            gettext_lazy("Points raised"),
            lambda party: doors.page("reports:points_raised", party=party),
            sorts=False,
            is_low=True,
        ),
        numeric(
            "commitments",
            gettext_lazy("Our commitments"),
            lambda party: doors.page("reports:commitments_made", party=party),
            sorts=False,
            is_low=True,
        ),
        numeric(
            "open_commitments",
            gettext_lazy("Commitments open"),
            lambda party: doors.page("reports:commitments_made", {"state": "open"}, party=party),
            sorts=False,
        ),
        Column(
            "last",
            gettext_lazy("Last two-way contact"),
            lambda party, figures: (figures or NO_FIGURES).last,
            lambda party, figures: ui.when((figures or NO_FIGURES).last, style="near"),
            lambda: [F("last").asc(nulls_last=True)],
            batch,
        ),
    )


def _party_cell(party: Party) -> SafeString:
    kind = party.get_distinction_display() if party.is_nation else party.get_kind_display()
    return ui.who(str(party), party.pk, party=True, url=party.get_absolute_url(), note=kind)


def _words(counted: Callable[[int], str]) -> ListWords:
    return ListWords(
        label=gettext_lazy("Contacts by organization and Nation"),
        counted=counted,
        no_match=gettext_lazy("No contact matches these filters"),
        empty_title=gettext_lazy("No contact in this period"),
        empty_text=gettext_lazy("Choose other days, or another group."),
    )


ORGANIZATION_WORDS = _words(lambda total: ngettext("%(count)s organization", "%(count)s organizations", total))
NATION_WORDS = _words(lambda total: ngettext("%(count)s Nation", "%(count)s Nations", total))


def party_words(group: Group) -> ListWords:
    of_nations = group in (Group.FIRST_NATIONS, Group.INUIT, Group.METIS)
    return NATION_WORDS if of_nations else ORGANIZATION_WORDS


# --- People met -------------------------------------------------------------------------------------------------------


def people_columns(scope: Scope) -> tuple[Column, ...]:
    def times(actor: Any, people: Sequence[Person]) -> Mapping[int, tuple[int, Any]]:
        met = scope.touches().filter(person__in=[person.pk for person in people]).values("person")
        counted = met.annotate(contacts=Count("interaction", distinct=True), last=Max("interaction__occurred_on"))
        return {row["person"]: (row["contacts"], row["last"]) for row in counted}

    def for_whom(actor: Any, people: Sequence[Person]) -> Mapping[int, list[str]]:
        """The names of their organizations as on those days."""
        met = scope.touches().filter(person__in=[person.pk for person in people])
        found: dict[int, dict[str, None]] = {}
        for part in met.order_by("interaction__occurred_on", "pk"):
            if part.person_id is not None:
                found.setdefault(part.person_id, {})[str(part.party_name)] = None
        return {pk: list(names) for pk, names in found.items()}

    def log_of(person: Person) -> str:
        return f"{Doors(scope).log(party=scope.party, attempts='without')}&{urlencode({'person': person.pk})}"

    return (
        Column(
            "person",
            gettext_lazy("Person"),
            str,
            lambda person: ui.who(str(person), person.pk, url=person.get_absolute_url()),
            lambda: ["sort_key"],
            is_row_header=True,
        ),
        Column(
            "organization",
            gettext_lazy("Organization on that day"),
            lambda person, names: names or [],
            lambda person, names: format_html("{}", ", ".join(names or [])),
            batch=for_whom,
        ),
        Column(
            "contacts",
            gettext_lazy("Two-way contacts"),
            lambda person, met: met[0] if met else 0,
            lambda person, met: figure(met[0] if met else 0, log_of(person), str(person)),
            batch=times,
            is_numeric=True,
        ),
        Column(
            "last",
            gettext_lazy("Last two-way contact"),
            lambda person, met: met[1] if met else None,
            lambda person, met: ui.when(met[1] if met else None, style="near"),
            batch=times,
        ),
    )


PEOPLE_WORDS = ListWords(
    label=gettext_lazy("People met"),
    counted=lambda total: ngettext("%(count)s person", "%(count)s people", total),
    no_match=gettext_lazy("Nobody matches these filters"),
    empty_title=gettext_lazy("Nobody was met in this period"),
)


# --- Points raised, and our commitments -------------------------------------------------------------------------------


def _contact_link(point: Point) -> SafeString:
    contact = point.interaction
    return format_html('<a href="{}">{}</a>', contact.get_absolute_url(), contact.subject)


POINT_COLUMNS = (
    Column("point", gettext_lazy("In their words"), lambda point: point.text, is_row_header=True),
    Column("kind", gettext_lazy("Kind"), lambda point: point.get_kind_display(), order=lambda: ["kind"]),
    Column(
        "date",
        gettext_lazy("Date"),
        lambda point: point.interaction.occurred_on,
        lambda point: ui.when(point.interaction.occurred_on, style="near"),
        lambda: ["interaction__occurred_on"],
    ),
    Column("contact", gettext_lazy("From the contact"), lambda point: point.interaction.subject, _contact_link),
    Column("answer", gettext_lazy("Our answer"), lambda point: point.answer, is_low=True),
)

POINT_WORDS = ListWords(
    label=gettext_lazy("Points raised"),
    counted=lambda total: ngettext("%(count)s point", "%(count)s points", total),
    no_match=gettext_lazy("No point matches these filters"),
    empty_title=gettext_lazy("No point was raised in this period"),
)

OUR_COMMITMENT_WORDS = ListWords(
    label=gettext_lazy("Our commitments"),
    counted=lambda total: ngettext("%(count)s commitment", "%(count)s commitments", total),
    no_match=gettext_lazy("No commitment matches these filters"),
    empty_title=gettext_lazy("We made no commitment in this period"),
)
