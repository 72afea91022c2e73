"""What stands around a forum's page in small numbers, read with the forum itself: one statement in place of many.

Rows come as JSON and are made into objects of their table again; they are looked at, never saved.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import DateField, Exists, OuterRef, Q
from django.db.models.functions import JSONObject, Now

from c2m2a_crm.core.querysets import counted
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import InitiativeFact
from forums.models import CommentRound, Forum, Meeting, MeetingSeries, Position, Seat, SeatCategory, TermsOfReference
from forums.querysets import ForumQuerySet

Row = TypeVar("Row", bound=models.Model)

MEETINGS: Final = 5


@dataclass(frozen=True, slots=True)
class Around:
    """``terms`` are those in force today; ``coming`` and ``held`` are the next meetings and the last ones.

    What ``has_…`` denies is not there for anybody; what it says may be there.
    """

    seats_today: int
    categories: list[SeatCategory]
    series: list[MeetingSeries]
    terms: TermsOfReference | None
    facts: list[InitiativeFact]
    coming: list[Meeting]
    held: list[Meeting]
    has_rounds: bool
    has_positions: bool
    has_kin: bool


def with_around(rows: ForumQuerySet) -> ForumQuerySet:
    """Adds what :func:`settle` makes the forum's ``around`` of."""
    of_forum = OuterRef("pk")
    terms = TermsOfReference.objects.filter(forum=of_forum).on(today())
    kin = Forum.objects.filter(Q(parent=of_forum) | Q(successor=of_forum))
    meetings: Any = Meeting.objects.filter(forum=of_forum)
    now: Any = Now()  # the database's: the statement is kept for a day
    facts = InitiativeFact.objects.filter(initiative=of_forum)
    annotated: ForumQuerySet = rows.annotate(
        around_seats=counted(Seat.objects.filter(forum=of_forum).current()),
        around_categories=_as_json(SeatCategory.objects.filter(forum=of_forum).order_by("position", "pk")),
        around_series=_as_json(MeetingSeries.objects.filter(forum=of_forum).order_by("pk")),
        around_terms=_as_json(terms.order_by("number")),
        around_facts=_as_json(facts.order_by("position", "pk")),
        around_coming=_as_json(meetings.to_come(now).soonest_first()[:MEETINGS]),
        around_held=_as_json(meetings.held_before(now).order_by("-starts_at", "-pk")[:MEETINGS]),
        around_rounds=Exists(CommentRound.objects.filter(forum=of_forum)),
        around_positions=Exists(Position.objects.filter(initiative=of_forum)),
        around_kin=Exists(kin),
    )
    return annotated


def settle(forum: Any) -> None:
    terms = _rows(TermsOfReference, forum.around_terms)
    forum.around = Around(
        seats_today=forum.around_seats,
        categories=_rows(SeatCategory, forum.around_categories),
        series=_rows(MeetingSeries, forum.around_series),
        terms=terms[0] if terms else None,
        facts=_rows(InitiativeFact, forum.around_facts),
        coming=_rows(Meeting, forum.around_coming),
        held=_rows(Meeting, forum.around_held),
        has_rounds=forum.around_rounds,
        has_positions=forum.around_positions,
        has_kin=forum.around_kin or forum.parent_id is not None or forum.successor_id is not None,
    )


def _as_json(rows: models.QuerySet[Any, Any]) -> ArraySubquery:
    columns: dict[str, Any] = {}
    for field in rows.model._meta.concrete_fields:
        if isinstance(field, DateRangeField):
            columns |= {f"{field.attname}__{side}": f"{field.attname}__{side}" for side in ("startswith", "endswith")}
        else:
            columns[field.attname] = field.attname
    return ArraySubquery(rows.values(row=JSONObject(**columns)))


def _rows(model: type[Row], found: list[Mapping[str, Any]]) -> list[Row]:
    return [model(**{field.attname: _value(field, row) for field in model._meta.concrete_fields}) for row in found]


def _value(field: Any, row: Mapping[str, Any]) -> Any:
    if isinstance(field, DateRangeField):
        ends = (DateField().to_python(row[f"{field.attname}__{side}"]) for side in ("startswith", "endswith"))
        return DateRange(*ends)
    return field.to_python(row[field.attname])
