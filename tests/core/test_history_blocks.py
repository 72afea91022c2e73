"""Finished changes are closed into blocks; whoever alters, adds, deletes or cuts afterwards is found."""

from __future__ import annotations

import hashlib
import io
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import blocks, verification
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Circle, History, HistoryBlock, HistoryClock, HistoryDigest

pytestmark = pytest.mark.django_db(transaction=True)

# The horizon is that of the whole server: another database's open transaction holds closing back.
PATIENCE = 60.0


def close_all() -> None:
    end = time.monotonic() + PATIENCE
    blocks.close_blocks()
    while blocks.lag().changes and time.monotonic() < end:
        time.sleep(0.05)
        blocks.close_blocks()
    assert blocks.lag().changes == 0


def change(staff: User, name: str) -> Circle:
    with recorded(staff, reason="spring cleaning"):
        return Circle.objects.create(name=name)


@pytest.fixture
def closed(staff: User) -> list[Circle]:
    """Three circles, each in a block of its own behind the block of everything before."""
    close_all()
    circles = []
    for name in ("Alpha", "Beta", "Gamma"):
        circles.append(change(staff, name))
        close_all()
    return circles


def forge(statement: str, *parameters: Any, tables: tuple[str, ...] = ("core_history",)) -> None:
    """What somebody with the owner's rights can do: switch the triggers off, and on again."""
    with transaction.atomic(), connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, parameters)
        assert cursor.rowcount > 0
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def said(**options: Any) -> str:
    out = io.StringIO()
    call_command("verify_history", stdout=out, **options)
    return out.getvalue()


def broken(**options: Any) -> str:
    with pytest.raises(CommandError) as error:
        said(**options)
    assert error.value.returncode == 1
    return str(error.value)


def row_of(circle: Circle) -> History:
    return History.objects.get(tbl="core_circle", row_id=circle.pk)


def test_a_closed_history_is_whole_and_says_how_much_it_is(closed: list[Circle]) -> None:
    changes, count = History.objects.count(), HistoryBlock.objects.count()
    assert said().splitlines()[0] == f"The history is whole: {changes} changes in {count} blocks, 0 removed lawfully."
    assert count >= 4


def test_what_is_in_no_block_yet_is_told(closed: list[Circle], staff: User) -> None:
    change(staff, "Delta")
    assert "Changes not in a block yet: 1." in said()


def test_blocks_meet_without_gaps_and_nothing_makes_none(closed: list[Circle]) -> None:
    chain = list(HistoryBlock.objects.order_by("n"))
    assert [block.from_tick for block in chain] == [0, *(block.to_tick for block in chain[:-1])]
    assert blocks.close_blocks() == 0
    assert HistoryBlock.objects.count() == len(chain)


def test_each_change_has_a_salt_of_its_own(staff: User) -> None:
    with recorded(staff):
        Circle.objects.bulk_create([Circle(name=f"Circle {number}") for number in range(50)])
    close_all()
    salts = [bytes(salt) for salt in HistoryDigest.objects.values_list("salt", flat=True)]
    assert len(set(salts)) == len(salts) >= 50
    assert all(len(salt) == 16 for salt in salts)


def test_digests_do_not_depend_on_the_time_zone_of_the_session_that_closes(closed: list[Circle], staff: User) -> None:
    change(staff, "Delta")
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'America/Toronto'")
    close_all()
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'UTC'")
    assert "whole" in said()


def test_an_altered_change_is_found(closed: list[Circle]) -> None:
    row = row_of(closed[1])
    forge("UPDATE core_history SET reason = 'another' WHERE id = %s", row.pk)
    assert f"Change {row.pk} (core_circle {closed[1].pk})" in broken()
    forge("UPDATE core_history SET reason = %s WHERE id = %s", row.reason, row.pk)
    assert "whole" in said()


