"""What an import would do, row by row, before anything is written.

Several rows may speak of one organization and one row of several; each organization of the file is a :class:`Subject`.
It is the same as one on file when its identifier or one of its names is; when it only looks like one, a person decides.
What is on file is never overwritten: an import fills what is empty and adds names, identifiers and addresses.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final, TypeVar

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Q, TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_countries import countries
from rapidfuzz.distance import Levenshtein

from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.imports import RowReport, SourceRow, Table, Verdict, worst
from c2m2a_crm.core.name_keys import NameKind, name_keys_for_organization
from c2m2a_crm.core.text import clean_line, fold
from members.imports.columns import DOMAIN_SCHEME, KIND_WORDS, TARGETS, ImportSettings
from members.imports.names import comparing, host_of, resembles, same_website, split_names, tidy_name
from members.models import AddressUse, Jurisdiction, NameKey, OutsideIdentifier, Party, PartyName, PhoneNumber
from members.selectors import WEBMAIL
from members.services import PartyInput, normalise_email, normalise_phone
from members.services.names import check, party_rules

T = TypeVar("T")

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
# A slip in a short word leaves two thirds of the trigrams; below half the index would return half the directory.
_LIKE: Final = 0.55
_TYPO: Final = 0.82


@dataclass(slots=True)
class Subject:
    """One organization as the whole file tells of it."""

    key: str
    name_en: str = ""
    name_fr: str = ""
    legal_name: str = ""
    acronym_en: str = ""
    acronym_fr: str = ""
    kind: str = ""
    government_level: str = ""
    country: str = ""
    about: str = ""
    website: str = ""
    jurisdiction: Jurisdiction | None = None
    outside_id: str = ""
    email_domain: str = ""
    lines: list[int] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    site_ids: list[str] = field(default_factory=list)
    jurisdictions: list[Jurisdiction] = field(default_factory=list)
    websites: list[tuple[str, bool]] = field(default_factory=list)
    verdict: Verdict = Verdict.NEW
    party: Party | None = None
    candidates: list[Party] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)
    changes: dict[str, Any] = field(default_factory=dict)
    new_names: list[str] = field(default_factory=list)
    new_ids: list[tuple[str, str]] = field(default_factory=list)
    new_emails: list[str] = field(default_factory=list)
    new_phones: list[str] = field(default_factory=list)
    _keys: frozenset[str] | None = None

    @property
    def name(self) -> str:
        return self.name_en or self.name_fr

    @property
    def names(self) -> list[str]:
        return [name for name in (self.name_en, self.name_fr, self.legal_name, *self.aliases) if name]

    @property
    def keys(self) -> frozenset[str]:
        """:func:`spellings` of all names, worked out once: asked only after all rows are read."""
        if self._keys is None:
            self._keys = frozenset(spellings(self.names))
        return self._keys

    def to_input(self) -> PartyInput:
        return PartyInput(
            kind=self.kind,
            government_level=self.government_level,
            name_en=self.name_en,
            name_fr=self.name_fr,
            legal_name=self.legal_name,
            acronym_en=self.acronym_en,
            acronym_fr=self.acronym_fr,
            jurisdiction=self.jurisdiction,
            country=self.country or "CA",
            website=self.website,
            about=self.about,
            other_names=[(PartyName.Kind.ALIAS.value, alias, "") for alias in self.aliases],
            emails=self.emails,
            phones=self.phones,
        )


@dataclass(slots=True)
class Plan:
    """Verdicts of all rows and organizations of a file."""

    settings: ImportSettings
    subjects: list[Subject]
    rows: list[RowReport]
    notes: list[str]

    @property
    def counts(self) -> dict[str, int]:
        """Organizations by verdict; rejected rows name no organization and are counted as rows."""
        found = Counter(subject.verdict for subject in self.subjects)
        return {verdict.value: found[verdict] for verdict in Verdict if verdict != Verdict.REJECTED}

    @property
    def row_counts(self) -> dict[str, int]:
        found = Counter(report.verdict for report in self.rows)
        return {verdict.value: found[verdict] for verdict in Verdict}

    @property
    def is_clean(self) -> bool:
        return not any(report.verdict in {Verdict.REJECTED, Verdict.DECISION} for report in self.rows)

    def of(self, verdict: Verdict) -> list[Subject]:
        return [subject for subject in self.subjects if subject.verdict == verdict]

    def to_json(self) -> dict[str, Any]:
        return {
            "organizations": self.counts,
            "rows": {"read": len(self.rows), **self.row_counts},
            "notes": self.notes,
            "verdicts": [
                {
                    "line": report.line,
                    "verdict": report.verdict.value,
                    "names": report.names,
                    "sentences": report.sentences,
                }
                for report in self.rows
            ],
            "decisions": [
                {
                    "key": subject.key,
                    "name": subject.name,
                    "lines": subject.lines,
                    "sentences": subject.sentences,
                    "candidates": [{"id": party.pk, "name": str(party)} for party in subject.candidates],
                }
                for subject in self.of(Verdict.DECISION)
            ],
        }


class Reading:
    """The rows of a file as its own words tell them, before anything is compared with what is on file.

    Takes its time and holds no transaction: the database breaks off those that think too long.
    """

    def __init__(self, table: Table, settings: ImportSettings) -> None:
        reader = _Reader(table, settings)
        self.settings = settings
        self.reports = [reader.read(row) for row in table.rows]
        self.subjects = reader.subjects
        self.keys_of_rows = reader.keys_of_rows
        self.notes = list(table.notes)
        if not {"name_en", "name_fr"} & set(settings.mapping):
            self.notes.append(_("No column is chosen for the name."))
        for subject in self.subjects.values():
            _settle_facts(subject)


def plan_import(table: Table, settings: ImportSettings) -> Plan:
    """Read every row, find what is on file, and say what would happen. Writes nothing."""
    return plan_of(Reading(table, settings))


def plan_of(reading: Reading) -> Plan:
    """Compare what was read with what is on file, once: the reading becomes the plan.

    The number of statements grows with the file only in steps of some hundred organizations.
    """
    subjects = list(reading.subjects.values())
    _match(subjects, reading.settings)
    for report, keys in zip(reading.reports, reading.keys_of_rows, strict=True):
        _report(report, [reading.subjects[key] for key in keys])
    return Plan(reading.settings, subjects, reading.reports, reading.notes)


# --- Reading rows ----------------------------------------------------------------------------------------------------


class _Refused(Exception):
    """The row cannot be used; the message says what to do."""


class _Reader:
    def __init__(self, table: Table, settings: ImportSettings) -> None:
        self.settings = settings
        self.width = len(table.headers)
        self.mapping = {key: place for key, place in settings.mapping.items() if 0 <= place < self.width}
        self.labels = {target.key: str(target.label) for target in TARGETS}
        self.subjects: dict[str, Subject] = {}
        self.keys_of_rows: list[list[str]] = []
        self.jurisdictions = list(Jurisdiction.objects.all())
        self.jurisdiction_words = {
            fold(word): jurisdiction
            for jurisdiction in self.jurisdictions
            for word in (
                jurisdiction.code,
                jurisdiction.name_en,
                jurisdiction.name_fr,
                jurisdiction.short_en,
                jurisdiction.short_fr,
            )
            if word
        }
        self.kind_words = dict(KIND_WORDS) | dict(settings.kinds)
        self.kind_words |= {word: (kind, "") for word, kind in _words_of(Party.Kind).items()}
        self.level_words = _words_of(Party.GovernmentLevel)

    def read(self, row: SourceRow) -> RowReport:
        """Add the row's organizations to the file's; a row that cannot be used adds nothing at all."""
        report = RowReport(row.line, Verdict.UNCHANGED, [])
        keys: list[str] = []
        try:
            if any(cell.strip() for cell in row.cells[self.width :]):
                raise _Refused(
                    _(
                        "This row has more cells than the heading row."
                        " Put quotation marks around cells that hold the separator."
                    )
                )
            found = self._subjects_of(row, report)
        except _Refused as refused:
            report.verdict = Verdict.REJECTED
            report.sentences.append(str(refused))
            name = self._cell(row, "name_en") or self._cell(row, "name_fr")
            report.names = [name] if name else []
        else:
            for subject in found:
                known = self.subjects.setdefault(subject.key, subject)
                if known is not subject:
                    _absorb(known, subject)
                keys.append(subject.key)
            report.names = [subject.name for subject in found]
        self.keys_of_rows.append(list(dict.fromkeys(keys)))
        return report

    def _cell(self, row: SourceRow, key: str) -> str:
        place = self.mapping.get(key)
        return clean_line(row.cells[place]) if place is not None else ""

    def _subjects_of(self, row: SourceRow, report: RowReport) -> list[Subject]:
        name_en, name_fr = self._cell(row, "name_en"), self._cell(row, "name_fr")
        names = split_names(name_en) if self.settings.split_names and not name_fr else [tidy_name(name_en)]
        pairs = (
            [(name, "") for name in names if name] if not name_fr else [(names[0] if names else "", tidy_name(name_fr))]
        )
        if not pairs:
            raise _Refused(_("This row has no name. Enter one, or leave the row out."))
        kind, level = self._kind(row)
        outside_id = self._cell(row, "outside_id") if self.settings.scheme and len(pairs) == 1 else ""
        subjects = []
        for en, fr in pairs:
            subject = Subject(
                key=f"id:{outside_id}" if outside_id else f"name:{comparing(en or fr)}",
                name_en=en,
                name_fr=fr,
                kind=kind,
                government_level=level,
                outside_id=outside_id,
                lines=[row.line],
            )
            if len(pairs) == 1:
                self._read_own_facts(row, subject)
            self._read_shared_facts(row, subject, report, is_sole=len(pairs) == 1)
            self._refuse_wrong_shape(subject)
            subjects.append(subject)
        if len(pairs) > 1 and self._cell(row, "site_id"):
            report.sentences.append(_("The identifier of a site with several owners is not kept."))
        return subjects

    def _read_own_facts(self, row: SourceRow, subject: Subject) -> None:
        """What a row says of its only organization; with several owners nobody knows whose it is."""
        subject.legal_name = tidy_name(self._cell(row, "legal_name"))
        subject.acronym_en = self._cell(row, "acronym_en")
        subject.acronym_fr = self._cell(row, "acronym_fr")
        subject.about = self._cell(row, "about")
        subject.aliases = [name.strip() for name in self._cell(row, "alias").split(";") if name.strip()]
        if site := self._cell(row, "site_id"):
            subject.site_ids.append(site)
        if email := self._cell(row, "email"):
            subject.emails.append(self._normal("email", normalise_email, email))
        if phone := self._cell(row, "phone"):
            self._normal("phone", normalise_phone, phone)
            subject.phones.append(phone)
        domain = self._cell(row, "email_domain").lower().lstrip("@")
        if domain:
            self._normal("email_domain", normalise_email, f"somebody@{domain}")
            subject.email_domain = domain

    def _read_shared_facts(self, row: SourceRow, subject: Subject, report: RowReport, *, is_sole: bool) -> None:
        if word := self._cell(row, "jurisdiction"):
            if jurisdiction := self.jurisdiction_words.get(fold(word)):
                subject.jurisdictions.append(jurisdiction)
            else:
                report.sentences.append(
                    _("“%(word)s” is no province or territory of Canada; the field stays empty.") % {"word": word}
                )
        elif subject.government_level == Party.GovernmentLevel.PROVINCIAL:
            subject.jurisdictions += self._named_jurisdictions(subject.name_en)
        if word := self._cell(row, "country"):
            code = word.upper() if word.upper() in countries else countries.by_name(word, language="en")
            code = code or countries.by_name(word, language="fr")
            if code:
                subject.country = code
            else:
                report.sentences.append(_("“%(word)s” is no country we know; the field stays empty.") % {"word": word})
        if website := self._cell(row, "website"):
            subject.websites.append((website, is_sole))

    def _named_jurisdictions(self, name: str) -> list[Jurisdiction]:
        """“Government of Yukon” is of Yukon."""
        words = f" {fold(name)} "
        return [
            found for found in self.jurisdictions if found.kind != "federal" and f" {fold(found.name_en)} " in words
        ]

    def _kind(self, row: SourceRow) -> tuple[str, str]:
        word = self._cell(row, "kind")
        level = self.level_words.get(fold(self._cell(row, "government_level")), "")
        if not word:
            return self.settings.kind, level or self.settings.government_level
        found = self.kind_words.get(fold(word))
        if found is None:
            raise _Refused(
                _(
                    "“%(word)s” is no kind of organization we know."
                    " Correct it, or leave the column out and choose one kind for the file."
                )
                % {"word": word}
            )
        if found[0] == Party.Kind.NATION:
            raise _Refused(
                _("A Nation is not imported as an organization. Leave the row out, and add the Nation on its own page.")
            )
        return found[0], level or found[1]

    def _normal(self, key: str, normalise: Any, text: str) -> Any:
        try:
            return normalise(text)
        except ValidationError as error:
            raise _Refused(f"{self.labels[key]}: {' '.join(error.messages)}") from error

    def _refuse_wrong_shape(self, subject: Subject) -> None:
        """The rules of the record itself: too long, not an address. Said for the field as the form would say it."""
        party = Party(
            kind=subject.kind,
            government_level=subject.government_level,
            name_en=subject.name_en,
            name_fr=subject.name_fr,
            legal_name=subject.legal_name,
            acronym_en=subject.acronym_en,
            acronym_fr=subject.acronym_fr,
            website=_with_scheme(subject.websites[0][0]) if subject.websites else "",
            country="",  # is one of ours already, and its check alone costs more than all others
        )
        try:
            check(party, rules=party_rules(party))
            for alias in subject.aliases:
                PartyName(kind=PartyName.Kind.ALIAS, text=alias).clean_fields(exclude={"party"})
            if subject.outside_id or subject.site_ids:
                value = subject.outside_id or subject.site_ids[0]
                OutsideIdentifier(scheme=self.settings.scheme or "import", value=value).clean_fields(
                    exclude={"party", "person"}
                )
        except ValidationError as error:
            said = [
                " ".join(messages)
                if name == "__all__"
                else _("%(label)s: %(value)s") % {"label": self.labels.get(name, name), "value": " ".join(messages)}
                for name, messages in error.message_dict.items()
            ]
            raise _Refused(" ".join(said)) from error


def _words_of(choices: type[TextChoices]) -> dict[str, str]:
    """Value and label of each choice, folded, in both languages: a colleague may read the other one."""
    words = {fold(value): value for value in choices.values}
    for language in LANGUAGES:
        with override(language):
            words |= {fold(str(label)): value for value, label in choices.choices}
    return words


def _with_scheme(website: str) -> str:
    return website if "://" in website else f"https://{website}"


def _absorb(known: Subject, other: Subject) -> None:
    """Another row about the same organization: what the first one left empty is taken, lists grow."""
    for name in (
        "name_en",
        "name_fr",
        "legal_name",
        "acronym_en",
        "acronym_fr",
        "government_level",
        "country",
        "about",
        "email_domain",
    ):
        if not getattr(known, name):
            setattr(known, name, getattr(other, name))
    for name in ("lines", "aliases", "emails", "phones", "site_ids", "jurisdictions", "websites"):
        kept = getattr(known, name)
        kept += [item for item in getattr(other, name) if item not in kept]


def _settle_facts(subject: Subject) -> None:
    """One province and one website, where the rows agree."""
    provinces = {jurisdiction.pk: jurisdiction for jurisdiction in subject.jurisdictions}
    if len(provinces) == 1:
        subject.jurisdiction = next(iter(provinces.values()))
    elif provinces:
        subject.sentences.append(_("The rows name several provinces; the field stays empty."))
    subject.website = _website_of(subject)


def _website_of(subject: Subject) -> str:
    """The address that the rows agree on. A site's is its owner's only if the owner is alone, or the host says so."""
    likely = [website for website, _sole in subject.websites if resembles(website, subject.name)]
    sole = [website for website, is_sole in subject.websites if is_sole]
    for choice in (sole, likely):
        if choice and all(same_website(choice[0], website) for website in choice):
            return _with_scheme(choice[0])
    return ""


# --- What is on file -------------------------------------------------------------------------------------------------


def _match(subjects: Sequence[Subject], settings: ImportSettings) -> None:
    """Find each organization of the file among those on file, then compare the file with itself."""
    for chunk in _chunks(subjects, _CHUNK):
        on_file = _OnFile(chunk, settings)
        for subject in chunk:
            _judge(subject, on_file, settings)
    _judge_within_file(subjects, settings)
    for chunk in _chunks([subject for subject in subjects if subject.party], _CHUNK):
        _find_changes(chunk)
    _settle_identifiers(subjects, settings)


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    source = iter(items)
    while chunk := list(islice(source, size)):
        yield chunk


class _OnFile:
    """What the database holds that could be one of these organizations."""

    def __init__(self, subjects: Sequence[Subject], settings: ImportSettings) -> None:
        self.scheme = settings.scheme
        self.parties: dict[int, Party] = {}
        self.names: dict[int, set[str]] = defaultdict(set)
        self.ids_of: dict[int, set[str]] = defaultdict(set)
        by_id = OutsideIdentifier.objects.filter(
            scheme=settings.scheme or "-",
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
        self._take_in(ids | {int(choice[5:]) for choice in settings.decisions.values() if _chosen_record(choice)})
        # Looking for likeness costs a search of its own for each name: only for those that are not found outright.
        lost = [
            subject
            for subject in subjects
            if subject.outside_id not in self.party_of_id and not self.exact(subject) and not self._shares_key(subject)
        ]
        self.alike = self._alike(lost)
        self.of_domain = self._of_domains({subject.email_domain for subject in lost} - WEBMAIL - {""})
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

    def _alike(self, subjects: Sequence[Subject]) -> dict[str, set[int]]:
        """Party numbers with a name of similar letters, by subject; the trigram indexes of the sort keys answer."""
        asked = [
            (subject.key, fold(name)) for subject in subjects for name in (subject.name_en, subject.name_fr) if name
        ]
        found: dict[str, set[int]] = defaultdict(set)
        if not asked:
            return found
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(_LIKE)])
            cursor.execute(
                """
                SELECT asked.key, near.id
                FROM unnest(%s::text[], %s::text[]) AS asked (key, name)
                CROSS JOIN LATERAL (
                    (SELECT id FROM members_party WHERE sort_en %% asked.name
                     ORDER BY similarity(sort_en, asked.name) DESC LIMIT 5)
                    UNION
                    (SELECT id FROM members_party WHERE sort_fr %% asked.name
                     ORDER BY similarity(sort_fr, asked.name) DESC LIMIT 5)
                ) AS near
                """,
                [[key for key, _name in asked], [name for _key, name in asked]],
            )
            for key, party_id in cursor.fetchall():
                found[key].add(party_id)
        return found

    def _of_domains(self, domains: set[str]) -> dict[str, set[int]]:
        """Parties that use an address of the domain, are known by it, or have it as website."""
        found: dict[str, set[int]] = defaultdict(set)
        if not domains:
            return found
        known = OutsideIdentifier.objects.filter(scheme=DOMAIN_SCHEME, value__in=domains, party__isnull=False)
        for value, party_id in known.values_list("value", "party_id"):
            found[value].add(party_id)
        mailing = Q()
        for domain in domains:
            mailing |= Q(email__address__endswith=f"@{domain}")
        uses = AddressUse.objects.filter(mailing, party__isnull=False).values_list("email__address", "party_id")
        for address, party_id in uses:
            if party_id is not None:
                found[address.rpartition("@")[2]].add(party_id)
        hosted = Q()
        for domain in domains:
            hosted |= Q(website__icontains=domain)
        for party_id, website in Party.objects.filter(hosted).values_list("pk", "website"):
            if host_of(website) in domains:
                found[host_of(website)].add(party_id)
        return found


def spellings(names: Iterable[str]) -> set[str]:
    """Keys of whole names with and without legal form and article; leading words alone are none."""
    return {key.key for key in name_keys_for_organization(names) if key.kind == NameKind.FULL}


def differ_by_typing(one: str, other: str) -> bool:
    """Word by word the same but for a slip or two: “Glencor” and “Glencore”, but not “Northern” and “Southern”."""
    mine, theirs = fold(one).replace(".", "").split(), fold(other).replace(".", "").split()
    if len(mine) != len(theirs):
        return False
    scores = [Levenshtein.normalized_similarity(a, b) for a, b in zip(mine, theirs, strict=True)]
    # A number that differs is another thing, not a slip.
    digits = any(a != b and any(map(str.isdigit, a + b)) for a, b in zip(mine, theirs, strict=True))
    return not digits and min(scores) >= _TYPO and sum(score < 1 for score in scores) <= 2


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
            _ask(
                subject, [party], _("The identifier is that of a record with another name. Say whether it is the same.")
            )
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
        _ask(subject, [], _("A Nation has this name. Leave the row out: Nations are kept on their own pages."))
    elif party.is_archived:
        _ask(subject, [], _("An archived record has this name. Restore it first, or leave the row out."))
    else:
        subject.verdict, subject.party = Verdict.UNCHANGED, party


def _ask(subject: Subject, candidates: list[Party], sentence: str) -> None:
    subject.verdict = Verdict.DECISION
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


def identifiers_of(subject: Subject, settings: ImportSettings) -> list[tuple[str, str]]:
    """All identifiers that the file gives, scheme and value."""
    found = [(settings.scheme, subject.outside_id)] if subject.outside_id else []
    found += [(settings.scheme, value) for value in subject.site_ids if settings.scheme]
    if subject.email_domain:
        found.append((DOMAIN_SCHEME, subject.email_domain))
    return found


def _settle_identifiers(subjects: Sequence[Subject], settings: ImportSettings) -> None:
    """Which identifiers are added: those nobody has, on file or in an earlier line."""
    claimed: dict[tuple[str, str], Subject] = {}
    for chunk in _chunks([subject for subject in subjects if subject.party or subject.verdict == Verdict.NEW], _CHUNK):
        holders = _holders(chunk, settings)
        for subject in chunk:
            for pair in identifiers_of(subject, settings):
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


def _holders(subjects: Sequence[Subject], settings: ImportSettings) -> dict[tuple[str, str], int]:
    """Identifiers of the file that are on file, with the party that has them; 0 for a person."""
    wanted = {pair for subject in subjects for pair in identifiers_of(subject, settings)}
    rows = OutsideIdentifier.objects.filter(
        scheme__in={scheme for scheme, _value in wanted}, value__in={value for _scheme, value in wanted}
    )
    return {(scheme, value): party or 0 for scheme, value, party in rows.values_list("scheme", "value", "party_id")}


def _report(report: RowReport, subjects: Sequence[Subject]) -> None:
    """The row's verdict: what its own organizations come to; later rows of the same one say where it began."""
    if report.verdict == Verdict.REJECTED:
        return
    verdicts = []
    for subject in subjects:
        if subject.verdict in {Verdict.NEW, Verdict.UPDATED} and report.line != subject.lines[0]:
            verdicts.append(Verdict.UNCHANGED)
            said = {"name": subject.name, "line": subject.lines[0]}
            report.sentences.append(_("%(name)s is the organization of line %(line)d.") % said)
        else:
            verdicts.append(subject.verdict)
            report.sentences += [
                _("%(label)s: %(value)s") % {"label": subject.name, "value": sentence}
                if len(subjects) > 1
                else sentence
                for sentence in subject.sentences
            ]
    report.verdict = worst(verdicts)
