"""Reminders of renewals go once each: after a missed night, a double night, and a change of the clocks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Installation, OutboxMessage
from c2m2a_crm.core.outbox import deliver
from c2m2a_crm.core.texts import load_installation
from c2m2a_crm.outreach.services import EVERYTHING, held_back_by_a_stop_of_everything, note_stop
from members import services as directory
from members.memberships import reminders, rules, services
from members.models import Membership, MembershipReminder
from members.tasks import send_membership_reminders
from tests.members.memberships.making import administrator, by_board, clocks, member, party, tier

pytestmark = pytest.mark.django_db

OFFICE = ZoneInfo(settings.TIME_ZONE)
LAST = date(2026, 6, 30)
# The days on which the reminders of a term that ends then are due.
DUE = {90: date(2026, 4, 1), 30: date(2026, 5, 31), 0: LAST, -30: date(2026, 7, 30)}
A_DAY = timedelta(days=1)


def reminded(last: date = LAST, **facts: Any) -> Membership:
    """A member whose organization has an address, with a term of a year."""
    keeper = administrator()
    who = directory.create_party(
        actor=keeper, kind="business", name_en=facts.pop("name", "Ochre Works"), emails=["info@ochre.example"]
    )
    first = last - timedelta(days=364)
    return member(keeper, party=who, tier=facts.pop("of_tier", None) or tier(), first=first, last=last, **facts)


def looked(days: Sequence[date], hours: Sequence[int] = (3,)) -> None:
    for day in days:
        for hour in hours:
            with time_machine.travel(datetime(day.year, day.month, day.day, hour, 20, tzinfo=OFFICE), tick=False):
                send_membership_reminders()


def noted(outcome: str = "queued") -> dict[int, date]:
    return dict(MembershipReminder.objects.filter(outcome=outcome).values_list("offset", "due_on"))


def went() -> int:
    return OutboxMessage.objects.filter(kind="memberships.reminder").count()


def test_each_reminder_goes_once_on_its_day() -> None:
    clocks()
    reminded()
    for number, (_offset, day) in enumerate(DUE.items()):
        looked([day - A_DAY])
        assert went() == number
        looked([day])
        assert went() == number + 1
    assert noted() == DUE
    assert set(MembershipReminder.objects.values_list("message_class", flat=True)) == {"transactional"}


def test_a_missed_night_loses_none() -> None:
    clocks()
    reminded()
    looked([day + 3 * A_DAY for day in DUE.values()])
    assert noted() == DUE
    assert went() == 4


def test_a_double_night_doubles_none() -> None:
    clocks()
    held = reminded()
    looked([day for each in DUE.values() for day in (each, each + A_DAY)], hours=(3, 3))
    assert noted() == DUE
    assert went() == 4
    # Two clocks at the same moment: the database refuses the second row.
    row = MembershipReminder.objects.get(offset=0)
    with pytest.raises(IntegrityError), transaction.atomic(), recorded(None, system="tests"):
        MembershipReminder.objects.create(
            membership=held, term_end=row.term_end, offset=0, due_on=row.due_on, outcome="queued"
        )


@pytest.mark.parametrize("change", [date(2026, 3, 8), date(2026, 11, 1)])
def test_a_change_of_the_clocks_neither_loses_nor_doubles(change: date) -> None:
    """The night of 23 hours and the night of 25, of which an hour comes twice."""
    clocks()
    reminded(last=change)
    begin = datetime(change.year, change.month, change.day, tzinfo=OFFICE) - timedelta(hours=1)
    moment = begin.astimezone(ZoneInfo("UTC"))
    for _hour in range(8):
        with time_machine.travel(moment, tick=False):
            send_membership_reminders()
        moment += timedelta(hours=1)
    assert {offset: day for offset, day in noted().items() if offset == 0} == {0: change}
    assert OutboxMessage.objects.filter(key__endswith=f":{change}:0").count() == 1


def test_what_comes_too_late_is_noted_and_not_sent() -> None:
    clocks()
    reminded()
    looked([DUE[90] + timedelta(days=reminders.LATEST + 1)])
    assert (noted(), noted("late"), went()) == ({}, {90: DUE[90]}, 0)
    looked([DUE[30] + timedelta(days=reminders.LATEST)])
    assert (noted(), went()) == ({30: DUE[30]}, 1)


def test_a_new_term_is_reminded_anew() -> None:
    clocks()
    held = reminded()
    looked([DUE[30]])
    keeper = administrator()
    with time_machine.travel(datetime(2026, 6, 10, 12, tzinfo=OFFICE), tick=False):
        services.renew(actor=keeper, membership=held, last=date(2027, 6, 30), ruling=by_board(date(2026, 6, 10)))
    looked([DUE[0], DUE[-30]])
    assert noted() == {30: DUE[30]}
    looked([date(2027, 6, 30)])
    assert MembershipReminder.objects.get(offset=0).term_end == date(2027, 6, 30)


def test_who_left_is_suspended_or_waived_is_not_reminded() -> None:
    clocks()
    keeper, of_tier = administrator(), tier()
    names = ("Ended Elements", "Suspended Silica", "Waived Wolframite", "Lapsed Lithium")
    ended, suspended, waived, _lapsed = (reminded(name=name, of_tier=of_tier) for name in names)
    ruling = by_board(date(2026, 5, 1), "As decided.")
    with time_machine.travel(datetime(2026, 5, 2, 12, tzinfo=OFFICE), tick=False):
        services.end(actor=keeper, membership=ended, kind="resigned", last=date(2026, 5, 1), ruling=ruling)
        services.suspend(actor=keeper, membership=suspended, first=date(2026, 5, 1), last=None, ruling=ruling)
        services.waive(actor=keeper, membership=waived, first=LAST, last=date(2027, 6, 30), ruling=ruling)
    with time_machine.travel(datetime(2026, 7, 1, 12, tzinfo=OFFICE), tick=False):
        rules.set_clock(actor=keeper, subject="reminders", numbers=[30, -30, -62], first=date(2026, 1, 1))
    looked([DUE[30], DUE[-30], LAST + timedelta(days=62)])
    with time_machine.travel(datetime(2026, 8, 27, 12, tzinfo=OFFICE), tick=False):
        assert reminders.coming() == []  # in grace on that day, and no more when the reminder would be due
    found = MembershipReminder.objects.values_list("membership__party__name_en", "offset")
    assert set(found) == {
        ("Waived Wolframite", 30),
        ("Lapsed Lithium", 30),
        ("Lapsed Lithium", -30),
    }


def test_the_calendar_shows_exactly_what_goes(as_secretariat: Client, secretariat: User) -> None:
    clocks()
    of_tier = tier()
    held = reminded(of_tier=of_tier)
    person = directory.create_person(
        actor=secretariat, given_name="Ines", family_name="Quarry", language="fr", email="ines@ochre.example"
    )
    services.set_contact(actor=secretariat, membership=held, contact=person)
    silent = member(secretariat, party=party(name="Silent Silica"), tier=of_tier, first=date(2025, 7, 1), last=LAST)
    moment = datetime(2026, 6, 24, 9, tzinfo=OFFICE)
    with time_machine.travel(moment, tick=False):
        as_secretariat.force_login(secretariat)
        shown = as_secretariat.get(reverse("memberships:renewals")).context["lines"]
    assert [(line["due"].membership, line["due"].due_on) for line in shown] == [(held, LAST), (silent, LAST)]
    assert shown[0]["due"].recipient.address == "ines@ochre.example"
    assert shown[1]["due"].recipient is None
    looked([LAST])
    message = OutboxMessage.objects.get()
    assert (message.to_address, message.language) == ("ines@ochre.example", "fr")
    assert (message.subject, message.body_text) == (shown[0]["subject"], shown[0]["text"])
    assert noted("nobody") == {0: LAST}
    as_secretariat.force_login(secretariat)
    page = as_secretariat.get(reverse("memberships:renewals")).content.decode()
    assert "ines@ochre.example" in page


def test_a_reminder_says_who_sends_it_and_how_to_stop_it() -> None:
    load_installation()
    Installation.objects.update(
        name_en="Alliance Office", postal_address="12 Ore Street, Ottawa", contact_email="office@alliance.example"
    )
    clocks()
    reminded()
    looked([DUE[30]])
    message = OutboxMessage.objects.get(kind="memberships.reminder")
    for words in ("Alliance Office", "12 Ore Street, Ottawa", "office@alliance.example", "unsubscribe"):
        assert words in message.body_text
    assert message.headers == {
        "Reply-To": "office@alliance.example",
        "List-Unsubscribe": "<mailto:office@alliance.example?subject=unsubscribe>",
    }


def test_a_reminder_is_held_back_from_whoever_stopped_all_mail(secretariat: User) -> None:
    clocks()
    reminded()
    looked([DUE[30]])
    message = OutboxMessage.objects.get(kind="memberships.reminder")
    assert held_back_by_a_stop_of_everything(message) == ""
    note_stop(actor=secretariat, address=message.to_address, scope=EVERYTHING, reason="Answered with the word.")
    assert "Unsubscribed" in held_back_by_a_stop_of_everything(message)
    OutboxMessage.objects.filter(pk=message.pk).update(state="sending")
    deliver(OutboxMessage.objects.get(pk=message.pk))
    message.refresh_from_db()
    assert (message.state, message.body_text) == ("failed", "")
