"""What narrows the reports about contacts, and what they need of the contact log's own filters."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from c2m2a_crm.core.lists import ChoiceFacet, HouseFilterSet, day_of, said
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.filters import ME, chosen, colleagues, initiatives
from c2m2a_crm.engagement.models import Commitment, Initiative, Interaction, Participant, Pillar, Point
from c2m2a_crm.reports.counting import (
    ANY,
    GROUP_LABELS,
    NONE,
    NUMBERS,
    ORGANIZATION_KINDS,
    WHO_TOOK_PART,
    Group,
    Scope,
    parties_are,
    stands_for_a_party,
)
from c2m2a_crm.reports.periods import PERIODS, Period, PeriodKey, period_of
from c2m2a_crm.reports.speaking import Speaking
from members.filters import parties
from members.models import Party, Person


def _day(label: Any, clause: Any) -> django_filters.DateFilter:
    return said(day_of(label, method="leave"), clause)


class _ScopeForm(forms.Form):
    """Dates in the wrong order are told beside the second one."""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        since, until = values.get("since"), values.get("until")
        if since and until and until < since:
            self.add_error("until", _("The last day must not lie before the first."))
        return values


class ScopeFilterSet(HouseFilterSet):
    """The filters of every page of the report, read as one :class:`Scope`; each page has rows of another sort.

    ``group`` says which of the lists it is (organizations, First Nations, …). Dates count where the period is
    “other dates”, or where none is named.
    """

    standing = frozenset({"group"})
    q = said(
        django_filters.CharFilter(method="leave", label=_("Name of the organization or Nation")),
        _("with “%(value)s” in the name"),
    )
    group = said(
        django_filters.ChoiceFilter(
            method="leave", choices=[(group.value, GROUP_LABELS[group]) for group in Group], widget=forms.HiddenInput
        ),
        _("listed: %(value)s"),
    )
    period = said(
        django_filters.ChoiceFilter(
            method="leave", choices=PERIODS, label=_("Period"), empty_label=_("This quarter (unless you choose)")
        ),
        "%(value)s",
        {
            PeriodKey.QUARTER.value: _("in this quarter"),
            PeriodKey.LAST_QUARTER.value: _("in the last quarter"),
            PeriodKey.FISCAL_YEAR.value: _("in this fiscal year (April to March)"),
            PeriodKey.YEAR.value: _("in this calendar year"),
            PeriodKey.CUSTOM.value: _("on days of one’s own choice"),
        },
    )
    since = _day(pgettext_lazy("other dates", "Other dates: from"), _("from %(value)s on"))
    until = _day(pgettext_lazy("other dates", "Other dates: until"), _("until %(value)s"))
    kind = said(
        django_filters.MultipleChoiceFilter(
            method="leave",
            choices=Interaction.Kind.choices,
            label=_("Kind of contact"),
            widget=forms.CheckboxSelectMultiple,
        ),
        _("of kind %(value)s"),
    )
    pillar = said(
        django_filters.ModelChoiceFilter(
            method="leave", queryset=Pillar.objects.all(), label=_("Pillar"), empty_label=_("Any")
        ),
        _("of the pillar %(value)s"),
    )
    initiative = said(
        django_filters.ModelChoiceFilter(
            method="leave", queryset=initiatives, label=_("Filed under"), empty_label=_("Any")
        ),
        _("filed under %(value)s"),
    )
    party_kind = said(
        django_filters.MultipleChoiceFilter(
            method="leave",
            choices=ORGANIZATION_KINDS,
            label=_("Kind of organization"),
            widget=forms.CheckboxSelectMultiple,
        ),
        _("with organizations of the kind %(value)s"),
    )
    owner = said(
        django_filters.ChoiceFilter(
            method="leave", choices=colleagues, label=_("Relationship owner"), empty_label=_("Anybody")
        ),
        _("with relationship owner %(value)s"),
        {ME: _("whose relationship owner I am")},
    )
    # Set by the links of the report, which open what stands behind one row.
    party = said(
        django_filters.ModelChoiceFilter(method="leave", queryset=parties, label=_("With"), widget=forms.HiddenInput),
        _("with %(value)s"),
    )

    class Meta:
        form = _ScopeForm
        fields: ClassVar[list[str]] = []

    def leave(self, rows: QuerySet[Any], name: str, value: Any) -> QuerySet[Any]:
        """All of them together are the scope."""
        return rows

    @cached_property
    def _values(self) -> dict[str, Any]:
        """What is valid; a bad value narrows nothing."""
        self.form.is_valid()
        values: dict[str, Any] = self.form.cleaned_data
        return values

    @property
    def listed(self) -> Group | None:
        """None where the address names none: the page decides."""
        value = self._values.get("group")
        return Group(value) if value else None

    @cached_property
    def covered(self) -> Period:
        since, until = self._values.get("since"), self._values.get("until")
        key = self._values.get("period") or (PeriodKey.CUSTOM if since or until else PeriodKey.QUARTER)
        return period_of(key, today=today(), since=since, until=until)

    @cached_property
    def scope_of_everybody(self) -> Scope:
        """Whatever the group and the kind of organization."""
        values = self._values
        owner = values.get("owner")
        return Scope(
            actor=self.request.user,
            period=self.covered,
            kinds=tuple(values.get("kind") or ()),
            pillar=values.get("pillar"),
            initiative=values.get("initiative"),
            owner=chosen(owner, self.request) if owner else None,
            called=values.get("q") or "",
            party=values.get("party"),
        )

    @cached_property
    def scope(self) -> Scope:
        return self.scope_of_everybody.among(self.listed, self._values.get("party_kind") or ())

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return self.of_scope(queryset, self.scope)

    def of_scope(self, rows: QuerySet[Any], scope: Scope) -> QuerySet[Any]:
        """Which of the rows the scope means."""
        return rows


class PartiesFilterSet(ScopeFilterSet):
    """Parties that took part. Of their numbers the one by which the list is sorted is counted here, and no other."""

    class Meta(ScopeFilterSet.Meta):
        model = Party

    @property
    def listed(self) -> Group:
        return super().listed or Group.ORGANIZATIONS

    @property
    def number(self) -> str:
        """By what the address sorts; most contacts first where it does not say, but Nations by name."""
        wanted: str = self.data.get("sort", "").removeprefix("-")
        if wanted in NUMBERS:
            return wanted
        return "contacts" if self.listed is Group.ORGANIZATIONS and wanted != "party" else ""

    def of_scope(self, rows: QuerySet[Party], scope: Scope) -> QuerySet[Party]:
        return scope.parties_with(self.number) if self.number else scope.parties()


class SpeakingFilterSet(ScopeFilterSet):
    """Who speaks for whom: parties of every kind in one list."""

    group = None
    party_kind = None
    party = None
    by_community: ClassVar[bool] = False

    class Meta(ScopeFilterSet.Meta):
        model = Party

    @cached_property
    def speaking(self) -> Speaking:
        return Speaking(self.scope, by_community=self.by_community)

    def of_scope(self, rows: QuerySet[Party], scope: Scope) -> QuerySet[Party]:
        return self.speaking.parties()


class SpokenForFilterSet(SpeakingFilterSet):
    by_community = True


class PeopleFilterSet(ScopeFilterSet):
    class Meta(ScopeFilterSet.Meta):
        model = Person

    def of_scope(self, rows: QuerySet[Person], scope: Scope) -> QuerySet[Person]:
        return scope.people_met()


class PointsFilterSet(ScopeFilterSet):
    class Meta(ScopeFilterSet.Meta):
        model = Point

    def of_scope(self, rows: QuerySet[Point], scope: Scope) -> QuerySet[Point]:
        return scope.points_raised()


class CommitmentsFilterSet(ScopeFilterSet):
    """Ours alone; ``state`` tells those that are still open."""

    state = said(
        django_filters.ChoiceFilter(
            method="leave", choices=[(Commitment.State.OPEN.value, _("Open"))], label=_("State"), empty_label=_("Any")
        ),
        _("that are %(value)s"),
        {Commitment.State.OPEN.value: _("that are still open")},
    )

    class Meta(ScopeFilterSet.Meta):
        model = Commitment

    def of_scope(self, rows: QuerySet[Commitment], scope: Scope) -> QuerySet[Commitment]:
        made = scope.commitments_made()
        return made.open() if self._values.get("state") else made


# --- On the contact log -----------------------------------------------------------------------------------------------


class TookPartFacet(django_filters.MultipleChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    """Contacts in which somebody stood for such a party. Owner, name, party and person must hold for one of them."""

    reads_others = True

    def filter(self, rows: QuerySet[Interaction], value: list[str]) -> QuerySet[Interaction]:
        values = self.parent.form.cleaned_data
        owner, called, party = values.get("owner"), values.get("party_called"), values.get("party")
        if not (value or owner or called):
            return rows
        condition = stands_for_a_party() & parties_are(
            [each for each in value if each != NONE] or [ANY],
            owner=chosen(owner, self.parent.request) if owner else None,
            called=called or "",
        )
        if party is not None:
            condition &= Q(party=party)
        if person := values.get("person"):
            condition &= Q(person=person)
        with_party = Exists(Participant.objects.filter(condition, interaction=OuterRef("pk")))
        if NONE not in value:
            return rows.filter(with_party)
        with_none = ~Exists(Participant.objects.filter(stands_for_a_party(), interaction=OuterRef("pk")))
        return rows.filter(with_none if value == [NONE] else Q(with_none) | Q(with_party))


def _of_pillar(rows: QuerySet[Any], actor: Any, value: str) -> QuerySet[Any]:
    return rows.filter(initiative__in=Initiative.objects.readable_by(actor).filter(pillar=int(value)))


def _pillars() -> list[tuple[str, str]]:
    return [(str(pillar.pk), str(pillar)) for pillar in Pillar.objects.all()]


class _ReadByTookPart:
    """A value that :class:`TookPartFacet` reads."""

    def filter(self, rows: QuerySet[Interaction], value: Any) -> QuerySet[Interaction]:
        return rows


class _OwnerFacet(_ReadByTookPart, django_filters.ChoiceFilter):  # type: ignore[misc]  # django-filter has no types
    pass


class _CalledFacet(_ReadByTookPart, django_filters.CharFilter):  # type: ignore[misc]  # as above
    pass


def contact_log_facets() -> dict[str, Any]:
    """What the log must understand so that every number of the report opens the contacts it counts."""
    pillar = ChoiceFacet(label=_("Pillar"), choices=_pillars, narrow=_of_pillar)
    owner = _OwnerFacet(label=_("Relationship owner"), choices=colleagues, empty_label=_("Anybody"))
    called = _CalledFacet(label=_("Name of the organization or Nation"), widget=forms.HiddenInput)
    who = TookPartFacet(choices=WHO_TOOK_PART, label=_("Who took part"), widget=forms.MultipleHiddenInput)
    return {
        "pillar": said(pillar, _("of the pillar %(value)s")),
        "owner": said(owner, _("with relationship owner %(value)s"), {ME: _("whose relationship owner I am")}),
        # Set by the links of reports; each shows as a chip and is not offered in the panel.
        "party_called": said(called, _("with “%(value)s” in the name of who took part")),
        "took_part": said(who, _("in which took part: %(value)s")),
    }
