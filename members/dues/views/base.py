"""What the pages of one invoice share."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core import ui
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.views import HouseView, see_other, visible_or_404
from members.dues import policies
from members.memberships.views.base import refuse
from members.models import Invoice


def invoice_or_404(user: Any, pk: int) -> Any:
    """The invoice with its state of today."""
    rows = Invoice.objects.select_related(
        "membership__party", "membership__tier", "membership__contact", "issued_by", "cancelled_by"
    )
    return visible_or_404(rows.with_state(), user, pk=pk)


class DuesFormView(HouseView):
    """A small form that leads back to a page."""

    allowed = staticmethod(policies.can_keep_dues)
    heading: Any = ""
    lede: Any = ""
    submit: Any = ""

    def back(self) -> tuple[str, str]:
        """Address and name of the page that the form came from."""
        return reverse("dues:list"), _("Dues")

    def page(self, request: SignedInRequest, form: forms.Form, *, status: int = 200) -> HttpResponse:
        back_url, back = self.back()
        context = {
            "heading": self.heading,
            "lede": self.lede,
            "form": form,
            "submit": self.submit,
            "back_url": back_url,
            "back": back,
            "page_errors": bool(form.errors),
        }
        return render(request, "memberships/form.html", context, status=status)


class InvoiceFormView(DuesFormView):
    """One act on one invoice."""

    form_class: ClassVar[Any]
    done: ClassVar[Any] = gettext_lazy("Recorded.")
    invoice: Any

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if type(self).allowed(request.user):
            self.find(request.user, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def find(self, user: Any, pk: int) -> None:
        self.invoice = invoice_or_404(user, pk)

    def back(self) -> tuple[str, str]:
        return self.invoice.get_absolute_url(), _("Invoice %(number)s") % {"number": self.invoice.number}

    def start(self) -> dict[str, Any]:
        return {}

    def act(self, request: SignedInRequest, form: Any) -> None:
        """The one service of the act."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return self.page(request, self.form_class(initial=self.start()))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        form: forms.Form = self.form_class(request.POST)
        if form.is_valid():
            try:
                self.act(request, form)
            except ActRefused as refused:
                refuse(form, refused)
            else:
                ui.toast(request, self.done)
                return see_other(request, self.back()[0])
        return self.page(request, form, status=422)
