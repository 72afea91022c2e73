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
from c2m2a_crm.core.pdf.paper import (
    Block,
    Bullets,
    Facts,
    Heading,
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
# Text in millimetres on Letter between margins, and how wide a letter of a table is on average, for each size.
_WIDE, _NARROW = 249.0, 185.0
_LETTER: Final = {6.5: 1.28, 7.5: 1.48, 8.5: 1.68}
_LONGEST_WORD: Final = 60


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
            "is_landscape": paper.is_landscape,
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
                return {"kind": "page_break"}

    def _table(self, table: Table) -> dict[str, Any]:
        count = len(table.columns)
        size = 6.5 if count > 9 else 7.5 if count > 6 else 8.5
        every = [*table.rows, *table.totals]
        widths = [
            column.weight or _width(column.label, [_plain(row[place]) for row in every])
            for place, column in enumerate(table.columns)
        ]
        page = (_WIDE if self._paper.is_landscape else _NARROW) / _LETTER[size]
        # What surely fits on one line of a cell, also where its letters are wide.
        fits = [max(4, int((page * width / sum(widths) - 3) * 0.65)) for width in widths]

        def cells(row: Sequence[Said]) -> list[Any]:
            return [self._said(said, fit) for said, fit in zip(row, fits, strict=True)]

        return {
            "kind": "table",
            "caption": self._line(table.caption),
            "size": size,
            "head": [self._text(column.label, fit) for column, fit in zip(table.columns, fits, strict=True)],
            "numeric": [column.is_numeric for column in table.columns],
            "widths": widths,
            "rows": [cells(row) for row in table.rows],
            "totals": [cells(row) for row in table.totals],
            # A row stays on one page unless a cell is as long as one.
            "rows_break": any(
                len(_plain(said)) > 40 * fit for row in every for said, fit in zip(row, fits, strict=True)
            ),
        }

    def _said(self, said: Said, fits: int = _LONGEST_WORD) -> str | dict[str, Any]:
        if isinstance(said, Words):
            return {
                "text": self._text(said.text, fits),
                "language": said.language,
                "is_strong": said.is_strong,
                "is_quiet": said.is_quiet,
            }
        return self._text(said, fits)

    def _line(self, text: str) -> str:
        return " ".join(self._letters.fit(str(text)).split())

    def _text(self, text: str, fits: int = _LONGEST_WORD) -> str:
        """Words longer than ``fits`` may be broken: an address must not run into the next cell."""
        fit = self._letters.fit(str(text))
        if len(fit) <= fits:
            return fit
        return re.sub(rf"\S{{{fits + 1},}}", lambda found: _breakable(found[0], fits), fit)


def _breakable(word: str, fits: int) -> str:
    return "\u200b".join(word[start : start + fits] for start in range(0, len(word), fits))


def _plain(said: Said) -> str:
    return said.text if isinstance(said, Words) else said


def _width(label: str, texts: Sequence[str]) -> float:
    """What a column needs, in letters: most of its texts on one line, its words whole, both within reason."""
    lengths = sorted(map(len, texts)) or [0]
    most = lengths[int(len(lengths) * 0.9)] if len(lengths) > 1 else lengths[0]
    word = max((len(word) for text in texts[:1000] for word in text.split()), default=0)
    head = max((len(word) for word in label.split()), default=0)
    return float(max(5, min(most, 34), min(word, 16), min(head + 2, 18)))
