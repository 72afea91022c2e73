"""The round table is asked in writing: one round is open and half silent, one is closed and told about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.demo.office import Office
from forums.models import CommentRound, Forum, PositionWording, RoundAnswer, RoundInvitation, RoundSeat
from forums.rounds.services import answering, ending, hearing, opening, planning, responding

_BASE: Final = "https://crm.example/"
_S: Final = RoundAnswer.Stance
OPEN: Final = (
    (
        "What keeps your plant from hiring operators this year?",
        "Qu’est-ce qui empêche votre usine d’embaucher des opérateurs cette année?",
    ),
    ("Which training would you share with others?", "Quelle formation partageriez-vous avec d’autres?"),
)
OPEN_ANSWERS: Final = (
    ("en", "Housing: two offers were declined for want of a flat.", "Our course on leaching circuits."),
    ("fr", "Le manque de formateurs en français.", "Notre cours de chimie des procédés."),
    ("en", "Pay in the mines next door.", ""),
)
CLOSED: Final = (
    ("What would you measure first?", "Que mesureriez-vous d’abord?"),
    ("What would make the rule hard to follow?", "Qu’est-ce qui rendrait la règle difficile à suivre?"),
)
CLOSED_ANSWERS: Final = (
    ("en", _S.SUPPORTS, "", "Nickel sulphate and mixed hydroxide.", "Rules that differ from those of customs."),
    ("fr", _S.SUPPORTS_IF, "si la norme existe aussi en français", "L’hydroxyde mixte.", ""),
    ("en", _S.OPPOSES, "Small recyclers cannot test every lot.", "Black mass.", "Tests at every sale."),
    ("en", _S.ABSTAINS, "", "", "We do not sell recycled material."),
    ("fr", _S.SUPPORTS, "", "Le carbonate de lithium.", ""),
)


def add_rounds(office: Office) -> None:
    omar = office.colleagues["omar"]
    forum = Forum.objects.select_related("initiative").get(code="PRT-EX")
    _closed(omar, forum)
    _open(omar, forum)


def _open(actor: User, forum: Forum) -> None:
    """Three seats have answered; the others are silent, and nobody was reminded yet."""
    round_ = planning.create_round(
        actor=actor,
        forum=forum,
        title_en="Operators for refineries",
        title_fr="Des opérateurs pour les affineries",
        about_en="The next plenary decides on a shared curriculum. Tell us what it should answer.",
        about_fr="La prochaine plénière décide d’un programme commun. Dites-nous à quoi il devrait répondre.",
        opens_on=today(),
        closes_on=today() + timedelta(days=9),
        questions=OPEN,
    )
    _release(actor, round_)
    questions = list(round_.questions.order_by("position"))
    for (language, *texts), invitation in zip(OPEN_ANSWERS, _first_of_each(round_), strict=False):
        replies = {question: text for question, text in zip(questions, texts, strict=True) if text}
        answering.answer_by_link(invitation=invitation, replies=replies, language=language)


def _closed(actor: User, forum: Forum) -> None:
    """On the wording that the table discusses: five answers, heard, and two comments answered."""
    rows = PositionWording.objects.filter(position__initiative=forum.initiative).select_related("position")
    wording = rows.order_by("-position_id", "-number")[0]
    round_ = planning.create_round(
        actor=actor,
        forum=forum,
        wording=wording,
        opens_on=today(),
        closes_on=today() + timedelta(days=5),
        questions=CLOSED,
    )
    _release(actor, round_)
    questions = list(round_.questions.order_by("position"))
    for (language, stance, reason, *texts), invitation in zip(CLOSED_ANSWERS, _first_of_each(round_), strict=False):
        replies = {question: text for question, text in zip(questions, texts, strict=True) if text}
        answering.answer_by_link(
            invitation=invitation, replies=replies, language=language, stance=stance, reason=reason
        )
    _long_ago(actor, round_)
    ending.close_due()
    round_ = CommentRound.objects.select_related("forum__initiative", "wording__position").get(pk=round_.pk)
    heard = round_.heard
    for language in ("en", "fr"):
        heard = hearing.approve_heard(actor=actor, heard=heard, language=language)
    hearing.send_heard(actor=actor, heard=heard)
    _respond(actor, responding.comments_of(round_))


def _respond(actor: User, comments: Sequence[responding.Comment]) -> None:
    to_questions = [each for each in comments if each.question is not None]
    for comment, result, english, french in (
        (
            to_questions[0],
            "changed",
            "Both come first in the next draft.",
            "Les deux viennent en tête de la prochaine version.",
        ),
        (
            to_questions[-1],
            "kept",
            "The rule stays; it asks for no test at a sale.",
            "La règle reste; elle ne demande aucun essai à la vente.",
        ),
    ):
        responding.say_outcome(
            actor=actor,
            answer=comment.answer,
            question=comment.question,
            result=result,
            text_en=english,
            text_fr=french,
        )


def _release(actor: User, round_: CommentRound) -> None:
    for language in ("en", "fr"):
        planning.approve_texts(actor=actor, round_=round_, language=language)
    opening.release_round(actor=actor, round_=round_, base_url=_BASE)
    round_.refresh_from_db()


def _first_of_each(round_: CommentRound) -> list[RoundInvitation]:
    """Whoever answers first for each seat, in the order of the table."""
    seats = RoundSeat.objects.filter(round=round_).in_seat_order()
    rows = RoundInvitation.objects.filter(round_seat__round=round_).select_related("round_seat__round")
    firsts = {row.round_seat_id: row for row in rows.order_by("-pk")}
    return [firsts[seat.pk] for seat in seats]


def _long_ago(actor: User, round_: CommentRound) -> None:
    """The demo has no past of its own: what just happened is set back by some weeks."""
    with recorded(None, system="demonstration"):
        first, last = today() - timedelta(days=40), today() - timedelta(days=19)
        CommentRound.objects.filter(pk=round_.pk).update(opens_on=first, opened_on=first, closes_on=last)
        answered = timezone.make_aware(datetime.combine(last - timedelta(days=3), time(10)))
        RoundAnswer.objects.filter(round_seat__round=round_).update(answered_at=answered)
