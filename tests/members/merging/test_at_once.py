"""Two merges at once, on two connections: one is done whole, the other gets a sentence and changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import pytest
from django.db import connection, connections

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import History, Operation
from members import services
from members.merging import errors
from members.merging import services as merging
from members.models import Person, PhoneNumber

pytestmark = pytest.mark.django_db(transaction=True)


def waiting_for_a_lock() -> bool:
    """Whether some connection to this database waits for another one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock')"
        )
        return bool(cursor.fetchone()[0])


def until(condition: Callable[[], bool], event: Event) -> None:
    for _turn in range(200):
        if condition():
            return
        event.wait(0.05)
    raise AssertionError("The second merge never waited for the first.")


def test_of_two_merges_at_once_one_is_refused_and_nothing_is_half_done(
    staff: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both read the records while neither was merged; crosswise, so that each would put the other's survivor aside."""
    one = services.create_person(actor=staff, given_name="Ama", family_name="Tamarak", phone="613-555-0111")
    other = services.create_person(actor=staff, given_name="Amara", family_name="Tamarack", phone="613-555-0122")
    held, go_on, never = Event(), Event(), Event()
    put_aside = merging._put_aside
    refused: list[errors.MergeRefused] = []

    def wait_once(*arguments: Any) -> None:
        if not held.is_set():
            held.set()
            go_on.wait(20)
        put_aside(*arguments)

    def merge(keep: int, lose: int) -> None:
        try:
            merging.merge_people(
                actor=staff,
                keep=Person.objects.get(pk=keep),
                lose=Person.objects.get(pk=lose),
                reason="One human being.",
            )
        except errors.MergeRefused as sentence:
            refused.append(sentence)
        finally:
            connections.close_all()

    monkeypatch.setattr(merging, "_put_aside", wait_once)
    first = Thread(target=merge, args=(one.pk, other.pk))
    first.start()
    assert held.wait(20)
    second = Thread(target=merge, args=(other.pk, one.pk))
    second.start()
    until(waiting_for_a_lock, never)
    go_on.set()
    first.join(20)
    second.join(20)
    assert [thread.is_alive() for thread in (first, second)] == [False, False]

    assert [type(sentence) for sentence in refused] == [errors.AlreadyMerged]
    assert str(refused[0])
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.merged_into_id, one.archived_at) == (None, None)
    assert other.merged_into_id == one.pk
    assert set(PhoneNumber.objects.values_list("person_id", flat=True)) == {one.pk}
    operation = Operation.objects.get(kind=merging.MERGE_KIND)
    changed = History.objects.filter(tbl=Person._meta.db_table, action="U").values_list("operation_id", flat=True)
    assert set(changed) == {operation.pk}
