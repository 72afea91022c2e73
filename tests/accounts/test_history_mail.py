"""Once a day the head of history leaves the database, by mail to those who answer for compliance."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.tasks import send_history_heads
from c2m2a_crm.celery import app
from c2m2a_crm.core.models import HistoryBlock, OutboxMessage
from c2m2a_crm.core.tasks import close_history

# 08:00 in Toronto.
MORNING = datetime(2026, 3, 4, 13, 0, tzinfo=UTC)


@pytest.fixture
def block(db: None) -> HistoryBlock:
    return HistoryBlock.objects.create(
        n=7,
        format=1,
        from_tick=0,
        to_tick=10**15,
        rows=3,
        closed_at=MORNING - timedelta(minutes=1),
        digest=b"",
        previous=b"",
        hash=b"\xab" * 32,
    )


def mails() -> list[tuple[str, str]]:
    rows = OutboxMessage.objects.filter(kind="accounts.history_head").order_by("id")
    return list(rows.values_list("to_address", "subject"))


@time_machine.travel(MORNING, tick=False)
def test_the_head_goes_to_compliance_once_a_day(block: HistoryBlock, compliance: User, administrator: User) -> None:
    assert send_history_heads() == send_history_heads() == 1
    message = OutboxMessage.objects.get(kind="accounts.history_head")
    assert message.to_address == compliance.email
    assert message.subject.endswith(": block 7")
    for part in ("ab" * 32, "Mar\u00a04, 2026 at 7:59", "holds 3 changes", f"verify_history --head {'ab' * 32}"):
        assert part in message.body_text
    assert "Warning" not in message.body_text
    with time_machine.travel(MORNING + timedelta(days=1), tick=False):
        send_history_heads()
    assert len(mails()) == 2


@time_machine.travel(MORNING, tick=False)
def test_it_is_written_in_the_readers_language(block: HistoryBlock, compliance: User) -> None:
    User.objects.filter(pk=compliance.pk).update(language="fr")
    send_history_heads()
    message = OutboxMessage.objects.get(kind="accounts.history_head")
    assert message.language == "fr"
    assert "le 4\u00a0mars 2026 à 7\u00a0h\u00a059" in message.body_text


def test_not_before_morning_and_not_before_the_first_block(compliance: User, block: HistoryBlock) -> None:
    with time_machine.travel(MORNING - timedelta(hours=4), tick=False):
        assert send_history_heads() == 0
    with time_machine.travel(MORNING - timedelta(hours=1), tick=False):
        assert send_history_heads() == 1


def test_without_a_block_there_is_nothing_to_send(compliance: User) -> None:
    with time_machine.travel(MORNING, tick=False):
        assert send_history_heads() == 0


@time_machine.travel(MORNING, tick=False)
def test_without_compliance_officer_administrators_keep_it(
    block: HistoryBlock, compliance: User, administrator: User
) -> None:
    User.objects.filter(pk=compliance.pk).update(is_active=False)
    send_history_heads()
    assert [address for address, _subject in mails()] == [administrator.email]


def test_a_lag_is_told(block: HistoryBlock, compliance: User) -> None:
    HistoryBlock.objects.create(
        n=8, format=1, from_tick=0, to_tick=0, rows=1, closed_at=MORNING, digest=b"", previous=b"", hash=b""
    )
    with time_machine.travel(timezone.now() + timedelta(days=1)) as clock:
        clock.move_to(timezone.localtime().replace(hour=9))
        send_history_heads()
    assert "Warning: changes since" in OutboxMessage.objects.get(kind="accounts.history_head").body_text


def test_the_clock_closes_and_sends() -> None:
    scheduled = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
    assert scheduled["core.close_history"] == 60.0
    assert scheduled["accounts.send_history_heads"] == 3600.0
    assert {close_history.name, send_history_heads.name} <= set(scheduled)
