"""What the columns of a table of people mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.imports import ImportSettings, Target, guess_mapping

# Hints are folded headings as address books, associations and our own exports write them, likeliest first.
TARGETS: Final = (
    Target("given_name", _("Given name"), ("given name", "first name", "forename", "prenom", "prenoms", "given")),
    Target(
        "family_name",
        _("Family name"),
        ("family name", "last name", "surname", "nom de famille", "family"),
    ),
    Target(
        "full_name",
        _("Whole name in one cell"),
        ("person", "personne", "full name", "name", "nom complet", "contact", "contact name", "nom", "display name"),
    ),
    Target(
        "honorific",
        _("Honorific"),
        ("honorific", "salutation", "prefix", "civilite", "titre de civilite", "appellation"),
    ),
    Target(
        "preferred_name", _("Preferred name"), ("preferred name", "nickname", "prenom usuel", "nom usuel", "surnom")
    ),
    Target("post_nominals", _("Post-nominals"), ("post-nominals", "suffix", "credentials", "suffixe", "titres")),
    Target(
        "title_fr",
        _("Title in French"),
        ("title in french", "titre en francais", "title (french)", "titre (francais)", "title fr", "titre"),
    ),
    Target(
        "title_en",
        _("Title, or title in English"),
        (
            "title in english",
            "titre en anglais",
            "title (english)",
            "title en",
            "job title",
            "title",
            "position",
            "poste",
            "fonction",
            "role",
        ),
    ),
    Target("unit", _("Branch or unit"), ("branch or unit", "branch", "unit", "department", "direction", "service")),
    Target(
        "organization",
        _("Organization or Nation"),
        (
            "organization or nation",
            "organisation ou nation",
            "organization",
            "organisation",
            "organisme",
            "company",
            "entreprise",
            "employer",
            "employeur",
            "account name",
        ),
    ),
    Target("since", _("In this position since"), ("since", "start date", "from", "depuis", "date de debut")),
    Target("until", _("In this position until"), ("until", "end date", "jusqu'au", "date de fin")),
    Target(
        "email",
        _("E-mail address"),
        (
            "e-mail address",
            "email address",
            "e-mail",
            "email",
            "courriel",
            "adresse courriel",
            "adresse de courriel",
            "e-mail 1 - value",
            "mail",
        ),
    ),
    Target(
        "other_email",
        _("Another e-mail address"),
        ("e-mail 2", "email 2", "other e-mail", "other email", "personal e-mail", "autre courriel", "e-mail 2 address"),
    ),
    Target(
        "phone",
        _("Telephone"),
        ("telephone", "phone", "phone number", "business phone", "work phone", "tel", "telephone au travail"),
    ),
    Target("mobile", _("Mobile"), ("mobile", "mobile phone", "cell", "cell phone", "cellulaire", "telephone mobile")),
    Target(
        "language",
        _("Official language"),
        ("language", "official language", "preferred language", "langue", "langue officielle", "langue preferee"),
    ),
    Target(
        "address",
        _("Street and number"),
        ("street and number", "address", "address 1", "street", "business street", "adresse", "rue"),
    ),
    Target("city", _("City"), ("city", "town", "suburb", "business city", "ville", "municipalite")),
    Target(
        "jurisdiction",
        _("Province or territory"),
        ("province or territory", "province/territory", "province", "territory", "province ou territoire"),
    ),
    Target("postal_code", _("Postal code"), ("postal code", "postcode", "zip", "zip code", "code postal")),
    Target("country", _("Country"), ("country", "country/region", "pays")),
    Target("record", _("Number of the record here"), ("record", "fiche")),
    Target(
        "outside_id",
        _("Identifier in the other system"),
        ("identifier", "id", "rec id", "contact id", "person id", "identifiant", "outside identifier"),
    ),
)


def guess_settings(headings: Sequence[str]) -> ImportSettings:
    """What the headings suggest; the person may change all of it."""
    mapping = guess_mapping(headings, TARGETS)
    if {"given_name", "family_name"} <= set(mapping):
        mapping.pop("full_name", None)  # both would say the same
    scheme = "import" if "outside_id" in mapping else ""
    return ImportSettings(mapping, {"scheme": scheme, "unknown": "ask", "day_order": ""})


def problems(settings: ImportSettings) -> list[tuple[str, str]]:
    """What the choice of columns lacks: (field of the options or nothing, sentence)."""
    found = []
    if not {"given_name", "family_name", "full_name"} & set(settings.mapping):
        found.append(("", str(_("Choose the column that holds the name."))))
    if "outside_id" in settings.mapping and not settings.options.get("scheme"):
        found.append(("scheme", str(_("Name the system whose identifiers these are."))))
    return found
