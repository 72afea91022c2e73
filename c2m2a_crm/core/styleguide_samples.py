"""Fictional people, parties and figures for the style guide, in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.urls import reverse

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.lists import PAGE_SIZES, Cell, Chip, Column, Heading, ListWords, Removal, Row

SAMPLE_TODAY = date(2026, 11, 10)


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
    is_filtered: bool = False
    search_text: str = ""
    chips: Sequence[Chip] = ()
    removals: Sequence[Removal] = ()
    shown_columns: Sequence[Column] = ()
    hidden_columns: Sequence[Column] = ()
    filterset: Any = None
    search_name: str = "q"
    asks_for_filters: bool = True
    clear_url: str = "#list_filters"
    kept_parameters: Sequence[tuple[str, str]] = ()
    density: str = ""
    settings_url: str = ""
    url_without_columns: str = "/styleguide/"
    saved: Sequence[Any] = ()
    view: Any = None
    view_links: Sequence[dict[str, Any]] = ()
    view_is_changed: bool = False
    view_is_mine: bool = False
    lost: Sequence[str] = ()
    canonical_query: str = ""
    list_key: str = "organizations"
    here: str = "/styleguide/"
    headings: Sequence[Heading] = ()
    last_url: str = "#list_pager"

    @property
    def first_row(self) -> int:
        return (self.number - 1) * self.size + 1

    @property
    def last_row(self) -> int:
        return min(self.number * self.size, self.total)

    @property
    def pages(self) -> list[tuple[int | None, str]]:
        if not self.is_counted:
            return []
        before = [1, None, self.number - 1] if self.number > 2 else [1]
        near = [*before[: self.number - 1], self.number, self.number + 1]
        return [(number, "#list_pager" if number else "") for number in near]

    @property
    def previous_url(self) -> str:
        return "#list_pager" if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        return "#list_pager" if self.last_row < self.total else ""

    @property
    def sizes(self) -> list[tuple[int, str]]:
        return [(size, "#list_pager") for size in PAGE_SIZES]

    @property
    def first_url(self) -> str:
        return "#list_pager"

    @property
    def exact_url(self) -> str:
        return "#list_pager"


class FilterForm(forms.Form):
    kind = forms.ChoiceField(label="Type", required=False, choices=[("", "—"), ("c", "Company · Entreprise")])


class SampleForm(forms.Form):
    """Each kind of control once."""

    name = forms.CharField(label="name")
    email = forms.EmailField(label="email")
    website = forms.URLField(label="website", required=False, assume_scheme="https")
    kind = forms.ChoiceField(label="kind")
    channel = forms.ChoiceField(label="channel", widget=forms.RadioSelect(attrs={"data-look": "segments"}))
    language = forms.ChoiceField(label="language", widget=forms.RadioSelect)
    note = forms.CharField(label="note", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    agreed = forms.BooleanField(label="agreed", required=False)


def _sourced() -> dict[str, Any]:
    """Statements with their source, as ``core.pages.facts`` gives them."""
    french = reader_language() == "fr"

    def line(label: str, text: str, source: str, checked_on: date | None) -> SimpleNamespace:
        fact = SimpleNamespace(
            is_labelled=True,
            label=label,
            text=text,
            source=source,
            checked_on=checked_on,
            is_confirmed=checked_on is not None,
        )
        confirm_url = "" if fact.is_confirmed else "#sourced_facts"
        urls = {"edit_url": "#sourced_facts", "confirm_url": confirm_url, "remove_url": "#sourced_facts"}
        return SimpleNamespace(fact=fact, **urls)

    lines = [
        line(
            "Rencontres" if french else "Meetings",
            "Deux par année, au printemps et à l’automne." if french else "Two a year, in spring and in fall.",
            "Cadre de référence, article 4" if french else "Terms of reference, section 4",
            SAMPLE_TODAY,
        ),
        line(
            "Secrétariat" if french else "Secretariat",
            "Assuré par le coprésident, à tour de rôle." if french else "Held by the co-chairs in turn.",
            "",
            None,
        ),
    ]
    seen = [SimpleNamespace(fact=each.fact, edit_url="", confirm_url="", remove_url="") for each in lines]
    return {"lines": lines, "seen": seen, "none": []}


def _form(data: dict[str, str] | None, prefix: str) -> SampleForm:
    french = reader_language() == "fr"
    form = SampleForm(data, prefix=prefix, initial={"name": "Dana Ferrite", "channel": "call", "language": "en"})
    labels = (
        {
            "name": "Nom",
            "email": "Courriel",
            "website": "Site Web",
            "kind": "Genre",
            "channel": "Comment",
            "language": "Langue",
            "note": "Note",
            "agreed": "Consentement reçu par écrit",
        }
        if french
        else {
            "name": "Name",
            "email": "E-mail",
            "website": "Website",
            "kind": "Kind",
            "channel": "How",
            "language": "Language",
            "note": "Note",
            "agreed": "Consent received in writing",
        }
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
        choice = form.fields[name]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = options
    return form


def samples() -> dict[str, Any]:
    """Fictional people and figures for the examples, in the language of the page."""
    at = 1 if reader_language() == "fr" else 0

    def say(*pair: str) -> str:
        return pair[at]

    texts = {key: pair[at] for key, pair in _TEXTS.items()}
    parties = [
        ("Northline Nickel Refining Inc.", "Sudbury, Ont.", ["Ni", "Co", "Cu"], date(2026, 11, 6), 1204),
        (
            "Association boréale des métaux pour batteries",
            say("Montréal, Que.", "Montréal, Qc"),
            ["Li", "C"],
            date(2026, 6, 1),
            7,
        ),
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
    chips = [Chip("mineral", texts["mineral"], "Li, Ni", "#list_filters")]
    saved_view = SimpleNamespace(pk=1, name="Ontario", is_shared=False)
    view_links = [
        {"label": say("All", "Toutes"), "url": "#list_views", "current": False},
        {"label": saved_view.name, "url": "#list_views", "current": True},
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
        "strip_labels": [
            say("Dec 2024", "déc. 2024"),
            say("Jun 2025", "juin 2025"),
            say("Dec 2025", "déc. 2025"),
            say("Now", "Maintenant"),
        ],
        "crumbs": [
            {"label": say("Organizations", "Organisations"), "url": "#crumbs"},
            {"label": say("Battery supply chain", "Chaîne des batteries"), "url": "#crumbs"},
        ],
        "figures": [
            {
                "label": say("Contacts this month", "Contacts ce mois-ci"),
                "value": "142",
                "url": "#kpi_strip",
                "trend": say("▲ 12%", "▲ 12 %"),
                "trend_tone": "ok",
                "note": say("more than Oct 1–10", "de plus que du 1er au 10 oct."),
            },
            {
                "label": say("In touch, last 90 days", "En contact, 90 derniers jours"),
                "value": "268",
                "unit": say("of 341", "sur 341"),
                "url": "#kpi_strip",
            },
            {
                "label": say("Follow-ups done on time", "Suivis faits à temps"),
                "value": say("91%", "91 %"),
                "url": "#kpi_strip",
                "trend": say("▼ 2 points", "▼ 2 points"),
                "trend_tone": "warn",
            },
        ],
        "facts": [
            {"label": say("Owner", "Responsable"), "value": ui.who("Noor Galena", 1)},
            {"label": say("Size", "Taille"), "value": say("210 people", "210 personnes")},
            {"label": say("Languages", "Langues"), "value": "", "add_url": "#facts"},
            {"label": say("Not shown", "Non montré"), "value": ""},
        ],
        "sourced": _sourced(),
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
        "list": SampleList(
            number=9,
            total=1204,
            rows=list_rows,
            headings=headings,
            chips=chips,
            is_filtered=True,
            shown_columns=columns[:3],
            hidden_columns=columns[3:],
            filterset=SimpleNamespace(panel_form=FilterForm()),
        ),
        "list_single": SampleList(number=1, total=7),
        "list_endless": SampleList(number=2, total=10_001, is_counted=False),
        "list_without_match": SampleList(
            number=1,
            total=0,
            is_filtered=True,
            chips=chips,
            removals=[Removal(f"{texts['mineral']}: Li, Ni", "#list_results", 14)],
            clear_url="#list_results",
        ),
        "list_with_views": SampleList(
            number=1,
            total=7,
            saved=[saved_view],
            view=saved_view,
            view_is_changed=True,
            view_is_mine=True,
            view_links=view_links,
        ),
        "list_with_lost_view": SampleList(
            number=1,
            total=7,
            saved=[saved_view],
            view=saved_view,
            view_links=view_links,
            lost=[
                say(
                    "“Ontario” asks for the filter “tier”, which is gone. The list is shown without it.",
                    "« Ontario » demande le filtre « tier », qui n’existe plus. La liste s’affiche sans lui.",
                )
            ],
        ),
        "list_empty": SampleList(number=1, total=0),
        "words": ListWords(
            label=texts["orgs"],
            counted=lambda total: "%(count)s",
            no_match=say("No organization has all of this", "Aucune organisation n’a tout cela"),
            empty_title=say("No organizations yet", "Aucune organisation encore"),
            empty_text=say("Add the first one, or import a list.", "Ajoutez la première, ou importez une liste."),
        ),
        "form": _form(None, "sg"),
        "form_bad": _form(
            {
                "sg-bad-name": "Dana",
                "sg-bad-email": "dana.example.org",
                "sg-bad-kind": "",
                "sg-bad-channel": "call",
                "sg-bad-language": "en",
            },
            "sg-bad",
        ),
        "options_url": reverse("core:styleguide_options"),
        "tokens": [{"value": 1, "label": "Amara Tamarack", "note": "Northline", "mark_key": 2}],
        "options": [
            {
                "value": 2,
                "label": "Dana Ferrite",
                "note": "Northline Nickel Refining",
                "reason": texts["close"],
                "mark_key": 3,
            },
            {"value": 3, "label": "Luc Ferrand", "note": "Northline Nickel Refining", "mark_key": 4},
        ],
        "create": {"value": "new:Dana Ferro", "label": "Dana Ferro", "note": "Northline Nickel Refining"},
        "parsed": [
            {
                "icon_name": "users",
                "label": say("Who", "Qui"),
                "parts": [
                    {"text": "Amara Tamarack"},
                    {"text": say("Dana Ferro, new", "Dana Ferro, nouvelle"), "guessed": True},
                ],
            },
            {
                "icon_name": "phone",
                "label": say("How", "Comment"),
                "parts": [{"text": say("Call from us, 25 minutes", "Appel de notre part, 25 minutes")}],
            },
            {"icon_name": "clock", "label": say("When", "Quand"), "parts": [{"text": texts["today_910"]}]},
            {
                "icon_name": "corner-down-right",
                "label": say("Follow-up", "Suivi"),
                "parts": [
                    {
                        "text": say(
                            "Fri, Nov 13 · send the seat criteria", "ven. 13 nov. · envoyer les critères de siège"
                        )
                    }
                ],
            },
        ],
        "collisions": [
            {
                "field": "website",
                "label": say("Website", "Site Web"),
                "mine": "https://northline.example",
                "theirs": "https://www.northline.example/en",
            }
        ],
        "found": [
            {
                "label": say("Nations", "Nations"),
                "icon": "users-group",
                "hits": [
                    {
                        "title": "Spruce Narrows First Nation",
                        "meta": say("Ontario", "Ontario"),
                        "url": "#palette_results",
                    }
                ],
            }
        ],
        "may": [say("Dates, topics and places", "Dates, sujets et lieux")],
        "never": [say("Indigenous Knowledge", "Savoir autochtone")],
        "viewers": [say("The Nation, at any time", "La Nation, en tout temps")],
    }


_TEXTS: dict[str, tuple[str, str]] = {
    "a_date": ("Nov 12", "12 nov."),
    "agreement": (
        ("Information-sharing agreement of March 12, 2026. Next review together: March 12, 2027."),
        ("Entente d’échange d’information du 12 mars 2026. Prochaine révision ensemble : le 12 mars 2027."),
    ),
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
    "count_0": ("0 organizations", "0 organisation"),
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
    "holder": (
        "Marisol Quartz is a designated public office holder",
        "Marisol Quartz est titulaire d’une charge publique désignée",
    ),
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
    "no_contacts_note": (
        "A contact needs who and what. You can add the rest later.",
        "Un contact demande qui et quoi. Le reste peut attendre.",
    ),
    "no_next_title": ("Next step, none", "Prochaine étape, aucune"),
    "no_next": ("Nothing is planned.", "Rien n’est prévu."),
    "not_member": ("Not a member", "Non membre"),
    "not_saved": ("We could not save", "Enregistrement impossible"),
    "not_saved_note": (
        ("You are offline. Your text is kept on this device; press Save again when you are back."),
        ("Vous êtes hors ligne. Votre texte est gardé sur cet appareil; enregistrez de nouveau à votre retour."),
    ),
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
    "lock_sentence": (
        "You see this because you belong to the circle “Nickel table”.",
        "Vous voyez ceci parce que vous faites partie du cercle «\u00a0Table du nickel\u00a0».",
    ),
    "ask_sentence": (
        "Only a circle that you are not in reads this. Ask Dana Roy.",
        "Seul un cercle dont vous ne faites pas partie lit ceci. Demandez à Dana Roy.",
    ),
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
