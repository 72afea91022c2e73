"""Which people on file the cells of a table mean that names people beside something else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from c2m2a_crm.core.imports import Question
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.name_keys import name_key
from members import services
from members.imports.people.names import PersonName, same_person_name, split_name
from members.imports.people.on_file import Known, PeopleOnFile
from members.models import Party


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody as a cell names them; ``party_id`` is the organization of the row, or 0."""

    name: str
    email: str = ""
    party_id: int = 0

    @property
    def key(self) -> str:
        return self.email or f"{name_key(self.name) or self.name}@{self.party_id}"

    @property
    def parted(self) -> PersonName:
        return split_name(self.name)


@dataclass(slots=True)
class FoundPerson:
    """What a name comes to. ``state`` is known, new, without, skip or ask."""

    asked: Asked
    state: str
    person_id: int = 0
    question: Question | None = None


class PersonFinder:
    """Finds people by address, by name and organization, or by a name that one person alone bears; each once."""

    def __init__(self, actor: Any, *, unknown: str, decisions: Mapping[str, str], without: str) -> None:
        self.actor = actor
        self.unknown = unknown
        self.decisions = decisions
        self.without = without
        self.on_file = PeopleOnFile("")
        self._found: dict[str, FoundPerson] = {}

    def look_up(self, asked: Iterable[Asked]) -> None:
        wanted = list({one.key: one for one in asked if one.key not in self._found}.values())
        if not wanted:
            return
        chosen = [
            int(choice[5:])
            for one in wanted
            if (choice := self.decisions.get(f"person:{one.key}", "")).startswith("same:") and choice[5:].isdecimal()
        ]
        self.on_file.read([(_data(one), one.party_id) for one in wanted], chosen, every_name=True)
        for one in wanted:
            self._found[one.key] = self._settle(one)

    def of(self, asked: Asked, line: int) -> FoundPerson:
        found = self._found[asked.key]
        if found.question is not None and len(found.question.lines) < 20:
            found.question.lines.append(line)
        return found

    def questions(self) -> list[Question]:
        return [found.question for found in self._found.values() if found.state == "ask" and found.question]

    def make(self, found: Sequence[tuple[FoundPerson, int]], operation: Operation) -> None:
        """Make the people who are to be added, where that has not been done; with the party of their row, or 0."""
        wanted = {one.asked.key: (one, party) for one, party in found if one.state == "new" and not one.person_id}
        missing = list(wanted.values())
        parties = Party.objects.in_bulk({party for _one, party in missing if party})
        rows = []
        for one, party in missing:
            name = one.asked.parted
            rows.append(
                services.PersonInput(
                    given_name=name.given,
                    family_name=name.family,
                    honorific=name.honorific,
                    post_nominals=name.post_nominals,
                    email=one.asked.email,
                    organization=parties.get(party),
                )
            )
        people = services.create_people(actor=self.actor, rows=rows, operation=operation)
        for (one, _party), person in zip(missing, people, strict=True):
            one.person_id = person.pk

    def _settle(self, asked: Asked) -> FoundPerson:
        name = asked.parted
        users = self.on_file.by_email([asked.email] if asked.email else [])
        alike = [
            one
            for one in users
            if not asked.name
            or same_person_name(name.given, name.family, one.person.given_name, one.person.family_name)
        ]
        if not alike and asked.name:
            alike = self.on_file.by_name_and_party(name.given, name.family, asked.party_id)
            alike = alike or self.on_file.by_name(name.given, name.family)
        alike = [one for one in alike if not one.person.is_archived]
        if len(alike) == 1:
            return FoundPerson(asked, "known", alike[0].person.pk)
        key = f"person:{asked.key}"
        choice = self.decisions.get(key, "")
        if choice.startswith("same:") and choice[5:].isdecimal() and self.on_file.get(int(choice[5:])):
            return FoundPerson(asked, "known", int(choice[5:]))
        if choice in {"new", "without", "skip"}:
            return FoundPerson(asked, choice)
        if not alike and self.unknown != "ask" and (asked.name or self.unknown == "without"):
            return FoundPerson(asked, "new" if self.unknown == "add" else "without")
        return FoundPerson(asked, "ask", question=self._question(key, asked, alike))

    def _question(self, key: str, asked: Asked, candidates: Sequence[Known]) -> Question:
        choices = [
            (f"same:{one.person.pk}", _("The same as %(name)s") % {"name": one.described}) for one in candidates[:8]
        ]
        if asked.name:
            choices.append(("new", _("Somebody else: add this person")))
        choices += [("without", self.without), ("skip", _("Leave the rows out"))]
        said = (
            _("Several records have this name. Say which one is meant.")
            if candidates
            else _("Nobody on file has this name or address.")
        )
        return Question(key, " ".join(filter(None, (asked.name, asked.email))), [said], choices)


def _data(asked: Asked) -> dict[str, Any]:
    name = asked.parted
    return {"given": name.given, "family": name.family, "emails": [asked.email] if asked.email else []}
