"""The list of jurisdictions: what it is narrowed by, and its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from c2m2a_crm.core import ui
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.lists import Column, HouseFilterSet, ListState, ListWords, said
from c2m2a_crm.core.text import Fold, fold
from members.models import Jurisdiction, JurisdictionFact, Party
from members.querysets import jurisdictions_in_order

Batch = Mapping[int, Any]

KINDS = {
    "federal": _("Federal government"),
    "province": _("Province"),
    "territory": _("Territory"),
}


def kind_of(jurisdiction: Jurisdiction) -> str:
    return str(KINDS.get(jurisdiction.kind, jurisdiction.kind))


class JurisdictionFilterSet(HouseFilterSet):
    q = said(django_filters.CharFilter(label=_("Name"), method="by_name"), _("with “%(value)s” in the name"))
    kind = said(
        django_filters.MultipleChoiceFilter(
            label=_("Kind"), choices=list(KINDS.items()), distinct=False, widget=forms.CheckboxSelectMultiple
        ),
        _("of the kind %(value)s"),
    )

    class Meta:
        model = Jurisdiction
        fields: list[str] = []

    def by_name(self, rows: QuerySet[Any, Any], name: str, value: str) -> QuerySet[Any, Any]:
        named = rows.annotate(folded_en=Fold("name_en"), folded_fr=Fold("name_fr"))
        wanted = fold(value)
        found: QuerySet[Any, Any] = named.filter(
            Q(folded_en__contains=wanted) | Q(folded_fr__contains=wanted) | Q(code__iexact=value.strip())
        )
        return found


def _stated(key: str) -> Callable[[Any, Sequence[Jurisdiction]], Batch]:
    """One statement of each jurisdiction, by its key; read once a page, though several columns ask for it."""

    def batch(actor: Any, rows: Sequence[Jurisdiction]) -> Batch:
        if rows and not hasattr(rows[0], "stated"):
            found: dict[int, dict[str, JurisdictionFact]] = {}
            for fact in JurisdictionFact.objects.filter(jurisdiction__in=[row.pk for row in rows]):
                found.setdefault(fact.jurisdiction_id, {})[fact.key] = fact
            for row in rows:
                row.stated = found.get(row.pk, {})  # type: ignore[attr-defined]  # kept for the next column
        return {row.pk: row.stated.get(key) for row in rows}  # type: ignore[attr-defined]  # as above

    return batch


def _words(row: Jurisdiction, fact: JurisdictionFact | None) -> str:
    return fact.text.text if fact else ""


def unconfirmed_mark(fact: JurisdictionFact) -> SafeString:
    return ui.NOTHING if fact.is_confirmed else ui.tag(_("Unconfirmed"), "warn", "help-circle")


def _fact_cell(row: Jurisdiction, fact: JurisdictionFact | None) -> SafeString:
    """What is stated, and under it in words that nobody has confirmed it."""
    if fact is None:
        return ui.NOTHING
    return format_html("<span>{}</span> {}", ui.in_language(fact.text), unconfirmed_mark(fact))


def organizations_of(jurisdictions: Sequence[Jurisdiction]) -> dict[int, int]:
    """How many organizations each has in the directory, in one statement; of Canada the federal institutions."""
    rows = Party.objects.organizations().active().order_by()
    counted = rows.values_list("jurisdiction", "government_level").annotate(Count("pk"))
    federal = {each.pk for each in jurisdictions if each.kind == "federal"}
    counts: dict[int, int] = {}
    for pk, level, number in counted:
        if pk is not None and pk not in federal:
            counts[pk] = counts.get(pk, 0) + number
        if level == Party.GovernmentLevel.FEDERAL:
            counts |= {key: counts.get(key, 0) + number for key in federal}
    return counts


def _counts(actor: Any, rows: Sequence[Jurisdiction]) -> Batch:
    return organizations_of(rows)


def _name_cell(row: Jurisdiction) -> SafeString:
    return format_html(
        '<span><a class="t" href="{}">{}</a><span class="sub">{}</span></span>',
        row.get_absolute_url(),
        str(row),
        kind_of(row),
    )


def _for_file(key: str, label: Any) -> Column:
    return Column(key, label, lambda row: getattr(row, key), export_only=True, is_default=False)


JURISDICTION_COLUMNS = (
    Column(
        "name",
        _("Jurisdiction"),
        str,
        cell=_name_cell,
        order=lambda: ["name_fr" if reader_language() == "fr" else "name_en"],
        is_row_header=True,
    ),
    Column("kind", _("Kind"), kind_of, order=lambda: ["kind"], is_default=False),
    Column("ministry", _("Ministry"), _words, cell=_fact_cell, batch=_stated("ministry")),
    Column("strategy", _("Strategy"), _words, cell=_fact_cell, batch=_stated("strategy-title")),
    Column(
        "strategy_status",
        _("Status of the strategy"),
        _words,
        cell=_fact_cell,
        batch=_stated("strategy-status"),
        is_low=True,
    ),
    Column("table", _("Regional table"), _words, cell=_fact_cell, batch=_stated("regional-table"), is_default=False),
    Column(
        "organizations",
        _("Organizations"),
        lambda row, count: count or 0,
        cell=lambda row, count: str(count) if count else "",
        batch=_counts,
        is_numeric=True,
        is_low=True,
    ),
    _for_file("code", _("Code")),
    _for_file("name_en", _("Name in English")),
    _for_file("name_fr", _("Name in French")),
)

JURISDICTION_WORDS = ListWords(
    label=_("Jurisdictions"),
    counted=lambda total: ngettext("%(count)s jurisdiction", "%(count)s jurisdictions", total),
    no_match=_("No jurisdiction matches these filters"),
    empty_title=_("No jurisdictions yet"),
    empty_text=_("Canada, its provinces and territories come with the product when it is first started."),
)


def jurisdiction_list(request: HttpRequest) -> ListState:
    return ListState(
        list_key="jurisdictions",
        request=request,
        base=Jurisdiction.objects.visible_to(request.user),
        filterset_class=JurisdictionFilterSet,
        columns=JURISDICTION_COLUMNS,
        default_order=jurisdictions_in_order(),
        order_words=_("Canada first, then provinces and territories by name"),
        search_label=_("Filter by name"),
    )
