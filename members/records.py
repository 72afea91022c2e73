"""What a record's page shows beside its timeline: facts, people, addresses. Everything here is a read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import models
from django.db.models import Count, Q, QuerySet, Window
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import TimelineEntry, timeline_of
from c2m2a_crm.core.validity import today
from members.models import AddressUse, Affiliation, Office, Party, Person, PhoneNumber, PostalAddress, Relationship
from members.services.addresses import Owner, ReachedOwner, owned_by

PEOPLE_IN_VIEW = 8
PEOPLE_ON_A_PAGE = 100
TIMELINE_PAGE = 20
# Where the timeline stands under other cards, as on an initiative.
FIRST_CONTACTS = 8

Facts = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Entries of one page, each with the month to write above it, and where the older ones begin."""

    entries: list[tuple[date | None, TimelineEntry]]
    older_than: str


def timeline_page(
    actor: Actor, record: models.Model, before: datetime | None, *, first: int = TIMELINE_PAGE
) -> Timeline:
    """A page never ends between two entries of one moment, or the next page would begin after both.

    The newest page has ``first`` entries, the older ones :data:`TIMELINE_PAGE`.
    """
    size = TIMELINE_PAGE if before else first
    found = timeline_of(actor, record, before=before, limit=size + 1)
    shown = found[:size]
    if len(found) > size:
        whole = [entry for entry in shown if entry.at != found[size].at]
        shown = whole or shown
    entries: list[tuple[date | None, TimelineEntry]] = []
    month = None
    for entry in shown:
        day = dates.as_day(entry.at)
        entries.append((None if month == (day.year, day.month) else day, entry))
        month = (day.year, day.month)
    return Timeline(entries, shown[-1].at.isoformat() if len(found) > size else "")


def is_over(row: Affiliation | AddressUse | PhoneNumber | PostalAddress | Relationship) -> bool:
    return bool(row.valid.upper and row.valid.upper <= today())


# --- Facts -----------------------------------------------------------------------------------------------------------


def _fact(label: str, value: Any, add_url: str = "") -> dict[str, Any]:
    return {"label": label, "value": value, "add_url": add_url}


def _owner(record: Owner) -> SafeString | str:
    return ui.who(record.owner.name, record.owner.pk) if record.owner else ""


def _link(url: str, text: str) -> SafeString:
    return format_html('<a href="{}" rel="noopener noreferrer">{}</a>', url, text)


def party_facts(party: Party, edit_url: str) -> Facts:
    """Unknown values are left out, but for those that somebody must fill: they offer to be added."""
    own_language = party.autonym_language or "und"
    rows = [
        _fact(_("Relationship holder") if party.is_nation else _("Owner"), _owner(party), edit_url),
        _fact(
            pgettext("colleague", "Backup"),
            ui.who(party.backup_owner.name, party.backup_owner.pk) if party.backup_owner else "",
        ),
        _fact(_("Distinction"), party.get_distinction_display() if party.is_nation else ""),
        _fact(_("Own name"), ui.in_language(party.autonym, own_language) if party.autonym else ""),
        _fact(_("Name in English"), party.name_en if party.name_en and party.name_en != str(party) else ""),
        _fact(
            _("Name in French"),
            ui.in_language(party.name_fr, "fr") if party.name_fr else "",
            "" if party.is_nation else edit_url,
        ),
        _fact(_("Legal name"), party.legal_name),
        _fact(_("Acronym"), " · ".join(dict.fromkeys(filter(None, (party.acronym_en, party.acronym_fr))))),
        _fact(_("Level of government"), party.get_government_level_display() if party.government_level else ""),
        _fact(_("Place"), _place(party)),
        _fact(_("Part of"), _link(party.parent.get_absolute_url(), str(party.parent)) if party.parent else ""),
        _fact(
            _("Website"), _link(party.website, party.website.split("://", 1)[-1].rstrip("/")) if party.website else ""
        ),
    ]
    return [row for row in rows if row["value"] or row["add_url"]]


def _place(party: Party) -> str:
    country = "" if party.country.code in ("CA", None, "") else str(party.country.name)
    return ", ".join(part for part in (str(party.jurisdiction or ""), country) if part)


def person_facts(person: Person, edit_url: str) -> Facts:
    rows = [
        _fact(_("Owner"), _owner(person), edit_url),
        _fact(_("Language"), person.get_language_display() if person.language else "", edit_url),
        _fact(_("Formal name"), person.formal_name if person.formal_name != person.full_name else ""),
        _fact(_("Preferred name"), person.preferred_name),
        _fact(_("Also known as"), _other_names(person)),
        _fact(_("Pronunciation"), person.pronunciation),
    ]
    return [row for row in rows if row["value"] or row["add_url"]]


def _other_names(person: Person) -> str:
    """The names of records that were merged into this one, where they are others."""
    merged = Person.objects.filter(merged_into=person).in_reading_order()
    return ", ".join(dict.fromkeys(each.full_name for each in merged if each.full_name != person.full_name))


