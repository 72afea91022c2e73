"""The lists of notices and of their copies."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.text import Fold
from c2m2a_crm.core.views import ListView
from c2m2a_crm.outreach import policies
from c2m2a_crm.outreach.filters import CampaignFilterSet, DeliveryFilterSet
from c2m2a_crm.outreach.lists import (
    CAMPAIGN_COLUMNS,
    CAMPAIGN_WORDS,
    DELIVERY_COLUMNS,
    DELIVERY_WORDS,
)
from c2m2a_crm.outreach.models import Campaign, Delivery

ALL, DRAFTS, SENT, DISCARDED = "all", "drafts", "sent", "discarded"
TABS = {
    ALL: pgettext_lazy("campaigns", "Current"),
    DRAFTS: pgettext_lazy("campaigns", "Drafts"),
    SENT: pgettext_lazy("campaigns", "Sent"),
    DISCARDED: pgettext_lazy("campaigns", "Discarded"),
}
_TAB_ROWS = {
    ALL: Q(cancelled_at__isnull=True),
    DRAFTS: Q(cancelled_at__isnull=True, approved_at__isnull=True),
    SENT: Q(started_at__isnull=False),
    DISCARDED: Q(cancelled_at__isnull=False),
}


class CampaignListView(ListView):
    order_words = gettext_lazy("newest first")
    search_label = gettext_lazy("Filter by subject or audience")
    allowed = staticmethod(policies.can_see_campaigns)
    list_key = "campaigns"
    template_name = "outreach/campaign_list.html"
    filterset_class = CampaignFilterSet
    columns = CAMPAIGN_COLUMNS
    words = CAMPAIGN_WORDS

    @property
    def tab(self) -> str:
        wanted = self.request.GET.get("tab", ALL)
        return wanted if wanted in TABS else ALL

    def rows(self) -> QuerySet[Campaign]:
        return Campaign.objects.visible_to(self.request.user).filter(_TAB_ROWS[self.tab])

    def default_order(self) -> list[str]:
        return ["-pk"]

    def context(self, state: ListState) -> dict[str, Any]:
        address = reverse("campaigns:list")
        tabs = [
            {"label": label, "url": address if key == ALL else f"{address}?tab={key}", "current": key == self.tab}
            for key, label in TABS.items()
        ]
        return {"tabs": tabs, "may_export": can_export(self.request.user)}


class DeliveryListView(ListView):
    """What each person of an audience got: frozen when the notice was approved, with what became of it."""

    order_words = gettext_lazy("newest first")
    search_label = gettext_lazy("Filter by name or address")
    allowed = staticmethod(policies.can_see_campaigns)
    list_key = "copies"
    template_name = "outreach/delivery_list.html"
    filterset_class = DeliveryFilterSet
    columns = DELIVERY_COLUMNS
    words = DELIVERY_WORDS

    def rows(self) -> QuerySet[Delivery]:
        return Delivery.objects.visible_to(self.request.user).with_outcome()

    def default_order(self) -> list[Any]:
        return ["-campaign", Fold("name")]

    def context(self, state: ListState) -> dict[str, Any]:
        return {"may_export": can_export(self.request.user)}


def exported_campaigns(request: HttpRequest) -> ListState:
    view = CampaignListView()
    view.setup(request)
    return view.state()


def exported_deliveries(request: HttpRequest) -> ListState:
    view = DeliveryListView()
    view.setup(request)
    return view.state()
