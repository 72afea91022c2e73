"""Whom the log form names: tokens that were picked, names that somebody has to settle, colleagues of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.name_keys import name_key
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.entry_values import (
    LEAVE_OUT,
    MOST_QUESTIONS,
    NEW_ORGANIZATION,
    NEW_PERSON,
    Preset,
    Values,
    as_text,
    valid_tokens,
)
from c2m2a_crm.engagement.forms import EntryForm, assignable_users
from c2m2a_crm.engagement.models import Interaction
from c2m2a_crm.engagement.selectors import DatabaseDirectory, affiliations_on
from c2m2a_crm.engagement.typed_line import Reading
from members.duplicates.typed import likely_parties, likely_people
from members.models import Party, Person


@dataclass(frozen=True, slots=True)
class Candidate:
    value: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A name that nobody or several bear. Until ``chosen`` is set the entry cannot be saved."""

    text: str
    name: str
    is_known: bool
    candidates: tuple[Candidate, ...]
    chosen: str

    @property
    def options(self) -> list[dict[str, Any]]:
        """What can be answered: whom we know, somebody new, nobody."""
        offered = [
            *self.candidates,
            Candidate(NEW_PERSON, _("Create a person")),
            Candidate(NEW_ORGANIZATION, _("Create an organization")),
            Candidate(LEAVE_OUT, _("Leave out")),
        ]
        return [
            {"value": each.value, "label": each.label, "note": each.note, "checked": each.value == self.chosen}
            for each in offered
        ]


@dataclass(frozen=True, slots=True)
class Token:
    """A picked name as the form draws it."""

    value: str
    label: str
    note: str
    mark_key: int | None = None
    party: bool = False
    tone: str = ""


@dataclass(frozen=True, slots=True)
class OurRow:
    """One of ours with minutes; ``minutes`` and ``preparation`` are as typed, so that nothing is lost on an error."""

    user: User
    minutes: str
    preparation: str


