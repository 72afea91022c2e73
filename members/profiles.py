"""Profiles as pages and lists read them: the card on a record, columns, filters, who works with a mineral."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import django_filters
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core import ui
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.lists import ChoiceFacet, Column, Plain, said
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.text import fold
from members.models import Concept, Expertise, Listing, Party, Person, ProfileLine
from members.policies import can_edit_directory
from members.querysets import PartyQuerySet, PersonQuerySet
from members.rooms import room_of

Batch = Mapping[int, Any]
Rows = QuerySet[Any, Any]

MINERAL = Concept.Vocabulary.MINERAL
STAGE = Concept.Vocabulary.STAGE
SECTOR = Concept.Vocabulary.SECTOR
LINES_IN_VIEW = 12


def label_column() -> str:
    """The column of a word's label as this reader sees it."""
    return "label_fr" if reader_language() == "fr" else "label_en"


def words_by_name(*vocabularies: str) -> dict[str, Concept]:
    """Words by everything they are called, folded. A name leads to the word that stands in its place now."""
    rows = Concept.objects.filter(vocabulary__in=vocabularies).select_related("replaced_by").in_reading_order()
    found: dict[str, Concept] = {}
    for own in (True, False):  # what a word itself is called goes before what it is also called
        for word in rows:
            names = word.names[:3] if own else word.names[3:]
            for name in names:
                found.setdefault(fold(name), word.replaced_by or word)
    return found


# --- The card on a record ---------------------------------------------------------------------------------------------


def party_panel(actor: Any, party: Party) -> dict[str, Any] | None:
    """What an organization does, or what concerns a Nation; no card where nothing is stated and nobody may."""
    lines: list[ProfileLine] = list(_LINES(actor, [party.pk]))
    may_edit = can_edit_directory(actor) and not party.is_archived
    if not lines and not may_edit:
        return None
    lines.sort(key=line_order)
    of_sectors = [line for line in lines if line.sector and not (line.mineral or line.stage or line.jurisdiction)]
    others = [line for line in lines if line not in of_sectors]
    return {
        "title": _("Minerals that concern it") if party.is_nation else _("What it does"),
        "lines": others[:LINES_IN_VIEW],
        "more": max(0, len(others) - LINES_IN_VIEW),
        "sectors": [line.sector for line in of_sectors],
        "as_of": max((line.stated_on for line in lines), default=None),
        "sources": list(dict.fromkeys(line.source for line in lines if line.source)),
        "edit_url": room_of(party).url("profile", party.pk) if may_edit else "",
    }


_LINES = Statement(
    lambda actor, keys: ProfileLine.objects.readable_by(actor).filter(among("party_id", keys)).for_list()
)


def line_order(line: ProfileLine) -> tuple[Any, ...]:
    """Lines read by mineral, then along the value chain, then by place."""
    return (
        fold(str(line.mineral)) if line.mineral else "~",
        line.stage.position if line.stage else 0,
        fold(str(line.jurisdiction)) if line.jurisdiction else "",
        line.pk,
    )


def person_panel(actor: Any, person: Person) -> dict[str, Any] | None:
    """What somebody knows."""
    rows = list(Expertise.objects.readable_by(actor).filter(person=person).for_list())
    may_edit = can_edit_directory(actor) and not person.is_archived and person.anonymised_on is None
    if not rows and not may_edit:
        return None
    rows.sort(key=lambda row: (row.field.vocabulary, row.field.position, fold(str(row.field))))
    return {
        "title": _("Expertise"),
        "words": [row.field for row in rows],
        "as_of": max((row.stated_on for row in rows), default=None),
        "sources": list(dict.fromkeys(row.source for row in rows if row.source)),
        "edit_url": room_of(person).url("expertise", person.pk) if may_edit else "",
    }


# --- Lists ------------------------------------------------------------------------------------------------------------


def _words_of_lines(column: str) -> Callable[[Any, Sequence[int]], Batch]:
    """Of each party the words of one kind that its lines have, as (label, symbol), in the order of the vocabulary."""

    def found(actor: Any, keys: Sequence[int]) -> Batch:
        rows = ProfileLine.objects.readable_by(actor).filter(among("party_id", keys), **{f"{column}__isnull": False})
        told = rows.order_by(f"{column}__position", f"{column}__{label_column()}", f"{column}_id").values_list(
            "party_id", f"{column}__{label_column()}", f"{column}__symbol"
        )
        words: dict[int, dict[str, str]] = {}
        for party, label, symbol in told.distinct():
            words.setdefault(party, {})[label] = symbol
        return words

    return found


def _words_known(actor: Any, keys: Sequence[int]) -> Batch:
    rows = Expertise.objects.readable_by(actor).filter(among("person_id", keys))
    told = rows.order_by("field__vocabulary", "field__position", f"field__{label_column()}", "pk").values_list(
        "person_id", f"field__{label_column()}"
    )
    words: dict[int, dict[str, str]] = {}
    for person, label in told:
        words.setdefault(person, {})[label] = ""
    return words


def _said(words: Mapping[str, str] | None) -> str:
    return "; ".join(words or ())


def _tiles(record: Any, words: Mapping[str, str] | None) -> SafeString | str:
    """Minerals as their tiles; one without a symbol by its name."""
    if not words:
        return ui.NOTHING
    symbols = [symbol for symbol in words.values() if symbol in ui.ELEMENTS]
    named = [label for label, symbol in words.items() if symbol not in ui.ELEMENTS]
    return format_html("{} {}", ui.elements(symbols), "; ".join(named)) if named else ui.elements(symbols)


