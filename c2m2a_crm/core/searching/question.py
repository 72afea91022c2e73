"""What somebody typed, read as a question to the search table. Everything can be typed; nothing is refused.

Words may stand in any order; each must be there, the last one perhaps only begun. What looks like a telephone number is
one, however it is written. Words between quotation marks stand together. Short words and words in capitals are taken
as they are, without stems. Little words (of, the, des) need not be there unless nothing else was typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connection

from c2m2a_crm.core.searching.synonyms import longest, meanings

LONGEST = 200
"""Letters of a question; the rest is left out, and the page says so."""

MOST_WORDS = 16
SHORT = 3
"""Up to so many letters a word is asked for as it stands, and its beginning only among names."""

LONGEST_WORD = 100

_QUOTED = re.compile(r"[\"“”«]\s*([^\"“”«»]+?)\s*[\"“”»]")
_PHONE = re.compile(r"(?<![\w@])\+?\(?\d[\d\s().\-/]{2,}\d(?![\w@])")
_NOT_DIGITS = re.compile(r"\D")
_ABBREVIATED = re.compile(r"^(?:[^\W\d_]\.){2,}$")
_AROUND = ".,;:!?()[]"
# Symbols that are words of every other sentence: who asks for indium does not ask for "in".
_ALSO_WORDS = frozenset({"al", "as", "au", "he", "in", "si", "te"})

_READ = """
SELECT typed.number, said.word, ts_lexize('english_stem', said.word), ts_lexize('french_stem', said.word),
    ts_lexize('french_stem', said.spoken)
FROM unnest(%s::text[]) WITH ORDINALITY AS typed(text, number),
    unnest(string_to_array(core_search_fold(typed.text), ' '), string_to_array(core_search_spoken(typed.text), ' '))
        WITH ORDINALITY AS said(word, spoken, place)
WHERE said.word <> ''
ORDER BY typed.number, said.place
"""


@dataclass(frozen=True, slots=True)
class Word:
    """One word: folded, as it was typed, and the stems under which the texts hold it."""

    text: str
    typed: str
    stems: tuple[str, ...] = ()
    is_little: bool = False

    @property
    def is_as_written(self) -> bool:
        """Capitals, figures and short words mean themselves."""
        capitals = self.typed.isupper() and self.typed.isalpha() and len(self.typed) <= 6
        return len(self.text) <= SHORT or capitals or any(sign.isdigit() for sign in self.text)


@dataclass(frozen=True, slots=True)
class Question:
    """A question ready to be asked. The texts are ``tsquery`` literals; empty means that nothing can be asked.

    ``text`` matches rows; ``named``, ``whole``, ``exact`` and ``begins`` tell which of them bear the words as names:
    begun, whole, as the whole name, as its beginning, as its initials. ``marks`` are folded beginnings of words to be
    highlighted; ``single`` has the parts of the question, each as it was said and as it is asked.
    """

    typed: str
    words: tuple[Word, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    phones: tuple[str, ...] = ()
    text: str = ""
    any_word: str = ""
    named: str = ""
    whole: str = ""
    exact: str = ""
    begins: str = ""
    initials: str = ""
    single: tuple[tuple[str, str], ...] = field(default=())
    marks: tuple[str, ...] = ()
    is_cut: bool = False

    def __bool__(self) -> bool:
        return bool(self.text)


def quote(lexeme: str) -> str:
    """A lexeme inside a tsquery. Folding leaves no quotation marks, but nothing here relies on it."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"


def all_of(parts: Iterable[str]) -> str:
    return " & ".join(f"({part})" for part in parts if part)


def any_of(parts: Iterable[str]) -> str:
    return " | ".join(dict.fromkeys(f"({part})" for part in parts if part))


def read(typed: str, kind_words: Mapping[str, str] | None = None) -> Question:
    """Read what was typed. ``kind_words`` gives, for folded words such as "forum", the kind of row that they may mean.

    One statement, for folding and stems are the database's own.
    """
    clean = " ".join(typed.replace("\x00", " ").split())
    is_cut = len(clean) > LONGEST
    clean = clean[:LONGEST]
    phrases = [found.group(1) for found in _QUOTED.finditer(clean)]
    rest = _QUOTED.sub(" ", clean)
    phones = [digits for found in _PHONE.finditer(rest) if len(digits := _NOT_DIGITS.sub("", found.group())) >= 4]
    tokens = [*rest.split(), *phrases][: MOST_WORDS * 2]
    loose = len(tokens) - len(phrases)
    words, quoted = _folded(tokens, max(0, loose))
    words = words[:MOST_WORDS]
    if not words and not quoted:
        return Question(clean, is_cut=is_cut)
    return _question(clean, words, quoted, tuple(phones), kind_words or {}, is_cut)


