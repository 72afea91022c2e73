"""The engagement record of an organization, Nation, person or initiative on paper: what passed, in order of days.

It holds what its reader may read. On the record of an initiative, an entry that the reader may not read stands with its
day and whom to ask, as on the page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core import dates
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.export_papers import confided_mark
from c2m2a_crm.core.exports import as_text
from c2m2a_crm.core.models import AuditEvent, Installation
from c2m2a_crm.core.pdf import Block, Facts, Heading, Note, Paper, Paragraph, make_pdf
from c2m2a_crm.engagement.models import Commitment, Correction, FollowUp, Initiative, Interaction, Participant, Point
from c2m2a_crm.engagement.pulse import whom_to_ask
from c2m2a_crm.engagement.querysets import InteractionQuerySet
from members.models import Party, Person

Record = Party | Person | Initiative
# Contacts on one paper; of more the newest are taken, and the paper says so.
MOST: Final = 1_000


@dataclass(frozen=True, slots=True)
class RecordPaper:
    paper: Paper
    contacts: int


def make_record_pdf(*, actor: Actor, record: Record, purpose: str) -> bytes:
    """The record as PDF, in the reader's language, told to the audit before it is handed over.

    Raises ``core.pdf.PdfError`` where it cannot be made.
    """
    made = record_paper(actor, record, purpose)
    data = make_pdf(made.paper)
    AuditEvent.objects.create(
        actor_id=actor.pk,
        verb="record.exported",
        subject_table=record._meta.db_table,
        subject_id=record.pk,
        details={"format": "pdf", "purpose": purpose, "rows": made.contacts},
    )
    return data


def record_paper(actor: Actor, record: Record, purpose: str) -> RecordPaper:
    rows = contacts_of(actor, record).newest_first()
    total = rows.count()
    parts = Participant.objects.order_by("position", "pk")
    newest = rows.select_related("initiative", "recorded_by").prefetch_related(
        Prefetch("participants", parts, to_attr="listed_participants")
    )[:MOST]
    entries = list(reversed(newest))
    asked = whom_to_ask(entry for entry in entries if not entry.is_readable_by(actor))
    parts_of = _Parts(actor, [entry.pk for entry in entries if entry.pk not in asked])
    blocks: list[Block] = []
    if total > MOST:
        words = _("Of %(total)s contacts, the newest %(count)s stand here.")
        blocks.append(Note(words % {"total": dates.number(total), "count": dates.number(MOST)}, is_warning=True))
    blocks.append(Heading(_("What passed")))
    if not entries:
        blocks.append(Paragraph(_("No contact on file yet.")))
    for entry in entries:
        blocks += _closed(entry, asked[entry.pk]) if entry.pk in asked else parts_of.blocks(entry)
    days = [dates.short_date(entry.occurred_on) for entry in entries]
    now = timezone.now()
    facts = [
        (_("Exported by"), str(actor)),
        (_("Exported at"), as_text(now)),
        (_("What it is for"), purpose),
        (_("Contacts"), dates.number(len(entries))),
        (_("Days"), _("%(first)s to %(last)s") % {"first": days[0], "last": days[-1]} if days else ""),
        (_("What it holds"), _("What the person who made it may read.")),
    ]
    is_confided = any(entry.is_confided for entry in entries if entry.pk not in asked)
    paper = Paper(
        title=str(record),
        subtitle=_("Engagement record"),
        language=reader_language(),
        office=Installation.current().name,
        made_by=str(actor),
        at=now,
        blocks=blocks,
        passport=[(label, text) for label, text in facts if text],
        marks=[confided_mark()] if is_confided else (),
    )
    return RecordPaper(paper, len(entries))


def contacts_of(actor: Actor, record: Record) -> InteractionQuerySet:
    rows = Interaction.objects.all()
    if isinstance(record, Person):
        return rows.readable_by(actor).active().with_person(record)
    if isinstance(record, Party):
        return rows.readable_by(actor).active().with_party(record)
    return rows.visible_to(actor).active().filter(initiative=record)


def _closed(entry: Interaction, ask: str) -> list[Block]:
    return [Heading(dates.long_date(entry.occurred_on), 2), Paragraph(_("Restricted. Ask %(name)s.") % {"name": ask})]


class _Parts:
    """What hangs on the entries, read at once for all of them."""

    def __init__(self, actor: Actor, keys: Sequence[int]) -> None:
        self._actor = actor
        self._points = _by_entry(Point.objects.readable_by(actor).filter(interaction__in=keys))
        promises = Commitment.objects.readable_by(actor).with_state().filter(interaction__in=keys)
        self._promises = _by_entry(promises)
        steps = FollowUp.objects.readable_by(actor).open().filter(interaction__in=keys).by_due_date()
        self._steps = _by_entry(steps.select_related("assignee"))
        self._corrections = _by_entry(
            Correction.objects.filter(interaction__in=keys).select_related("made_by").order_by("made_at", "pk")
        )

    def blocks(self, entry: Interaction) -> list[Block]:
        parts: list[Participant] = entry.listed_participants  # type: ignore[attr-defined]  # prefetched
        roles = Participant.Role
        initiative = entry.initiative if entry.initiative and entry.initiative.is_readable_by(self._actor) else None
        length = _("%(count)s min") % {"count": entry.duration_minutes} if entry.duration_minutes else ""
        rows = [
            (_("Kind"), " · ".join(filter(None, [entry.get_kind_display(), length]))),
            (_("With"), _names(parts, lambda part: not part.is_ours and part.role == roles.PRESENT, _on_that_day)),
            (_("From us"), _names(parts, lambda part: part.is_ours and part.role == roles.PRESENT, str)),
            (_("Copied"), _names(parts, lambda part: part.role == roles.COPIED, _on_that_day)),
            (_("Filed under"), str(initiative or "")),
            (_("Notes"), entry.remark.strip()),
            *[(str(point.get_kind_display()), _point(point)) for point in self._points[entry.pk]],
            *[(_("We promised") if row.direction == "ours" else _("They promised"), _promise(row))
              for row in self._promises[entry.pk]],
            *[(_("Next step"), _step(step)) for step in self._steps[entry.pk]],
            *[(_("Corrected"), _correction(row)) for row in self._corrections[entry.pk]],
        ]  # fmt: skip
        return [
            Heading(f"{_moment(entry)} · {entry.subject}", 2),
            Facts([(label, text) for label, text in rows if text]),
        ]


def _by_entry(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.interaction_id].append(row)
    return found


def _moment(entry: Interaction) -> str:
    if entry.occurred_time is None:
        return dates.short_date(entry.occurred_on)
    at = timezone.make_aware(datetime.combine(entry.occurred_on, entry.occurred_time))
    return f"{dates.short_date(at)}, {dates.time_of_day(at)}"


def _names(
    parts: Sequence[Participant], wanted: Callable[[Participant], bool], said: Callable[[Participant], str]
) -> str:
    return "; ".join(said(part) for part in parts if wanted(part))


def _on_that_day(part: Participant) -> str:
    """Name, title and organization as they were."""
    of = str(part.party_name) if part.person_id else ""
    return ", ".join(filter(None, [part.said_name, str(part.title), of]))


def _point(point: Point) -> str:
    if not point.answer:
        return point.text
    answered = _("Our answer: %(text)s") % {"text": point.answer}
    return f"{point.text}\n{answered}"


def _promise(row: Commitment) -> str:
    state = Commitment.State(row.state).label  # type: ignore[attr-defined]  # annotated by with_state
    due = _("due %(day)s") % {"day": dates.short_date(row.due_on)} if row.due_on else ""
    return f"{row.text} ({', '.join(filter(None, [str(state).lower(), due]))})"


def _step(step: FollowUp) -> str:
    who = str(step.assignee or "")
    due = _("due %(day)s") % {"day": dates.short_date(step.due_on)} if step.due_on else ""
    more = ", ".join(filter(None, [who, due]))
    return f"{step.text} ({more})" if more else step.text


def _correction(row: Correction) -> str:
    day = dates.short_date(row.made_at)
    return _("%(day)s, by %(name)s: %(reason)s") % {"day": day, "name": row.made_by, "reason": row.reason}
