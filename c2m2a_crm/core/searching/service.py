"""Asking the search table. Pages, the palette and lists' own boxes ask here, so that each finds what the others find.

Rights stand inside every statement: a row whose circle the reader does not belong to is neither counted, ranked nor
compared with a misspelt word. What is shown of a hit is read from its record through the room's own ``readable_by``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.db import connection, transaction
from django.db.models import Q
from rapidfuzz import fuzz
from rapidfuzz.distance import DamerauLevenshtein

from c2m2a_crm.core.actor import Actor, circle_ids_of
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import SearchHit, SearchKind, search_kinds
from c2m2a_crm.core.searching.question import Question, all_of, any_of, quote, read

MOST = 2001
"""So many rows of a kind are ranked, one less is counted; where there are more, the newest come first."""

MOST_IN_LIST = 10_001
"""So many numbers a list's own box carries over; beyond, the database joins both tables."""

ALIKE = 0.72
"""From here on a word is taken for a misspelt form of another: one wrong letter in four."""

BEST = 3


@dataclass(frozen=True, slots=True)
class Found:
    """A row of the search table that answers, with how well it does."""

    kind: str
    object_id: int
    score: float
    is_archived: bool
    sort_on: date

    @property
    def place(self) -> str:
        """Where the next page begins, for an address."""
        return f"{int(self.is_archived)}~{self.score!r}~{self.sort_on}~{self.object_id}"

    @classmethod
    def at(cls, kind: str, place: str) -> Found | None:
        """The row that an address names; None for anything that no page of ours has written."""
        try:
            is_archived, score, day, object_id = place.split("~")
            number = float(score)
            if not 0 <= number < 1000 or not 0 < int(object_id) < 2**63:
                return None
            return cls(kind, int(object_id), number, bool(int(is_archived)), date.fromisoformat(day))
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Group:
    """The answers of one kind; ``count`` is exact up to two thousand, and ``has_more`` says that there are others."""

    kind: SearchKind
    count: int
    is_more_than_counted: bool
    hits: Sequence[tuple[Found, SearchHit]]

    @property
    def has_more(self) -> bool:
        return self.is_more_than_counted or self.count > len(self.hits)

    @property
    def next_place(self) -> str:
        return self.hits[-1][0].place if self.hits else ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question found. ``instead`` is what was asked in place of words that nobody bears; ``is_loose`` says
    that no row has all the words, and that these have some.
    """

    question: Question
    groups: Sequence[Group] = ()
    instead: str = ""
    is_loose: bool = False
    best: Sequence[tuple[SearchKind, Found, SearchHit]] = field(default=())

    @property
    def count(self) -> int:
        return sum(group.count for group in self.groups)

    @property
    def is_more_than_counted(self) -> bool:
        return any(group.is_more_than_counted for group in self.groups)


def kinds_for(actor: Actor) -> list[SearchKind]:
    """The kinds whose room this person may enter."""
    return [kind for kind in search_kinds if kind.allowed(actor)]


def kind_words() -> Mapping[str, str]:
    return {word: kind.key for kind in search_kinds for word in kind.words}


def search(actor: Actor, typed: str, *, each: int = 5, only: str = "", after: str = "") -> Answer:
    """Everything that answers, by kind, at most ``each`` of every kind, the kind of the best answer first.

    ``only`` narrows to one kind, and ``after`` is where its next page begins (``Group.next_place``). Where no row has
    all the words, misspelt ones are put right; where that finds nothing either, rows that have some of them answer.
    """
    question = read(typed, kind_words())
    kinds = [kind for kind in kinds_for(actor) if only in {"", kind.key}]
    if not question or not kinds:
        return Answer(question)
    _settle()
    start = Found.at(only, after) if only and after else None
    found = _find(actor, question, kinds, each, start)
    if found or start:
        return _answer(actor, question, kinds, found, each)
    corrected = _put_right(actor, question)
    if corrected is not None and (found := _find(actor, corrected, kinds, each)):
        return replace(_answer(actor, corrected, kinds, found, each), instead=corrected.typed)
    if len(question.single) > 1:
        asked = corrected or question
        loose = replace(asked, text=asked.any_word)
        if found := _find(actor, loose, kinds, each):
            return replace(
                _answer(actor, loose, kinds, found, each),
                instead=asked.typed if asked is not question else "",
                is_loose=True,
            )
    return Answer(question)


def _settle() -> None:
    """Inside a transaction that has written, index what it wrote; otherwise that happens at its end."""
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SELECT core_search_flush()")


_FIND = """
SELECT kind, object_id, score, is_archived, sort_on, found FROM core_search_find(
    %s::text[], %s::tsquery, %s::tsquery, %s::tsquery, %s::tsquery, %s::tsquery, %s::tsquery, %s::bigint[], %s, %s,
    %s::boolean, %s::real, %s::date, %s::bigint
)
"""


def _find(
    actor: Actor, question: Question, kinds: Sequence[SearchKind], each: int, after: Found | None = None
) -> dict[str, tuple[int, list[Found]]]:
    """By kind: how many there are, at most :data:`MOST`, and the first of them, or the next ones of the one kind."""
    parameters = [
        [kind.key for kind in kinds],
        question.text,
        question.named or quote("#"),
        question.whole or quote("#"),
        question.exact,
        question.begins,
        question.initials,
        list(circle_ids_of(actor)),
        each,
        MOST,
        *((after.is_archived, after.score, after.sort_on, after.object_id) if after else (None,) * 4),
    ]
    answers: dict[str, tuple[int, list[Found]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_FIND, parameters)
        for kind, object_id, score, is_archived, sort_on, count in cursor.fetchall():
            rows = answers.setdefault(kind, (count, []))[1]
            if len(rows) < each:
                rows.append(Found(kind, object_id, score, is_archived, sort_on))
    return answers


def _answer(
    actor: Actor,
    question: Question,
    kinds: Sequence[SearchKind],
    found: Mapping[str, tuple[int, list[Found]]],
    each: int,
) -> Answer:
    groups = []
    for kind in kinds:
        if kind.key not in found:
            continue
        count, rows = found[kind.key]
        records = kind.hits(actor, [row.object_id for row in rows])
        hits = [(row, records[row.object_id]) for row in rows if row.object_id in records]
        if hits:
            groups.append(Group(kind, min(count, MOST - 1), count >= MOST, hits))
    # The kind of the best answer first; the rooms' own order where they are equal.
    groups.sort(key=lambda group: (group.hits[0][0].is_archived, -round(group.hits[0][0].score), group.kind.order))
    flat = [(group.kind, row, hit) for group in groups for row, hit in group.hits]
    flat.sort(key=lambda one: (one[1].is_archived, -one[1].score, one[0].order))
    return Answer(question, groups, best=flat[:BEST])


# --- Misspelt words ---------------------------------------------------------------------------------------------------

_KNOWN = """
SELECT EXISTS (
    SELECT FROM core_search_entry WHERE vector @@ %s::tsquery
        AND (sealed_circle_id IS NULL OR sealed_circle_id = ANY(%s::bigint[]))
        AND (restricted_circle_id IS NULL OR restricted_circle_id = ANY(%s::bigint[]))
        AND kind = ANY(%s::text[])
)
"""

_NEAR = """
SELECT title_key FROM core_search_entry WHERE %s <%% title_key
    AND (sealed_circle_id IS NULL OR sealed_circle_id = ANY(%s::bigint[]))
    AND (restricted_circle_id IS NULL OR restricted_circle_id = ANY(%s::bigint[]))
    AND kind = ANY(%s::text[]) AND NOT is_archived
