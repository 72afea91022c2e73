"""How often we mean to be in touch, and days on which nobody expects it.

Nations stand outside all of it: their pace is their own. So do the people who speak for one.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.operations.acting import NAMING, operating
from c2m2a_crm.core.sentences import Sentence
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import first_day, today, valid_dates
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.models import AgreedQuiet, OwnRhythm, Rhythm
from members.models import Affiliation, MembershipTier, Party, Person

RHYTHM_KIND: Final = "rhythm"
QUIET_KIND: Final = "quiet"
LONGEST_QUIET_DAYS: Final = 3_650

Record = Person | Party


def subject_of(record: Record) -> dict[str, Any]:
    """The column of these tables that names the record."""
    return {"person": record} if isinstance(record, Person) else {"party": record}


def stands_outside(record: Record) -> bool:
    """A Nation, or somebody who speaks for one today: nothing measures how often we are in touch."""
    if isinstance(record, Person):
        return Affiliation.objects.current().filter(person=record, party__kind=Party.Kind.NATION).exists()
    return record.is_nation


def require_measured(record: Record) -> None:
    """Raises ``ValidationError`` where the record has no rhythm, nor can have one."""
    if stands_outside(record):
        raise ValidationError(_("A Nation has no rhythm of ours, nor has who speaks for one: the pace is theirs."))
    if record.is_archived or (isinstance(record, Person) and record.anonymised_on is not None):
        raise ValidationError(_("This record is put aside. Bring it back first."))


def set_tier_rhythm(
    *, actor: User, tier: MembershipTier, days: int, first: date, source: str = "", is_confirmed: bool = False
) -> Rhythm:
    """From ``first`` on members of the tier are overdue after so many days; the rule until then ends the day before.

    Raises ``ValidationError`` where a rule begins on that day or later already.
    """
    require(policies.can_set_rhythms(actor))
    valid = valid_dates(first, None)
    row = Rhythm(tier=tier, days=days, valid=valid, source=clean_line(source), is_confirmed=is_confirmed)
    row.clean_fields()
    _require_days(days)
    with recorded(actor):
        lock(tier)
        others = list(Rhythm.objects.select_for_update().filter(tier=tier).order_by("valid"))
        if any((begins := other.first_day) is not None and begins >= first for other in others):
            raise ValidationError({"first": _("A rule begins on this day or later already. Choose a later day.")})
        for other in others:
            if first in other.valid:
                _end(other, first - timedelta(days=1))
        row.save(force_insert=True)
    return row


def _require_days(days: int) -> None:
    if days < 1:
        raise ValidationError({"days": _("Enter at least one day.")})


def _end(row: Rhythm | OwnRhythm, last: date) -> None:
    row.valid = valid_dates(first_day(row.valid), last)
    row.version += 1
    row.save(update_fields=["valid", "version"])


def _running(record: Record) -> OwnRhythm | None:
    rows: QuerySet[OwnRhythm] = OwnRhythm.objects.on(today()).filter(**subject_of(record))
    return rows.select_for_update(of=("self",)).first()


def set_own_rhythm(*, actor: User, record: Record, days: int, reason: str) -> Operation:
    """From today on the record goes by so many days instead of its tier's; an operation that can be undone."""
    require(policies.can_keep_rhythms(actor))
    require_measured(record)
    row = OwnRhythm(
        **subject_of(record), days=days, reason=clean_line(reason), set_by=actor, valid=valid_dates(today(), None)
    )
    row.clean_fields()
    _require_days(days)

    def write() -> None:
        running = _running(record)
        if running is not None and running.first_day == today():
            running.days, running.reason, running.set_by = row.days, row.reason, row.set_by
            running.version += 1
            running.save(update_fields=["days", "reason", "set_by", "version"])
            return
        if running is not None:
            _end(running, today() - timedelta(days=1))
        row.save(force_insert=True)

    return _operation(actor, record, RHYTHM_KIND, gettext_noop("Rhythm of one’s own: %(name)s"), write)


def end_own_rhythm(*, actor: User, record: Record) -> Operation | None:
    """The record goes by its tier again; None where it had no rhythm of its own. What began today is taken out."""
    require(policies.can_keep_rhythms(actor))
    if not OwnRhythm.objects.on(today()).filter(**subject_of(record)).exists():
        return None

    def write() -> None:
        running = _running(record)
        if running is None:
            return
        if running.first_day == today():
            running.delete()
        else:
            _end(running, today() - timedelta(days=1))

    return _operation(actor, record, RHYTHM_KIND, gettext_noop("No rhythm of one’s own any more: %(name)s"), write)


def agree_quiet(*, actor: User, record: Record, until: date, agreed_by: str, reason: str) -> Operation:
    """Nobody expects to hear from us up to and including ``until``; an operation that can be undone.

    Raises ``ValidationError`` for a day that is past or too far, without who agreed or why, and where quiet is agreed
    already: that is ended first.
    """
    require(policies.can_keep_rhythms(actor))
    require_measured(record)
    now = today()
    if until < now:
        raise ValidationError({"until": _("Choose today or a later day.")})
    if until > now + timedelta(days=LONGEST_QUIET_DAYS):
        raise ValidationError({"until": _("Choose a day within the next ten years.")})
    row = AgreedQuiet(
        **subject_of(record),
        valid=valid_dates(now, until),
        agreed_by=clean_line(agreed_by),
        reason=clean_line(reason),
        noted_by=actor,
    )
    row.clean_fields(exclude=["ended_by"])

    def write() -> None:
        if AgreedQuiet.objects.filter(**subject_of(record), ended_on__isnull=True, valid__overlap=row.valid).exists():
            raise ValidationError(_("Quiet is agreed for these days already. End that first."))
        row.save(force_insert=True)

    return _operation(actor, record, QUIET_KIND, gettext_noop("Agreed quiet: %(name)s"), write)


def end_quiet(*, actor: User, record: Record) -> Operation | None:
    """From today on we may be expected again; None where no quiet holds."""
    require(policies.can_keep_rhythms(actor))
    holding = AgreedQuiet.objects.on(today()).filter(**subject_of(record))
    if not holding.exists():
        return None

    def write() -> None:
        for row in holding.select_for_update(of=("self",)):
            row.ended_on, row.ended_by = today(), actor
            row.version += 1
            row.save(update_fields=["ended_on", "ended_by", "version"])

    return _operation(actor, record, QUIET_KIND, gettext_noop("Agreed quiet ended: %(name)s"), write)


def _operation(actor: User, record: Record, kind: str, said: str, write: Callable[[], None]) -> Operation:
    """One undoable operation on the record, which waits for others on the same one."""
    with operating(actor, kind=kind, summary=Sentence(said, {"name": str(record)}), details=NAMING) as operation:
        lock(record)
        write()
    return operation
