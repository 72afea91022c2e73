"""Reminders of renewals: which are due on a day, to whom exactly, and the ledger by which each goes once.

A look asks what is *due and not yet in the ledger*, never what is due today exactly: a night without a look loses
nothing, a second look doubles nothing, and a clock that jumps does neither. What comes later than :data:`LATEST` is
noted as left out, so that nobody gets an old reminder.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.validity import today
from members.memberships import reminder_mail
from members.memberships.rules import clock_on
from members.memberships.status import IN_GOOD_STANDING, Status
from members.models import AddressUse, Membership, MembershipClock, MembershipReminder

LATEST: Final = 14
AHEAD: Final = 7
SYSTEM: Final = "membership reminders"
Outcome = MembershipReminder.Outcome


@dataclass(frozen=True, slots=True)
class Recipient:
    address: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class Due:
    """One reminder: of which term, so many days before its end, on which day, to whom (nobody where none is known)."""

    membership: Membership
    term_end: date
    offset: int
    due_on: date
    recipient: Recipient | None


def due_between(first: date, last: date, on: date | None = None) -> list[Due]:
    """The reminders whose day lies between both, that are not in the ledger, by day and name.

    The status is asked for ``on`` (today): who resigned or is suspended is not reminded.
    """
    day = on or today()
    clock = clock_on(MembershipClock.Subject.REMINDERS, day)
    if clock is None:
        return []
    found: list[Due] = []
    for offset in clock.numbers:
        # Due ``offset`` days before the last day of the term; the stored end is the day after that.
        ends = (first + timedelta(days=offset + 1), last + timedelta(days=offset + 1))
        rows = Membership.objects.with_status(day).filter(term__endswith__range=ends, status__in=IN_GOOD_STANDING)
        for row in rows.select_related("party", "tier", "contact"):
            due = _due(row, offset)
            if due is not None:
                found.append(due)
    known = _in_ledger(found)
    waiting = [each for each in found if (each.membership.pk, each.term_end, each.offset) not in known]
    recipients = recipients_of([each.membership for each in waiting])
    named = [
        Due(each.membership, each.term_end, each.offset, each.due_on, recipients.get(each.membership.pk))
        for each in waiting
    ]
    return sorted(named, key=lambda each: (each.due_on, str(each.membership.party), -each.offset))


def _due(row: Any, offset: int) -> Due | None:
    """The reminder, where its words are true on its day: a waived member is in no grace, and grace may be short."""
    term_end = row.last_day
    if term_end is None:
        return None
    due_on = term_end - timedelta(days=offset)
    if offset < 0 and (row.status != Status.GRACE or row.lapse_on <= due_on):
        return None
    return Due(row, term_end, offset, due_on, None)


def coming(days: int = AHEAD) -> list[Due]:
    """What goes in the next days, to exactly whom: the calendar. Today's are among them as long as nobody looked."""
    day = today()
    return due_between(day, day + timedelta(days=days))


def send_due(on: date | None = None) -> int:
    """Queue every reminder that is due by that day and not in the ledger. Returns how many messages were queued.

    The row of the ledger is written in the same transaction as the message; the database refuses a second one.
    """
    day = on or today()
    sent = 0
    for due in _not_yet_noted(day):
        with transaction.atomic(), recorded(None, system=SYSTEM):
            row, is_new = MembershipReminder.objects.get_or_create(
                membership=due.membership,
                term_end=due.term_end,
                offset=due.offset,
                defaults={
                    "due_on": due.due_on,
                    "outcome": _outcome(due, day),
                    "to_address": due.recipient.address if due.recipient else "",
                },
            )
            if is_new and row.outcome == Outcome.QUEUED and due.recipient is not None:
                reminder_mail.remind(row, due)
                sent += 1
    return sent


def _not_yet_noted(day: date) -> Iterator[Due]:
    longest = 366  # no rule reaches further (``rules.LONGEST_REMINDER``), nor does a machine sleep longer
    yield from due_between(day - timedelta(days=longest), day, day)


def _outcome(due: Due, day: date) -> str:
    if (day - due.due_on).days > LATEST:
        return Outcome.LATE
    return Outcome.QUEUED if due.recipient else Outcome.NOBODY


def _in_ledger(found: list[Due]) -> set[tuple[int, date, int]]:
    rows = MembershipReminder.objects.filter(among("membership_id", {each.membership.pk for each in found}))
    return set(rows.values_list("membership", "term_end", "offset"))


def recipients_of(memberships: Sequence[Membership]) -> dict[int, Recipient]:
    """The contact person at an address in use today, else the first of the party's own addresses."""
    uses = AddressUse.objects.current().select_related("email").order_by("-kind", "pk")
    of_people: dict[int, str] = {}
    for use in uses.filter(among("person_id", {each.contact_id for each in memberships if each.contact_id})):
        of_people.setdefault(use.person_id or 0, use.email.address)
    of_parties: dict[int, str] = {}
    for use in uses.filter(among("party_id", {each.party_id for each in memberships})):
        of_parties.setdefault(use.party_id or 0, use.email.address)
    found: dict[int, Recipient] = {}
    for each in memberships:
        contact: Any = each.contact
        own = of_people.get(each.contact_id or 0)
        if contact is not None and own:
            found[each.pk] = Recipient(own, contact.full_name, contact.language)
        elif shared := of_parties.get(each.party_id):
            found[each.pk] = Recipient(shared, str(each.party), "")
    return found
