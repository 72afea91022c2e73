"""Records put aside and brought back, each time as an operation that can be undone. Nothing is deleted."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_noop

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.operations.acting import NAMING, operating
from c2m2a_crm.core.sentences import Sentence
from members.models import Party, Person
from members.policies import can_edit_directory
from members.services.parties import archive_party, restore_party
from members.services.people import archive_person, restore_person

ARCHIVE_KIND: Final = "archive"
RESTORE_KIND: Final = "restore"


def archive(*, actor: User, record: Person | Party, reason: str) -> Operation:
    """Put one record aside. Raises as ``archive_person`` and ``archive_party`` do."""
    require(can_edit_directory(actor))
    summary = Sentence(gettext_noop("Archived: %(name)s"), {"name": str(record)})
    with operating(actor, kind=ARCHIVE_KIND, summary=summary, reason=reason, details=NAMING) as operation:
        if isinstance(record, Person):
            archive_person(actor=actor, person=record, reason=reason, operation=operation)
        else:
            archive_party(actor=actor, party=record, reason=reason, operation=operation)
    return operation


def restore(*, actor: User, record: Person | Party) -> Operation:
    """Bring one record back. Raises as ``restore_person`` and ``restore_party`` do."""
    require(can_edit_directory(actor))
    summary = Sentence(gettext_noop("Restored: %(name)s"), {"name": str(record)})
    with operating(actor, kind=RESTORE_KIND, summary=summary, details=NAMING) as operation:
        if isinstance(record, Person):
            restore_person(actor=actor, person=record, operation=operation)
        else:
            restore_party(actor=actor, party=record, operation=operation)
    return operation
