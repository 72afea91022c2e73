"""What the contact log adds to the timelines of people, parties and initiatives.

Contacts are placed by day and, where known, time. Those of one day stand in the order in which they were logged, a
microsecond apart, so that a page of the timeline can end between any two of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.locks import lock_of
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import TimelineEntry
from c2m2a_crm.engagement.lists import kind_icon
from c2m2a_crm.engagement.models import Commitment, FollowUp, Initiative, Interaction, Participant
from c2m2a_crm.engagement.pulse import whom_to_ask
from members.models import Party, Person

ENTRY_TEMPLATE = "engagement/_timeline_entry.html"
_TICKS = 1_000_000


def moment_of(interaction: Interaction, actor: Actor) -> datetime:
    """Where the contact stands in time, unique, in the office's time zone. Of a restricted one the day alone counts."""
    clock = interaction.occurred_time if interaction.is_readable_by(actor) else None
    at = datetime.combine(interaction.occurred_on, (clock or time.min).replace(microsecond=0))
    return timezone.make_aware(at) + timedelta(microseconds=interaction.pk % _TICKS)


def entries_with_person(actor: Actor, record: Person, before: datetime | None, limit: int) -> list[TimelineEntry]:
    rows = Interaction.objects.readable_by(actor).with_person(record)
    return _entries(actor, rows, before, limit, "person", record)


def entries_with_party(actor: Actor, record: Party, before: datetime | None, limit: int) -> list[TimelineEntry]:
    rows = Interaction.objects.readable_by(actor).with_party(record)
    return _entries(actor, rows, before, limit, "party", record)


def entries_of_initiative(actor: Actor, record: Initiative, before: datetime | None, limit: int) -> list[TimelineEntry]:
    """The one timeline that shows restricted entries: date, lock and whom to ask."""
    rows = Interaction.objects.visible_to(actor).filter(initiative=record)
    entries = _entries(actor, rows, before, limit)
    for entry in entries:
        entry.context.pop("initiative", None)  # the page itself
    return entries


def _entries(
    actor: Actor,
    rows: QuerySet[Interaction],
    before: datetime | None,
    limit: int,
    column: str = "",
    record: Person | Party | None = None,
) -> list[TimelineEntry]:
    """``column`` and ``record`` say whose newest entries these are: every record's page asks for them."""
    last_day = _LAST_DAY(actor, [record.pk], column, limit) if record is not None and before is None else None
    found = _page(actor, rows, before, limit, last_day)
    asked = whom_to_ask(row for row in found if not row.is_readable_by(actor))
    readable = [row.pk for row in found if row.pk not in asked]
    steps, promises = _by_interaction(_STEPS(actor, readable)), _by_interaction(_PROMISES(actor, readable))
    return [
        _restricted(actor, row, asked[row.pk])
        if row.pk in asked
        else _entry(actor, row, steps.get(row.pk, []), promises.get(row.pk, []))
        for row in found
    ]


_STEPS = Statement(
    lambda actor, keys: FollowUp.objects.readable_by(actor).open().filter(among("interaction_id", keys)).by_due_date()
)
_PROMISES = Statement(
    lambda actor, keys: Commitment.objects.readable_by(actor).with_state().filter(among("interaction_id", keys))
)


def _newest_day(rows: QuerySet[Interaction], limit: int) -> QuerySet[Interaction, date]:
    """The day of the last of so many of the newest; none where there are fewer."""
    return rows.order_by("-occurred_on", "-pk").values_list("occurred_on", flat=True)[limit - 1 : limit]


def _last_day(actor: Any, keys: Any, column: str, limit: int) -> QuerySet[Interaction, date]:
    heard = Participant.objects.filter(among(f"{column}_id", keys), interaction=OuterRef("pk"))
    return _newest_day(Interaction.objects.readable_by(actor).active().filter(Exists(heard)), limit)


_LAST_DAY = Statement(_last_day)


def _page(
    actor: Actor,
    rows: QuerySet[Interaction],
    before: datetime | None,
    limit: int,
    last_day: Iterable[date] | None = None,
) -> list[Interaction]:
    """The newest rows before that moment. A day at either end of the page is read whole and cut by time here."""
    rows = rows.active()  # type: ignore[attr-defined]  # HouseQuerySet
    found: list[Interaction] = []
    if before is not None:
        day = timezone.localtime(before).date()
        found += [row for row in _listed(rows.filter(occurred_on=day)) if moment_of(row, actor) < before]
        rows = rows.filter(occurred_on__lt=day)
    ends = list(_newest_day(rows, limit) if last_day is None else last_day)
    found += _listed(rows.filter(occurred_on__gte=ends[0]) if ends else rows)
    return sorted(found, key=lambda row: moment_of(row, actor), reverse=True)[:limit]


def _listed(rows: QuerySet[Interaction]) -> QuerySet[Interaction]:
    parts = Participant.objects.order_by("position", "pk")
    return rows.select_related("initiative", "recorded_by").prefetch_related(
        Prefetch("participants", parts, to_attr="listed_participants")
    )


def _by_interaction(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.interaction_id].append(row)
    return found


def _entry(actor: Actor, row: Interaction, steps: Sequence[FollowUp], promises: Sequence[Commitment]) -> TimelineEntry:
    parts: list[Participant] = row.listed_participants  # type: ignore[attr-defined]  # prefetched by _page
    initiative = row.initiative if row.initiative and row.initiative.is_readable_by(actor) else None
    return TimelineEntry(
        at=moment_of(row, actor),
        key=f"contact-{row.pk}",
        title=row.subject,
        url=row.get_absolute_url(),
        icon=kind_icon(row),
        template=ENTRY_TEMPLATE,
        context={
            "entry": row,
            "value": _shown_moment(row),
            "people": [part.said_name for part in parts if not part.is_ours],
            "ours": [part.name for part in parts if part.is_ours],
            "tone": "" if row.is_attempt else "ok",
            "steps": steps,
            "promises": promises,
            "initiative": initiative,
            "lock": lock_of(actor, row) if row.is_confided else "",
        },
    )


def _restricted(actor: Actor, row: Interaction, ask: str) -> TimelineEntry:
    return TimelineEntry(
        at=moment_of(row, actor),
        key=f"contact-{row.pk}",
        title="",
        url="",
        icon="lock",
        template=ENTRY_TEMPLATE,
        context={"restricted": True, "value": row.occurred_on, "ask": ask},
    )


def _shown_moment(row: Interaction) -> Any:
    """Day and time, or the day alone where nobody noted the time."""
    if row.occurred_time is None:
        return row.occurred_on
    return timezone.make_aware(datetime.combine(row.occurred_on, row.occurred_time))


def count_of(actor: Actor, record: Person | Party | Initiative) -> int:
    """How many contacts the record's timeline has for this reader."""
    rows = Interaction.objects.visible_to(actor).active()
    if isinstance(record, Person):
        return rows.readable_by(actor).with_person(record).count()
    if isinstance(record, Party):
        return rows.readable_by(actor).with_party(record).count()
    return rows.filter(initiative=record).count()


__all__ = ["count_of", "entries_of_initiative", "entries_with_party", "entries_with_person", "moment_of"]
