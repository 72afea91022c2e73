"""What the columns of a table of organizations mean, and what holds for the whole file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.imports import ImportSettings, Target, guess_mapping
from c2m2a_crm.core.imports.mapping import folded_headings
from members.models import Party

# Hints are folded headings as files of governments, associations and our own exports write them, likeliest first.
TARGETS: Final = (
    Target(
        "name_fr",
        _("Name in French"),
        (
            "french/francais",
            "name (french)",
            "name in french",
            "nom en francais",
            "name fr",
            "nom (francais)",
            "nom francais",
            "french name",
            "nom fr",
            "francais",
        ),
    ),
    Target(
        "name_en",
        _("Name, or name in English"),
        (
            "english/anglais",
            "name (english)",
            "name in english",
            "nom en anglais",
            "name en",
            "operator owners",
            "owners",
            "organization",
            "organisation",
            "name",
            "nom",
            "company",
            "entreprise",
            "owner",
            "english name",
            "institution",
            "english",
        ),
    ),
    Target("legal_name", _("Legal name"), ("legal name", "nom legal", "denomination sociale", "raison sociale")),
    Target("acronym_en", _("Acronym in English"), ("acronym in english", "acronym en", "acronym", "abbreviation")),
    Target(
        "acronym_fr",
        _("Acronym in French"),
        ("acronym in french", "acronym fr", "sigle en francais", "sigle", "acronyme"),
    ),
    Target(
        "alias",
        _("Also known as"),
        ("also known as", "aliases", "alias", "other name", "autre nom", "connu aussi sous"),
    ),
    Target("kind", _("Kind"), ("kind", "type", "genre", "categorie", "category")),
    Target(
        "government_level",
        _("Level of government"),
        ("level of government", "government level", "ordre de gouvernement", "palier de gouvernement"),
    ),
    Target(
        "jurisdiction",
        _("Province or territory"),
        (
            "province/territory",
            "province or territory",
            "province ou territoire",
            "province",
            "jurisdiction",
            "territory",
        ),
    ),
    Target("country", _("Country"), ("country", "pays")),
    Target("website", _("Website"), ("website", "site web", "web site", "url", "homepage")),
    Target(
        "email",
        _("E-mail address"),
        ("e-mail address", "email address", "e-mail", "email", "courriel", "adresse courriel"),
    ),
    Target("email_domain", _("E-mail domain"), ("email domain", "e-mail domain", "domaine de courriel")),
    Target("phone", _("Telephone"), ("telephone", "phone", "phone number", "tel")),
    Target(
        "outside_id",
        _("Identifier in the other system"),
        ("identifier", "id", "identifiant", "outside identifier", "business number"),
    ),
    Target("record", _("Number of the record here"), ("record", "fiche")),
    Target("site_id", _("Identifier of a site it owns"), ("unique identifier", "site id", "facility id")),
    Target("minerals", _("Minerals"), ("minerals", "mineral", "mineraux", "commodities", "commodity", "substances")),
    Target(
        "stages",
        _("Stages of the value chain"),
        ("stages of the value chain", "value chain stage", "etapes de la chaine de valeur", "stages", "stage"),
    ),
    Target("sectors", _("Sectors"), ("sectors", "sector", "secteurs", "secteur")),
    Target("about", _("About"), ("about", "a propos", "description")),
)
TARGET_KEYS: Final = tuple(target.key for target in TARGETS)

_GOVERNMENT = Party.Kind.GOVERNMENT.value
_FEDERAL = Party.GovernmentLevel.FEDERAL.value
_PROVINCIAL = Party.GovernmentLevel.PROVINCIAL.value

# How files say what kind of organization a row is: kind and level of government.
KIND_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "gc department": (_GOVERNMENT, _FEDERAL),
    "crown corp": (_GOVERNMENT, _FEDERAL),
    "crown corporation": (_GOVERNMENT, _FEDERAL),
    "federal": (_GOVERNMENT, _FEDERAL),
    "federal government": (_GOVERNMENT, _FEDERAL),
    "gouvernement federal": (_GOVERNMENT, _FEDERAL),
    "ptm": (_GOVERNMENT, _PROVINCIAL),
    "provincial": (_GOVERNMENT, _PROVINCIAL),
    "provincial government": (_GOVERNMENT, _PROVINCIAL),
    "gouvernement provincial": (_GOVERNMENT, _PROVINCIAL),
    "municipal": (_GOVERNMENT, Party.GovernmentLevel.MUNICIPAL.value),
    "municipality": (_GOVERNMENT, Party.GovernmentLevel.MUNICIPAL.value),
    "municipalite": (_GOVERNMENT, Party.GovernmentLevel.MUNICIPAL.value),
    "company": (Party.Kind.BUSINESS.value, ""),
    "entreprise": (Party.Kind.BUSINESS.value, ""),
    "business": (Party.Kind.BUSINESS.value, ""),
    "association": (Party.Kind.ASSOCIATION.value, ""),
    "university": (Party.Kind.ACADEMIC.value, ""),
    "universite": (Party.Kind.ACADEMIC.value, ""),
    "non-profit": (Party.Kind.NONPROFIT.value, ""),
    "nonprofit": (Party.Kind.NONPROFIT.value, ""),
    "osbl": (Party.Kind.NONPROFIT.value, ""),
    "obnl": (Party.Kind.NONPROFIT.value, ""),
}


@dataclass(frozen=True, slots=True)
class Options:
    """What holds for all rows of a file of organizations.

    ``kind`` and ``government_level`` hold where the file does not say; ``kinds`` are words that this file uses.
    """

    kind: str = Party.Kind.BUSINESS.value
    government_level: str = ""
    scheme: str = ""
    split_names: bool = True
    kinds: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: ImportSettings) -> Options:
        options = {name: settings.options[name] for name in cls.__slots__ if name in settings.options}
        options["kinds"] = {word: (kind, level) for word, (kind, level) in options.get("kinds", {}).items()}
        return cls(**options)


@dataclass(frozen=True, slots=True)
class Known:
    """A table that is published again and again, known by its headings."""

    headings: frozenset[str]
    mapping: Mapping[str, str]
    settings: Mapping[str, Any]


_KNOWN: Final = (
    # Canadian critical minerals map (Natural Resources Canada): one row a site, its owners in one cell. The identifier
    # is the site's: an owner has several, and some sites have several owners.
    Known(
        frozenset({"operation group", "property name", "operator owners", "unique identifier"}),
        {
            "name_en": "operator owners",
            "jurisdiction": "province/territory",
            "website": "website",
            "site_id": "unique identifier",
        },
        {"kind": Party.Kind.BUSINESS.value, "scheme": "nrcan-critical-minerals-map", "split_names": True},
    ),
    # Organisations of the Government of Canada, in both languages. The one “Other” is a federal ombudsperson's office.
    Known(
        frozenset({"id", "english/anglais", "french/francais", "type"}),
        {
            "outside_id": "id",
            "name_en": "english/anglais",
            "name_fr": "french/francais",
            "kind": "type",
            "email_domain": "email domain",
        },
        {
            "kind": _GOVERNMENT,
            "government_level": _FEDERAL,
            "scheme": "gc-organisations",
            "split_names": False,
            "kinds": {"other": (_GOVERNMENT, _FEDERAL)},
        },
    ),
)


def guess_settings(headings: Sequence[str]) -> ImportSettings:
    """What the headings suggest; the person may change all of it."""
    folded = folded_headings(headings)
    for known in _KNOWN:
        if known.headings <= set(folded):
            mapping = {key: folded.index(heading) for key, heading in known.mapping.items() if heading in folded}
            return ImportSettings(mapping, asdict(replace(Options(), **known.settings)))
    mapping = guess_mapping(headings, TARGETS)
    scheme = "import" if {"outside_id", "site_id"} & set(mapping) else ""
    return ImportSettings(mapping, asdict(Options(scheme=scheme)))


def problems(settings: ImportSettings) -> list[tuple[str, str]]:
    """What the choice of columns lacks: (field of the options or nothing, sentence)."""
    found = []
    if not {"name_en", "name_fr"} & set(settings.mapping):
        found.append(("", _("Choose the column that holds the name.")))
    if {"outside_id", "site_id"} & set(settings.mapping) and not settings.options.get("scheme"):
        found.append(("scheme", _("Name the system whose identifiers these are.")))
    return [(name, str(sentence)) for name, sentence in found]
