"""Every component in every state, from one list; a test sees to it that none is missing.

The sources are templates of their own, so that a developer can copy what is drawn. Example texts come in both languages
from :func:`sample`; they are not part of the product and therefore not in its catalogue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.utils.safestring import SafeString

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.lists import Cell, Column, Heading, Row

SAMPLE_TODAY = date(2026, 11, 10)
TOKENS = (
    "bg surface sunken hover selected control ink ink-2 ink-3 accent copper copper-g focus ok warn bad info lock"
).split()


@dataclass(frozen=True, slots=True)
class State:
    """One drawing: what it shows (English, French) and the template that draws it."""

    en: str
    fr: str
    source: str


@dataclass(frozen=True, slots=True)
class Example:
    """The states of the component ``templates/components/<name>.html``, under a heading of the page."""

    name: str
    group: str
    states: tuple[State, ...]


# The frame of the page is its own example: these stand around every page, and on this one too.
FRAME = frozenset(
    {
        "alerts",
        "brand",
        "facets",
        "head_assets",
        "language_switch",
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

GROUPS = {
    "actions": ("Actions", "Actions"),
    "marks": ("Small marks", "Petites marques"),
    "containers": ("Containers", "Contenants"),
    "choosing": ("Choosing and filtering", "Choix et filtres"),
    "tables": ("Tables", "Tableaux"),
    "forms": ("Forms", "Formulaires"),
    "messages": ("Messages", "Messages"),
    "overlays": ("Overlays", "Superpositions"),
    "records": ("Parts of a record", "Parties d’une fiche"),
}

EXAMPLES: tuple[Example, ...] = (
    # --- actions ---
    Example(
        "button",
        "actions",
        (
            State("Primary, with its key", "Principal, avec sa touche", '{% include "components/button.html" with label=t.log kind="primary" icon_name="plus" kbd="L" only %}'),
            State("Default", "Ordinaire", '{% include "components/button.html" with label=t.plan only %}'),
            State("Quiet", "Discret", '{% include "components/button.html" with label=t.cancel kind="quiet" only %}'),
            State("Danger: ends with … when it asks", "Danger : se termine par … s’il pose une question", '{% include "components/button.html" with label=t.delete kind="danger" only %}'),
            State("Small; with its object for screen readers", "Petit; avec son objet pour les lecteurs d’écran", '{% include "components/button.html" with label=t.review size="small" object="Fundy Magnet Works" only %}'),
            State("Pressed", "Enfoncé", '{% include "components/button.html" with label=t.following icon_name="bell" pressed="true" only %}'),
            State("Not yet: says when it opens", "Pas encore : dit quand il s’ouvre", '{% include "components/button.html" with label=t.certify closed_reason=t.closed only %}'),
            State("As wide as its place", "Aussi large que sa place", '{% include "components/button.html" with label=t.older wide=True only %}'),
        ),
    ),
    Example(
        "icon_button",
        "actions",
        (
            State("Bordered", "Avec cadre", '{% include "components/icon_button.html" with label=t.more icon_name="dots" only %}'),
            State("Quiet and small", "Discret et petit", '{% include "components/icon_button.html" with label=t.done icon_name="check" kind="quiet" size="small" only %}'),
        ),
    ),
    Example(
        "link_button",
        "actions",
        (State("A link", "Un lien", '{% include "components/link_button.html" with label=t.edit url="#link_button" icon_name="edit" only %}'),),
    ),
    Example(
        "menu",
        "actions",
        (
            State("Further actions", "Autres actions", '{% component "menu" label=t.more start=True %}<a class="opt-row" href="#menu">{% icon "printer" %}{{ t.print }}</a><a class="opt-row" href="#menu">{% icon "copy" %}{{ t.copy }}</a><hr><a class="opt-row danger" href="#menu">{% icon "archive" %}{{ t.archive }}</a>{% endcomponent %}'),
            State("With words", "Avec des mots", '{% component "menu" label=t.export icon_name="download" start=True %}<a class="opt-row" href="#menu">CSV</a>{% endcomponent %}'),
        ),
    ),
    # --- marks ---
    Example(
        "tag",
        "marks",
        (
            State("Tones", "Tons", '<div class="row">{% include "components/tag.html" with label=t.neutral only %}{% include "components/tag.html" with label=t.kept tone="ok" icon_name="check" only %}{% include "components/tag.html" with label=t.due_today tone="warn" only %}{% include "components/tag.html" with label=t.late tone="bad" only %}{% include "components/tag.html" with label=t.running tone="info" only %}{% include "components/tag.html" with label=t.restricted tone="lock" icon_name="lock" only %}{% include "components/tag.html" with label=t.sealed tone="lock" icon_name="shield-lock" only %}{% include "components/tag.html" with label=t.lobbying tone="copper" only %}{% include "components/tag.html" with label=t.a_date tone="line" only %}</div>'),
            State("A link", "Un lien", '{% include "components/tag.html" with label="CMIEF" url="#tag" only %}'),
        ),
    ),
    Example(
        "dot",
        "marks",
        (State("Full, ring, diamond, empty", "Plein, anneau, losange, vide", '<div class="row wide">{% include "components/dot.html" with label=t.member tone="ok" only %}{% include "components/dot.html" with label=t.lapsed tone="warn" only %}{% include "components/dot.html" with label=t.bounced tone="bad" only %}{% include "components/dot.html" with label=t.not_member tone="none" only %}</div>'),),
    ),
    Example(
        "count",
        "marks",
        (State("Plain; someone must act", "Ordinaire; quelqu’un doit agir", '<div class="row wide">{% include "components/count.html" with value=12 label=t.open only %}{% include "components/count.html" with value=1204 label=t.open hot=True only %}</div>'),),
    ),
    Example(
        "element",
        "marks",
        (
            State("Tiles of minerals, in their order", "Tuiles de minéraux, dans leur ordre", "{% elements minerals %}"),
            State("One; large with its number", "Une; grande avec son numéro", '<div class="row wide">{% include "components/element.html" with symbol="Ni" only %}{% include "components/element.html" with symbol="Ni" large=True only %}</div>'),
        ),
    ),
    Example(
        "core_strip",
        "marks",
        (
            State("In touch", "En contact", '{% include "components/core_strip.html" with counts=strip_busy only %}'),
            State("Gone quiet: two or more empty months are outlined", "Devenu silencieux : deux mois vides ou plus sont cernés", '{% include "components/core_strip.html" with counts=strip_quiet only %}'),
            State("Never in touch", "Jamais en contact", '{% include "components/core_strip.html" with counts=strip_none only %}'),
            State("24 months on a record", "24 mois sur une fiche", '{% include "components/core_strip.html" with counts=strip_two_years large=True only %}'),
        ),
    ),
    Example(
        "avatar",
        "marks",
        (State("People round, parties square; three sizes", "Personnes en rond, parties en carré; trois tailles", '<div class="row wide">{% include "components/avatar.html" with name="Noor Galena" key=1 only %}{% include "components/avatar.html" with name="Étienne Garnet" key=2 size="l" only %}{% include "components/avatar.html" with name="Northline Nickel Refining" party=True size="xl" only %}</div>'),),
    ),
    Example("date_block", "marks", (State("A meeting’s day", "Le jour d’une rencontre", '{% include "components/date_block.html" with value=today only %}'),)),
    Example(
        "glyph",
        "marks",
        (State("Tones", "Tons", '<div class="row">{% include "components/glyph.html" with icon_name="mail" only %}{% include "components/glyph.html" with icon_name="phone" tone="ok" only %}{% include "components/glyph.html" with icon_name="clock" tone="warn" only %}{% include "components/glyph.html" with icon_name="flag" tone="bad" only %}{% include "components/glyph.html" with icon_name="clipboard-text" tone="info" only %}{% include "components/glyph.html" with icon_name="lock" tone="lock" only %}{% include "components/glyph.html" with icon_name="gavel" tone="copper" only %}</div>'),),
    ),
    Example("person_row", "marks", (State("Mark, name, a line", "Marque, nom, une ligne", '{% include "components/person_row.html" with name="Amara Tamarack" key=2 note=t.vp url="#person_row" only %}'),)),
    # --- containers ---
    Example(
        "crumbs",
        "containers",
        (State("Parents only", "Seulement les parents", '{% include "components/crumbs.html" with links=crumbs only %}'),),
    ),
    Example(
        "page_head",
        "containers",
        (State("A record", "Une fiche", '{% component "page_head" title="Northline Nickel Refining Inc." mark_name="Northline Nickel" party=True level=2 %}{% slot tags %}{% tag t.member "ok" "check" %}{% elements minerals_few %}<span class="meta">Sudbury, Ont.</span>{% endslot %}{% slot actions %}{% include "components/link_button.html" with label=t.edit url="#page_head" icon_name="edit" only %}{% endslot %}{% endcomponent %}'),),
    ),
    Example(
        "card",
        "containers",
        (
            State("Body and footer", "Corps et pied", '{% component "card" title=t.quiet id="card-1" level=3 more_url="#card" more_label=t.all_31 %}<p>{{ t.strip_note }}</p>{% slot footer %}{{ t.strip_footer }}{% endslot %}{% endcomponent %}'),
            State("Contents to the edges", "Contenu jusqu’aux bords", '{% component "card" title=t.people id="card-2" level=3 flush=True meta=t.two %}<ul class="list">{% component "list_row" title="Amara Tamarack" url="#card" meta=t.vp mark_name="Amara Tamarack" mark_key=2 %}{% endcomponent %}{% component "list_row" title="Dana Ferrite" url="#card" meta=t.lead mark_name="Dana Ferrite" mark_key=3 %}{% endcomponent %}</ul>{% endcomponent %}'),
        ),
    ),
    Example("kpi_strip", "containers", (State("Each figure opens its list", "Chaque chiffre ouvre sa liste", '{% include "components/kpi_strip.html" with figures=figures only %}'),)),
    Example(
        "list_row",
        "containers",
        (
            State("Needs attention, on its date, a meeting", "À traiter, à sa date, une rencontre", '<ul class="list">{% component "list_row" title=t.call_back url="#list_row" meta=t.promised icon_name="phone" tone="copper" attention=True %}{% slot tag %}{% tag t.late "bad" %}{% endslot %}{% slot action %}{% include "components/link_button.html" with label=t.log_call url="#list_row" size="small" only %}{% endslot %}{% endcomponent %}{% component "list_row" title=t.meeting url="#list_row" meta=t.meeting_meta date=today %}{% endcomponent %}</ul>'),
        ),
    ),
    Example(
        "facts",
        "containers",
        (
            State("Lines", "Lignes", '{% include "components/facts.html" with rows=facts only %}'),
            State("Columns", "Colonnes", '{% include "components/facts.html" with rows=facts across=True only %}'),
        ),
    ),
    Example("fold", "containers", (State("Closed: says what is in it", "Fermé : dit ce qu’il contient", '{% component "fold" label=t.date value=t.today_910 %}<p>{{ t.fold_inside }}</p>{% endcomponent %}'), State("Open", "Ouvert", '{% component "fold" label=t.date value=t.today_910 open=True %}<p>{{ t.fold_inside }}</p>{% endcomponent %}'))),
    # --- choosing ---
    Example("tabs", "choosing", (State("Each tab is an address", "Chaque onglet est une adresse", '{% component "tabs" label=t.parts links=tabs %}{% endcomponent %}'),)),
    Example(
        "segments",
        "choosing",
        (
            State("Links: a view", "Liens : une vue", '{% include "components/segments.html" with label=t.show links=tabs only %}'),
            State("Radios: a value", "Boutons radio : une valeur", '{% include "components/segments.html" with label=t.how name="sg-how" options=kinds only %}'),
        ),
    ),
    Example("chip", "choosing", (State("A filter in force", "Un filtre appliqué", '{% include "components/chip.html" with label=t.mineral value="Li, Ni" remove_url="#chip" only %}'),)),
    Example(
        "filters",
        "choosing",
        (
            State("With a chip and further filters", "Avec une pastille et d’autres filtres", '{% component "filters" label=t.filter_orgs action="#filters" chips=chips clear_url="#filters" %}{% slot add %}<div class="field"><label for="sg-type">{{ t.type }}</label><select class="input" id="sg-type"><option>{{ t.company }}</option></select></div>{% endslot %}{% slot end %}<span class="meta">{{ t.count_112 }}</span>{% endslot %}{% endcomponent %}'),
            State("Nothing chosen", "Rien de choisi", '{% component "filters" label=t.filter_people action="#filters" %}{% endcomponent %}'),
        ),
    ),
    # --- tables ---
    Example(
        "list_table",
        "tables",
        (State("Drawn from the columns; cards on phones", "Tracé d’après les colonnes; cartes au téléphone", '{% include "components/list_table.html" with list=list label=t.orgs bulk="sg-bulk" only %}'),),
    ),
    Example(
        "table_wrap",
        "tables",
        (State("A table of its own, inside a frame that scrolls", "Un tableau à part, dans un cadre qui défile", '{% component "table_wrap" label=t.by_mineral %}<table class="table"><thead><tr><th scope="col">{{ t.mineral }}</th><th scope="col" class="r">{{ t.contacts }}</th></tr></thead><tbody><tr><th scope="row">{% element "Ni" %}</th><td class="r">{{ 1204|number }}</td></tr></tbody></table>{% endcomponent %}'),),
    ),
    Example("sort_link", "tables", (State("Unsorted, ascending, descending", "Non trié, croissant, décroissant", '{% component "table_wrap" label=t.sorting %}<table class="table"><thead><tr>{% include "components/sort_link.html" with label=t.org url="#sort_link" only %}{% include "components/sort_link.html" with label=t.last_contact url="#sort_link" direction="ascending" only %}{% include "components/sort_link.html" with label=t.contacts url="#sort_link" direction="descending" align="r" only %}</tr></thead><tbody><tr><td>Northline</td><td>{{ t.late }}</td><td class="r">{{ 1204|number }}</td></tr></tbody></table>{% endcomponent %}'),)),
    Example("bulk_bar", "tables", (State("Tick a row above", "Cochez une ligne ci-dessus", '{% component "bulk_bar" id="sg-bulk" all_url="#bulk_bar" all_label=t.select_all %}{% include "components/button.html" with label=t.export kind="quiet" size="small" icon_name="download" only %}{% endcomponent %}'),)),
    Example(
        "pagination",
        "tables",
        (
            State("In the middle", "Au milieu", '{% include "components/pagination.html" with list=list sizes=sizes label="1" only %}'),
            State("One page", "Une page", '{% include "components/pagination.html" with list=list_single label="2" only %}'),
            State("More than are counted", "Plus qu’on ne compte", '{% include "components/pagination.html" with list=list_endless label="3" only %}'),
        ),
    ),
    # --- forms ---
    Example("error_summary", "forms", (State("Two things to correct", "Deux choses à corriger", '{% include "components/error_summary.html" with form=form_bad only %}'),)),
    Example(
        "field",
        "forms",
        (
            State("Text, optional text, choice, long text", "Texte, texte facultatif, choix, texte long", '<div class="stack m">{% for field in form %}{% include "components/field.html" with field=field only %}{% endfor %}</div>'),
            State("With errors", "Avec des erreurs", '<div class="stack m">{% include "components/field.html" with field=form_bad.email only %}{% include "components/field.html" with field=form_bad.kind only %}</div>'),
        ),
    ),
    Example("check", "forms", (State("Box, choice, with a note", "Case, choix, avec une note", '<div class="stack s">{% include "components/check.html" with label=t.tick name="sg-a" checked=True only %}{% include "components/check.html" with label=t.tick name="sg-b" only %}{% include "components/check.html" with label=t.restricted name="sg-c" type="radio" value="r" icon_name="lock" note=t.restricted_note only %}</div>'),)),
    Example("switch", "forms", (State("On, off, restricted", "Activé, désactivé, restreint", '<div class="stack s">{% include "components/switch.html" with label=t.notify name="sg-d" checked=True only %}{% include "components/switch.html" with label=t.notify name="sg-e" only %}{% include "components/switch.html" with label=t.restricted name="sg-f" checked=True lock=True only %}</div>'),)),
    Example("token", "forms", (State("Picked; new", "Choisi; nouveau", '<div class="tokens">{% include "components/token.html" with name="sg-t" value=1 label="Amara Tamarack" note="Northline" mark_key=2 only %}{% include "components/token.html" with name="sg-t" value="new:Dana" label="Dana Ferro" note=t.new tone="warn" only %}</div>'),)),
    Example(
        "tokens_combobox",
        "forms",
        (
            State("Type to search", "Tapez pour chercher", '{% include "components/tokens_combobox.html" with id="sg-who" label=t.who name="sg-who" url=options_url multiple=True tokens=tokens hint=t.who_hint only %}'),
            State("In error", "En erreur", '{% include "components/tokens_combobox.html" with id="sg-who-2" label=t.who name="sg-who-2" url=options_url text="Dana F" error=t.who_error only %}'),
        ),
    ),
    Example("combobox_options", "forms", (State("Look-alikes first, with the reason; creating comes last", "Les ressemblances d’abord, avec la raison; la création à la fin", '<div class="pop static-pop" role="listbox" aria-label="{{ t.people }}">{% include "components/combobox_options.html" with options=options create=create only %}</div>'),)),
    Example("parsed_box", "forms", (State("What was understood; guesses are marked", "Ce qui est compris; les suppositions sont marquées", '{% include "components/parsed_box.html" with id="sg-parsed" rows=parsed only %}'),)),
    Example("conflict", "forms", (State("Mine and theirs", "Le mien et le sien", '{% include "components/conflict.html" with collisions=collisions who="Étienne Garnet" saved_at=moment only %}'),)),
    # --- messages ---
    Example(
        "banner",
        "messages",
        (
            State("Information", "Information", '{% include "components/banner.html" with tone="info" title=t.older_fr text=t.older_fr_note level=3 only %}'),
            State("Needs a look, with an action", "À vérifier, avec une action", '{% component "banner" tone="warn" title=t.grounds level=3 %}{% slot actions %}{% include "components/link_button.html" with label=t.renew url="#banner" size="small" only %}{% endslot %}{% endcomponent %}'),
            State("Failed", "Échec", '{% include "components/banner.html" with tone="bad" title=t.not_saved text=t.not_saved_note level=3 only %}'),
            State("Done, restricted, attention", "Fait, restreint, attention", '<div class="stack s">{% include "components/banner.html" with tone="ok" title=t.filed level=3 only %}{% include "components/banner.html" with tone="lock" icon_name="lock" title=t.restricted level=3 only %}{% include "components/banner.html" with tone="copper" icon_name="gavel" title=t.holder level=3 only %}</div>'),
        ),
    ),
    Example("toast", "messages", (State("Said, with undo", "Dit, avec annulation", '<div class="toasts">{% include "components/toast.html" with text=t.saved undo_url="#toast" only %}</div>'),)),
    Example(
        "empty",
        "messages",
        (
            State("First use", "Première utilisation", '{% component "empty" title=t.no_contacts text=t.no_contacts_note level=3 %}{% slot actions %}{% include "components/link_button.html" with label=t.log url="#empty" kind="primary" icon_name="plus" only %}{% endslot %}{% endcomponent %}'),
            State("Nothing left", "Plus rien", '{% component "empty" title=t.all_done level=3 %}{% endcomponent %}'),
        ),
    ),
    Example("skeleton", "messages", (State("After 400 ms", "Après 400 ms", '<div class="card">{% include "components/skeleton.html" only %}</div>'),)),
    Example(
        "progress",
        "messages",
        (
            State("Running", "En cours", '{% include "components/progress.html" with id="sg-p1" label=t.export done=2176 total=3200 state="running" text=t.progress only %}'),
            State("Waiting, done, failed", "En attente, terminé, échoué", '<div class="stack m">{% include "components/progress.html" with id="sg-p2" label=t.export done=0 total=1 state="waiting" only %}{% include "components/progress.html" with id="sg-p3" label=t.export done=1 total=1 state="done" text=t.kept_6_days only %}{% include "components/progress.html" with id="sg-p4" label=t.export done=1 total=3 state="failed" text=t.failed_why only %}</div>'),
        ),
    ),
    # --- overlays ---
    Example("drawer_header", "overlays", (State("With the state of the draft", "Avec l’état du brouillon", '<div class="stage drawer-wait">{% include "components/drawer_header.html" with id="sg-dh" title=t.log saved=t.draft_saved only %}</div>'),)),
    Example("modal", "overlays", (State("The title asks, the buttons answer", "Le titre demande, les boutons répondent", '{% include "components/button.html" with label=t.merge kind="danger" opens="sg-modal" only %}{% component "modal" id="sg-modal" title=t.merge_question %}<p>{{ t.merge_note }}</p>{% slot footer %}<button class="btn" type="button" data-close>{{ t.keep_both }}</button><button class="btn primary" type="button" data-close>{{ t.merge_records }}</button>{% endslot %}{% endcomponent %}'),)),
    Example("palette_results", "overlays", (State("What the server found", "Ce que le serveur a trouvé", '<div class="pop static-pop" role="listbox" aria-label="{{ t.results }}">{% include "components/palette_results.html" with groups=found only %}</div>'),)),
    # --- records ---
    Example("next_step", "records", (State("Late", "En retard", '{% component "next_step" id="sg-next" text=t.call_back meta=t.promised due=yesterday %}{% slot actions %}{% include "components/link_button.html" with label=t.log_call url="#next_step" size="small" kind="primary" icon_name="phone" only %}{% endslot %}{% endcomponent %}'), State("None", "Aucune", '{% component "next_step" id="sg-next-2" title=t.no_next_title empty_text=t.no_next %}{% endcomponent %}'))),
    Example("pulse", "records", (State("24 months", "24 mois", '{% include "components/pulse.html" with id="sg-pulse" title=t.in_touch meta=t.in_touch_meta counts=strip_two_years labels=strip_labels only %}'),)),
    Example(
        "timeline",
        "records",
        (
            State("A call, a restricted entry, one sealed in a circle", "Un appel, une note restreinte, une note scellée dans un cercle", '{% component "timeline" id="sg-tl" more_url="#timeline" %}{% include "components/timeline_month.html" with value=today only %}{% component "timeline_item" value=moment icon_name="phone" tone="ok" title=t.call url="#timeline" meta=t.call_meta say=t.call_say %}{% slot links %}{% tag t.late "bad" "corner-down-right" %}{% tag "CMIEF" url="#timeline" %}{% endslot %}{% endcomponent %}{% component "timeline_item" value=today restricted=True ask="Priya Larch" %}{% endcomponent %}{% component "timeline_item" value=moment icon_name="shield-lock" tone="lock" title=t.table_call meta=t.call_meta %}{% slot links %}{% tag t.sealed "lock" "shield-lock" %}{% endslot %}{% endcomponent %}{% endcomponent %}'),
        ),
    ),
    Example("timeline_item", "records", (State("One entry", "Une entrée", '<ol class="timeline">{% component "timeline_item" value=moment icon_name="mail" title=t.mail meta=t.call_meta %}{% endcomponent %}</ol>'),)),
    Example("timeline_month", "records", (State("A month", "Un mois", '<ol class="timeline">{% include "components/timeline_month.html" with value=today only %}</ol>'),)),
    Example(
        "governance_banner",
        "records",
        (
            State("Agreed", "Convenu", '{% include "components/governance_banner.html" with agreement=t.agreement may=may never=never viewers=viewers log_url="#governance_banner" only %}'),
            State("Nothing agreed yet", "Rien n’est encore convenu", '{% include "components/governance_banner.html" only %}'),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class SampleRecord:
    pk: int
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class SampleList:
    """What the components read of a ``core.lists.ListState``."""

    number: int
    total: int
    is_counted: bool = True
    size: int = 15
    rows: Sequence[Row] = ()
    headings: Sequence[Heading] = ()

    @property
    def first_row(self) -> int:
        return (self.number - 1) * self.size + 1

    @property
    def last_row(self) -> int:
        return min(self.number * self.size, self.total)

    @property
    def pages(self) -> list[tuple[int | None, str]]:
        near: list[int | None] = [1, None, self.number - 1] if self.number > 2 else [1][: self.number - 1]
        near += [self.number, self.number + 1]
        return [(number, "#pagination" if number else "") for number in near]

    @property
    def previous_url(self) -> str:
        return "#pagination" if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        return "#pagination" if self.last_row < self.total else ""

    def url(self, **changes: Any) -> str:
        return "#pagination"


class SampleForm(forms.Form):
    """Each kind of control once."""

    name = forms.CharField(label="name")
    email = forms.EmailField(label="email")
    website = forms.URLField(label="website", required=False)
    kind = forms.ChoiceField(label="kind")
    channel = forms.ChoiceField(label="channel", widget=forms.RadioSelect(attrs={"data-look": "segments"}))
    language = forms.ChoiceField(label="language", widget=forms.RadioSelect)
    note = forms.CharField(label="note", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agreed = forms.BooleanField(label="agreed", required=False)


def _form(data: dict[str, str] | None, prefix: str) -> SampleForm:
    french = reader_language() == "fr"
    form = SampleForm(data, prefix=prefix, initial={"name": "Dana Ferrite", "channel": "call", "language": "en"})
    labels = (
        {"name": "Nom", "email": "Courriel", "website": "Site Web", "kind": "Genre", "channel": "Comment", "language": "Langue", "note": "Note", "agreed": "Consentement reçu par écrit"}
        if french
        else {"name": "Name", "email": "E-mail", "website": "Website", "kind": "Kind", "channel": "How", "language": "Language", "note": "Note", "agreed": "Consent received in writing"}
    )
    for name, label in labels.items():
        form.fields[name].label = label
    form.fields["name"].help_text = "Comme la personne l’écrit." if french else "As the person writes it."
    choices: dict[str, list[tuple[str, str]]] = {
        "kind": [("", "—"), ("p", "Transformation et affinage" if french else "Processing and refining")],
        "channel": [("call", "Appel" if french else "Call"), ("meet", "Rencontre" if french else "Meeting")],
        "language": [("en", "English"), ("fr", "Français")],
    }
    for name, options in choices.items():
        field = form.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = options
    return form


def sample() -> dict[str, Any]:
    """Fictional people and figures for the examples, in the language of the page."""
    at = 1 if reader_language() == "fr" else 0

    def say(*pair: str) -> str:
        return pair[at]

    texts = {key: pair[at] for key, pair in _TEXTS.items()}
    parties = [
        ("Northline Nickel Refining Inc.", "Sudbury, Ont.", ["Ni", "Co", "Cu"], date(2026, 11, 6), 1204),
        ("Association boréale des métaux pour batteries", say("Montréal, Que.", "Montréal, Qc"), ["Li", "C"], date(2026, 6, 1), 7),
    ]
    columns = [
        Column("name", texts["org"], str, is_row_header=True),
        Column("minerals", texts["minerals"], str, is_low=True),
        Column("last", texts["last_contact"], str),
        Column("count", texts["contacts"], str, is_numeric=True),
    ]
    list_rows = [
        Row(
            SampleRecord(number, name),
            [
                Cell(columns[0], ui.who(name, party=True, url="#list_table", note=place)),
                Cell(columns[1], ui.elements(minerals)),
                Cell(columns[2], ui.when(last, today=SAMPLE_TODAY)),
                Cell(columns[3], dates.number(contacts)),
            ],
        )
        for number, (name, place, minerals, last, contacts) in enumerate(parties, 1)
    ]
    directions = {"name": "", "last": "descending", "count": ""}
    headings = [
        Heading(column, "#list_table" if column.key in directions else "", directions.get(column.key, ""))
        for column in columns
    ]
    strip = [2, 1, 3, 2, 1, 4, 3, 2, 3, 4, 2, 6]
    return {
        "t": texts,
        "today": SAMPLE_TODAY,
        "yesterday": date(2026, 11, 9),
        "moment": datetime(2026, 11, 6, 15, 20, tzinfo=UTC),
        "minerals": ["Cu", "Ni", "Li", "REE", "C", "Co", "V", "Zn"],
        "minerals_few": ["Cu", "Ni", "Co"],
        "strip_busy": strip,
        "strip_quiet": [*strip[:9], 0, 0, 0],
        "strip_none": [0] * 12,
        "strip_two_years": [1, 1, 2, 0, 1, 1, 2, 1, 3, 1, 2, 0, *strip],
        "strip_labels": [say("Dec 2024", "déc. 2024"), say("Jun 2025", "juin 2025"), say("Dec 2025", "déc. 2025"), say("Now", "Maintenant")],
        "crumbs": [{"label": say("Organizations", "Organisations"), "url": "#crumbs"}, {"label": say("Battery supply chain", "Chaîne des batteries"), "url": "#crumbs"}],
        "figures": [
            {"label": say("Contacts this month", "Contacts ce mois-ci"), "value": "142", "url": "#kpi_strip", "trend": say("▲ 12%", "▲ 12 %"), "trend_tone": "ok", "note": say("more than Oct 1–10", "de plus que du 1er au 10 oct.")},
            {"label": say("In touch, last 90 days", "En contact, 90 derniers jours"), "value": "268", "unit": say("of 341", "sur 341"), "url": "#kpi_strip"},
            {"label": say("Follow-ups done on time", "Suivis faits à temps"), "value": say("91%", "91 %"), "url": "#kpi_strip", "trend": say("▼ 2 points", "▼ 2 points"), "trend_tone": "warn"},
        ],
        "facts": [
            {"label": say("Owner", "Responsable"), "value": ui.who("Noor Galena", 1)},
            {"label": say("Size", "Taille"), "value": say("210 people", "210 personnes")},
            {"label": say("Languages", "Langues"), "value": "", "add_url": "#facts"},
            {"label": say("Not shown", "Non montré"), "value": ""},
        ],
        "tabs": [
            {"label": say("Timeline", "Chronologie"), "url": "#tabs", "current": True},
            {"label": say("People", "Personnes"), "url": "#tabs", "count": 6},
            {"label": say("Gone quiet", "Devenus silencieux"), "url": "#tabs", "count": 31, "hot": True},
        ],
        "kinds": [
            {"value": "call", "label": say("Call", "Appel"), "icon_name": "phone", "checked": True},
            {"value": "meeting", "label": say("Meeting", "Rencontre"), "icon_name": "users"},
            {"value": "mail", "label": say("E-mail", "Courriel"), "icon_name": "mail"},
        ],
        "chips": [{"label": say("Mineral", "Minéral"), "value": "Li, Ni", "remove_url": "#filters"}],
        "list": SampleList(number=9, total=1204, rows=list_rows, headings=headings),
        "list_single": SampleList(number=1, total=7),
        "list_endless": SampleList(number=2, total=10_001, is_counted=False),
        "sizes": [15, 50, 100],
        "form": _form(None, "sg"),
        "form_bad": _form({"sg-bad-name": "Dana", "sg-bad-email": "dana.example.org", "sg-bad-kind": "", "sg-bad-channel": "call", "sg-bad-language": "en"}, "sg-bad"),
        "options_url": "",
        "tokens": [{"value": 1, "label": "Amara Tamarack", "note": "Northline", "mark_key": 2}],
        "options": [
            {"value": 2, "label": "Dana Ferrite", "note": "Northline Nickel Refining", "reason": texts["close"], "mark_key": 3},
            {"value": 3, "label": "Luc Ferrand", "note": "Northline Nickel Refining", "mark_key": 4},
        ],
        "create": {"value": "new:Dana Ferro", "label": "Dana Ferro", "note": "Northline Nickel Refining"},
        "parsed": [
            {"icon_name": "users", "label": say("Who", "Qui"), "parts": [{"text": "Amara Tamarack"}, {"text": say("Dana Ferro, new", "Dana Ferro, nouvelle"), "guessed": True}]},
            {"icon_name": "phone", "label": say("How", "Comment"), "parts": [{"text": say("Call from us, 25 minutes", "Appel de notre part, 25 minutes")}]},
            {"icon_name": "clock", "label": say("When", "Quand"), "parts": [{"text": texts["today_910"]}]},
            {"icon_name": "corner-down-right", "label": say("Follow-up", "Suivi"), "parts": [{"text": say("Fri, Nov 13 · send the seat criteria", "ven. 13 nov. · envoyer les critères de siège")}]},
        ],
        "collisions": [{"field": "website", "label": say("Website", "Site Web"), "mine": "https://northline.example", "theirs": "https://www.northline.example/en"}],
        "found": [{"label": say("Nations", "Nations"), "icon": "users-group", "hits": [{"title": "Spruce Narrows First Nation", "meta": say("Ontario", "Ontario"), "url": "#palette_results"}]}],
        "may": [say("Dates, topics and places", "Dates, sujets et lieux")],
        "never": [say("Indigenous Knowledge", "Savoir autochtone")],
        "viewers": [say("The Nation, at any time", "La Nation, en tout temps")],
    }


_TEXTS: dict[str, tuple[str, str]] = {
    "a_date": ("Nov 12", "12 nov."),
    "agreement": ("Information-sharing agreement of March 12, 2026. Next review together: March 12, 2027.", "Entente d’échange d’information du 12 mars 2026. Prochaine révision ensemble : le 12 mars 2027."),
    "all_31": ("All 31", "Les 31"),
    "all_done": ("All done for today", "Tout est fait pour aujourd’hui"),
    "archive": ("Archive…", "Archiver…"),
    "bounced": ("Bounced", "Non distribuable"),
    "by_mineral": ("Contacts by mineral", "Contacts par minéral"),
    "call": ("Call with Amara Tamarack", "Appel avec Amara Tamarack"),
    "call_back": ("Call Amara back about the pilot", "Rappeler Amara au sujet du projet pilote"),
    "call_meta": ("Noor Galena · 25 minutes", "Noor Galena · 25 minutes"),
    "call_say": ("The sulphate pilot runs at 60% of design output.", "Le projet pilote tourne à 60 % de sa capacité."),
    "cancel": ("Cancel", "Annuler"),
    "certify": ("Certify", "Certifier"),
    "close": ("close to Dana Ferro", "proche de Dana Ferro"),
    "closed": ("opens when all 9 communications are decided", "s’ouvre quand les 9 communications sont décidées"),
    "company": ("Company", "Entreprise"),
    "contacts": ("Contacts", "Contacts"),
    "copy": ("Copy link", "Copier le lien"),
    "count_112": ("112 organizations", "112 organisations"),
    "date": ("Date and time", "Date et heure"),
    "delete": ("Delete…", "Supprimer…"),
    "done": ("Mark as done", "Marquer comme fait"),
    "draft_saved": ("Draft saved 9:41", "Brouillon enregistré à 9 h 41"),
    "due_today": ("Due today", "Dû aujourd’hui"),
    "edit": ("Edit", "Modifier"),
    "export": ("Export", "Exporter"),
    "failed_why": ("The disk was full. Nothing was written.", "Le disque était plein. Rien n’a été écrit."),
    "filed": ("Marked as filed on November 13 by Jonas Beryl", "Noté comme déposé le 13 novembre par Jonas Beryl"),
    "filter_orgs": ("Filter organizations", "Filtrer les organisations"),
    "filter_people": ("Filter people", "Filtrer les personnes"),
    "fold_inside": ("The fields stand here.", "Les champs sont ici."),
    "following": ("Following", "Suivi"),
    "grounds": ("12 grounds end within 30 days", "12 fondements prennent fin d’ici 30 jours"),
    "holder": ("Marisol Quartz is a designated public office holder", "Marisol Quartz est titulaire d’une charge publique désignée"),
    "how": ("How", "Comment"),
    "in_touch": ("In touch 4 days ago", "En contact il y a 4 jours"),
    "in_touch_meta": ("46 contacts in 24 months", "46 contacts en 24 mois"),
    "kept": ("Kept", "Tenu"),
    "kept_6_days": ("The file is kept 6 more days.", "Le fichier est gardé encore 6 jours."),
    "lapsed": ("Lapsed", "Échu"),
    "last_contact": ("Last contact", "Dernier contact"),
    "late": ("1 day late", "1 jour de retard"),
    "lead": ("Policy lead", "Responsable des politiques"),
    "lobbying": ("Lobbying", "Lobbying"),
    "log": ("Log contact", "Noter un contact"),
    "log_call": ("Log call", "Noter l’appel"),
    "mail": ("E-mail from Dana Ferrite", "Courriel de Dana Ferrite"),
    "meeting": ("Processing working group", "Groupe de travail sur la transformation"),
    "meeting_meta": ("9:30 · online · 11 of 14 confirmed", "9 h 30 · en ligne · 11 sur 14 confirmés"),
    "member": ("Member", "Membre"),
    "merge": ("Merge records…", "Fusionner les fiches…"),
    "merge_note": ("You can undo this for 90 days.", "Vous pouvez annuler pendant 90 jours."),
    "merge_question": ("Merge two records of Northline?", "Fusionner deux fiches de Northline?"),
    "merge_records": ("Merge records", "Fusionner les fiches"),
    "keep_both": ("Keep both", "Garder les deux"),
    "mineral": ("Mineral", "Minéral"),
    "minerals": ("Minerals", "Minéraux"),
    "more": ("More actions", "Autres actions"),
    "neutral": ("Neutral", "Neutre"),
    "new": ("new", "nouvelle"),
    "no_contacts": ("No contacts yet", "Aucun contact encore"),
    "no_contacts_note": ("A contact needs who and what. You can add the rest later.", "Un contact demande qui et quoi. Le reste peut attendre."),
    "no_next_title": ("Next step, none", "Prochaine étape, aucune"),
    "no_next": ("Nothing is planned.", "Rien n’est prévu."),
    "not_member": ("Not a member", "Non membre"),
    "not_saved": ("We could not save", "Enregistrement impossible"),
    "not_saved_note": ("You are offline. Your text is kept on this device; press Save again when you are back.", "Vous êtes hors ligne. Votre texte est gardé sur cet appareil; enregistrez de nouveau à votre retour."),
    "notify": ("Tell me by e-mail", "M’avertir par courriel"),
    "older": ("Show older contacts", "Afficher les contacts antérieurs"),
    "older_fr": ("French version is 3 days older", "La version française a 3 jours de retard"),
    "older_fr_note": ("English changed on November 7.", "L’anglais a changé le 7 novembre."),
    "open": ("open", "ouverts"),
    "org": ("Organization", "Organisation"),
    "orgs": ("Organizations", "Organisations"),
    "parts": ("Parts of this record", "Parties de cette fiche"),
    "people": ("People", "Personnes"),
    "plan": ("Plan meeting", "Planifier une rencontre"),
    "print": ("Print one-page profile", "Imprimer le profil d’une page"),
    "progress": ("2,176 of 3,200 rows · under a minute left", "2 176 lignes sur 3 200 · moins d’une minute"),
    "promised": ("Promised by Noor on Nov 6", "Promis par Noor le 6 nov."),
    "quiet": ("Gone quiet", "Devenus silencieux"),
    "renew": ("See ways to renew", "Voir comment renouveler"),
    "restricted": ("Restricted", "Restreint"),
    "restricted_note": ("People you name can read it.", "Les personnes que vous nommez peuvent lire."),
    "results": ("Results", "Résultats"),
    "review": ("Review", "Examiner"),
    "running": ("In progress", "En cours"),
    "saved": ("Contact saved.", "Contact noté."),
    "sealed": ("Sealed: Nickel table", "Scellé : table du nickel"),
    "select_all": ("Select all 112", "Sélectionner les 112"),
    "show": ("Show", "Afficher"),
    "sorting": ("Sorting", "Tri"),
    "strip_footer": ("Each strip shows 12 months.", "Chaque bande montre 12 mois."),
    "strip_note": ("The outlined end is silence.", "La fin cernée est le silence."),
    "table_call": ("Call with a table member", "Appel avec un membre de la table"),
    "tick": ("Also to their assistant", "Aussi à leur adjointe"),
    "today_910": ("Today, 9:10", "Aujourd’hui, 9 h 10"),
    "two": ("2 of 6", "2 sur 6"),
    "type": ("Type", "Type"),
    "vp": ("VP, Processing", "V.-p., transformation"),
    "who": ("Who took part", "Qui a participé"),
    "who_error": ("Pick Dana F from the list, or create them.", "Choisissez Dana F dans la liste, ou créez sa fiche."),
    "who_hint": ("Enter picks what is highlighted.", "Entrée choisit ce qui est surligné."),
}


def draw(state: State, request: HttpRequest, values: dict[str, Any]) -> SafeString:
    """The state as HTML."""
    return SafeString(engines["django"].from_string(state.source).render({**values}, request))


def styleguide(request: HttpRequest) -> HttpResponse:
    """Every component in its states. For people who are signed in; the examples show nothing of the records."""
    at = 1 if reader_language() == "fr" else 0
    values = sample()
    groups = []
    for key, heading in GROUPS.items():
        parts = [
            {
                "name": example.name,
                "states": [
                    {"note": (state.en, state.fr)[at], "html": draw(state, request, values)} for state in example.states
                ],
            }
            for example in EXAMPLES
            if example.group == key
        ]
        groups.append({"key": key, "heading": heading[at], "parts": parts})
    return render(request, "styleguide/index.html", {"groups": groups, "tokens": TOKENS})
