"""The directory of the typed-line tests, in memory: the cast of the corpus, found by the product's own keys."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from c2m2a_crm.core.name_keys import NameKey, name_key, name_keys_for_organization, name_keys_for_person
from c2m2a_crm.engagement.typed_line import (
    Colleague,
    Matches,
    Organization,
    OrganizationMatch,
    Person,
    PersonMatch,
    Reading,
    parse,
)

CORPUS: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "data/typed_lines/typed_lines.json").read_text("utf-8")
)
TODAY = date.fromisoformat(CORPUS["today"])


class InMemoryDirectory:
    """What a database would answer; `asked` counts the questions."""

    def __init__(self) -> None:
        self._people: list[tuple[Person, frozenset[NameKey]]] = []
        self._organizations: list[tuple[Organization, frozenset[NameKey]]] = []
        self._colleagues: dict[str, list[Colleague]] = {}
        self.asked: list[frozenset[str]] = []

    def add_person(
        self, key: str, given_name: str, family_name: str, preferred_name: str = "", organization: str = ""
    ) -> None:
        person = Person(key, f"{given_name} {family_name}".strip(), frozenset(filter(None, [organization])))
        self._people.append((person, name_keys_for_person(given_name, family_name, preferred_name)))

    def add_organization(self, key: str, names: Collection[str], acronym: str = "") -> None:
        keys = name_keys_for_organization(filter(None, names), filter(None, [acronym]))
        self._organizations.append((Organization(key, next(filter(None, names))), keys))

    def add_colleague(self, key: str, name: str, handle: str) -> Colleague:
        colleague = Colleague(key, name)
        self._colleagues.setdefault("@" + name_key(handle), []).append(colleague)
        return colleague

    def match(self, phrases: Collection[str]) -> Mapping[str, Matches]:
        self.asked.append(frozenset(phrases))
        answer = {}
        for phrase in phrases:
            people = [(person, {key.kind for key in keys if key.key == phrase}) for person, keys in self._people]
            parties = [(party, {key.kind for key in keys if key.key == phrase}) for party, keys in self._organizations]
            matches = Matches(
                tuple(PersonMatch(person, frozenset(on)) for person, on in people if on),
                tuple(OrganizationMatch(party, frozenset(on)) for party, on in parties if on),
                tuple(self._colleagues.get(phrase, ())),
            )
            if matches != Matches():
                answer[phrase] = matches
        return answer


def corpus_directory() -> InMemoryDirectory:
    directory = InMemoryDirectory()
    for user in CORPUS["users"]:
        directory.add_colleague(user["key"], user["name"], user["handle"])
    for party in CORPUS["organizations"]:
        directory.add_organization(party["key"], [party["name_en"], party["name_fr"]], party["acronym"])
    for person in CORPUS["people"]:
        directory.add_person(
            person["key"], person["given_name"], person["family_name"], person["preferred_name"], person["organization"]
        )
    return directory


DANA = Colleague("dana", "Dana Fournier")


def read(line: str, directory: InMemoryDirectory | None = None, *, today: date = TODAY) -> Reading:
    return parse(line, today=today, author=DANA, directory=directory or corpus_directory())


def as_expected(reading: Reading) -> dict[str, Any]:
    """A reading in the form of the corpus."""
    return {
        "kind": reading.kind and reading.kind.value,
        "direction": reading.direction and reading.direction.value,
        "people": [person.key for person in reading.people],
        "copied": [person.key for person in reading.copied],
        "organizations": [organization.key for organization in reading.organizations],
        "colleagues": [colleague.key for colleague in reading.colleagues],
        "ambiguous": [
            {"text": name.text, "candidates": [candidate.key for candidate in name.candidates]}
            for name in reading.ambiguous
        ],
        "unknown": list(reading.unknown),
        "subject": reading.subject,
        "occurred_on": reading.occurred_on.isoformat(),
        "minutes": reading.minutes,
        "follow_ups": [
            {
                "text": follow_up.text,
                "due_on": follow_up.due_on and follow_up.due_on.isoformat(),
                "assignee": follow_up.assignee.key,
            }
            for follow_up in reading.follow_ups
        ],
    }
