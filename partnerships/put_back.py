"""Fields of partnerships that one press puts back: the partnership's own, and those that its initiative keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.urls import reverse

from c2m2a_crm.core.registries import PutBack
from c2m2a_crm.engagement.models import Initiative
from c2m2a_crm.engagement.services.of_initiative import INITIATIVE_FIELDS
from partnerships.models import Partnership
from partnerships.policies import can_manage_partnership
from partnerships.services import edit_partnership

_FIELDS: Final = frozenset(
    {
        "kind",
        "counterpart_en",
        "counterpart_fr",
        "counterpart_country",
        "status",
        "instrument",
        "signed_on",
        "precision",
        "is_binding",
        "successor",
        "code",
    }
)


def _partnership(actor: Any, key: int) -> Partnership | None:
    partnership = Partnership.objects.visible_to(actor).select_related("initiative").filter(pk=key).first()
    if partnership is not None and not can_manage_partnership(actor, partnership):
        raise PermissionDenied
    return partnership


def _initiative(actor: Any, key: int) -> Initiative | None:
    partnership = _partnership(actor, key)
    return partnership.initiative if partnership else None


def _save(actor: Any, row: Any, version: int, changes: Mapping[str, Any]) -> Partnership:
    return edit_partnership(actor=actor, partnership=row, version=version, changes=changes)


def _save_initiative(actor: Any, row: Any, version: int, changes: Mapping[str, Any]) -> Partnership:
    partnership = Partnership.objects.select_related("initiative").get(pk=row.pk)
    return edit_partnership(
        actor=actor, partnership=partnership, version=partnership.version, initiative_version=version, changes=changes
    )


def _page(row: Any) -> str:
    return reverse("partnerships:history", args=[row.pk])


PARTNERSHIP: Final = PutBack("partnerships", 40, Partnership, _FIELDS, _partnership, _save, _page)
INITIATIVE: Final = PutBack(
    "partnerships.initiatives", 41, Initiative, INITIATIVE_FIELDS, _initiative, _save_initiative, _page
)
