"""Readings of what was confided to a circle, noted in the audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.utils import timezone

from c2m2a_crm.core.actor import Actor, membership_circle_ids_of, pair_behind, reader_behind
from c2m2a_crm.core.models import AuditEvent, CircleAccess

# Going back and forth is one reading.
ONE_READING: Final = timedelta(hours=1)
AS_MEMBER: Final = "member"
IN_EMERGENCY: Final = "emergency"


@dataclass(frozen=True, slots=True)
class Reading:
    """The confided row that a page shows. ``may_leave`` is False of what is seen in an emergency alone."""

    table: str
    pk: int
    may_leave: bool


def note_reading(actor: Actor, row: Any, *, verb: str = "record.opened") -> bool:
    """Note that the actor opens ``row`` (``Sealable``), with the purpose; says whether readings of it are noted at all.

    The same person opening it again within the hour is not noted anew. Membership is the purpose, or else the reason
    for which the circle was opened in an emergency. Whoever looks as a colleague is the one who read it.
    """
    if not row.is_confided:
        return False
    about = {"actor_id": reader_behind(actor).pk, "subject_table": row._meta.db_table, "subject_id": row.pk}
    details = _purpose(actor, row)
    read = Reading(row._meta.db_table, row.pk, may_leave=details["purpose"] == AS_MEMBER)
    actor._confided_reading = read  # type: ignore[attr-defined]  # for the page around it, as the actor's circles are
    lately = AuditEvent.objects.filter(**about, verb=verb, at__gt=timezone.now() - ONE_READING, details=details)
    if not lately.exists():
        event = AuditEvent(**about, verb=verb, details=details)
        if pair_behind(actor) is None:
            event.save()
        else:
            _held_back(actor).append(event)
    return True


def note_readings(actor: Actor, rows: Sequence[Any]) -> None:
    """Note that a page shows something of each of these rows, confided ones of the actor's own circles.

    As :func:`note_reading`, in two statements for each table. The page around it can be printed as one that holds the
    first of them.
    """
    by_table: dict[str, list[Any]] = {}
    for row in rows:
        by_table.setdefault(row._meta.db_table, []).append(row)
    events = []
    for table, held in by_table.items():
        about = {"actor_id": reader_behind(actor).pk, "subject_table": table, "verb": "record.opened"}
        details = _purpose(actor, held[0]) if pair_behind(actor) else {"purpose": AS_MEMBER}
        lately = AuditEvent.objects.filter(**about, at__gt=timezone.now() - ONE_READING, details=details)
        known = set(lately.filter(subject_id__in=[row.pk for row in held]).values_list("subject_id", flat=True))
        events += [AuditEvent(**about, subject_id=row.pk, details=details) for row in held if row.pk not in known]
    if rows:
        read = Reading(rows[0]._meta.db_table, rows[0].pk, may_leave=True)
        actor._confided_reading = read  # type: ignore[attr-defined]  # as in note_reading
    if pair_behind(actor) is None:
        AuditEvent.objects.bulk_create(events)
    else:
        _held_back(actor).extend(events)


def _held_back(actor: Any) -> list[AuditEvent]:
    held: list[AuditEvent] = actor.__dict__.setdefault("_readings_held_back", [])
    return held


def note_held_back(actor: Any) -> None:
    """Note what was opened on a page that could write nothing while it was made (``accounts.looking``)."""
    AuditEvent.objects.bulk_create(_held_back(actor))
    _held_back(actor).clear()


def confided_reading(actor: Any) -> Reading | None:
    """The last confided row that this object of the actor opened, that is the one of this request."""
    return getattr(actor, "_confided_reading", None)


def _purpose(actor: Actor, row: Any) -> dict[str, str]:
    pair = pair_behind(actor)
    if pair is not None:  # only circles of both of them count
        return {"purpose": AS_MEMBER, "looking_as": str(pair.colleague)}
    circles = {circle for circle in (row.sealed_circle_id, row.restricted_circle_id) if circle}
    beyond = circles.difference(membership_circle_ids_of(actor))
    if not beyond:
        return {"purpose": AS_MEMBER}
    access = CircleAccess.objects.in_force().filter(circle__in=beyond, user=actor.pk or 0).order_by("-pk").first()
    return {"purpose": IN_EMERGENCY, "reason": access.reason if access else ""}
