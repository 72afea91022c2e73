"""The Word file of a pair: one table, English and French side by side, a row for each paragraph.

Its last line names the text and the version that went out, signed by this installation, with the number of its rows and
what the reviewer was told. Reading is strict: whatever would be lost without a word (tracked changes, pictures, merged
cells, footnotes, a row more or less) is refused with a sentence.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Any, Final

import docx
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from lxml import etree

from c2m2a_crm.core.pairs.texts import Pair
from c2m2a_crm.core.refusals import ActRefused

CONTENT_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LARGEST: Final = 5 * 2**20
# A Word file is a zip archive: what it unpacks to.
_UNPACKED: Final = 50 * 2**20
_SALT: Final = "core.pairs"
_MARK: Final = re.compile(r"\[\[pair:([A-Za-z0-9_:.\-]+)\]\]")
HEADS: Final = ("English", "Français")
_LANGUAGES: Final = ("en-CA", "fr-CA")

_UNFIT: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_TEXT = {
    qn("w:t"): None,
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:tab"): "\t",
    qn("w:noBreakHyphen"): "\u2011",
    qn("w:softHyphen"): "\u00ad",
}
# What holds text, and what holds none and may be passed over.
_HOLDERS = frozenset(map(qn, ("w:r", "w:hyperlink", "w:smartTag")))
_SILENT = frozenset(
    map(
        qn,
        (
            "w:pPr",
            "w:rPr",
            "w:tcPr",
            "w:proofErr",
            "w:bookmarkStart",
            "w:bookmarkEnd",
            "w:lastRenderedPageBreak",
            "w:permStart",
            "w:permEnd",
        ),
    )
)
_TRACKED = frozenset(map(qn, ("w:ins", "w:del", "w:moveFrom", "w:moveTo")))
_COMMENTS = frozenset(map(qn, ("w:commentRangeStart", "w:commentRangeEnd", "w:commentReference")))


_UNREAD: Final = {
    "drawing": gettext_lazy("a picture"),
    "pict": gettext_lazy("a picture"),
    "object": gettext_lazy("an embedded file"),
    "tbl": gettext_lazy("a table"),
    "footnoteReference": gettext_lazy("a footnote"),
    "endnoteReference": gettext_lazy("a footnote"),
    "fldChar": gettext_lazy("a field"),
    "fldSimple": gettext_lazy("a field"),
    "oMath": gettext_lazy("a formula"),
    "sdt": gettext_lazy("a form field"),
}


class PairRefused(ActRefused):
    """The file cannot be read as the text that went out."""


def pair_file(pair: Pair, *, title: str) -> bytes:
    """The file to hand out. The same pair and title give a file with the same words."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(279.4), Mm(215.9)
    section.left_margin = section.right_margin = Mm(16)
    document.core_properties.title = title
    document.core_properties.author = ""
    document.add_heading(title, level=1)
    document.add_paragraph(
        _(
            "Write in the two columns and nowhere else. Each row stays one row; the signs of Markdown (#, *, -) stay "
            "as they are. Colours, bold and comments are not read. Accept or reject tracked changes before you send it "
            "back."
        )
    )
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for number, row in enumerate([HEADS, *pair.rows]):
        cells = table.add_row().cells
        for cell, text, language in zip(cells, row, _LANGUAGES, strict=True):
            cell.width = Mm(123)
            run = cell.paragraphs[0].add_run(_fit(text))
            run.bold = number == 0
            run.font.size = Pt(10)
            marked = run._r.get_or_add_rPr().makeelement(qn("w:lang"), {qn("w:val"): language})
            run._r.get_or_add_rPr().append(marked)
    first = table.rows[0]._tr.get_or_add_trPr()
    first.append(first.makeelement(qn("w:tblHeader"), {}))
    mark = signing.dumps([pair.kind, pair.key, pair.version, len(pair.rows)], salt=_SALT)
    document.add_paragraph(_("Leave this line as it is: %(mark)s") % {"mark": f"[[pair:{mark}]]"})
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def read_pair(file: IO[bytes], *, kind: str, key: str) -> Pair:
    """What came back. Raises :class:`PairRefused` with a sentence that says what to do."""
    body = _body_of(file)
    if any(next(body.iter(tag), None) is not None for tag in _TRACKED):
        raise PairRefused(
            _("There are tracked changes in the file. Accept or reject them in Word, and bring it again.")
        )
    mark = _MARK.search("".join(body.itertext(qn("w:t"))))
    try:
        of_kind, of_key, version, count = signing.loads(mark[1], salt=_SALT) if mark else ("", "", 0, 0)
    except signing.BadSignature:
        of_kind, of_key, version, count = "", "", 0, 0
    if not of_kind:
        raise PairRefused(
            _("The last line, which says what text this is, is missing or was changed. Take the file anew.")
        )
    if (of_kind, of_key) != (kind, key):
        raise PairRefused(_("This file is of another text. Bring the one that was taken out here."))
    tables = [each for each in body if each.tag == qn("w:tbl")]
    if len(tables) != 1:
        raise PairRefused(_("The file must hold the one table with both languages. Take the file anew."))
    rows = [_row(row) for row in tables[0] if row.tag == qn("w:tr")]
    if not rows or rows[0] != HEADS:
        raise PairRefused(_("The first row of the table must say English and Français, in this order."))
    if len(rows) - 1 != count:
        words = _(
            "The table has %(found)s rows below its head; %(count)s went out. Put rows back, or paragraphs into one."
        )
        raise PairRefused(words % {"found": len(rows) - 1, "count": count})
    return Pair(of_kind, of_key, version, rows[1:])


def _body_of(file: IO[bytes]) -> Any:
    unreadable = PairRefused(_("This is not a Word file (.docx) that can be read."))
    data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise PairRefused(_("The file is larger than a text with its table can be."))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(each.file_size for each in archive.infolist()) > _UNPACKED:
                raise unreadable
        body = docx.Document(io.BytesIO(data)).element.find(qn("w:body"))
    # The last is how zipfile calls a password, and a way of compressing that it cannot undo.
    except (zipfile.BadZipFile, zlib.error, etree.XMLSyntaxError, KeyError, ValueError, OSError, RuntimeError) as error:
        raise unreadable from error
    if body is None:
        raise unreadable
    return body


def _row(row: Any) -> tuple[str, str]:
    cells = [cell for cell in row if cell.tag == qn("w:tc")]
    merged = [*row.iter(qn("w:gridSpan")), *row.iter(qn("w:vMerge"))]
    if len(cells) != 2 or merged:
        raise PairRefused(_("Each row of the table must have its two cells, side by side and not merged."))
    english, french = ("\n".join(_lines(cell)).strip("\n") for cell in cells)
    return english, french


def _lines(cell: Any) -> Iterator[str]:
    for part in cell:
        if part.tag == qn("w:p"):
            yield "".join(_words(part))
        elif part.tag not in _SILENT:
            raise _unread(part)


def _words(holder: Any) -> Iterator[str]:
    for part in holder:
        if part.tag in _TEXT:
            yield _TEXT[part.tag] or part.text or ""
        elif part.tag in _HOLDERS:
            yield from _words(part)
        elif part.tag not in _SILENT and part.tag not in _COMMENTS:
            raise _unread(part)


def _unread(part: Any) -> PairRefused:
    """Better refused than lost."""
    what = _UNREAD.get(etree.QName(part).localname, _("something else"))
    words = _("A cell holds more than text (%(what)s). Leave plain text in the cells, and bring the file again.")
    return PairRefused(words % {"what": what})


def _fit(text: str) -> str:
    """Without characters that XML cannot carry."""
    return _UNFIT.sub("", text)
