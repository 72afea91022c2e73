"""Partnerships: made and changed, together with the initiative that each of them is."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.refusals import refusals_of_the_database
from c2m2a_crm.engagement.models import Initiative
from c2m2a_crm.engagement.services.of_initiative import divided, edit_with_initiative, leads_back, lock_all
from members.services.names import cleaned
from partnerships.models import Partnership
from partnerships.policies import can_manage_partnership, can_manage_partnerships


def create_partnership(
    *,
    actor: User,
    kind: str,
    name_en: str = "",
    name_fr: str = "",
    operation: Operation | None = None,
    **fields: Any,
) -> Partnership:
    """Make a partnership and its initiative. ``fields`` are those of :class:`Partnership` and of its initiative.

    Raises ``ValidationError`` where the shape of a value is wrong or another partnership has the code.
    """
    require(can_manage_partnerships(actor))
    own, shared = divided(_cleaned({"name_en": name_en, "name_fr": name_fr, "kind": kind, **fields}))
    initiative = Initiative(kind=Initiative.Kind.PARTNERSHIP, **shared)
    partnership = Partnership(initiative=initiative, **own)
    with _code_taken_once(), recorded(actor, operation=operation):
        initiative.full_clean()
        initiative.save(force_insert=True)
        partnership.initiative = initiative
        partnership.full_clean()
        partnership.save(force_insert=True)
    return partnership


def edit_partnership(
    *,
    actor: User,
    partnership: Partnership,
    version: int,
    changes: Mapping[str, Any],
    initiative_version: int | None = None,
    operation: Operation | None = None,
) -> Partnership:
    """Change a partnership and its initiative, seen at ``version`` and ``initiative_version`` (else as it is now).

    Raises :class:`InitiativeConflict` or ``ValidationError``.
    """
    require(can_manage_partnership(actor, partnership))
    wanted = _cleaned(changes)
    with _code_taken_once(), recorded(actor, operation=operation):
        if "successor" in wanted:
            lock_all(Partnership)
        return edit_with_initiative(
            partnership,
            wanted,
            version=version,
            initiative_version=initiative_version,
            check=_refuse_circle,
            validate=Partnership.full_clean,
        )


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """Texts as they are kept; no code is none, not an empty one, or only one partnership could be without."""
    kept = cleaned(values)
    if "code" in kept:
        kept["code"] = kept["code"] or None
    return kept


def _code_taken() -> ValidationError:
    return ValidationError({"code": Partnership().unique_error_message(Partnership, ("code",))})


# Of two that take one code at once, both have been validated before either is there.
_code_taken_once = partial(refusals_of_the_database, {"partnerships_partnership_code_key": _code_taken})


def _refuse_circle(partnership: Partnership, keep: Mapping[str, Any]) -> None:
    if keep.get("successor") and leads_back(partnership, "successor", keep["successor"]):
        raise ValidationError({"successor": _("A partnership cannot come after one that came after it.")})
