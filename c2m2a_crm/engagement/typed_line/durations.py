"""How long a contact took, and at what hour it was: "45 min", "1 h 15", "une demi-heure"; "at 2:30 pm", "à 14 h"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from c2m2a_crm.engagement.typed_line.numbers import NUMBER_WORDS, number_at
from c2m2a_crm.engagement.typed_line.phrases import Phrases, words_at
from c2m2a_crm.engagement.typed_line.tokens import Sort, Token

_MOST_MINUTES = 24 * 60
_HOURS = frozenset({"h", "hr", "hrs", "hour", "hours", "heure", "heures"})
_MINUTES = frozenset({"min", "mins", "minute", "minutes", "mn"})
_HALF_HOUR = Phrases(
    """
    half an hour | half hour | a half hour | half-hour | a half-hour | demi-heure | une demi-heure |
    demi heure | une demi heure
    """
)
_QUARTER_HOUR = Phrases(
    """
    quarter hour | a quarter hour | quarter of an hour | a quarter of an hour | quart d' heure |
    un quart d' heure
    """
)
_THREE_QUARTERS = Phrases("three quarters of an hour | trois quarts d' heure")
_AND_A_HALF = Phrases("and a half | et demie | et demi")
_FOR = Phrases("for | pendant | durant | about | around | environ | pour")

_AT = frozenset({"at", "vers", "around", "des", "@"})
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})")
_NOON = Phrases("noon | at noon | a midi")
_DURATION_BEGINNINGS = frozenset(NUMBER_WORDS).union(
    *(phrases.first_words for phrases in (_HALF_HOUR, _QUARTER_HOUR, _THREE_QUARTERS, _FOR))
)
_TIME_BEGINNINGS = _AT | _NOON.first_words | {"a", "de", "from"}
_FIRST_HOUR_ONLY_OF_DAY = 13  # "14 h" without "à" is an hour of the day: nobody is on the telephone that long,
_FIRST_HOUR_WITH_MINUTES = 7  # and neither for "9h30".
_OFFICE_OPENS = 7  # "at 2" and "at 2:30" are in the afternoon.
_NOON_HOUR = 12


@dataclass(frozen=True, slots=True)
class Duration:
    start: int
    stop: int
    minutes: int


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    start: int
    stop: int
    at: time


def duration_at(tokens: Sequence[Token], start: int) -> Duration | None:
    """The duration that begins at this token ("for" included), if it is more than nothing and at most a day."""
    token = tokens[start]
    if token.sort is not Sort.NUMBER and token.word not in _DURATION_BEGINNINGS:
        return None
    at = _FOR.longest_at(tokens, start) or start
    found = _duration(tokens, at)
    if found is None or not 0 < found[0] <= _MOST_MINUTES:
        return None
    return Duration(start, _skip_dot(tokens, found[1]), found[0])


def time_at(tokens: Sequence[Token], start: int) -> TimeOfDay | None:
    """The time of day that begins at this token, "at" or "à" included."""
    token = tokens[start]
    if token.sort is not Sort.NUMBER and token.word not in _TIME_BEGINNINGS:
        return None
    if (stop := _NOON.longest_at(tokens, start)) is not None:
        return TimeOfDay(start, stop, time(_NOON_HOUR))
    if token.word in {"de", "from"}:
        return _time_until_another(tokens, start)
    if (found_range := _range_of_one_half(tokens, start)) is not None:
        return found_range
    prepared = token.word in _AT or token.text in {"à", "À"}
    at = start + 1 if prepared or token.word == "a" else start
    if at >= len(tokens) or tokens[at].sort is not Sort.NUMBER:
        return None
    if at > start and not prepared and _hour(tokens[at]) is not None and (_hour(tokens[at]) or 0) >= _OFFICE_OPENS:
        prepared = True  # "a 9 h", the accent left out.
    if at > start and not prepared:
        return None
    found = _clock(tokens, at) or _twelve_hours(tokens, at) or _french_hour(tokens, at, prepared=prepared)
    if found is None and prepared and token.word == "at":
        found = _bare_hour(tokens, at)
    return None if found is None else TimeOfDay(start, _skip_dot(tokens, found[1]), found[0])


def _time_until_another(tokens: Sequence[Token], start: int) -> TimeOfDay | None:
    """ "de 9 h à 10 h", "from 2 pm to 3 pm": only where an hour follows that it lasts until."""
    if start + 1 >= len(tokens) or tokens[start + 1].sort is not Sort.NUMBER:
        return None
    first = _twelve_hours(tokens, start + 1) or _french_hour(tokens, start + 1, prepared=True)
    found = None if first is None else TimeOfDay(start, first[1], first[0])
    return found if found is not None and time_until(tokens, found) is not None else None


def _range_of_one_half(tokens: Sequence[Token], start: int) -> TimeOfDay | None:
    """The 2 of "2-3 pm"."""
    hour = _hour(tokens[start])
    if hour is None or start + 2 >= len(tokens) or tokens[start + 1].text not in {"-", "–"}:
        return None
    end = _twelve_hours(tokens, start + 2)
    if end is None or not 1 <= hour <= _NOON_HOUR:
        return None
    begin = time(_from_twelve(hour, tokens[start + 3].word))
    return TimeOfDay(start, start + 1, begin if begin < end[0] else time(hour)) if begin != end[0] else None


def time_until(tokens: Sequence[Token], begin: TimeOfDay) -> Duration | None:
    """The rest of "14 h à 15 h 30", "2:00 to 3:30 pm": how long it makes."""
    at = begin.stop
    if at + 1 >= len(tokens) or tokens[at].word not in {"a", "to", "until", "-", "–"}:
        return None
    end = _clock(tokens, at + 1) or _twelve_hours(tokens, at + 1) or _french_hour(tokens, at + 1, prepared=True)
    if end is None or end[0] <= begin.at:
        return None
    minutes = (end[0].hour - begin.at.hour) * 60 + end[0].minute - begin.at.minute
    return Duration(begin.start, end[1], minutes)


def _duration(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    for phrases, minutes in ((_HALF_HOUR, 30), (_QUARTER_HOUR, 15), (_THREE_QUARTERS, 45)):
        if (stop := phrases.longest_at(tokens, at)) is not None:
            return minutes, stop
    number = number_at(tokens, at)
    if number is None or number.stop >= len(tokens):
        return None
    unit = tokens[number.stop].word
    if unit in _MINUTES:
        return round(number.value), number.stop + 1
    if unit not in _HOURS or (unit == "h" and number.value >= _FIRST_HOUR_ONLY_OF_DAY):
        return None
    minutes, stop = round(number.value * 60), number.stop + 1
    if (half := _AND_A_HALF.longest_at(tokens, stop)) is not None:
        return minutes + 30, half
    if number.value == int(number.value) and (more := _two_digits(tokens, stop)) is not None:
        if number.value >= _FIRST_HOUR_WITH_MINUTES:
            return None
        stop += 1
        attached = stop < len(tokens) and tokens[stop].word in _MINUTES | {"m"}
        return minutes + more, stop + attached
    return minutes, stop


def _clock(tokens: Sequence[Token], at: int) -> tuple[time, int] | None:
    found = _CLOCK.fullmatch(tokens[at].text)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2])
    if minute >= 60 or hour >= 24:
        return None
    if at + 1 < len(tokens) and tokens[at + 1].word in {"am", "pm"}:
        return None if hour > _NOON_HOUR else (time(_from_twelve(hour, tokens[at + 1].word), minute), at + 2)
    return time(_in_office_hours(hour) if len(found[1]) == 1 else hour, minute), at + 1


def _twelve_hours(tokens: Sequence[Token], at: int) -> tuple[time, int] | None:
    """2 pm, 11am."""
    if not words_at(tokens, at + 1, "am") and not words_at(tokens, at + 1, "pm"):
        return None
    hour = _hour(tokens[at])
    if hour is None or not 1 <= hour <= _NOON_HOUR:
        return None
    return time(_from_twelve(hour, tokens[at + 1].word)), at + 2


def _french_hour(tokens: Sequence[Token], at: int, *, prepared: bool) -> tuple[time, int] | None:
    """14 h, 14h30, 9 heures: without "à" only from 13 h on, for "1h30" alone is a duration."""
    hour = _hour(tokens[at])
    if hour is None or at + 1 >= len(tokens) or tokens[at + 1].word not in {"h", "heures", "heure"}:
        return None
    minute = _two_digits(tokens, at + 2)
    if not prepared and hour < (_FIRST_HOUR_ONLY_OF_DAY if minute is None else _FIRST_HOUR_WITH_MINUTES):
        return None
    return time(hour, minute or 0), at + 2 + (minute is not None)


def _bare_hour(tokens: Sequence[Token], at: int) -> tuple[time, int] | None:
    """ "at 3", where nothing is counted."""
    hour = _hour(tokens[at])
    if hour is None or not 1 <= hour <= _NOON_HOUR:
        return None
    if (
        at + 1 < len(tokens)
        and tokens[at + 1].sort is not Sort.SIGN
        and tokens[at + 1].word not in {"re", "about", "with", "on"}
    ):
        return None
    return time(_in_office_hours(hour)), at + 1


def _hour(token: Token) -> int | None:
    if not token.text.isdecimal() or len(token.text) > 2:
        return None
    hour = int(token.text)
    return hour if hour < 24 else None


def _two_digits(tokens: Sequence[Token], at: int) -> int | None:
    """The minutes after "1 h": exactly two digits, and nothing that they would count ("1 h 30 participants")."""
    if at >= len(tokens) or len(tokens[at].text) != 2 or not tokens[at].text.isdecimal() or int(tokens[at].text) >= 60:
        return None
    return int(tokens[at].text)


def _from_twelve(hour: int, half: str) -> int:
    return hour % _NOON_HOUR + (_NOON_HOUR if half == "pm" else 0)


def _in_office_hours(hour: int) -> int:
    return hour + _NOON_HOUR if 1 <= hour < _OFFICE_OPENS else hour


def _skip_dot(tokens: Sequence[Token], at: int) -> int:
    """The stop of "45 min.", unless it ends the sentence."""
    dotted = at + 1 < len(tokens) and tokens[at].text == "." and tokens[at].start == tokens[at - 1].end
    return at + dotted
