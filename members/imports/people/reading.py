"""A row of a table of people as its own words tell it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from c2m2a_crm.core.imports import ImportSettings, Parsed, RowRefused, SourceRow
from c2m2a_crm.core.imports.days import read_day, why_no_day
from c2m2a_crm.core.text import clean_line, fold
from members.imports.people.columns import TARGETS
from members.imports.people.names import PersonName, split_name
from members.imports.words import Provinces, country_code, normal, record_number, words_of
from members.models import Person
from members.services import normalise_email, normalise_phone

_TEXTS: Final = (
    "given_name",
    "family_name",
    "full_name",
    "honorific",
    "preferred_name",
    "post_nominals",
    "organization",
    "title_en",
    "title_fr",
    "unit",
    "address",
    "city",
    "postal_code",
    "outside_id",
)
_LONGEST: Final = 250
_SEVERAL: Final = re.compile(r"[;\n]|,\s")


class Reader:
    """Gives what is kept of a row as a dict without empty values; a row that cannot be used is refused whole."""

    def __init__(self, settings: ImportSettings, headings: Sequence[str], provinces: Provinces) -> None:
        self.mapping = {key: place for key, place in settings.mapping.items() if 0 <= place < len(headings)}
        self.labels = {target.key: str(target.label) for target in TARGETS}
        self.provinces = provinces
        self.languages = words_of(Person.Language) | {"e": "en", "eng": "en", "f": "fr", "fra": "fr", "fre": "fr"}

    def read(self, row: SourceRow) -> Parsed:
        cells = {key: text for key, place in self.mapping.items() if (text := clean_line(row.cells[place]))}
        for key in _TEXTS:
            if len(cells.get(key, "")) > _LONGEST:
                said = _("Ensure this value has at most %(limit)d characters.") % {"limit": _LONGEST}
                raise RowRefused(_("%(label)s: %(value)s") % {"label": self.labels[key], "value": said}, key)
        sentences: list[str] = []
        name = self._name(cells)
        told: dict[str, Any] = {
            "given": name.given,
            "family": name.family,
            "honorific": name.honorific,
            "post": name.post_nominals,
            "preferred": cells.get("preferred_name", ""),
            "organization": cells.get("organization", ""),
            "title_en": cells.get("title_en", ""),
            "title_fr": cells.get("title_fr", ""),
            "unit": cells.get("unit", ""),
            "since": self._day(cells, "since"),
            "until": self._day(cells, "until"),
            "emails": self._emails(cells),
            "phones": self._phones(cells),
            "language": self._language(cells, sentences),
            "place": self._place(cells, sentences),
            "id": cells.get("outside_id", ""),
            "record": record_number(cells.get("record", "")),
        }
        return Parsed({key: value for key, value in told.items() if value}, sentences)

    def _name(self, cells: dict[str, str]) -> PersonName:
        given, family = cells.get("given_name", ""), cells.get("family_name", "")
        if not (given or family):
            name = split_name(cells.get("full_name", ""))
            given, family = name.given, name.family
        else:
            name = PersonName()
        if not (given or family):
            raise RowRefused(
                _("This row has no name. Enter one, or leave the row out."), "full_name", "given_name", "family_name"
            )
        return PersonName(
            given,
            family,
            cells.get("honorific", "") or name.honorific,
            cells.get("post_nominals", "") or name.post_nominals,
        )

    def _emails(self, cells: dict[str, str]) -> list[str]:
        found = []
        for key in ("email", "other_email"):
            for text in filter(None, map(str.strip, _SEVERAL.split(cells.get(key, "")))):
                found.append(normal(self.labels[key], key, normalise_email, text))
        return list(dict.fromkeys(found))

    def _phones(self, cells: dict[str, str]) -> list[list[str]]:
        found = []
        for key in ("phone", "mobile"):
            for text in filter(None, map(str.strip, cells.get(key, "").split(";"))):
                found.append(normal(self.labels[key], key, normalise_phone, text))
        return [list(pair) for pair in dict.fromkeys(found)]

    def _language(self, cells: dict[str, str], sentences: list[str]) -> str:
        word = cells.get("language", "")
        if not word:
            return ""
        language = self.languages.get(fold(word)) or self.languages.get(fold(word)[:2], "")
        if not language:
            sentences.append(_("“%(word)s” is no official language; the field stays empty.") % {"word": word})
        return language

    def _place(self, cells: dict[str, str], sentences: list[str]) -> dict[str, Any]:
        told: dict[str, Any] = {
            "lines": cells.get("address", ""),
            "city": cells.get("city", ""),
            "postal_code": cells.get("postal_code", ""),
        }
        if (word := cells.get("jurisdiction", "")) and (found := self.provinces.find(word, sentences)):
            told["jurisdiction"] = found.pk
        told = {key: value for key, value in told.items() if value}
        if (word := cells.get("country", "")) and (code := country_code(word, sentences)) and told:
            told["country"] = code
        return told

    def _day(self, cells: dict[str, str], key: str) -> list[str]:
        """[the day if the day comes first, if the month does, which of the two alone is possible]."""
        text = cells.get(key, "")
        if not text:
            return []
        try:
            day_first, month_first, told = read_day(text)
        except ValueError as refused:
            said = why_no_day(text, refused)
            raise RowRefused(_("%(label)s: %(value)s") % {"label": self.labels[key], "value": said}, key) from None
        return [str(day_first), str(month_first), told]
