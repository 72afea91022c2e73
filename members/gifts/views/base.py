"""What the pages of gifts share."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.core.views import visible_or_404
from members.gifts import policies
from members.memberships.views.base import FormView
from members.models import Gift, GiftReceipt


def gift_or_404(user: Any, pk: int) -> Any:
    """The gift with its state of today."""
    rows = Gift.objects.select_related("donor_person", "donor_party", "recorded_by", "taken_back_by")
    return visible_or_404(rows.with_state(), user, pk=pk)


def receipt_or_404(user: Any, pk: int) -> Any:
    rows = GiftReceipt.objects.select_related(
        "gift__donor_person", "gift__donor_party", "registration", "replaces", "replaced_by"
    )
    return visible_or_404(rows.with_state(), user, pk=pk)


class GiftsFormView(FormView):
    """A small form that leads back to a page of gifts."""

    allowed = staticmethod(policies.can_keep_gifts)

    def back(self) -> tuple[str, str]:
        return reverse("gifts:list"), _("Gifts")
