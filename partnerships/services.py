"""Partnerships: made and changed, together with the initiative that each of them is, and what they cover."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import editing
from c2m2a_crm.core.editing import Collision, EditConflict
from c2m2a_crm.core.facts import VOUCHED, StatementChanged
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.engagement.models import Initiative
from members.services.names import cleaned
from partnerships.models import CooperationArea, Partnership
from partnerships.policies import can_manage_partnership, can_manage_partnerships

INITIATIVE_FIELDS: Final = frozenset({"name_en", "name_fr", "pillar", "lead", "team", "starts_on", "ends_on"})
"""The fields of a partnership that its initiative keeps."""

AREA_FIELDS: Final = frozenset({"text_en", "text_fr", "source", "is_confirmed", "position"})


class PartnershipConflict(EditConflict):
    """As :class:`EditConflict`, with the version of the initiative, too: a partnership is edited as one."""

    def __init__(self, collisions: list[Collision], partnership: Partnership, initiative: Initiative) -> None:
        super().__init__(collisions, partnership.version)
        self.initiative_version = initiative.version


def create_partnership(
    *,
    actor: User,
    kind: str,
    name_en: str = "",
    name_fr: str = "",
    operation: Operation | None = None,
    **fields: Any,
) -> Partnership:
    """Make a partnership and its initiative. ``fields`` are those of :class:`Partnership`, :data:`INITIATIVE_FIELDS`.

    Raises ``ValidationError`` where the shape of a value is wrong or another partnership has the code.
    """
    require(can_manage_partnerships(actor))
    values = _cleaned({"name_en": name_en, "name_fr": name_fr, "kind": kind, **fields})
    of_initiative = {name: values.pop(name) for name in INITIATIVE_FIELDS & set(values)}
    initiative = Initiative(kind=Initiative.Kind.PARTNERSHIP, **of_initiative)
    partnership = Partnership(initiative=initiative, **values)
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

    Raises :class:`PartnershipConflict` or ``ValidationError``.
    """
    require(can_manage_partnership(actor, partnership))
    wanted = _cleaned(changes)
    of_initiative = {name: wanted.pop(name) for name in INITIATIVE_FIELDS & set(wanted)}
    with _code_taken_once(), recorded(actor, operation=operation):
        if "successor" in wanted:  # two circles are never closed at once
            list(Partnership.objects.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
        current = editing.lock(partnership)
        initiative = editing.lock(partnership.initiative)
        seen = initiative.version if initiative_version is None else initiative_version
        collisions: list[Collision] = []
        keep = _kept(current, wanted, version, collisions)
        keep_initiative = _kept(initiative, of_initiative, seen, collisions)
        if collisions:
            raise PartnershipConflict(collisions, current, initiative)
        _refuse_circle(current, keep.get("successor"))
        editing.apply(initiative, keep_initiative)
        if keep or keep_initiative:
            _apply(current, keep)
        current.initiative = initiative
    return current


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
        taken = set(listed.values_list("key", flat=True))
        stem = slugify(area.text_en or area.text_fr)[:50] or "area"
        area.key = next(key for key in (stem, *(f"{stem}-{n}" for n in range(2, 10_000))) if key not in taken)
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


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    """Texts as they are kept; no code is none, not an empty one, or only one partnership could be without."""
    kept = cleaned(values)
    if "code" in kept:
        kept["code"] = kept["code"] or None
    return kept


def _kept(row: Any, changes: Mapping[str, Any], version: int, collisions: list[Collision]) -> dict[str, Any]:
    try:
        return editing.changes_to_keep(row, changes, version=version)
    except EditConflict as conflict:
        collisions.extend(conflict.collisions)
        return {}


def _apply(partnership: Partnership, keep: Mapping[str, Any]) -> None:
    """As :func:`editing.apply`, but a change of the initiative alone counts, too.

    Who edited the partnership last is asked of its own history.
    """
    for name, value in keep.items():
        setattr(partnership, name, value)
    partnership.version += 1
    partnership.full_clean()
    partnership.save(update_fields=[*keep, "version"])


@contextmanager
def _code_taken_once() -> Iterator[None]:
    """Of two that take one code at once, both have been validated before either is there."""
    try:
        yield
    except IntegrityError as refused:
        diagnosis = getattr(refused.__cause__, "diag", None)
        constraint = getattr(diagnosis, "constraint_name", "") or ""
        if not constraint.startswith(f"{Partnership._meta.db_table}_code"):
            raise
        raise ValidationError({"code": Partnership().unique_error_message(Partnership, ("code",))}) from refused


def _refuse_circle(partnership: Partnership, successor: Partnership | None) -> None:
    """Follow the successors from the new one on; every partnership is locked by now."""
    if successor is None:
        return
    links = dict(Partnership.objects.values_list("pk", "successor_id"))
    following: int | None = successor.pk
    seen: set[int | None] = {None}
    while following not in seen:
        if following == partnership.pk:
            raise ValidationError({"successor": _("A partnership cannot come after one that came after it.")})
        seen.add(following)
        following = links.get(following or 0)
