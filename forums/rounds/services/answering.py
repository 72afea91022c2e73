"""The answer of a seat, given by a personal link."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.public_links.services import BY_LINK
from c2m2a_crm.core.text import clean_line
from forums.models import CommentRound, RoundAnswer, RoundInvitation, RoundQuestion, RoundReply
from forums.rounds.errors import AnsweredMeanwhile, NothingSaid, RoundClosed, RoundRefused

Stance = RoundAnswer.Stance


def answer_by_link(
    *,
    invitation: RoundInvitation,
    replies: Mapping[RoundQuestion, str],
    language: str,
    stance: str = "",
    reason: str = "",
    seen: int = 0,
) -> RoundAnswer:
    """Keep what was answered for the seat: its first answer, or one in the place of the former.

    ``seen`` is the version of the seat's answer that the page showed, 0 where there was none: what somebody else
    answered since is not written over unseen. Raises a named refusal.
    """
    with recorded(None, system=BY_LINK):
        # The round, not the seat: its end and an answer wait for each other.
        round_ = CommentRound.objects.select_for_update(of=("self",)).get(pk=invitation.round_seat.round_id)
        if not round_.is_open:
            raise RoundClosed
        reason = clean_line(reason)
        said = {question: clean_line(text) for question, text in replies.items() if clean_line(text)}
        _check(round_, stance, reason, said)
        answer = RoundAnswer.objects.select_for_update(of=("self",)).filter(round_seat=invitation.round_seat_id).first()
        if answer is None:
            answer = RoundAnswer(round_seat=invitation.round_seat)
        else:
            if answer.invitation_id != invitation.pk and seen < answer.version:
                raise AnsweredMeanwhile
            answer.version += 1
        answer.invitation, answer.stance, answer.reason = invitation, stance, reason
        answer.language = language if language in LANGUAGES else "en"
        answer.answered_at = timezone.now()
        answer.save()
        _write_replies(answer, said)
    return answer


def _check(round_: CommentRound, stance: str, reason: str, said: Mapping[RoundQuestion, str]) -> None:
    if any(question.round_id != round_.pk for question in said):
        raise RoundRefused(_("This question belongs to another round."))
    if stance not in Stance.values:
        raise RoundRefused(_("Choose one of the answers."), field="stance")
    if round_.wording_id is None and (stance or reason):
        raise RoundRefused(_("This round asks for no stance."), field="stance")
    if round_.wording_id is not None and not stance:
        raise RoundRefused(_("Choose one of the answers."), field="stance")
    if stance == Stance.SUPPORTS_IF and not reason:
        raise RoundRefused(_("Say on which condition you support it."), field="reason")
    if round_.wording_id is None and not said:
        raise NothingSaid


def _write_replies(answer: RoundAnswer, said: Mapping[RoundQuestion, str]) -> None:
    known = {row.question_id: row for row in answer.replies.all()}
    for question, text in said.items():
        row = known.pop(question.pk, None) or RoundReply(answer=answer, question=question)
        if row.text != text:
            row.text = text
            row.save()
    for row in known.values():
        row.delete()
