"""The rows that an import left out, as a file that can be corrected and brought again."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Final

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import override

from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.exports import XLSX_CELL, neutralise
from c2m2a_crm.core.imports.verdicts import LEFT_OUT, Verdict
from c2m2a_crm.core.models import Import

FORMATS: Final = ("csv", "xlsx")


def report_headings() -> tuple[str, ...]:
    """The headings that such a file has beyond those of the file it came from."""
    return (_("Line"), _("Verdict"), _("What to do"))


def is_report(headers: Sequence[str]) -> bool:
    """Whether the file is one of ours that was corrected: it ends in our own headings, in either language."""
    named = _named(headers)
    for language in LANGUAGES:
        with override(language):
            ours = report_headings()
        if named[-len(ours) :] == ours:
            return True
    return False


def _named(headers: Sequence[str]) -> tuple[str, ...]:
    """Without empty headings at the end: surplus cells have none."""
    named = tuple(headers)
    while named and not named[-1]:
        named = named[:-1]
    return named


def without_report(headers: Sequence[str]) -> tuple[str, ...]:
    return _named(headers)[: -len(report_headings())] if is_report(headers) else tuple(headers)


def _records(imported: Import) -> Iterator[list[str]]:
    yield [*imported.headings, *report_headings()]
    width = len(imported.headings)
    rows = imported.rows.filter(verdict__in=[verdict.value for verdict in LEFT_OUT]).order_by("line")
    for row in rows.iterator(chunk_size=1000):
        told = (str(row.line), str(Verdict(row.verdict).label), " ".join(row.sentences))
        yield [*row.cells[:width], *told, *row.cells[width:]]


def as_csv(imported: Import) -> Iterator[bytes]:
    """The file in pieces, for a spreadsheet program that then runs nothing of it."""
    buffer = io.StringIO(newline="")
    buffer.write("\ufeff")
    writer = csv.writer(buffer, lineterminator="\r\n")
    for record in _records(imported):
        writer.writerow([neutralise(cell) for cell in record])
        if buffer.tell() > 65_536:
            yield buffer.getvalue().encode("utf-8", "replace")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode("utf-8", "replace")


def as_xlsx(imported: Import) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for number, record in enumerate(_records(imported)):
        for place, cell in enumerate(record):
            if cell:
                sheet.write_string(number, place, cell[:XLSX_CELL])
    book.close()
    return target.getvalue()
