"""PDFs: a paper described in words and rows, set by one template, tagged for everybody (PDF/UA-1).

A room makes a :class:`Paper` of its blocks and hands it to :func:`make_pdf`. What the paper holds is what its reader
may read: rights are the room's affair, as on its pages.
"""

from c2m2a_crm.core.pdf.paper import (
    Block,
    Bullets,
    Facts,
    Heading,
    InLanguage,
    Note,
    PageBreak,
    Paper,
    Paragraph,
    Said,
    Table,
    TableColumn,
    Words,
)
from c2m2a_crm.core.pdf.setting import PdfError, make_pdf

__all__ = [
    "Block",
    "Bullets",
    "Facts",
    "Heading",
    "InLanguage",
    "Note",
    "PageBreak",
    "Paper",
    "Paragraph",
    "PdfError",
    "Said",
    "Table",
    "TableColumn",
    "Words",
    "make_pdf",
]
