"""What lists of the directory can be narrowed by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.dates import short_date
from c2m2a_crm.core.lists import HouseFilterSet, one_of, said, several_of
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.validity import today
from members.forms import ORGANIZATION_KINDS
from members.models import Affiliation, Jurisdiction, Party, Person
from members.selectors import parties_named, people_named

Rows = QuerySet[Any, Any]

LAST_CONTACT = [
    ("within-30", _("In the last 30 days")),
    ("within-90", _("In the last 90 days")),
    ("within-365", _("In the last 12 months")),
    ("older-90", _("More than 90 days ago")),
    ("older-180", _("More than 180 days ago")),
    ("older-365", _("More than 12 months ago")),
    ("never", _("None on file")),
]
ARCHIVED = [("archived", _("Archived only")), ("all", _("Archived, too"))]


CARE = [
    ("no-owner", _("No owner")),
    ("no-backup", _("No backup")),
    ("owner-left", _("The owner has left")),
    ("backup-left", _("The backup has left")),
]
CARE_CLAUSES = {
    "no-owner": _("without an owner"),
    "no-backup": _("without a backup"),
    "owner-left": _("whose owner has left"),
    "backup-left": _("whose backup has left"),
}
_IN_CARE = {
    "no-owner": Q(owner__isnull=True),
    "no-backup": Q(backup_owner__isnull=True),
    "owner-left": Q(owner__is_active=False),
    "backup-left": Q(backup_owner__is_active=False),
}


# In French each place takes a preposition of its own.
IN_PLACES = {
    "AB": _("in Alberta"),
    "BC": _("in British Columbia"),
    "MB": _("in Manitoba"),
    "NB": _("in New Brunswick"),
    "NL": _("in Newfoundland and Labrador"),
    "NS": _("in Nova Scotia"),
    "NT": _("in the Northwest Territories"),
    "NU": _("in Nunavut"),
    "ON": _("in Ontario"),
    "PE": _("on Prince Edward Island"),
    "QC": _("in Quebec"),
    "SK": _("in Saskatchewan"),
    "YT": _("in Yukon"),
}
CONTACT_CLAUSES = {
    "within-30": _("met in the last 30 days"),
    "within-90": _("met in the last 90 days"),
    "within-365": _("met in the last 12 months"),
    "older-90": _("last met more than 90 days ago"),
    "older-180": _("last met more than 180 days ago"),
    "older-365": _("last met more than 12 months ago"),
    "never": _("never met"),
}
ARCHIVED_CLAUSES = {"archived": _("archived only"), "all": _("archived ones, too")}


def people(request: Any) -> QuerySet[Person]:
    return Person.objects.visible_to(request.user)


def parties(request: Any) -> QuerySet[Party]:
    return Party.objects.visible_to(request.user)


def _owners() -> list[tuple[str, Any]]:
    colleagues = User.objects.filter(is_active=True).order_by("name", "pk").values_list("pk", "name")
    return [("me", _("Me")), ("nobody", _("Nobody")), *((str(pk), name) for pk, name in colleagues)]


def _name() -> django_filters.CharFilter:
    facet = django_filters.CharFilter(label=_("Name"), method="by_name")
    return said(facet, _("with “%(value)s” in the name"), shown=lambda actor, record: str(record))


def _owner() -> django_filters.ChoiceFilter:
    clauses = {"me": _("that I answer for"), "nobody": _("without an owner")}
    return said(one_of(_("Owner"), _owners, "by_owner"), _("owned by %(value)s"), clauses)


def _last_contact() -> django_filters.ChoiceFilter:
    return said(one_of(_("Last contact"), LAST_CONTACT, "by_last_contact"), "%(value)s", CONTACT_CLAUSES)


def _archived() -> django_filters.ChoiceFilter:
    facet = one_of(_("Archived"), ARCHIVED, "by_archived")
    return said(facet, "%(value)s", ARCHIVED_CLAUSES, shown=lambda actor, record: _archived_on(record))


def _archived_on(record: Party | Person) -> str:
    if record.archived_at is None:
        return gettext("Not archived")
    return gettext("Archived %(day)s") % {"day": short_date(record.archived_at)}


def _kinds_worked_for(actor: Any, person: Person) -> str:
    held = Affiliation.objects.current().filter(person=person).select_related("party").order_by("-is_primary", "-pk")
    return ", ".join(dict.fromkeys(f"{each.party} ({each.party.get_kind_display()})" for each in held))


def _provinces(nobody: None, keys: Any) -> QuerySet[Jurisdiction, tuple[str, str]]:
    name = "name_fr" if reader_language() == "fr" else "name_en"
    return Jurisdiction.objects.exclude(code="CA").values_list("code", name)


_PROVINCES = Statement(_provinces)


def _jurisdictions() -> list[tuple[str, str]]:
    return list(_PROVINCES(None))


class _DirectoryFilterSet(HouseFilterSet):
    """What people and parties are both narrowed by. Archived rows are left out unless asked for.

    A record that was merged into another one is in no list: that one stands for it.
    """

    named: Callable[[str], Q]

    def filter_queryset(self, queryset: Rows) -> Rows:
        rows: Rows = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("archived"):
            return rows.filter(merged_into__isnull=True)
        return rows.filter(archived_at__isnull=True)

    def by_name(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(type(self).named(value))

    def by_owner(self, rows: Rows, name: str, value: str) -> Rows:
        match value:
            case "me":
                return rows.filter(owner_id=self.request.user.pk)
            case "nobody":
                return rows.filter(owner__isnull=True)
            case _:
                return rows.filter(owner_id=int(value))

    def by_last_contact(self, rows: Rows, name: str, value: str) -> Rows:
        """Only contacts that everybody may read count, as in the column of that name."""
        direction, _dash, days = value.partition("-")
        match direction:
            case "within":
                return rows.filter(last_open_contact_on__gte=today() - timedelta(days=int(days)))
            case "older":
                return rows.filter(last_open_contact_on__lt=today() - timedelta(days=int(days)))
            case _:
                return rows.filter(last_open_contact_on__isnull=True)

    def by_archived(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(archived_at__isnull=False) if value == "archived" else rows


class PartyFilterSet(_DirectoryFilterSet):
    named = staticmethod(parties_named)

    q = _name()
    jurisdiction = said(
        several_of(_("Province or territory"), _jurisdictions, field_name="jurisdiction__code"),
        _("in %(value)s"),
        IN_PLACES,
    )
    owner = _owner()
    care = said(one_of(_("Owner and backup"), CARE, "by_care"), "%(value)s", CARE_CLAUSES, shown="backup")
    archived = _archived()

    class Meta:
        model = Party
        fields: list[str] = []

    def by_care(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(_IN_CARE[value])


class OrganizationFilterSet(PartyFilterSet):
    panel_order = ("q", "owner", "care", "last_contact", "kind", "government_level", "jurisdiction", "archived")

    kind = said(several_of(_("Kind"), ORGANIZATION_KINDS), _("of kind %(value)s"))
    government_level = said(
        several_of(_("Level of government"), Party.GovernmentLevel.choices), _("at the level of government %(value)s")
    )
    last_contact = _last_contact()


class NationFilterSet(PartyFilterSet):
    """Nothing measures how quiet a Nation is: its pace is its own."""

    distinction = several_of(_("Distinction"), Party.Distinction.choices)


class PersonFilterSet(_DirectoryFilterSet):
    named = staticmethod(people_named)
    panel_order = ("q", "party_kind", "language", "owner", "last_contact", "archived")

    q = _name()
    party_kind = said(
        several_of(_("Works for"), Party.Kind.choices, method="by_party_kind"),
        _("who work for a party of kind %(value)s"),
        shown=_kinds_worked_for,
    )
    language = said(
        one_of(_("Language"), [*Person.Language.choices[:2], ("unknown", _("Not known"))], "by_language"),
        _("whose language is %(value)s"),
        {"unknown": _("whose language is not known")},
    )
    owner = _owner()
    last_contact = _last_contact()
    archived = _archived()

    class Meta:
        model = Person
        fields: list[str] = []

    def by_language(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(language="" if value == "unknown" else value)

    def by_party_kind(self, rows: Rows, name: str, value: list[str]) -> Rows:
        held = Affiliation.objects.current().filter(person=OuterRef("pk"), party__kind__in=value)
        return rows.filter(Exists(held)) if value else rows
