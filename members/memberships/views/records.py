"""The list of memberships, and the page of one: its term, what was decided, whom it covers."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, ListView, visible_or_404
from members.dues.panel import membership_panel
from members.memberships import ending, policies, selectors
from members.memberships.filters import MembershipFilterSet
from members.memberships.lists import MEMBERSHIP_COLUMNS, MEMBERSHIP_WORDS, MEMBERSHIPS, membership_list
from members.memberships.marks import status_tag
from members.memberships.rules import dues_on
from members.memberships.services import ENDINGS
from members.memberships.status import HELD, Status
from members.models import Application, Membership
from members.policies import can_edit_directory


class MembershipListView(ListView):
    allowed = staticmethod(policies.can_see_memberships)
    list_key = MEMBERSHIPS
    template_name = "memberships/list.html"
    filterset_class = MembershipFilterSet
    columns = MEMBERSHIP_COLUMNS
    words = MEMBERSHIP_WORDS

    def state(self) -> ListState:
        return membership_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return {
            "waiting": Application.objects.visible_to(self.request.user).of_memberships().waiting().count(),
            "may_keep": policies.can_keep_memberships(self.request.user),
            "may_export": can_export(self.request.user),
        }


def membership_or_404(user: Any, pk: int) -> Any:
    """The membership with its status of today."""
    rows = Membership.objects.select_related("party", "party__jurisdiction", "tier", "contact").with_status()
    return visible_or_404(rows, user, pk=pk)


def acts_of(membership: Any) -> dict[str, bool]:
    """Which decisions the status of today lets somebody record."""
    goes_on = membership.status in HELD
    is_ended = membership.ruling in ENDINGS
    return {
        "renew": goes_on and membership.last_day is not None,
        "suspend": goes_on,
        "waive": goes_on,
        "end": goes_on or (not is_ended and membership.status in (Status.APPLICANT, Status.NONE)),
        "reinstate": is_ended or membership.status == Status.SUSPENDED,
    }


def left_of(user: Any, membership: Any) -> int:
    """How many things the people of a member that is none any more still hold, for whoever keeps memberships."""
    if membership.status not in ending.OVER or not policies.can_keep_memberships(user):
        return 0
    return len(ending.what_is_asked(user, membership, today()))


class MembershipView(HouseView):
    allowed = staticmethod(policies.can_see_memberships)
    http_method_names = ("get", "head", "options")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        membership = membership_or_404(request.user, pk)
        is_covering = membership.status in (Status.ACTIVE, Status.GRACE)
        context = {
            "membership": membership,
            "status": status_tag(membership.status),
            "decisions": list(membership.decisions.for_list().order_by("-decided_on", "-pk")),
            "others": [each for each in selectors.memberships_of(request.user, membership.party) if each.pk != pk],
            "covered": selectors.covered_count(membership.party) if is_covering else None,
            "consent": selectors.implied_consent(membership),
            "dues": dues_on(membership.tier, today()),
            "dues_panel": membership_panel(request.user, membership),
            "acts": acts_of(membership) if policies.can_keep_memberships(request.user) else {},
            "may_keep": policies.can_keep_memberships(request.user),
            "left": left_of(request.user, membership),
            "may_ask": is_covering and can_edit_directory(request.user),
            "in_grace": membership.status == Status.GRACE,
        }
        return render(request, "memberships/detail.html", context)
