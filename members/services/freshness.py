"""Somebody looked whether what is on file is still right; and how long that counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.operations.acting import NAMING, operating
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.validity import first_day, today, valid_dates
from members.models import Cadence, Party, Person
from members.policies import can_edit_directory, can_set_cadences
from members.services.names import cleaned

VERIFY_KIND: Final = "verify"


def verify(*, actor: User, records: Sequence[Person] | Sequence[Party]) -> Operation | None:
    """Note that ``actor`` checked these records, all people or all parties, today; an operation that can be undone.

    Records put aside or made anonymous are left out; None where nothing is left.
    """
    require(can_edit_directory(actor))
    if not records:
        return None
    model = type(records[0])
    with recorded(actor):
        rows: QuerySet[Any, Any] = model._default_manager.filter(among("id", [record.pk for record in records]))
        rows = rows.filter(archived_at__isnull=True)
        if model is Person:
            rows = rows.filter(anonymised_on__isnull=True)
        found = list(rows.select_for_update(of=("self",)).order_by("pk"))
        if not found:
            return None
        named = {"name": found[0], "count": len(found)}
        summary = ngettext("Checked: %(name)s", "Checked: %(count)s records", len(found)) % named
        with operating(actor, kind=VERIFY_KIND, summary=summary, details=NAMING) as operation:
            model._default_manager.filter(among("id", [row.pk for row in found])).update(
                verified_on=today(), verified_by=actor, version=F("version") + 1
            )
    return operation


def set_cadence(
    *, actor: User, subject: str, days: int, first: date, source: str = "", is_confirmed: bool = False
) -> Cadence:
    """From ``first`` on records of that sort are due after so many days; the rule until then ends the day before.

    Raises ``ValidationError`` where a rule begins on that day or later already.
    """
    require(can_set_cadences(actor))
    row = Cadence(
        subject=subject,
        days=days,
        valid=valid_dates(first, None),
        is_confirmed=is_confirmed,
        **cleaned({"source": source}),
    )
    row.clean_fields()
    if days < 1:
        raise ValidationError({"days": _("Enter at least one day.")})
    with recorded(actor):
        others = list(Cadence.objects.select_for_update().filter(subject=subject).order_by("valid"))
        for other in others:
            begins = first_day(other.valid)
            if begins is not None and begins >= first:
                raise ValidationError({"first": _("A rule begins on this day or later already. Choose a later day.")})
        for other in others:
            if first in other.valid:
                other.valid = valid_dates(first_day(other.valid), first - timedelta(days=1))
                other.version += 1
                other.save(update_fields=["valid", "version"])
        row.save(force_insert=True)
    return row
