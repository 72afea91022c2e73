"""Recording gifts and taking them back; issuing, replacing and cancelling receipts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core import ui
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import see_other
from members.gifts import services
from members.gifts.forms import GiftForm, ReasonForm, ReceiptForm
from members.gifts.rules import registration_on
from members.gifts.views.base import GiftsFormView, gift_or_404, receipt_or_404
from members.memberships.views.base import refuse
from members.models import GiftReceipt, Party, Person


class RecordView(GiftsFormView):
    heading = gettext_lazy("Record a gift")
    lede = gettext_lazy("What was given, by whom and when. It is never deleted: what was wrong is taken back.")
    submit = gettext_lazy("Record the gift")

    def get(self, request: SignedInRequest) -> HttpResponse:
        start = {
            "donor_person": self._named(request, "person", Person),
            "donor_party": self._named(request, "party", Party),
        }
        return self.page(request, GiftForm(initial={name: row for name, row in start.items() if row}))

    def post(self, request: SignedInRequest) -> HttpResponse:
        form = GiftForm(request.POST)
        if form.is_valid():
            try:
                gift = services.record_gift(actor=request.user, **form.given())
            except ActRefused as refused:
                refuse(form, refused)
            else:
                ui.toast(request, _("Gift recorded."))
                return see_other(request, gift.get_absolute_url())
        return self.page(request, form, status=422)

    def _named(self, request: SignedInRequest, name: str, model: Any) -> Any:
        key = request.GET.get(name, "")
        if not (key.isdecimal() and len(key) < 19):
            return None
        return model.objects.visible_to(request.user).filter(pk=int(key)).first()


class _ActView(GiftsFormView):
    """One act on one gift."""

    done: Any = gettext_lazy("Recorded.")
    gift: Any

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if type(self).allowed(request.user):
            self.find(request.user, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def find(self, user: Any, pk: int) -> None:
        self.gift = gift_or_404(user, pk)

    def back(self) -> tuple[str, str]:
        return self.gift.get_absolute_url(), _("Gift of %(donor)s") % {"donor": self.gift.donor}

    def form(self, data: Any = None) -> forms.Form:
        return ReasonForm(data)

    def act(self, request: SignedInRequest, form: Any) -> None:
        """The one service of the act."""

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return self.page(request, self.form())

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        form = self.form(request.POST)
        if form.is_valid():
            try:
                self.act(request, form)
            except ActRefused as refused:
                refuse(form, refused)
            else:
                ui.toast(request, self.done)
                return see_other(request, self.back()[0])
        return self.page(request, form, status=422)


class ReceiptView(_ActView):
    """A receipt for the gift, or another one in the place of the one that stands."""

    heading: Any = gettext_lazy("Issue an official receipt")
    submit = gettext_lazy("Issue the receipt")
    done = gettext_lazy("Receipt issued.")

    def form(self, data: Any = None) -> forms.Form:
        standing = GiftReceipt.objects.standing().filter(gift=self.gift.pk).first()
        registration = registration_on(today())
        if standing is not None:
            self.heading = _("Replace receipt %(number)s") % {"number": standing.number}
        self.lede = services.why_no_receipt(self.gift, today()) or _(
            "It gets the next number of its year and is never deleted: what was wrong is replaced or cancelled."
        )
        signatory = registration.signatory if registration else ""
        return ReceiptForm(data, gift=self.gift, standing=standing, signatory=signatory)

    def act(self, request: SignedInRequest, form: Any) -> None:
        services.issue_receipt(actor=request.user, gift=self.gift, **form.given())


class TakeBackView(_ActView):
    heading = gettext_lazy("Take the gift back")
    lede = gettext_lazy("It was noted wrongly, or given back to the donor. It then counts no more.")
    submit = gettext_lazy("Take back")
    done = gettext_lazy("The gift was taken back.")

    def act(self, request: SignedInRequest, form: Any) -> None:
        services.take_back(actor=request.user, gift=self.gift, **form.given())


class CancelView(_ActView):
    lede = gettext_lazy("It stays on file under its number and says that it is cancelled.")
    submit = gettext_lazy("Cancel the receipt")
    done = gettext_lazy("Cancelled.")
    receipt: Any

    def find(self, user: Any, pk: int) -> None:
        self.receipt = receipt_or_404(user, pk)
        self.gift = self.receipt.gift
        self.heading = _("Cancel receipt %(number)s") % {"number": self.receipt.number}

    def back(self) -> tuple[str, str]:
        return reverse("gifts:detail", args=[self.gift.pk]), _("Gift of %(donor)s") % {"donor": self.gift.donor}

    def act(self, request: SignedInRequest, form: Any) -> None:
        services.cancel_receipt(actor=request.user, receipt=self.receipt, **form.given())
