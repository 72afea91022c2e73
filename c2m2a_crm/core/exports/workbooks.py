"""A list as a workbook of two sheets."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import IO, Final

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core.exports.cells import as_text
from c2m2a_crm.core.exports.csv_files import FOOTER_MARK
from c2m2a_crm.core.exports.provenance import Provenance
from c2m2a_crm.core.exports.rows import Rows

XLSX_ROWS: Final = 1_048_576 - 1
XLSX_CELL: Final = 32_767


def write_xlsx(target: IO[bytes], rows: Rows, provenance: Provenance) -> None:
    """The rows on the first sheet, what the file says of itself on the second. Memory stays flat."""
    book = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd",
        },
    )
    heading = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet = book.add_worksheet(_sheet_name(provenance.title))
    about = book.add_worksheet(_("About this file"))
    sheet.freeze_panes(1, 0)
    for place, label in enumerate(rows.labels):
        sheet.set_column(place, place, 24)
        sheet.write_string(0, place, label, heading)
    notes: list[str] = []
    cut = 0
    every = (values for columns in rows.chunks() for values in zip(*columns, strict=True))
    for number, values in enumerate(every, start=1):
        if number > XLSX_ROWS:
            rows.count = number - 1
            notes.append(_("A sheet holds no more rows; export as CSV to have them all."))
            break
        for place, value in enumerate(values):
            if isinstance(value, datetime):
                local = timezone.localtime(value) if timezone.is_aware(value) else value
                sheet.write_datetime(number, place, local.replace(tzinfo=None), moment)
            elif isinstance(value, date):
                sheet.write_datetime(number, place, datetime(value.year, value.month, value.day))  # noqa: DTZ001  a day has no time zone
            elif isinstance(value, (int, float)) and not isinstance(value, bool):
                sheet.write_number(number, place, value)
            else:
                text = as_text(value)
                if len(text) > XLSX_CELL:
                    cut += 1
                    mark = _("[cut]")
                    text = f"{text[: XLSX_CELL - len(mark) - 1]} {mark}"
                if text:
                    sheet.write_string(number, place, text)
    if cut:
        notes.append(
            _("%(count)d cells were longer than a sheet allows and are cut; CSV has them whole.") % {"count": cut}
        )
    about.set_column(0, 0, 24)
    about.set_column(1, 1, 80)
    said = [(FOOTER_MARK, provenance.office), *provenance.lines(rows.count, complete=not notes, notes=notes)]
    for place, (label, value) in enumerate(said):
        about.write_string(place, 0, label, heading)
        about.write_string(place, 1, value)
    book.close()


def _sheet_name(title: str) -> str:
    return re.sub(r"[\[\]:*?/\\']", " ", title)[:31].strip() or "1"
