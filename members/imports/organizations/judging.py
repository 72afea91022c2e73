"""What each organization of a file comes to, by what is on file and by what else the file holds.

It is the same as one on file when its identifier or one of its names is; when it only looks like one, a person decides.
What is on file is never overwritten: an import fills what is empty and adds names, identifiers and addresses.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _

from c2m2a_crm.core.imports import ImportSettings, Verdict
from c2m2a_crm.core.imports.staging import chunks
from c2m2a_crm.core.name_keys import NameKind
from members.imports.matching import DOMAIN_SCHEME, parties_alike, parties_of_domains
from members.imports.names import comparing, differ_by_typing
from members.imports.organizations.columns import Options
from members.imports.organizations.subject import Subject
from members.models import AddressUse, NameKey, OutsideIdentifier, Party, PartyName, PhoneNumber
from members.selectors import WEBMAIL
from members.services import normalise_phone

_NAMES: Final = ("name_en", "name_fr", "autonym", "legal_name")
# Fields that a row may fill where the record on file has nothing.
_FILLED: Final = (
    "name_en",
    "name_fr",
    "legal_name",
    "acronym_en",
    "acronym_fr",
    "government_level",
    "website",
    "about",
)
_CHUNK: Final = 500


def match(subjects: Sequence[Subject], settings: ImportSettings) -> None:
    """Find each organization of the file among those on file, then compare the file with itself."""
    for chunk in chunks(subjects, _CHUNK):
        on_file = _OnFile(chunk, settings)
        for subject in chunk:
            _judge(subject, on_file, settings)
    _judge_within_file(subjects, settings)
    for chunk in chunks([subject for subject in subjects if subject.party], _CHUNK):
        _find_changes(chunk)
    _settle_identifiers(subjects, Options.of(settings).scheme)


class _OnFile:
    """What the database holds that could be one of these organizations."""

    def __init__(self, subjects: Sequence[Subject], settings: ImportSettings) -> None:
        scheme = self.scheme = Options.of(settings).scheme
        self.parties: dict[int, Party] = {}
        self.names: dict[int, set[str]] = defaultdict(set)
        self.ids_of: dict[int, set[str]] = defaultdict(set)
        by_id = OutsideIdentifier.objects.filter(
            scheme=scheme or "-",
            value__in=[subject.outside_id for subject in subjects if subject.outside_id],
            party__isnull=False,
        )
        self.party_of_id = {row.value: row.party_id for row in by_id if row.party_id is not None}
        every = {key for subject in subjects for key in subject.keys}
        self.parties_of_key: dict[str, set[int]] = defaultdict(set)
        named = NameKey.objects.filter(
            key__in=every, party__isnull=False, form__in=[NameKind.FULL, NameKind.ALIAS, NameKind.ACRONYM]
        )
        for key, party_id in named.values_list("key", "party_id"):
            self.parties_of_key[key].add(party_id)
        signs = [name for subject in subjects for name in subject.names if comparing(name).startswith("=")]
        if signs:  # names without a letter have no keys
            for party in Party.objects.filter(Q(name_en__in=signs) | Q(name_fr__in=signs)):
                for name in (party.name_en, party.name_fr):
                    self.parties_of_key[comparing(name)].add(party.pk)
        ids = {*self.party_of_id.values(), *(party for found in self.parties_of_key.values() for party in found)}
        ids |= {subject.record for subject in subjects if subject.record}
        self._take_in(ids | {int(choice[5:]) for choice in settings.decisions.values() if _chosen_record(choice)})
        # Looking for likeness costs a search of its own for each name: only for those that are not found outright.
        lost = [
            subject
            for subject in subjects
            if subject.outside_id not in self.party_of_id and not self.exact(subject) and not self._shares_key(subject)
        ]
        self.alike = parties_alike(
            [(subject.key, name) for subject in lost for name in (subject.name_en, subject.name_fr) if name]
        )
        self.of_domain = parties_of_domains({subject.email_domain for subject in lost} - WEBMAIL - {""})
        self._take_in({party for found in (*self.alike.values(), *self.of_domain.values()) for party in found})

    def _take_in(self, ids: set[int]) -> None:
        """Read these parties with everything by which they are compared."""
        ids -= self.parties.keys()
        if not ids:
            return
        self.parties |= Party.objects.in_bulk(sorted(ids))
        for pk in ids & self.parties.keys():
            party = self.parties[pk]
            self.names[pk] |= {comparing(getattr(party, name)) for name in _NAMES if getattr(party, name)}
        for party_id, text in PartyName.objects.filter(party__in=ids).values_list("party_id", "text"):
            self.names[party_id].add(comparing(text))
        if self.scheme:
            rows = OutsideIdentifier.objects.filter(scheme=self.scheme, party__in=ids)
            for party_id, value in rows.values_list("party_id", "value"):
                self.ids_of[party_id].add(value)

    def _shares_key(self, subject: Subject) -> bool:
        return any(self.parties_of_key.get(key) for key in subject.keys)

    def exact(self, subject: Subject) -> list[Party]:
        """Parties of which a name is a name of the subject."""
        wanted = {comparing(name) for name in subject.names}
        ids = {party for key in subject.keys | wanted for party in self.parties_of_key.get(key, ())}
        return [self.parties[pk] for pk in sorted(ids) if self.names[pk] & wanted]

    def near(self, subject: Subject) -> list[Party]:
        """Parties that look like the subject: a name without its legal form, an acronym, a typing error, a domain."""
        ids = {party for key in subject.keys for party in self.parties_of_key.get(key, ())}
        ids |= {
            pk
            for pk in self.alike.get(subject.key, ())
            if any(differ_by_typing(mine, theirs) for mine in subject.names for theirs in self.spoken(pk))
        }
        ids |= set(self.of_domain.get(subject.email_domain, ()))
        if subject.outside_id:  # both have a number in one system, and another one each: they are two
            ids = {pk for pk in ids if not self.ids_of[pk]}
        return [self.parties[pk] for pk in sorted(ids)]

    def spoken(self, pk: int) -> list[str]:
        party = self.parties[pk]
        return [getattr(party, name) for name in _NAMES if getattr(party, name)]


def _chosen_record(choice: str) -> bool:
    return choice.startswith("same:") and choice[5:].isdecimal()


def _judge(subject: Subject, on_file: _OnFile, settings: ImportSettings) -> None:
    choice = settings.decisions.get(subject.key, "")
    if choice == "skip":
        subject.verdict = Verdict.SKIPPED
        return
    if _chosen_record(choice) and (chosen := on_file.parties.get(int(choice[5:]))):
        _same(subject, chosen)
        wanted = {comparing(name): name for name in subject.names}
        subject.new_names = [name for key, name in wanted.items() if key not in on_file.names[chosen.pk]]
        return
    exact = on_file.exact(subject)
    by_id = on_file.party_of_id.get(subject.outside_id) if subject.outside_id else None
    if by_id is not None:
        party = on_file.parties[by_id]
        if party in exact:
            _same(subject, party)
        else:
            said = _("The identifier is that of a record with another name. Say whether it is the same.")
            _ask(subject, [party], said, may_be_new=False)
    elif own := next((party for party in exact if party.pk == subject.record), None):
        _same(subject, own)
    elif choice == "new":
        subject.verdict = Verdict.NEW
    elif len(exact) == 1 and subject.outside_id and on_file.ids_of[exact[0].pk]:
        _ask(subject, exact, _("A record with this name has another identifier. Say whether it is the same."))
    elif len(exact) == 1:
        _same(subject, exact[0])
    elif exact:
        _ask(subject, exact, _("Several records have this name. Say which one is meant."))
    elif near := on_file.near(subject):
        _ask(subject, near, _("This looks like a record on file. Say whether it is the same."))


def _same(subject: Subject, party: Party) -> None:
    if party.is_nation:
        _ask(
            subject,
            [],
            _("A Nation has this name. Leave the row out: Nations are kept on their own pages."),
            may_be_new=False,
        )
    elif party.is_archived:
        _ask(
            subject,
            [],
            _("An archived record has this name. Restore it first, or leave the row out."),
            may_be_new=False,
        )
    else:
        subject.verdict, subject.party = Verdict.UNCHANGED, party


def _ask(subject: Subject, candidates: list[Party], sentence: str, *, may_be_new: bool = True) -> None:
    subject.verdict = Verdict.DECISION
    subject.may_be_new = may_be_new
    subject.candidates = [party for party in candidates if not party.is_nation and not party.is_archived]
    subject.sentences.append(sentence)


def _judge_within_file(subjects: Sequence[Subject], settings: ImportSettings) -> None:
    """Two organizations of one file that would be made from what looks like one; and two that claim one record."""
    first_of: dict[str, Subject] = {}
    claimed: dict[int, Subject] = {}
    for subject in subjects:
        if subject.party is not None:
            other = claimed.setdefault(subject.party.pk, subject)
            if other is not subject and other.outside_id != subject.outside_id:
                party, subject.party = subject.party, None
                line = {"line": other.lines[0]}
                _ask(subject, [party], _("Line %(line)d is already this record, under another identifier.") % line)
        if subject.verdict != Verdict.NEW or settings.decisions.get(subject.key) == "new":
            continue
        keys = subject.keys | {comparing(name) for name in subject.names}
        for other in {id(found): found for key in keys if (found := first_of.get(key))}.values():
            exactly = {comparing(name) for name in subject.names} & {comparing(name) for name in other.names}
            if subject.outside_id and other.outside_id and not exactly:
                continue
            _ask(
                subject,
                [],
                _("This looks like line %(line)d. Say whether it is another one.") % {"line": other.lines[0]},
            )
            break
        else:
            for key in keys:
                first_of.setdefault(key, subject)


def _find_changes(subjects: Sequence[Subject]) -> None:
    """What the file knows and the record on file does not."""
    ids = [subject.party.pk for subject in subjects if subject.party]
    uses = AddressUse.objects.filter(party__in=ids).values_list("party_id", "email__address")
    addresses = set(uses)
    phones = _phones_of(ids)
    for subject in subjects:
        party = subject.party
        assert party is not None
        for name in _FILLED:
            value = getattr(subject, name)
            if value and not getattr(party, name):
                subject.changes[name] = value
        if subject.jurisdiction and party.jurisdiction_id is None:
            subject.changes["jurisdiction"] = subject.jurisdiction
        if subject.government_level and party.kind != Party.Kind.GOVERNMENT:
            subject.changes.pop("government_level", None)
        subject.new_emails = [email for email in subject.emails if (party.pk, email) not in addresses]
        subject.new_phones = [phone for phone in subject.phones if (party.pk, normalise_phone(phone)) not in phones]
        filled = {comparing(str(subject.changes.get(name, ""))) for name in _NAMES}
        subject.new_names = [name for name in subject.new_names if comparing(name) not in filled]
        additions = (subject.changes, subject.new_names, subject.new_emails, subject.new_phones)
        if any(additions):
            subject.verdict = Verdict.UPDATED


def _phones_of(party_ids: Sequence[int]) -> set[tuple[int, tuple[str, str]]]:
    rows = PhoneNumber.objects.filter(party__in=party_ids)
    return {(phone.party_id, (str(phone.number), phone.extension)) for phone in rows if phone.party_id is not None}


def identifiers_of(subject: Subject, scheme: str) -> list[tuple[str, str]]:
    """All identifiers that the file gives, scheme and value."""
    found = [(scheme, subject.outside_id)] if subject.outside_id else []
    found += [(scheme, value) for value in subject.site_ids if scheme]
    if subject.email_domain:
        found.append((DOMAIN_SCHEME, subject.email_domain))
    return found


def _settle_identifiers(subjects: Sequence[Subject], scheme: str) -> None:
    """Which identifiers are added: those nobody has, on file or in an earlier line."""
    claimed: dict[tuple[str, str], Subject] = {}
    for chunk in chunks([subject for subject in subjects if subject.party or subject.verdict == Verdict.NEW], _CHUNK):
        holders = _holders(chunk, scheme)
        for subject in chunk:
            for pair in identifiers_of(subject, scheme):
                if pair in holders:
                    if subject.party is None or holders[pair] != subject.party.pk:
                        subject.sentences.append(
                            _("The identifier %(value)s belongs to another record already and is left there.")
                            % {"value": pair[1]}
                        )
                elif claimed.setdefault(pair, subject) is not subject:
                    subject.sentences.append(
                        _("The identifier %(value)s stands in line %(line)d already and is left there.")
                        % {"value": pair[1], "line": claimed[pair].lines[0]}
                    )
                else:
                    subject.new_ids.append(pair)
            if subject.party and subject.new_ids:
                subject.verdict = Verdict.UPDATED


def _holders(subjects: Sequence[Subject], scheme: str) -> dict[tuple[str, str], int]:
    """Identifiers of the file that are on file, with the party that has them; 0 for a person."""
    wanted = {pair for subject in subjects for pair in identifiers_of(subject, scheme)}
    rows = OutsideIdentifier.objects.filter(
        scheme__in={scheme for scheme, _value in wanted}, value__in={value for _scheme, value in wanted}
    )
    return {(scheme, value): party or 0 for scheme, value, party in rows.values_list("scheme", "value", "party_id")}
