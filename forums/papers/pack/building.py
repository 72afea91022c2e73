"""The pack as one PDF: cover, contents with page numbers, agenda, and each paper after its item.

Set twice: the first setting tells how many pages there are before each paper, the second has the numbers.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from c2m2a_crm.core import dates
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import localized
from c2m2a_crm.core.documents import policies as document_policies
from c2m2a_crm.core.export_papers import confided_mark
from c2m2a_crm.core.models import DocumentVersion, Installation
from c2m2a_crm.core.pdf import Block, Facts, Heading, Note, PageBreak, Paper, Table, TableColumn, Words, make_pdf
from c2m2a_crm.core.pdf.paper import Said
from forums.meetings.paper import agenda_blocks, in_language, particulars
from forums.models import AgendaItem, Meeting
from forums.papers.pack import running
from forums.papers.rules import Line, digest_of, lines_of, packable
from forums.papers.selectors import by_item

PDF: Final = "application/pdf"
# Of all files put in: they are held in memory while they are joined.
MOST_BYTES: Final = 64 * 2**20
MOST_PAGES: Final = 2000


class PackError(RuntimeError):
    """The pack could not be made. The text is a sentence for whoever asked for it."""


@dataclass(slots=True)
class Part:
    """A paper in the pack. ``why`` says why it is not joined, and is empty where it is."""

    line: Line
    version: DocumentVersion
    path: Path
    pages: int = 0
    why: str = ""
    at: int = 0

    @property
    def is_joined(self) -> bool:
        return not self.why


@dataclass(slots=True)
class Group:
    item: AgendaItem | None
    number: int
    parts: list[Part] = field(default_factory=list)
    at: int = 0


@dataclass(frozen=True, slots=True)
class Pack:
    """What was made: how many pages, of which papers, and which are files of their own."""

    pages: int
    groups: Sequence[Group]
    made_of: str
    is_confidential: bool

    @property
    def parts(self) -> list[Part]:
        return [part for group in self.groups for part in group.parts]


def build_pack(
    actor: Actor,
    meeting: Meeting,
    language: str,
    folder: Path,
    target: Path,
    tell: Callable[[int, int], None] = lambda done, total: None,
) -> Pack:
    """Write the pack in this language to ``target``; a paper that is not in it stands in the other.

    ``folder`` is for the files on the way; they stay there. ``tell`` is called between steps. Raises
    :class:`PackError` and ``core.pdf.PdfError``.
    """
    lines = [line for line in packable(meeting, lines_of(meeting)) if _may_fetch(actor, line)]
    with translation.override(language):
        groups = _groups(meeting, lines, language, folder)
        tell(1, 4)
        _look_into([part for group in groups for part in group.parts])
        try:
            count = _join(meeting, groups, language, folder, target, tell)
        except running.NotJoined:
            raise PackError(_("The papers could not be joined. Take the papers one by one.")) from None
        tell(4, 4)
    return Pack(count, groups, digest_of(lines), any(line.is_confidential for line in lines))


def _may_fetch(actor: Actor, line: Line) -> bool:
    return all(document_policies.can_fetch(actor, line.paper.document, version) for version in line.files)


def _groups(meeting: Meeting, lines: Sequence[Line], language: str, folder: Path) -> list[Group]:
    """Items that have papers, with the number that each has on the agenda, and copies of the files."""
    groups, number = [], 0
    for item, of_item in by_item(meeting, lines):
        number += item is not None
        if of_item:
            group = Group(item, number)
            for line in of_item:
                version = line.side(language)
                if version is not None:
                    path = folder / f"part-{version.pk}"
                    group.parts.append(Part(line, version, path, why=_copy(version, path)))
            groups.append(group)
    return groups


def _copy(version: DocumentVersion, path: Path) -> str:
    try:
        with version.file.open("rb") as file, path.open("wb") as copy:
            shutil.copyfileobj(file, copy)
    except FileNotFoundError:
        return _("Its file is missing.")
    return "" if version.content_type == PDF else _("It is no PDF.")


def _look_into(parts: Sequence[Part]) -> None:
    joined = [part for part in parts if part.is_joined]
    words = {
        "locked": _("It is protected by a password."),
        "layers": _("It has form fields, a signature or layers, which would be lost."),
        "damaged": _("It cannot be read."),
    }
    size = pages = 0
    for part, seen in zip(joined, running.look_at([part.path for part in joined]), strict=True):
        part.pages, part.why = seen.pages, words.get(seen.why, "")
        if part.is_joined:
            size, pages = size + part.version.size, pages + part.pages
            if size > MOST_BYTES or pages > MOST_PAGES:
                size, pages = size - part.version.size, pages - part.pages
                part.why = _("It is too large for one file with the others.")


def _join(
    meeting: Meeting,
    groups: Sequence[Group],
    language: str,
    folder: Path,
    target: Path,
    tell: Callable[[int, int], None],
) -> int:
    """Set the pages of our own, then again with the numbers that they have in the pack, and put the papers between.

    Returns how many pages the pack has. Where the numbers themselves moved a heading, it is done once more.
    """
    front, at = folder / "front.pdf", timezone.now()
    front.write_bytes(make_pdf(_paper(meeting, groups, language, at, 0, 0)))
    tell(2, 4)
    for _attempt in range(2):
        seen = running.look_at_ours(front)
        if len(seen.headings) != 2 + len(groups):
            break
        count = _place(groups, seen)
        front.write_bytes(make_pdf(_paper(meeting, groups, language, at, count, seen.headings[1])))
        tell(3, 4)
        with suppress(running.FrontMoved):
            running.join(_question(meeting, groups, language, front, count, seen.headings), target)
            return count
    raise running.NotJoined


def _place(groups: Sequence[Group], seen: running.Seen) -> int:
    """Say of each group and paper on which page it begins (from 0); returns the pages of the whole."""
    before = 0
    begins = [*seen.headings[-len(groups) :], seen.pages] if groups else []
    for number, group in enumerate(groups):
        group.at = begins[number] + before
        here = begins[number + 1] + before
        for part in group.parts:
            if part.is_joined:
                part.at = here
                here += part.pages
                before += part.pages
    return seen.pages + before


def _paper(meeting: Meeting, groups: Sequence[Group], language: str, at: Any, count: int, agenda_at: int) -> Paper:
    marks = [confided_mark()] if meeting.forum.initiative.is_confided else []
    if any(part.line.is_confidential for group in groups for part in group.parts):
        marks.append(_("Confidential"))
    blocks: list[Block] = [
        particulars(meeting, language),
        Note(_("Made on %(day)s.") % {"day": dates.long_date(at)}),
        PageBreak(),
        Heading(_("Contents")),
        _contents(groups, language, agenda_at),
        PageBreak(),
        *agenda_blocks(meeting, language),
    ]
    for group in groups:
        blocks += [PageBreak(group.at + 1 if count else 0), *_item_page(group, language)]
    return Paper(
        title=localized(meeting, "title", language).text,
        subtitle=_("Meeting pack · %(forum)s") % {"forum": localized(meeting.forum.initiative, "name", language).text},
        language=language,
        office=Installation.current().name,
        made_by="",
        at=at,
        blocks=blocks,
        marks=marks,
        page_count=count,
    )


def _contents(groups: Sequence[Group], language: str, agenda_at: int) -> Block:
    rows: list[list[Said]] = [[Words(_("Agenda"), is_strong=True), dates.number(agenda_at + 1)]]
    for group in groups:
        rows.append([Words(_title_of(group, language), is_strong=True), dates.number(group.at + 1)])
        for part in group.parts:
            place = dates.number(part.at + 1) if part.is_joined else _("own file")
            rows.append([in_language(part.line.paper.document, "title", language), place])
    columns = [TableColumn(_("Item or paper"), weight=8), TableColumn(_("Page"), is_numeric=True, weight=1)]
    return Table(columns, rows)


def _title_of(group: Group, language: str) -> str:
    if group.item is None:
        return _("For the whole meeting")
    return f"{group.number}. {localized(group.item, 'title', language).text}"


def _item_page(group: Group, language: str) -> list[Block]:
    blocks: list[Block] = [Heading(_title_of(group, language))]
    if group.item is not None and group.item.presenter:
        blocks.append(Facts([(_("Presented by"), group.item.presenter)]))
    columns = [
        TableColumn(_("Paper"), weight=4),
        TableColumn(_("File"), weight=4),
        TableColumn(_("Language"), weight=2),
        TableColumn(_("Page"), weight=3),
    ]
    rows: list[list[Said]] = []
    for part in group.parts:
        where = dates.number(part.at + 1) if part.is_joined else _("A file of its own. %(why)s") % {"why": part.why}
        title = in_language(part.line.paper.document, "title", language)
        rows.append([title, part.version.original_name, str(part.version.get_language_display()), where])
    return [*blocks, Table(columns, rows)]


def _question(
    meeting: Meeting, groups: Sequence[Group], language: str, front: Path, count: int, places: Sequence[int]
) -> dict[str, Any]:
    words = _("Page %(number)s of %(count)s") % {"number": "\x01", "count": "\x02"}
    before, _mark, rest = words.partition("\x01")
    between, _mark, after = rest.partition("\x02")
    bookmarks = [(1, _("Contents"), places[0]), (1, _("Agenda"), places[1])]
    parts = []
    for group in groups:
        bookmarks.append((1, _title_of(group, language), group.at))
        for part in group.parts:
            if part.is_joined:
                title = localized(part.line.paper.document, "title", language).text
                tongue = part.version.language
                bookmarks.append((2, title, part.at))
                parts.append(
                    {
                        "path": str(part.path),
                        "at": part.at,
                        "title": title,
                        "mark": _("Confidential") if part.line.is_confidential else "",
                        "language": f"{tongue if tongue in ('en', 'fr') else language}-CA",
                    }
                )
    return {
        "front": str(front),
        "places": list(places),
        "parts": parts,
        "words": [before, between, after],
        "count": count,
        "title": localized(meeting, "title", language).text,
        "language": f"{language}-CA",
        "bookmarks": bookmarks,
    }
