"""“You said, this changed”: what became of each comment, told to whoever made it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.text import clean_line
from forums.models import (
    CommentRound,
    PositionWording,
    RoundAnswer,
    RoundInvitation,
    RoundOutcome,
    RoundQuestion,
)
from forums.rounds import emails, policies
from forums.rounds.errors import NotApproved, RoundRefused, StillOpen
from forums.rounds.services.opening import Sent, reachable

Result = RoundOutcome.Result


@dataclass(frozen=True, slots=True)
class Comment:
    """Something that a seat said: about the wording where ``question`` is None, else to that question."""

    answer: RoundAnswer
    question: RoundQuestion | None
    text: str


def comments_of(round_: CommentRound) -> list[Comment]:
    """Everything that was said, by what was asked, then by seat; the reasons of the stances first."""
    answers = list(
        RoundAnswer.objects.filter(round_seat__round=round_)
        .select_related(
            "round_seat__seat__category",
            "round_seat__seat__jurisdiction",
            "round_seat__party",
            "invitation__person",
            "interaction",
        )
        .prefetch_related("replies")
        .order_by("round_seat__seat__number", "pk")
    )
    found = [Comment(answer, None, answer.reason) for answer in answers if answer.stance]
    for question in round_.questions.order_by("position", "pk"):
        for answer in answers:
            texts = [reply.text for reply in answer.replies.all() if reply.question_id == question.pk]
            found += [Comment(answer, question, text) for text in texts]
    return found


def say_outcome(
    *,
    actor: User,
    answer: RoundAnswer,
    question: RoundQuestion | None,
    result: str,
    wording: PositionWording | None = None,
    text_en: str = "",
    text_fr: str = "",
) -> RoundOutcome:
    """Say what became of one comment; a later word takes the place of the former until somebody was told.

    Raises a named refusal.
    """
    round_ = answer.round_seat.round
    require(policies.can_run_round(actor, round_))
    if round_.status != CommentRound.Status.CLOSED:
        raise StillOpen
    if result not in Result.values:
        raise RoundRefused(_("Choose one of the answers."), field="result")
    text_en, text_fr = clean_line(text_en), clean_line(text_fr)
    if not (text_en or text_fr):
        raise RoundRefused(_("Write in at least one language."), field="text_en")
    if wording is not None and (round_.wording is None or wording.position_id != round_.wording.position_id):
        raise RoundRefused(_("This wording belongs to another position."), field="wording")
    if question is not None and question.round_id != round_.pk:
        raise RoundRefused(_("This question belongs to another round."))
    with recorded(actor):
        RoundAnswer.objects.select_for_update(of=("self",)).get(pk=answer.pk)
        row = RoundOutcome.objects.filter(answer=answer, question=question).first()
        row = row or RoundOutcome(answer=answer, question=question)
        if row.told_at is not None:
            raise RoundRefused(_("Whoever commented was told this already."))
        if row.pk:
            row.version += 1
        row.result, row.text_en, row.text_fr = result, text_en, text_fr
        row.wording = wording if result == Result.CHANGED else None
        row.save()
    return row


def outcomes_may_not_leave(round_: CommentRound) -> str:
    """Why nothing may be told yet, as a sentence; empty where it may.

    A federal institution writes in both official languages (Official Languages Act, R.S.C. 1985, c. 31 (4th Supp.),
    Part IV).
    """
    if Installation.current().legal_kind == Installation.LegalKind.FEDERAL:
        rows = RoundOutcome.objects.filter(answer__round_seat__round=round_, told_at__isnull=True)
        for language in LANGUAGES:
            if rows.filter(**{f"text_{language}": ""}).exists():
                return _("Write every explanation in both languages first.")
    return ""


def tell_outcomes(*, actor: User, round_: CommentRound) -> Sent:
    """Write to everybody who answered and was not told yet: one message, with each of their comments."""
    require(policies.can_run_round(actor, round_))
    with recorded(actor):
        current = lock(round_)
        if current.status != CommentRound.Status.CLOSED:
            raise StillOpen
        refused = outcomes_may_not_leave(current)
        if refused:
            raise NotApproved(refused)
        due = RoundOutcome.objects.filter(answer__round_seat__round=current, told_at__isnull=True)
        by_answer: dict[int, list[RoundOutcome]] = defaultdict(list)
        for row in due.select_related("wording", "question").order_by("question__position", "pk"):
            by_answer[row.answer_id].append(row)
        said = {(each.answer.pk, each.question.pk if each.question else None): each for each in comments_of(current)}
        answers = {each.answer.pk: each.answer for each in said.values()}
        invitations: dict[int, int] = {answers[key].invitation_id: key for key in by_answer if key in answers}
        rows = RoundInvitation.objects.filter(pk__in=invitations).select_related(
            "round_seat__seat", "person", "message"
        )
        sent = Sent()
        for invitation, address in reachable(current, list(rows.order_by("pk")), sent):
            outcomes = by_answer[invitations[invitation.pk]]
            pairs = [(_words(said.get((row.answer_id, row.question_id))), row) for row in outcomes]
            emails.tell_outcomes(invitation, pairs, address=address)
            RoundOutcome.objects.filter(pk__in=[row.pk for row in outcomes]).update(told_at=timezone.now())
            sent.queued += 1
    return sent


def _words(comment: Comment | None) -> str:
    if comment is None:
        return ""
    if comment.question is not None:
        return comment.text
    stance = str(comment.answer.get_stance_display())
    return f"{stance}. {comment.text}" if comment.text else stance
