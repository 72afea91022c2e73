"""What the owners of circles are asked, and their answer. Nobody else sees these pages' contents."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core import dates, reads, ui
from c2m2a_crm.core.models import Sealable
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.registries import personal_data
from c2m2a_crm.core.views import HouseView, see_other, visible_or_404
from c2m2a_crm.privacy import policies
from c2m2a_crm.privacy.models import OwnerAsk
from c2m2a_crm.privacy.services import gathering
from c2m2a_crm.privacy.services.confided import places_in
from c2m2a_crm.privacy.services.package import scope_of

ANSWERED_SHOWN = 20


class AskListView(HouseView):
    """What waits for an answer, and what was answered of late."""

    allowed = staticmethod(policies.can_be_asked)
    http_method_names = ("get", "head", "options")

    def get(self, request: SignedInRequest) -> HttpResponse:
        rows = OwnerAsk.objects.visible_to(request.user).select_related("request__person", "circle")
        context = {
            "waiting": rows.waiting().order_by("request__owners_until", "pk"),
            "answered": rows.filter(answered_at__isnull=False).order_by("-answered_at")[:ANSWERED_SHOWN],
        }
        return render(request, "privacy/ask_list.html", context)


class AskView(HouseView):
    """What matches in the circle, for its owners. They put records in, or answer that nothing goes in."""

    allowed = staticmethod(policies.can_be_asked)

    def ask(self, request: SignedInRequest, pk: int) -> OwnerAsk:
        rows = OwnerAsk.objects.select_related("request__period", "request__person", "circle", "answered_by")
        ask: OwnerAsk = visible_or_404(rows, request.user, pk=pk)
        return ask

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        ask = self.ask(request, pk)
        labels = {source.key: source.label for source in personal_data}
        inside = places_in(ask.request)
        found = gathering.matches_in_circle(owner=request.user, ask=ask) if ask.request.is_open else []
        for _key, record in found:
            if isinstance(record.row, Sealable):
                reads.note_reading(request.user, record.row)
        records = [
            {
                "name": gathering.name_of(record),
                "kind": labels[key],
                "record": record,
                "is_inside": (record.row._meta.db_table, record.row.pk) in inside,
            }
            for key, record in found
        ]
        context = {"ask": ask, "asked": ask.request, "scope": scope_of(ask.request), "records": records}
        return render(request, "privacy/ask.html", context)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        ask = self.ask(request, pk)
        chosen = [] if "nothing" in request.POST else request.POST.getlist("record")
        try:
            count = gathering.answer_ask(owner=request.user, ask=ask, chosen=chosen)
        except ActRefused as refusal:
            ui.warn(request, str(refusal))
            return see_other(request, reverse("privacy:ask", args=[ask.pk]))
        if count:
            sentence = ngettext(
                "%(count)s record put into the request.", "%(count)s records put into the request.", count
            )
            ui.toast(request, sentence % {"count": dates.number(count)})
        else:
            ui.toast(request, _("Answered: nothing goes in."))
        return see_other(request, reverse("privacy:asks"))
