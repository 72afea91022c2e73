"""What is to be done after a contact: "send NDA tomorrow @priya", "suivi dans 2 semaines"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from c2m2a_crm.engagement.typed_line.dates import DateExpression, Firmness, date_at
from c2m2a_crm.engagement.typed_line.directory import Colleague
from c2m2a_crm.engagement.typed_line.durations import TimeOfDay, time_at
from c2m2a_crm.engagement.typed_line.names import Names
from c2m2a_crm.engagement.typed_line.parts import Part
from c2m2a_crm.engagement.typed_line.reading import Ambiguous, FollowUp, Role
from c2m2a_crm.engagement.typed_line.tokens import Sort, Token, tokenize
from c2m2a_crm.engagement.typed_line.words import FOLLOW_UP, TASKS, TASKS_OR_THINGS, TELLING

_OUTER = " \t,;:.-–—>"


@dataclass(frozen=True, slots=True)
class ReadFollowUp:
    """A follow-up, what its handle left open and at which token, and the token ranges of its parts."""

    follow_up: FollowUp
    unknown: tuple[tuple[int, str], ...]
    ambiguous: tuple[tuple[int, Ambiguous], ...]
    roles: tuple[tuple[int, int, Role], ...]


def read_follow_up(
    text: str, tokens: Sequence[Token], part: Part, names: Names, *, today: date, author: Colleague
) -> ReadFollowUp | None:
    """The follow-up that a part of the line states, the author's own unless a known handle says otherwise."""
    roles: list[tuple[int, int, Role]] = []
    unknown: tuple[tuple[int, str], ...] = ()
    ambiguous: tuple[tuple[int, Ambiguous], ...] = ()
    assignee = author
    inside = tokens[: part.stop]
    due = _due(inside, part, today)
    if due is not None:
        roles.append((due.start, due.stop, Role.DUE))
    handle = next((at for at in range(part.start, part.stop) if tokens[at].sort is Sort.HANDLE), None)
    if handle is not None:
        bearers = names.colleagues(handle)
        roles.append((handle, handle + 1, (Role.UNKNOWN, Role.ASSIGNEE, Role.AMBIGUOUS)[min(len(bearers), 2)]))
        if len(bearers) == 1:
            assignee = bearers[0]
        elif bearers:
            candidates = tuple(sorted(bearers, key=lambda one: one.key))
            ambiguous = ((handle, Ambiguous(tokens[handle].text, candidates)),)
        else:
            unknown = ((handle, tokens[handle].text),)
    hour = _hour(inside, part, due)
    if hour is not None:
        roles.append((hour.start, hour.stop, Role.TIME))
    rest = _rest(tokens, part, roles)
    words = " ".join(filter(None, (text[tokens[a].start : tokens[b - 1].end].strip(_OUTER) for a, b in rest)))
    if not words and due is None and handle is None:
        return None
    words = _without_follow_up(words)
    roles += [(a, b, Role.FOLLOW_UP) for a, b in rest]
    return ReadFollowUp(
        FollowUp(words, due.following if due else None, assignee), unknown, ambiguous, tuple(sorted(roles))
    )


def due_in(text: str, today: date) -> date | None:
    """The day to come by which something is promised or asked for, if the words name one."""
    tokens = tokenize(text)
    due = _due(tokens, Part(0, len(tokens)), today)
    return due.following if due else None


def is_evident(tokens: Sequence[Token], part: Part, today: date) -> bool:
    """Does a part by itself say that something is to be done: "follow up", "send", a day to come, a handle?

    "They opened the pit on Monday" tells something of that day; "They want it by Monday" leaves something to do.
    """
    if FOLLOW_UP.longest_at(tokens, part.start) is not None or _asks_for_something(tokens, part):
        return True
    if any(token.sort is Sort.HANDLE for token in tokens[part.start : part.stop]):
        return True
    due = _due(tokens[: part.stop], part, today)
    return due is not None and (due.firmness is Firmness.DUE or not _tells(tokens, part))


def _asks_for_something(tokens: Sequence[Token], part: Part) -> bool:
    inside = tokens[: part.stop]
    if TASKS.longest_at(inside, part.start) is not None:
        return True
    return TASKS_OR_THINGS.longest_at(inside, part.start) is not None and not _tells(tokens, part)


def _tells(tokens: Sequence[Token], part: Part) -> bool:
    return any(token.word in TELLING for token in tokens[part.start : part.stop])


def begins_follow_up(tokens: Sequence[Token], part: Part, today: date) -> bool:
    """ "follow up Fri", "suivi @omar", "f/u": the word, and then nothing, a day to come or a handle."""
    stop = FOLLOW_UP.longest_at(tokens[: part.stop], part.start)
    if stop is None:
        return False
    if stop == part.stop or tokens[stop].sort is Sort.HANDLE:
        return True
    found = date_at(tokens[: part.stop], stop, today)
    return found is not None and found.following is not None


def _due(tokens: Sequence[Token], part: Part, today: date) -> DateExpression | None:
    """The surest date to come: after "by", at an end of the part, else a day name; an inner "Dec 10 agenda" is none."""
    best: tuple[int, DateExpression] | None = None
    at = part.start
    while at < part.stop:
        found = date_at(tokens, at, today)
        if found is None:
            at += 1
            continue
        at_an_end = found.stop == part.stop or tokens[found.stop].sort in {Sort.HANDLE, Sort.SIGN}
        at_an_end = at_an_end or found.start == part.start or time_at(tokens, found.stop) is not None
        surety = max(int(found.firmness), 2 * at_an_end - (found.firmness is Firmness.CALENDAR and not at_an_end))
        if found.following is not None and surety > 0 and (best is None or surety > best[0]):
            best = surety, found
        at = found.stop
    return best[1] if best else None


def _hour(tokens: Sequence[Token], part: Part, due: DateExpression | None) -> TimeOfDay | None:
    """A time of day, beside the due date or anywhere with its preposition."""
    at = part.start
    while at < part.stop:
        if due is not None and at == due.start:
            at = due.stop
            continue
        found = time_at(tokens, at)
        if found is not None:
            return found
        at += 1
    return None


def _rest(tokens: Sequence[Token], part: Part, taken: Sequence[tuple[int, int, Role]]) -> list[tuple[int, int]]:
    """What is left of a part, in stretches that hold at least one word."""
    rest: list[tuple[int, int]] = []
    at = part.start
    for start, stop, _ in [*sorted(taken), (part.stop, part.stop, Role.FOLLOW_UP)]:
        if any(token.sort is not Sort.SIGN for token in tokens[at:start]):
            rest.append((at, start))
        at = stop
    return rest


def _without_follow_up(words: str) -> str:
    """ "Follow up: send the map" without the words that only announce it; "follow up with Okafor" needs them."""
    tokens = tokenize(words)
    stop = FOLLOW_UP.longest_at(tokens, 0)
    if stop is None:
        return words
    announced = stop
    while announced < len(tokens) and tokens[announced].sort is Sort.SIGN:
        announced += 1
    if announced == stop < len(tokens) and tokens[stop].word == "to":
        announced += 1
    if announced == len(tokens):
        return ""
    rest = Part(announced, len(tokens))
    is_announced = tokens[stop].sort is Sort.SIGN or _asks_for_something(tokens, rest)
    return words[tokens[announced].start :] if is_announced else words
