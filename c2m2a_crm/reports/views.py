"""The catalogue of reports, and the report “contacts by party and period” with the lists behind its numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core.lists import Column, ListState, ListWords
from c2m2a_crm.core.registries import Report, reports
from c2m2a_crm.core.views import HouseView, ListView
from c2m2a_crm.engagement.lists import COMMITMENT_COLUMNS
from c2m2a_crm.engagement.models import Commitment, Point
from c2m2a_crm.reports import policies
from c2m2a_crm.reports.counting import GROUP_LABELS, Group, Scope
from c2m2a_crm.reports.filters import (
    CommitmentsFilterSet,
    PartiesFilterSet,
    PeopleFilterSet,
    PointsFilterSet,
    ScopeFilterSet,
    SpeakingFilterSet,
    SpokenForFilterSet,
)
from c2m2a_crm.reports.lists import (
    OUR_COMMITMENT_WORDS,
    PEOPLE_WORDS,
    POINT_COLUMNS,
    POINT_WORDS,
    Doors,
    party_columns,
    party_words,
    people_columns,
)
from c2m2a_crm.reports.speaking import (
    COMMUNITY_RULE,
    COMMUNITY_WORDS,
    REPRESENTATIVE_RULE,
    REPRESENTATIVE_WORDS,
)
from c2m2a_crm.reports.summary import COUNTING_RULE, Summary, feet
from members.lists import by_name
from members.models import Party, Person


class CatalogueView(HouseView):
    """The reports that this person may open, in their groups."""

    allowed = staticmethod(policies.can_read_reports)

    def get(self, request: HttpRequest) -> HttpResponse:
        groups: dict[str, list[Report]] = {}
        for entry in reports:
            if entry.allowed(request.user):
                groups.setdefault(str(entry.group), []).append(entry)
        return render(request, "reports/catalogue.html", {"groups": list(groups.items())})


class _ScopeListView(ListView):
    """A list whose filters are a scope. Its columns count within that scope, so they are made for each request."""

    allowed = staticmethod(policies.can_read_reports)
    filterset_class: ClassVar[type[ScopeFilterSet]]
    columns: ClassVar[Sequence[Column]] = ()
    search_label = gettext_lazy("Filter by name")

    def columns_of(self, scope: Scope) -> Sequence[Column]:
        return self.columns

    def state(self) -> ListState:
        state = super().state()
        state.columns = self.columns_of(state.filterset.scope)
        return state


class ContactsByPartyView(_ScopeListView):
    """Who was heard in a period, how often, by whom of them, and what was promised. Nations have lists of their own."""

    list_key = "contacts-by-party"
    template_name = "reports/contacts_by_party.html"
    results_template = "reports/_contacts_by_party_results.html"
    filterset_class = PartiesFilterSet

    @property
    def words(self) -> ListWords:  # type: ignore[override]  # it depends on whose list it is
        wanted = self.request.GET.get("group", "")
        return party_words(Group(wanted) if wanted in set(Group) else Group.ORGANIZATIONS)

    def rows(self) -> QuerySet[Party]:
        return Party.objects.visible_to(self.request.user)

    def columns_of(self, scope: Scope) -> Sequence[Column]:
        return party_columns(scope)

    def state(self) -> ListState:
        state = super().state()
        filterset: Any = state.filterset
        if filterset.number == "contacts" and state.sort[0] is None:
            state.default_order = [F("contacts").desc(), *by_name()]
            state.order_words = gettext_lazy("most contacts first")
        else:
            state.default_order = by_name()
        self.summary = Summary(filterset.scope_of_everybody)
        self.figures = self.summary.tally.of(filterset.scope.who)
        # The summary has counted them already; counting is what costs in a large log.
        state.total = self.figures.parties
        return state

    def context(self, state: ListState) -> dict[str, Any]:
        filterset: Any = state.filterset
        return {
            "summary": self.summary,
            "period": filterset.covered,
            "tabs": [
                {
                    "label": GROUP_LABELS[group],
                    # To the tabs again: what they change stands far down the page.
                    "url": f"{state.url(group=group.value, page=None, party_kind=None, sort=None)}#tab",
                    "current": group is filterset.listed,
                    "count": self.summary.of_group(group).parties,
                }
                for group in Group
            ],
            "list_foot": feet(self.figures, filterset.scope, state.shown_columns) if state.rows else [],
            "rules": re.split(r"(?<=\.) ", str(COUNTING_RULE)),
            "group_label": GROUP_LABELS[filterset.listed],
            "crumbs": [{"label": _("Reports"), "url": reverse("reports:catalogue")}],
            "may_export": can_export(self.request.user),
        }


class _BehindView(_ScopeListView):
    """What one number of the report counts, with the report's filters."""

    template_name = "reports/behind.html"

    def context(self, state: ListState) -> dict[str, Any]:
        filterset: Any = state.filterset
        scope: Scope = filterset.scope
        return {
            "scope": scope,
            "group_label": GROUP_LABELS[filterset.listed] if filterset.listed and scope.party is None else "",
            "crumbs": [
                {"label": _("Reports"), "url": reverse("reports:catalogue")},
                {
                    "label": _("Contacts by organization and Nation"),
                    "url": Doors(replace(scope, party=None)).page("reports:contacts_by_party"),
                },
            ],
        }


