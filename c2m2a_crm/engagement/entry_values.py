"""What a log form carries: values that a typed line can fill in, how it is read, how posted fields are read back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, time, timedelta
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Interaction, Participant
from c2m2a_crm.engagement.selectors import DatabaseDirectory
from c2m2a_crm.engagement.services import Seen
from c2m2a_crm.engagement.typed_line import Colleague as KnownColleague
from c2m2a_crm.engagement.typed_line import Reading, parse

MOST_NEXT_STEPS = 20
MOST_QUESTIONS = 20
NEW_PERSON, NEW_ORGANIZATION = "new-person", "new-organization"
LEAVE_OUT = "none"
LONGEST_WAIT = timedelta(days=60)
LONGEST_TITLE = 120
# In small letters: "La Ronge" and "The Pas" are places.
_ARTICLE = re.compile(r"^(?:(?:the|an?|les?|la|une?|des)\s+|l['’])(?=\S)")


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the follow-ups: what, when, whose; ``pk`` of one that exists already."""

    text: str
    due_on: date | None
    assignee: int
    pk: int | None = None


@dataclass(frozen=True, slots=True)
class Values:
    """Everything a typed line can fill in, in a form that can be compared field by field.

    People are tokens: ``person:12``, ``party:5``, ``user:3``, ``new-person:5:Ana Roy`` (5 is her organization, if any)
    or ``new-organization::Boreal Cells``.
    """

    kind: str = Interaction.Kind.CALL
    direction: str = ""
    subject: str = ""
    notes: str = ""
    occurred_on: date | None = None
    occurred_time: time | None = None
    duration_minutes: int | None = None
    who: tuple[str, ...] = ()
    copied: tuple[str, ...] = ()
    mentioned: tuple[str, ...] = ()
    colleagues: tuple[str, ...] = ()
    next_steps: tuple[Step, ...] = ()


VALUE_NAMES = tuple(each.name for each in fields(Values))


@dataclass(frozen=True, slots=True)
class Preset:
    """What the page that opened the form already knows."""

    who: tuple[str, ...] = ()
    kind: str = ""
    subject: str = ""
    initiative: str = ""

    @property
    def query(self) -> str:
        """The parameters that :meth:`of` reads back as this preset."""
        facts = [(kind, key) for kind, _colon, key in (value.partition(":") for value in self.who)]
        facts += [("kind", self.kind), ("subject", self.subject), ("initiative", self.initiative)]
        return urlencode([fact for fact in facts if fact[1]])

    @classmethod
    def sent(cls, data: QueryDict) -> Preset:
        """The preset that a form carries in its hidden fields."""
        return cls(
            tuple(value for value in data.getlist("preset_who") if is_token(value)),
            data.get("preset_kind", ""),
            data.get("preset_subject", "")[:300],
            as_key(data.get("preset_initiative", "")),
        )

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> Preset:
        who = tuple(
            f"{kind}:{parameters[kind]}"
            for kind in ("person", "party")
            if parameters.get(kind, "").isdecimal() and len(parameters[kind]) < 12
        )
        kind = parameters.get("kind", "")
        return cls(
            who,
            kind if kind in Interaction.Kind.values else "",
            parameters.get("subject", "")[:300],
            as_key(parameters.get("initiative", "")),
        )


def as_key(text: str) -> str:
    """The text, if it can be the key of a row."""
    return text if text.isdecimal() and len(text) < 12 else ""


def beginning(actor: User, preset: Preset) -> Values:
    return Values(
        kind=preset.kind or Interaction.Kind.CALL,
        subject=preset.subject,
        occurred_on=today(),
        who=preset.who,
        colleagues=(f"user:{actor.pk}",),
    )


def reading_day(typed_on: date | None) -> date:
    """The day the line was typed on, if it is believable: a draft may wait on a device for weeks, not for years."""
    return typed_on if typed_on and timedelta(0) <= today() - typed_on <= LONGEST_WAIT else today()


def read_line(actor: User, text: str, day: date) -> Reading | None:
    if not text.strip():
        return None
    return parse(
        text,
        today=day,
        author=KnownColleague(f"user:{actor.pk}", actor.name),
        directory=DatabaseDirectory(actor),
    )


def values_of_reading(actor: User, reading: Reading | None, text: str, preset: Preset) -> Values:
    """The values of a form in which nothing was changed by hand."""
    start = beginning(actor, preset)
    if reading is None:
        return start
    present = {organization for person in reading.people for organization in person.organizations}
    parties = [party.key for party in reading.organizations if party.key not in present]
    # The page's own record stays unless the line names somebody of it.
    kept = [value for value in preset.who if value not in present]
    _first, _break, rest = text.partition("\n")
    subject, remarks = _title(reading)
    return Values(
        kind=reading.kind or start.kind,
        direction=reading.direction or "",
        subject=subject or start.subject,
        notes="\n".join(filter(None, (" ".join(remarks), rest.strip("\n")))),
        occurred_on=reading.occurred_on,
        occurred_time=reading.occurred_time,
        duration_minutes=reading.minutes,
        who=valid_tokens([*kept, *(person.key for person in reading.people), *parties]),
        copied=tuple(person.key for person in reading.copied),
        colleagues=valid_tokens([*start.colleagues, *(colleague.key for colleague in reading.colleagues)]),
        next_steps=tuple(
            Step(
                begun_with_a_capital(step.text)
                or (_("Follow up: %(subject)s") % {"subject": reading.subject} if reading.subject else _("Follow up")),
                step.due_on,
                int(step.assignee.key.removeprefix("user:")),
            )
            for step in reading.follow_ups
        ),
    )


