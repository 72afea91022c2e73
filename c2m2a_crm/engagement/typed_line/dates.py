"""Days as people type them, in English and French, both ways round: the latest such day, and the next."""

from __future__ import annotations

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from c2m2a_crm.engagement.typed_line.numbers import NUMBER_WORDS, number_at
from c2m2a_crm.engagement.typed_line.phrases import Phrases, vocabulary, words_at
from c2m2a_crm.engagement.typed_line.tokens import Sort, Token

_SOON = timedelta(days=92)  # A day and month without a year that comes within a quarter is meant ahead, not last year.


class Firmness(IntEnum):
    """How surely a date inside a follow-up is its due date and not part of what is to be done."""

    CALENDAR = 0
    RELATIVE = 1
    DUE = 2


@dataclass(frozen=True, slots=True)
class DateExpression:
    """A date in tokens[start:stop], its preposition included. None where it cannot lie on that side of today."""

    start: int
    stop: int
    latest: date | None
    following: date | None
    firmness: Firmness


_MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "january janvier jan janv",
            "february fevrier feb fev fevr",
            "march mars mar",
            "april avril apr avr",
            "may mai",
            "june juin jun",
            "july juillet jul juil",
            "august aout aug",
            "september septembre sep sept",
            "october octobre oct",
            "november novembre nov",
            "december decembre dec",
        ),
        start=1,
    )
    for name in names.split()
}

_WEEKDAYS = {
    name: day
    for day, names in enumerate(
        (
            "monday mondays lundi lun mon",
            "tuesday mardi tue tues",
            "wednesday mercredi wed weds",
            "thursday jeudi jeu thu thur thurs",
            "friday vendredi ven fri",
            "saturday samedi sam sat",
            "sunday dimanche dim sun",
        )
    )
    for name in names.split()
}

# Also ordinary words or names: a day only with a preposition, or with nothing but a sign, a handle or an hour after it.
_WEAK_WEEKDAYS = frozenset({"mon", "sat", "sun", "sam", "dim", "lun", "jeu", "ven"})

_PREPOSITIONS = Phrases(
    """
    on | by | before | until | till | for | due | due on | due by | no later than | dated | of | this |
    the | on the | by the | before the | of the | le | du | pour | pour le | d' ici | d' ici le |
    d' ici au | d' ici a | avant | avant le | au plus tard | au plus tard le | date du | en date du |
    datee du | ce | des | des le | a partir du | starting
    """
)
_DUE_PREPOSITIONS = Phrases(
    """
    by | by the | before | before the | until | till | due | due on | due by | no later than | d' ici |
    d' ici le | d' ici au | d' ici a | avant | avant le | au plus tard | au plus tard le | pour le
    """
)
# "reply to the letter of Nov 3": the date of something else, never the day by which to act.
_DATING_PREPOSITIONS = Phrases("of | of the | dated | du | date du | datee du | en date du")
_MOST_PREPOSITION_WORDS = 4

