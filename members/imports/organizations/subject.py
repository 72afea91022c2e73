"""One organization as a whole file tells of it: several rows may speak of one, and one row of several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext as _

from c2m2a_crm.core.imports import Verdict
from members.imports.names import resembles, same_website, spellings
from members.models import Jurisdiction, Party, PartyName
from members.services import PartyInput
from members.services.profiles import Line

# What a row tells, as it is kept between reading and judging. Jurisdictions are kept by their keys.
_TOLD: Final = (
    "key",
    "name_en",
    "name_fr",
    "legal_name",
    "acronym_en",
    "acronym_fr",
    "kind",
    "government_level",
    "country",
    "about",
    "outside_id",
    "record",
    "email_domain",
    "lines",
    "aliases",
    "emails",
    "phones",
    "site_ids",
    "websites",
    "minerals",
    "stages",
    "sectors",
)


@dataclass(slots=True)
class Subject:
    """One organization as the whole file tells of it."""

    key: str
    name_en: str = ""
    name_fr: str = ""
    legal_name: str = ""
    acronym_en: str = ""
    acronym_fr: str = ""
    kind: str = ""
    government_level: str = ""
    country: str = ""
    about: str = ""
    website: str = ""
    jurisdiction: Jurisdiction | None = None
    outside_id: str = ""
    record: int = 0
    email_domain: str = ""
    lines: list[int] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    site_ids: list[str] = field(default_factory=list)
    jurisdictions: list[Jurisdiction] = field(default_factory=list)
    websites: list[tuple[str, bool]] = field(default_factory=list)
    minerals: list[str] = field(default_factory=list)
    stages: list[str] = field(default_factory=list)
    sectors: list[str] = field(default_factory=list)
    verdict: Verdict = Verdict.NEW
    party: Party | None = None
    candidates: list[Party] = field(default_factory=list)
    may_be_new: bool = True
    sentences: list[str] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)
    new_names: list[str] = field(default_factory=list)
    new_ids: list[tuple[str, str]] = field(default_factory=list)
    new_emails: list[str] = field(default_factory=list)
    new_phones: list[str] = field(default_factory=list)
    new_lines: list[Line] = field(default_factory=list)
    _keys: frozenset[str] | None = None

    @property
    def name(self) -> str:
        return self.name_en or self.name_fr

    @property
    def names(self) -> list[str]:
        return [name for name in (self.name_en, self.name_fr, self.legal_name, *self.aliases) if name]

    @property
    def keys(self) -> frozenset[str]:
        """:func:`spellings` of all names, worked out once: asked only after all rows are read."""
        if self._keys is None:
            self._keys = frozenset(spellings(self.names))
        return self._keys

    def to_input(self) -> PartyInput:
        return PartyInput(
            kind=self.kind,
            government_level=self.government_level,
            name_en=self.name_en,
            name_fr=self.name_fr,
            legal_name=self.legal_name,
            acronym_en=self.acronym_en,
            acronym_fr=self.acronym_fr,
            jurisdiction=self.jurisdiction,
            country=self.country or "CA",
            website=self.website,
            about=self.about,
            other_names=[(PartyName.Kind.ALIAS.value, alias, "") for alias in self.aliases],
            emails=self.emails,
            phones=self.phones,
        )

    def to_json(self) -> dict[str, Any]:
        told = {name: value for name in _TOLD if (value := getattr(self, name))}
        if self.jurisdictions:
            told["jurisdictions"] = [jurisdiction.pk for jurisdiction in self.jurisdictions]
        return told

    @classmethod
    def from_json(cls, told: Mapping[str, Any], jurisdictions: Mapping[int, Jurisdiction]) -> Subject:
        found = [jurisdictions[pk] for pk in told.get("jurisdictions", ()) if pk in jurisdictions]
        subject = cls(**{name: value for name, value in told.items() if name != "jurisdictions"})
        subject.websites = [(website, is_sole) for website, is_sole in subject.websites]
        subject.jurisdictions = found
        return subject


def with_scheme(website: str) -> str:
    return website if "://" in website else f"https://{website}"


def absorb(known: Subject, other: Subject) -> None:
    """Another row about the same organization: what the first one left empty is taken, lists grow."""
    for name in (
        "name_en",
        "name_fr",
        "legal_name",
        "acronym_en",
        "acronym_fr",
        "government_level",
        "country",
        "about",
        "email_domain",
    ):
        if not getattr(known, name):
            setattr(known, name, getattr(other, name))
    lists = ("lines", "aliases", "emails", "phones", "site_ids", "jurisdictions", "websites")
    for name in (*lists, "minerals", "stages", "sectors"):
        kept = getattr(known, name)
        kept += [item for item in getattr(other, name) if item not in kept]


def settle_facts(subject: Subject) -> None:
    """One province and one website, where the rows agree."""
    provinces = {jurisdiction.pk: jurisdiction for jurisdiction in subject.jurisdictions}
    if len(provinces) == 1:
        subject.jurisdiction = next(iter(provinces.values()))
    elif provinces:
        subject.sentences.append(_("The rows name several provinces; the field stays empty."))
    subject.website = _website_of(subject)


def _website_of(subject: Subject) -> str:
    """The address that the rows agree on. A site's is its owner's only if the owner is alone, or the host says so."""
    likely = [website for website, _sole in subject.websites if resembles(website, subject.name)]
    sole = [website for website, is_sole in subject.websites if is_sole]
    for choice in (sole, likely):
        if choice and all(same_website(choice[0], website) for website in choice):
            return with_scheme(choice[0])
    return ""
