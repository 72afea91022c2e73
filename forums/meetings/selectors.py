"""What the pages of meetings ask: the roll with marks and answers, quorum, who steps aside, open promises, what comes
next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.engagement.models import Commitment
from forums.meetings.quorum import VOTING, FilledSeat, Quorum, chairing, quorum_of
from forums.models import AgendaItem, Attendance, Invitation, Meeting, Recusal, Seat, SeatTerm, TermsOfReference
from forums.selectors import roster_on, terms_of_reference_on
from members.models import Party, Person

Answer = Invitation.Answer


@dataclass(slots=True)
class RollRow:
    """Somebody of the roll: in a seat with their roles, or a guest without one. ``mark`` is empty where none is put."""

    person: Person
    seat: Seat | None
    party: Party | None
    title: SafeString | str = ""
    roles: list[str] = field(default_factory=list)
    is_voting: bool = False
    is_alternate: bool = False
    mark: str = ""
    answer: str = ""
    alternate: str = ""

    @property
    def roles_in_words(self) -> str:
        return ", ".join(self.roles) or _("Guest")

    @property
    def mark_in_words(self) -> str:
        return str(Attendance.Mark(self.mark).label) if self.mark else ""


@dataclass(frozen=True, slots=True)
class Rule:
    """By what a quorum is counted on the day of a meeting: the rule, the filled seats, who chairs."""

    rule: str
    filled: Sequence[FilledSeat]
    chairs: Sequence[int]

    def live(self, rows: Collection[RollRow]) -> Quorum:
        """Of those who are there."""
        there = [row for row in rows if row.mark in Attendance.SITTING]
        return self._of(there, [row.person.pk for row in there])

    def expected(self, rows: Collection[RollRow]) -> Quorum:
        """As answered so far: an alternate who comes represents the seat, and chairs nothing."""
        coming = [row for row in rows if row.answer in (Answer.YES, Answer.ALTERNATE)]
        return self._of(coming, [row.person.pk for row in coming if row.answer == Answer.YES])

    def _of(self, rows: Collection[RollRow], people: Collection[int]) -> Quorum:
        seats = [row.seat.pk for row in rows if row.seat is not None and row.is_voting]
        return quorum_of(self.rule, self.filled, seats, co_chairs=self.chairs, people=people)


@dataclass(slots=True)
class Roll:
    """The roll of a meeting: who has a role on its day, by seat, then guests; and the quorum, expected and live."""

    rows: list[RollRow]
    rule: Rule
    expected: Quorum
    live: Quorum
    is_called: bool
    came: int
    regrets: int
    absent: int

    @property
    def seated(self) -> list[RollRow]:
        return [row for row in self.rows if row.seat is not None]

    @property
    def guests(self) -> list[RollRow]:
        return [row for row in self.rows if row.seat is None]

    @property
    def unmarked(self) -> list[RollRow]:
        """Whom “all present” would mark: holders and chairs without a mark."""
        return [row for row in self.seated if not row.mark and not row.is_alternate]

    @property
    def may_step_aside(self) -> list[RollRow]:
        """Who is there or still expected."""
        return [row for row in self.rows if row.mark not in (Attendance.Mark.REGRETS, Attendance.Mark.ABSENT)]

    def quorum_without(self, people: Collection[int]) -> Quorum:
        """The quorum for an item for which these step aside: live once the roll is called, before that expected."""
        rows = [row for row in self.rows if row.person.pk not in people]
        return self.rule.live(rows) if self.is_called else self.rule.expected(rows)


def roll_of(meeting: Meeting) -> Roll:
    """The roll as it stands. The caller has checked that the meeting is readable. A constant number of statements."""
    day = meeting.day
    roster = roster_on(meeting.forum, day)
    marks = {row.person_id: row for row in meeting.attendances.select_related("person", "party")}
    answers = {row.person_id: row for row in meeting.invitations.select_related("person")}
    rows: dict[int, RollRow] = {}
    filled: list[FilledSeat] = []
    for line in roster.lines:
        if line.holder is not None:
            filled.append(FilledSeat(line.seat.pk, str(line.seat.category or "")))
        for sitting in line.sittings:
            _add_sitting(rows, line.seat, sitting.term, sitting.title)
    for person_id, mark in marks.items():
        if person_id not in rows:
            rows[person_id] = RollRow(mark.person, None, mark.party)
        rows[person_id].mark = mark.mark
    for person_id, asked in answers.items():
        if person_id not in rows:
            rows[person_id] = RollRow(asked.person, None, None)
        rows[person_id].answer, rows[person_id].alternate = asked.answer, asked.alternate
    chairs = chairing([sitting.term for line in roster.lines for sitting in line.sittings])
    rule = Rule(rule_on(meeting, day), filled, chairs)
    values = list(rows.values())
    return Roll(
        rows=values,
        rule=rule,
        expected=rule.expected(values),
        live=rule.live(values),
        is_called=bool(marks),
        came=sum(1 for row in values if row.mark in Attendance.CAME),
        regrets=sum(1 for row in values if row.mark == Attendance.Mark.REGRETS),
        absent=sum(1 for row in values if row.mark == Attendance.Mark.ABSENT),
    )


def _add_sitting(rows: dict[int, RollRow], seat: Seat, term: SeatTerm, title: SafeString) -> None:
    """One row for each person, in the seat that they represent; further roles are named beside."""
    known = rows.get(term.person_id)
    role = str(term.get_role_display())
    is_voting = term.role in VOTING
    if known is None:
        known = rows[term.person_id] = RollRow(
            term.person,
            seat,
            term.party,
            title,
            is_voting=is_voting,
            is_alternate=is_voting and term.role != SeatTerm.Role.HOLDER,
        )
    elif is_voting and not known.is_voting:
        known.seat, known.party, known.is_voting = seat, term.party, True
        known.is_alternate = False  # who chairs is called with the others
    known.roles.append(role)


def rule_on(meeting: Meeting, day: date) -> str:
    terms = terms_of_reference_on(meeting.forum, day)
    return terms.quorum_rule if terms else TermsOfReference.QuorumRule.NONE


@dataclass(frozen=True, slots=True)
class Aside:
    """Who steps aside for an item, and whether enough are left for it."""

    item: AgendaItem
    recusals: Sequence[Recusal]
    quorum: Quorum

    @property
    def in_words(self) -> str:
        names = "; ".join(f"{row.person.full_name} ({row.reason})" for row in self.recusals)
        return _("Stepped aside: %(names)s. %(quorum)s") % {"names": names, "quorum": self.quorum.sentence}


def asides_of(meeting: Meeting, roll: Roll | None = None) -> dict[int, Aside]:
    """By the key of the item, in the order of the agenda; only items for which somebody steps aside.

    One statement, and those of the roll where it is not given and somebody does.
    """
    rows = list(
        Recusal.objects.filter(meeting=meeting)
        .select_related("item", "person")
        .order_by("item__position", "item_id", "person__sort_key", "pk")
    )
    if not rows:
        return {}
    roll = roll or roll_of(meeting)
    found: dict[int, list[Recusal]] = {}
    for row in rows:
        found.setdefault(row.item_id, []).append(row)
    return {
        key: Aside(of_item[0].item, of_item, roll.quorum_without({row.person_id for row in of_item}))
        for key, of_item in found.items()
    }


@dataclass(frozen=True, slots=True)
class Answers:
    """How the invited answered, in numbers."""

    asked: int
    yes: int
    no: int
    alternate: int

    @property
    def silent(self) -> int:
        return self.asked - self.yes - self.no - self.alternate


def answers_of(invitations: Sequence[Invitation]) -> Answers:
    said = [row.answer for row in invitations]
    return Answers(len(said), said.count(Answer.YES), said.count(Answer.NO), said.count(Answer.ALTERNATE))


def open_promises(actor: Actor, meeting: Meeting) -> list[Commitment]:
    """What was promised at earlier meetings of the forum and is still open: the agenda opens with it."""
    rows = Commitment.objects.readable_by(actor).open().of_live_contacts().for_list()
    rows = rows.filter(
        interaction__meeting__forum=meeting.forum_id, interaction__meeting__starts_at__lt=meeting.starts_at
    )
    return list(rows.by_due_date())


def meetings_of_forum(actor: Actor, forum: Any) -> tuple[list[Meeting], list[Meeting]]:
    """Those to come, the next first, and the last ones that took place.

    The caller has checked that the forum is readable: its meetings are as far away as it.
    """
    if forum.around is not None:
        return forum.around.coming, forum.around.held
    now = timezone.now()
    rows = Meeting.objects.readable_by(actor).filter(forum=forum).for_list()
    return list(rows.to_come(now).soonest_first()[:5]), list(rows.held_before(now).order_by("-starts_at", "-pk")[:5])


def _coming(actor: Any, keys: Any) -> QuerySet[Meeting]:
    """Those that are not over, one that is going on included. The database compares the hour, not a kept statement."""
    rows: Any = Meeting.objects.readable_by(actor).active().to_come(Now()).for_list()
    found: QuerySet[Meeting] = rows.filter(forum__is_run_by_us=True).soonest_first()[:SHOWN]
    return found


SHOWN = 5
COMING = Statement(_coming)
"""The next meetings of the forums that we run, for Home."""
