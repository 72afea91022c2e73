"""The page on which somebody who leaves hands everything over."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.accounts import forms, leaving, policies
from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core import ui
from c2m2a_crm.core.views import HouseView


def _mark(holdings: list[leaving.Holding]) -> str:
    """What the page shows, in short: nothing else is handed over than what was looked at."""
    return ",".join(f"{holding.departure.key}:{holding.count}" for holding in holdings)


class LeavingView(HouseView):
    """What the person holds, counted by kind, and to whom it passes; then the account closes."""

    allowed = staticmethod(policies.can_administer)

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        user = get_object_or_404(User, pk=pk)
        if not user.is_active:
            return redirect("accounts:user", pk)
        holdings = leaving.holdings_of(request.user, user)
        return self.page(request, user, holdings, forms.LeavingForm(user, holdings))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        user = get_object_or_404(User, pk=pk)
        holdings = leaving.holdings_of(request.user, user)
        form = forms.LeavingForm(user, holdings, request.POST)
        if not form.is_valid():
            return self.page(request, user, holdings, form, status=422)
        if request.POST.get("seen") != _mark(holdings):
            return self.page(request, user, holdings, form, is_changed=True, status=409)
        try:
            operation = leaving.leave(
                actor=request.user,
                user=user,
                successor=form.cleaned_data["successor"],
                others=form.others(),
                reason=form.cleaned_data["reason"],
            )
        except leaving.DepartureRefused as refused:
            form.add_error(None, str(refused))
            return self.page(request, user, holdings, form, status=409)
        said = _("Everything of %(name)s was handed over, and the account is closed.") % {"name": user.name}
        ui.toast(request, said, undo_url=reverse("operations:undo", args=[operation.pk]))
        return redirect("accounts:user", pk)

    def page(
        self,
        request: SignedInRequest,
        user: User,
        holdings: list[leaving.Holding],
        form: forms.LeavingForm,
        *,
        is_changed: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        refusals = list(dict.fromkeys(holding.refused for holding in holdings if holding.refused))
        if user.pk == request.user.pk:
            refusals.append(_("Somebody else must see to your own departure."))
        context = {
            "subject": user,
            "holdings": [holding for holding in holdings if holding.count],
            "refusals": refusals,
            "form": form,
            "seen": _mark(holdings),
            "is_changed": is_changed,
            "page_errors": bool(form.errors),
        }
        return render(request, "accounts/leaving.html", context, status=status)
