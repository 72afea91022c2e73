"""Is the history whole? Everything is computed again here, outside of the database, from its rows.

The database only gives rows as text in a fixed form; hashing and comparing is done here, so that a function changed in
the database cannot answer for itself. Rows stream in batches: memory does not grow with history.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection, transaction

from c2m2a_crm.core import sealed
from c2m2a_crm.core.models import History, HistoryBlock, HistoryDigest, HistoryRemoval

BATCH: Final = 10_000
_AT_ONCE: Final = 2_000
_FIRST: Final = bytes(32)
# How a change was written into bytes when its block was closed, by the block's format.
_CANONICAL: Final = {
    1: """pg_catalog.jsonb_build_array(
        h.id, pg_catalog.to_char(pg_catalog.timezone('UTC', h.at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        h.tick, h.actor_id, h.writer, h.operation_id, h.reason, h.tbl, h.row_id, h.action, h.before, h.after
    )::pg_catalog.text"""
}


class NotWhole(Exception):
    """History is broken; the message says where first."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """History is whole: so many changes in so many blocks, of which some lost a text lawfully; others wait."""

    changes: int
    blocks: int
    removed: int
    waiting: int
    head: str

    def __str__(self) -> str:
        return f"The history is whole: {self.changes} changes in {self.blocks} blocks, {self.removed} removed lawfully."


@dataclass(slots=True)
class _Open:
    """A block while its digests come by."""

    block: HistoryBlock
    rows: int = 0
    digest: Any = field(default_factory=hashlib.sha256)


def verify(*, heads: Sequence[str] = ()) -> Verdict:
    """Check every block, link, digest and change, and every sealed row; :class:`NotWhole` at the first broken place.

    ``heads`` are hashes kept outside (backup, mail): each must be in the chain, or its end was cut off.
    """
    with ExitStack() as stack:
        if not connection.in_atomic_block:  # one view of everything, while others write
            stack.enter_context(transaction.atomic())
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        blocks = _chain()
        _require_heads(blocks, heads)
        tombstones = _tombstones()
        changes = removed = 0
        for batch in _batches(blocks):
            seen, gone = _check_changes(batch, tombstones)
            changes += seen
            removed += gone
        last = blocks[-1].n if blocks else 0
        stray = HistoryDigest.objects.filter(block__gt=last).order_by("block").values_list("block", flat=True).first()
        if stray is not None:
            raise NotWhole(f"Block {stray} is missing: digests of its changes are still there.")
        broken = sealed.broken_seal(tombstones)
        if broken:
            raise NotWhole(broken)
        waiting = History.objects.filter(tick__gte=blocks[-1].to_tick if blocks else 0).count()
    return Verdict(changes, len(blocks), removed, waiting, bytes(blocks[-1].hash).hex() if blocks else "")


def _chain() -> list[HistoryBlock]:
    """All blocks in order, checked among themselves."""
    blocks = list(HistoryBlock.objects.order_by("n"))
    previous, to_tick = _FIRST, 0
    for n, block in enumerate(blocks, start=1):
        if block.n != n:
            raise NotWhole(f"Block {n} is missing.")
        if block.format not in _CANONICAL:
            raise NotWhole(f"Block {n} has the format {block.format}, which this version does not know.")
        if bytes(block.hash) != block_hash(block):
            raise NotWhole(f"Block {n} was changed: its hash is not that of its content.")
        if bytes(block.previous) != previous:
            raise NotWhole(f"The link from block {n} to block {n - 1} is broken.")
        if block.from_tick != to_tick or block.to_tick <= block.from_tick:
            raise NotWhole(f"Block {n} does not begin where block {n - 1} ends.")
        previous, to_tick = bytes(block.hash), block.to_tick
    return blocks


def block_hash(block: HistoryBlock) -> bytes:
    parts = (
        block.format,
        block.n,
        block.from_tick,
        block.to_tick,
        block.rows,
        _moment(block.closed_at),
        bytes(block.digest).hex(),
        bytes(block.previous).hex(),
    )
    return hashlib.sha256("|".join(map(str, parts)).encode()).digest()


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _require_heads(blocks: Sequence[HistoryBlock], heads: Sequence[str]) -> None:
    known = {bytes(block.hash).hex() for block in blocks}
    for head in heads:
        if head.strip().lower() not in known:
            raise NotWhole(f"The head {head} is not in the chain: its end was cut off, or it was written anew.")


def _tombstones() -> dict[int, str | None]:
    """What is left of each change that lost a text, as the history of the newest removal says it."""
    table = HistoryRemoval._meta.db_table
    told: dict[int, str | None] = {}
    recorded: dict[int, Any] = {}
    for change in History.objects.filter(tbl=table).order_by("id").iterator():
        if change.action != History.Action.CREATED or change.after is None:
            raise NotWhole(f"Removal {change.row_id} was changed or taken away (change {change.pk}).")
        recorded[change.row_id] = change.after["cleared"]
        told |= {int(number): left for number, left in change.after["cleared"].items()}
    for removal in HistoryRemoval.objects.order_by("id").iterator():
        if recorded.pop(removal.pk, None) != removal.cleared:
            raise NotWhole(f"Removal {removal.pk} is not what history says of it.")
    if recorded:
        raise NotWhole(f"Removal {min(recorded)} is missing.")
    return told


def _batches(blocks: Sequence[HistoryBlock]) -> Iterator[list[HistoryBlock]]:
    """Neighbours of one format, together about as many changes as come in one batch."""
    batch: list[HistoryBlock] = []
    for block in blocks:
        if batch and (batch[0].format != block.format or sum(each.rows for each in batch) + block.rows > BATCH):
            yield batch
            batch = []
        batch.append(block)
    if batch:
        yield batch


def _check_changes(blocks: Sequence[HistoryBlock], tombstones: dict[int, str | None]) -> tuple[int, int]:
    """Every change of these blocks against its digest, and the digests against the blocks: seen, removed lawfully."""
    first, last = blocks[0], blocks[-1]
    starts = [block.from_tick for block in blocks]
    open_blocks = {block.n: _Open(block) for block in blocks}
    seen = removed = 0
    for number, n, salt, digest, tick, tbl, row_id, text in _rows(first, last):
        if tick is None:
            raise NotWhole(f"Change {number} is missing from block {n}.")
        own = blocks[max(bisect_right(starts, tick) - 1, 0)].n
        what = f"Change {number} ({tbl} {row_id})"
        if n is None:
            # Its digest may stand in another block, if its tick was altered.
            raise NotWhole(f"{what} was added to block {own} after it had been closed, or altered.")
        if n != own:
            raise NotWhole(f"{what} in block {n} was altered.")
        found = hashlib.sha256(salt + text.encode()).digest()
        if number in tombstones:
            left = tombstones[number]
            if found.hex() != left and not (left is None and found == digest):
                raise NotWhole(f"{what} in block {n} was altered after a text had been lawfully removed from it.")
            removed += 1
        elif found != digest:
            raise NotWhole(f"{what} in block {n} was altered.")
        open_blocks[n].rows += 1
        open_blocks[n].digest.update(digest)
        seen += 1
    for n, each in open_blocks.items():
        if each.rows != each.block.rows or each.digest.digest() != bytes(each.block.digest):
            raise NotWhole(f"Block {n} was closed over other changes: it had {each.block.rows}, now {each.rows}.")
    return seen, removed


def _rows(first: HistoryBlock, last: HistoryBlock) -> Iterator[tuple[Any, ...]]:
    """Changes and digests of some blocks, joined by number, in its order: whichever of the two is missing is null."""
    lowest = "" if first.n == 1 else "h.tick >= %(from)s AND"
    sql = f"""
        SELECT coalesce(h.id, d.history_id), d.block, d.salt, d.digest, h.tick, h.tbl, h.row_id, h.canonical
        FROM (
            SELECT h.id, h.tick, h.tbl, h.row_id, {_CANONICAL[first.format]} AS canonical
            FROM {History._meta.db_table} h WHERE {lowest} h.tick < %(to)s
        ) h
        FULL JOIN (
            SELECT * FROM {HistoryDigest._meta.db_table} WHERE block BETWEEN %(first)s AND %(last)s
        ) d ON d.history_id = h.id
        ORDER BY 1
    """  # noqa: S608  tables and the canonical form are our own
    with connection.chunked_cursor() as cursor:
        cursor.execute(sql, {"from": first.from_tick, "to": last.to_tick, "first": first.n, "last": last.n})
        while rows := cursor.fetchmany(_AT_ONCE):
            for number, n, salt, digest, *rest in rows:
                yield number, n, salt and bytes(salt), digest and bytes(digest), *rest
