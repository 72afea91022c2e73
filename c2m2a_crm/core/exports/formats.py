"""In which formats lists leave, and under which names."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext_lazy

from c2m2a_crm.core.registries import ExportableList, exportable_lists

FORMATS: Final = ("csv", "xlsx", "pdf")
# Of lists whose rows can be cards of an address book, with the version of the standard.
CARD_VERSIONS: Final = {"vcard-4": "4.0", "vcard-3": "3.0"}
CONTENT_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
    **dict.fromkeys(CARD_VERSIONS, "text/vcard; charset=utf-8"),
}
# What a format is called where it is offered, and its picture.
FORMAT_WORDS: Final = {
    "csv": {"key": "csv", "label": gettext_lazy("CSV file"), "icon": "file-text"},
    "xlsx": {"key": "xlsx", "label": gettext_lazy("Excel workbook"), "icon": "file-spreadsheet"},
    "pdf": {"key": "pdf", "label": gettext_lazy("PDF"), "icon": "file-type-pdf"},
    "vcard-4": {"key": "vcard-4", "label": gettext_lazy("vCards 4.0"), "icon": "user"},
    "vcard-3": {"key": "vcard-3", "label": gettext_lazy("vCards 3.0, for older programs"), "icon": "user"},
}


class UnknownList(LookupError):
    """No list of that name can be exported."""


def list_entry(list_key: str) -> ExportableList:
    entry = exportable_lists.get(list_key)
    if entry is None:
        raise UnknownList(list_key)
    return entry


def formats_of(entry: ExportableList | None) -> tuple[str, ...]:
    """The formats in which the list leaves."""
    return (*FORMATS, *CARD_VERSIONS) if entry is not None and entry.cards else FORMATS


def file_name(entry: ExportableList, file_format: str, at: datetime) -> str:
    suffix = "vcf" if file_format in CARD_VERSIONS else file_format
    return f"{entry.key}-{timezone.localtime(at):%Y-%m-%d-%H%M}.{suffix}"
