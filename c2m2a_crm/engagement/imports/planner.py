"""Contacts of a file: who and what they tell of found among what is on file, then logged under the rules of the log."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.imports import ImportSettings, Judgement, Parsed, Question, SourceRow, StagedRow, Verdict
from c2m2a_crm.core.imports.days import DayOrder
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.text import fold
from c2m2a_crm.engagement import services
from c2m2a_crm.engagement.imports.reading import Reader
from c2m2a_crm.engagement.models import Initiative, Interaction
from c2m2a_crm.engagement.services import Attendee, Colleague, Entry, EntryRefused, NewAttendee, check_entries
from members.imports.matching import Found, PartyFinder
from members.imports.people.finder import Asked, FoundPerson, PersonFinder
from members.imports.people.planner import order_question
from members.models import Affiliation, Party, Person

# A token is made of the identifier in the other system, or of what the row tells: the same row is the same contact.
_TOKENS: Final = uuid.UUID("5f0c7a52-7a3e-4d0e-9a55-1d0a43c1f2b7")


@dataclass(slots=True)
class Plan:
    """One contact to be logged, with those who are on file or to be made."""

    data: Mapping[str, Any]
    day: date
    token: uuid.UUID
    organizations: list[Found]
    people: list[FoundPerson]
    colleagues: list[User]
    initiative: Initiative | None
    attendees: list[Attendee | NewAttendee] = field(default_factory=list)

    def to_entry(self) -> Entry:
        data = self.data
        return Entry(
            subject=data["subject"],
            attendees=self.attendees,
            kind=data["kind"],
            direction=data.get("direction", ""),
            notes=data.get("notes", ""),
            occurred_on=self.day,
            occurred_time=time.fromisoformat(data["time"]) if data.get("time") else None,
            duration_minutes=data.get("minutes") or None,
            place=data.get("place", ""),
            initiated_by=data.get("initiated_by", ""),
            arranged=data.get("arranged", ""),
            initiative=self.initiative,
            colleagues=[Colleague(user) for user in self.colleagues],
        )


class ContactPlanner:
    def __init__(self, actor: Any, settings: ImportSettings, headings: Sequence[str]) -> None:
        self.actor = actor
        self.scheme: str = settings.options.get("scheme", "")
        self.reader = Reader(settings, headings)
        unknown = settings.options.get("unknown", "ask")
        without = _("Log the contacts without it")
        self.parties = PartyFinder(actor, unknown=unknown, decisions=settings.decisions, without=without)
        without = _("Log the contacts without this person")
        self.people = PersonFinder(actor, unknown=unknown, decisions=settings.decisions, without=without)
        chosen = settings.options.get("day_order") or settings.decisions.get(DayOrder.QUESTION, "")
        self.days = DayOrder(chosen if chosen in {"day", "month"} else "")
        self.colleagues = {fold(user.email): user for user in User.objects.filter(is_active=True)}
        self.colleagues |= _by_unique_name(self.colleagues.values())
        self.initiatives: dict[str, Initiative] = {}
        for initiative in Initiative.objects.readable_by(actor).active():
            for name in filter(None, (initiative.name_en, initiative.name_fr)):
                self.initiatives.setdefault(fold(name), initiative)
        self.order: Question | None = None
        # What this very import logs is not on file: it would be found or not by the order of the rows.
        self.newest: int = Interaction.objects.aggregate(newest=Max("pk"))["newest"] or 0
        self._line_of: dict[uuid.UUID, int] = {}

    def parse(self, row: SourceRow) -> Parsed:
        return self.reader.read(row)

    def prepare(self, rows: Iterator[StagedRow]) -> None:
        for row in rows:
            self.days.note(row.data["day"][2])

    # --- The comparison ---

    def judge(self, rows: Sequence[StagedRow]) -> list[Judgement]:
        self.parties.look_up((name, "") for row in rows for name in row.data.get("organizations", ()))
        organizations = [
            [self.parties.of(name, row.line) for name in row.data.get("organizations", ())] for row in rows
        ]
        asked = [_asked(row, found) for row, found in zip(rows, organizations, strict=True)]
        self.people.look_up(one for each in asked for one in each)
        judgements = [
            self._judge(row, parties, [self.people.of(one, row.line) for one in people])
            for row, parties, people in zip(rows, organizations, asked, strict=True)
        ]
        self._find_logged(judgements)
        self._refuse_by_rule(judgements)
        return judgements

    def _judge(self, row: StagedRow, parties: list[Found], people: list[FoundPerson]) -> Judgement:
        data = row.data
        told = Judgement(row.line, Verdict.NEW, f"{data['day'][0]} · {data['subject']}", list(row.sentences))
        day = self.days.settle((data["day"][0], data["day"][1]))
        if day is None:
            return self._ask_order(told)
        told.names = f"{day} · {data['subject']}"
        everybody: list[Found | FoundPerson] = [*parties, *people]
        if any(one.state == "skip" for one in everybody):
            told.verdict = Verdict.SKIPPED
            told.sentences.append(_("Rows with somebody who is left out are left out, as chosen."))
            return told
        for one in everybody:
            if one.state == "ask" and one.question is not None:
                told.verdict, told.question = Verdict.DECISION, told.question or one.question.key
                told.sentences.append(_("It must be decided what becomes of %(name)s.") % {"name": one.question.title})
        token = self._token(data, day)
        first = self._line_of.setdefault(token, row.line)
        if first != row.line:
            told.verdict, told.question = Verdict.SKIPPED, ""
            told.sentences.append(_("This is the contact of line %(line)d; the row is left out.") % {"line": first})
            return told
        told.plan = Plan(data, day, token, parties, people, self._colleagues(told, data), self._initiative(told, data))
        return told

    def _ask_order(self, told: Judgement) -> Judgement:
        told.verdict, told.question = Verdict.DECISION, DayOrder.QUESTION
        told.sentences.append(_("Say which comes first in the file's dates, the day or the month."))
        self.order = self.order or order_question()
        return told

    def _token(self, data: Mapping[str, Any], day: date) -> uuid.UUID:
        if data.get("id") and self.scheme:
            return uuid.uuid5(_TOKENS, f"{self.scheme}:{data['id']}")
        people = sorted("".join(one) for one in data.get("people", ()))
        said = [str(day), data.get("time", ""), data["kind"], data["subject"], data.get("notes", ""), *people]
        return uuid.uuid5(_TOKENS, "\n".join([*said, *sorted(data.get("organizations", ()))]))

    def _colleagues(self, told: Judgement, data: Mapping[str, Any]) -> list[User]:
        found = {}
        for word in data.get("staff", ()):
            if user := self.colleagues.get(fold(word)):
                found[user.pk] = user
            else:
                told.sentences.append(_("No colleague has the account “%(word)s”; left out.") % {"word": word})
        return list(found.values())

    def _initiative(self, told: Judgement, data: Mapping[str, Any]) -> Initiative | None:
        name = data.get("initiative", "")
        found = self.initiatives.get(fold(name)) if name else None
        if name and found is None:
            told.sentences.append(
                _("No initiative is called “%(name)s”; the contact is filed under none.") % {"name": name}
            )
        return found

    def _find_logged(self, judgements: Sequence[Judgement]) -> None:
        """Contacts that are in the log: by their token, or, without an identifier, by day, kind and subject."""
        planned = [told for told in judgements if told.plan is not None]
        known, taken_back = self._by_token([told.plan for told in planned])
        days = {told.plan.day for told in planned if not told.plan.data.get("id")}
        logged = Interaction.objects.readable_by(self.actor).active().filter(occurred_on__in=days, pk__lte=self.newest)
        told_of = logged.order_by().values_list("occurred_on", "kind", "subject", "pk") if days else ()
        alike = {(day, kind, fold(subject)): pk for day, kind, subject, pk in told_of}  # never the notes of whole days
        for told in planned:
            plan: Plan = told.plan
            pk = known.get(plan.token)
            if pk is None and not plan.data.get("id"):
                pk = alike.get((plan.day, plan.data["kind"], fold(plan.data["subject"])))
            if plan.token in taken_back:
                told.verdict, told.question, told.plan = Verdict.SKIPPED, "", None
                told.sentences = [_("This contact was in the log and was taken back; the row is left out.")]
            elif pk is not None:
                told.verdict, told.target, told.question, told.plan = Verdict.UNCHANGED, pk, "", None
                told.sentences = [_("This contact is in the log.")]

    def _by_token(self, plans: Sequence[Plan]) -> tuple[dict[uuid.UUID, int], set[uuid.UUID]]:
        """What the actor may read of the contacts with these tokens, and which of them were taken back.

        A contact that the actor may not read keeps its token, and the row gets one of the actor's own: whoever guesses
        an identifier learns nothing by it.
        """
        tokens = {plan.token: _own_token(plan.token, self.actor) for plan in plans}
        filed = Interaction.objects.filter(token__in=[*tokens, *tokens.values()])
        readable = {row.token: row for row in filed.readable_by(self.actor).only("token", "archived_at")}
        hidden = set(filed.values_list("token", flat=True)) - readable.keys()
        for plan in plans:
            if tokens[plan.token] in readable or plan.token in hidden:
                plan.token = tokens[plan.token]
        active = {token: row.pk for token, row in readable.items() if not row.is_archived}
        return active, readable.keys() - active.keys()

    def _refuse_by_rule(self, judgements: Sequence[Judgement]) -> None:
        """What the log itself would refuse, in its own words."""
        planned = [told for told in judgements if told.plan is not None and told.verdict == Verdict.NEW]
        _attend([told.plan for told in planned])
        refusals = check_entries(actor=self.actor, entries=[told.plan.to_entry() for told in planned])
        for place, refused in refusals.items():
            told = planned[place]
            told.verdict = Verdict.REJECTED
            told.sentences.append(_in_words(refused))

    # --- Writing ---

    def write(self, judgements: Sequence[Judgement], operation: Operation) -> None:
        plans: list[Plan] = [told.plan for told in judgements if told.verdict == Verdict.NEW]
        self.parties.make([one.name for plan in plans for one in plan.organizations if one.state == "new"], operation)
        self.people.make([(one, _party_of(plan)) for plan in plans for one in plan.people], operation)
        _attend(plans)
        services.log_interactions(
            actor=self.actor,
            entries=[plan.to_entry() for plan in plans],
            tokens=[plan.token for plan in plans],
            operation=operation,
        )

    def questions(self) -> Iterable[Question]:
        return [*([self.order] if self.order else []), *self.parties.questions(), *self.people.questions()]

    def counts(self) -> Mapping[str, int]:
        return {}

    def notes(self) -> Sequence[str]:
        return []


def _own_token(token: uuid.UUID, actor: Any) -> uuid.UUID:
    return uuid.uuid5(token, str(actor.pk))


def _asked(row: StagedRow, organizations: Sequence[Found]) -> list[Asked]:
    """The people of a row; with one organization in the row, each is looked for there first."""
    known = [one.party_id for one in organizations if one.state == "known"]
    party_id = known[0] if len(organizations) == 1 and known else 0
    return [Asked(name, address, party_id) for name, address in row.data.get("people", ())]


def _party_of(plan: Plan) -> int:
    """The organization for which somebody new was there, where the row names one alone."""
    return plan.organizations[0].party_id if len(plan.organizations) == 1 else 0


def _places_of(plans: Sequence[Plan]) -> set[tuple[int, int]]:
    """Who of these people has or had a place where, as (person, party)."""
    people = {one.person_id for plan in plans for one in plan.people if one.person_id}
    parties = {one.party_id for plan in plans for one in plan.organizations if one.party_id}
    held = Affiliation.objects.filter(person__in=people, party__in=parties)
    return set(held.values_list("person_id", "party_id"))


def _attend(plans: Sequence[Plan]) -> None:
    """Settle who attended: people, and the organizations that none of them stands for."""
    parties = Party.objects.in_bulk({one.party_id for plan in plans for one in plan.organizations if one.party_id})
    people = Person.objects.in_bulk({one.person_id for plan in plans for one in plan.people if one.person_id})
    places = _places_of(plans)
    for plan in plans:
        plan.attendees = []
        stood_for: set[int] = set()
        for one in plan.people:
            if one.person_id in people:
                plan.attendees.append(Attendee(people[one.person_id]))
                stood_for |= {
                    party.party_id for party in plan.organizations if (one.person_id, party.party_id) in places
                }
            elif one.state == "new":
                party_id = _party_of(plan)
                plan.attendees.append(
                    NewAttendee(one.asked.name or one.asked.email, organization=parties.get(party_id))
                )
                stood_for.add(party_id)
        for party in plan.organizations:
            if party.party_id in parties and party.party_id not in stood_for:
                plan.attendees.append(Attendee(parties[party.party_id]))
            elif party.state == "new" and not party.party_id:
                plan.attendees.append(NewAttendee(party.name, is_organization=True))


def _in_words(refused: EntryRefused | ValidationError) -> str:
    return refused.sentence if isinstance(refused, EntryRefused) else " ".join(refused.messages)


def _by_unique_name(users: Iterable[User]) -> dict[str, User]:
    found: dict[str, list[User]] = {}
    for user in users:
        found.setdefault(fold(user.name), []).append(user)
    return {name: bearers[0] for name, bearers in found.items() if len(bearers) == 1}
