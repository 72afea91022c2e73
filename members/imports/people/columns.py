"""What the columns of a table of people mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.imports import ImportSettings, Target, guess_mapping
from c2m2a_crm.core.imports.mapping import folded_headings
from c2m2a_crm.core.imports.vcards import HEADINGS as VCARD_HEADINGS

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
        (
            "person",
            "personne",
            "full name",
            "name",
            "nom complet",
            "contact",
            "contact name",
            "nom",
            "display name",
            "file as",
            "nom affiche",
        ),
    ),
    Target(
        "honorific",
        _("Honorific"),
        (
            "honorific",
            "salutation",
            "prefix",
            "civilite",
            "titre de civilite",
            "appellation",
            "name prefix",
            "individual prefix",
            "prefixe individuel",
            "prefixe du nom",
        ),
    ),
    Target(
        "preferred_name",
        _("Preferred name"),
        (
            "preferred name",
            "nickname",
            "prenom usuel",
            "nom usuel",
            "surnom",
            "alias",
        ),
    ),
    Target(
        "post_nominals",
        _("Post-nominals"),
        (
            "post-nominals",
            "suffix",
            "credentials",
            "suffixe",
            "titres",
            "name suffix",
            "individual suffix",
            "suffixe individuel",
            "suffixe du nom",
        ),
    ),
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
            "organization 1 - title",
            "organization title",
            "intitule du poste",
            "titre du poste",
        ),
    ),
    Target(
        "unit",
        _("Branch or unit"),
        (
            "branch or unit",
            "branch",
            "unit",
            "department",
            "direction",
            "service",
            "organization 1 - department",
            "organization department",
        ),
    ),
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
            "organization 1 - name",
            "organization name",
            "current employer",
            "employeur actuel",
            "societe",
            "nom de l'organisation",
            "nom de la societe",
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
            "adresse de messagerie",
            "adresse de courrier",
            "adresse e-mail",
            "e-mail 1 - valeur",
        ),
    ),
    Target(
        "other_email",
        _("Another e-mail address"),
        (
            "e-mail 2",
            "email 2",
            "other e-mail",
            "other email",
            "personal e-mail",
            "autre courriel",
            "e-mail 2 address",
            "e-mail 2 - value",
            "e-mail 2 - valeur",
            "adresse de messagerie 2",
            "adresse de courrier 2",
        ),
    ),
    Target(
        "phone",
        _("Telephone"),
        (
            "telephone",
            "phone",
            "phone number",
            "business phone",
            "work phone",
            "tel",
            "telephone au travail",
            "phone 1 - value",
            "telephone 1 - valeur",
            "telephone (bureau)",
        ),
    ),
    Target(
        "mobile",
        _("Mobile"),
        (
            "mobile",
            "mobile phone",
            "cell",
            "cell phone",
            "cellulaire",
            "telephone mobile",
            "phone 2 - value",
            "telephone 2 - valeur",
            "tel. mobile",
        ),
    ),
    Target(
        "language",
        _("Official language"),
        ("language", "official language", "preferred language", "langue", "langue officielle", "langue preferee"),
    ),
    Target(
        "address",
        _("Street and number"),
        (
            "street and number",
            "address",
            "address 1",
            "street",
            "business street",
            "adresse",
            "rue",
            "address 1 - street",
            "street address",
            "rue (bureau)",
            "adresse 1 - rue",
            "adresse (rue)",
        ),
    ),
    Target(
        "city",
        _("City"),
        (
            "city",
            "town",
            "suburb",
            "business city",
            "ville",
            "municipalite",
            "address 1 - city",
            "ville (bureau)",
            "adresse 1 - ville",
        ),
    ),
    Target(
        "jurisdiction",
        _("Province or territory"),
        (
            "province or territory",
            "province/territory",
            "province",
            "territory",
            "province ou territoire",
            "business state",
            "state",
            "address 1 - region",
            "dep/region (bureau)",
            "state/province",
            "etat / province",
            "adresse 1 - region",
        ),
    ),
    Target(
        "postal_code",
        _("Postal code"),
        (
            "postal code",
            "postcode",
            "zip",
            "zip code",
            "code postal",
            "business postal code",
            "address 1 - postal code",
            "code postal (bureau)",
            "adresse 1 - code postal",
        ),
    ),
    Target(
        "country",
        _("Country"),
        (
            "country",
            "country/region",
            "pays",
            "business country/region",
            "address 1 - country",
            "pays/region (bureau)",
            "adresse 1 - pays",
        ),
    ),
    Target("record", _("Number of the record here"), ("record", "fiche")),
    Target(
        "outside_id",
        _("Identifier in the other system"),
        (
            "identifier",
            "id",
            "rec id",
            "contact id",
            "person id",
            "identifiant",
            "outside identifier",
            "id de contact",
            "identifiant de contact",
            "external identifier",
            "identifiant externe",
        ),
    ),
)


# What address books call an honorific where the title of the work has this heading beside it.
_HONORIFICS: Final = {"title": ("job title", "title_en"), "titre": ("fonction", "title_fr")}
# Numbers that no office has reason to keep.
_OFFICIAL: Final = "government id"


def guess_settings(headings: Sequence[str]) -> ImportSettings:
    """What the headings suggest; the person may change all of it."""
    mapping = guess_mapping(headings, TARGETS)
    folded = folded_headings(headings)
    if "given_name" in mapping and "family_name" not in mapping and "nom" in folded:
        mapping["family_name"] = folded.index("nom")
    if {"given_name", "family_name"} <= set(mapping) and tuple(headings) != VCARD_HEADINGS:
        mapping.pop("full_name", None)  # both would say the same
    if "outside_id" in mapping and _OFFICIAL in folded[mapping["outside_id"]]:
        del mapping["outside_id"]
    _tell_titles_apart(mapping, folded)
    scheme = "import" if "outside_id" in mapping else ""
    return ImportSettings(mapping, {"scheme": scheme, "unknown": "ask", "day_order": ""})


def _tell_titles_apart(mapping: dict[str, int], headings: Sequence[str]) -> None:
    """A title beside the title of the work is an honorific: “Title” and “Job Title”, or “Titre” twice, before the name
    and behind the department.
    """
    if "honorific" in mapping:
        return
    for title, (work, target) in _HONORIFICS.items():
        places = [place for place, heading in enumerate(headings) if heading == title]
        behind = places[1] if len(places) == 2 else headings.index(work) if places and work in headings else None
        if behind is not None:
            mapping.pop("title_en", None)
            mapping.pop("title_fr", None)
            mapping |= {"honorific": places[0], target: behind}


def problems(settings: ImportSettings) -> list[tuple[str, str]]:
    """What the choice of columns lacks: (field of the options or nothing, sentence)."""
    found = []
    if not {"given_name", "family_name", "full_name"} & set(settings.mapping):
        found.append(("", str(_("Choose the column that holds the name."))))
    if "outside_id" in settings.mapping and not settings.options.get("scheme"):
        found.append(("scheme", str(_("Name the system whose identifiers these are."))))
    return found
