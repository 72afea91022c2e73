"""What the pages of comment rounds ask: how the seats stand, who is silent, what is closing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils.translation import gettext as _

from c2m2a_crm.core.models import OutboxMessage
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import counted
from c2m2a_crm.core.validity import today
from forums.models import CommentRound, Forum, RoundAnswer, RoundInvitation, RoundNudge, RoundSeat
from forums.rounds.services.opening import bounced

Stance = RoundAnswer.Stance
SHOWN: Final = 5
# A round whose last day is this near is shown as closing.
SOON_DAYS: Final = 14


@dataclass(slots=True)
class SeatLine:
    """A seat that is asked: who may answer for it, whether it did, and when anybody was last reminded."""

    row: RoundSeat
    invitations: list[RoundInvitation] = field(default_factory=list)
    answer: RoundAnswer | None = None
    nudged_on: date | None = None

    @property
    def is_silent(self) -> bool:
        return self.answer is None

    @property
    def was_nudged_today(self) -> bool:
        return self.nudged_on == today()

    @property
    def troubles(self) -> str:
        """Whose letter did not arrive, by name."""
        failed = [
            each.person.full_name
            for each in self.invitations
            if each.message is not None and each.message.state == OutboxMessage.State.FAILED
        ]
        return ", ".join(failed)

    @property
    def unwritten(self) -> str:
        """Who got no letter at all, by name."""
        return ", ".join(each.person.full_name for each in self.invitations if each.message_id is None)


def seat_lines(round_: CommentRound) -> list[SeatLine]:
    """The seats of a round in the order of the table. A constant number of statements; the caller checked rights."""
    rows = list(RoundSeat.objects.filter(round=round_).for_list().in_seat_order())
    return lines_of(rows)


def lines_of(rows: Sequence[RoundSeat]) -> list[SeatLine]:
    keys = [row.pk for row in rows]
    invited: dict[int, list[RoundInvitation]] = defaultdict(list)
    people = RoundInvitation.objects.filter(round_seat__in=keys).select_related("person", "message")
    for each in people.defer("message__body_text", "message__body_html", "message__calendar").order_by("pk"):
        invited[each.round_seat_id].append(each)
    nudges = RoundNudge.objects.filter(invitation__round_seat__in=keys).order_by()
    last = dict(
        nudges.values("invitation__round_seat").annotate(last=Max("day")).values_list("invitation__round_seat", "last")
    )
    return [SeatLine(row, invited[row.pk], getattr(row, "answer", None), last.get(row.pk)) for row in rows]


@dataclass(frozen=True, slots=True)
class Standing:
    """How the seats of a round stand."""

    asked: int
    answered: int
    by_stance: list[tuple[Any, int]]

    @property
    def silent(self) -> int:
        return self.asked - self.answered

    @property
    def sentence(self) -> str:
        words = {"answered": self.answered, "asked": self.asked}
        return _("%(answered)d of %(asked)d seats answered") % words


def standing_of(lines: Iterable[SeatLine]) -> Standing:
    rows = list(lines)
    answers = [line.answer for line in rows if line.answer is not None]
    by_stance = [(stance, sum(1 for each in answers if each.stance == stance)) for stance in Stance if stance.value]
    return Standing(len(rows), len(answers), by_stance)


def counts_of(actor: Any, rounds: Sequence[CommentRound]) -> Mapping[int, tuple[int, int]]:
    """By round, how many seats answered, of how many that were asked."""
    rows = RoundSeat.objects.filter(round__in=[each.pk for each in rounds]).order_by("round")
    counts = rows.values("round").annotate(asked=Count("pk"), answered=Count("answer"))
    return {row["round"]: (row["answered"], row["asked"]) for row in counts}


def can_be_nudged(line: SeatLine) -> bool:
    """Whether a press may reach anybody of this seat today."""
    reachable = [
        each for each in line.invitations if not bounced(each.message, each.message.to_address if each.message else "")
    ]
    return line.is_silent and not line.was_nudged_today and bool(reachable)


def _closing(actor: Any, keys: Any) -> QuerySet[CommentRound]:
    """The open rounds, the first to close first, with how many seats were asked and how many answered."""
    rows: Any = CommentRound.objects.readable_by(actor).active().open_on(today())
    seats: Any = RoundSeat.objects.filter(round=_outer())
    found: QuerySet[CommentRound] = (
        rows.for_list()
        .annotate(asked=counted(seats), answered=counted(seats.filter(answer__isnull=False)))
        .soonest_first()[:SHOWN]
    )
    return found


def _outer() -> Any:
    from django.db.models import OuterRef

    return OuterRef("pk")


CLOSING = Statement(_closing)
"""The open rounds for Home."""


def rounds_of_forum(actor: Any, forum: Forum) -> list[CommentRound]:
    if forum.around is not None and not forum.around.has_rounds:
        return []
    rows = CommentRound.objects.readable_by(actor).filter(forum=forum).for_list()
    return list(rows.order_by(F("closed_at").desc(nulls_first=True), "-closes_on", "-pk")[:SHOWN])


def rounds_of_position(actor: Any, position: Any) -> list[CommentRound]:
    rows = CommentRound.objects.readable_by(actor).active().filter(wording__position=position).for_list()
    return list(rows.order_by("-closes_on", "-pk")[:SHOWN])


def is_closing_soon(round_: CommentRound) -> bool:
    return round_.is_open and round_.closes_on <= today() + timedelta(days=SOON_DAYS)


def open_seats(day: date) -> Q:
    """Seats of rounds that take answers on that day."""
    return Q(round__opened_on__isnull=False, round__closed_at__isnull=True, round__closes_on__gte=day)