class PeopleMetView(_BehindView):
    list_key = "people-met"
    filterset_class = PeopleFilterSet
    words = PEOPLE_WORDS

    def rows(self) -> QuerySet[Person]:
        return Person.objects.visible_to(self.request.user)

    def columns_of(self, scope: Scope) -> Sequence[Column]:
        return people_columns(scope)

    def default_order(self) -> list[Any]:
        return ["sort_key"]


class PointsRaisedView(_BehindView):
    list_key = "points-raised"
    filterset_class = PointsFilterSet
    columns = POINT_COLUMNS
    words = POINT_WORDS
    order_words = gettext_lazy("newest first")

    def rows(self) -> QuerySet[Point]:
        return Point.objects.readable_by(self.request.user)

    def default_order(self) -> list[Any]:
        return [F("interaction__occurred_on").desc(), F("interaction").desc(), "position"]


class CommitmentsMadeView(_BehindView):
    list_key = "commitments-made"
    filterset_class = CommitmentsFilterSet
    columns = COMMITMENT_COLUMNS
    words = OUR_COMMITMENT_WORDS
    order_words = gettext_lazy("soonest due first")

    def rows(self) -> QuerySet[Commitment]:
        return Commitment.objects.readable_by(self.request.user)

    def default_order(self) -> list[Any]:
        return [F("due_on").asc(nulls_last=True), "interaction__occurred_on"]


class _SpeakingView(_ScopeListView):
    """Contacts counted for whoever speaks for others, or for whom somebody speaks; never twice for one of them."""

    template_name = "reports/speaking.html"
    results_template = "reports/_speaking_results.html"
    filterset_class = SpeakingFilterSet
    rule: ClassVar[Any] = REPRESENTATIVE_RULE

    def rows(self) -> QuerySet[Party]:
        return Party.objects.visible_to(self.request.user)

    def state(self) -> ListState:
        state = super().state()
        filterset: Any = state.filterset
        state.columns = filterset.speaking.columns()
        state.default_order = by_name()
        return state

    def context(self, state: ListState) -> dict[str, Any]:
        filterset: Any = state.filterset
        return {
            "period": filterset.covered,
            "list_foot": filterset.speaking.feet(state.shown_columns) if state.rows else [],
            "rules": re.split(r"(?<=\.) ", str(self.rule)),
            "crumbs": [{"label": _("Reports"), "url": reverse("reports:catalogue")}],
            "may_export": can_export(self.request.user),
        }


class ByRepresentativeView(_SpeakingView):
    list_key = "contacts-by-representative"
    words = REPRESENTATIVE_WORDS


class ByCommunityView(_SpeakingView):
    list_key = "contacts-by-community"
    words = COMMUNITY_WORDS
    filterset_class = SpokenForFilterSet
    rule = COMMUNITY_RULE


def exported_contacts_by_party(request: HttpRequest) -> ListState:
    view = ContactsByPartyView()
    view.setup(request)
    return view.state()


def exported_by_representative(request: HttpRequest) -> ListState:
    view = ByRepresentativeView()
    view.setup(request)
    return view.state()


def exported_by_community(request: HttpRequest) -> ListState:
    view = ByCommunityView()
    view.setup(request)
    return view.state()
