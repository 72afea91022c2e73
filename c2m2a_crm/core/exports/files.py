"""A list as a file, audited: streamed, in a temporary file, or written into a folder."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

import structlog
from django.db import DatabaseError, transaction
from django.utils.translation import override

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.exports.csv_files import csv_pieces
from c2m2a_crm.core.exports.formats import CARD_VERSIONS
from c2m2a_crm.core.exports.provenance import Provenance, provenance_of, request_for
from c2m2a_crm.core.exports.rows import Rows
from c2m2a_crm.core.exports.workbooks import write_xlsx
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.models import AuditEvent
from c2m2a_crm.core.registries import ExportableList

log = structlog.get_logger(__name__)


def audited(actor: Actor, provenance: Provenance, file_format: str) -> Callable[[int, bool], None]:
    """Note now that the list is being carried away, and give the function that notes how it ended.

    Two rows, for one alone would be missing when the process dies on the way, or would not know how many rows left.
    """
    return ending(actor, provenance, file_format, note_start(actor, provenance, file_format))


def note_start(actor: Actor, provenance: Provenance, file_format: str) -> int:
    details = _details(provenance, file_format)
    event = AuditEvent.objects.create(
        actor_id=actor.pk, verb="list.export_started", details={**details, "who": provenance.who}
    )
    return event.pk


def _details(provenance: Provenance, file_format: str) -> dict[str, str]:
    details = {"list": provenance.list_key, "format": file_format, "filter": provenance.filter_for_others}
    return {**details, "purpose": provenance.purpose} if provenance.purpose else details


def ending(actor: Actor, provenance: Provenance, file_format: str, started: int) -> Callable[[int, bool], None]:
    details = _details(provenance, file_format)

    def finished(rows: int, complete: bool) -> None:
        try:
            with transaction.atomic():
                AuditEvent.objects.create(
                    actor_id=actor.pk,
                    verb="list.exported" if complete else "list.export_broke_off",
                    details={**details, "who": provenance.who, "rows": rows, "started": started},
                )
        except DatabaseError:
            if complete:  # a file that cannot be accounted for is not handed over
                raise
            log.exception("end of an export not noted", list=provenance.list_key, rows=rows)

    return finished


def stream_csv(
    entry: ExportableList, state: ListState, actor: Actor, *, bom: bool = True, purpose: str = ""
) -> Iterator[bytes]:
    """The list as CSV, audited, while it is being read."""
    provenance = provenance_of(entry, state, actor, purpose)
    finished = audited(actor, provenance, "csv")
    return _in_language(csv_pieces(Rows(state, actor), provenance, bom=bom, finished=finished))


def _in_language(pieces: Generator[bytes, None, None]) -> Iterator[bytes]:
    """Streaming goes on after the request's language is gone; each piece is made in the reader's own."""
    language = reader_language()

    def made() -> Iterator[bytes]:
        try:
            while True:
                with override(language):
                    piece = next(pieces, None)
                if piece is None:
                    return
                yield piece
        finally:
            pieces.close()

    return made()


def stored_file(
    entry: ExportableList, state: ListState, actor: Actor, file_format: str, *, purpose: str = ""
) -> IO[bytes]:
    """The list as XLSX or PDF, audited, in a temporary file that is gone when it is closed.

    Raises ``core.pdf.PdfError`` where a PDF cannot be made.
    """
    provenance = provenance_of(entry, state, actor, purpose)
    finished = audited(actor, provenance, file_format)
    rows = Rows(state, actor)
    target = NamedTemporaryFile(suffix=f".{file_format}")  # noqa: SIM115  the response or job that sends it closes it
    complete = False
    try:
        write_as(target, file_format, entry, state, rows, provenance)
        complete = True
    finally:
        finished(rows.count, complete)
    target.seek(0)
    return target


def write_as(
    target: IO[bytes],
    file_format: str,
    entry: ExportableList,
    state: ListState,
    rows: Rows,
    provenance: Provenance,
) -> None:
    from c2m2a_crm.core.export_papers import write_pdf  # it imports this package

    if file_format in CARD_VERSIONS:
        _write_cards(target, entry, rows, file_format)
    elif file_format == "pdf":
        write_pdf(target, entry, state, rows, provenance)
    else:
        write_xlsx(target, rows, provenance)


def _write_cards(target: IO[bytes], entry: ExportableList, rows: Rows, file_format: str) -> None:
    """Cards and nothing else: who took them out, when and what for stands in the audit alone."""
    for chunk in rows.records():
        for card in entry.cards(rows.actor, chunk, file_format) if entry.cards else ():
            target.write(card.encode("utf-8", "replace"))


def write_file(
    entry: ExportableList,
    actor: Any,
    *,
    query: str,
    file_format: str,
    target: Path,
    bom: bool = False,
    purpose: str = "",
) -> int:
    """Write the list into ``target`` and give the number of rows. The folder must exist."""
    state = entry.state(request_for(actor, query))
    partial = target.with_name(f"{target.name}.partial")
    provenance = provenance_of(entry, state, actor, purpose)
    noted = audited(actor, provenance, file_format)
    rows = Rows(state, actor)
    if file_format == "csv":
        with partial.open("wb") as file:
            file.writelines(csv_pieces(rows, provenance, bom=bom, finished=noted))
    else:
        complete = False
        try:
            with partial.open("wb") as file:
                write_as(file, file_format, entry, state, rows, provenance)
            complete = True
        finally:
            noted(rows.count, complete)
    partial.replace(target)
    return rows.count
