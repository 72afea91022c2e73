"""What a paper holds, as the rooms describe it. How it looks is the template's affair alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Words:
    """A text that differs from those around it: in another language (``en``, ``fr``), bold or quiet."""

    text: str
    language: str = ""
    is_strong: bool = False
    is_quiet: bool = False


# Words of people or of ours. They are set as they are; a line break stays one.
Said: TypeAlias = str | Words


@dataclass(frozen=True, slots=True)
class Heading:
    """``level`` 1 to 3, without a gap: who cannot see a paper moves by them. The title of the paper is none of them."""

    text: str
    level: Literal[1, 2, 3] = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    said: Said


@dataclass(frozen=True, slots=True)
class Bullets:
    items: Sequence[Said]


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels with their values."""

    rows: Sequence[tuple[str, Said]]


@dataclass(frozen=True, slots=True)
class Note:
    """What must be known to read the rest rightly: a cap, a rule, something left out."""

    said: Said
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class TableColumn:
    """``weight`` is the column's share of the width; 0 takes it from what the column holds."""

    label: str
    is_numeric: bool = False
    weight: float = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under a head that repeats on each page. ``totals`` stand below them in bold.

    Each row has a cell for each column. Without rows, ``empty`` is said instead.
    """

    columns: Sequence[TableColumn]
    rows: Sequence[Sequence[Said]]
    totals: Sequence[Sequence[Said]] = ()
    caption: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class PageBreak:
    """``number`` is that of the page that begins here, where others will be put between; 0 counts on."""

    number: int = 0


@dataclass(frozen=True, slots=True)
class InLanguage:
    """Blocks in the other language, tagged so that they are read aloud rightly: a paper may stand in both."""

    language: str
    blocks: Sequence[Block]


Block: TypeAlias = "Heading | Paragraph | Bullets | Facts | Note | Table | PageBreak | InLanguage"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper on Letter pages. ``language`` is ``en`` or ``fr``; ``at`` knows its time zone and is when it was made.

    ``passport`` says under the title who made it, when, of what and under which filter. ``marks`` (a classification,
    what a third party confided) stand in the head and the foot of each page and below the title. A dense paper has
    smaller letters and less air: for what must be read at one glance.
    """

    title: str
    language: str
    office: str
    made_by: str
    at: datetime
    blocks: Sequence[Block]
    subtitle: str = ""
    passport: Sequence[tuple[str, Said]] = ()
    marks: Sequence[str] = ()
    is_landscape: bool = False
    page_count: int = 0
    is_dense: bool = False
