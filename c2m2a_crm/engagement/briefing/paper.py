"""A briefing on paper: Letter, dense, tagged, marked on each page with whom it is for."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.export_papers import confided_mark
from c2m2a_crm.core.exports import as_text
from c2m2a_crm.core.models import AuditEvent, Installation
from c2m2a_crm.core.pdf import Block, Facts, Heading, Note, Paper, Paragraph, Words, make_pdf
from c2m2a_crm.engagement.briefing.drawing import Briefing, Card, texts_of

DRAWN = "briefing.drawn"


def make_briefing_pdf(*, actor: Actor, briefing: Briefing, purpose: str) -> bytes:
    """The briefing as PDF in the language in force, told to the audit before it is handed over.

    Raises ``core.pdf.PdfError``.
    """
    data = make_pdf(briefing_paper(actor, briefing, purpose))
    record = briefing.about.record
    AuditEvent.objects.create(
        actor_id=actor.pk,
        verb=DRAWN,
        subject_table=record._meta.db_table,
        subject_id=record.pk,
        details={
            "format": "pdf",
            "purpose": purpose,
            "language": reader_language(),
            "rows": len(briefing.about.people),
        },
    )
    return data


def marks_of(actor: Actor, briefing: Briefing) -> list[str]:
    """A briefing tells what one reader may read, so it is for nobody else."""
    marks = [_("For %(name)s alone – personal information") % {"name": actor}]
    return [*marks, confided_mark()] if briefing.confided else marks


def briefing_paper(actor: Actor, briefing: Briefing, purpose: str) -> Paper:
    about, now = briefing.about, timezone.now()
    blocks: list[Block] = []
    if about.facts:
        blocks.append(Facts([(label, text) for label, text in about.facts if text]))
    blocks += [Note(note) for note in about.notes]
    if not briefing.cards:
        blocks.append(Paragraph(_("Nobody is on file for this.")))
    for card in briefing.cards:
        blocks += [Heading(card.name), Facts(list(_rows(card)))]
    return Paper(
        title=about.title,
        subtitle=_("Briefing"),
        language=reader_language(),
        office=Installation.current().name,
        made_by=str(actor),
        at=now,
        blocks=blocks,
        passport=[
            (_("Drawn by"), str(actor)),
            (_("Drawn at"), as_text(now)),
            (_("What it is for"), purpose),
            (_("What it holds"), _("What the person who made it may read.")),
        ],
        marks=marks_of(actor, briefing),
        is_dense=True,
    )


def _rows(card: Card) -> Iterator[tuple[str, str | Words]]:
    """One row for each line; the label stands beside the first."""
    for section in card.sections:
        for place, (line, text) in enumerate(zip(section.lines, texts_of(section), strict=True)):
            label = section.label if place == 0 else ""
            has_look = bool(line.language) or section.is_warning
            yield label, Words(text, language=line.language, is_strong=section.is_warning) if has_look else text