def _column(key: str, label: Any, words: Callable[[Any, Sequence[int]], Batch], cell: Any = None) -> Column:
    def lookup(actor: Any, model: type[Model], keys: Sequence[int]) -> Batch:
        return words(actor, keys)

    return Column(
        key,
        label,
        lambda record, found: _said(found),
        cell=cell,
        batch=lambda actor, records: words(actor, [record.pk for record in records]),
        plain=Plain(lookup=lookup, made=_said),
        is_default=False,
        is_low=True,
    )


def party_columns() -> Sequence[Column]:
    return (
        _column("minerals", _("Minerals"), _words_of_lines("mineral"), _tiles),
        _column("stages", _("Stages of the value chain"), _words_of_lines("stage")),
        _column("sectors", _("Sectors"), _words_of_lines("sector")),
    )


def nation_columns() -> Sequence[Column]:
    return (_column("minerals", _("Minerals that concern it"), _words_of_lines("mineral"), _tiles),)


def person_columns() -> Sequence[Column]:
    return (_column("expertise", _("Expertise"), _words_known),)


# --- Filters ----------------------------------------------------------------------------------------------------------


def _choices(*vocabularies: str) -> Callable[[], list[tuple[str, str]]]:
    """Words by their code: an address means the same in both languages. Retired ones still find what has them."""

    def read() -> list[tuple[str, str]]:
        rows = Concept.objects.filter(vocabulary__in=vocabularies, replaced_by__isnull=True)
        return list(rows.in_reading_order().values_list("code", label_column()))

    return read


class _WordField(django_filters.fields.ChoiceField):  # type: ignore[misc]  # django-filter has no types
    """A word by its code, also one that was replaced since, or by any of its names in either language."""

    def __init__(self, *args: Any, vocabularies: Sequence[str], **options: Any) -> None:
        self.vocabularies = vocabularies
        super().__init__(*args, **options)

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "")
        if not text or self.valid_value(text):
            return text
        found = words_by_name(*self.vocabularies).get(fold(text))
        return found.code if found else text


class WordFacet(ChoiceFacet):
    field_class = _WordField

    def __init__(self, *vocabularies: str, label: Any, narrow: Callable[[Rows, Any, str], Rows]) -> None:
        super().__init__(label=label, choices=_choices(*vocabularies), narrow=narrow)
        self.extra["vocabularies"] = vocabularies


class LineFacet(WordFacet):
    """Narrows parties by one column of their lines; together with its neighbours it asks for one line that has all."""

    together = ("mineral", "stage")
    reads_others = True

    def __init__(self, column: str, vocabulary: str, label: Any) -> None:
        super().__init__(vocabulary, label=label, narrow=self.with_line)
        self.column = column

    def filter(self, rows: Rows, value: str) -> Rows:
        return self.with_line(rows, self.parent.request.user, value) if value else rows

    def with_line(self, rows: Rows, actor: Any, value: str) -> Rows:
        wanted = Q(**{f"{self.column}__code": value})
        if self.column in self.together:
            chosen = self.parent.form.cleaned_data
            for other in self.together:
                if other != self.column and chosen.get(other):
                    wanted &= Q(**{f"{other}__code": chosen[other]})
        lines = ProfileLine.objects.readable_by(actor).filter(wanted, party=OuterRef("pk"))
        return rows.filter(Exists(lines))


def _knows(rows: Rows, actor: Any, value: str) -> Rows:
    known = Expertise.objects.readable_by(actor).filter(person=OuterRef("pk"), field__code=value)
    return rows.filter(Exists(known))


def organization_facets() -> dict[str, Any]:
    return {
        "mineral": said(LineFacet("mineral", MINERAL, _("Mineral")), _("that work with %(value)s"), shown="minerals"),
        "stage": said(
            LineFacet("stage", STAGE, _("Stage of the value chain")), _("at the stage %(value)s"), shown="stages"
        ),
        "sector": said(LineFacet("sector", SECTOR, _("Sector")), _("in the sector %(value)s"), shown="sectors"),
    }


def nation_facets() -> dict[str, Any]:
    facet = LineFacet("mineral", MINERAL, _("Mineral that concerns it"))
    return {"mineral": said(facet, _("concerned by %(value)s"), shown="minerals")}


def person_facets() -> dict[str, Any]:
    facet = WordFacet(Concept.Vocabulary.EXPERTISE, MINERAL, STAGE, label=_("Expertise"), narrow=_knows)
    return {"expertise": said(facet, _("who know about %(value)s"), shown="expertise")}


# --- A word and who has it --------------------------------------------------------------------------------------------


def parties_with(actor: Any, word: Concept) -> PartyQuerySet:
    """Organizations and Nations of whose profile the word is a part, those put aside left out."""
    lines = ProfileLine.objects.readable_by(actor).filter(
        Q(mineral=word) | Q(stage=word) | Q(sector=word), party=OuterRef("pk")
    )
    return Party.objects.readable_by(actor).active().filter(Exists(lines)).in_reading_order()


def people_with(actor: Any, word: Concept) -> PersonQuerySet:
    known = Expertise.objects.readable_by(actor).filter(field=word, person=OuterRef("pk"))
    return Person.objects.readable_by(actor).active().filter(Exists(known)).in_reading_order()


def listings_of(word: Concept) -> list[Listing]:
    """Where it stands or stood, by jurisdiction, the newest days first."""
    rows = list(Listing.objects.filter(concept=word).select_related("jurisdiction"))
    rows.sort(key=lambda row: (row.jurisdiction.kind != "federal", str(row.jurisdiction), -row.first_ordinal, row.pk))
    return rows
