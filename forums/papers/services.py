"""Everything that writes papers of a meeting: put on the agenda, moved, marked, withdrawn and given again."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.documents import services as documents
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Document
from c2m2a_crm.core.text import clean_line
from forums.meetings import policies
from forums.meetings.errors import AlreadyCancelled, MeetingRefused
from forums.models import AgendaItem, Meeting, MeetingPaper, Minutes
from forums.papers.rules import may_be_marked, rule_of


def attach(
    *, actor: User, meeting: Meeting, document: Document, item: AgendaItem | None = None, is_confidential: bool = False
) -> MeetingPaper:
    """Make a document that is kept already a paper of the meeting, and file it there.

    Raises ``MeetingRefused``, or ``DocumentRefused`` where the forum is closed to a circle and the document is not.
    """
    with recorded(actor):
        current = _open(actor, meeting)
        if not Document.objects.readable_by(actor).filter(pk=document.pk).exists():
            raise PermissionDenied
        if document.is_archived or document.is_removed:
            raise MeetingRefused(_("This document was put aside. Restore it first."), field="document")
        if MeetingPaper.objects.filter(meeting=current, document=document).exists():
            raise MeetingRefused(_("This document is a paper of this meeting already."), field="document")
        documents.file_under(actor=actor, document=document, record=current)
        return _place(actor, current, document, item, is_confidential=is_confidential)


def add_paper(
    *,
    actor: User,
    meeting: Meeting,
    file: Any,
    language: str,
    title_en: str = "",
    title_fr: str = "",
    item: AgendaItem | None = None,
    is_confidential: bool = False,
) -> MeetingPaper:
    """Keep a new file, filed under the meeting and closed as its forum is, and put it on the agenda.

    Raises ``MeetingRefused``, ``DocumentRefused`` and ``ValidationError``.
    """
    with recorded(actor):
        current = _open(actor, meeting)
        _item_of(current, item)  # before anything is stored
        document = documents.add_document(
            actor=actor,
            file=file,
            language=language,
            facts=documents.Facts(title_en=title_en, title_fr=title_fr),
            record=current,
        )
        return _place(actor, current, document, item, is_confidential=is_confidential)


def change_paper(*, actor: User, paper: MeetingPaper, item: AgendaItem | None, is_confidential: bool) -> MeetingPaper:
    """Put it under another item, at its end, and say whether it is confidential."""
    with recorded(actor):
        meeting = _open(actor, paper.meeting)
        current = _locked(paper)
        new_item = _item_of(meeting, item)
        if current.item_id != (new_item.pk if new_item else None):
            current.item = new_item
            current.position = _next_place(meeting, new_item)
        current.is_confidential = is_confidential and may_be_marked(rule_of(meeting))
        current.save(update_fields=["item", "position", "is_confidential"])
    return current


def move_paper(*, actor: User, paper: MeetingPaper, up: bool) -> None:
    """One place up or down among the papers of its item."""
    with recorded(actor):
        meeting = _open(actor, paper.meeting)
        item = _locked(paper).item_id
        rows = list(
            MeetingPaper.objects.select_for_update()
            .filter(meeting=meeting, item=item, is_pack=False)
            .order_by("position", "pk")
        )
        place = next((index for index, row in enumerate(rows) if row.pk == paper.pk), None)
        other = None if place is None else place - 1 if up else place + 1
        if place is None or other is None or not 0 <= other < len(rows):
            return
        rows[place], rows[other] = rows[other], rows[place]
        for position, row in enumerate(rows):
            if row.position != position:
                row.position = position
                row.save(update_fields=["position"])


def withdraw_paper(*, actor: User, paper: MeetingPaper, reason: str) -> MeetingPaper:
    """Nobody gets it any more, from this moment; whoever could have it is told so, with the reason."""
    why = " ".join(clean_line(reason).split())[:500]
    if not why:
        raise MeetingRefused(_("Say why the paper is withdrawn."), field="reason")
    require(policies.can_run_meeting(actor, paper.meeting))
    with recorded(actor, reason=why):
        current = _locked(paper)
        if not current.is_withdrawn:
            current.withdrawn_at, current.withdrawn_reason = timezone.now(), why
            current.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    return current


def give_again(*, actor: User, paper: MeetingPaper) -> MeetingPaper:
    """Takes a withdrawal back."""
    require(policies.can_run_meeting(actor, paper.meeting))
    with recorded(actor):
        current = _locked(paper)
        current.withdrawn_at, current.withdrawn_reason = None, ""
        current.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    return current


def _place(
    actor: User, meeting: Meeting, document: Document, item: AgendaItem | None, *, is_confidential: bool
) -> MeetingPaper:
    found = _item_of(meeting, item)
    return MeetingPaper.objects.create(
        meeting=meeting,
        item=found,
        document=document,
        position=_next_place(meeting, found),
        is_confidential=is_confidential and may_be_marked(rule_of(meeting)),
        added_by=actor,
    )


def _item_of(meeting: Meeting, item: AgendaItem | None) -> AgendaItem | None:
    if item is not None and item.meeting_id != meeting.pk:
        raise MeetingRefused(_("This item stands on another agenda."), field="item")
    return item


def _next_place(meeting: Meeting, item: AgendaItem | None) -> int:
    last = MeetingPaper.objects.filter(meeting=meeting, item=item).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _locked(paper: MeetingPaper) -> MeetingPaper:
    return MeetingPaper.objects.select_for_update(of=("self",)).select_related("document").get(pk=paper.pk)


def _open(actor: User, meeting: Meeting) -> Meeting:
    """The meeting, locked, whose papers this person may change now."""
    require(policies.can_run_meeting(actor, meeting))
    current: Meeting = lock(meeting)
    if current.is_cancelled:
        raise AlreadyCancelled
    if Minutes.objects.filter(meeting=current, adopted_at__isnull=False).exists():
        raise MeetingRefused(_("The minutes are adopted: the papers of the meeting stay as they are."))
    return current
