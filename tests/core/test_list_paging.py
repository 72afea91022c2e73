"""Pages by place: every row exactly once, in either direction, in every order, while rows come and go."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.lists.paging import BadCursor, Order
from c2m2a_crm.core.models import Job

pytestmark = pytest.mark.django_db

MOMENT = timezone.make_aware(datetime(2026, 3, 1, 12, 0, 0, 123_456))
ORDERS: dict[str, list[Any]] = {
    "key": [],
    "key, newest first": ["-id"],
    "text": ["title"],
    "text, turned": ["-title"],
    "moments that may be missing": [F("finished_at").asc(nulls_last=True)],
    "moments that may be missing, turned": [F("finished_at").desc(nulls_last=True)],
    "a column whose order says nothing of missing values": ["-finished_at"],
    "two ways": ["title", "-done"],
    "two ways, turned": ["-title", "done"],
    "missing values in second place": ["done", F("finished_at").asc(nulls_last=True)],
    "missing values twice, two ways": [F("started_at").desc(nulls_last=True), F("finished_at").asc(nulls_last=True)],
    "by another table": [F("operation__created_at").asc(nulls_last=True), "actor__name"],
}
# Few different values, so that many rows tie; None for a moment that has not come.
FACTS = st.tuples(
    st.sampled_from(["a", "b", "É"]), st.integers(0, 2), st.sampled_from([None, 1, 2]), st.sampled_from([None, 1])
)
often = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def add(actor: User, facts: Sequence[tuple[str, int, int | None, int | None]]) -> None:
    def moment(days: int | None) -> datetime | None:
        return MOMENT + timedelta(days=days) if days is not None else None

    Job.objects.bulk_create(
        Job(actor=actor, kind="t", title=title, done=done, finished_at=moment(finished), started_at=moment(started))
        for title, done, finished, started in facts
    )


def order_of(ordering: list[Any]) -> Order:
    return Order(Job.objects.all(), ordering)


def forwards(order: Order, size: int) -> list[tuple[Any, ...]]:
    rows = page = order.first(size)
    while page:
        page = order.after(order.place(order.cursor(page[-1])), size)
        rows = rows + page
    return rows


def backwards(order: Order, size: int) -> list[tuple[Any, ...]]:
    rows = page = order.last(size)
    while page:
        page = order.before(order.place(order.cursor(page[0])), size)
        rows = page + rows
    return rows


@pytest.mark.parametrize("name", ORDERS)
@often
@given(facts=st.lists(FACTS, max_size=14), size=st.integers(1, 5))
def test_every_row_stands_on_one_page(
    staff: User, name: str, facts: list[tuple[str, int, int | None, int | None]], size: int
) -> None:
    with transaction.atomic():
        add(staff, facts)
        order = order_of(ORDERS[name])
        expected = list(order.queryset.values_list("pk", flat=True))
        assert len(expected) == len(facts)
        assert [row[-1] for row in forwards(order, size)] == expected
        assert [row[-1] for row in backwards(order, size)] == expected
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", ORDERS)
@often
@given(
    facts=st.lists(FACTS, min_size=4, max_size=10), more=st.lists(FACTS, min_size=1, max_size=6), at=st.integers(0, 3)
)
def test_rows_added_or_taken_away_move_no_other_row(
    staff: User,
    name: str,
    facts: list[tuple[str, int, int | None, int | None]],
    more: list[tuple[str, int, int | None, int | None]],
    at: int,
) -> None:
    with transaction.atomic():
        add(staff, facts)
        order = order_of(ORDERS[name])
        old = [row[-1] for row in order.first(100)]
        seen = order.first(at + 1)
        place = order.place(order.cursor(seen[-1]))
        add(staff, more)
        Job.objects.filter(pk=seen[-1][-1]).delete()  # its place stays, though no row holds it
        later = [row[-1] for row in order.after(place, 100)]
        assert [pk for pk in later if pk in old] == old[at + 1 :]
        earlier = [row[-1] for row in order.before(place, 100)]
        assert [pk for pk in earlier if pk in old] == old[:at]
        assert len({*earlier, *later}) == len(facts) + len(more) - 1
        transaction.set_rollback(True)


def test_missing_values_stand_last_both_ways(staff: User) -> None:
    add(staff, [("a", 0, 2, None), ("b", 0, None, None), ("c", 0, 1, None)])
    for part, said in (("finished_at", "cab"), ("-finished_at", "acb")):
        rows = order_of([part]).queryset
        assert "".join(rows.values_list("title", flat=True)) == said


def test_a_page_is_one_statement_and_one_range(staff: User) -> None:
    add(staff, [("a", number, None, None) for number in range(9)])
    order = order_of(["title"])
    place = order.first(3)[-1]
    with CaptureQueriesContext(connection) as captured:
        assert len(order.after(place, 4)) == 4
    assert len(captured) == 1
    assert '("core_job"."title", "core_job"."id") > (' in captured[0]["sql"]


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "é",
        "=" * 9,
        "W10",  # []
        "bnVsbA",  # null
        "eyJhIjoxfQ",  # {"a":1}
        "A" * 5000,
        "W" * 3000,
    ],
)
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(BadCursor):
        order_of(["title"]).place(cursor)


@given(st.text(max_size=60))
def test_no_text_breaks_a_cursor(text: str) -> None:
    order = order_of(["title"])
    try:
        place = order.place(text)
    except BadCursor:
        return
    assert len(place) == 2


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.just("\x00"),
    st.just("\ud800"),
    st.lists(st.none()),
)


@often
@given(st.lists(VALUES, min_size=3, max_size=3))
def test_no_values_in_a_cursor_break_the_page(staff: User, values: list[Any]) -> None:
    """Also a cursor that somebody wrote by hand for this very order."""
    for ordering in (["done", "created_at"], [F("finished_at").asc(nulls_last=True), "title"]):
        order = order_of(ordering)
        try:
            place = order.place(order.cursor(tuple(values)))
        except BadCursor:
            continue
        order.after(place, 5)
        order.before(place, 5)


def test_a_cursor_belongs_to_its_order(staff: User) -> None:
    add(staff, [("a", 1, 1, 1)])
    row = order_of(["title"]).first(1)[0]
    cursor = order_of(["title"]).cursor(row)
    assert order_of(["title"]).place(cursor) == row
    for other in (["-title"], ["kind"], ["title", "done"]):
        with pytest.raises(BadCursor):
            order_of(other).place(cursor)


def test_a_cursor_keeps_a_moment_to_the_microsecond(staff: User) -> None:
    add(staff, [("a", 1, 1, 1)])
    order = order_of(["finished_at"])
    (row,) = order.first(1)
    assert order.place(order.cursor(row)) == row