_PAST_WORDS = frozenset({"last", "past"})
_NEXT_WORDS = frozenset({"next", "this", "coming"})
_PAST_AFTER = frozenset({"dernier", "derniere", "passe", "passee"})
_NEXT_AFTER = frozenset({"prochain", "prochaine"})
_DAY_PARTS = vocabulary(
    """
    morning afternoon evening night matin soir apres-midi midi noon am pm avant-midi soiree aprem
    """
)
_TODAY = Phrases(
    """
    today | tonight | this morning | this afternoon | this evening | aujourd'hui | ce matin | ce midi |
    cet avant-midi | cet apres-midi | cet aprem | ce soir | earlier today
    """
)
_YESTERDAY = Phrases("yesterday | hier | last night")
_BEFORE_YESTERDAY = Phrases("day before yesterday | the day before yesterday | avant-hier | avant hier")
_TOMORROW = Phrases("tomorrow | tmrw | tmr | demain")
_AFTER_TOMORROW = Phrases("day after tomorrow | the day after tomorrow | apres-demain | apres demain")
_NEXT_WEEK = Phrases(
    """
    next week | la semaine prochaine | semaine prochaine | early next week | debut de semaine prochaine
    """
)
_NEXT_MONTH = Phrases(
    """
    next month | le mois prochain | mois prochain | early next month | au debut du mois prochain
    """
)
_END_OF_WEEK = Phrases(
    """
    end of week | end of the week | the end of the week | at the end of the week |
    by the end of the week | by end of week | eow | by eow | la fin de la semaine |
    a la fin de la semaine | d' ici la fin de la semaine
    """
)
_END_OF_MONTH = Phrases(
    """
    end of month | end of the month | the end of the month | at the end of the month |
    by the end of the month | by end of month | at month end | eom | by eom | fin du mois |
    la fin du mois | a la fin du mois | d' ici la fin du mois | d' ici a la fin du mois |
    pour la fin du mois | fin de mois
    """
)
_VAGUE = Phrases(
    """
    last week | earlier this week | this week | last month | this month | recently | la semaine derniere |
    semaine derniere | la semaine passee | semaine passee | cette semaine | plus tot cette semaine |
    le mois dernier | mois dernier | le mois passe | ce mois-ci | recemment | the other day | l' autre jour
    """
)
"""Days that nobody could name: understood as time, and never turned into a date."""
_DAYS = {
    "day": 1,
    "days": 1,
    "jour": 1,
    "jours": 1,
    "week": 7,
    "weeks": 7,
    "wk": 7,
    "wks": 7,
    "semaine": 7,
    "semaines": 7,
}
_MONTH_UNITS = frozenset({"month", "months", "mois"})
_AHEAD = Phrases("in | within | dans | d' ici | d' ici a")
_ORDINALS = frozenset({"st", "nd", "rd", "th", "er", "re", "e"})
_ISO = re.compile(r"(\d{4})[-/](\d{2})[-/](\d{2})")
_NAMED_DAYS = Phrases(
    "|".join(
        phrases.text
        for phrases in (
            _TODAY,
            _YESTERDAY,
            _BEFORE_YESTERDAY,
            _TOMORROW,
            _AFTER_TOMORROW,
            _VAGUE,
            _NEXT_WEEK,
            _NEXT_MONTH,
            _END_OF_WEEK,
            _END_OF_MONTH,
        )
    )
)
_BEGINNINGS = (
    _NAMED_DAYS.first_words
    | _PREPOSITIONS.first_words
    | _AHEAD.first_words
    | _PAST_WORDS
    | _NEXT_WORDS
    | NUMBER_WORDS
    | {"il"}
).union(_MONTHS, _WEEKDAYS)
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def date_at(tokens: Sequence[Token], at: int, today: date) -> DateExpression | None:
    """The longest date that begins at this token, its preposition included; None where there is none."""
    token = tokens[at]
    if token.sort is not Sort.NUMBER and token.word not in _BEGINNINGS:
        return None
    best = _date_without_preposition(tokens, at, today)
    if token.word not in _PREPOSITIONS.first_words:
        return best
    for words in range(min(_MOST_PREPOSITION_WORDS, len(tokens) - at), 0, -1):
        if not _PREPOSITIONS.has(tokens, at, at + words):
            continue
        found = _date_without_preposition(tokens, at + words, today, prepared=True)
        if found is not None and (best is None or found.stop > best.stop):
            due = _DUE_PREPOSITIONS.has(tokens, at, at + words)
            following = None if _DATING_PREPOSITIONS.has(tokens, at, at + words) else found.following
            latest = None if due else found.latest  # "by Friday" is a day to come, whatever day it is
            best = DateExpression(at, found.stop, latest, following, Firmness.DUE if due else found.firmness)
    return best


def _date_without_preposition(
    tokens: Sequence[Token], at: int, today: date, *, prepared: bool = False
) -> DateExpression | None:
    if at >= len(tokens) or (tokens[at].sort is not Sort.NUMBER and tokens[at].word not in _BEGINNINGS):
        return None
    found = (
        _named_day(tokens, at, today)
        or _shifted(tokens, at, today)
        or _weekday(tokens, at, today, prepared=prepared)
        or _calendar_day(tokens, at, today)
        or (_day_of_month(tokens, at, today) if prepared else None)
    )
    if found is None:
        return None
    stop = found.stop
    while stop < len(tokens) and tokens[stop].word in _DAY_PARTS:
        stop += 1
    return DateExpression(found.start, stop, found.latest, found.following, found.firmness)


def _named_day(tokens: Sequence[Token], at: int, today: date) -> DateExpression | None:
    if _NAMED_DAYS.longest_at(tokens, at) is None:
        return None
    day = timedelta(days=1)
    next_monday = today + timedelta(days=7 - today.weekday())
    friday = today + timedelta(days=(4 - today.weekday()) % 7)
    month_end = today.replace(day=calendar.monthrange(today.year, today.month)[1])
    choices: tuple[tuple[Phrases, date | None, date | None, Firmness], ...] = (
        (_TODAY, today, today, Firmness.RELATIVE),
        (_YESTERDAY, today - day, None, Firmness.RELATIVE),
        (_BEFORE_YESTERDAY, today - 2 * day, None, Firmness.RELATIVE),
        (_TOMORROW, None, today + day, Firmness.RELATIVE),
        (_AFTER_TOMORROW, None, today + 2 * day, Firmness.RELATIVE),
        (_VAGUE, None, None, Firmness.CALENDAR),
        (_NEXT_WEEK, None, next_monday, Firmness.RELATIVE),
        (_NEXT_MONTH, None, month_end + day, Firmness.RELATIVE),
        (_END_OF_WEEK, None, friday, Firmness.DUE),
        (_END_OF_MONTH, None, month_end, Firmness.DUE),
    )
    best: DateExpression | None = None
    for phrases, latest, following, firmness in choices:
        stop = phrases.longest_at(tokens, at)
        if stop is not None and (best is None or stop > best.stop):
            best = DateExpression(at, stop, latest, following, firmness)
    return best


