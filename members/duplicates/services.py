"""What somebody says of a pair. Merging it is another room's work (``members.merging``)."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.text import clean_line
from members.models import NotTheSame, Party, Person
from members.policies import can_edit_directory
from members.services.errors import DirectoryError

Record = Person | Party


class SameRecord(DirectoryError):
    sentence = _("Choose two different records.")


def sides(left: Record, right: Record) -> dict[str, Any]:
    """The columns of a pair, the lower key on the left. Raises :class:`SameRecord`."""
    if type(left) is not type(right) and isinstance(left, Person) != isinstance(right, Person):
        raise SameRecord
    if left.pk == right.pk:
        raise SameRecord
    column = "person" if isinstance(left, Person) else "party"
    first, second = sorted((left.pk, right.pk))
    return {f"left_{column}_id": first, f"right_{column}_id": second}


def say_not_the_same(*, actor: User, left: Record, right: Record, reason: str = "") -> NotTheSame:
    """Remember that two records are two, with who says so and why; said before, it stays as it was said.

    Raises :class:`SameRecord` for a record and itself, or for a person and a party.
    """
    require(can_edit_directory(actor))
    with recorded(actor, reason=clean_line(reason)[:250]):
        said, _is_new = NotTheSame.objects.get_or_create(
            **sides(left, right), defaults={"said_by": actor, "reason": clean_line(reason)[:250]}
        )
    return said


def take_back(*, actor: User, said: NotTheSame) -> None:
    """The pair is open again. History keeps who had said what."""
    require(can_edit_directory(actor))
    with recorded(actor):
        said.delete()
