"""Segments of five clauses against the same question as somebody would write it in SQL.

The floor knows no rights, no circles and no rules that could be gone; it has the same clauses, pins and blocks. Both
give the keys of all who belong, and both give their number. The segments are made for the run and leave nothing.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction

from c2m2a_crm.core.exports import request_for
from c2m2a_crm.core.models import Segment
from c2m2a_crm.core.registries import segmented_lists
from c2m2a_crm.core.segments import make_segment, members_of, pick
from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.bench import budgets
from c2m2a_crm.dashboard.bench.report import Finding, Report

PICKS = 20
_SEATED = (
    "EXISTS (SELECT FROM forums_seatterm term JOIN forums_seat seat ON seat.id = term.seat_id"
    " JOIN engagement_initiative file ON file.id = seat.forum_id"
    " WHERE term.{column} = record.id AND file.archived_at IS NULL AND term.valid @> %(day)s)"
)
# The list, the filters as its address has them, the table, and the filters as SQL has them.
SEGMENTS = (
    (
        "people",
        "party_kind=business&party_kind=association&language=fr&last_contact=within-365&no_contact=30&forum=none",
        "members_person",
        "EXISTS (SELECT FROM members_affiliation held JOIN members_party party ON party.id = held.party_id"
        " WHERE held.person_id = record.id AND held.valid @> %(day)s AND party.kind IN ('business', 'association'))"
        " AND language = 'fr' AND last_open_contact_on >= %(year_ago)s AND last_open_contact_on < %(month_ago)s"
        " AND NOT " + _SEATED.format(column="person_id"),
    ),
    (
        "organizations",
        "kind=business&jurisdiction=ON&jurisdiction=QC&last_contact=within-365&no_contact=30&forum=none",
        "members_party",
        "kind <> 'nation' AND kind = 'business' AND jurisdiction_id IN"  # noqa: S608  our own names
        " (SELECT id FROM members_jurisdiction WHERE code IN ('ON', 'QC'))"
        " AND last_open_contact_on >= %(year_ago)s AND last_open_contact_on < %(month_ago)s"
        " AND NOT " + _SEATED.format(column="party_id"),
    ),
)


def measure(actor: Any, *, rounds: int = 9) -> Report:
    report = Report(f"Segments of five clauses, {rounds} rounds, medians in ms")
    with transaction.atomic():
        for list_key, query, table, clauses in SEGMENTS:
            segment = make_segment(actor=actor, list_key=list_key, name=f"bench {list_key}", query=query)
            report.findings.append(_measured(f"{list_key}, the rule alone", segment, actor, table, clauses, rounds))
            pins, blocks = _except(segment, actor)
            among = "record.id = ANY(ARRAY{}::bigint[])"
            floor = f"({clauses} OR {among.format(pins)}) AND NOT {among.format(blocks)}"
            report.findings.append(_measured(f"{list_key}, pins and blocks", segment, actor, table, floor, rounds))
        transaction.set_rollback(True)
    return report


def _except(segment: Segment, actor: Any) -> tuple[list[int], list[int]]:
    """Some who belong are blocked out, some who do not are pinned in."""
    inside = members_of(segment, actor)
    whole = segmented_lists[segment.list_key].state(request_for(actor, "")).filterset.qs
    blocked = list(inside.order_by("pk")[:PICKS])
    pinned = list(whole.exclude(pk__in=inside.order_by().values("pk")).order_by("pk")[:PICKS])
    for kind, records in (("pin", pinned), ("block", blocked)):
        for record in records:
            pick(actor=actor, segment=segment, record=record, kind=kind, reason="for a measurement")
    return [each.pk for each in pinned], [each.pk for each in blocked]


def _measured(name: str, segment: Segment, actor: Any, table: str, clauses: str, rounds: int) -> Finding:
    bare = f"SELECT {{what}} FROM {table} record WHERE archived_at IS NULL AND {clauses}"  # noqa: S608  our own names
    ways: dict[str, Callable[[], Any]] = {
        "bare SQL": lambda: _asked(bare.format(what="record.id")),
        "segment": lambda: list(members_of(segment, actor).order_by().values_list("pk", flat=True)),
        "bare count": lambda: _asked(bare.format(what="count(*)")),
        "count": lambda: members_of(segment, actor).order_by().count(),
    }
    taken: dict[str, list[float]] = {way: [] for way in ways}
    for _round in range(rounds):  # in turns, so that a slow moment weighs on all
        for way, ask in ways.items():
            began = time.perf_counter()
            ask()
            taken[way].append((time.perf_counter() - began) * 1000)
    medians = {way: statistics.median(each) for way, each in taken.items()}
    ratios = {"×": medians["segment"] / medians["bare SQL"], "× count": medians["count"] / medians["bare count"]}
    over = tuple(
        f"{ratio:.2f} × bare SQL, budget {budgets.SEGMENT_RATIO}"
        for ratio in ratios.values()
        if ratio > budgets.SEGMENT_RATIO
    )
    rows = {"rows": len(ways["segment"]()), "bare rows": len(ways["bare SQL"]())}
    return Finding(name, rows | medians | ratios | {"slowest": max(taken["segment"])}, over)


def _asked(sql: str) -> list[tuple[Any, ...]]:
    days = {"day": today(), "year_ago": today() - timedelta(days=365), "month_ago": today() - timedelta(days=30)}
    with connection.cursor() as cursor:
        cursor.execute(sql, days)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found
