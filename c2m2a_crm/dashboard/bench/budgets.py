"""Every budget of the product's speed, in one table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Budget:
    """Ceilings of one page. ``ratio`` is the median against that of its floor, ``html`` is in bytes."""

    ratio: float
    statements: int | None = None
    html: int | None = None


LIST: Final = Budget(ratio=3.0, statements=12, html=60_000)

PAGES: Final = {
    "organizations, first": LIST,
    "organizations, deep": LIST,
    "organizations, filtered": LIST,
    "people, first": LIST,
    "people, deep": LIST,
    "people, filtered": LIST,
    "contact log, first": LIST,
    "contact log, deep": LIST,
    "contact log, filtered": LIST,
    "organization": Budget(ratio=4.0),
    "home": Budget(ratio=6.0),  # a ceiling against growing worse: its figures count over everything
    "log a contact": Budget(ratio=5.0),
}
TABLES: Final = {
    "a table of 60 seats": Budget(ratio=4.0, statements=15),
    "its coverage": Budget(ratio=4.0, statements=15),
    "a key of its roll call": Budget(ratio=3.0),
}
REQUESTS_SHARE: Final = 1 / 3  # of the floor's requests a second, 8 clients, two web workers
GROWTH: Final = 1.5  # medians of a large office against those of a medium one
EXPORT_SHARE: Final = 0.5  # of the rate at which COPY gives the same query
EXPORT_SECONDS: Final = 60.0
IMPORT_TIMES: Final = 4.0  # of what COPY takes for the same rows, triggers on
MEMORY: Final = 80 * 2**20
# With the triggers of history against without them; the last one in milliseconds more.
HISTORY_CREATE: Final = 1.4
HISTORY_UPDATE: Final = 5.0
HISTORY_EDIT: Final = 1.0
# Against the same question on bare tables; and how much quicker than reading the texts without an index.
SEARCH_RATIO: Final = 2.5
SEARCH_QUICKER: Final = 5.0
# Segments of five clauses against the same question in SQL.
SEGMENT_RATIO: Final = 4.0
# Lists of somebody in circles, against the same lists without any circle.
CIRCLES_RATIO: Final = 1.3
# A merge, and its undo, against a bare update of the rows that it moves.
MERGE_TIMES: Final = 10.0
# A hunt among everybody against one among a tenth, as a share of how n·log n grows; of the whole process.
HUNT_GROWTH: Final = 1.0
HUNT_MEMORY: Final = 500 * 2**20
# The pack of a meeting with 100 pages: the process that makes it, and the largest that it asks.
PACK_MEMORY: Final = 200 * 2**20
OWN_SCRIPTS: Final = 50_000  # bytes, gzipped
STYLES: Final = 60_000
