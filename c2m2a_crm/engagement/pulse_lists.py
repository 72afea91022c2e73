"""The lists of whom we let drift: organizations, and people. They begin with what we owe."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Final

import django_filters
from django.db.models import Exists, F, Func, IntegerField, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.lists import Column, HouseFilterSet, ListState, ListWords, one_of, said, several_of
from c2m2a_crm.core.querysets import among
from c2m2a_crm.engagement.filters import ME, chosen, colleagues
from c2m2a_crm.engagement.lists import NEXT_STEP
from c2m2a_crm.engagement.owed import owed_to, with_owed
from c2m2a_crm.engagement.pulse import column_of
from c2m2a_crm.engagement.rhythm import Standing, State, measured, standings, with_rhythm, with_state
from c2m2a_crm.engagement.rhythm_shown import PEOPLE_CLAUSES, STATE_CLAUSES, mark, state_words
from members.models import Membership, MembershipTier, Party, Person
from members.selectors import parties_named, people_named

Rows = QuerySet[Any, Any]

ORGANIZATIONS: Final = "pulse"
PEOPLE: Final = "pulse-people"
NOBODY: Final = "nobody"
_FILE: Final[dict[str, Any]] = {"export_only": True, "is_default": False}


def pulse_rows(actor: Any, model: type[Any]) -> Rows:
    """Organizations, or people, that go by a rhythm or that we owe something; each with its state and what is owed."""
    rows = measured(model._default_manager.visible_to(actor))
    owed = rows.filter(owed_to(rows, actor)).order_by().values("pk")
    followed = with_rhythm(measured(model._default_manager.all())).order_by().values("pk")
    found = rows.filter(Q(pk__in=followed) | Q(pk__in=owed))
    found = with_owed(with_state(found, actor, most_have_none=True), actor)
    told: Rows = found.for_list()  # type: ignore[attr-defined]  # HouseQuerySet of the directory
    return told


class _Rank(Func):
    """The place of a state among those that ask for something; those after them are null."""

    template = "array_position(ARRAY['overdue', 'soon', 'on'], %(expressions)s)"


_RANK: Final = _Rank(F("state"), output_field=IntegerField()).asc(nulls_last=True)


def pulse_order() -> list[Any]:
    """What we owe the longest first; then whom we let drift, those overdue the longest before the others."""
    return [F("owed_since").asc(nulls_last=True), _RANK, F("due_on").asc(nulls_last=True)]


# --- Columns ----------------------------------------------------------------------------------------------------------


def _name_cell(record: Party | Person) -> SafeString:
    is_party = isinstance(record, Party)
    name = record.name.text if isinstance(record, Party) else record.full_name
    return ui.markup(
        '<span class=who>{}<span><a class=t href="{}">{}</a></span></span>',
        ui.avatar(name, record.pk, party=is_party),
        record.get_absolute_url(),
        ui.in_language(record.name) if isinstance(record, Party) else name,
    )


@dataclass(frozen=True, slots=True)
class Drift:
    """What a row shows of one record: how things stand by our rhythm, and what we owe."""

    standing: Standing | None
    promises: int
    questions: int
    since: date | None


def drift_of(actor: Any, rows: Sequence[Any]) -> dict[int, Drift]:
    """By key, in two statements for a page."""
    if not rows:
        return {}
    model = Person if isinstance(rows[0], Person) else Party
    keys = [row.pk for row in rows]
    found = standings(actor, model, keys)
    owed = with_owed(model._default_manager.filter(among("id", keys)), actor).order_by()
    return {
        pk: Drift(found.get(pk), promises, questions, since)
        for pk, promises, questions, since in owed.values_list("pk", "owed_promises", "owed_questions", "owed_since")
    }


def owed_words(record: Any, drift: Drift | None) -> str:
    """“2 promises of ours late, 1 question unanswered”; nothing where we owe nothing."""
    told = []
    if drift and drift.promises:
        told.append(
            ngettext("%(count)s promise of ours late", "%(count)s promises of ours late", drift.promises)
            % {"count": dates.number(drift.promises)}
        )
    if drift and drift.questions:
        told.append(
            ngettext("%(count)s question unanswered", "%(count)s questions unanswered", drift.questions)
            % {"count": dates.number(drift.questions)}
        )
    return ", ".join(told)


def _owed_cell(record: Any, drift: Drift | None) -> SafeString:
    """The words lead to the late promises, or to the contacts in which the questions were asked."""
    words = owed_words(record, drift)
    if drift is None or not words:
        return ui.NOTHING
    query = {column_of(type(record)): record.pk}
    if drift.promises:
        address = f"{reverse('commitments:list')}?{urlencode({'tab': 'late', **query})}"
    else:
        address = f"{reverse('contact_log:list')}?{urlencode(query)}"
    since = ui.markup("<span class=sub>{} {}</span>", _("since"), ui.when(drift.since, style="near"))
    return ui.markup('<span><a href="{}">{}</a>{}</span>', address, words, since)


def _of_standing(name: str) -> Any:
    """The fact of that name, as files carry it."""
    return lambda record, drift: getattr(drift.standing, name) if drift and drift.standing else None


def _mark_cell(record: Any, drift: Drift | None) -> SafeString:
    return mark(drift.standing if drift else None)


def _day_cell(name: str, style: str) -> Any:
    told = _of_standing(name)
    return lambda record, drift: ui.when(told(record, drift), style=style)


def _days_cell(record: Any, drift: Drift | None) -> str:
    days = drift.standing.days if drift and drift.standing else None
    if days is None:
        return ""
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": dates.number(days)}


def _state_words(record: Any, drift: Drift | None) -> str:
    return state_words(drift.standing if drift else None)


def _of_quiet(name: str) -> Any:
    def told(record: Any, drift: Drift | None) -> str:
        standing = drift.standing if drift else None
        return standing.quiet[name] if standing and standing.is_quiet and standing.quiet else ""

    return told


def _columns(label: Any, by_name: Any) -> tuple[Column, ...]:
    return (
        Column("name", label, str, cell=_name_cell, order=by_name, is_row_header=True),
        Column(
            "owed",
            gettext_lazy("What we owe"),
            owed_words,
            cell=_owed_cell,
            batch=drift_of,
            order=lambda: [F("owed_since").asc(nulls_last=True)],
        ),
        Column(
            "state",
            gettext_lazy("By our rhythm"),
            _state_words,
            cell=_mark_cell,
            batch=drift_of,
            order=lambda: [F("state").asc(nulls_last=True)],
        ),
        Column(
            "touched",
            gettext_lazy("Last two-way touch"),
            _of_standing("touched_on"),
            cell=_day_cell("touched_on", "relative"),
            batch=drift_of,
            order=lambda: [F("touched_on").asc(nulls_first=True)],
        ),
        Column(
            "every",
            gettext_lazy("Rhythm in days"),
            _of_standing("days"),
            cell=_days_cell,
            batch=drift_of,
            order=lambda: [F("rhythm_days").asc(nulls_last=True)],
            is_default=False,
            is_low=True,
        ),
        Column(
            "due",
            gettext_lazy("Due"),
            _of_standing("due_on"),
            cell=_day_cell("due_on", "near"),
            batch=drift_of,
            order=lambda: [F("due_on").asc(nulls_last=True)],
        ),
        Column(
            "owner",
            gettext_lazy("Owner"),
            lambda record: record.owner.name if record.owner else "",
            order=lambda: [F("owner__name").asc(nulls_last=True)],
            is_low=True,
        ),
        NEXT_STEP,
        Column("quiet_until", gettext_lazy("Quiet until"), _of_standing("quiet_until"), batch=drift_of, **_FILE),
        Column("agreed_by", gettext_lazy("Who agreed"), _of_quiet("agreed_by"), batch=drift_of, **_FILE),
        Column("why_quiet", gettext_lazy("Why quiet"), _of_quiet("reason"), batch=drift_of, **_FILE),
    )


def _party_names() -> list[str]:
    return ["sort_fr" if reader_language() == "fr" else "sort_en"]


PARTY_COLUMNS: Final = _columns(gettext_lazy("Organization"), _party_names)
PERSON_COLUMNS: Final = _columns(gettext_lazy("Person"), lambda: ["sort_key"])


# --- Filters ----------------------------------------------------------------------------------------------------------

_OWED: Final = [
    ("any", gettext_lazy("Something")),
    ("promises", gettext_lazy("A promise of ours that is late")),
    ("questions", gettext_lazy("A question that is unanswered")),
    ("nothing", gettext_lazy("Nothing")),
]
_OWED_CLAUSES: Final = {
    "any": gettext_lazy("to whom we owe something"),
    "promises": gettext_lazy("to whom we owe a late promise"),
    "questions": gettext_lazy("whose question is unanswered"),
    "nothing": gettext_lazy("to whom we owe nothing"),
}
_IS_OWED: Final = {
    "any": Q(owed_since__isnull=False),
    "promises": Q(owed_promises__gt=0),
    "questions": Q(owed_questions__gt=0),
    "nothing": Q(owed_since__isnull=True),
}


def tiers() -> list[tuple[str, str]]:
    name = "name_fr" if reader_language() == "fr" else "name_en"
    return [(str(pk), text) for pk, text in MembershipTier.objects.order_by("position", "pk").values_list("pk", name)]


def owners() -> list[tuple[str, Any]]:
    me, *others = colleagues()
    return [me, (NOBODY, _("Nobody")), *others]


def owned_by(rows: Rows, value: str, request: Any) -> Rows:
    return rows.filter(owner__isnull=True) if value == NOBODY else rows.filter(owner=chosen(value, request))


class _PulseFilterSet(HouseFilterSet):
    panel_order = ("q", "state", "owed", "tier", "owner")
    named: Any

    q = said(
        django_filters.CharFilter(label=gettext_lazy("Name"), method="by_name"),
        gettext_lazy("with “%(value)s” in the name"),
    )
    owed = said(one_of(gettext_lazy("What we owe"), _OWED, "by_owed"), "%(value)s", _OWED_CLAUSES)
    tier = said(several_of(gettext_lazy("Tier"), tiers, method="by_tier"), gettext_lazy("in the tier %(value)s"))
    owner = said(
        one_of(gettext_lazy("Owner"), owners, "by_owner"),
        gettext_lazy("owned by %(value)s"),
        {ME: gettext_lazy("that I answer for"), NOBODY: gettext_lazy("without an owner")},
    )

    def by_name(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(type(self).named(value))

    def by_owed(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(_IS_OWED[value])

    def by_tier(self, rows: Rows, name: str, value: list[str]) -> Rows:
        if not value:
            return rows
        whose = "contact" if column_of(rows.model) == "person" else "party"
        held = Membership.objects.in_good_standing().exclude(party__kind=Party.Kind.NATION)
        keys = [int(each) for each in value]
        return rows.filter(Exists(held.filter(**{whose: OuterRef("pk")}, tier__in=keys).order_by()))

    def by_owner(self, rows: Rows, name: str, value: str) -> Rows:
        return owned_by(rows, value, self.request)


class PartyPulseFilterSet(_PulseFilterSet):
    named = staticmethod(parties_named)
    state = said(several_of(gettext_lazy("By our rhythm"), State.choices), "%(value)s", STATE_CLAUSES)

    class Meta:
        model = Party
        fields: ClassVar[list[str]] = []


class PersonPulseFilterSet(_PulseFilterSet):
    named = staticmethod(people_named)
    state = said(several_of(gettext_lazy("By our rhythm"), State.choices), "%(value)s", PEOPLE_CLAUSES)

    class Meta:
        model = Person
        fields: ClassVar[list[str]] = []


PARTY_WORDS: Final = ListWords(
    label=gettext_lazy("Whom we let drift"),
    counted=lambda total: ngettext("%(count)s organization", "%(count)s organizations", total),
    no_match=gettext_lazy("No organization matches these filters"),
    empty_title=gettext_lazy("Nobody here yet"),
    empty_text=gettext_lazy(
        "An organization stands here once its tier has a rhythm, it has one of its own, or we owe it something."
    ),
)
PERSON_WORDS: Final = ListWords(
    label=gettext_lazy("Whom we let drift: people"),
    counted=lambda total: ngettext("%(count)s person", "%(count)s people", total),
    no_match=gettext_lazy("Nobody matches these filters"),
    empty_title=gettext_lazy("Nobody here yet"),
    empty_text=gettext_lazy(
        "A person stands here who answers for a membership with a rhythm, has one of their own, or waits for us."
    ),
)
ORDER_WORDS: Final = gettext_lazy("what we owe first, then whom we let drift")


def pulse_list(request: HttpRequest) -> ListState:
    """The state of the page, which the export of the same name carries away."""
    return ListState(
        list_key=ORGANIZATIONS,
        request=request,
        base=pulse_rows(request.user, Party),
        filterset_class=PartyPulseFilterSet,
        columns=PARTY_COLUMNS,
        default_order=pulse_order(),
        order_words=ORDER_WORDS,
    )


def people_pulse_list(request: HttpRequest) -> ListState:
    return ListState(
        list_key=PEOPLE,
        request=request,
        base=pulse_rows(request.user, Person),
        filterset_class=PersonPulseFilterSet,
        columns=PERSON_COLUMNS,
        default_order=pulse_order(),
        order_words=ORDER_WORDS,
    )
