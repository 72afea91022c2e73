"""The page of the personal link in a letter about draft minutes: the text, and a comment on a section or a line.

Looking writes nothing. Where comments are no longer taken the page says why, shows what its reader had said and what
became of it, and gives back what was typed meanwhile; the text itself is then shown no more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from c2m2a_crm.core.bilingual import localized
from c2m2a_crm.core.public_links import pages
from c2m2a_crm.core.public_links.limits import is_over
from c2m2a_crm.core.public_links.opening import OpenedLink
from c2m2a_crm.core.querysets import confided_to
from forums.meetings.errors import MeetingRefused
from forums.meetings.lines import shown_lines
from forums.meetings.review_mail import signer
from forums.meetings.services.reviewing import LONGEST_COMMENT, Said, comment_by_link, why_closed
from forums.models import MinutesComment, MinutesReviewer, MinutesSection

SENDINGS: Final = 60
_TONES: Final = {"": "", "taken_up": "ok", "not_taken_up": "warn"}


def reviewer_of_link(signed: str) -> MinutesReviewer | None:
    """Whose link this is; None where the signature is wrong, or the forum is put aside or closed to a circle."""
    try:
        uid, _dash, key = signer.unsign(signed).partition("-")
    except BadSignature:
        return None
    rows = MinutesReviewer.objects.active().filter(confided_to(None, "minutes__meeting__forum__initiative__"))
    rows = rows.select_related("minutes__meeting__forum__initiative", "person")
    return rows.filter(pk=int(key), minutes__meeting__uid=uid, person__anonymised_on__isnull=True).first()


def language_of(reviewer: MinutesReviewer) -> str:
    return str(reviewer.language)


def answer(request: HttpRequest, opened: OpenedLink) -> HttpResponse:
    reviewer: MinutesReviewer = opened.subject
    if request.method != "POST":
        return _page(request, opened, reviewer)
    if is_over("minutes", str(reviewer.pk), SENDINGS):
        return pages.busy(request)
    sections = _sections(reviewer)
    typed = {
        section.pk: (request.POST.get(f"line-{section.pk}", ""), request.POST.get(f"comment-{section.pk}", ""))
        for section in sections
    }
    said = [
        Said(section, typed[section.pk][1], typed[section.pk][0]) for section in sections if _is_said(typed, section)
    ]
    try:
        comment_by_link(reviewer=reviewer, said=said)
    except MeetingRefused as refused:
        return _page(request, opened, reviewer, refused=refused, typed=typed, status=422)
    return redirect(pages.same_address(request, done="1"))


def _is_said(typed: Mapping[int, tuple[str, str]], section: MinutesSection) -> bool:
    return bool(typed[section.pk][1].strip())


def _sections(reviewer: MinutesReviewer) -> list[MinutesSection]:
    return list(reviewer.minutes.sections.select_related("item").order_by("position", "pk"))


def _page(
    request: HttpRequest,
    opened: OpenedLink,
    reviewer: MinutesReviewer,
    *,
    refused: MeetingRefused | None = None,
    typed: Mapping[int, tuple[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    minutes = reviewer.minutes
    closed = why_closed(minutes)
    sections = _sections(reviewer)
    comments = list(
        MinutesComment.objects.filter(reviewer=reviewer).select_related("section__item").order_by("-made_at", "-pk")
    )
    given = typed or {}
    context = {
        "reviewer": reviewer,
        "minutes": minutes,
        "meeting": minutes.meeting,
        "closed": closed,
        "sections": [] if closed else [_shown(section, given) for section in sections],
        # Where the text is closed meanwhile, what was typed must not be lost.
        "given_back": [text for _line, text in given.values() if text.strip()] if closed else [],
        "comments": [(row, _TONES[row.verdict]) for row in comments],
        "done": bool(request.GET.get("done")) and bool(comments),
        "refused": refused,
        "longest": LONGEST_COMMENT,
    }
    return pages.show(request, "meetings/review.html", opened, context, status=status)


def _shown(section: MinutesSection, typed: Mapping[int, tuple[str, str]]) -> dict[str, Any]:
    """A section in the language of the page, in the other where it stands in that alone."""
    pair = localized(section, "text")
    lines = shown_lines(pair.text) if pair.text else []
    line, text = typed.get(section.pk, ("", ""))
    return {
        "row": section,
        "title": section.item.title if section.item else None,
        "called": str(section.item.title.text if section.item else pgettext("record of a meeting", "Minutes")),
        "language": pair.language if pair.is_fallback else "",
        "lines": lines,
        "choices": _choices([each.text for each in lines], line),
        "typed": text,
    }


def _choices(lines: Sequence[str], chosen: str) -> list[tuple[str, str, bool]]:
    """Value, words and whether it is chosen; a line that was changed since stays a choice."""
    kept = " ".join(chosen.split())[:500]
    values = list(dict.fromkeys(" ".join(line.split())[:500] for line in lines))
    if kept and kept not in values:
        values.append(kept)
    return [("", _("The whole section"), not kept), *((value, _short(value), value == kept) for value in values)]


def _short(line: str) -> str:
    return line if len(line) <= 80 else f"{line[:77]}…"
