"""From a paper to its PDF: the words made fit, columns given their widths, and Typst run apart with limits."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import structlog
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from c2m2a_crm.core import dates
from c2m2a_crm.core.pdf.letters import Letters
from c2m2a_crm.core.pdf.measures import BOLD, broken_to, need_of, padding, shared_widths
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
    Words,
)

log = structlog.get_logger(__name__)

# Seconds on the wall; a page takes some hundredths, 5,000 rows of eight columns about five seconds.
TIME: Final = 90
# Characters of one paper as data.
LONGEST: Final = 30_000_000
_COMPILER: Final = Path(__file__).resolve().parent / "compiler.py"
# Words of a paragraph, in ems, of which a line has about fifty.
_LINE: Final = 45.0


class PdfError(RuntimeError):
    """The paper could not be made. The text is a sentence for whoever asked for it."""


def make_pdf(paper: Paper, *, seconds: int = TIME) -> bytes:
    """The paper as PDF/UA-1 in the paper's language: tagged, with title, fonts inside, page numbers, on Letter.

    The same paper and moment give the same bytes. Raises :class:`PdfError` after ``seconds`` on the wall, or where the
    paper is too long or cannot be set.
    """
    with override(paper.language):
        data = _Setting(paper).data()
        asked = json.dumps({"paper": data, "at": int(paper.at.timestamp())}).encode()
        if len(asked) > LONGEST:
            raise PdfError(_("This is too long for a PDF. Take fewer rows, or another format."))
        try:
            done = subprocess.run(
                # Isolated, without the product's modules and environment: see compiler.py.
                [sys.executable, "-I", "-B", str(_COMPILER), str(seconds * 2)],
                input=asked,
                capture_output=True,
                timeout=seconds,
                check=False,
                env={},
                cwd="/",
            )
        except subprocess.TimeoutExpired:
            log.warning("pdf took too long", title=paper.title, seconds=seconds)
            raise PdfError(_("The PDF took too long and was given up. Take fewer rows, or another format.")) from None
        if done.returncode != 0 or not done.stdout.startswith(b"%PDF-"):
            log.error("pdf not made", code=done.returncode, said=done.stderr.decode("utf-8", "replace")[-2000:])
            raise PdfError(_("The PDF could not be made. The reason stands in the log of the server."))
    return done.stdout


class _Setting:
    """One paper on its way: as the template takes it."""

    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._letters = Letters()

    def data(self) -> dict[str, Any]:
        paper = self._paper
        blocks = [self._block(block) for block in paper.blocks]
        made = f"{dates.short_date(paper.at)}, {dates.time_of_day(paper.at)}" if timezone.is_aware(paper.at) else ""
        # Cut around the numbers, which only the template knows.
        page_words = re.split("[\x01\x02]", _("Page %(number)s of %(count)s") % {"number": "\x01", "count": "\x02"})
        data = {
            "title": self._line(paper.title),
            "subtitle": self._text(paper.subtitle),
            "language": paper.language,
            "office": self._line(paper.office),
            "foot": self._line(" · ".join(part for part in (paper.office, paper.made_by, made) if part)),
            "marks": [self._line(mark) for mark in paper.marks],
            "passport": [[self._text(label), self._said(said)] for label, said in paper.passport],
            "page_words": page_words,
            "page_count": paper.page_count,
            "is_landscape": paper.is_landscape,
            "is_dense": paper.is_dense,
            "blocks": blocks,
        }
        if self._letters.missing:
            blocks.append({"kind": "note", "said": self._missing_words(), "is_warning": True})
        return data

    def _missing_words(self) -> str:
        count = self._letters.missing
        return ngettext(
            "%(count)s letter has no shape in the fonts of this file and is shown as �. Other formats have it.",
            "%(count)s letters have no shape in the fonts of this file and are shown as �. Other formats have them.",
            count,
        ) % {"count": dates.number(count)}

    def _block(self, block: Block) -> dict[str, Any]:
        match block:
            case Heading():
                return {"kind": "heading", "text": self._line(block.text), "level": block.level}
            case Paragraph():
                return {"kind": "paragraph", "said": self._said(block.said)}
            case Bullets():
                return {"kind": "bullets", "items": [self._said(item) for item in block.items]}
            case Facts():
                rows = [[self._text(label), self._said(said)] for label, said in block.rows]
                return {"kind": "facts", "rows": rows}
            case Note():
                return {"kind": "note", "said": self._said(block.said), "is_warning": block.is_warning}
            case Table():
                return self._table(block) if block.rows else {"kind": "paragraph", "said": self._text(block.empty)}
            case PageBreak():
                return {"kind": "page_break", "number": block.number}
            case InLanguage():
                blocks = [self._block(each) for each in block.blocks]
                return {"kind": "in_language", "language": block.language, "blocks": blocks}

    def _table(self, table: Table) -> dict[str, Any]:
        every = [*table.rows, *table.totals]
        needs = [
            need_of(column.label, [_plain(row[place]) for row in every]) for place, column in enumerate(table.columns)
        ]
        size, widths = shared_widths(needs, [column.weight for column in table.columns], self._paper.is_landscape)

        def cells(row: Sequence[Said]) -> list[Any]:
            return [self._said(said, width) for said, width in zip(row, widths, strict=True)]

        return {
            "kind": "table",
            "caption": self._line(table.caption),
            "size": size,
            "head": [
                self._text(column.label, width / BOLD) for column, width in zip(table.columns, widths, strict=True)
            ],
            "numeric": [column.is_numeric for column in table.columns],
            "widths": [width + padding(size) for width in widths],
            "rows": [cells(row) for row in table.rows],
            "totals": [cells(row) for row in table.totals],
            # A row stays on one page unless a cell is as long as one.
            "rows_break": any(
                len(_plain(said)) > 60 * width for row in every for said, width in zip(row, widths, strict=True)
            ),
        }

    def _said(self, said: Said, width: float = _LINE) -> str | dict[str, Any]:
        if isinstance(said, Words):
            return {
                "text": self._text(said.text, width),
                "language": said.language,
                "is_strong": said.is_strong,
                "is_quiet": said.is_quiet,
            }
        return self._text(said, width)

    def _line(self, text: str) -> str:
        return " ".join(self._letters.fit(str(text)).split())

    def _text(self, text: str, width: float = _LINE) -> str:
        """Words wider than ``width`` (in ems) may be broken: an address must not run into the next cell."""
        return broken_to(self._letters.fit(str(text)), width)


def _plain(said: Said) -> str:
    return said.text if isinstance(said, Words) else said
