"""People of a file: compared with those on file chunk by chunk, written in bulk."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, Final

from django.utils.translation import gettext as _

from c2m2a_crm.core.imports import ImportSettings, Judgement, Parsed, Question, SourceRow, StagedRow, Verdict
from c2m2a_crm.core.imports.days import DayOrder
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.name_keys import name_key
from c2m2a_crm.core.validity import first_day, last_day, today
from members import services
from members.imports.matching import Found, PartyFinder
from members.imports.names import comparing
from members.imports.people.names import same_person_name
from members.imports.people.on_file import Known, PeopleOnFile
from members.imports.people.reading import Reader
from members.imports.words import Provinces
from members.models import Affiliation, Party, Person
from members.services import Completion, PersonInput, PlaceInput
from members.services.completing import day_before

_MOST_QUESTIONS: Final = 2000


@dataclass(slots=True)
class Plan:
    """What is to be written for one row."""

    data: Mapping[str, Any]
    organization: Found | None
    known: Known | None = None
    changes: dict[str, str] = field(default_factory=dict)
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    place: PlaceInput | None = None
    joins: bool = False
    is_primary: bool = True
    since: date | None = None
    until: date | None = None
    titles: tuple[Affiliation, dict[str, str]] | None = None
    ends: tuple[Affiliation, date] | None = None
    new_id: str = ""

    @property
    def is_empty(self) -> bool:
        return not (
            self.changes or self.emails or self.phones or self.place or self.joins or self.titles or self.new_id
        )


class PersonPlanner:
    """Holds some thousand rows at once, and of the whole file only eight bytes for each way to know a person."""

    def __init__(self, actor: Any, settings: ImportSettings, headings: Sequence[str]) -> None:
        self.actor = actor
        self.settings = settings
        self.decisions = settings.decisions
        self.scheme: str = settings.options.get("scheme", "")
        self.provinces = Provinces()
        self.reader = Reader(settings, headings, self.provinces)
        self.finder = PartyFinder(
            actor,
            unknown=settings.options.get("unknown", "ask"),
            decisions=settings.decisions,
            without=_("Bring the people without it"),
        )
        self.people = PeopleOnFile(self.scheme)
        chosen = settings.options.get("day_order") or settings.decisions.get(DayOrder.QUESTION, "")
        self.days = DayOrder(chosen if chosen in {"day", "month"} else "")
        self._repeated: set[int] = set()
        self._first_line: dict[int, int] = {}
        self._claimed: dict[int, int] = {}
        self._questions: dict[str, Question] = {}

    # --- Before the comparison ---

    def parse(self, row: SourceRow) -> Parsed:
        return self.reader.read(row)

    def prepare(self, rows: Iterator[StagedRow]) -> None:
        """Which of the file's people stand in it more than once, and in which order it writes its days."""
        marks = array("q")
        for row in rows:
            marks.extend(_marks(row.data, self.scheme))
            for key in ("since", "until"):
                if told := row.data.get(key):
                    self.days.note(told[2])
        ordered = array("q", sorted(marks))
        self._repeated = {one for one, other in pairwise(ordered) if one == other}

    # --- The comparison ---

    def judge(self, rows: Sequence[StagedRow]) -> list[Judgement]:
        self.finder.look_up((name, _domain(row.data)) for row in rows if (name := row.data.get("organization")))
        found = [
            self.finder.of(row.data["organization"], row.line) if row.data.get("organization") else None for row in rows
        ]
        self.people.read(
            [
                (row.data, one.party_id if one is not None and one.state == "known" else 0)
                for row, one in zip(rows, found, strict=True)
            ],
            chosen=[
                *(row.data["record"] for row in rows if row.data.get("record")),
                *(
                    int(choice[5:])
                    for row in rows
                    if (choice := self.decisions.get(f"person:{row.line}", "")).startswith("same:")
                    and choice[5:].isdecimal()
                ),
            ],
        )
        return [self._judge(row, one) for row, one in zip(rows, found, strict=True)]

    def _judge(self, row: StagedRow, organization: Found | None) -> Judgement:
        data = row.data
        told = Judgement(row.line, Verdict.NEW, _full_name(data), list(row.sentences))
        if first := self._line_before(row):
            told.verdict = Verdict.SKIPPED
            told.sentences.append(_("This is the person of line %(line)d; the row is left out.") % {"line": first})
            return told
        if organization is not None and organization.state == "skip":
            told.verdict = Verdict.SKIPPED
            told.sentences.append(_("Rows of this organization are left out, as chosen."))
            return told
        since, until = self._day(data, "since"), self._day(data, "until")
        if (data.get("since") and since is None) or (data.get("until") and until is None):
            return self._ask_order(told)
        if since and until and until < since:
            told.verdict = Verdict.REJECTED
            told.sentences.append(_("The last day must not lie before the first."))
            return told
        if organization is not None and organization.state == "ask" and organization.question is not None:
            told.verdict, told.question = Verdict.DECISION, organization.question.key
            told.sentences.append(_("It must be decided what becomes of %(name)s.") % {"name": organization.name})
            return told
        known = self._match(told, row, organization)
        if told.verdict in {Verdict.DECISION, Verdict.SKIPPED}:
            return told
        plan = Plan(data, organization, known, since=since, until=until)
        told.plan = plan
        if known is None:
            plan.new_id = self._free_id(told, data)
            return told
        told.target = known.person.pk
        if other := self._claimed.get(known.person.pk):
            told.verdict, told.target = Verdict.SKIPPED, 0
            told.sentences.append(_("Line %(line)d is already this record; the row is left out.") % {"line": other})
            return told
        self._claimed[known.person.pk] = row.line
        told.verdict = Verdict.UNCHANGED
        self._complete(told, plan, data)
        if told.verdict == Verdict.UNCHANGED and not plan.is_empty:
            told.verdict = Verdict.UPDATED
        return told

    def _line_before(self, row: StagedRow) -> int:
        """The line in which the file already told of this person, or 0."""
        first = 0
        for mark in _marks(row.data, self.scheme):
            if mark in self._repeated:
                line = self._first_line.setdefault(mark, row.line)
                if line != row.line:
                    first = first or line
        return first

    def _day(self, data: Mapping[str, Any], key: str) -> date | None:
        told = data.get(key)
        return self.days.settle((told[0], told[1])) if told else None

    def _ask_order(self, told: Judgement) -> Judgement:
        told.verdict, told.question = Verdict.DECISION, DayOrder.QUESTION
        told.sentences.append(_("Say which comes first in the file's dates, the day or the month."))
        self._questions.setdefault(DayOrder.QUESTION, order_question()).lines.append(told.line)
        return told

    def _match(self, told: Judgement, row: StagedRow, organization: Found | None) -> Known | None:
        """The person on file, None for a new one; asks where it cannot be known."""
        data, people = row.data, self.people
        given, family = data.get("given", ""), data.get("family", "")
        choice = self.decisions.get(f"person:{row.line}", "")
        if choice == "skip":
            told.verdict = Verdict.SKIPPED
            return None
        if choice.startswith("same:") and choice[5:].isdecimal() and (chosen := people.get(int(choice[5:]))):
            return self._usable(told, chosen)
        if (own := people.get(data.get("record", 0))) and same_person_name(
            given, family, own.person.given_name, own.person.family_name
        ):
            return self._usable(told, own)
        if found := people.by_id(data.get("id", "")):
            person = found.person
            if same_person_name(given, family, person.given_name, person.family_name):
                return self._usable(told, found)
            said = _("The identifier is that of a record with another name. Say whether it is the same.")
            self._ask_who(told, [found], said, may_be_new=False)
            return None
        if choice == "new":
            return None
        users = people.by_email(data.get("emails", ()))
        alike = [one for one in users if same_person_name(given, family, one.person.given_name, one.person.family_name)]
        if not alike and organization is not None and organization.state == "known":
            alike = people.by_name_and_party(given, family, organization.party_id)
        if len(alike) == 1:
            if data.get("id") and alike[0].ids:
                said = _("A record with this name has another identifier. Say whether it is the same.")
                self._ask_who(told, alike, said)
                return None
            return self._usable(told, alike[0])
        if alike:
            self._ask_who(told, alike, _("Several records have this name. Say which one is meant."))
            return None
        if users:
            said = _("Somebody on file with another name uses this address. Say whether it is the same person.")
            self._ask_who(told, users, said)
            return None
        if not (data.get("emails") or data.get("id") or data.get("organization")):
            namesakes = people.by_name(given, family)
            if namesakes:
                said = _("Somebody on file has this name, and the row says nothing else. Say whether it is the same.")
                self._ask_who(told, namesakes, said)
                return None
        return None

    def _usable(self, told: Judgement, known: Known) -> Known | None:
        if known.person.is_archived:
            said = _("An archived record has this name. Restore it first, or leave the row out.")
            self._ask_who(told, [], said, may_be_new=False)
            return None
        return known

    def _ask_who(self, told: Judgement, candidates: Sequence[Known], sentence: str, *, may_be_new: bool = True) -> None:
        key = f"person:{told.line}"
        choices = [
            (f"same:{one.person.pk}", _("The same as %(name)s") % {"name": one.described})
            for one in candidates[:8]
            if not one.person.is_archived
        ]
        if may_be_new:
            choices.append(("new", _("Somebody else: add this person")))
        choices.append(("skip", _("Leave it out")))
        self._ask(told, Question(key, told.names, [sentence], choices, lines=[told.line]))

    def _ask(self, told: Judgement, question: Question) -> None:
        told.verdict, told.question = Verdict.DECISION, question.key
        told.sentences += question.sentences
        if len(self._questions) < _MOST_QUESTIONS:
            self._questions[question.key] = question

    def _free_id(self, told: Judgement, data: Mapping[str, Any]) -> str:
        """The row's identifier, unless another record has it."""
        value: str = data.get("id", "")
        if value and self.people.is_taken(value):
            told.sentences.append(
                _("The identifier %(value)s belongs to another record already and is left there.") % {"value": value}
            )
            return ""
        return value if self.scheme else ""

    # --- What is added to somebody on file ---

    def _complete(self, told: Judgement, plan: Plan, data: Mapping[str, Any]) -> None:
        known = plan.known
        if known is None:
            return
        for name, key in (("honorific", "honorific"), ("post_nominals", "post"), ("language", "language")):
            if data.get(key) and not getattr(known.person, name):
                plan.changes[name] = data[key]
        plan.emails = [address for address in data.get("emails", ()) if address not in known.emails]
        plan.phones = [_phone(pair) for pair in data.get("phones", ()) if tuple(pair) not in known.phones]
        if data.get("place") and not known.has_place:
            plan.place = self._place(data)
        if data.get("id") and self.scheme and not known.ids:
            plan.new_id = self._free_id(told, data)
        if plan.organization is not None and plan.organization.state in {"known", "new"}:
            self._join(told, plan, data, known)

    def _join(self, told: Judgement, plan: Plan, data: Mapping[str, Any], known: Known) -> None:
        """The affiliation that the row tells of: on file, added, or in place of another one."""
        party_id = plan.organization.party_id if plan.organization and plan.organization.state == "known" else 0
        here = [one for one in known.affiliations if party_id and one.party_id == party_id]
        if here:
            self._fill_titles(told, plan, data, here[0])
            return
        held = [one for one in known.affiliations if one.is_primary and last_day(one.valid) is None]
        if plan.until is None and held:
            choice = self.decisions.get(f"move:{told.line}", "")
            present = held[0]
            if choice not in {"moved", "also", "stays"}:
                names = {"name": told.names, "party": present.party, "other": plan.organization.name}  # type: ignore[union-attr]  # the caller has one
                self._ask(
                    told,
                    Question(
                        f"move:{told.line}",
                        told.names,
                        [_("%(name)s is at %(party)s on file; the file says %(other)s.") % names],
                        [
                            ("moved", _("Moved: end the old affiliation, begin the new one")),
                            ("also", _("Both: add it beside the main affiliation")),
                            ("stays", _("Leave the affiliation as it is on file")),
                        ],
                        value="stays",
                        lines=[told.line],
                    ),
                )
                return
            if choice == "stays":
                return
            if choice == "moved":
                plan.since = plan.since or today()
                plan.ends = (present, day_before(present, plan.since))
            else:
                plan.is_primary = False
        plan.joins = True
        self._keep_apart(plan, known)

    def _keep_apart(self, plan: Plan, known: Known) -> None:
        """Only one main affiliation holds on any day: a new one begins after those that ended, or is a second one."""
        mains = [one for one in known.affiliations if one.is_primary and (plan.ends is None or one != plan.ends[0])]
        ended = [last for one in mains if (last := last_day(one.valid))]
        if plan.since is None and ended and len(ended) == len(mains):
            plan.since = date.fromordinal(max(ended).toordinal() + 1)
            if plan.until and plan.until < plan.since:
                plan.since, plan.is_primary = None, False
        if plan.ends and plan.since and plan.ends[1] >= plan.since:
            plan.is_primary = False
        for one in mains:
            first, last = first_day(one.valid), last_day(one.valid)
            begins_before_end = plan.since is None or last is None or plan.since <= last
            ends_after_begin = plan.until is None or first is None or plan.until >= first
            if begins_before_end and ends_after_begin:
                plan.is_primary = False

    def _fill_titles(self, told: Judgement, plan: Plan, data: Mapping[str, Any], here: Affiliation) -> None:
        fill = {}
        for name in ("title_en", "title_fr", "unit"):
            wanted, has = data.get(name, ""), getattr(here, name)
            if wanted and not has:
                fill[name] = wanted
            elif wanted and name_key(wanted) != name_key(has):
                told.sentences.append(_("The title on file is %(title)s; it is left as it is.") % {"title": has})
        if fill:
            plan.titles = (here, fill)

    def _place(self, data: Mapping[str, Any]) -> PlaceInput | None:
        told = data.get("place")
        if not told:
            return None
        values = {key: value for key, value in told.items() if key != "jurisdiction"}
        return PlaceInput(jurisdiction=self.provinces.by_pk.get(told.get("jurisdiction", 0)), **values)

    # --- Writing ---

    def write(self, judgements: Sequence[Judgement], operation: Operation) -> None:
        wanted = [(told, told.plan) for told in judgements if told.verdict in {Verdict.NEW, Verdict.UPDATED}]
        self.finder.make(
            (
                plan.organization.name
                for _told, plan in wanted
                if plan.organization and plan.organization.state == "new"
            ),
            operation,
        )
        ids = {plan.organization.party_id for _told, plan in wanted if plan.organization and plan.organization.party_id}
        parties = Party.objects.in_bulk(sorted(ids))
        new = [(told, plan) for told, plan in wanted if told.verdict == Verdict.NEW]
        services.create_people(
            actor=self.actor,
            rows=[self._input(plan, parties) for _told, plan in new],
            operation=operation,
        )
        self._write_additions([plan for told, plan in wanted if told.verdict == Verdict.UPDATED], parties, operation)

    def _input(self, plan: Plan, parties: Mapping[int, Party]) -> PersonInput:
        data = plan.data
        return PersonInput(
            given_name=data.get("given", ""),
            family_name=data.get("family", ""),
            honorific=data.get("honorific", ""),
            preferred_name=data.get("preferred", ""),
            post_nominals=data.get("post", ""),
            language=data.get("language", ""),
            organization=parties.get(plan.organization.party_id) if plan.organization else None,
            title_en=data.get("title_en", ""),
            title_fr=data.get("title_fr", ""),
            unit=data.get("unit", ""),
            since=plan.since,
            until=plan.until,
            emails=data.get("emails", ()),
            phones=[_phone(pair) for pair in data.get("phones", ())],
            place=self._place(data),
            outside_ids={self.scheme: plan.new_id} if plan.new_id else {},
        )

    def _write_additions(self, plans: Sequence[Plan], parties: Mapping[int, Party], operation: Operation) -> None:
        completions = []
        identifiers: list[tuple[Person | Party, str, str]] = []
        for plan in plans:
            if plan.known is None:
                continue
            row = PersonInput(
                organization=parties.get(plan.organization.party_id) if plan.joins and plan.organization else None,
                title_en=plan.data.get("title_en", ""),
                title_fr=plan.data.get("title_fr", ""),
                unit=plan.data.get("unit", ""),
                since=plan.since,
                until=plan.until,
                emails=plan.emails,
                phones=plan.phones,
                place=plan.place,
            )
            completions.append(
                Completion(
                    person=plan.known.person,
                    row=row,
                    changes=plan.changes,
                    is_primary=plan.is_primary,
                    titles=plan.titles,
                    ends=plan.ends,
                )
            )
            if plan.new_id:
                identifiers.append((plan.known.person, self.scheme, plan.new_id))
        services.complete_people(actor=self.actor, rows=completions, operation=operation)
        services.add_outside_ids(actor=self.actor, rows=identifiers, operation=operation)

    # --- After the last row ---

    def questions(self) -> Iterable[Question]:
        return [*self.finder.questions(), *self._questions.values()]

    def counts(self) -> Mapping[str, int]:
        return {}

    def notes(self) -> Sequence[str]:
        return []


def order_question() -> Question:
    return Question(
        DayOrder.QUESTION,
        _("Dates like 03/04/2026"),
        [_("Some dates of the file may be read in two ways.")],
        [("day", _("The day comes first")), ("month", _("The month comes first")), ("skip", _("Leave the rows out"))],
    )


def _full_name(data: Mapping[str, Any]) -> str:
    return " ".join(filter(None, (data.get("given"), data.get("family"))))


def _domain(data: Mapping[str, Any]) -> str:
    emails = data.get("emails")
    return emails[0].rpartition("@")[2] if emails else ""


def _phone(pair: Sequence[str]) -> str:
    return f"{pair[0]} ext. {pair[1]}" if pair[1] else pair[0]


def _marks(data: Mapping[str, Any], scheme: str) -> list[int]:
    """Everything by which two rows of one file are the same person, as numbers of eight bytes."""
    if number := data.get("record"):
        return [hash(("record", number))]
    if scheme and (value := data.get("id")):
        return [hash(("id", value))]
    name = name_key(f"{data.get('given', '')}{data.get('family', '')}") or _full_name(data)
    marks = [hash((name, address)) for address in data.get("emails", ())]
    if organization := data.get("organization"):
        marks.append(hash((name, "at", comparing(organization))))
    return marks