def _folded(tokens: Sequence[str], loose: int) -> tuple[list[Word], list[tuple[str, ...]]]:
    """The words of the first ``loose`` tokens, and the words of each phrase after them."""
    read: dict[int, list[tuple[str, list[list[str] | None]]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_READ, [[_ABBREVIATED.sub(_without_dots, token) for token in tokens]])
        for number, text, *stems in cursor.fetchall():
            read.setdefault(number, []).append((text[:LONGEST_WORD], stems))
    words: list[Word] = []
    phrases: list[tuple[str, ...]] = []
    for number, found in sorted(read.items()):
        if number > loose:
            phrases.append(tuple(text for text, _stems in found))
            continue
        for text, stems in found:
            # "d'Amours" is two words, and how the whole was typed says nothing of its parts.
            typed = tokens[number - 1].strip(_AROUND) if len(found) == 1 else text
            is_little = [] in stems and typed == typed.lower()
            known = tuple(dict.fromkeys(one for each in stems for one in each or ()))
            words.append(Word(text, typed, known, is_little))
    return words, phrases


def _without_dots(found: re.Match[str]) -> str:
    return found.group().replace(".", "")


def _question(
    typed: str,
    words: Sequence[Word],
    phrases: Sequence[tuple[str, ...]],
    phones: tuple[str, ...],
    kind_words: Mapping[str, str],
    is_cut: bool,
) -> Question:
    asked = [word for word in words if not word.is_little] or list(words)
    parts: list[tuple[str, str]] = []
    marks: list[str] = []
    place = 0
    while place < len(asked):
        taken, others = _meant(asked, place, alone=len(words) == 1)
        group = asked[place : place + taken]
        is_last = place + taken == len(asked) and not phrases
        own = all_of(_word(word, is_last and word is group[-1], kind_words) for word in group)
        parts.append((" ".join(word.text for word in group), any_of([own, *map(_phrase, others)])))
        marks += [mark for word in group for mark in _marks(word)]
        marks += [word for way in others for word in way]
        place += taken
    for phrase in phrases:
        parts.append((" ".join(phrase), _phrase(phrase)))
        marks += phrase
    joined = "".join(word.text for word in words)[:250]
    text = all_of(part for _said, part in parts)
    numbers = [_phone(digits) for digits in phones]
    if numbers:
        # A number may be written in pieces, which would each be a word: the number as one is another way to say all.
        besides = [word for word in asked if not word.text.isdigit()]
        text = any_of([text, all_of([*numbers, *(_word(word, False, kind_words) for word in besides)])])
    if not phrases and len(joined) > 1:
        text = any_of([text, f"{quote('#' + joined)}:*" if len(joined) > 2 else quote("#" + joined)])
    names = [word.text for word in asked]
    return Question(
        typed,
        tuple(words),
        tuple(phrases),
        phones,
        text=text,
        any_word=any_of(part for _said, part in parts),
        named=all_of(f"{quote('@' + name)}:*" for name in names) or any_of(map(_phrase, phrases)),
        whole=all_of(quote("@" + name) for name in names) or any_of(map(_phrase, phrases)),
        exact=any_of([f"{quote('#' + joined)}:AB", *numbers] if joined else numbers) or quote("#"),
        begins=f"{quote('#' + joined)}:*" if joined else quote("#"),
        initials=f"{quote('#' + joined)}:C" if joined else quote("#"),
        single=tuple(parts),
        marks=tuple(dict.fromkeys(mark for mark in marks if mark)),
        is_cut=is_cut,
    )


def _word(word: Word, is_last: bool, kind_words: Mapping[str, str]) -> str:
    """A word as such, as the beginning of a word of a name, by its stems, and begun where it is the last one."""
    ways = [quote(word.text), f"{quote('@' + word.text)}:*"]
    if not word.is_as_written:
        ways += [quote(stem) for stem in word.stems if len(stem) > SHORT]
        if len(word.text) > SHORT + 1 and word.text[-1] in "sx":
            ways.append(quote(word.text[:-1]))  # the dictionaries do not know every plural
        if is_last:
            ways.append(f"{quote(word.text)}:*")
    if word.text.isdigit() and len(word.text) >= SHORT:
        ways.append(_phone(word.text))
    if word.text in kind_words:
        ways.append(quote("=" + kind_words[word.text]))
    return any_of(ways)


def _phone(digits: str) -> str:
    """A number from its front (with or without the 1 of the continent) or its last figures."""
    national = digits.lstrip("0").removeprefix("1") or digits
    return f"{quote('%' + national)}:* | {quote('~' + national[::-1])}:*"


def _phrase(words: Sequence[str]) -> str:
    return " <-> ".join(quote(word) for word in words)


def _meant(words: Sequence[Word], place: int, *, alone: bool) -> tuple[int, list[tuple[str, ...]]]:
    """How many words from ``place`` say something that has other ways of saying it, and those ways."""
    for count in range(min(longest(), len(words) - place), 0, -1):
        group = words[place : place + count]
        said = tuple(word.text for word in group)
        found = meanings().get(said, ())
        ways: list[tuple[str, ...]] = []
        for meaning in found:
            symbol = count == 1 and said[0] in {each.lower() for each in meaning.symbols}
            if symbol and not alone and group[0].typed not in meaning.symbols:
                continue
            ways += [way for way in meaning.ways if way != said]
        if ways:
            return count, [way for way in ways if "".join(way) not in _ALSO_WORDS]
    return 1, []


def _marks(word: Word) -> list[str]:
    """Beginnings of words that answer to this one."""
    if word.is_as_written:
        return [word.text]
    return [word.text, *(stem for stem in word.stems if len(stem) > SHORT)]
