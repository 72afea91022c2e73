"""What the fictional office keeps to a few: a circle with two owners, and contacts that are sealed or restricted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from c2m2a_crm.accounts.circles import create_circle
from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Circle
from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.demo.office import Office
from c2m2a_crm.engagement.services import Attendee, Colleague, Entry, log_interactions

# How many contacts of a large office are confided: one in so many, sealed and restricted in turn.
ONE_IN: Final = 97
_PLACES = ("Atlantic", "Central", "Prairie", "Pacific", "North", "Lakes")


def add_circle(office: Office) -> Circle:
    """One circle whose owners are an adviser and the compliance officer, with a sealed and a restricted contact."""
    dana, priya, omar = (office.colleagues[handle] for handle in ("dana", "priya", "omar"))
    circle = create_circle(
        actor=dana,
        name="Supply terms / Conditions d’approvisionnement",
        purpose="What companies told us of their terms in confidence. Ce que des entreprises nous ont confié.",
        owners=[priya],
        members=[omar],
    )
    _forget(dana, priya, omar)
    entries = [
        Entry(
            subject="Floor price in the draft offtake",
            attendees=[Attendee(office.people["larch"])],
            kind="call",
            direction="incoming",
            occurred_on=today() - timedelta(days=41),
            duration_minutes=20,
            colleagues=[Colleague(dana)],
            notes="Told to us before their board decides. Nobody outside the circle is to know of the call.",
            sealed_circle=circle,
        ),
        Entry(
            subject="Délai demandé par la banque",
            attendees=[Attendee(office.people["basalte"])],
            kind="meeting",
            occurred_on=today() - timedelta(days=33),
            duration_minutes=35,
            colleagues=[Colleague(dana)],
            notes="La date de la rencontre peut être connue; ce qui s’est dit reste dans le cercle.",
            restricted_circle=circle,
        ),
    ]
    log_interactions(actor=dana, entries=entries)
    return circle


def make_circles(writers: Sequence[User], officer: User) -> dict[int, list[Circle]]:
    """The circles of an office to measure with, by the key of each writer who is in them; each writer is in most."""
    mine: dict[int, list[Circle]] = {writer.pk: [] for writer in writers}
    for number, place in enumerate(_PLACES):
        inside = [writer for turn, writer in enumerate(writers) if (turn + number) % 3]
        first, *others = inside
        circle = create_circle(actor=first, name=f"{place} permits", owners=others[:1], members=[*others[1:], officer])
        for writer in inside:
            mine[writer.pk].append(circle)
    _forget(*writers, officer)
    return mine


def confided(entry: Entry, number: int, circles: Sequence[Circle]) -> Entry:
    """The contact of this number as it is, or closed to one of the circles. Its author must be in them."""
    if number % ONE_IN or not circles or entry.next_steps:  # a step may be for somebody outside
        return entry
    turn = number // ONE_IN
    circle = circles[turn % len(circles)]
    return replace(entry, restricted_circle=circle) if turn % 2 else replace(entry, sealed_circle=circle)


def _forget(*users: User) -> None:
    """These objects were asked for their circles before there were any."""
    for user in users:
        user.__dict__.pop("_circle_ids", None)
