"""What the office sees of the papers of a meeting, and of who opened them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils import timezone

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.models import Document, OutboxMessage, PublicLink
from c2m2a_crm.core.text import Fold, fold
from forums.models import AgendaItem, Invitation, Meeting, MeetingPaper, PaperOpening
from forums.papers import sending
from forums.papers.links import PAPERS
from forums.papers.rules import Line, items_of, lines_of, pack_of

FOUND: Final = 12


def readable_lines(actor: Actor, meeting: Meeting) -> list[Line]:
    """Papers whose documents this person may read; of the others not even the title."""
    lines = lines_of(meeting)
    known = set(
        Document.objects.readable_by(actor)
        .filter(pk__in=[line.paper.document_id for line in lines])
        .values_list("pk", flat=True)
    )
    return [line for line in lines if line.paper.document_id in known]


def readable_pack(actor: Actor, meeting: Meeting) -> Line | None:
    pack = pack_of(meeting)
    if pack is None or not Document.objects.readable_by(actor).filter(pk=pack.paper.document_id).exists():
        return None
    return pack


def by_item(meeting: Meeting, lines: Sequence[Line]) -> list[tuple[AgendaItem | None, list[Line]]]:
    """In the order of the agenda; first what belongs to the meeting as a whole, where there is any of it."""
    found: dict[int | None, list[Line]] = {}
    for line in lines:
        found.setdefault(line.paper.item_id, []).append(line)
    groups: list[tuple[AgendaItem | None, list[Line]]] = [(None, found[None])] if None in found else []
    return groups + [(item, found.get(item.pk, [])) for item in items_of(meeting)]


@dataclass(slots=True)
class Reader:
    """One invited person: the newest link, the message of the papers as they are now, and what they opened."""

    invitation: Invitation
    link: PublicLink | None = None
    message: OutboxMessage | None = None
    openings: list[PaperOpening] = field(default_factory=list)

    @property
    def works_until(self) -> datetime | None:
        link = self.link
        if link is None or link.revoked_at is not None or link.expires_at <= timezone.now():
            return None
        return link.expires_at

    @property
    def opened(self) -> int:
        """How many documents, each counted once."""
        return len({opening.version.document_id for opening in self.openings})


def readers_of(actor: Actor, meeting: Meeting) -> list[Reader]:
    """Everybody who is asked, by name. A constant number of statements."""
    invitations = list(meeting.invitations.select_related("person", "seat").order_by("person__sort_key", "pk"))
    readers = {row.pk: Reader(row) for row in invitations}
    links = PublicLink.objects.visible_to(actor).filter(purpose=PAPERS, object_id__in=readers).order_by("pk")
    for link in links:
        readers[link.object_id].link = link
    openings = (
        PaperOpening.objects.filter(meeting=meeting, version__document__in=Document.objects.readable_by(actor))
        .select_related("version__document")
        .defer("version__text")
    )
    for opening in openings.order_by("-opened_at", "-pk"):
        if opening.invitation_id in readers:
            readers[opening.invitation_id].openings.append(opening)
    state = sending.state_of(meeting)
    keys = {sending.key_of(row, state): row.pk for row in invitations}
    for message in OutboxMessage.objects.filter(key__in=keys).only("key", "state"):
        readers[keys[message.key]].message = message
    return list(readers.values())


def documents_to_attach(actor: Actor, meeting: Meeting, words: str) -> QuerySet[Document]:
    """Documents that this person may read and that are no paper of the meeting yet, newest first."""
    rows: Any = Document.objects.readable_by(actor).active().filter(removed_at__isnull=True)
    rows = rows.exclude(pk__in=MeetingPaper.objects.filter(meeting=meeting).values("document"))
    for word in fold(words).split()[:6]:
        rows = rows.annotate(folded_en=Fold("title_en"), folded_fr=Fold("title_fr")).filter(
            Q(folded_en__contains=word) | Q(folded_fr__contains=word)
        )
    keys = list(rows.order_by("-updated_at", "-pk").values_list("pk", flat=True)[:FOUND])
    found: QuerySet[Document] = Document.objects.filter(pk__in=keys).order_by("-updated_at", "-pk")
    return found
