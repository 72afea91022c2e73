"""A described paper (``core.pdf.Paper``) as a Word file: real headings, lists and tables, languages tagged.

The same blocks as in the PDF, so that both say the same. Words are set as they are; what XML cannot hold is left out.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import Any, Final

import docx
from django.utils.translation import gettext as _
from django.utils.translation import override
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from c2m2a_crm.core import dates
from c2m2a_crm.core.pdf import (
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

CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TAGS: Final = {"en": "en-CA", "fr": "fr-CA"}
_UNFIT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_QUIET: Final = RGBColor(0x43, 0x50, 0x4A)
_MARK: Final = RGBColor(0x9A, 0x52, 0x24)


def make_docx(paper: Paper) -> bytes:
    """The paper as a Word file on Letter pages, in the paper's language."""
    with override(paper.language):
        document = _Document(paper)
        document.write()
        return document.data()


class _Document:
    def __init__(self, paper: Paper) -> None:
        self._paper = paper
        self._file: Any = docx.Document()
        self._language = paper.language

    def data(self) -> bytes:
        made = io.BytesIO()
        self._file.save(made)
        return made.getvalue()

    def write(self) -> None:
        paper, properties = self._paper, self._file.core_properties
        properties.title, properties.author, properties.comments = _fit(paper.title)[:255], _fit(paper.office)[:255], ""
        properties.language = _TAGS[paper.language]
        properties.created = properties.modified = paper.at
        self._set_up()
        self._runs(self._file.add_paragraph(style="Title"), paper.title)
        if paper.subtitle:
            self._runs(self._file.add_paragraph(style="Subtitle"), paper.subtitle)
        for mark in paper.marks:
            run = self._runs(self._file.add_paragraph(), Words(mark, is_strong=True))
            run.font.color.rgb = _MARK
        if paper.passport:
            self._facts(paper.passport)
        for block in paper.blocks:
            self._block(block)

    def _set_up(self) -> None:
        """Page, language of every style, and what stands at head and foot of each page."""
        section = self._file.sections[0]
        section.page_width, section.page_height = Mm(215.9), Mm(279.4)
        section.left_margin = section.right_margin = Mm(20)
        section.top_margin = section.bottom_margin = Mm(20)
        styles = self._file.styles
        tag = _TAGS[self._paper.language]
        for element in styles.element.iter(qn("w:lang")):
            element.set(qn("w:val"), tag)
        normal = styles["Normal"]
        normal.font.name, normal.font.size = "Arial", Pt(10.5)
        for name in ("Title", "Subtitle", "Heading 1", "Heading 2", "Heading 3"):
            style = styles[name]
            style.font.name, style.font.color.rgb = "Arial", RGBColor(0x15, 0x20, 0x1C)
            # The theme's own letters would win over the name.
            fonts = style.element.rPr.rFonts
            for key in [key for key in fonts.attrib if key.endswith("Theme")]:
                del fonts.attrib[key]
        head, foot = section.header.paragraphs[0], section.footer.paragraphs[0]
        if self._paper.marks:
            self._runs(head, Words("  ·  ".join(self._paper.marks), is_strong=True))
        made = f"{dates.short_date(self._paper.at)}, {dates.time_of_day(self._paper.at)}"
        parts = (self._paper.office, self._paper.made_by, made)
        self._runs(foot, Words(" · ".join(part for part in parts if part) + "    ", is_quiet=True))
        words = _("Page %(number)s of %(count)s") % {"number": "\x01", "count": "\x02"}
        for part in re.split("([\x01\x02])", words):
            if part in ("\x01", "\x02"):
                _field(foot, "PAGE" if part == "\x01" else "NUMPAGES")
            else:
                self._runs(foot, Words(part, is_quiet=True))

    def _block(self, block: Block) -> None:
        match block:
            case Heading():
                self._runs(self._file.add_paragraph(style=f"Heading {block.level}"), block.text)
            case Paragraph():
                self._runs(self._file.add_paragraph(), block.said)
            case Bullets():
                for item in block.items:
                    self._runs(self._file.add_paragraph(style="List Bullet"), item)
            case Facts():
                self._facts(block.rows)
            case Note():
                paragraph = self._file.add_paragraph()
                paragraph.paragraph_format.left_indent = Mm(4)
                self._runs(paragraph, block.said)
            case Table():
                self._table(block)
            case PageBreak():
                self._file.add_page_break()
            case InLanguage():
                outer, self._language = self._language, block.language
                for each in block.blocks:
                    self._block(each)
                self._language = outer

    def _facts(self, rows: Sequence[tuple[str, Said]]) -> None:
        """A paragraph for each: no table, which would have no head."""
        for label, said in rows:
            paragraph = self._file.add_paragraph()
            paragraph.paragraph_format.space_after = Pt(2)
            self._runs(paragraph, Words(_("%(label)s:") % {"label": label.rstrip(" :")} + " ", is_strong=True))
            self._runs(paragraph, said)
        self._file.add_paragraph().paragraph_format.space_after = Pt(2)

    def _table(self, table: Table) -> None:
        if table.caption:
            self._runs(self._file.add_paragraph(style="Caption"), table.caption)
        if not table.rows:
            if table.empty:
                self._runs(self._file.add_paragraph(), table.empty)
            return
        drawn = self._file.add_table(rows=0, cols=len(table.columns), style="Table Grid")
        heads: list[Said] = [Words(column.label, is_strong=True) for column in table.columns]
        totals = [[_strong(said) for said in row] for row in table.totals]
        weights = [column.weight or 2 for column in table.columns]
        for number, row in enumerate([heads, *table.rows, *totals]):
            line = drawn.add_row()
            properties = line._tr.get_or_add_trPr()
            properties.append(OxmlElement("w:cantSplit"))
            if number == 0:
                properties.append(OxmlElement("w:tblHeader"))
            for cell, said, column, weight in zip(line.cells, row, table.columns, weights, strict=True):
                cell.width = Mm(175 * weight / sum(weights))
                self._runs(cell.paragraphs[0], said)
                if column.is_numeric:
                    cell.paragraphs[0].alignment = 2  # to the right
        self._file.add_paragraph()

    def _runs(self, paragraph: Any, said: Said) -> Any:
        """One run, tagged where its language is not that of the paper."""
        words = said if isinstance(said, Words) else Words(said)
        run = paragraph.add_run(_fit(words.text))
        run.bold = words.is_strong or None
        if words.is_quiet:
            run.font.color.rgb = _QUIET
            run.font.size = Pt(8)
        language = words.language or self._language
        if language != self._paper.language:
            tag = OxmlElement("w:lang")
            tag.set(qn("w:val"), _TAGS.get(language, language))
            run._r.get_or_add_rPr().append(tag)
        return run


def _field(paragraph: Any, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run, text = OxmlElement("w:r"), OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _strong(said: Said) -> Words:
    return Words(said.text, said.language, is_strong=True) if isinstance(said, Words) else Words(said, is_strong=True)


def _fit(text: str) -> str:
    return _UNFIT.sub("", str(text))
