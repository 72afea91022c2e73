"""Where the areas of cooperation are edited. The page of the partnership shows them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.pages.facts import FactRoom, FactWords
from c2m2a_crm.core.views import visible_or_404
from partnerships.models import CooperationArea, Partnership


def _partnership(user: Any, pk: int) -> Partnership:
    partnership: Partnership = visible_or_404(Partnership.objects.select_related("initiative"), user, pk=pk)
    return partnership


AREAS = FactRoom(
    "partnerships",
    CooperationArea,
    _partnership,
    title=_("Partnerships"),
    list_url_name="partnerships:list",
    folder="areas",
    words=FactWords(
        add=_("Add an area of cooperation"),
        edit=_("Edit an area of cooperation"),
        confirm=_("Confirm an area of cooperation"),
        remove=_("Remove an area of cooperation"),
        added=_("The area of cooperation is added. It counts as unconfirmed until somebody confirms it."),
        removed=_("Area removed."),
    ),
    is_ordered=True,
)
