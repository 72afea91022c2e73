"""The page of the link in an invitation: what it is about, and buttons to say whether one comes.

The link is signed and no row: it is sent again with each change of the meeting. Looking writes nothing; an answer is a
press. Where answers are no longer taken the page says so instead of not being there, for its reader was invited.
"""

from __future__ import annotations

from typing import Any, Final

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.core.public_links import pages
from c2m2a_crm.core.public_links.limits import is_over
from c2m2a_crm.core.public_links.opening import OpenedLink
from forums.meetings.errors import MeetingRefused
from forums.meetings.services.inviting import answer_by_link
from forums.models import Invitation

PURPOSE: Final = "meeting"
CHANGES_OF_MIND: Final = 30
_signer: Final = Signer(salt="forums.meetings.rsvp", sep=".")


def answer_path(invitation: Invitation) -> str:
    """The address under which the invited person answers, without an account."""
    signed = _signer.sign(f"{invitation.meeting.uid.hex}-{invitation.pk}")
    return reverse("core:public_link", args=[PURPOSE, signed])


def invitation_of_link(signed: str) -> Invitation | None:
    """The invitation whose link this is; None where the signature is wrong, or the forum is put aside."""
    try:
        uid, _dash, key = _signer.unsign(signed).partition("-")
    except BadSignature:
        return None
    rows = Invitation.objects.active().select_related("meeting__forum__initiative", "person", "seat")
    return rows.filter(pk=int(key), meeting__uid=uid, person__anonymised_on__isnull=True).first()


def language_of(invitation: Invitation) -> str:
    return str(invitation.language)


def answer(request: HttpRequest, opened: OpenedLink) -> HttpResponse:
    invitation: Invitation = opened.subject
    if request.method != "POST":
        return _page(request, opened, invitation)
    if is_over("rsvp", str(invitation.pk), CHANGES_OF_MIND):
        return pages.busy(request)
    said = {name: request.POST.get(name, "") for name in ("answer", "alternate", "remark")}
    try:
        answer_by_link(invitation=invitation, **said)
    except MeetingRefused as refused:
        return _page(request, opened, invitation, refused=refused, said=said, status=422)
    return redirect(pages.same_address(request, done="1"))


def _page(
    request: HttpRequest,
    opened: OpenedLink,
    invitation: Invitation,
    *,
    refused: MeetingRefused | None = None,
    said: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    meeting = invitation.meeting
    context = {
        "invitation": invitation,
        "meeting": meeting,
        "is_open": not meeting.is_cancelled and meeting.starts_at > timezone.now(),
        "done": bool(request.GET.get("done")) and bool(invitation.answer),
        "refused": refused,
        "said": said or {"alternate": invitation.alternate, "remark": invitation.remark},
    }
    return pages.show(request, "meetings/rsvp.html", opened, context, status=status)
