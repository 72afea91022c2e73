"""One change of many records: all or none, and one operation in their history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Case, F, When
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.operations.acting import finish, summarize
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.sentences import Sentence, ngettext_noop
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from members.models import Party, Person
from members.policies import can_edit_directory
from members.services.errors import DirectoryError, RecordIsArchived, RecordIsMerged, RecordIsNotArchived

BULK_KIND = "bulk_edit"
LARGEST_BULK = 5_000
_BATCH = 500


class TooManyRecords(DirectoryError):
    sentence = gettext_lazy("At most 5,000 records are changed at once. Narrow the list by a filter.")


class SelectionChanged(DirectoryError):
    """A record went away, or is not this person's to see any more."""

    sentence = gettext_lazy("The selection changed in the meantime.")


@dataclass(frozen=True, slots=True)
class OwnerChange:
    """Who answers for the relationship from now on; None for nobody."""

    owner: User | None


@dataclass(frozen=True, slots=True)
class Archiving:
    reason: str


@dataclass(frozen=True, slots=True)
class Restoring:
    """Back into the lists."""


@dataclass(frozen=True, slots=True)
class Checking:
    """Somebody looked whether what is on file is still right; the people made anonymous are left out."""


BulkChange = OwnerChange | Archiving | Restoring | Checking


def change_in_bulk(
    *, actor: User, model: type[Party] | type[Person], keys: Sequence[int], change: BulkChange, query: str = ""
) -> Operation:
    """Do to each of these records what :func:`members.services.update_party` or ``archive_party`` does to one.

    ``query`` is the list's own, kept with the operation. ``operation.details["count"]`` tells how many were changed: a
    record that has this owner already is left as it is. There are two statements for each five hundred records, besides
    those of the operation.

    Raises :class:`RecordIsArchived` if one of them is put aside, :class:`RecordIsNotArchived` if one to be brought
    back was not, :class:`SelectionChanged` if one is gone,
    :class:`TooManyRecords` beyond :data:`LARGEST_BULK`, ``ValidationError`` where no reason is given.
    """
    require(can_edit_directory(actor))
    if len(keys) > LARGEST_BULK:
        raise TooManyRecords
    values, reason = _values_of(actor, change)
    changed = 0
    with recorded(actor, reason=reason):
        operation = Operation.objects.create(
            kind=BULK_KIND,
            actor_id=actor.pk,
            details={"table": model._meta.db_table, "query": query, "reason": reason, **_said(change)},
        )
        with recorded(actor, operation=operation):
            in_order = sorted(set(keys))  # two such changes never wait for each other
            for start in range(0, len(in_order), _BATCH):
                changed += _change(actor, model, in_order[start : start + _BATCH], change, values)
        summarize(operation, _summary(change, changed))
        operation.details["count"] = changed
        finish(operation)
    return operation


def _values_of(actor: User, change: BulkChange) -> tuple[dict[str, Any], str]:
    if isinstance(change, Checking):
        return {"verified_on": today(), "verified_by": actor}, ""
    if isinstance(change, OwnerChange):
        return {"owner": change.owner}, ""
    if isinstance(change, Restoring):
        return {"archived_at": None, "archived_reason": ""}, ""
    reason = clean_line(change.reason)
    if not reason:
        raise ValidationError({"reason": _("Say why this is archived, so that the next person knows.")})
    return {"archived_at": timezone.now(), "archived_reason": reason}, reason


def _said(change: BulkChange) -> dict[str, Any]:
    if isinstance(change, Checking):
        return {"field": "verified_on", "value": today().isoformat()}
    if isinstance(change, OwnerChange):
        return {"field": "owner", "value": change.owner.pk if change.owner else None}
    return {"field": "archived", "value": isinstance(change, Archiving)}


def _change(actor: User, model: Any, keys: Sequence[int], change: BulkChange, values: dict[str, Any]) -> int:
    rows = model.objects.visible_to(actor).filter(among("id", keys))
    columns = ("pk", "owner_id", "archived_at", "merged_into_id")
    locked = list(rows.select_for_update(of=("self",)).order_by("pk").values_list(*columns))
    if len(locked) != len(keys):
        raise SelectionChanged
    if isinstance(change, Restoring):
        if any(archived_at is None for _pk, _owner, archived_at, _merged in locked):
            raise RecordIsNotArchived
        if any(merged is not None for _pk, _owner, _archived_at, merged in locked):
            raise RecordIsMerged
    elif any(archived_at is not None for _pk, _owner, archived_at, _merged in locked):
        raise RecordIsArchived
    if isinstance(change, OwnerChange):
        owner_pk = change.owner.pk if change.owner else None
        locked = [row for row in locked if row[1] != owner_pk]
    if not locked:
        return 0
    changing = model.objects.filter(among("id", [row[0] for row in locked]))
    if isinstance(change, Checking) and model is Person:
        changing = changing.filter(anonymised_on__isnull=True)
    if isinstance(change, OwnerChange) and change.owner is not None and model is Party:
        # Who becomes the owner is no backup any more.
        stays = Case(When(backup_owner=change.owner, then=None), default=F("backup_owner"))
        values = values | {"backup_owner": stays}
    return int(changing.update(**values, version=F("version") + 1))


def _summary(change: BulkChange, count: int) -> Sentence:
    if isinstance(change, Checking):
        said = ngettext_noop("Bulk edit: %(count)s record checked", "Bulk edit: %(count)s records checked")
    elif isinstance(change, Archiving):
        said = ngettext_noop("Bulk edit: %(count)s record archived", "Bulk edit: %(count)s records archived")
    elif isinstance(change, Restoring):
        said = ngettext_noop("Bulk edit: %(count)s record restored", "Bulk edit: %(count)s records restored")
    elif change.owner is None:
        said = ngettext_noop("Bulk edit: %(count)s record without owner", "Bulk edit: %(count)s records without owner")
    else:
        said = ngettext_noop(
            "Bulk edit: %(count)s record now owned by %(owner)s",
            "Bulk edit: %(count)s records now owned by %(owner)s",
        )
        return Sentence(said[0], {"count": count, "owner": change.owner.name}, said[1])
    return Sentence(said[0], {"count": count}, said[1])
