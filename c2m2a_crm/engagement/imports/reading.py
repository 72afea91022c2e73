"""A row of a table of contacts as its own words tell it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from django.utils.translation import gettext as _

from c2m2a_crm.core.imports import ImportSettings, Parsed, RowRefused, SourceRow
from c2m2a_crm.core.imports.days import read_day, read_time, why_no_day
from c2m2a_crm.core.text import clean_line, fold
from c2m2a_crm.engagement.imports.columns import TARGETS
from c2m2a_crm.engagement.models import Interaction
from members.imports.words import normal, words_of
from members.services import normalise_email

_KIND_WORDS: Final = {
    "phone": "call",
    "phone call": "call",
    "telephone": "call",
    "telephone call": "call",
    "appel telephonique": "call",
    "videoconference": "meeting",
    "video call": "meeting",
    "in person": "meeting",
    "rencontre": "meeting",
    "email": "email",
    "mail": "email",
    "site visit": "visit",
    "visite": "visit",
    "conference": "event",
    "evenement": "event",
}
_SEVERAL: Final = re.compile(r"\s*[;\n]\s*")
_ADDRESS: Final = re.compile(r"<?([^\s<>;,]+@[^\s<>;,]+)>?")
_HOURS: Final = re.compile(r"^(\d{1,2})\s*(?:h|hours?|heures?|:)\s*(\d{1,2})?\s*(?:m|min|minutes?)?$")
_MINUTES: Final = re.compile(r"^(\d{1,5})(?:[.,]0+)?\s*(?:m|min|minutes?)?$")


class Reader:
    """Gives what is kept of a row as a dict without empty values; a row that cannot be used is refused whole."""

    def __init__(self, settings: ImportSettings, headings: Sequence[str]) -> None:
        self.mapping = {key: place for key, place in settings.mapping.items() if 0 <= place < len(headings)}
        self.labels = {target.key: str(target.label) for target in TARGETS}
        self.options = settings.options
        self.kinds = _KIND_WORDS | words_of(Interaction.Kind)
        self.choices: dict[str, dict[str, str]] = {
            "direction": words_of(Interaction.Direction),
            "initiated_by": words_of(Interaction.InitiatedBy),
            "arranged": words_of(Interaction.Arranged) | {"y": "yes", "o": "yes", "n": "no"},
        }

    def read(self, row: SourceRow) -> Parsed:
        cells = {key: text for key, place in self.mapping.items() if (text := clean_line(row.cells[place]))}
        sentences: list[str] = []
        day = self._day(cells)
        notes = cells.get("notes", "")
        subject = cells.get("subject", "") or notes.split("\n", 1)[0][:300]
        if not subject:
            raise RowRefused(_("Say what it was about."), "subject")
        if len(subject) > 300:
            raise self._wrong("subject", _("Ensure this value has at most %(limit)d characters.") % {"limit": 300})
        told = {
            "day": day,
            "time": self._time(cells),
            "kind": self._kind(cells),
            "subject": subject,
            "notes": notes if notes != subject else "",
            "people": self._people(cells),
            "organizations": _parts(cells.get("organizations", "")),
            "staff": _parts(cells.get("staff", "")),
            "initiative": cells.get("initiative", ""),
            "minutes": self._minutes(cells),
            "place": cells.get("place", "")[:200],
            "id": cells.get("outside_id", ""),
            **{key: self._choice(cells, key, sentences) for key in self.choices},
        }
        if not told["people"] and not told["organizations"]:
            raise RowRefused(
                _("Say who it was with: a person, an organization or a Nation."), "people", "organizations"
            )
        return Parsed({key: value for key, value in told.items() if value}, sentences)

    def _wrong(self, key: str, sentence: str) -> RowRefused:
        return RowRefused(_("%(label)s: %(value)s") % {"label": self.labels[key], "value": sentence}, key)

    def _day(self, cells: dict[str, str]) -> list[str]:
        text = cells.get("occurred_on", "")
        if not text:
            raise RowRefused(_("This row has no date. Enter one, or leave the row out."), "occurred_on")
        try:
            day_first, month_first, told = read_day(text)
        except ValueError as refused:
            said = why_no_day(text, refused)
            raise self._wrong("occurred_on", said) from None
        return [str(day_first), str(month_first), told]

    def _time(self, cells: dict[str, str]) -> str:
        text = cells.get("occurred_time", "")
        if not text:
            _day, _blank, text = cells["occurred_on"].partition(" ")
            if ":" not in text:
                return ""
        try:
            return read_time(text).isoformat("minutes")
        except ValueError:
            said = _("“%(text)s” is no time. Write it like 14:30.") % {"text": text}
            raise self._wrong("occurred_time" if "occurred_time" in cells else "occurred_on", said) from None

    def _kind(self, cells: dict[str, str]) -> str:
        word = cells.get("kind", "")
        if not word:
            return str(self.options.get("kind", Interaction.Kind.MEETING.value))
        if found := self.kinds.get(fold(word)):
            return found
        raise self._wrong("kind", _("“%(word)s” is no kind of contact we know.") % {"word": word})

    def _choice(self, cells: dict[str, str], key: str, sentences: list[str]) -> str:
        word = cells.get(key, "")
        if not word:
            return str(self.options.get(key, ""))
        found = self.choices[key].get(fold(word), "")
        if not found and fold(word) not in self.choices[key]:
            said = _("“%(word)s” is not understood; the field stays empty.") % {"word": word}
            sentences.append(_("%(label)s: %(value)s") % {"label": self.labels[key], "value": said})
        return found

    def _minutes(self, cells: dict[str, str]) -> int:
        text = fold(cells.get("duration_minutes", ""))
        if not text:
            return 0
        if found := _MINUTES.match(text):
            minutes = int(found[1])
        elif found := _HOURS.match(text):
            minutes = int(found[1]) * 60 + int(found[2] or 0)
        else:
            minutes = -1
        if not 0 <= minutes <= 32767:
            raise self._wrong("duration_minutes", _("Enter the duration in minutes, like 45."))
        return minutes

    def _people(self, cells: dict[str, str]) -> list[list[str]]:
        """[name, address] of each; as many addresses in their own column belong to the names in order."""
        found = []
        for part in _parts(cells.get("people", "")):
            address = _ADDRESS.search(part)
            name = clean_line(_ADDRESS.sub("", part)).strip(" <>,\"'") if address else part
            found.append(
                [name, normal(self.labels["people"], "people", normalise_email, address[1]) if address else ""]
            )
        addresses = [
            normal(self.labels["emails"], "emails", normalise_email, text)
            for part in _parts(cells.get("emails", ""))
            for text in part.replace(",", " ").split()
        ]
        if len(addresses) == len(found) and not any(address for _name, address in found):
            return [[name, address] for (name, _none), address in zip(found, addresses, strict=True)]
        known = {address for _name, address in found}
        return found + [["", address] for address in addresses if address not in known]


def _parts(text: str) -> list[str]:
    return list(dict.fromkeys(filter(None, map(str.strip, _SEVERAL.split(text)))))
