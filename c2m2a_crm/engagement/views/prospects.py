"""Who should be a member: the list, and the page of one organization with the reasons and what was decided."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.accounts.requests import SignedIn
from c2m2a_crm.core import ui
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.pages.versioned import take_errors
from c2m2a_crm.core.views import HouseView, ListView, see_other, visible_or_404
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.models import NoProspect
from c2m2a_crm.engagement.prospect_lists import (
    COLUMNS,
    OUT,
    PROSPECTS,
    WORDS,
    ProspectFilterSet,
    gap_words,
    prospect_list,
    warmth_words,
)
from c2m2a_crm.engagement.prospects import candidates, reasons_of
from c2m2a_crm.engagement.pulse import next_steps
from c2m2a_crm.engagement.rhythm_forms import RuleOutForm
from c2m2a_crm.engagement.services import consider_again, rule_out
from members.models import Party


class ProspectListView(ListView):
    allowed = staticmethod(policies.can_see_pulse)
    list_key = PROSPECTS
    template_name = "prospects/list.html"
    filterset_class = ProspectFilterSet
    columns = COLUMNS
    words = WORDS

    def state(self) -> ListState:
        return prospect_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        is_out = self.request.GET.get("tab") == OUT
        address = reverse("prospects:list")
        tabs = [
            {"label": _("Prospects"), "url": address, "current": not is_out},
            {"label": _("Not prospects"), "url": f"{address}?{urlencode({'tab': OUT})}", "current": is_out},
        ]
        return {"tabs": tabs, "may_export": can_export(self.request.user)}


class _OfPartyView(SignedIn, HouseView):
    """A page or an act about one organization. A Nation has none of them."""

    allowed = staticmethod(policies.can_see_pulse)

    def party(self, request: HttpRequest, pk: int) -> Party:
        party: Party = visible_or_404(Party.objects.organizations(), request.user, pk=pk)
        return party

    def page(
        self, request: HttpRequest, party: Party, form: RuleOutForm | None = None, status: int = 200
    ) -> HttpResponse:
        reasons = reasons_of(request.user, [party.pk])[party.pk]
        query = urlencode({"party": str(party.pk), "next": request.path})
        may_keep = policies.can_keep_rhythms(request.user) and not party.is_archived
        notes = NoProspect.objects.readable_by(request.user).filter(party=party).select_related("said_by")
        context = {
            "party": party,
            "is_candidate": candidates(request.user).filter(pk=party.pk).exists(),
            "gaps": gap_words(reasons),
            "warmth": warmth_words(reasons),
            "note": reasons.note,
            "notes": list(notes),
            "step": next_steps(request.user, Party, [party.pk]).get(party.pk),
            "step_url": f"{reverse('follow_ups:create')}?{query}",
            "may_keep": may_keep,
            "form": (form or RuleOutForm()) if may_keep else None,
            "page_errors": status == 422,
        }
        return render(request, "prospects/detail.html", context, status=status)


class ProspectView(_OfPartyView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(request, self.party(request, pk))


class RuleOutView(_OfPartyView):
    allowed = staticmethod(policies.can_keep_rhythms)
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        party, form = self.party(request, pk), RuleOutForm(request.POST)
        if form.is_valid():
            try:
                operation = rule_out(actor=self.actor(), party=party, reason=form.cleaned_data["reason"])
            except ValidationError as refused:
                take_errors(form, refused)
            else:
                ui.toast(
                    request,
                    _("%(name)s is no prospect.") % {"name": party},
                    undo_url=reverse("operations:undo", args=[operation.pk]),
                )
                return see_other(request, reverse("prospects:list"))
        return self.page(request, party, form, status=422)


class ConsiderAgainView(_OfPartyView):
    allowed = staticmethod(policies.can_keep_rhythms)
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        party = self.party(request, pk)
        operation = consider_again(actor=self.actor(), party=party)
        if operation is None:
            ui.warn(request, _("Nothing was changed."))
        else:
            ui.toast(
                request,
                _("%(name)s is a prospect again.") % {"name": party},
                undo_url=reverse("operations:undo", args=[operation.pk]),
            )
        return see_other(request, reverse("prospects:detail", args=[pk]))