def _shifted(tokens: Sequence[Token], at: int, today: date) -> DateExpression | None:
    """In 2 weeks, dans 3 jours; 2 days ago, il y a une semaine."""
    ahead = _AHEAD.longest_at(tokens, at)
    if ahead is not None and (amount := _amount(tokens, ahead)) is not None:
        return DateExpression(at, amount[1], None, _shift(today, amount[0], +1), Firmness.DUE)
    if words_at(tokens, at, "il", "y", "a") and (amount := _amount(tokens, at + 3)) is not None:
        return DateExpression(at, amount[1], _shift(today, amount[0], -1), None, Firmness.RELATIVE)
    amount = _amount(tokens, at)
    if amount is not None and words_at(tokens, amount[1], "ago"):
        return DateExpression(at, amount[1] + 1, _shift(today, amount[0], -1), None, Firmness.RELATIVE)
    return None


def _amount(tokens: Sequence[Token], at: int) -> tuple[tuple[int, int], int] | None:
    """(days, months) and where it ends."""
    number = number_at(tokens, at)
    if number is None or number.value != int(number.value) or not 0 < number.value <= 400:
        return None
    if number.stop >= len(tokens):
        return None
    unit, count = tokens[number.stop].word, int(number.value)
    if unit in _DAYS:
        return (count * _DAYS[unit], 0), number.stop + 1
    if unit in _MONTH_UNITS:
        return (0, count), number.stop + 1
    return None


def _shift(today: date, amount: tuple[int, int], sign: int) -> date | None:
    days, months = amount
    index = today.year * 12 + today.month - 1 + sign * months
    year, month = divmod(index, 12)
    try:
        first = date(year, month + 1, min(today.day, calendar.monthrange(year, month + 1)[1]))
        return first + timedelta(days=sign * days)
    except (ValueError, OverflowError, calendar.IllegalMonthError):
        return None


def _weekday(tokens: Sequence[Token], at: int, today: date, *, prepared: bool) -> DateExpression | None:
    start, before = at, ""
    if tokens[at].word in _PAST_WORDS | _NEXT_WORDS and at + 1 < len(tokens):
        before = tokens[at].word
        at += 1
    word = tokens[at].word
    if word not in _WEEKDAYS:
        return None
    stop = _skip_dot(tokens, at + 1)
    after = tokens[stop].word if stop < len(tokens) else ""
    qualified = before != "" or after in _PAST_AFTER | _NEXT_AFTER
    if word in _WEAK_WEEKDAYS and not (qualified or prepared or _nothing_follows(tokens, stop)):
        return None
    if not qualified:
        if (day := _weekday_with_number(tokens, stop, today, _WEEKDAYS[word])) is not None:
            return DateExpression(start, day.stop, day.latest, day.following, Firmness.RELATIVE)
        calendar_start = stop + (stop < len(tokens) and tokens[stop].text == ",")
        if calendar_start < len(tokens) and tokens[calendar_start].word in {"le", "the"}:
            calendar_start += 1
        if calendar_start < len(tokens) and (day := _calendar_day(tokens, calendar_start, today)) is not None:
            return DateExpression(start, day.stop, day.latest, day.following, Firmness.RELATIVE)
    latest: date | None = today - timedelta(days=(today.weekday() - _WEEKDAYS[word]) % 7)
    following: date | None = today + timedelta(days=(_WEEKDAYS[word] - today.weekday() - 1) % 7 + 1)
    if before in _PAST_WORDS or after in _PAST_AFTER:
        latest = today - timedelta(days=(today.weekday() - _WEEKDAYS[word] - 1) % 7 + 1)
        following = None
    elif before in {"next", "coming"} or after in _NEXT_AFTER:
        latest = None
    stop += after in _PAST_AFTER | _NEXT_AFTER
    return DateExpression(start, stop, latest, following, Firmness.RELATIVE)


def _weekday_with_number(tokens: Sequence[Token], at: int, today: date, weekday: int) -> DateExpression | None:
    """ "jeudi 19", "Friday the 20th": only where the number is such a day not far from today."""
    day = _day_number(tokens, at + (words_at(tokens, at, "the") or words_at(tokens, at, "le")))
    if day is None or not _nothing_follows(tokens, day[1]):
        return None
    near = [today + timedelta(days=offset) for offset in range(-31, 32)]
    days = [found for found in near if found.day == day[0] and found.weekday() == weekday]
    latest = max((found for found in days if found <= today), default=None)
    following = min((found for found in days if found >= today), default=None)
    return DateExpression(at, day[1], latest, following, Firmness.RELATIVE) if days else None


