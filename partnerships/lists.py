"""Columns of the list of partnerships, for the screen and for files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from c2m2a_crm.core import ui
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.lists import Column, ListState, ListWords
from c2m2a_crm.engagement.models import InitiativeFact
from c2m2a_crm.engagement.querysets import name_order
from partnerships.filters import PartnershipFilterSet
from partnerships.models import Partnership

Batch = Mapping[int, Any]

_TONES = {
    Partnership.Status.ACTIVE: "ok",
    Partnership.Status.UNCERTAIN: "warn",
    Partnership.Status.SUPERSEDED: "",
    Partnership.Status.ENDED: "none",
}


def status_dot(partnership: Partnership) -> SafeString:
    return ui.dot(partnership.get_status_display(), _TONES[Partnership.Status(partnership.status)])


def unconfirmed(actor: Any, rows: Sequence[Partnership], *keys: str) -> dict[int, set[str]]:
    """Which of these statements about the rows are there and unconfirmed, by row; one statement for a page."""
    found: dict[int, set[str]] = {}
    doubts = InitiativeFact.objects.filter(
        initiative__in=[row.pk for row in rows], key__in=keys, is_confirmed=False
    ).values_list("initiative_id", "key")
    for pk, key in doubts:
        found.setdefault(pk, set()).add(key)
    return found


def _doubts(actor: Any, rows: Sequence[Partnership]) -> Batch:
    """Read once a page, though two columns ask for it."""
    if rows and not hasattr(rows[0], "doubts"):
        found = unconfirmed(actor, rows, "status", "date")
        for row in rows:
            row.doubts = found.get(row.pk, set())  # type: ignore[attr-defined]  # kept for the next column
    return {row.pk: row.doubts for row in rows}  # type: ignore[attr-defined]  # as above


def unconfirmed_mark() -> SafeString:
    return ui.tag(_("Unconfirmed"), "warn", "help-circle")


def _name_cell(row: Partnership) -> SafeString:
    return format_html(
        '<span><a class="t" href="{}">{}</a><span class="sub">{}</span></span>',
        row.get_absolute_url(),
        ui.in_language(row.name),
        row.get_kind_display(),
    )


def _status_cell(row: Partnership, doubts: set[str]) -> SafeString:
    mark = unconfirmed_mark() if "status" in doubts else ui.NOTHING
    return format_html("{} {}", status_dot(row), mark)


def _date_cell(row: Partnership, doubts: set[str]) -> SafeString:
    if not row.signed_on:
        return ui.NOTHING
    mark = unconfirmed_mark() if "date" in doubts else ui.NOTHING
    return format_html("<span>{}</span> {}", row.signed_in_words, mark)


def _counterpart(row: Partnership) -> str:
    return row.counterpart.text or str(row.counterpart_country.name or "")


def _binding(row: Partnership) -> Any:
    return "" if row.is_binding is None else (_("Yes") if row.is_binding else _("No"))


def _lead_cell(row: Partnership) -> SafeString:
    lead = row.initiative.lead
    return ui.who(lead.name, lead.pk) if lead else ui.NOTHING


def _for_file(key: str, label: Any, path: str = "") -> Column:
    """A column that only files carry; ``path`` is where it stands, by default on the row itself."""

    def value(row: Partnership, *batch: Any) -> Any:
        found: Any = row
        for name in (path or key).split("."):
            found = getattr(found, name)
        return found

    return Column(key, label, value, export_only=True, is_default=False)


PARTNERSHIP_COLUMNS = (
    Column("name", _("Partnership"), str, cell=_name_cell, order=name_order, is_row_header=True),
    Column("kind", _("Kind"), lambda row: row.get_kind_display(), order=lambda: ["kind"], is_default=False),
    Column(
        "counterpart",
        _("Counterpart"),
        _counterpart,
        cell=lambda row: ui.in_language(row.counterpart) if row.counterpart.text else _counterpart(row),
        order=lambda: ["counterpart_fr" if reader_language() == "fr" else "counterpart_en"],
    ),
    Column(
        "instrument",
        _("Instrument"),
        lambda row: row.get_instrument_display(),
        order=lambda: ["instrument"],
        is_low=True,
    ),
    Column(
        "signed_on",
        pgettext_lazy("date of a partnership", "Signed or announced"),
        lambda row, doubts: row.signed_in_words,
        cell=_date_cell,
        batch=_doubts,
        order=lambda: [F("signed_on").asc(nulls_last=True)],
    ),
    Column(
        "status",
        _("Status"),
        lambda row, doubts: row.get_status_display(),
        cell=_status_cell,
        batch=_doubts,
        order=lambda: ["status"],
    ),
    Column("binding", _("Binding"), _binding, is_default=False),
    Column(
        "lead",
        _("Lead"),
        lambda row: row.initiative.lead.name if row.initiative.lead else "",
        cell=_lead_cell,
        order=lambda: [F("initiative__lead__name").asc(nulls_last=True)],
        is_default=False,
    ),
    _for_file("code", _("Code")),
    _for_file("name_en", _("Name in English"), "initiative.name_en"),
    _for_file("name_fr", _("Name in French"), "initiative.name_fr"),
    Column(
        "date",
        _("Date"),
        lambda row: row.signed_on,
        export_only=True,
        is_default=False,
    ),
    _for_file("precision", _("Precision of the date")),
    Column("country", _("Country"), lambda row: row.counterpart_country.code or "", export_only=True, is_default=False),
)

PARTNERSHIP_WORDS = ListWords(
    label=_("Partnerships"),
    counted=lambda total: ngettext("%(count)s partnership", "%(count)s partnerships", total),
    no_match=_("No partnership matches these filters"),
    empty_title=_("No partnerships yet"),
    empty_text=_("Agreements with one country and undertakings of several stand here. Add the first."),
)


def partnership_list(request: HttpRequest) -> ListState:
    """The state of the page, which the export of the same name carries away."""
    rows = Partnership.objects.readable_by(request.user).active()
    return ListState(
        list_key="partnerships",
        request=request,
        base=rows,
        filterset_class=PartnershipFilterSet,
        columns=PARTNERSHIP_COLUMNS,
        default_order=name_order(),
        order_words=_("by name"),
        search_label=_("Filter by name"),
    )
