"""Agenda and minutes on paper, in either language: what stands in the other alone is set in it, and tagged so."""

from __future__ import annotations

from typing import Any, Final

from django.db import models
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from c2m2a_crm.core import dates
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import localized
from c2m2a_crm.core.export_papers import confided_mark
from c2m2a_crm.core.exports import as_text
from c2m2a_crm.core.models import AuditEvent, Installation
from c2m2a_crm.core.pdf import Block, Bullets, Facts, Heading, Note, Paper, Paragraph, Table, TableColumn, make_pdf
from c2m2a_crm.core.pdf.paper import Words
from c2m2a_crm.core.word_papers import make_docx
from c2m2a_crm.engagement.typed_line import PointKind, read_note
from forums.meetings.selectors import Roll, asides_of, roll_of
from forums.models import Attendance, Meeting, Minutes

AGENDA: Final = "agenda"
MINUTES: Final = "minutes"


FORMATS: Final = ("pdf", "docx")


def make_meeting_file(
    *, actor: Actor, meeting: Meeting, what: str, language: str, purpose: str, file_format: str = "pdf"
) -> bytes:
    """The paper as PDF or as a Word file, told to the audit before it is handed over. Raises ``core.pdf.PdfError``."""
    paper = meeting_paper(actor, meeting, what, language, purpose)
    data = make_docx(paper) if file_format == "docx" else make_pdf(paper)
    AuditEvent.objects.create(
        actor_id=actor.pk,
        verb="record.exported",
        subject_table=Meeting._meta.db_table,
        subject_id=meeting.pk,
        details={"format": file_format, "purpose": purpose, "what": what, "language": language},
    )
    return data


def meeting_paper(actor: Actor, meeting: Meeting, what: str, language: str, purpose: str) -> Paper:
    """``what`` is :data:`AGENDA` or :data:`MINUTES`; minutes that nobody wrote are told as missing."""
    with translation.override(language):
        minutes = Minutes.objects.filter(meeting=meeting).first() if what == MINUTES else None
        now = timezone.now()
        marks = [confided_mark()] if meeting.forum.initiative.is_confided else []
        if minutes is not None and not minutes.is_adopted:
            marks.append(str(minutes.state.label))
        facts = [
            (_("Exported by"), str(actor)),
            (_("Exported at"), as_text(now)),
            (_("What it is for"), purpose),
        ]
        kind = pgettext("record of a meeting", "Minutes") if what == MINUTES else _("Agenda")
        return Paper(
            title=localized(meeting, "title", language).text,
            subtitle=f"{kind} · {localized(meeting.forum.initiative, 'name', language).text}",
            language=language,
            office=Installation.current().name,
            made_by=str(actor),
            at=now,
            blocks=[particulars(meeting, language), *_body(meeting, minutes, what, language)],
            passport=facts,
            marks=marks,
        )


def _body(meeting: Meeting, minutes: Minutes | None, what: str, language: str) -> list[Block]:
    if what == AGENDA:
        return agenda_blocks(meeting, language)
    if minutes is None:
        return [Paragraph(_("No minutes are written yet."))]
    return [*_attendance(roll_of(meeting)), *_sections(minutes, language)]


def particulars(meeting: Meeting, language: str) -> Facts:
    rows: list[tuple[str, Any]] = [
        (_("Number"), str(meeting.number)),
        (_("When"), meeting.when),
        (_("Form"), str(meeting.get_form_display())),
        (_("Where"), in_language(meeting, "place", language)),
        (_("Link to join"), meeting.link),
    ]
    if meeting.is_cancelled:
        rows.append((_("Cancelled"), meeting.cancelled_reason))
    return Facts([(label, value) for label, value in rows if value])


def in_language(row: models.Model, field: str, language: str) -> str | Words:
    pair = localized(row, field, language)
    return Words(pair.text, language=pair.language) if pair.is_fallback and pair.text else pair.text


def agenda_blocks(meeting: Meeting, language: str) -> list[Block]:
    columns = [
        TableColumn(pgettext("number of an agenda item", "Item"), weight=1),
        TableColumn(_("Item"), weight=9),
        TableColumn(_("Minutes"), is_numeric=True, weight=2),
        TableColumn(_("Presented by"), weight=4),
    ]
    rows = [
        [
            f"{number}.",
            in_language(item, "title", language),
            dates.number(item.minutes) if item.minutes else "",
            item.presenter,
        ]
        for number, item in enumerate(meeting.items.order_by("position", "pk"), 1)
    ]
    return [Heading(_("Agenda")), Table(columns, rows, empty=_("Nothing stands on the agenda yet."))]


def _attendance(roll: Roll) -> list[Block]:
    if not roll.is_called:
        return []
    blocks: list[Block] = [Heading(_("Who was there")), Note(roll.live.sentence)]
    for heading, marks in (
        ("", Attendance.CAME),
        (_("Regrets:"), (Attendance.Mark.REGRETS,)),
    ):
        names = [
            f"{row.person.full_name} ({row.party})" if row.party else row.person.full_name
            for row in roll.rows
            if row.mark in marks
        ]
        if names:
            if heading:
                blocks.append(Paragraph(heading))
            blocks.append(Bullets(names))
    return blocks


def _sections(minutes: Minutes, language: str) -> list[Block]:
    words = {
        PointKind.ISSUE: _("Decision"),
        PointKind.COMMITMENT: _("Commitment"),
        PointKind.QUESTION: _("Question"),
    }
    blocks: list[Block] = []
    asides = asides_of(minutes.meeting)
    for section in minutes.sections.select_related("item").order_by("position", "pk"):
        pair = localized(section, "text", language)
        title = (
            localized(section.item, "title", language).text
            if section.item
            else pgettext("record of a meeting", "Minutes")
        )
        blocks.append(Heading(title))
        if section.item_id in asides:
            blocks.append(Note(asides[section.item_id].in_words))
        for line in pair.text.split("\n"):
            points, rest = read_note(line)
            text = rest.strip()
            if points:
                point = points[0].point
                said = f"{point.by}: {point.text}" if point.by else point.text
                text = f"{words[point.kind]} – {said}"
            if text:
                blocks.append(Paragraph(Words(text, language=pair.language) if pair.is_fallback else text))
    for addition in minutes.additions.order_by("made_at", "pk"):
        blocks.append(Heading(_("Correction of %(day)s") % {"day": dates.short_date(addition.made_at)}, 2))
        blocks.append(Paragraph(in_language(addition, "text", language)))
        blocks.append(Note(addition.reason))
    if minutes.adopted_on is not None:
        blocks.append(Note(_("Adopted on %(day)s.") % {"day": dates.long_date(minutes.adopted_on)}))
    return blocks