def _calendar_day(tokens: Sequence[Token], at: int, today: date) -> DateExpression | None:
    """2026-11-03; Nov 12, November 12th, 2026; 9 Nov, 1er novembre 2026."""
    if iso := _ISO.fullmatch(tokens[at].text):
        return _dated(at, at + 1, int(iso[1]), int(iso[2]), int(iso[3]), today)
    month = _MONTHS.get(tokens[at].word)
    if month is not None:
        stop = _skip_dot(tokens, at + 1)
        stop += words_at(tokens, stop, "the")
        day = _day_number(tokens, stop)
        if day is None:
            return None
        year, stop = _year(tokens, day[1])
        return _dated(at, stop, year, month, day[0], today)
    day = _day_number(tokens, at)
    if day is None:
        return None
    stop = day[1] + (words_at(tokens, day[1], "of") or words_at(tokens, day[1], "de"))
    if stop >= len(tokens) or (month := _MONTHS.get(tokens[stop].word)) is None:
        return None
    year, stop = _year(tokens, _skip_dot(tokens, stop + 1))
    return _dated(at, stop, year, month, day[0], today)


def _day_of_month(tokens: Sequence[Token], at: int, today: date) -> DateExpression | None:
    """The 15th, le 15: only after a preposition, and only where nothing is counted."""
    day = _day_number(tokens, at)
    if day is None or not _nothing_follows(tokens, day[1]) or tokens[at - 1].word not in {"the", "le", "au", "du"}:
        return None
    months = [_shift(today.replace(day=1), (0, 1), sign) for sign in (-1, +1)]
    days = [_exact(month.year, month.month, day[0]) for month in (months[0], today, months[1]) if month is not None]
    latest = max((found for found in days if found is not None and found <= today), default=None)
    following = min((found for found in days if found is not None and found >= today), default=None)
    return DateExpression(at, day[1], latest, following, Firmness.RELATIVE)


def _dated(start: int, stop: int, year: int | None, month: int, day: int, today: date) -> DateExpression | None:
    if year is not None:
        exact = _exact(year, month, day)
        if exact is None:
            return DateExpression(start, stop, None, None, Firmness.CALENDAR)  # No such day: shown, not used.
        return DateExpression(
            start, stop, exact if exact <= today else None, exact if exact >= today else None, Firmness.CALENDAR
        )
    # Eight years, because the 29th of February can be that far away.
    days = [_exact(today.year + offset, month, day) for offset in range(-8, 9)]
    latest = max((found for found in days if found is not None and found <= today), default=None)
    following = min((found for found in days if found is not None and found >= today), default=None)
    if latest is None or following is None:
        return DateExpression(start, stop, None, None, Firmness.CALENDAR)
    soon = latest != today and following - today <= _SOON
    return DateExpression(start, stop, None if soon else latest, following, Firmness.CALENDAR)


def _exact(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if _FIRST_YEAR <= year <= _LAST_YEAR else None
    except ValueError:
        return None


def _day_number(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    if at >= len(tokens) or not tokens[at].text.isdecimal() or len(tokens[at].text) > 2:
        return None
    day = int(tokens[at].text)
    if not 1 <= day <= 31:
        return None
    attached = at + 1 < len(tokens) and tokens[at + 1].start == tokens[at].end
    return day, at + 1 + (attached and tokens[at + 1].word in _ORDINALS)


def _year(tokens: Sequence[Token], at: int) -> tuple[int | None, int]:
    after_comma = at + (at < len(tokens) and tokens[at].text == ",")
    if after_comma < len(tokens):
        text = tokens[after_comma].text
        if len(text) == 4 and text.isdecimal() and _FIRST_YEAR <= int(text) <= _LAST_YEAR:
            return int(text), after_comma + 1
    return None, at


def _skip_dot(tokens: Sequence[Token], at: int) -> int:
    attached = 0 < at < len(tokens) and tokens[at].text == "." and tokens[at].start == tokens[at - 1].end
    return at + attached


def _nothing_follows(tokens: Sequence[Token], at: int) -> bool:
    """The end, a sign or a handle: nothing that the word before could count or belong to."""
    if at >= len(tokens) or tokens[at].sort in {Sort.HANDLE, Sort.SIGN}:
        return True
    return tokens[at].word in _DAY_PARTS | {
        "at",
        "a",
        "re",
        "about",
        "sur",
        "with",
        "avec",
        "au",
        "concernant",
        "and",
        "et",
    }
