"""The hand-over pack on paper."""

from __future__ import annotations

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import localized
from c2m2a_crm.core.export_papers import confided_mark
from c2m2a_crm.core.exports import as_text
from c2m2a_crm.core.models import AuditEvent, Installation
from c2m2a_crm.core.pdf import Block, Bullets, Facts, Heading, Paper, Paragraph, make_pdf
from c2m2a_crm.core.pdf.paper import Said, Words
from forums.handover.pack import Line, Pack, Section, pack_of
from forums.models import Seat


def make_pack_pdf(*, actor: Actor, seat: Seat, language: str, purpose: str) -> bytes:
    """The pack as PDF, told to the audit before it is handed over. Raises ``core.pdf.PdfError``."""
    with translation.override(language):
        data = make_pdf(pack_paper(actor, pack_of(actor, seat), language, purpose))
    AuditEvent.objects.create(
        actor_id=actor.pk,
        verb="record.exported",
        subject_table=Seat._meta.db_table,
        subject_id=seat.pk,
        details={"format": "pdf", "purpose": purpose, "what": "hand-over", "language": language},
    )
    return data


def pack_paper(actor: Actor, pack: Pack, language: str, purpose: str) -> Paper:
    now = timezone.now()
    marks = [_("For %(name)s alone – personal information") % {"name": actor}]
    if pack.forum.initiative.is_confided:
        marks.append(confided_mark())
    return Paper(
        title=str(pack.seat),
        subtitle=f"{_('Hand-over pack')} · {localized(pack.forum.initiative, 'name', language).text}",
        language=language,
        office=Installation.current().name,
        made_by=str(actor),
        at=now,
        blocks=[block for section in pack.sections for block in _blocks(section)],
        passport=[
            (_("Exported by"), str(actor)),
            (_("Exported at"), as_text(now)),
            (_("What it is for"), purpose),
            (_("What it holds"), _("What the person who made it may read.")),
        ],
        marks=marks,
    )


def _blocks(section: Section) -> list[Block]:
    found: list[Block] = [Heading(section.title)]
    if section.facts:
        found.append(Facts([(label, _said(line)) for label, line in section.facts]))
    if section.lines:
        found.append(Bullets([_said(line) for line in section.lines]))
    if not section.facts and not section.lines:
        found.append(Paragraph(section.empty))
    return found


def _said(line: Line) -> Said:
    text = f"{line.text} · {line.note}" if line.note else line.text
    return Words(text, language=line.language) if line.language else text
