"""The answers of a closed round enter the contact log, and where a wording was asked about, the position."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.engagement.models import Interaction
from c2m2a_crm.engagement.services import log_interaction
from c2m2a_crm.engagement.services.entry import Attendee, Entry, EntryRefused
from forums.models import CommentRound, RoundAnswer, Stance
from forums.positions.errors import PositionRefused
from forums.positions.services.stances import note_stance
from forums.rounds import policies
from forums.rounds.errors import RoundRefused, StillOpen

_CONDITION = 500
_SUBJECT = 300


@dataclass(slots=True)
class Noted:
    """How many answers were entered, and those that could not be, each with the reason."""

    entered: int = 0
    left_out: list[tuple[str, str]] = field(default_factory=list)


def unnoted(round_: CommentRound) -> int:
    """How many answers are not in the contact log yet."""
    return RoundAnswer.objects.filter(round_seat__round=round_, interaction__isnull=True).count()


def note_answers(*, actor: User, round_: CommentRound) -> Noted:
    """Enter each answer as a contact with whoever gave it, on its day; and the stance of the seat, proved by it.

    What was entered stays: a second press enters nothing twice. An answer that the log or the position refuses is left
    out, and named with the reason.
    """
    require(policies.can_run_round(actor, round_))
    noted = Noted()
    with recorded(actor):
        current = lock(round_)
        if current.status != CommentRound.Status.CLOSED:
            raise StillOpen
        answers = (
            RoundAnswer.objects.filter(round_seat__round=current, interaction__isnull=True)
            .select_related("round_seat__seat__category", "round_seat__party", "invitation__person")
            .prefetch_related("replies__question")
            .order_by("pk")
        )
        for answer in answers:
            try:
                with recorded(actor):
                    _note(actor, current, answer)
            except (RoundRefused, EntryRefused, PositionRefused, ValidationError) as refused:
                noted.left_out.append((str(answer.round_seat.party or answer.round_seat.seat), _why(refused)))
            else:
                noted.entered += 1
    return noted


def _why(refused: Exception) -> str:
    if isinstance(refused, EntryRefused):
        return refused.sentence
    return " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)


def _note(actor: User, round_: CommentRound, answer: RoundAnswer) -> None:
    person = answer.invitation.person
    if person.anonymised_on is not None:
        raise RoundRefused(_("This person was made anonymous."))
    entry = Entry(
        subject=(_("Answer in the comment round “%(title)s”") % {"title": round_})[:_SUBJECT],
        attendees=[Attendee(person)],
        kind=Interaction.Kind.EMAIL,
        direction=Interaction.Direction.INCOMING,
        notes=_notes(answer),
        occurred_on=localdate(answer.answered_at),
        initiative=round_.forum.initiative,
    )
    interaction = log_interaction(actor=actor, entry=entry)
    answer.interaction = interaction
    answer.version += 1
    answer.save(update_fields=["interaction", "version"])
    if round_.wording is None or not answer.stance:
        return
    position = round_.wording.position
    is_of_the_table = position.initiative_id == round_.forum_id
    note_stance(
        actor=actor,
        position=position,
        kind=Stance.Kind(answer.stance),
        seat=answer.round_seat.seat if is_of_the_table else None,
        party=answer.round_seat.party,
        person=person,
        wording=round_.wording,
        condition=answer.reason[:_CONDITION] if answer.stance == RoundAnswer.Stance.SUPPORTS_IF else "",
        words=answer.reason,
        interaction=interaction,
    )


def _notes(answer: RoundAnswer) -> str:
    """What was said, one line for each thing: no line begins with a mark that the log would read as its own."""
    said = [f"{answer.get_stance_display()}: {answer.reason}"] if answer.stance else []
    replies = sorted(answer.replies.all(), key=lambda row: (row.question.position, row.pk))
    said += [f"{number}. {row.question}: {row.text}" for number, row in enumerate(replies, start=1)]
    return "\n".join(" ".join(line.split()).removesuffix(":") for line in said)
