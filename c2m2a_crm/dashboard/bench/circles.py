"""What circles cost the lists: pages of somebody who is in some, with sealed and restricted rows on file.

The same pages without: read by the same person as if in no circle, from rows that carry no condition about circles at
all. Both are read with their total and with everything that a row shows, in turns.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

from django.db.models import QuerySet

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import exports
from c2m2a_crm.core.actor import circle_ids_of
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.dashboard.bench import budgets
from c2m2a_crm.dashboard.bench.pages import BenchError
from c2m2a_crm.dashboard.bench.report import Finding, Report
from c2m2a_crm.engagement.models import Interaction

# Each list with questions of its own; and, where the rows themselves may be closed, the same rows without circles.
LISTS: Final = (
    ("organizations", ""),
    ("organizations", "last_contact=within-90"),
    ("people", ""),
    ("people", "last_contact=within-90"),
    ("contact-log", ""),
    ("contact-log", "kind=call"),
)
WITHOUT: Final[Mapping[str, Callable[[], QuerySet[Any, Any]]]] = {"contact-log": Interaction.objects.active}


def measure(actor: User, *, rounds: int = 15) -> Report:
    if not circle_ids_of(actor):
        raise BenchError(f"{actor} is in no circle. Use a folder filled by `demo`, or see --user.")
    report = Report(f"Lists with circles in force against the same without, {rounds} rounds, medians in ms")
    for list_key, query in LISTS:
        taken: dict[bool, list[float]] = {True: [], False: []}
        for turn in range(rounds + 1):
            for is_with in (True, False) if turn % 2 else (False, True):
                state = _state(actor.pk, list_key, query, is_with=is_with)
                began = time.perf_counter()
                _read(state)
                if turn:  # the first time everything is cold
                    taken[is_with].append((time.perf_counter() - began) * 1000)
        with_, without = (statistics.median(taken[is_with]) for is_with in (True, False))
        ratio = with_ / without
        figures = {"with": with_, "without": without, "ratio": ratio, "budget": budgets.CIRCLES_RATIO}
        over = (f"{ratio:.2f} times, budget {budgets.CIRCLES_RATIO}",) if ratio > budgets.CIRCLES_RATIO else ()
        report.findings.append(Finding(f"{list_key}{', filtered' if query else ''}", figures, over))
    return report


def _state(user_id: int, list_key: str, query: str, *, is_with: bool) -> ListState:
    """The list as its page would have it, for a person who was asked for circles already."""
    user = User.objects.get(pk=user_id)
    if not is_with:
        user.__dict__["_circle_ids"] = ()
    circle_ids_of(user)
    state: ListState = exports.list_entry(list_key).state(exports.request_for(user, query, f"/{list_key}/"))
    rows = WITHOUT.get(list_key)
    return state if is_with or rows is None else replace(state, base=rows())


def _read(state: ListState) -> None:
    """What a page asks for."""
    for row in state.rows:
        list(row.cells)
    _total = state.total
