"""Taking a text out of history by law: withdrawal, a day by which it is to be destroyed, anonymising.

The only way by which a row of history changes. A function of the owner writes a tombstone (who, when, by which
authority, what is left of each change) and empties the columns; triggers let through what a tombstone of the same
transaction names, and nothing else. The salt of each digest goes, too, so that nobody finds the text by guessing, while
the digest stays in its block: ``verify_history`` tells a removal from an alteration.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import PermissionDenied
from django.db import connection, models

from c2m2a_crm.core import rights
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.disposal import refuse_if_held
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import History
from c2m2a_crm.core.registries import text_holders

# Changes of one tombstone.
_MOST: Final = 1_000
_TEXTS: Final = (models.CharField, models.TextField, models.JSONField, ArrayField, models.FileField)


class AuthorityMissing(ValueError):
    """A removal names the act, order or rule that allows it."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Some columns of some rows of one table; without ``columns``, every column that can hold words."""

    model: type[models.Model]
    keys: Sequence[int]
    columns: Sequence[str] = field(default=())

    @property
    def names(self) -> list[str]:
        return list(self.columns) or text_columns(self.model)


def text_columns(model: type[models.Model]) -> list[str]:
    """The columns of a table in which somebody's words can stand: no choices, numbers, days or keys.

    What the database derives from them (names for sorting) is among them.
    """
    columns = []
    for each in model._meta.concrete_fields:
        kind = each.output_field if isinstance(each, models.GeneratedField) else each
        if isinstance(kind, _TEXTS) and not each.primary_key and not each.choices:
            columns.append(str(each.column))
    return columns


class RemovalNotAllowed(PermissionDenied):
    """Neither compliance nor somebody whom the room's own policy lets take the text away."""


def remove_from_history(
    *,
    actor: Actor,
    texts: Sequence[Texts],
    authority: str,
    reason: str = "",
    with_reasons: bool = True,
    allowed: bool = False,
) -> int:
    """Remove these texts from every change of their rows and from every place that registered to hold them.

    Returns how many changes lost something. Call it in the transaction that took the texts out of the rows themselves,
    after that: the change which says so goes through here, too. ``authority`` is the act, section, order or rule of
    disposition; ``with_reasons`` takes away what people gave as reasons for those changes, in their own words.

    Compliance may; others where ``allowed`` says that the policy of the room that keeps the text let them. Raises
    :class:`~c2m2a_crm.core.disposal.DisposalRefused` where a hold or the law of the office keeps one of the rows.
    """
    if not (allowed or rights.can_dispose(actor)):
        raise RemovalNotAllowed
    if not authority.strip():
        raise AuthorityMissing
    refuse_if_held([(text.model, text.keys) for text in texts], authority=authority)
    removed = 0
    with recorded(actor, reason=reason), connection.cursor() as cursor:
        for text in texts:
            changes = History.objects.filter(tbl=text.model._meta.db_table, row_id__in=list(text.keys))
            numbers = list(changes.order_by("pk").values_list("pk", flat=True))
            for start in range(0, len(numbers), _MOST):
                cursor.execute(
                    "SELECT core_remove_from_history(%s::bigint[], %s::text[], %s, %s, %s)",
                    [numbers[start : start + _MOST], text.names, with_reasons, authority, reason],
                )
                removed += cursor.fetchone()[0]
            for holder in text_holders:
                holder.forget(actor, text.model, text.keys, text.names)
    return removed


def lose_words(model: type[models.Model], keys: Sequence[int]) -> None:
    """Write a mark over the words of rows that are otherwise only added (``core.tracking.MayLoseWords``).

    In a recorded transaction that then removes the same texts from history.
    """
    if keys:
        function = connection.ops.quote_name(f"{model._meta.db_table}_lose_words")
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s::bigint[])", [list(keys)])