ORDER BY word_similarity(%s, title_key) DESC LIMIT 100
"""


def _put_right(actor: Actor, question: Question) -> Question | None:
    """The question with words that stand nowhere replaced by those nearest to them in names and subjects.

    None where there is nothing to put right. The last resort: it costs a tenth of a second at a million rows.
    """
    circles = list(circle_ids_of(actor))
    kinds = [kind.key for kind in kinds_for(actor)]
    words = [said for said, _part in question.single]
    changed = False
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', '0.35', true),"
            " set_config('enable_seqscan', 'off', true)"
        )
        for number, (said, part) in enumerate(question.single):
            if len(said) < 4 or said.replace(" ", "").isdigit():
                continue
            cursor.execute(_KNOWN, [part, circles, circles, kinds])
            if cursor.fetchone()[0]:
                continue
            cursor.execute(_NEAR, [said, circles, circles, kinds, said])
            nearest = _nearest(said, [title for (title,) in cursor.fetchall()])
            if nearest:
                words[number] = nearest
                changed = True
        cursor.execute(
            "SELECT set_config('pg_trgm.word_similarity_threshold', '0.6', true),"
            " set_config('enable_seqscan', 'on', true)"
        )
    return read(" ".join(words), kind_words()) if changed else None


def _nearest(word: str, titles: Sequence[str]) -> str:
    """The word among the titles' words that is most like this one; empty where none is like it."""
    candidates = dict.fromkeys(candidate for title in titles for candidate in title.split())
    best, share = "", ALIKE - 0.0001
    for candidate in candidates:
        # A begun word is like the beginning of another; a word run together is like two.
        likeness = max(
            DamerauLevenshtein.normalized_similarity(word, candidate),
            0.95 * DamerauLevenshtein.normalized_similarity(word, candidate[: len(word)]),
            fuzz.ratio(_sound(word), _sound(candidate)) / 100 * 0.9,
        )
        if likeness > share:
            best, share = candidate, likeness
    return best


