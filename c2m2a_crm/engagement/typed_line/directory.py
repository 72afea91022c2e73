"""Who is known, as the reader of a typed line asks for it: once for a whole line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from c2m2a_crm.core.name_keys import NameKind


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on file. `organizations`: keys of the parties where they serve today; they settle "Côté (MMN)"."""

    key: str
    name: str
    organizations: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Organization:
    """Any party that can be met: an organization or a Nation. On screen a Nation is never called an organization."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who signs in here."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class PersonMatch:
    person: Person
    on: frozenset[NameKind]


@dataclass(frozen=True, slots=True)
class OrganizationMatch:
    organization: Organization
    on: frozenset[NameKind]


@dataclass(frozen=True, slots=True)
class Matches:
    """Everybody who bears one phrase as a name, each with the parts of the name it is."""

    people: tuple[PersonMatch, ...] = ()
    organizations: tuple[OrganizationMatch, ...] = ()
    colleagues: tuple[Colleague, ...] = ()


class Directory(Protocol):
    """Answers one question for a whole line; a database does so with one or two queries."""

    def match(self, phrases: Collection[str]) -> Mapping[str, Matches]:
        """The bearers of each phrase that has any; phrases without a bearer are left out.

        A phrase is `name_key()` of one to `LONGEST_NAME` consecutive words, to be compared for equality with the keys
        of `name_keys_for_person()` and `name_keys_for_organization()`. After an "@" a
        phrase is the `name_key()` of a handle, and means colleagues alone. There are at most `MOST_PHRASES` phrases.
        """