# --- People and places ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """An affiliation as a line: whom or where, under which title, when."""

    affiliation: Affiliation
    title: SafeString
    when: str
    is_over: bool
    phone: str = ""


def _place_line(affiliation: Affiliation, phone: str = "") -> Place:
    return Place(
        affiliation,
        ui.in_language(affiliation.title) if affiliation.title.text else ui.NOTHING,
        dates.days_of(affiliation),
        is_over(affiliation),
        phone,
    )


def people_of(party: Party, limit: int | None = None) -> tuple[list[Place], list[Place], int, int]:
    """Present and past people with the numbers of each; ``limit`` keeps the lists short and the numbers whole."""
    here: list[Any] = list(_PEOPLE_OF(None, [party.pk], True, limit))
    gone: list[Any] = list(_PEOPLE_OF(None, [party.pk], False, limit))
    phones = {
        phone.person_id: str(phone.number)
        for phone in PhoneNumber.objects.current().filter(person__in=[row.person_id for row in here]).order_by("-pk")
    }
    return (
        [_place_line(row, phones.get(row.person_id, "")) for row in here],
        [_place_line(row) for row in gone],
        here[0].total if here else 0,
        gone[0].total if gone else 0,
    )


def _people_of(nobody: None, keys: Any, here: bool, limit: int | None) -> QuerySet[Affiliation]:
    every = Window(Count("pk"))  # counted before the limit cuts, without a query of its own
    rows = Affiliation.objects.filter(among("party_id", keys)).select_related("person").annotate(total=every)
    now = Q(valid__endswith__isnull=True) | Q(valid__endswith__gt=today())
    if here:
        return rows.filter(now).order_by("-is_primary", "person__sort_key", "pk")[:limit]
    return rows.exclude(now).order_by("-valid__endswith", "pk")[:limit]


_PEOPLE_OF = Statement(_people_of)


def people_now(party: Party) -> int:
    """How many work there today."""
    now = Q(valid__endswith__isnull=True) | Q(valid__endswith__gt=today())
    return Affiliation.objects.filter(now, party=party).count()


def places_of(person: Person) -> tuple[list[Place], list[Place]]:
    """Where somebody works now and worked before, newest first."""
    rows = [_place_line(row) for row in Affiliation.objects.filter(person=person).select_related("party")]
    return [row for row in rows if not row.is_over], [row for row in rows if row.is_over]


# --- How to reach --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reach:
    """One address or number as a line, with the page that ends it."""

    kind: str
    icon: str
    text: str
    href: str
    label: str
    when: str
    is_over: bool
    close_url: str


def reached_by(
    owner: ReachedOwner, close_url: Callable[[str, int], str], *, on: date | None = None
) -> tuple[list[Reach], list[Reach]]:
    """E-mail, telephone and post: those in use, and those that ended. ``close_url`` is given the page and the key.

    With ``on`` only those of that day.
    """
    (column,) = owned_by(owner)

    def of_owner(model: type[Any], *named: str) -> list[Any]:
        rows = _REACHED(None, [owner.pk], model, column, named)
        return [row for row in rows if on is None or on in row.valid]

    lines = [
        *(
            Reach(
                "email",
                "mail",
                use.email.address,
                f"mailto:{use.email.address}",
                str(use.get_kind_display()),
                dates.days_of(use),
                is_over(use),
                close_url("email_close", use.pk),
            )
            for use in of_owner(AddressUse, "email")
        ),
        *(
            Reach(
                "phone",
                "phone",
                _("%(number)s, ext. %(extension)s") % {"number": phone, "extension": phone.extension}
                if phone.extension
                else str(phone),
                f"tel:{phone.number.as_e164}",
                str(phone.get_kind_display()),
                dates.days_of(phone),
                is_over(phone),
                close_url("phone_close", phone.pk),
            )
            for phone in of_owner(PhoneNumber)
        ),
        *(
            Reach(
                "postal",
                "map-pin",
                _post(address),
                "",
                "",
                dates.days_of(address),
                is_over(address),
                close_url("postal_close", address.pk),
            )
            # An office is where its party is: it has no postal address of its own.
            for address in ([] if isinstance(owner, Office) else of_owner(PostalAddress, "jurisdiction"))
        ),
    ]
    if on:
        return lines, []
    return [line for line in lines if not line.is_over], [line for line in lines if line.is_over]


def _reached(nobody: None, keys: Any, model: type[Any], column: str, named: tuple[str, ...]) -> QuerySet[Any]:
    rows: QuerySet[Any] = model._default_manager.filter(among(f"{column}_id", keys))
    return rows.select_related(*named) if named else rows


_REACHED = Statement(_reached)


def _post(address: PostalAddress) -> str:
    place = " ".join(
        part for part in (address.city, address.jurisdiction.short if address.jurisdiction else "") if part
    )
    country = "" if address.country.code == "CA" else str(address.country.name)
    return "\n".join(part for part in (address.lines, place, address.postal_code, country) if part)
