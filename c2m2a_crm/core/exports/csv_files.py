"""A list as CSV, in pieces."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Generator, Sequence
from datetime import date
from itertools import islice
from types import NoneType
from typing import Any, Final

import structlog

from c2m2a_crm.core import jobs
from c2m2a_crm.core.exports.cells import as_text, neutralise
from c2m2a_crm.core.exports.provenance import Provenance
from c2m2a_crm.core.exports.rows import Rows

log = structlog.get_logger(__name__)

# The line with which the last lines of our CSV files begin; the importer knows them by it.
FOOTER_MARK: Final = "# C2M2A CRM"
# Rows written at a time.
_WRITTEN = 1000
# What a CSV file carries as it is (a day is written the ISO way), and what it carries once it was looked at.
_HARMLESS: Final = frozenset({int, float, date, NoneType})
_WORDS: Final = frozenset({str, NoneType})


class StreamBroken(RuntimeError):
    """The rows ended before their end; the file says so in its last line."""


def csv_pieces(
    rows: Rows, provenance: Provenance, *, bom: bool, finished: Callable[[int, bool], None]
) -> Generator[bytes, None, None]:
    """The file in pieces of some hundred rows.

    ``finished`` is called once with the number of rows and whether they are all: also when the reader goes away or the
    database breaks off, in which case the last line says that the file is incomplete.
    """
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")

    def taken() -> bytes:
        piece = buffer.getvalue().encode("utf-8", "replace")
        buffer.seek(0)
        buffer.truncate()
        return piece

    def footer(*, complete: bool) -> bytes:
        # One cell on each line, so that a program that knows nothing of them still shows readable last lines.
        lines = provenance.lines(rows.count, complete=complete)
        writer.writerow([f"{FOOTER_MARK} · {provenance.office}"])
        writer.writerows([f"# {label}: {' '.join(value.split())}"] for label, value in lines)
        return taken()

    complete = False
    try:
        if bom:
            buffer.write("\ufeff")
        writer.writerow([neutralise(label) for label in rows.labels])
        for columns in rows.chunks():
            cells = zip(*map(_csv_cells, columns), strict=True)
            while some := list(islice(cells, _WRITTEN)):
                writer.writerows(some)
                if buffer.tell() > 65_536:
                    yield taken()
        yield footer(complete=True)
        complete = True
    except (GeneratorExit, jobs.JobStopped):  # nobody is left to read a last line
        raise
    except Exception as error:
        log.exception("export broke off", list=provenance.list_key, rows=rows.count)
        yield taken() + footer(complete=False)
        raise StreamBroken from error
    finally:
        finished(rows.count, complete)


def _csv_cells(values: Sequence[Any]) -> Sequence[Any]:
    """Numbers stay numbers: only text can be taken for a formula, and none that begins with a letter or a digit."""
    kinds = set(map(type, values))
    if kinds <= _HARMLESS:
        return values
    if kinds <= _WORDS:
        return [text if not text or text[0].isalnum() else neutralise(text) for text in values]
    return [value if type(value) in _HARMLESS else neutralise(as_text(value)) for value in values]
