"""Who said stop: the list, what staff were told by other ways, and lifting with a reason."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core import ui
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.views import HouseView, ListView, see_other, visible_or_404
from c2m2a_crm.outreach import policies, services
from c2m2a_crm.outreach.filters import StopFilterSet
from c2m2a_crm.outreach.forms import LiftForm, StopForm
from c2m2a_crm.outreach.lists import STOP_COLUMNS, STOP_WORDS
from c2m2a_crm.outreach.models import Campaign, Suppression

IN_FORCE, EVERYTHING_SAID = "in-force", "all"
TABS = {
    IN_FORCE: pgettext_lazy("unsubscribed addresses", "In force"),
    EVERYTHING_SAID: pgettext_lazy("unsubscribed addresses", "Everything that was said"),
}
SCOPES_OFFERED = 20


class StopListView(ListView):
    order_words = gettext_lazy("newest first")
    search_label = gettext_lazy("Filter by address")
    allowed = staticmethod(policies.can_see_campaigns)
    list_key = "unsubscribed"
    template_name = "outreach/stop_list.html"
    filterset_class = StopFilterSet
    columns = STOP_COLUMNS
    words = STOP_WORDS

    @property
    def tab(self) -> str:
        wanted = self.request.GET.get("tab", IN_FORCE)
        return wanted if wanted in TABS else IN_FORCE

    def rows(self) -> QuerySet[Suppression]:
        rows = Suppression.objects.visible_to(self.request.user)
        return rows.in_force() if self.tab == IN_FORCE else rows

    def default_order(self) -> list[str]:
        return ["-pk"]

    def context(self, state: ListState) -> dict[str, Any]:
        address = reverse("consent:stops")
        tabs = [
            {"label": label, "url": address if key == IN_FORCE else f"{address}?tab={key}", "current": key == self.tab}
            for key, label in TABS.items()
        ]
        user = self.request.user
        return {"tabs": tabs, "may_export": can_export(user), "may_note": policies.can_note_stops(user)}


def exported_stops(request: HttpRequest) -> ListState:
    view = StopListView()
    view.setup(request)
    return view.state()


class StopCreateView(HouseView):
    """Somebody asked by telephone, letter or reply to get no more mail: noted with how we know."""

    allowed = staticmethod(policies.can_note_stops)

    def scopes(self) -> list[tuple[str, Any]]:
        """Everything, or one of the audiences written to of late, by its newest notice."""
        newest = Campaign.objects.visible_to(self.request.user).sent().order_by("audience_key", "audience_id", "-pk")
        audiences = newest.distinct("audience_key", "audience_id").defer("body_en", "body_fr")[:SCOPES_OFFERED]
        return [("", _("All mail of the office")), *((str(each.pk), each.audience_name.text) for each in audiences)]

    def get(self, request: HttpRequest) -> HttpResponse:
        form = StopForm(scopes=self.scopes(), initial={"address": request.GET.get("address", "")[:254], "scope": ""})
        return self.page(request, form)

    def post(self, request: HttpRequest) -> HttpResponse:
        form = StopForm(request.POST, scopes=self.scopes())
        if not form.is_valid():
            return self.page(request, form, status=422)
        chosen = form.cleaned_data["scope"]
        campaign = visible_or_404(Campaign.objects.all(), request.user, pk=int(chosen)) if chosen else None
        try:
            services.note_stop(
                actor=request.user,  # type: ignore[arg-type]  # signed in, by policy
                address=form.cleaned_data["address"],
                scope=services.Scope(campaign),
                reason=form.cleaned_data["reason"],
            )
        except ValidationError as refused:
            form.add_error(None if hasattr(refused, "error_dict") else "address", refused)
            return self.page(request, form, status=422)
        ui.toast(request, _("Noted. Nothing is sent to this address any more."))
        return see_other(request, reverse("consent:stops"))

    def page(self, request: HttpRequest, form: StopForm, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "page_errors": bool(form.errors)}
        return render(request, "outreach/stop_form.html", context, status=status)


class StopLiftView(HouseView):
    """They want mail again, and told us so: the reason is the evidence."""

    allowed = staticmethod(policies.can_lift_stops)

    def row(self, request: HttpRequest, pk: int) -> Suppression:
        rows = Suppression.objects.select_related("email", "campaign")
        row: Suppression = visible_or_404(rows, request.user, pk=pk)
        if row.act != Suppression.Act.STOP:
            raise Http404
        return row

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(request, self.row(request, pk), LiftForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        row = self.row(request, pk)
        form = LiftForm(request.POST)
        if not form.is_valid():
            return self.page(request, row, form, status=422)
        lifted = services.lift_stop(actor=request.user, suppression=row, reason=form.cleaned_data["reason"])  # type: ignore[arg-type]  # as above
        ui.toast(request, _("Mail may be sent again.") if lifted else _("Nothing was changed."))
        return see_other(request, reverse("consent:stops"))

    def page(self, request: HttpRequest, row: Suppression, form: LiftForm, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "row": row, "page_errors": bool(form.errors)}
        return render(request, "outreach/stop_lift.html", context, status=status)
