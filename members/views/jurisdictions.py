"""Canada, its provinces and territories: who is responsible for minerals there, and under which strategy."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.pages.facts import fact_card
from c2m2a_crm.core.record_changes import record_page, told_facts
from c2m2a_crm.core.registries import panels_for
from c2m2a_crm.core.views import HouseView, ListView, visible_or_404
from members.fact_rooms import JURISDICTION_FACTS
from members.jurisdiction_list import (
    JURISDICTION_COLUMNS,
    JURISDICTION_WORDS,
    JurisdictionFilterSet,
    jurisdiction_list,
    kind_of,
)
from members.models import Jurisdiction, JurisdictionFact, Party
from members.policies import can_see_directory

ORGANIZATIONS_IN_VIEW = 8


class JurisdictionListView(ListView):
    allowed = staticmethod(can_see_directory)
    list_key = "jurisdictions"
    template_name = "members/jurisdiction_list.html"
    filterset_class = JurisdictionFilterSet
    columns = JURISDICTION_COLUMNS
    words = JURISDICTION_WORDS

    def state(self) -> ListState:
        return jurisdiction_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return {"may_export": can_export(self.request.user)}


def _head(jurisdiction: Jurisdiction, tab: str) -> dict[str, Any]:
    return {"jurisdiction": jurisdiction, "kind": kind_of(jurisdiction), "tab": tab}


class JurisdictionView(HouseView):
    """What is known of it, its organizations, and the cards of other rooms."""

    allowed = staticmethod(can_see_directory)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        jurisdiction = visible_or_404(Jurisdiction.objects.all(), request.user, pk=pk)
        rows = Party.objects.visible_to(request.user).organizations().active()
        if jurisdiction.kind == "federal":
            rows = rows.filter(government_level=Party.GovernmentLevel.FEDERAL)
            narrowed = f"government_level={Party.GovernmentLevel.FEDERAL}"
        else:
            rows = rows.filter(jurisdiction=jurisdiction)
            narrowed = f"jurisdiction={jurisdiction.code}"
        panels: dict[str, list[SafeString]] = {"panels_next": [], "panels_main": [], "panels_aside": []}
        for panel, context in panels_for(request.user, jurisdiction):
            panels[f"panels_{panel.place}"].append(render_to_string(panel.template, context, request))
        context = {
            **_head(jurisdiction, "overview"),
            "facts": fact_card(JURISDICTION_FACTS, request.user, jurisdiction),
            "organizations": list(rows.in_reading_order()[:ORGANIZATIONS_IN_VIEW]),
            "organization_count": rows.count(),
            "organizations_url": f"{reverse('organizations:list')}?{narrowed}",
            **panels,
        }
        return render(request, "members/jurisdiction_detail.html", context)


class JurisdictionHistoryView(HouseView):
    """Who changed what is known of it, when and why; ``?before=`` leads further back."""

    allowed = staticmethod(can_see_directory)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        jurisdiction = visible_or_404(Jurisdiction.objects.all(), request.user, pk=pk)
        text = request.GET.get("before", "")
        before = int(text) if text.isdecimal() and len(text) < 19 else None
        parts = [told_facts(JurisdictionFact, "jurisdiction_id")]
        page = record_page([jurisdiction], parts, request.user, before=before)
        return render(request, "members/jurisdiction_history.html", {**_head(jurisdiction, "history"), "page": page})
