"""Partnerships: made and changed, together with the initiative that each of them is, and what they cover."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import editing
from c2m2a_crm.core.facts import VOUCHED, StatementChanged
from c2m2a_crm.core.history import NothingToPutBack, recorded, removed_row
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.refusals import refusals_of_the_database
from c2m2a_crm.engagement.models import Initiative
from c2m2a_crm.engagement.services.of_initiative import divided, edit_with_initiative, leads_back, lock_all
from members.services.names import cleaned
from partnerships.models import CooperationArea, Partnership
from partnerships.policies import can_manage_partnership, can_manage_partnerships

AREA_FIELDS: Final = frozenset({"text_en", "text_fr", "source", "is_confirmed", "position"})


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


def add_area(
    *, actor: User, partnership: Partnership, text_en: str = "", text_fr: str = "", source: str = ""
) -> CooperationArea:
    """An area of cooperation, last in the list, not confirmed. Raises ``ValidationError``."""
    require(can_manage_partnership(actor, partnership))
    area = CooperationArea(
        partnership=partnership, **cleaned({"text_en": text_en, "text_fr": text_fr, "source": source})
    )
    with recorded(actor):
        editing.lock(partnership)  # two who add at once get places of their own
        listed = CooperationArea.objects.filter(partnership=partnership)
        area.key = _free_key(slugify(area.text_en or area.text_fr)[:50] or "area", partnership)
        area.position = (listed.aggregate(last=models.Max("position"))["last"] or 0) + 1
        area.full_clean()
        area.save(force_insert=True)
    return area


def edit_area(*, actor: User, area: CooperationArea, version: int, changes: Mapping[str, Any]) -> CooperationArea:
    """Change the words, the source, the place or the confirmation. Raises ``EditConflict`` or ``ValidationError``.

    Words or a source that take the place of others make the area unconfirmed; a missing language that is filled in
    does not.
    """
    require(can_manage_partnership(actor, area.partnership))
    wanted = {name: value for name, value in cleaned(changes).items() if name in AREA_FIELDS}
    with recorded(actor):
        current = editing.lock(area)
        keep = editing.changes_to_keep(current, wanted, version=version)
        if current.is_confirmed and any(getattr(current, name) for name in VOUCHED if name in keep):
            keep["is_confirmed"] = False
        if keep.get("is_confirmed") and not keep.get("source", current.source):
            raise ValidationError({"source": _("Name the source against which you checked it.")})
        editing.apply(current, keep)
    return current


def remove_area(*, actor: User, area: CooperationArea, version: int) -> None:
    """Take it away; history keeps it, and reference data does not bring it back. Raises :class:`StatementChanged`."""
    require(can_manage_partnership(actor, area.partnership))
    with recorded(actor):
        if editing.lock(area).version != version:
            raise StatementChanged
        CooperationArea.objects.filter(pk=area.pk).delete()


def restore_area(*, actor: User, partnership: Partnership, pk: int) -> CooperationArea:
    """Put back an area that was removed, as it stood.

    Raises :class:`~c2m2a_crm.core.history.NothingToPutBack` where it is there or was never one of this partnership's.
    """
    require(can_manage_partnership(actor, partnership))
    with recorded(actor):
        editing.lock(partnership)
        area = removed_row(CooperationArea, pk)
        if area.partnership_id != partnership.pk:
            raise NothingToPutBack
        area.key = _free_key(area.key, partnership)
        area.save(force_insert=True)
    return area


def _free_key(stem: str, partnership: Partnership) -> str:
    """The key, numbered where another area of the partnership has it."""
    taken = set(CooperationArea.objects.filter(partnership=partnership).values_list("key", flat=True))
    return next(key for key in (stem, *(f"{stem[:50]}-{n}" for n in range(2, 10_000))) if key not in taken)


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
