"""What higher rooms add to the page of a record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from django.db import models

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.registries.base import Registry

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as LazyText  # only the stubs know it


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line of a record's timeline, already reduced to what this reader may see."""

    at: datetime
    key: str
    title: str
    url: str
    icon: str
    template: str
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TimelineSource:
    """Entries about ``record`` for ``actor``, newest first, at most ``limit``, older than ``before``.

    The function must begin with ``visible_to(actor)``.
    """

    key: str
    order: int
    model: type[models.Model]
    entries: Callable[[Any, Any, datetime | None, int], Sequence[TimelineEntry]]


@dataclass(frozen=True, slots=True)
class RecordPanel:
    """A card on another room's record page: a template and a function that gives its context, or None for no card.

    ``place`` says where: ``next`` (what to do, top right), ``main`` (above the timeline) or ``aside``.
    """

    key: str
    order: int
    model: type[models.Model]
    template: str
    context: Callable[[Any, Any], dict[str, Any] | None]
    place: Literal["next", "main", "aside"] = "aside"


@dataclass(frozen=True, slots=True)
class RecordMarks:
    """Tags beside the name of a record, in one to three words each: what must be known at first sight."""

    key: str
    order: int
    model: type[models.Model]
    marks: Callable[[Any, Any], Sequence[str]]


@dataclass(frozen=True, slots=True)
class RecordAction:
    """A button in the head of another room's record page. ``url`` takes (actor, record) and gives nothing for whoever
    is not offered it.
    """

    key: str
    order: int
    model: type[models.Model]
    label: LazyText | str
    icon: str
    url: Callable[[Any, Any], str]


@dataclass(frozen=True, slots=True)
class DayLine:
    title: str
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class DayCard:
    """What another room knows of a record on a day; ``empty`` says so where there was nothing."""

    key: str
    title: LazyText | str
    empty: LazyText | str
    lines: Sequence[DayLine]


@dataclass(frozen=True, slots=True)
class DaySource:
    """What was true of ``record`` on a day, as known now; the function takes (actor, record, day).

    It must begin with ``readable_by(actor)``.
    """

    key: str
    order: int
    model: type[models.Model]
    title: LazyText | str
    empty: LazyText | str
    lines: Callable[[Any, Any, date], Sequence[DayLine]]


@dataclass(frozen=True, slots=True)
class InitiativePage:
    """The page of initiatives of one kind (``key``): the address takes the initiative's key."""

    key: str
    order: int
    url_name: str


timeline_sources: Registry[TimelineSource] = Registry("timeline sources")
record_panels: Registry[RecordPanel] = Registry("record panels")
day_sources: Registry[DaySource] = Registry("sources of a day")
record_marks: Registry[RecordMarks] = Registry("record marks")
record_actions: Registry[RecordAction] = Registry("record actions")
initiative_pages: Registry[InitiativePage] = Registry("pages of initiatives")


def panels_for(actor: Actor, record: models.Model) -> list[tuple[RecordPanel, dict[str, Any]]]:
    """The cards that higher rooms put on this record's page, with their context."""
    found = []
    for panel in record_panels:
        if isinstance(record, panel.model):
            context = panel.context(actor, record)
            if context is not None:
                found.append((panel, context))
    return found


def marks_of(actor: Actor, record: models.Model) -> list[str]:
    """The tags that rooms put beside this record's name."""
    return [mark for entry in record_marks if isinstance(record, entry.model) for mark in entry.marks(actor, record)]


def actions_for(actor: Actor, record: models.Model) -> list[tuple[RecordAction, str]]:
    """The buttons that rooms put into the head of this record's page, with their addresses."""
    found = ((entry, entry.url(actor, record)) for entry in record_actions if isinstance(record, entry.model))
    return [(entry, url) for entry, url in found if url]


def day_cards_of(actor: Actor, record: models.Model, day: date) -> list[DayCard]:
    """What the rooms above know of a record on a day."""
    return [
        DayCard(source.key, source.title, source.empty, source.lines(actor, record, day))
        for source in day_sources
        if isinstance(record, source.model)
    ]


def timeline_of(
    actor: Actor, record: models.Model, *, before: datetime | None = None, limit: int = 20
) -> list[TimelineEntry]:
    """The newest entries of all sources about this record, newest first."""
    entries = [
        entry
        for source in timeline_sources
        if isinstance(record, source.model)
        for entry in source.entries(actor, record, before, limit)
    ]
    entries.sort(key=lambda entry: (entry.at, entry.key), reverse=True)
    return entries[:limit]