@dataclass
class EntryPeople:
    """What a log form holds on its way, and whom it means."""

    actor: User
    form: EntryForm
    values: Values
    reading: Reading | None = None
    preset: Preset = field(default_factory=Preset)
    picks: Mapping[str, str] = field(default_factory=dict)
    typed_names: tuple[str, ...] = ()
    minutes: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    instance: Interaction | None = None
    seen: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)

    @cached_property
    def _known(self) -> dict[str, Person | Party | User]:
        """The records behind all tokens, in three queries."""
        ids: dict[str, list[int]] = {"person": [], "party": [], "user": []}
        chosen = [question.chosen for question in self.questions]
        for value in (*self.values.who, *self.values.copied, *self.values.mentioned, *self.values.colleagues, *chosen):
            kind, _colon, number = value.partition(":")
            if kind in ids and number.isdecimal():
                ids[kind].append(int(number))
        found: dict[str, Person | Party | User] = {}
        there = list(self.instance.participants.values_list("person_id", "user_id")) if self.instance else []
        if ids["person"]:
            # Who was made anonymous stays where they took part, and is put into nothing more.
            people = Person.objects.filter(
                Q(anonymised_on__isnull=True) | Q(pk__in={person for person, _user in there} - {None})
            )
            found |= {f"person:{row.pk}": row for row in people.visible_to(self.actor).filter(pk__in=ids["person"])}
        if ids["party"]:
            found |= {
                f"party:{row.pk}": row for row in Party.objects.visible_to(self.actor).filter(pk__in=ids["party"])
            }
        if ids["user"]:
            here_before = {user for _person, user in there} - {None}
            users = User.objects.filter(Q(is_active=True) | Q(pk__in=here_before), pk__in=ids["user"])
            found |= {f"user:{row.pk}": row for row in users}
        return found

    @cached_property
    def _posts(self) -> Mapping[int, Any]:
        people = [row.pk for row in self._known.values() if isinstance(row, Person)]
        return affiliations_on(people, self.values.occurred_on or today())

    def _token(self, value: str) -> Token | None:
        if value.startswith((NEW_PERSON, NEW_ORGANIZATION)):
            kind, _first, name = value.split(":", 2)
            note = _("new person") if kind == NEW_PERSON else _("new organization, noted as a business")
            return Token(value, name, note, party=kind == NEW_ORGANIZATION, tone="warn")
        row = self._known.get(value)
        if isinstance(row, Person):
            post = self._posts.get(row.pk)
            return Token(value, row.full_name, str(post.party) if post else "", row.pk)
        if isinstance(row, Party):
            return Token(value, str(row), row.get_kind_display(), row.pk, party=True)
        return None

    @property
    def who_tokens(self) -> list[Token]:
        return [token for value in self.values.who if (token := self._token(value))]

    @property
    def copied_tokens(self) -> list[Token]:
        return [token for value in self.values.copied if (token := self._token(value))]

    @property
    def mentioned_tokens(self) -> list[Token]:
        return [token for value in self.values.mentioned if (token := self._token(value))]

    @property
    def our_rows(self) -> list[OurRow]:
        rows = []
        for value in self.values.colleagues:
            user = self._known.get(value)
            if isinstance(user, User):
                minutes, preparation = self.minutes.get(value, ("", ""))
                rows.append(OurRow(user, minutes or as_text(self.values.duration_minutes), preparation))
        return rows

    @cached_property
    def other_colleagues(self) -> list[User]:
        ours = {row.user.pk for row in self.our_rows}
        return [user for user in self.assignees if user.pk not in ours]

    @cached_property
    def assignees(self) -> list[User]:
        """Who may be given work, and whoever already has a row of this entry."""
        users = assignable_users()
        known = {user.pk for user in users}
        missing = {step.assignee for step in self.values.next_steps if step.pk} - known
        return users + list(User.objects.filter(pk__in=missing).order_by("name", "pk")) if missing else users

    @cached_property
    def questions(self) -> list[Question]:
        """Names that somebody has to settle, in the order of the line, each asked once."""
        asked: list[Question] = []
        seen: set[str] = set()
        ambiguous = {item.text: item.candidates for item in self.reading.ambiguous} if self.reading else {}
        unknown = list(self.reading.unknown) if self.reading else []
        for text in (*ambiguous, *unknown, *self.typed_names):
            if text in seen or len(asked) > MOST_QUESTIONS:
                continue
            seen.add(text)
            candidates = tuple(
                Candidate(found.key, found.name, self._where(found)) for found in ambiguous.get(text, ())
            )
            is_known = bool(candidates)
            asked.append(
                Question(
                    text,
                    f"pick-{len(asked)}",
                    is_known,
                    candidates if is_known else self._look_alikes(text),
                    self.picks.get(text, ""),
                )
            )
        return asked

    def _take_certain_names(self) -> None:
        """A name typed into the field of people that exactly one bears is picked; the others become questions."""
        certain = {}
        for text in self.typed_names:
            key = name_key(text)
            match = DatabaseDirectory(self.actor).match([key]).get(key) if key else None
            bearers = (
                [found.person.key for found in match.people] + [found.organization.key for found in match.organizations]
                if match
                else []
            )
            if len(bearers) == 1:
                certain[text] = bearers[0]
        if certain:
            self.values = replace(self.values, who=valid_tokens([*self.values.who, *certain.values()]))
            self.typed_names = tuple(text for text in self.typed_names if text not in certain)

    def _where(self, found: Any) -> str:
        numbers = [int(key.removeprefix("party:")) for key in getattr(found, "organizations", ())]
        return (
            ", ".join(str(party) for party in Party.objects.visible_to(self.actor).filter(pk__in=numbers))
            if numbers
            else ""
        )

    def _look_alikes(self, text: str) -> tuple[Candidate, ...]:
        """Exact bearers first (a name typed into the field of people), then those whose name is close."""
        matches = DatabaseDirectory(self.actor).match([name_key(text)]).get(name_key(text)) if name_key(text) else None
        if matches:
            exact = [match.person for match in matches.people], [match.organization for match in matches.organizations]
            return tuple(
                [Candidate(person.key, person.name, self._where(person)) for person in exact[0]]
                + [Candidate(party.key, party.name) for party in exact[1]]
            )
        given, _space, family = text.rpartition(" ")
        people = likely_people(self.actor, given_name=given, family_name=family)
        parties = likely_parties(self.actor, names=[text])
        return tuple(
            Candidate(
                f"{kind}:{alike.found.pk}",
                alike.found.title,
                " · ".join(filter(None, (alike.found.note, alike.reason))),
            )
            for kind, found in (("person", people), ("party", parties))
            for alike in found
        )[:4]
