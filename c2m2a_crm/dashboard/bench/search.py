"""The search against the same question on bare tables, and against reading the texts without any index.

The floor has, for each kind, a table of its own with nothing but number, day and vector, indexed as the search's is. It
asks each for the same words, takes the newest five, counts to the same bound and reads their titles; it knows no
rights, no order by name, no other spelling. The third way is ``ILIKE`` over the columns in which the words stand.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.db import connection

from c2m2a_crm.core.searching.question import read
from c2m2a_crm.core.searching.service import MOST, kind_words, search
from c2m2a_crm.dashboard.bench import budgets
from c2m2a_crm.dashboard.bench.report import Finding, Report

# Frequent words, rare ones, symbols, capitals, names, initials, a number, a phrase, and one that nobody wrote.
TERMS = (
    "lithium",
    "Li",
    "REE",
    "EU",
    "terres rares",
    "nickel",
    "permits",
    "minéraux",
    "tremblay",
    "northline",
    "JT",
    "canada",
    "zzq123",
)
EACH = 5
# Kind, table, its key, the column of the day, the title, and where the words stand: every kind that the search knows.
TABLES = (
    ("person", "members_person", "id", "last_open_contact_on", "family_name", ("given_name", "family_name")),
    ("organization", "members_party", "id", "last_open_contact_on", "name_en", ("name_en", "name_fr", "about")),
    ("contact", "engagement_interaction", "id", "occurred_on", "subject", ("subject", "notes")),
    ("followup", "engagement_followup", "id", "due_on", "text", ("text",)),
    ("nation", "members_party", "id", "last_open_contact_on", "name_en", ()),
    ("jurisdiction", "members_jurisdiction", "id", "id", "name_en", ("name_en", "name_fr")),
    ("initiative", "engagement_initiative", "id", "starts_on", "name_en", ("name_en", "name_fr")),
    ("forum", "engagement_initiative", "id", "starts_on", "name_en", ()),
    ("partnership", "engagement_initiative", "id", "starts_on", "name_en", ()),
    ("campaign", "outreach_campaign", "id", "created_at", "subject_en", ("subject_en", "body_en", "body_fr")),
)
# The names of those who took part are words of a contact, too.
WHO_TOOK_PART = (
    "EXISTS (SELECT FROM engagement_participant part"
    " WHERE part.interaction_id = engagement_interaction.id AND part.name ILIKE %s)"
)


def measure(actor: Any, *, rounds: int = 9) -> Report:
    report = Report(f"Search, {rounds} rounds, medians in ms")
    _make_bare()
    try:
        totals = {"search": 0.0, "floor": 0.0, "ILIKE": 0.0}
        for term in TERMS:
            asked = read(term, kind_words()).text
            ways: dict[str, tuple[Callable[[], object], int]] = {
                "floor": (lambda asked=asked: _floor(asked), rounds),  # type: ignore[misc]  # bound now, not later
                "search": (lambda term=term: search(actor, term, each=EACH), rounds),  # type: ignore[misc]  # as above
                "ILIKE": (lambda term=term: _unindexed(term), max(1, rounds // 4)),  # type: ignore[misc]  # as above
            }
            taken: dict[str, list[float]] = {name: [] for name in ways}
            for number in range(rounds):  # in turns, so that a slow moment weighs on all
                for name, (way, times) in ways.items():
                    if number < times:
                        began = time.perf_counter()
                        way()
                        taken[name].append((time.perf_counter() - began) * 1000)
            medians = {name: statistics.median(each) for name, each in taken.items()}
            for name, median in medians.items():
                totals[name] += median
            report.findings.append(Finding(term, _figures(medians, max(taken["search"]))))
        figures = _figures(totals, None)
        over = []
        if figures["× floor"] > budgets.SEARCH_RATIO:
            over.append(f"{figures['× floor']:.2f} × floor, budget {budgets.SEARCH_RATIO}")
        if figures["ILIKE ×"] < budgets.SEARCH_QUICKER:
            over.append(f"{figures['ILIKE ×']:.1f} × quicker than ILIKE, budget {budgets.SEARCH_QUICKER}")
        report.findings.append(Finding("all terms", figures | {"budget": budgets.SEARCH_RATIO}, tuple(over)))
    finally:
        with connection.cursor() as cursor:
            for kind, *_rest in TABLES:
                cursor.execute(f"DROP TABLE IF EXISTS bare_{kind}")
    return report


def _figures(medians: dict[str, float], slowest: float | None) -> dict[str, Any]:
    return {
        "floor": medians["floor"],
        "search": medians["search"],
        "slowest": slowest,
        "ILIKE": medians["ILIKE"],
        "× floor": medians["search"] / medians["floor"],
        "ILIKE ×": medians["ILIKE"] / medians["search"],
    }


def _make_bare() -> None:
    with connection.cursor() as cursor:
        for kind, table, key, day, _title, _texts in TABLES:
            cursor.execute(f"DROP TABLE IF EXISTS bare_{kind}")
            cursor.execute(
                f"CREATE TEMP TABLE bare_{kind} AS SELECT origin.{key} AS id, origin.{day} AS day, entry.vector "  # noqa: S608  our own names
                f"FROM {table} origin JOIN core_search_entry entry ON entry.object_id = origin.{key} "
                "AND entry.kind = %s",
                [kind],
            )
            cursor.execute(f"CREATE INDEX ON bare_{kind} USING gin (vector)")
            cursor.execute(f"CREATE INDEX ON bare_{kind} (day DESC, id DESC)")
            cursor.execute(f"ANALYZE bare_{kind}")


def _floor(asked: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for kind, table, key, _day, title, _texts in TABLES:
            cursor.execute(
                f"WITH found AS MATERIALIZED "  # noqa: S608  our own names
                f"(SELECT id, day FROM bare_{kind} WHERE vector @@ %s::tsquery LIMIT {MOST}) "
                f"SELECT first.id, origin.{title}, (SELECT count(*) FROM found) FROM "
                f"(SELECT id FROM found ORDER BY day DESC NULLS LAST, id DESC LIMIT {EACH}) AS first "
                f"JOIN {table} AS origin ON origin.{key} = first.id",
                [asked],
            )
            found += cursor.fetchall()
    return found


def _unindexed(term: str) -> list[tuple[Any, ...]]:
    """As somebody would write it without any of this: every word somewhere in a column."""
    found: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for _kind, table, key, day, title, texts in TABLES:
            if not texts:  # its table is read under another kind
                continue
            words = [f"%{word}%" for word in term.split()]
            places = [f"{text} ILIKE %s" for text in texts]
            if table == "engagement_interaction":
                places.append(WHO_TOOK_PART)
            anywhere = " OR ".join(places)
            where = " AND ".join([f"({anywhere})"] * len(words))
            cursor.execute(
                f"SELECT {key}, {title}, count(*) OVER () FROM {table} WHERE {where} "  # noqa: S608  our own names
                f"ORDER BY {day} DESC NULLS LAST LIMIT {EACH}",
                [word for word in words for _place in places],
            )
            found += cursor.fetchall()
    return found
