"""What papers hold about a person: which of them they opened, and when; and where reasons name them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from c2m2a_crm.core import dates
from c2m2a_crm.core.anonymising import Identity, Words, mentions
from c2m2a_crm.core.held import lines
from c2m2a_crm.core.models import Document
from c2m2a_crm.core.querysets import confided_to
from c2m2a_crm.core.registries import HeldRecord, Sought
from forums.models import MeetingPaper, PaperOpening
from members.models import Person

_FILE = "meeting__forum__initiative__"


def held(actor: Any, person: Person, circle: int | None) -> Iterator[HeldRecord]:
    yield from map(_opened, _rows(actor, circle).filter(invitation__person=person))


def find(actor: Any, sought: Sought, circle: int | None) -> Iterator[HeldRecord]:
    """Openings by the people named, on those days. Words alone find none of them."""
    if sought.words and not sought.people:
        return
    rows = _rows(actor, circle)
    if sought.people:
        rows = rows.filter(invitation__person__in=[person.pk for person in sought.people])
    if sought.since:
        rows = rows.filter(opened_at__date__gte=sought.since)
    if sought.until:
        rows = rows.filter(opened_at__date__lte=sought.until)
    yield from map(_opened, rows)


def _rows(actor: Any, circle: int | None) -> QuerySet[Any]:
    rows: QuerySet[Any] = PaperOpening.objects.readable_by(actor).filter(
        confided_to(circle, _FILE), version__document__in=Document.objects.readable_by(actor)
    )
    return (
        rows.select_related("meeting__forum__initiative", "invitation__person", "version__document")
        .defer("version__text")
        .order_by("pk")
    )


def _opened(row: PaperOpening) -> HeldRecord:
    text = lines(
        (_("Meeting"), row.meeting),
        (_("Person"), row.invitation.person),
        (_("Paper"), row.version.document),
        (_("Version"), row.version.number),
        (_("Opened at"), f"{dates.short_date(row.opened_at)}, {dates.time_of_day(row.opened_at)}"),
    )
    return HeldRecord(
        row,
        _("Paper opened: %(paper)s") % {"paper": row.version.document},
        text,
        on=row.opened_at.date(),
        source=_("Noted when the person opened it by their link."),
        uses=_("To know who has the papers of a meeting."),
        recipients=_("The secretariat of the forum."),
    )


def words_of(actor: Any, person: Any, identity: Identity) -> list[Words]:
    rows = MeetingPaper.objects.filter(confided_to(None, _FILE))
    return list(mentions(rows, ("withdrawn_reason",), identity, label=_("Reasons why papers were withdrawn")))


def stays(actor: Any, person: Any) -> list[tuple[str, int]]:
    rows = PaperOpening.objects.readable_by(actor).filter(invitation__person=person)
    return [(str(_("Papers of meetings that were opened")), rows.count())]
