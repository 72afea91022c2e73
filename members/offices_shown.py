"""What the pages of an office and the cards of offices and relationships show. Everything here is a read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from c2m2a_crm.core import dates
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.history import Names
from c2m2a_crm.core.models import Document
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.record_changes import HistoryPage, Told, record_page
from c2m2a_crm.core.validity import today
from members.models import AddressUse, Affiliation, Office, Party, Person, PhoneNumber, Relationship
from members.policies import can_edit_directory
from members.records import is_over
from members.rooms import room_of
from members.services.addresses import Owner

OFFICES_IN_VIEW = 12


@dataclass(slots=True)
class OfficeLine:
    """An office as a line: who holds it on the day, who is acting, since when nobody does, its addresses."""

    office: Office
    holder: Affiliation | None = None
    acting: Affiliation | None = None
    vacant_since: date | None = None
    was_held: bool = False
    addresses: list[str] = field(default_factory=list)

    @property
    def vacancy(self) -> str:
        if self.holder is not None:
            return ""
        if self.vacant_since:
            return _("Vacant since %(day)s") % {"day": dates.short_date(self.vacant_since)}
        return _("Vacant") if self.was_held else _("Not held yet")


def office_lines(party: Party, *, on: date | None = None) -> list[OfficeLine]:
    """The party's offices today; with ``on`` those that had a holder by that day. Three statements, whatever their
    number.
    """
    offices = party.offices.all() if on else party.offices.active()
    lines = {office.pk: OfficeLine(office) for office in offices.in_reading_order()}
    if lines:
        fill_lines(lines, on or today())
    return [line for line in lines.values() if not on or line.holder or line.acting or line.was_held]


def fill_lines(lines: Mapping[int, OfficeLine], day: date) -> None:
    held = Affiliation.objects.filter(office__in=lines).select_related("person").order_by("valid", "pk")
    for row in held:
        line = lines[row.office_id]  # type: ignore[index]  # filtered by office
        first, after = row.valid.lower, row.valid.upper
        if (first is None or first <= day) and (after is None or after > day):
            if row.is_acting:
                line.acting = row
            else:
                line.holder = row
        elif not row.is_acting and after is not None and after <= day:
            line.was_held, line.vacant_since = True, max(filter(None, (line.vacant_since, after)))
    for use in AddressUse.objects.on(day).filter(office__in=lines).select_related("email").order_by("pk"):
        lines[use.office_id].addresses.append(use.email.address)  # type: ignore[index]  # as above


def office_panel(actor: Any, party: Party) -> dict[str, Any] | None:
    """The card on the party's page; none where there is no office."""
    lines = office_lines(party)
    if not lines:
        return None
    may_edit = can_edit_directory(actor) and not party.is_archived
    return {
        "lines": lines[:OFFICES_IN_VIEW],
        "rest": lines[OFFICES_IN_VIEW:],
        "add_url": room_of(party).url("office_create", party.pk) if may_edit else "",
    }


@dataclass(frozen=True, slots=True)
class Holding:
    """Somebody's term in an office, as a line."""

    row: Affiliation
    when: str
    state: str


def holdings_of(office: Office) -> list[Holding]:
    """Everybody who held it, holds it or will, newest first."""
    day = today()
    rows = Affiliation.objects.filter(office=office).select_related("person").order_by("-valid", "-pk")
    return [
        Holding(
            row,
            dates.days_of(row),
            "past" if is_over(row) else "future" if row.first_day and row.first_day > day else "present",
        )
        for row in rows
    ]


def office_history(office: Office, actor: Actor, *, before: int | None = None) -> HistoryPage:
    def holder(image: Mapping[str, Any], names: Names) -> str:
        return names.get(("members.Person", image.get("person_id")), "")

    def address(image: Mapping[str, Any], names: Names) -> str:
        return names.get(("members.EmailAddress", image.get("email_id")), "")

    def number(image: Mapping[str, Any], names: Names) -> str:
        return str(image.get("number") or "")

    quiet = frozenset({"office_id", "party_id"})
    parts = [
        Told(Affiliation, "office_id", _("Holder"), holder, quiet),
        Told(AddressUse, "office_id", _("E-mail address"), address, quiet),
        Told(PhoneNumber, "office_id", _("Telephone"), number, quiet),
    ]
    return record_page([office], parts, actor, before=before, quiet=frozenset({"party_id"}))


# --- Relationships ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RelationLine:
    """A relation from one end: in its words, with the other end. ``mandate`` only where the reader may open it."""

    row: Relationship
    words: str
    other: Owner
    when: str
    is_over: bool
    mandate: Document | None
    edit_url: str

    @property
    def other_name(self) -> Any:
        return self.other.full_name if isinstance(self.other, Person) else self.other.name


def relation_lines(actor: Actor, record: Owner, *, on: date | None = None) -> list[RelationLine]:
    """Present relations first, then those to come, then past ones; with ``on`` those of that day."""
    found = [
        row
        for row in _RELATIONS(None, [record.pk], "person" if isinstance(record, Person) else "party")
        if on is None or on in row.valid
    ]
    wanted = [row.mandate_id for row in found if row.mandate_id]
    readable = (
        set(Document.objects.readable_by(actor).filter(pk__in=wanted).values_list("pk", flat=True)) if wanted else set()
    )
    room = room_of(record)
    return [
        RelationLine(
            row,
            words_of(row, record),
            row.end if row.beginning == record else row.beginning,
            dates.days_of(row),
            is_over(row),
            row.mandate if row.mandate_id in readable else None,
            room.url("relationship_edit", record.pk, row.pk),
        )
        for row in found
    ]


_RELATIONS = Statement(
    lambda nobody, keys, column: (
        Relationship.objects.with_ends(column, keys).for_list().order_by("kind", "-valid", "-pk")
    )
)


def words_of(row: Relationship, record: Owner) -> str:
    """The relation as it reads from this end."""
    if row.beginning == record:
        return str(row.get_kind_display())
    return str(Relationship.CONVERSE[Relationship.Kind(row.kind)])


def relation_panel(actor: Any, record: Owner) -> dict[str, Any] | None:
    """The card on the pages of both ends; none where there is nothing."""
    lines = relation_lines(actor, record)
    if not lines:
        return None
    may_edit = can_edit_directory(actor) and not record.is_archived
    return {
        "lines": [line for line in lines if not line.is_over],
        "past": [line for line in lines if line.is_over],
        "may_edit": may_edit,
        "add_url": room_of(record).url("relationship_create", record.pk) if may_edit else "",
    }