@pytest.mark.parametrize(
    "alteration",
    [
        "at = at + interval '1 microsecond'",
        "actor_id = 0",
        "writer = 'x'",
        "operation_id = 1",
        "tbl = 'core_job'",
        "row_id = 0",
        "action = 'U'",
        "before = '{}'",
        'after = after || \'{"name": "Omega"}\'',
        "after = after || '{\"name\": null}'",
        "tick = 0",
        "tick = tick + 1000000",
    ],
)
def test_every_column_of_a_change_counts(closed: list[Circle], alteration: str) -> None:
    row = row_of(closed[1])
    forge(f"UPDATE core_history SET {alteration} WHERE id = %s", row.pk)
    assert str(row.pk) in broken()


def test_a_deleted_change_is_found(closed: list[Circle]) -> None:
    row = row_of(closed[1])
    forge("DELETE FROM core_history WHERE id = %s", row.pk)
    assert f"Change {row.pk} is missing" in broken()


def test_a_change_added_late_to_a_closed_range_is_found(closed: list[Circle]) -> None:
    forge(
        "INSERT INTO core_history (at, tick, writer, reason, tbl, row_id, action)"
        " SELECT at, tick, 'x', '', tbl, row_id, 'U' FROM core_history WHERE id = %s",
        row_of(closed[1]).pk,
    )
    assert "after it had been closed" in broken()


def test_a_change_with_a_tick_before_all_others_is_found(closed: list[Circle]) -> None:
    forge(
        "INSERT INTO core_history (at, tick, writer, reason, tbl, row_id, action)"
        " VALUES (now(), -5, 'x', '', 'core_circle', 1, 'U')"
    )
    assert "after it had been closed" in broken()


def test_a_missing_block_is_found(closed: list[Circle]) -> None:
    n = HistoryBlock.objects.count() - 1
    forge("DELETE FROM core_historyblock WHERE n = %s", n, tables=("core_historyblock",))
    assert f"Block {n} is missing." in broken()


def test_a_changed_block_and_a_broken_link_are_found(closed: list[Circle]) -> None:
    last = HistoryBlock.objects.order_by("-n").first()
    assert last is not None
    forge("UPDATE core_historyblock SET rows = 7 WHERE n = %s", last.n, tables=("core_historyblock",))
    assert f"Block {last.n} was changed" in broken()
    last.previous = hashlib.sha256(b"another").digest()
    forge(
        "UPDATE core_historyblock SET rows = %s, previous = %s, hash = %s WHERE n = %s",
        last.rows,
        last.previous,
        verification.block_hash(last),
        last.n,
        tables=("core_historyblock",),
    )
    assert f"The link from block {last.n} to block {last.n - 1} is broken." in broken()


def test_a_change_rewritten_together_with_its_digest_is_found_by_its_block(closed: list[Circle]) -> None:
    row = row_of(closed[1])
    forge("UPDATE core_history SET reason = 'another' WHERE id = %s", row.pk)
    forge(
        "UPDATE core_historydigest d SET digest = core_salted_digest(d.salt, h) FROM core_history h"
        " WHERE h.id = d.history_id AND h.id = %s",
        row.pk,
        tables=("core_historydigest",),
    )
    assert "was closed over other changes" in broken()


def test_a_change_taken_away_together_with_its_digest_is_found_by_its_block(closed: list[Circle]) -> None:
    row = row_of(closed[1])
    forge("DELETE FROM core_history WHERE id = %s", row.pk)
    forge("DELETE FROM core_historydigest WHERE history_id = %s", row.pk, tables=("core_historydigest",))
    assert "was closed over other changes: it had 1, now 0" in broken()


def cut(n: int) -> None:
    """Take everything from block ``n`` on away, without a trace inside."""
    keep = HistoryBlock.objects.get(n=n).from_tick
    forge("DELETE FROM core_history WHERE tick >= %s", keep)
    forge("DELETE FROM core_historydigest WHERE block >= %s", n, tables=("core_historydigest",))
    forge("DELETE FROM core_historyblock WHERE n >= %s", n, tables=("core_historyblock",))


