"""What pages ask about positions. Each function takes a constant number of statements."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import DayLine
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Interaction
from forums.models import (
    Adoption,
    Dissent,
    Forum,
    Meeting,
    MinutesSection,
    Position,
    PositionUse,
    PositionWording,
    Stance,
)
from forums.positions.standing import latest_first
from members.models import Party, Person

SHOWN_ON_A_FORUM = 5
OFFERED_CONTACTS = 60
"""So many of the latest contacts are offered as the source of a stance; an address may name any other."""


def adoptions_of(actor: Actor, position: Position, day: date) -> list[tuple[Adoption, list[Dissent]]]:
    """Adoptions by that day, the latest first, each with the dissent that the reader may read."""
    rows = Adoption.objects.readable_by(actor).filter(position=position, adopted_on__lte=day).for_list()
    adoptions = list(rows.order_by("-adopted_on", "-pk"))
    dissents: dict[int, list[Dissent]] = defaultdict(list)
    recorded = Dissent.objects.readable_by(actor).filter(adoption__in=[row.pk for row in adoptions])
    parts = (
        "stance__party",
        "stance__person",
        "stance__seat__category",
        "stance__seat__jurisdiction",
        "stance__interaction",
        "stance__section__minutes__meeting",
    )
    for row in recorded.select_related(*parts).order_by("pk"):
        dissents[row.adoption_id].append(row)
    return [(row, dissents[row.pk]) for row in adoptions]


def uses_of(actor: Actor, position: Position, day: date) -> list[PositionUse]:
    rows = PositionUse.objects.readable_by(actor).standing().filter(position=position, used_on__lte=day).for_list()
    return list(rows.order_by("-used_on", "-pk"))


def wordings_of(position: Position, day: date) -> list[PositionWording]:
    """Versions that were there on that day, the newest first. The caller has checked that the position is readable."""
    return list(PositionWording.objects.filter(position=position).written_by(day).for_list().order_by("-number"))


def source_of(stance: Stance) -> dict[str, Any]:
    """The contact or the minutes that prove it: what it is called and where it stands. The stance was readable."""
    if stance.interaction is not None:
        return {"label": str(stance.interaction), "url": stance.interaction.get_absolute_url()}
    meeting = stance.section.minutes.meeting  # type: ignore[union-attr]  # one of the two is there
    url = f"{reverse('meetings:minutes', args=[meeting.pk])}#section-{stance.section_id}"
    return {"label": str(meeting), "url": url}


# --- Contacts and minutes as sources -------------------------------------------------------------------------------


def contacts_to_offer(actor: Actor, named: int | None = None) -> list[Interaction]:
    """The latest contacts that the actor may read, and the one that an address names, in the first place."""
    rows = Interaction.objects.readable_by(actor).active().filter(occurred_on__lte=today())
    found = list(rows.newest_first()[:OFFERED_CONTACTS])
    if named is not None and named not in {row.pk for row in found}:
        found = [*rows.filter(pk=named), *found]
    return found


def sections_to_offer(actor: Actor, position: Position) -> list[MinutesSection]:
    """Sections of minutes of its forum, the last meeting first; none for the alliance's own position."""
    forum = position.forum
    if forum is None or not forum.is_readable_by(actor):
        return []
    rows = MinutesSection.objects.filter(minutes__meeting__forum=forum).select_related("minutes__meeting", "item")
    return list(rows.order_by("-minutes__meeting__starts_at", "position", "pk")[:OFFERED_CONTACTS])


# --- Other pages -----------------------------------------------------------------------------------------------------


def positions_of_forum(actor: Actor, forum: Forum) -> list[Position]:
    if forum.around is not None and not forum.around.has_positions:
        return []
    rows = Position.objects.readable_by(actor).active().filter(initiative=forum.pk).with_state()
    return list(rows.order_by("-opened_on", "-pk")[:SHOWN_ON_A_FORUM])


def said_by(actor: Actor, record: Party | Person, day: date | None = None) -> list[tuple[Stance, int]]:
    """By position, the last word of a party, or of a person for whomever they spoke; and how often they spoke before.

    The newest first.
    """
    column = "person" if isinstance(record, Person) else "party"
    rows = _SAID(actor, [record.pk], column) if day is None else _said(actor, [record.pk], column, day)
    found: dict[int, list[Stance]] = defaultdict(list)
    for row in rows:
        found[row.position_id].append(row)
    return [(said[0], len(said) - 1) for said in found.values()]


def _said(actor: Any, keys: Any, column: str, day: date | None = None) -> QuerySet[Stance]:
    whose = among("person_id", keys) if column == "person" else among("party_id", keys) | among("seat__party_id", keys)
    rows = Stance.objects.readable_by(actor).active().standing().said_by(day or today())
    found: QuerySet[Stance] = rows.filter(whose).for_list().newest_first()
    return found


_SAID = Statement(_said)


def put_to(actor: Actor, party: Party) -> list[PositionUse]:
    """Positions that were put to a party, the newest first."""
    return list(_PUT_TO(actor, [party.pk]))


def _put_to(actor: Any, keys: Any) -> QuerySet[PositionUse]:
    rows = PositionUse.objects.readable_by(actor).standing().filter(among("party_id", keys)).for_list()
    found: QuerySet[PositionUse] = rows.order_by("-used_on", "-pk")[:20]
    return found


_PUT_TO = Statement(_put_to)


def said_on_day(actor: Any, record: Any, day: date) -> list[DayLine]:
    """What a party or a person held on that day, as known now (``core.registries.DaySource``)."""
    return [
        DayLine(str(stance.position), str(stance.get_kind_display()), stance.position.get_absolute_url())
        for stance, _before in said_by(actor, record, day)
    ]


def of_meeting(actor: Actor, meeting: Meeting) -> dict[str, Any]:
    """What a meeting adopted, what was said about which position there, and where one was used."""
    said = Stance.objects.readable_by(actor).standing()
    there = Q(section__minutes__meeting=meeting.pk)
    if meeting.interaction_id:
        there |= Q(interaction=meeting.interaction_id)
    stances = list(said.filter(there).for_list().order_by("position", "pk"))
    by_position: dict[int, list[Stance]] = defaultdict(list)
    for stance in stances:
        by_position[stance.position_id].append(stance)
    adopted = Adoption.objects.readable_by(actor).filter(meeting=meeting.pk).for_list()
    used = PositionUse.objects.readable_by(actor).standing().filter(meeting=meeting.pk).for_list()
    return {
        "adoptions": list(adopted.order_by("pk")),
        "said": [(rows[0].position, rows) for rows in by_position.values()],
        "uses": list(used.order_by("pk")),
    }


def counts_of(actor: Actor, positions: list[Position]) -> dict[int, dict[str, int]]:
    """By position, of how many speakers each stance is the last word."""
    rows = Stance.objects.readable_by(actor).standing().filter(among("position_id", [row.pk for row in positions]))
    by_position: dict[int, list[Stance]] = defaultdict(list)
    for row in rows.only("position", "seat", "party", "kind", "said_on"):
        by_position[row.position_id].append(row)
    found: dict[int, dict[str, int]] = {}
    for key, stances in by_position.items():
        kinds: dict[str, int] = defaultdict(int)
        for said in latest_first(stances).values():
            kinds[said[0].kind] += 1
        found[key] = dict(kinds)
    return found
