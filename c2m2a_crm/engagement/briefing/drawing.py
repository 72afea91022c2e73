"""A briefing, put together of what the rooms tell, and made short enough to be read.

It holds what its reader may read and says nothing of the rest: on the pages of people, too, nobody is told that there
is more. A constant number of statements, whatever the number of people.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from math import ceil
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from c2m2a_crm.core import dates
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.pdf.measures import BOLD, ems
from c2m2a_crm.core.registries import BriefingAbout, BriefingLine, BriefingSource, briefing_sources
from members.models import Party, Person


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one label, and how many more there are than are shown."""

    label: str
    lines: Sequence[BriefingLine]
    more: int = 0
    is_warning: bool = False

    @property
    def more_in_words(self) -> str:
        if not self.more:
            return ""
        return ngettext("%(count)s more", "%(count)s more", self.more) % {"count": dates.number(self.more)}


@dataclass(frozen=True, slots=True)
class Card:
    """A person or a party; what several people share has no key."""

    pk: int
    name: str
    url: str
    sections: Sequence[Section]
    is_party: bool = False

    @property
    def anchor(self) -> str:
        """Unique on the page."""
        return f"{'party' if self.is_party else 'person'}-{self.pk}"


@dataclass(frozen=True, slots=True)
class Briefing:
    about: BriefingAbout
    people: Sequence[Card]  # the last may be what several of them share
    parties: Sequence[Card] = field(default=())

    @property
    def cards(self) -> list[Card]:
        return [*self.people, *self.parties]

    @property
    def confided(self) -> list[Any]:
        """The rows confided to a circle from which something stands here, each once."""
        rows = [self.about.row, *(line.row for line in self.lines())]
        found = {(row._meta.db_table, row.pk): row for row in rows if row is not None and row.is_confided}
        return list(found.values())

    def lines(self) -> Iterator[BriefingLine]:
        for card in self.cards:
            for section in card.sections:
                yield from section.lines


def draw(actor: Actor, about: BriefingAbout) -> Briefing:
    people = Person.objects.readable_by(actor).filter(pk__in=about.people, anonymised_on__isnull=True).in_bulk()
    parties = Party.objects.readable_by(actor).filter(pk__in=about.parties).in_bulk()
    told = _told(actor, Person, list(people))
    shared = _of_several(told)
    cards = [
        Card(
            pk,
            people[pk].formal_name,
            people[pk].get_absolute_url(),
            [*_name(people[pk]), *_sections(told.get(pk, ()), shared)],
        )
        for pk in dict.fromkeys(about.people)
        if pk in people
    ]
    if shared:
        cards.append(Card(0, _("Several of them"), "", _sections(_once(told, shared), frozenset())))
    known = {_mark(line) for card in cards for section in card.sections for line in section.lines}
    of_parties = {pk: _sections(sources, known) for pk, sources in _told(actor, Party, list(parties)).items()}
    party_cards = [
        Card(pk, str(parties[pk]), parties[pk].get_absolute_url(), of_parties[pk], is_party=True)
        for pk in dict.fromkeys(about.parties)
        if of_parties.get(pk)
    ]
    return fitted(Briefing(about, cards, party_cards))


def _name(person: Person) -> list[Section]:
    """How to say the name and in which language to speak."""
    language = str(person.get_language_display()) if person.language else ""
    rows = ((_("Pronunciation"), person.pronunciation), (_("Language"), language))
    return [Section(label, [BriefingLine(text)]) for label, text in rows if text]


Told = Sequence[tuple[BriefingSource, Sequence[BriefingLine]]]
Known = Set[tuple[str, str]]
# From so many people on a line is told once, for all of them.
_SEVERAL: Final = 3


def _told(actor: Actor, model: type[Any], keys: Sequence[int]) -> Mapping[int, Told]:
    """By row, what each source has to tell, in the order of the sources."""
    found: dict[int, list[tuple[BriefingSource, Sequence[BriefingLine]]]] = {}
    if not keys:
        return found
    for source in briefing_sources:
        if source.model is model:
            for pk, lines in source.lines(actor, keys).items():
                found.setdefault(pk, []).append((source, lines))
    return found


def _mark(line: BriefingLine) -> tuple[str, str]:
    """What tells one line from another."""
    return line.url, line.text


def _of_several(told: Mapping[int, Told]) -> Known:
    lines = (line for sources in told.values() for source, found in sources if source.told_once for line in found)
    return {mark for mark, times in Counter(map(_mark, lines)).items() if times >= _SEVERAL}


