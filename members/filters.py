"""What lists of the directory can be narrowed by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.lists import HouseFilterSet
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


def _owners() -> list[tuple[str, Any]]:
    colleagues = User.objects.filter(is_active=True).order_by("name", "pk").values_list("pk", "name")
    return [("me", _("Me")), ("nobody", _("Nobody")), *((str(pk), name) for pk, name in colleagues)]


def _choice(label: Any, choices: Any, method: str) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(label=label, choices=choices, method=method, empty_label=_("Any"))


def _several(label: Any, choices: Any, **options: Any) -> django_filters.MultipleChoiceFilter:
    """Values inside one filter mean or. No DISTINCT: each is a column of the row itself."""
    return django_filters.MultipleChoiceFilter(
        label=label, choices=choices, distinct=False, widget=forms.CheckboxSelectMultiple, **options
    )


def _jurisdictions() -> list[tuple[str, str]]:
    return [(row.code, str(row)) for row in Jurisdiction.objects.exclude(code="CA")]


class _DirectoryFilterSet(HouseFilterSet):
    """What people and parties are both narrowed by. Archived rows are left out unless asked for."""

    named: Callable[[str], Q]

    def filter_queryset(self, queryset: Rows) -> Rows:
        rows: Rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("archived") else rows.filter(archived_at__isnull=True)

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

    q = django_filters.CharFilter(label=_("Name"), method="by_name")
    jurisdiction = _several(_("Province or territory"), _jurisdictions, field_name="jurisdiction__code")
    owner = _choice(_("Owner"), _owners, "by_owner")
    archived = _choice(_("Archived"), ARCHIVED, "by_archived")

    class Meta:
        model = Party
        fields: list[str] = []


class OrganizationFilterSet(PartyFilterSet):
    panel_order = ("q", "owner", "last_contact", "kind", "jurisdiction", "archived")

    kind = _several(_("Kind"), ORGANIZATION_KINDS)
    last_contact = _choice(_("Last contact"), LAST_CONTACT, "by_last_contact")



class NationFilterSet(PartyFilterSet):
    """Nothing measures how quiet a Nation is: its pace is its own."""

    distinction = _several(_("Distinction"), Party.Distinction.choices)


class PersonFilterSet(_DirectoryFilterSet):
    named = staticmethod(people_named)
    panel_order = ("q", "party_kind", "language", "owner", "last_contact", "archived")

    q = django_filters.CharFilter(label=_("Name"), method="by_name")
    party_kind = _several(_("Works for"), Party.Kind.choices, method="by_party_kind")
    language = _choice(_("Language"), [*Person.Language.choices[:2], ("unknown", _("Not known"))], "by_language")
    owner = _choice(_("Owner"), _owners, "by_owner")
    last_contact = _choice(_("Last contact"), LAST_CONTACT, "by_last_contact")
    archived = _choice(_("Archived"), ARCHIVED, "by_archived")

    class Meta:
        model = Person
        fields: list[str] = []

    def by_language(self, rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(language="" if value == "unknown" else value)

    def by_party_kind(self, rows: Rows, name: str, value: list[str]) -> Rows:
        held = Affiliation.objects.current().filter(person=OuterRef("pk"), party__kind__in=value)
        return rows.filter(Exists(held)) if value else rows
