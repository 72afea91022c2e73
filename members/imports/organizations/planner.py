"""Organizations of a file: read, compared with what is on file, written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from c2m2a_crm.core.imports import (
    ImportSettings,
    Judgement,
    Parsed,
    Question,
    SourceRow,
    StagedRow,
    Verdict,
    worst,
)
from c2m2a_crm.core.models import Operation
from members import services
from members.imports.organizations.judging import match
from members.imports.organizations.reading import Reader
from members.imports.organizations.subject import Subject, absorb, settle_facts
from members.imports.words import Provinces
from members.models import PartyName
from members.services.profiles import add_profile_lines


class OrganizationPlanner:
    """Knows all organizations of the file at once: any row may add to any of them."""

    def __init__(self, actor: Any, settings: ImportSettings, headings: Sequence[str]) -> None:
        self.actor = actor
        self.settings = settings
        self.provinces = Provinces()
        self.reader = Reader(settings, headings, self.provinces)
        self.subjects: dict[str, Subject] = {}
        self._by_first_line: dict[int, list[Subject]] = {}

    def parse(self, row: SourceRow) -> Parsed:
        subjects, sentences = self.reader.read(row)
        return Parsed([subject.to_json() for subject in subjects], sentences)

    def prepare(self, rows: Iterator[StagedRow]) -> None:
        for row in rows:
            for told in row.data:
                subject = Subject.from_json(told, self.provinces.by_pk)
                known = self.subjects.setdefault(subject.key, subject)
                if known is not subject:
                    absorb(known, subject)
        for subject in self.subjects.values():
            settle_facts(subject)
            self._by_first_line.setdefault(subject.lines[0], []).append(subject)
        match(list(self.subjects.values()), self.settings)
        self.reader.doing.settle(self.subjects.values())
        for subject in self.subjects.values():
            if subject.new_lines and subject.verdict == Verdict.UNCHANGED and subject.party is not None:
                subject.verdict = Verdict.UPDATED

    def judge(self, rows: Sequence[StagedRow]) -> list[Judgement]:
        return [self._judge(row, [self.subjects[key] for key in _keys(row)]) for row in rows]

    def _judge(self, row: StagedRow, subjects: Sequence[Subject]) -> Judgement:
        """What the row's own organizations come to; later rows of the same one say where it began."""
        names = " / ".join(each.get("name_en") or each.get("name_fr", "") for each in row.data)
        told = Judgement(row.line, Verdict.UNCHANGED, names, list(row.sentences))
        verdicts = []
        for subject in subjects:
            if subject.verdict in {Verdict.NEW, Verdict.UPDATED} and row.line != subject.lines[0]:
                verdicts.append(Verdict.UNCHANGED)
                said = {"name": subject.name, "line": subject.lines[0]}
                told.sentences.append(_("%(name)s is the organization of line %(line)d.") % said)
            else:
                verdicts.append(subject.verdict)
                told.sentences += [
                    _("%(label)s: %(value)s") % {"label": subject.name, "value": sentence}
                    if len(subjects) > 1
                    else sentence
                    for sentence in subject.sentences
                ]
            if subject.verdict == Verdict.DECISION:
                told.question = subject.key
            if subject.party is not None and row.line == subject.lines[0]:
                told.target = subject.party.pk
        told.verdict = worst(verdicts)
        return told

    def questions(self) -> Iterable[Question]:
        for subject in self.subjects.values():
            if subject.verdict == Verdict.DECISION:
                choices = [
                    (f"same:{party.pk}", _("The same as %(name)s") % {"name": party}) for party in subject.candidates
                ]
                if subject.may_be_new:
                    choices.append(("new", _("Another one: add it")))
                choices.append(("skip", _("Leave it out")))
                yield Question(subject.key, subject.name, subject.sentences, choices, lines=subject.lines[:20])

    def counts(self) -> Mapping[str, int]:
        """Organizations by verdict; a row that cannot be used names none."""
        found = Counter(subject.verdict for subject in self.subjects.values())
        return {verdict.value: found[verdict] for verdict in Verdict if verdict != Verdict.REJECTED}

    def notes(self) -> Sequence[str]:
        return []

    def write(self, judgements: Sequence[Judgement], operation: Operation) -> None:
        """The organizations that begin in these rows; their other rows have been read long since."""
        begun = [subject for told in judgements for subject in self._by_first_line.get(told.line, ())]
        self._create([subject for subject in begun if subject.verdict == Verdict.NEW], operation)
        self._update([subject for subject in begun if subject.verdict == Verdict.UPDATED], operation)

    def _create(self, subjects: Sequence[Subject], operation: Operation) -> None:
        parties = services.create_parties(
            actor=self.actor, rows=[subject.to_input() for subject in subjects], operation=operation
        )
        for subject, party in zip(subjects, parties, strict=True):
            subject.party = party
        self._add_identifiers(subjects, operation)
        self._add_lines(subjects, operation)

    def _add_identifiers(self, subjects: Sequence[Subject], operation: Operation) -> None:
        rows = [
            (subject.party, scheme, value) for subject in subjects if subject.party for scheme, value in subject.new_ids
        ]
        services.add_outside_ids(actor=self.actor, rows=rows, operation=operation)

    def _add_lines(self, subjects: Sequence[Subject], operation: Operation) -> None:
        rows = [(subject.party, line) for subject in subjects if subject.party for line in subject.new_lines]
        if rows:
            add_profile_lines(actor=self.actor, rows=rows, source=_("Imported file"), operation=operation)

    def _update(self, subjects: Sequence[Subject], operation: Operation) -> None:
        for subject in subjects:
            party = subject.party
            if party is None:
                continue
            if subject.changes:
                services.update_party(
                    actor=self.actor, party=party, version=party.version, changes=subject.changes, operation=operation
                )
            for name in subject.new_names:
                services.add_party_name(
                    actor=self.actor, party=party, kind=PartyName.Kind.ALIAS, text=name, operation=operation
                )
            for email in subject.new_emails:
                services.add_email(actor=self.actor, owner=party, address=email, operation=operation)
            for phone in subject.new_phones:
                services.add_phone(actor=self.actor, owner=party, number=phone, operation=operation)
        self._add_identifiers(subjects, operation)
        self._add_lines(subjects, operation)


def _keys(row: StagedRow) -> list[str]:
    return list(dict.fromkeys(told["key"] for told in row.data))
