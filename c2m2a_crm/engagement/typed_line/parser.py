"""`parse`: one typed line, with the lines below it, read as a contact."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

from c2m2a_crm.engagement.typed_line.dates import date_at
from c2m2a_crm.engagement.typed_line.directory import Colleague, Directory, Organization, Person
from c2m2a_crm.engagement.typed_line.follow_ups import begins_follow_up, is_evident, read_follow_up
from c2m2a_crm.engagement.typed_line.found import FoundName, Head, open_names
from c2m2a_crm.engagement.typed_line.head import HeadReader, is_continuation
from c2m2a_crm.engagement.typed_line.names import Names
from c2m2a_crm.engagement.typed_line.parts import Part, split_parts
from c2m2a_crm.engagement.typed_line.points import read_note
from c2m2a_crm.engagement.typed_line.reading import Reading, Role, Span
from c2m2a_crm.engagement.typed_line.subjects import is_dash
from c2m2a_crm.engagement.typed_line.tokens import Sort, Token, tokenize
from c2m2a_crm.engagement.typed_line.words import JOINED, TELLERS

_LINE_END = re.compile(r"\r\n|\r|\n")
_Keyed = TypeVar("_Keyed", Person, Organization, Colleague)


def parse(text: str, *, today: date, author: Colleague, directory: Directory) -> Reading:
    """What a text says of a contact, as its author means it on that day; words of both languages always work.

    Never raises, whatever the text; asks the directory once, or not at all where there are no words. A name is resolved
    only where exactly one bearer is on file and no other reading is left.
    """
    first, rest = _first_line(text)
    tokens = tokenize(text, first[0], first[1])
    names = Names(tokens, directory)
    parts = _with_follow_ups_after_commas(tokens, split_parts(text, tokens, names), today)
    contact, tasks, remarks = _sorted_parts(tokens, parts, today)

    reader = HeadReader(tokens, names, today)
    for part in contact:
        reader.read(part)
    head = reader.head
    bare = not head.says_who_or_what and not head.attempted
    if bare and contact:
        # In a bare note a second sentence is more of the note.
        contact, remarks = sorted([*contact, *remarks], key=lambda part: part.start), []
    for part in remarks:
        if (name := _who_joined(tokens, names, part)) is not None:
            head.names.append(name)
    follow_ups = [
        found
        for part in tasks
        if (found := read_follow_up(text, tokens, part, names, today=today, author=author)) is not None
    ]
    points, note = read_note(text[rest:])
    reading = _bare_note(text, tokens, head, contact, today) if bare else _contact(text, tokens, head, today)
    spans = [*reading.spans, *(Span(rest + line.start, rest + line.end, Role.POINT) for line in points)]
    for found in follow_ups:
        spans += _spans(tokens, found.roles)
    joined = {name.start: name.stop for name in head.names}
    starts = [(joined.get(part.start, part.start), part.stop) for part in remarks]
    spans += _spans(tokens, [(start, stop, Role.REMARK) for start, stop in starts])
    ambiguous, unknown = open_names(replace(head, names=[]) if bare else head, text, tokens)
    ambiguous += [one for found in follow_ups for one in found.ambiguous]
    unknown += [one for found in follow_ups for one in found.unknown]
    return replace(
        reading,
        ambiguous=tuple(name for _, name in sorted(ambiguous, key=lambda one: one[0])),
        unknown=tuple(name for _, name in sorted(unknown)),
        follow_ups=tuple(found.follow_up for found in follow_ups),
        points=tuple(line.point for line in points),
        note=note,
        spans=tuple(sorted(spans)),
        remarks=tuple(_sentence(text, tokens, part) for part in remarks),
    )


def _first_line(text: str) -> tuple[tuple[int, int], int]:
    """Where the first line that is not blank stands, and where the lines after it begin."""
    start = 0
    for line_end in _LINE_END.finditer(text):
        if text[start : line_end.start()].strip():
            return (start, line_end.start()), line_end.end()
        start = line_end.end()
    return (start, len(text)), len(text)


def _with_follow_ups_after_commas(tokens: Sequence[Token], parts: Iterable[Part], today: date) -> list[Part]:
    """ ", follow up Fri" and ", she will answer by Fri" begin a part as if a semicolon stood there."""
    cut: list[Part] = []
    for part in parts:
        start = part.start
        for at in range(part.start, part.stop - 1):
            if tokens[at].text != "," and not is_dash(tokens, at):
                continue
            if begins_follow_up(tokens, Part(at + 1, part.stop), today) or _begins_to_tell(tokens, at, part, today):
                cut.append(Part(start, at))
                start = at + 1
        cut.append(Part(start, part.stop))
    return cut


def _begins_to_tell(tokens: Sequence[Token], comma: int, part: Part, today: date) -> bool:
    """ "…, she will answer": a comma, a pronoun and a word more; but "…, il y a 3 jours" is a date."""
    teller = comma + 1
    if tokens[comma].text != "," or teller + 1 >= part.stop or tokens[teller].word not in TELLERS:
        return False
    return tokens[teller + 1].sort is Sort.WORD and date_at(tokens[: part.stop], teller, today) is None


def _sorted_parts(
    tokens: Sequence[Token], parts: Sequence[Part], today: date
) -> tuple[list[Part], list[Part], list[Part]]:
    """Parts about the contact, about what is to follow, and those that only tell something."""
    contact: list[Part] = []
    tasks: list[Part] = []
    remarks: list[Part] = []
    for at, part in enumerate(parts):
        about_contact = at == 0 and not begins_follow_up(tokens, part, today)
        if about_contact or (at > 0 and is_continuation(tokens, part, today)):
            contact.append(part)
        elif at == 0 or is_evident(tokens, part, today):
            tasks.append(part)
        elif any(token.sort is not Sort.SIGN for token in tokens[part.start : part.stop]):
            remarks.append(part)
    return contact, tasks, remarks


def _who_joined(tokens: Sequence[Token], names: Names, part: Part) -> FoundName | None:
    """ "Marisol Quartz, deputy minister, joined": somebody listed who was there, told in a sentence of its own."""
    stop = names.longest_at(part.start, part.stop)
    if stop is None or not any(JOINED.has(tokens, at, part.stop) for at in range(stop, part.stop)):
        return None
    bearers = names.bearers(part.start, stop)
    return FoundName(part.start, stop, bearers, copied=False) if bearers is not None and bearers.people else None


def _sentence(text: str, tokens: Sequence[Token], part: Part) -> str:
    """A part as typed, with the full stop that ended it."""
    words = _words(text, tokens, (part.start, part.stop))
    return f"{words}." if text[tokens[part.stop - 1].end :][:1] in {".", ";"} else words


def _bare_note(text: str, tokens: Sequence[Token], head: Head, contact: Sequence[Part], today: date) -> Reading:
    """Neither kind nor name: every word of it is the subject, and no day is read out of it."""
    stretches: list[Part] = []
    for part in contact:
        if stretches and part.start - stretches[-1].stop <= 1:
            stretches[-1] = Part(stretches[-1].start, part.stop)  # With the semicolon or full stop between them.
        elif part.stop > part.start:
            stretches.append(part)
    handles = {start: role for start, _, role in head.roles if tokens[start].sort is Sort.HANDLE}
    return Reading(
        kind=None,
        direction=None,
        people=(),
        copied=(),
        organizations=(),
        colleagues=_by_key(head.colleagues),
        ambiguous=(),
        unknown=(),
        subject=" ".join(_words(text, tokens, (part.start, part.stop)) for part in stretches),
        occurred_on=today,
        occurred_time=None,
        minutes=None,
        follow_ups=(),
        points=(),
        note="",
        unread=(),
        spans=tuple(span for part in stretches for span in _subject_around_handles(tokens, part, handles)),
    )


def _contact(text: str, tokens: Sequence[Token], head: Head, today: date) -> Reading:
    """The contact that the first parts state; what is left open in it is gathered for the whole line."""
    people: list[Person] = []
    copied: list[Person] = []
    organizations: list[Organization] = []
    roles = list(head.roles)
    for name in head.names:
        if name.bearers is None or name.doubtful or len(name.bearers.all) != 1:
            roles.append((name.start, name.stop, Role.AMBIGUOUS if name.bearers else Role.UNKNOWN))
        elif name.bearers.people:
            (copied if name.copied else people).extend(name.bearers.people)
            roles.append((name.start, name.stop, Role.COPIED if name.copied else Role.PERSON))
        else:
            organizations.extend(name.bearers.organizations)
            roles.append((name.start, name.stop, Role.ORGANIZATION))
    subjects, unread = head.subjects, head.free
    if not subjects:
        # Words that nothing introduced are the subject all the same; a single one before the kind says too little.
        subjects = [(a, b) for a, b in unread if b - a > 1 or head.kind_start is None or a > head.kind_start]
        unread = [stretch for stretch in unread if stretch not in subjects]
    unread = sorted([*unread, *((a, b) for a, b, role in roles if role is Role.UNREAD)])
    roles += [(a, b, Role.SUBJECT) for a, b in subjects]
    roles += [(a, b, Role.UNREAD) for a, b in head.free if (a, b) not in subjects]
    present = {person.key for person in people}
    return Reading(
        kind=head.kind,
        direction=head.direction,
        people=_by_key(people),
        copied=_by_key(person for person in copied if person.key not in present),
        organizations=_by_key(organizations),
        colleagues=_by_key(head.colleagues),
        ambiguous=(),
        unknown=(),
        subject=", ".join(_words(text, tokens, stretch) for stretch in subjects),
        occurred_on=head.occurred_on or today,
        occurred_time=head.occurred_time,
        day_part=head.day_part,
        minutes=head.minutes,
        follow_ups=(),
        points=(),
        note="",
        unread=tuple(_words(text, tokens, stretch) for stretch in unread),
        spans=tuple(_spans(tokens, roles)),
    )


def _words(text: str, tokens: Sequence[Token], stretch: tuple[int, int]) -> str:
    return text[tokens[stretch[0]].start : tokens[stretch[1] - 1].end]


def _subject_around_handles(tokens: Sequence[Token], part: Part, handles: Mapping[int, Role]) -> list[Span]:
    roles: list[tuple[int, int, Role]] = []
    start = part.start
    for at in range(part.start, part.stop):
        if at in handles:
            roles += [(start, at, Role.SUBJECT), (at, at + 1, handles[at])]
            start = at + 1
    return _spans(tokens, [role for role in [*roles, (start, part.stop, Role.SUBJECT)] if role[0] < role[1]])


def _spans(tokens: Sequence[Token], roles: Iterable[tuple[int, int, Role]]) -> list[Span]:
    return [Span(tokens[start].start, tokens[stop - 1].end, role) for start, stop, role in roles]


def _by_key(found: Iterable[_Keyed]) -> tuple[_Keyed, ...]:
    """Each once, sorted by key."""
    return tuple(sorted({one.key: one for one in found}.values(), key=lambda one: one.key))
