"""What the columns of a table of contacts mean, and what holds for all its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django import forms
from django.core.validators import validate_slug
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.imports import ImportSettings, Target, guess_mapping
from c2m2a_crm.engagement.models import Interaction

# Hints are folded headings as other systems and our own exports write them, likeliest first.
TARGETS: Final = (
    Target("occurred_on", _("Date"), ("date", "activity date", "meeting date", "date de l'activite", "day", "jour")),
    Target("occurred_time", _("Time"), ("time", "start time", "heure", "heure de debut")),
    Target("kind", _("Kind"), ("kind", "type", "activity type", "genre", "type d'activite", "channel", "mode")),
    Target(
        "subject",
        _("What about"),
        ("what", "what about", "subject", "topic", "quoi", "sujet", "objet", "title", "titre"),
    ),
    Target(
        "notes",
        _("Notes"),
        ("notes", "note", "what was said", "description", "details", "summary", "resume", "comments", "commentaires"),
    ),
    Target(
        "people",
        _("People present"),
        ("with whom", "people", "participants", "attendees", "contacts", "contact", "person", "avec qui", "personnes"),
    ),
    Target(
        "emails", _("E-mail addresses of those present"), ("e-mail", "email", "emails", "e-mail addresses", "courriel")
    ),
    Target(
        "organizations",
        _("Organizations and Nations present"),
        (
            "organization on that day",
            "organisation ce jour-la",
            "organizations",
            "organization",
            "organisations",
            "organisation",
            "company",
            "account",
            "entreprise",
        ),
    ),
    Target(
        "staff",
        _("Our people, by e-mail"),
        ("our people", "nos gens", "our staff", "staff", "owner", "assigned to", "logged by", "responsable"),
    ),
    Target("initiative", _("Filed under"), ("filed under", "classe sous", "initiative", "file", "forum", "dossier")),
    Target("duration_minutes", _("Duration in minutes"), ("minutes", "duration in minutes", "duration", "duree")),
    Target("place", _("Place"), ("place", "location", "lieu", "endroit")),
    Target("direction", _("Direction"), ("direction", "sens")),
    Target("initiated_by", _("Who started it"), ("who started it", "initiated by", "qui a commence", "initie par")),
    Target("arranged", _("Arranged in advance"), ("arranged in advance", "arranged", "organise d'avance")),
    Target(
        "outside_id",
        _("Identifier in the other system"),
        ("identifier", "id", "activity id", "contact id", "identifiant", "outside identifier"),
    ),
)


class ContactOptionsForm(forms.Form):
    kind = forms.ChoiceField(label=_("Kind, where the file does not say"), choices=Interaction.Kind.choices)
    initiated_by = forms.ChoiceField(
        label=_("Who started it, where the file does not say"), choices=Interaction.InitiatedBy.choices, required=False
    )
    arranged = forms.ChoiceField(
        label=_("Arranged in advance, where the file does not say"),
        choices=Interaction.Arranged.choices,
        required=False,
    )
    unknown = forms.ChoiceField(
        label=_("People and organizations that are not on file"),
        choices=[
            ("ask", _("Ask about each")),
            ("add", _("Add them")),
            ("without", _("Log the contacts without them")),
        ],
    )
    scheme = forms.CharField(
        label=_("System whose identifiers the file carries"),
        max_length=60,
        required=False,
        validators=[validate_slug],
        help_text=_("Letters, digits and hyphens. The next file of the same system finds its records by it."),
    )
    day_order = forms.ChoiceField(
        label=_("Dates like 03/04/2026"),
        choices=[
            ("", _("As the file's other dates tell, else ask")),
            ("day", _("The day comes first")),
            ("month", _("The month comes first")),
        ],
        required=False,
    )


def guess_settings(headings: Sequence[str]) -> ImportSettings:
    """What the headings suggest; the person may change all of it."""
    mapping = guess_mapping(headings, TARGETS)
    options = {
        "kind": Interaction.Kind.MEETING.value,
        "initiated_by": "",
        "arranged": "",
        "unknown": "ask",
        "scheme": "import" if "outside_id" in mapping else "",
        "day_order": "",
    }
    return ImportSettings(mapping, options)


def problems(settings: ImportSettings) -> list[tuple[str, str]]:
    """What the choice of columns lacks: (field of the options or nothing, sentence)."""
    found = []
    if "occurred_on" not in settings.mapping:
        found.append(("", str(_("Choose the column that holds the date."))))
    if not {"subject", "notes"} & set(settings.mapping):
        found.append(("", str(_("Choose the column that says what it was about."))))
    if not {"people", "emails", "organizations"} & set(settings.mapping):
        found.append(("", str(_("Choose the column that says who it was with."))))
    if "outside_id" in settings.mapping and not settings.options.get("scheme"):
        found.append(("scheme", str(_("Name the system whose identifiers these are."))))
    return found