def _once(told: Mapping[int, Told], shared: Known) -> Told:
    """The lines that several people share, each once, by source."""
    found: dict[str, tuple[BriefingSource, dict[tuple[str, str], BriefingLine]]] = {}
    for sources in told.values():
        for source, lines in sources:
            for line in lines:
                if source.told_once and _mark(line) in shared:
                    found.setdefault(source.key, (source, {}))[1][_mark(line)] = line
    ordered = sorted(found.values(), key=lambda entry: (entry[0].order, entry[0].key))
    return [(source, list(lines.values())) for source, lines in ordered]


def _sections(sources: Told, known: Known) -> list[Section]:
    """Without what stands elsewhere already."""
    sections = []
    for source, lines in sources:
        left = [line for line in lines if _mark(line) not in known]
        if left:
            more = max(0, len(left) - source.most)
            sections.append(Section(str(source.label), left[: source.most], more, source.is_warning))
    return sections


# --- Two sheets for six people ---------------------------------------------------------------------------------------

# What is shown of each section (lines) and of each text (letters): the first with which the paper is short enough.
_MEASURES: Final = ((3, 240), (3, 150), (2, 150), (2, 110), (1, 150), (1, 110), (1, 80), (1, 60))
# What must not be overlooked, and names, are never shorter than this.
_LEAST_OF_WARNING: Final = 110
PEOPLE_ON_TWO_SHEETS: Final = 6
# Of the dense paper, in millimetres (core/pdf/templates/paper.typ): two sheets without head, foot and title; a line
# after the first, a row of one line with the gap below, a heading; what a row has for its words, in ems.
_TWO_SHEETS, _TITLE = 476.0, 62.0
_LINE, _ROW, _HEADING = 3.6, 3.7, 8.4
_WIDTH, _LABEL, _NAME = 58.0, 11.5, 56.0


def fitted(briefing: Briefing) -> Briefing:
    """With as many lines and letters as fit on two sheets for each six people."""
    people = sum(1 for card in briefing.people if card.pk)
    room = _TWO_SHEETS * max(1, ceil(people / PEOPLE_ON_TWO_SHEETS)) - _TITLE
    shown = briefing
    for most, letters in _MEASURES:
        shown = Briefing(
            replace(briefing.about, facts=[(label, _cut(text, letters)) for label, text in briefing.about.facts]),
            [_shortened(card, most, letters) for card in briefing.people],
            [_shortened(card, most, letters) for card in briefing.parties],
        )
        if _height(shown) <= room:
            break
    return shown


def _shortened(card: Card, most: int, letters: int) -> Card:
    sections = [
        replace(
            section,
            lines=[
                replace(line, text=_cut(line.text, _least(section, letters)), source=_cut(line.source, letters // 2))
                for line in section.lines[:most]
            ],
            more=section.more + max(0, len(section.lines) - most),
        )
        for section in card.sections
    ]
    return replace(card, name=_cut(card.name, max(letters, _LEAST_OF_WARNING)), sections=sections)


def _least(section: Section, letters: int) -> int:
    return max(letters, _LEAST_OF_WARNING) if section.is_warning else letters


# Line breaks among them, and not the spaces at which no line may break.
_SPACES: Final = re.compile(r"[ \t\r\n]+")


def _cut(text: str, letters: int) -> str:
    text = _SPACES.sub(" ", text).strip()
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"


def _height(briefing: Briefing) -> float:
    """About, and rather too high, in millimetres."""
    rows = sum(_row_height(label, text) for label, text in briefing.about.facts)
    rows += _ROW * 2 * len(briefing.about.notes)
    for card in briefing.cards:
        rows += _HEADING + _LINE * (ceil(ems(card.name) / _NAME) - 1)
        for section in card.sections:
            texts = texts_of(section)
            bold = BOLD if section.is_warning else 1.0
            for place, text in enumerate(texts):
                rows += _row_height(section.label if place == 0 else "", text, bold)
    return rows + _HEADING * 2


def _row_height(label: str, text: str, bold: float = 1.0) -> float:
    lines = max(ceil(ems(text) * bold / _WIDTH), ceil(ems(label) / _LABEL), 1)
    return _ROW + _LINE * (lines - 1)


def texts_of(section: Section) -> list[str]:
    """Each line in words; the last one says how many more there are."""
    texts = [said(line) for line in section.lines]
    if section.more and texts:
        texts[-1] = f"{texts[-1]} · {section.more_in_words}"
    return texts


def said(line: BriefingLine) -> str:
    text = quoted(line.text) if line.is_quote else line.text
    return f"{text} – {line.source}" if line.source else text


def quoted(text: str) -> str:
    return pgettext("somebody’s own words", "“%(words)s”") % {"words": text}