def test_a_cut_tail_is_found_by_a_head_kept_outside(closed: list[Circle]) -> None:
    kept = blocks.head()
    assert kept is not None
    assert "whole" in said(head=[kept.hash])
    cut(kept.n)
    assert "whole" in said()
    assert "is not in the chain" in broken(head=[kept.hash])


def test_a_tail_of_blocks_alone_is_found_without_a_head(closed: list[Circle]) -> None:
    n = HistoryBlock.objects.count()
    forge("DELETE FROM core_historyblock WHERE n = %s", n, tables=("core_historyblock",))
    assert f"Block {n} is missing: digests of its changes are still there." in broken()


def test_an_older_head_still_holds(closed: list[Circle], staff: User) -> None:
    old = blocks.head()
    assert old is not None
    change(staff, "Delta")
    close_all()
    new = blocks.head()
    assert new is not None
    assert (new.n, new.changes) == (old.n + 1, old.changes + 1)
    assert "whole" in said(head=[old.hash, new.hash])


def test_an_open_transaction_holds_its_changes_back_and_later_ones_with_it(
    staff: User, app_role_connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    close_all()
    with app_role_connection.transaction():
        app_role_connection.execute(
            "INSERT INTO core_circle (name, purpose, version, created_at) VALUES ('Open', '', 1, now())"
        )
        change(staff, "Later")
        assert blocks.close_blocks() == 0
        assert blocks.lag().changes == 1
    close_all()
    assert (
        HistoryDigest.objects.filter(history_id__in=History.objects.filter(tbl="core_circle").values("pk")).count() == 2
    )
    assert "whole" in said()


def test_closing_twice_at_once_is_done_once(
    closed: list[Circle], staff: User, app_role_connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    change(staff, "Delta")
    with app_role_connection.transaction():
        app_role_connection.execute("SELECT pg_advisory_xact_lock(4242, 1)")
        assert blocks.close_blocks() == 0
    close_all()


def test_the_lag_is_late_after_a_quarter_of_an_hour(closed: list[Circle], staff: User) -> None:
    assert not blocks.lag().is_late
    change(staff, "Delta")
    lag = blocks.lag()
    assert (lag.changes, lag.is_late) == (1, False)
    assert blocks.Lag(1, timezone.now() - timedelta(minutes=16)).is_late


AHEAD = 10**12


def from_another_server() -> HistoryBlock:
    """The last block, as if it were closed on a server that had counted far further."""
    last = HistoryBlock.objects.order_by("-n").first()
    assert last is not None
    last.to_tick += AHEAD
    forge(
        "UPDATE core_historyblock SET to_tick = %s, hash = %s WHERE n = %s",
        last.to_tick,
        verification.block_hash(last),
        last.n,
        tables=("core_historyblock",),
    )
    return last


def test_history_brought_to_another_server_follows_on(closed: list[Circle], staff: User) -> None:
    """Another server counts transactions from the beginning; here the old one is said to have counted far further."""
    last = from_another_server()
    with pytest.raises(Exception, match="stand below the blocks of history"):
        blocks.close_blocks()
    shift = blocks.follow_on()
    assert shift == HistoryClock.objects.get().shift > AHEAD // 2
    new = change(staff, "Delta")
    assert row_of(new).tick >= last.to_tick
    close_all()
    assert HistoryDigest.objects.filter(history_id=row_of(new).pk).exists()
    assert blocks.follow_on() >= shift


def test_closing_waits_for_what_began_before_the_clock_was_lifted(closed: list[Circle], staff: User) -> None:
    from_another_server()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN; SELECT pg_current_xact_id()")
            blocks.follow_on()
            new = change(staff, "Delta")
            assert blocks.close_blocks() == 0
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    close_all()
    assert HistoryDigest.objects.filter(history_id=row_of(new).pk).exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_historyclock SET shift = shift - 1",
        "DELETE FROM core_historyclock",
        "UPDATE core_historyblock SET rows = 1",
        "DELETE FROM core_historyblock",
        "TRUNCATE core_historydigest",
        "DELETE FROM core_historydigest",
        "UPDATE core_historydigest SET salt = 'x'",
        "UPDATE core_historydigest SET digest = 'x'",
        "UPDATE core_history SET after = NULL",
        "DELETE FROM core_historyremoval",
    ],
)
def test_even_the_owner_is_stopped(closed: list[Circle], statement: str) -> None:
    with pytest.raises(Exception, match=r"refused|only goes forward"), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO core_historydigest VALUES (1, 1, 'x', 'x')",
        "INSERT INTO core_historyblock VALUES (1, 1, 0, 1, 1, now(), 'x', 'x', 'x')",
        "INSERT INTO core_historyclock VALUES (2, 1)",
        "UPDATE core_historyclock SET shift = 5",
        "UPDATE core_historydigest SET salt = 'x'",
        "DELETE FROM core_historyblock",
        "TRUNCATE core_historyblock",
        "INSERT INTO core_historyremoval (at, tick, writer, authority, reason, columns, with_reasons, rows, cleared)"
        " VALUES (now(), 1, '', 'mine', '', '{}', false, 1, '{}')",
        "SELECT core_follow_on_history()",
        "SELECT nextval('core_historyremoval_id_seq')",
        "CREATE OR REPLACE FUNCTION core_close_history(OUT block bigint, OUT changes bigint)"
        " RETURNS record LANGUAGE sql AS 'SELECT 1::bigint, 1::bigint'",
        "ALTER TABLE core_historyblock DISABLE TRIGGER ALL",
    ],
)
def test_the_products_own_role_is_refused(
    app_role_connection: psycopg.Connection[tuple[object, ...]], statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_role_connection.execute(statement)


def test_the_products_own_role_closes_through_the_owners_function(
    closed: list[Circle], staff: User, app_role_connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    change(staff, "Delta")
    end = time.monotonic() + PATIENCE
    row = None
    while row is None and time.monotonic() < end:
        row = app_role_connection.execute("SELECT block, changes FROM core_close_history() WHERE block > 0").fetchone()
    assert row == (HistoryBlock.objects.count(), 1)


def test_four_writers_with_rollbacks_while_closing_leave_each_change_in_one_block(
    app_role_connection: psycopg.Connection[tuple[object, ...]],
) -> None:
    parameters = app_role_connection.info.get_parameters()
    until = time.monotonic() + 2.0
    failures: list[BaseException] = []

    def guarded(work: Callable[[psycopg.Connection[Any]], None]) -> Callable[[], None]:
        def run() -> None:
            try:
                with psycopg.connect(**parameters, autocommit=True) as own:
                    while time.monotonic() < until:
                        work(own)
            except BaseException as error:
                failures.append(error)

        return run

    def write(own: psycopg.Connection[Any]) -> None:
        try:
            with own.transaction():
                own.execute(
                    "INSERT INTO core_circle (name, purpose, version, created_at)"
                    " VALUES (gen_random_uuid()::text, '', 1, now())"
                )
                number = time.monotonic_ns() // 1000
                with own.transaction(force_rollback=number % 3 == 0):
                    own.execute("UPDATE core_circle SET purpose = 'x' WHERE id = (SELECT max(id) FROM core_circle)")
                time.sleep(number % 7 / 1000)
                if number % 10 == 0:
                    raise psycopg.Rollback
        except psycopg.errors.DeadlockDetected:
            pass

    def close(own: psycopg.Connection[Any]) -> None:
        own.execute("SELECT core_close_history()")
        time.sleep(0.02)

    threads = [threading.Thread(target=guarded(work)) for work in (write, write, write, write, close)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert HistoryBlock.objects.count() > 3
    close_all()
    assert History.objects.filter(tbl="core_circle").count() > 100
    assert set(History.objects.values_list("pk", flat=True)) == set(
        HistoryDigest.objects.values_list("history_id", flat=True)
    )
    assert "whole" in said()
