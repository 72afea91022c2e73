"""Files that leave the product: the rows of a list as CSV, XLSX, PDF or cards, with who, when and which filter."""

from c2m2a_crm.core.exports.cells import as_text, neutralise, restore
from c2m2a_crm.core.exports.csv_files import FOOTER_MARK, StreamBroken, csv_pieces
from c2m2a_crm.core.exports.files import stored_file, stream_csv, write_file
from c2m2a_crm.core.exports.formats import (
    CARD_VERSIONS,
    CONTENT_TYPES,
    FORMAT_WORDS,
    FORMATS,
    UnknownList,
    file_name,
    formats_of,
    list_entry,
)
from c2m2a_crm.core.exports.provenance import Provenance, request_for
from c2m2a_crm.core.exports.rows import Rows
from c2m2a_crm.core.exports.work import FILES_LAST, JOB_KIND, delete_old_files, may_carry_away
from c2m2a_crm.core.exports.workbooks import XLSX_CELL, write_xlsx

__all__ = [
    "CARD_VERSIONS",
    "CONTENT_TYPES",
    "FILES_LAST",
    "FOOTER_MARK",
    "FORMATS",
    "FORMAT_WORDS",
    "JOB_KIND",
    "XLSX_CELL",
    "Provenance",
    "Rows",
    "StreamBroken",
    "UnknownList",
    "as_text",
    "csv_pieces",
    "delete_old_files",
    "file_name",
    "formats_of",
    "list_entry",
    "may_carry_away",
    "neutralise",
    "request_for",
    "restore",
    "stored_file",
    "stream_csv",
    "write_file",
    "write_xlsx",
]
