"""The page of the personal link in a letter of a round: what is asked, and the answer of the seat.

The link is signed and no row, for it must be sent again with each reminder. Looking writes nothing; an answer is a
press. Where answers are no longer taken the page says so instead of not being there, for its reader was asked; what
was typed is shown again, whatever keeps it from being taken.
"""

from __future__ import annotations

from typing import Any, Final

from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.public_links import pages
from c2m2a_crm.core.public_links.limits import is_over
from c2m2a_crm.core.public_links.opening import OpenedLink
from forums.models import RoundAnswer, RoundInvitation
from forums.rounds.errors import RoundRefused
from forums.rounds.forms import AnswerForm
from forums.rounds.services.answering import answer_by_link
from members.memberships.intake_forms import TRAP

PURPOSE: Final = "comment-round"
CHANGES_OF_MIND: Final = 30
# The longest body in bytes: all fields of the longest round, each letter written as four bytes of an address.
LARGEST_FORM: Final = 2 * 1024 * 1024
_signer: Final = Signer(salt="forums.rounds.answer", sep=".")


def answer_path(invitation: RoundInvitation) -> str:
    """The address under which the person answers for the seat, without an account."""
    signed = _signer.sign(f"{invitation.round_seat.round.uid.hex}-{invitation.pk}")
    return reverse("core:public_link", args=[PURPOSE, signed])


def invitation_of_link(signed: str) -> RoundInvitation | None:
    """The invitation whose link this is; None where the signature is wrong, or the forum is put aside."""
    try:
        uid, _dash, key = _signer.unsign(signed).partition("-")
    except BadSignature:
        return None
    rows = RoundInvitation.objects.active().select_related(
        "round_seat__round__forum__initiative", "round_seat__round__wording__position", "round_seat__seat", "person"
    )
    asked = rows.filter(pk=int(key), round_seat__round__uid=uid, person__anonymised_on__isnull=True)
    found: RoundInvitation | None = asked.first()
    return found


def language_of(invitation: RoundInvitation) -> str:
    return invitation.person.language if invitation.person.language in ("en", "fr") else ""


def press_without_key(request: HttpRequest) -> bool:
    """The page itself asks for the key, for it must not lose what somebody wrote in hours."""
    return True


def answer(request: HttpRequest, opened: OpenedLink) -> HttpResponse:
    invitation: RoundInvitation = opened.subject
    given = RoundAnswer.objects.filter(round_seat=invitation.round_seat_id).select_related("invitation__person").first()
    if request.method != "POST":
        return _page(request, opened, given, AnswerForm(round_=invitation.round_seat.round, given=_own(opened, given)))
    if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_FORM:
        return pages.busy(request)
    form = AnswerForm(request.POST, round_=invitation.round_seat.round)
    if form.data.get(TRAP):
        return redirect(pages.same_address(request, done="1"))
    if not opened.bears_key(request):
        said = _("The page was open for long. Nothing is lost: look through your words and send them now.")
        return _page(request, opened, given, form, refused=said, status=403)
    if is_over("comment-round", str(invitation.pk), CHANGES_OF_MIND):
        said = _("You sent several answers within minutes. Wait ten minutes, then send this one.")
        return _page(request, opened, given, form, refused=said, status=429)
    if not form.is_valid():
        return _page(request, opened, given, form, status=422)
    try:
        answer_by_link(
            invitation=invitation,
            language=reader_language(),
            seen=form.cleaned_data["seen"] or 0,
            **form.said(),
        )
    except RoundRefused as refused:
        form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        given = RoundAnswer.objects.filter(round_seat=invitation.round_seat_id).first()
        return _page(request, opened, given, form, status=422)
    return redirect(pages.same_address(request, done="1"))


def _own(opened: OpenedLink, given: RoundAnswer | None) -> RoundAnswer | None:
    """The seat's answer, where this reader gave it: nobody reads by a link what somebody else wrote."""
    return given if given is not None and given.invitation_id == opened.subject.pk else None


def _page(
    request: HttpRequest,
    opened: OpenedLink,
    given: RoundAnswer | None,
    form: AnswerForm,
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    invitation: RoundInvitation = opened.subject
    round_ = invitation.round_seat.round
    context: dict[str, Any] = {
        "invitation": invitation,
        "round": round_,
        "wording": round_.wording,
        "form": form,
        "given": given,
        "own": _own(opened, given),
        "seen": given.version if given else 0,
        "done": bool(request.GET.get("done")) and given is not None,
        "refused": refused,
        "typed": form.typed() if form.is_bound and not round_.is_open else [],
        "page_errors": bool(form.is_bound and form.errors),
    }
    return pages.show(request, "rounds/answer.html", opened, context, status=status)
