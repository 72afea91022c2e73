"""A table of sixty seats against its floors: its page, its coverage, and one key of its roll call.

The table is made once for a folder of data, through the services, and stays there.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import cycle
from typing import Any, Final

from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.bench.floors import PREFIX
from c2m2a_crm.dashboard.bench.pages import BenchError, Pair
from c2m2a_crm.dashboard.bench.pages import measure as measure_pages
from c2m2a_crm.dashboard.bench.report import Report
from forums.meetings.selectors import roll_of
from forums.meetings.services import planning, roll_call
from forums.models import Attendance, Forum, Meeting, SeatTerm
from forums.services import add_category, add_seats, appoint, create_forum
from members.models import Affiliation

CODE: Final = "BENCH-60"
SEATS: Final = 60
CATEGORIES: Final = 6


def measure(user: User, *, rounds: int) -> Report:
    """``user`` looks where they may call the roll; otherwise somebody of the secretariat does."""
    clerk = user if Role.SECRETARIAT in user.roles else _secretary()
    return measure_pages(clerk, rounds=rounds, wanted=pairs(clerk), what="A table")


def pairs(clerk: User) -> list[Pair]:
    meeting = _held_today(clerk, _table(clerk))
    forum = meeting.forum
    sitting = SeatTerm.objects.on(meeting.day).filter(seat__forum=forum, role=SeatTerm.Role.HOLDER).order_by("pk")
    term: Any = sitting.first()
    marks = cycle((Attendance.Mark.ONLINE, Attendance.Mark.PRESENT))

    def key() -> Mapping[str, Any]:
        return {"person": term.person_id, "seat": term.seat_id, "mark": next(marks)}

    return [
        Pair("a table of 60 seats", forum.get_absolute_url(), f"{PREFIX}table?id={forum.pk}"),
        Pair("its coverage", reverse("forums:coverage", args=[forum.pk]), f"{PREFIX}coverage?id={forum.pk}"),
        Pair(
            "a key of its roll call",
            reverse("meetings:mark", args=[meeting.pk]),
            f"{PREFIX}mark",
            key,
            lambda: {**key(), "meeting": meeting.pk},
            is_part=True,
        ),
    ]


def _secretary() -> User:
    found = User.objects.filter(is_active=True, role_grants__role=Role.SECRETARIAT, role_grants__revoked_at=None)
    clerk: User | None = found.order_by("pk").first()
    if clerk is None:
        raise BenchError("Nobody is of the secretariat, so nobody can call a roll.")
    return clerk


def _table(clerk: User) -> Forum:
    known: Forum | None = Forum.objects.filter(code=CODE).first()
    if known is not None:
        return known
    places = Affiliation.objects.current().filter(is_primary=True, person__archived_at__isnull=True)
    people = list(places.select_related("person", "party").order_by("pk")[:SEATS])
    if len(people) < SEATS:
        raise BenchError("There are too few people. Fill a folder: manage.py demo --size large --data-dir …")
    forum = create_forum(actor=clerk, kind=Forum.Kind.INDUSTRY, name_en="Measured table", code=CODE, is_run_by_us=True)
    seats = []
    for number in range(CATEGORIES):
        category = add_category(actor=clerk, forum=forum, name_en=f"Category {number + 1}")
        seats += add_seats(actor=clerk, forum=forum, category=category, number=SEATS // CATEGORIES)
    for seat, place in zip(seats, people, strict=True):
        last = today() + timedelta(days=700)
        appoint(actor=clerk, seat=seat, person=place.person, party=place.party, first=today(), last=last)
    return forum


def _held_today(clerk: User, forum: Forum) -> Meeting:
    """A meeting that begins today, with a mark for each seat."""
    for meeting in Meeting.objects.filter(forum=forum).order_by("-pk"):
        if meeting.day == today() and meeting.attendances.count() == SEATS:
            return meeting
    begins = timezone.localtime().replace(hour=0, minute=5, second=0, microsecond=0)
    meeting = planning.create_meeting(
        actor=clerk, forum=forum, starts_at=begins, ends_at=begins + timedelta(hours=2), title_en="Measured meeting"
    )
    people = [(row.person, row.seat) for row in roll_of(meeting).unmarked]
    roll_call.mark_all(actor=clerk, meeting=meeting, people=people)
    return meeting