def _title(reading: Reading) -> tuple[str, tuple[str, ...]]:
    """What it was about, as a title, and the sentences that go into the notes.

    Where no subject was named, the first sentence that tells something is the title; a long one is in the notes too.
    """
    remarks = tuple(begun_with_a_capital(remark) for remark in reading.remarks)
    if reading.subject:
        is_bare = reading.kind is None and not (reading.people or reading.organizations or reading.colleagues)
        words = reading.subject if is_bare else _ARTICLE.sub("", reading.subject, count=1)
        return begun_with_a_capital(words), remarks
    if not remarks:
        return "", ()
    first, *others = remarks
    if len(first) > LONGEST_TITLE:
        return Truncator(first).chars(LONGEST_TITLE), remarks
    return first.removesuffix("."), tuple(others)


def begun_with_a_capital(text: str) -> str:
    """A title or a task begins with a capital; a word with its own capitals (“pH”) stays as it is."""
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.islower() else text


def is_token(value: str) -> bool:
    kind, colon, rest = value.partition(":")
    if kind in {NEW_PERSON, NEW_ORGANIZATION}:
        _number_of_party, second, name = rest.partition(":")
        return bool(second and clean_line(name)) and len(name) <= 250
    return kind in {"person", "party", "user"} and bool(colon) and rest.isdecimal() and len(rest) < 12


def valid_tokens(values: Sequence[str]) -> tuple[str, ...]:
    """Valid tokens in their order, each once."""
    return tuple(dict.fromkeys(value for value in values if is_token(value)))


def tokens_of(rows: Sequence[Participant], role: str) -> tuple[str, ...]:
    """Those of their side who took this part in an entry."""
    theirs = (row for row in rows if not row.is_ours and row.role == role)
    return tuple(f"person:{row.person_id}" if row.person_id else f"party:{row.party_id}" for row in theirs)


def posted_steps(data: QueryDict, actor: User) -> tuple[Step, ...]:
    steps = []
    for number in range(MOST_NEXT_STEPS):
        text = clean_line(data.get(f"step-{number}-text", ""))[:500]
        due = day_in(data.get(f"step-{number}-due_on", ""))
        if not text:
            continue
        whose = key_in(data.get(f"step-{number}-assignee", "")) or actor.pk
        steps.append(Step(text, due, whose, key_in(data.get(f"step-{number}-pk", ""))))
    return tuple(steps)


def typed_names_in(data: QueryDict) -> tuple[str, ...]:
    """Names typed into the field of people without being picked, now or in an earlier round."""
    typed = [*data.getlist("typed_name"), *data.get("who_text", "").split(";")]
    return tuple(dict.fromkeys(name for name in map(clean_line, typed) if name))[:20]


def posted_picks(data: QueryDict) -> dict[str, str]:
    picks = {}
    for number in range(MOST_QUESTIONS + 1):
        text = data.get(f"pick-{number}-text", "")
        chosen = data.get(f"pick-{number}", "")
        if text and (chosen in {NEW_PERSON, NEW_ORGANIZATION, LEAVE_OUT} or is_token(chosen)):
            picks[text] = chosen
    return picks


def posted_minutes(data: QueryDict) -> dict[str, tuple[str, str]]:
    return {
        value: (data.get(f"minutes-{number}", "").strip(), data.get(f"preparation-{number}", "").strip())
        for value in data.getlist("colleagues")
        if is_token(value)
        for number in [value.partition(":")[2]]
    }


def day_in(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def seen_lines(rows: Sequence[Participant], steps: Sequence[Step]) -> tuple[str, ...]:
    """What the form begins with, carried in hidden fields: people with part and minutes, follow-ups as they stood."""
    people = [
        f"{row.user_id or ''}|{row.person_id or ''}|{'' if row.person_id else row.party_id or ''}"
        f"|{row.role}|{as_text(row.minutes)}|{as_text(row.preparation_minutes)}"
        for row in rows
    ]
    return (*people, *(f"step|{step.pk}|{step.due_on or ''}|{step.assignee}|{step.text}" for step in steps))


def seen_from(lines: Sequence[str]) -> Seen:
    people: dict[tuple[int | None, int | None, int | None], tuple[str, int | None, int | None]] = {}
    steps: dict[int, tuple[str, date | None, int]] = {}
    for line in lines:
        if line.startswith("step|") and line.count("|") >= 4:
            _word, pk, due, assignee, text = line.split("|", 4)
            if (number := key_in(pk)) and (whose := key_in(assignee)):
                steps[number] = (text, day_in(due), whose)
        elif line.count("|") == 5:
            user, person, party, role, minutes, preparation = line.split("|")
            people[key_in(user), key_in(person), key_in(party)] = (role, whole_in(minutes), whole_in(preparation))
    return Seen(people, steps)


def key_in(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 12 else None


def as_text(value: int | None) -> str:
    return "" if value is None else str(value)


def whole_in(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) <= 4 else None
