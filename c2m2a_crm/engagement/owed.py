"""What we owe somebody: promises of ours whose day has passed, and questions of theirs that wait for an answer.

Only what the reader may read counts. Of a Nation it is not asked here: its commitments stand in their own list.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Least

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.querysets import counted
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Commitment, Participant, Point
from c2m2a_crm.engagement.pulse import column_of

Rows = QuerySet[Any, Any]


def _late_promises(actor: Actor, day: date) -> QuerySet[Commitment]:
    ours = Commitment.objects.readable_by(actor).of_live_contacts().late_on(day)
    return ours.filter(direction=Commitment.Direction.OURS)


def _open_questions(actor: Actor) -> QuerySet[Point]:
    asked = Point.objects.readable_by(actor).filter(interaction__archived_at__isnull=True)
    return asked.filter(kind=Point.Kind.QUESTION, answered_on__isnull=True)


def _heard_by(column: str, whom: Any) -> Exists:
    """Somebody was present, of the row one out."""
    there = Participant.objects.filter(interaction=OuterRef("interaction"), role=Participant.Role.PRESENT)
    return Exists(there.filter(**{column: whom}))


def _promises_to(column: str, actor: Actor, day: date) -> QuerySet[Commitment]:
    """To the organization outside; to a person outside what was promised in their presence."""
    if column == "party":
        return _late_promises(actor, day).filter(to_party=OuterRef("pk"))
    return _late_promises(actor, day).filter(_heard_by(column, OuterRef(OuterRef("pk"))))


def _questions_of(column: str, actor: Actor) -> QuerySet[Point]:
    return _open_questions(actor).filter(_heard_by(column, OuterRef(OuterRef("pk"))))


def with_owed(rows: Rows, actor: Actor, day: date | None = None) -> Rows:
    """Adds ``owed_promises``, ``owed_questions`` (numbers) and ``owed_since``, the first day of any of them or null."""
    now, column = day or today(), column_of(rows.model)
    promises, questions = _promises_to(column, actor, now), _questions_of(column, actor)
    found: Rows = rows.annotate(
        owed_promises=counted(promises),
        owed_questions=counted(questions),
        owed_since=Least(
            _first(promises, "due_on"),
            _first(questions, "interaction__occurred_on"),
        ),
    )
    return found


def _first(rows: Rows, day: str) -> Subquery:
    """The first of the days; one row, for all of ``rows`` are of one sort."""
    return Subquery(rows.order_by(day).values(day)[:1])


def owed_to(rows: Rows, actor: Actor, day: date | None = None) -> Q:
    """Which of ``rows`` we owe anything: found from what is owed, without asking each row."""
    now, column = day or today(), column_of(rows.model)
    promises, questions = _late_promises(actor, now), _open_questions(actor)
    there = Participant.objects.filter(role=Participant.Role.PRESENT, **{f"{column}__isnull": False}).order_by()
    asked = Q(pk__in=there.filter(interaction__in=questions.order_by().values("interaction")).values(column))
    if column == "party":
        return asked | Q(pk__in=promises.filter(to_party__isnull=False).order_by().values("to_party"))
    return asked | Q(pk__in=there.filter(interaction__in=promises.order_by().values("interaction")).values(column))
