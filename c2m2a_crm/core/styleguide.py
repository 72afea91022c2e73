"""Every component in every state, from one list; a test sees to it that none is missing.

The states of ``templates/components/NAME.html`` stand in ``templates/styleguide/examples/NAME.html``, as a page would
write them. Example texts come in both languages from ``styleguide_samples.py``: they are not part of the product, and
therefore not in its catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.styleguide_samples import samples
from c2m2a_crm.core.text import fold


@dataclass(frozen=True, slots=True)
class Group:
    """A heading of the style guide (English, French) and the components under it, in their order."""

    key: str
    en: str
    fr: str
    components: tuple[str, ...]


GROUPS: tuple[Group, ...] = (
    Group(
        "actions",
        "Actions",
        "Actions",
        (
            "button",
            "icon_button",
            "link_button",
            "menu",
        ),
    ),
    Group(
        "marks",
        "Small marks",
        "Petites marques",
        (
            "tag",
            "lock",
            "dot",
            "count",
            "element",
            "core_strip",
            "avatar",
            "date_block",
            "glyph",
            "person_row",
        ),
    ),
    Group(
        "containers",
        "Containers",
        "Contenants",
        (
            "crumbs",
            "page_head",
            "card",
            "kpi_strip",
            "list_row",
            "facts",
            "sourced_facts",
            "fold",
        ),
    ),
    Group(
        "choosing",
        "Choosing and filtering",
        "Choix et filtres",
        (
            "tabs",
            "segments",
            "chip",
        ),
    ),
    Group(
        "tables",
        "Tables",
        "Tableaux",
        (
            "list_views",
            "list_filters",
            "list_filter_panel",
            "list_chips",
            "list_results",
            "list_table",
            "list_pager",
            "list_column_panel",
            "list_columns",
            "table_wrap",
            "sort_link",
            "bulk_bar",
        ),
    ),
    Group(
        "forms",
        "Forms",
        "Formulaires",
        (
            "error_summary",
            "field",
            "check",
            "switch",
            "token",
            "tokens_combobox",
            "combobox_options",
            "parsed_box",
            "conflict",
        ),
    ),
    Group(
        "messages",
        "Messages",
        "Messages",
        (
            "banner",
            "toast",
            "empty",
            "skeleton",
            "progress",
        ),
    ),
    Group(
        "overlays",
        "Overlays",
        "Superpositions",
        (
            "drawer_header",
            "modal",
            "palette_results",
        ),
    ),
    Group(
        "records",
        "Parts of a record",
        "Parties d’une fiche",
        (
            "next_step",
            "pulse",
            "timeline",
            "timeline_item",
            "timeline_month",
            "governance_banner",
        ),
    ),
)

# The frame of the page is its own example: these stand around every page, and around the style guide too.
FRAME = frozenset(
    {
        "alerts",
        "brand",
        "facets",
        "head_assets",
        "kept_text",
        "language_switch",
        "list_page",
        "navigation",
        "palette",
        "request_failures",
        "shortcuts",
        "signed_out",
        "tabbar",
        "toasts",
        "topbar",
    }
)

TOKENS = (
    "bg",
    "surface",
    "sunken",
    "hover",
    "selected",
    "control",
    "ink",
    "ink-2",
    "ink-3",
    "accent",
    "copper",
    "copper-g",
    "focus",
    "ok",
    "warn",
    "bad",
    "info",
    "lock",
)


@require_safe
def styleguide_options(request: HttpRequest) -> HttpResponse:
    """Options for the combobox of the style guide, so that it can be tried: the fictional people who match ``q``."""
    words = request.GET.get("q", "").strip()
    found = [option for option in samples()["options"] if fold(words) in fold(option["label"])]
    create = {"value": f"new:{words}", "label": words} if words else None
    return render(request, "components/combobox_options.html", {"options": found, "create": create})


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in its states. For people who are signed in; the examples show nothing of the records."""
    language = reader_language()
    groups = [
        {
            "key": group.key,
            "heading": group.fr if language == "fr" else group.en,
            "parts": [{"name": name, "template": f"styleguide/examples/{name}.html"} for name in group.components],
        }
        for group in GROUPS
    ]
    return render(request, "styleguide/index.html", {"groups": groups, "tokens": TOKENS, **samples()})
