"""What was true of a record on a day, as known now: its name, its people or places, how to reach it, its contacts.

Only dated truth is asked. What has no dates (a website, an owner) is left out rather than shown as if it had been so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.safestring import SafeString

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.registries import DayCard, day_cards_of
from members.models import Affiliation, Party, PartyName, Person
from members.offices_shown import OfficeLine, RelationLine, office_lines, relation_lines
from members.records import Place, Reach, Timeline, reached_by, timeline_page
from members.services.addresses import Owner


@dataclass(frozen=True, slots=True)
class OnADay:
    """One record on one day. ``former_name`` is what it was called then, where that differs from today's name."""

    day: date
    former_name: PartyName | None
    places: list[Place]
    reach: list[Reach]
    cards: list[DayCard]
    timeline: Timeline
    offices: list[OfficeLine]
    relations: list[RelationLine]


def record_on(actor: Actor, record: Owner, day: date) -> OnADay:
    """A constant number of statements, and one for each card of another room."""
    return OnADay(
        day,
        _former_name(record, day) if isinstance(record, Party) else None,
        _places(record, day),
        reached_by(record, lambda _page, _part: "", on=day)[0],
        day_cards_of(actor, record, day),
        timeline_page(actor, record, _end_of(day)),
        office_lines(record, on=day) if isinstance(record, Party) else [],
        relation_lines(actor, record, on=day),
    )


def _former_name(party: Party, day: date) -> PartyName | None:
    """Of the names given up since, the one that was given up first: until then it was the name."""
    given_up = PartyName.objects.filter(party=party, kind=PartyName.Kind.FORMER, until__gte=day)
    return given_up.order_by("until", "pk").first()


def _places(record: Owner, day: date) -> list[Place]:
    rows = Affiliation.objects.on(day)
    if isinstance(record, Person):
        rows = rows.filter(person=record).select_related("party").order_by("-is_primary", "-pk")
    else:
        rows = rows.filter(party=record).select_related("person").order_by("-is_primary", "person__sort_key", "pk")
    return [
        Place(row, _title(row), dates.days_of(row), is_over=True)
        for row in rows  # nothing of then is changed from here
    ]


def _title(row: Affiliation) -> SafeString:
    return ui.in_language(row.title) if row.title.text else ui.NOTHING


def _end_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
