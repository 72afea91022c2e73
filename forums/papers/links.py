"""The page of a personal link to the papers. Looking writes nothing; a file is given, and noted, by a press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core import dates
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.models import DocumentVersion
from c2m2a_crm.core.public_links import pages
from c2m2a_crm.core.public_links.limits import is_over
from c2m2a_crm.core.public_links.opening import OpenedLink
from c2m2a_crm.core.public_links.services import LinkClosed
from c2m2a_crm.core.registries import KeptLinks, LinkPurpose
from forums.models import AgendaItem, Invitation, Meeting, PaperOpening
from forums.papers import sending
from forums.papers.rules import Given, Line, given_to, items_of

PAPERS: Final = "papers"
# Files that one person takes in ten minutes: a robot that presses everything stops here.
PRESSES: Final = 60


@dataclass(frozen=True, slots=True)
class Offer:
    """One file on the page: ``said`` tells that it took the place of another, where it did."""

    version: DocumentVersion
    said: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One paper on the page: its files, or why there are none any more."""

    line: Line
    offers: Sequence[Offer]
    said: str


@dataclass(slots=True)
class Group:
    """An item of the agenda with its papers; without an item, those of the meeting as a whole."""

    item: AgendaItem | None
    papers: list[Shown] = field(default_factory=list)
    is_aside: bool = False


def answer(request: HttpRequest, opened: OpenedLink) -> HttpResponseBase:
    invitation: Invitation = opened.subject
    if request.method != "POST":
        return _page(request, opened, invitation)
    if is_over("papers", str(invitation.pk), PRESSES):
        return pages.busy(request)
    try:
        version = sending.open_paper(opened, request.POST.get("version", ""))
    except sending.PaperGone as gone:
        return _page(request, opened, invitation, refused=str(gone), status=409)
    try:
        file = version.file.open("rb")
    except FileNotFoundError:
        raise LinkClosed from None
    return FileResponse(file, as_attachment=True, filename=version.original_name, content_type=version.content_type)


def _page(
    request: HttpRequest, opened: OpenedLink, invitation: Invitation, *, refused: str = "", status: int = 200
) -> HttpResponseBase:
    given = given_to(invitation)
    seen = _seen(invitation)
    since = opened.link.created_at if opened.link else None
    context = {
        "invitation": invitation,
        "meeting": invitation.meeting,
        "groups": _groups(invitation.meeting, given, seen, since),
        "pack": _shown(given.pack, seen, since) if given.pack else None,
        "has_confidential": any(line.is_confidential for line in given.lines if line.is_given),
        "link": opened.link,
        "refused": refused,
    }
    return pages.show(request, "meetings/papers_public.html", opened, context, status=status)


def _groups(
    meeting: Meeting, given: Given, seen: Mapping[tuple[int, str], PaperOpening], since: datetime | None
) -> list[Group]:
    by_item: dict[int | None, list[Shown]] = {}
    for line in given.lines:
        by_item.setdefault(line.paper.item_id, []).append(_shown(line, seen, since))
    groups = [Group(None, by_item[None])] if None in by_item else []
    return groups + [
        Group(item, by_item.get(item.pk, []), is_aside=item.pk in given.aside) for item in items_of(meeting)
    ]


def _shown(line: Line, seen: Mapping[tuple[int, str], PaperOpening], since: datetime | None) -> Shown:
    paper = line.paper
    if paper.withdrawn_at is not None:
        words = _("Withdrawn on %(day)s: %(reason)s")
        said = words % {"day": dates.short_date(paper.withdrawn_at), "reason": paper.withdrawn_reason}
        return Shown(line, (), said)
    return Shown(line, [Offer(version, _replaced(line, version, seen, since)) for version in line.files], "")


def _replaced(
    line: Line, version: DocumentVersion, seen: Mapping[tuple[int, str], PaperOpening], since: datetime | None
) -> str:
    sides = LANGUAGES if version.language == DocumentVersion.Language.BOTH else (version.language,)
    had = [seen[version.document_id, side] for side in sides if (version.document_id, side) in seen]
    before = max(had, key=lambda each: each.opened_at, default=None)
    if before is not None and before.version.number < version.number:
        words = _("Replaced on %(day)s: you opened an earlier version on %(opened)s.")
        return words % {
            "day": dates.short_date(version.uploaded_at),
            "opened": dates.short_date(before.opened_at),
        }
    if before is None and version.pk in line.replacing and since is not None and version.uploaded_at > since:
        return _("Replaced on %(day)s.") % {"day": dates.short_date(version.uploaded_at)}
    return ""


def _seen(invitation: Invitation) -> dict[tuple[int, str], PaperOpening]:
    """The last opening of each document in each language."""
    found: dict[tuple[int, str], PaperOpening] = {}
    rows = invitation.paper_openings.select_related("version").defer("version__text")
    for row in rows.order_by("opened_at", "pk"):
        version = row.version
        sides = LANGUAGES if version.language == DocumentVersion.Language.BOTH else (version.language,)
        for side in sides:
            found[version.document_id, side] = row
    return found


def _called(invitation: Invitation) -> str:
    return _("Papers of %(meeting)s for %(person)s") % {
        "meeting": invitation.meeting,
        "person": invitation.person,
    }


PURPOSE: Final = LinkPurpose(
    key=PAPERS,
    order=29,
    label=gettext_lazy("Papers of a meeting"),
    offers=gettext_lazy("Whoever has the link opens the papers of one meeting as this one member; it is noted."),
    links=KeptLinks(
        readable=sending.readable_invitations,
        open_rows=sending.open_invitations,
        may_share=sending.may_share,
        called=_called,
        page=lambda invitation: reverse("meetings:papers", args=[invitation.meeting_id]),
        days=30,
        most_days=sending.MOST_DAYS,
    ),
    answer=answer,
)
