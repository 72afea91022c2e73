"""The list of words of vocabularies: what it is narrowed by, and its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import django_filters
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.lists import Column, HouseFilterSet, ListState, ListWords, one_of, said, says, several_of
from c2m2a_crm.core.text import Fold
from c2m2a_crm.core.validity import today
from members.models import Concept, Expertise, Listing, Party, ProfileLine
from members.querysets import concepts_in_order

Batch = Mapping[int, Any]

STATES = [("offered", _("Offered")), ("retired", _("No longer offered")), ("replaced", _("Replaced"))]


class ConceptFilterSet(HouseFilterSet):
    panel_order = ("q", "vocabulary", "listed", "state")

    q = said(django_filters.CharFilter(label=_("Name"), method="by_name"), _("with “%(value)s” in the name"))
    vocabulary = said(several_of(_("Vocabulary"), Concept.Vocabulary.choices), _("of the vocabulary %(value)s"))
    listed = said(
        one_of(_("On a list today"), [("federal", _("Canada’s list")), ("any", _("Any list"))], "by_list"),
        "%(value)s",
        {"federal": _("on Canada’s list today"), "any": _("on a list today")},
    )
    state = said(one_of(_("State"), STATES, "by_state"), _("of the state %(value)s"))

    class Meta:
        model = Concept
        fields: list[str] = []

    def by_name(self, rows: QuerySet[Any, Any], name: str, value: str) -> QuerySet[Any, Any]:
        return rows.filter(says(value, "label_en", "label_fr", "also", "code") | Q(symbol__iexact=value.strip()))

    def by_list(self, rows: QuerySet[Any, Any], name: str, value: str) -> QuerySet[Any, Any]:
        today_on = Listing.objects.current()
        if value == "federal":
            today_on = today_on.filter(jurisdiction__code="CA", standing=Listing.Standing.CRITICAL)
        return rows.filter(pk__in=today_on.values("concept"))

    def by_state(self, rows: QuerySet[Any, Any], name: str, value: str) -> QuerySet[Any, Any]:
        match value:
            case "replaced":
                return rows.filter(replaced_by__isnull=False)
            case "retired":
                return rows.filter(replaced_by__isnull=True, retired_on__isnull=False)
            case _:
                return rows.filter(replaced_by__isnull=True, retired_on__isnull=True)


def _uses(actor: Any, rows: Sequence[Concept]) -> Batch:
    """How many organizations, Nations and people each word stands beside; those put aside are left out."""
    keys = [row.pk for row in rows]
    found: dict[int, int] = {}
    open_lines = ProfileLine.objects.readable_by(actor).filter(
        party__in=Party.objects.readable_by(actor).active().values("pk")
    )
    for column in ("mineral", "stage", "sector"):
        counted = open_lines.filter(**{f"{column}__in": keys}).order_by().values_list(column)
        for key, number in counted.annotate(Count("party", distinct=True)):
            found[key] = found.get(key, 0) + number
    known = Expertise.objects.readable_by(actor).filter(field__in=keys, person__archived_at__isnull=True)
    for key, number in known.order_by().values_list("field").annotate(Count("person")):
        found[key] = found.get(key, 0) + number
    return found


def _listings(actor: Any, rows: Sequence[Concept]) -> Batch:
    found: dict[int, list[Listing]] = {}
    held = Listing.objects.on(today()).filter(concept__in=[row.pk for row in rows]).select_related("jurisdiction")
    for listing in held.order_by("jurisdiction__code", "standing", "pk"):
        found.setdefault(listing.concept_id, []).append(listing)
    return found


def _said_listings(concept: Concept, listings: Sequence[Listing] | None) -> str:
    return "; ".join(f"{each.jurisdiction} ({each.get_standing_display()})" for each in listings or ())


def state_mark(concept: Concept) -> SafeString:
    """What must be known of a word at first sight, in one to three words."""
    if concept.replaced_by_id:
        return ui.tag(_("Replaced"), "line", "git-merge")
    if concept.retired_on:
        return ui.tag(_("No longer offered"), "line", "archive")
    return ui.NOTHING


def _name_cell(concept: Concept) -> SafeString:
    return ui.markup(
        '<span><a class=t href="{}">{}</a><span class=sub>{}</span>{}</span>',
        concept.get_absolute_url(),
        concept.label.text,
        concept.get_vocabulary_display(),
        state_mark(concept),
    )


def _confirmed_cell(concept: Concept) -> SafeString:
    return ui.NOTHING if concept.is_confirmed else ui.tag(_("Unconfirmed"), "warn", "help-circle")


def _for_file(key: str, label: Any) -> Column:
    return Column(key, label, lambda row: getattr(row, key), export_only=True, is_default=False)


CONCEPT_COLUMNS = (
    Column(
        "name",
        _("Word"),
        lambda row: row.label.text,
        cell=_name_cell,
        order=lambda: [Fold("label_fr" if reader_language() == "fr" else "label_en").asc()],
        is_row_header=True,
    ),
    Column("vocabulary", _("Vocabulary"), lambda row: row.get_vocabulary_display(), is_default=False),
    Column(
        "symbol", _("Symbol"), lambda row: row.symbol, cell=lambda row: ui.elements([row.symbol] if row.symbol else [])
    ),
    Column("also", _("Also written"), lambda row: row.also, is_low=True),
    Column("lists", _("On lists today"), _said_listings, batch=_listings),
    Column(
        "uses",
        _("Used by"),
        lambda row, number: number or 0,
        cell=lambda row, number: dates.number(number) if number else "",
        batch=_uses,
        is_numeric=True,
    ),
    Column(
        "confirmed",
        _("Confirmed"),
        lambda row: str(_("Yes") if row.is_confirmed else _("No")),
        cell=_confirmed_cell,
        is_low=True,
    ),
    Column("replaced_by", _("Replaced by"), lambda row: str(row.replaced_by or ""), is_default=False),
    Column("source", _("Source"), lambda row: row.source, is_default=False, is_low=True),
    _for_file("code", _("Code")),
    _for_file("label_en", _("English label")),
    _for_file("label_fr", _("French label")),
)

CONCEPT_WORDS = ListWords(
    label=_("Vocabularies"),
    counted=lambda total: ngettext("%(count)s word", "%(count)s words", total),
    no_match=_("No word matches these filters"),
    empty_title=_("No words yet"),
    empty_text=_("Minerals, stages of the value chain, sectors and fields of expertise come with the product."),
)


def vocabulary_list(request: HttpRequest) -> ListState:
    return ListState(
        list_key="vocabularies",
        request=request,
        base=Concept.objects.visible_to(request.user).for_list(),
        filterset_class=ConceptFilterSet,
        columns=CONCEPT_COLUMNS,
        default_order=concepts_in_order(),
        order_words=_("by vocabulary"),
        search_label=_("Filter by name"),
    )