_SOUNDS = (("ph", "f"), ("ck", "k"), ("qu", "k"), ("c", "k"), ("y", "i"), ("eau", "o"), ("au", "o"), ("z", "s"))


def _sound(word: str) -> str:
    """Roughly how a word is said, in either language: doubled letters once, a mute end left out."""
    for written, said in _SOUNDS:
        word = word.replace(written, said)
    single = "".join(letter for place, letter in enumerate(word) if place == 0 or letter != word[place - 1])
    return single.rstrip("esxt") or single


# --- Lists ------------------------------------------------------------------------------------------------------------


_IDS = """
SELECT array_agg(object_id) FROM (
    SELECT object_id FROM core_search_entry WHERE vector @@ %s::tsquery
        AND (sealed_circle_id IS NULL OR sealed_circle_id = ANY(%s::bigint[]))
        AND (restricted_circle_id IS NULL OR restricted_circle_id = ANY(%s::bigint[]))
    LIMIT %s
) AS probed
"""


def answering(actor: Actor, kind: str, typed: str) -> Q:
    """The condition of a list's own box: the rows of one kind that answer. Every word may be only begun.

    Few rows are named by their numbers: a list that is sorted would otherwise be read to its end in search of them.
    """
    from c2m2a_crm.core.models import SearchEntry  # models import querysets, which stand beside this module

    question = read(typed)
    if not question:
        return Q(pk__in=())
    _settle()
    begun = all_of(_begun(part, said) for said, part in question.single)
    asked = f"{quote('=' + kind)} & ({any_of([question.text, begun])})"
    circles = list(circle_ids_of(actor))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('enable_seqscan', 'off', true)")
        cursor.execute(_IDS, [asked, circles, circles, MOST_IN_LIST])
        ids = cursor.fetchone()[0] or []
        cursor.execute("SELECT set_config('enable_seqscan', 'on', true)")
    if len(ids) < MOST_IN_LIST:
        return Q(among("pk", ids))
    matching = SearchEntry.objects.extra(where=["vector @@ %s::tsquery"], params=[asked])
    return Q(pk__in=matching.values("object_id"))


def _begun(part: str, said: str) -> str:
    """Up to three letters as they are: their beginnings would be everywhere."""
    last = said.rpartition(" ")[2]
    return any_of([part, f"{quote(last)}:*"]) if " " not in said and len(last) > 2 else part
