"""A list on paper: what the file of a list says, set as a PDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import IO, Any, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from c2m2a_crm.core import dates
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.exports import Provenance, Rows, as_text
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.models import Sealable
from c2m2a_crm.core.pdf import Block, Heading, Note, Paper, Paragraph, Table, TableColumn, make_pdf
from c2m2a_crm.core.registries import ExportableList

# Some hundred pages; nobody reads more of them, and other formats have no such end.
PDF_ROWS: Final = 5_000
_UPRIGHT: Final = 5
# A longer note is no line of a passport: it stands below the rows.
_LINE: Final = 160


def write_pdf(target: IO[bytes], entry: ExportableList, state: ListState, rows: Rows, provenance: Provenance) -> None:
    """The first :data:`PDF_ROWS` rows; where there are more, the paper says so. Raises ``core.pdf.PdfError``."""
    target.write(make_pdf(list_paper(entry, state, rows, provenance)))


def list_paper(entry: ExportableList, state: ListState, rows: Rows, provenance: Provenance) -> Paper:
    """Reads the rows; ``rows.count`` is then how many stand on the paper.

    It has the columns of the screen: what files carry beside them is for other programs.
    """
    rows.columns = state.shown_columns
    texts = _texts(rows)
    shown = list(islice(texts, PDF_ROWS))
    has_more = next(texts, None) is not None
    rows.count = len(shown)
    said = provenance.lines(rows.count, complete=True)[1:]  # the first is the title
    blocks: list[Block] = [*entry.above(state)]
    if has_more:
        words = _("A PDF holds no more than %(count)s rows; export as CSV or as an Excel workbook to have them all.")
        blocks.append(Note(words % {"count": dates.number(PDF_ROWS)}, is_warning=True))
    columns = [TableColumn(str(column.label), column.is_numeric) for column in rows.columns]
    totals = entry.totals(state) if shown else ()
    blocks.append(Table(columns, shown, totals, empty=_("No row matches.")))
    for label, note in said:
        if len(note) > _LINE:
            blocks += [Heading(label), Paragraph(note)]
    return Paper(
        title=provenance.title,
        language=reader_language(),
        office=provenance.office,
        made_by=provenance.who,
        at=provenance.at,
        blocks=blocks,
        passport=[(label, note) for label, note in said if len(note) <= _LINE],
        marks=_marks(state, rows.actor),
        is_landscape=len(columns) > _UPRIGHT,
    )


def _texts(rows: Rows) -> Iterator[list[str]]:
    for columns in rows.chunks():
        for values in zip(*columns, strict=True):
            yield [_text(value) for value in values]


def _text(value: Any) -> str:
    """As the other files have it; a number as a reader writes it."""
    is_number = isinstance(value, (int, float)) and not isinstance(value, (bool, date, datetime))
    return dates.number(value) if is_number else as_text(value)


def _marks(state: ListState, actor: Any) -> Sequence[str]:
    """Whoever finds the paper must see that it may hold what was said in confidence."""
    if not issubclass(state.base.model, Sealable):
        return ()
    readable: Any = state.ordered.order_by()
    confided = Q(sealed_circle__isnull=False) | Q(restricted_circle__isnull=False)
    is_confided = readable.readable_by(actor).filter(confided).exists()
    return (confided_mark(),) if is_confided else ()


def confided_mark() -> str:
    return _("Confided to a circle – not to be passed on")
