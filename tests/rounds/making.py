"""Comment rounds for the tests of this room, made through the services."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.validity import today, valid_dates
from forums.models import (
    CommentRound,
    Forum,
    Position,
    PositionWording,
    RoundAnswer,
    RoundInvitation,
    Seat,
    TermsOfReference,
)
from forums.rounds.services import answering, opening, planning
from members.models import Person
from tests.meetings.making import MeetingMaking

BASE = "https://crm.example/"
QUESTIONS = [("What do you need?", "De quoi avez-vous besoin?"), ("What stands in the way?", "Qu’est-ce qui bloque?")]


class RoundMaking(MeetingMaking):
    def table(self) -> tuple[Forum, dict[str, Person]]:
        """A forum with two seats: Ann with an alternate, and Zoé, who reads French."""
        forum = self.forum(name_fr="Forum des carottes", is_run_by_us=True)
        people = {
            "ann": self.seated(forum, "Ann Feldspar", language="en"),
            "zoe": self.seated(forum, "Zoé Basalte", language="fr"),
        }
        people["al"] = self.seated(forum, "Al Ternate", role="first_alternate", seat=self.seat_of(people["ann"]))
        return forum, people

    def seat_of(self, person: Person) -> Seat:
        return person.seat_terms.select_related("seat").get().seat

    def wording(self, forum: Forum, *, number: int = 1, position: Position | None = None) -> PositionWording:
        with recorded(None, system="test"):
            position = position or Position.objects.create(
                initiative=forum.initiative,
                question_en="Shared labs?",
                question_fr="Des laboratoires communs?",
                owner=self.actor,
                opened_on=today(),
            )
            return PositionWording.objects.create(
                position=position,
                number=number,
                text_en=f"Labs are shared, version {number}.",
                text_fr=f"Les laboratoires sont communs, version {number}.",
                change="Reworded" if number > 1 else "",
                reason="Comments" if number > 1 else "",
                author=self.actor,
                written_on=today(),
            )

    def attributes(self, forum: Forum) -> None:
        with recorded(None, system="test"):
            TermsOfReference.objects.create(forum=forum, number=1, valid=valid_dates(today()), attribution="attributed")

    def draft(self, forum: Forum, *, days: int = 14, opens_in: int = 0, **facts: Any) -> CommentRound:
        given: dict[str, Any] = {
            "forum": forum,
            "title_en": "Processing",
            "title_fr": "Transformation",
            "opens_on": today() + timedelta(days=opens_in),
            "closes_on": today() + timedelta(days=days),
            "questions": QUESTIONS,
        }
        return planning.create_round(actor=self.actor, **given | facts)

    def opened(self, forum: Forum, **facts: Any) -> CommentRound:
        round_ = self.draft(forum, **facts)
        opening.release_round(actor=self.actor, round_=round_, base_url=BASE)
        return CommentRound.objects.select_related("forum__initiative", "wording__position").get(pk=round_.pk)

    def invitation(self, round_: CommentRound, person: Person) -> RoundInvitation:
        rows = RoundInvitation.objects.select_related("round_seat__round", "round_seat__seat", "person")
        found: RoundInvitation = rows.get(round_seat__round=round_, person=person)
        return found

    def answered(
        self, round_: CommentRound, person: Person, text: str = "", *, language: str = "en", **facts: Any
    ) -> RoundAnswer:
        """The answer of the person's seat; ``text`` is the reply to the first question."""
        question = round_.questions.order_by("position").first()
        return answering.answer_by_link(
            invitation=self.invitation(round_, person),
            replies={question: text} if question and text else {},
            language=language,
            **facts,
        )


def many_rounds(actor: User, forum: Forum, more: int, size: int) -> CommentRound:
    """So many more rounds of a forum with seats, and the last with ``size`` questions, each of its seats answering."""
    making = RoundMaking(actor)
    for number in range(more):
        making.draft(forum, title_en=f"Draft {size}-{number}")
    questions = [(f"Question {number}", "") for number in range(size)]
    round_ = making.opened(forum, title_en=f"Round {size}", questions=questions)
    for seat in round_.seats.order_by("pk"):
        invitation = seat.invitations.order_by("pk").select_related("round_seat__round")[0]
        answering.answer_by_link(
            invitation=invitation,
            replies=dict.fromkeys(round_.questions.all(), f"Reply {size}"),
            language="en",
        )
    return round_
