"""Closing history: finished changes go into blocks, chained by hash; the newest hash (the *head*) leaves the database.

No writer waits for it: a job closes what finished transactions left (``core_close_history``, a function of the owner
that takes nothing from its caller). It proves that nothing was changed since, to whoever kept a head; it does not prove
that what was written is true. ``core.verification`` checks it, ``docs/adr/0008-history-blocks.md`` tells why so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Final

from django.db import connection, transaction
from django.db.models import Count, Min, Sum
from django.utils import timezone

from c2m2a_crm.core.models import History, HistoryBlock

# Closing runs each minute; a transaction that stays open holds it back, in any database of the server.
LATE: Final = timedelta(minutes=15)
# One task closes for less than the clock takes to come round.
CLOSE_FOR: Final = 50.0


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: whoever keeps ``hash`` outside can tell later whether all up to here is as it was."""

    n: int
    hash: str
    changes: int
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class Lag:
    """Changes that are in no block yet, and when the oldest of them was made."""

    changes: int
    since: datetime | None

    @property
    def is_late(self) -> bool:
        return self.since is not None and timezone.now() - self.since > LATE


def close_blocks(seconds: float = CLOSE_FOR) -> int:
    """Close what is finished, block by block, each in its own transaction. Returns how many changes went in.

    Where another process is closing it does nothing.
    """
    end = monotonic() + seconds
    closed = 0
    while monotonic() < end:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT changes FROM core_close_history() WHERE block IS NOT NULL")
            row = cursor.fetchone()
        if row is None:
            break
        closed += row[0]
    return closed


def newest() -> HistoryBlock | None:
    """The last block, or None before the first one."""
    return HistoryBlock.objects.order_by("-n").first()


def head() -> Head | None:
    """The end of the chain, or None before the first block. For the daily mail and each backup's manifest."""
    last = newest()
    if last is None:
        return None
    changes = HistoryBlock.objects.filter(n__lte=last.n).aggregate(total=Sum("rows"))["total"]
    return Head(last.n, bytes(last.hash).hex(), changes, last.closed_at)


def lag() -> Lag:
    """What waits to be closed: what stands behind the last block, found by index."""
    return lag_behind(newest())


def lag_behind(last: HistoryBlock | None) -> Lag:
    """What waits behind this block."""
    waiting = History.objects.filter(tick__gte=last.to_tick if last else 0)
    told = waiting.aggregate(changes=Count("pk"), since=Min("at"))
    return Lag(told["changes"], told["since"])


def follow_on() -> int:
    """Lift the clock of history above everything recorded; returns its shift. For the owner, after a restore.

    Another cluster counts transactions anew. Without this, new changes would fall into ranges that are closed.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_follow_on_history()")
        return int(cursor.fetchone()[0])
