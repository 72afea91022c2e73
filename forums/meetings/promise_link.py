"""The page of the link in a letter about promises: what its reader promised at one meeting, and what of it is done.

The link works as long as the promises are on file; looking writes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.public_links import pages
from c2m2a_crm.core.public_links.limits import is_over
from c2m2a_crm.core.public_links.opening import OpenedLink
from c2m2a_crm.core.querysets import confided_to
from c2m2a_crm.engagement.models import Commitment
from forums.meetings.errors import MeetingRefused
from forums.meetings.promise_mail import signer
from forums.meetings.services.promising import done_by_link, promised_at
from forums.models import Meeting
from members.models import Person

SENDINGS: Final = 30


@dataclass(frozen=True, slots=True)
class Promises:
    """Whose they are, and at which meeting they were made."""

    meeting: Meeting
    person: Person


def promises_of_link(signed: str) -> Promises | None:
    """None where the signature is wrong, the forum is put aside or closed to a circle, or nothing is on file."""
    try:
        uid, _dash, key = signer.unsign(signed).partition("-")
    except BadSignature:
        return None
    rows = Meeting.objects.active().filter(confided_to(None, "forum__initiative__"), uid=uid)
    meeting = rows.select_related("forum__initiative").first()
    person = Person.objects.filter(pk=int(key), anonymised_on__isnull=True).first()
    if meeting is None or person is None or not promised_at(meeting, person).exists():
        return None
    return Promises(meeting, person)


def language_of(promises: Promises) -> str:
    language = str(promises.person.language)
    return language if language in LANGUAGES else ""


def answer(request: HttpRequest, opened: OpenedLink) -> HttpResponse:
    promises: Promises = opened.subject
    if request.method != "POST":
        return _page(request, opened, promises)
    if is_over("promises", f"{promises.meeting.pk}:{promises.person.pk}", SENDINGS):
        return pages.busy(request)
    chosen = [int(key) for key in request.POST.getlist("done") if key.isdecimal() and len(key) < 19]
    typed = {
        int(name[5:]): text for name, text in request.POST.items() if name.startswith("note-") and name[5:].isdecimal()
    }
    try:
        done_by_link(
            meeting=promises.meeting, person=promises.person, done={key: str(typed.get(key, "")) for key in chosen}
        )
    except MeetingRefused as refused:
        return _page(request, opened, promises, refused=refused, chosen=set(chosen), typed=typed, status=422)
    return redirect(pages.same_address(request, done="1"))


def _page(
    request: HttpRequest,
    opened: OpenedLink,
    promises: Promises,
    *,
    refused: MeetingRefused | None = None,
    chosen: set[int] | None = None,
    typed: Mapping[int, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    rows: list[Any] = list(promised_at(promises.meeting, promises.person))
    context = {
        "meeting": promises.meeting,
        "person": promises.person,
        "open": [
            (row, row.pk in (chosen or ()), (typed or {}).get(row.pk, ""))
            for row in rows
            if row.state == Commitment.State.OPEN
        ],
        "over": [row for row in rows if row.state != Commitment.State.OPEN],
        "kept": Commitment.State.KEPT,
        "done": bool(request.GET.get("done")),
        "refused": refused,
    }
    return pages.show(request, "meetings/promises.html", opened, context, status=status)
