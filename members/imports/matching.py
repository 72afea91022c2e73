"""Which organizations and Nations on file the names of a file mean."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.imports import Question
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.name_keys import NameKind
from c2m2a_crm.core.text import fold
from members import services
from members.imports.names import comparing, differ_by_typing, spellings, tidy_name
from members.models import NameKey, Party, PartyName
from members.selectors import WEBMAIL

# The system whose identifiers are e-mail domains.
DOMAIN_SCHEME: Final = "email-domain"
# A slip in a short word leaves two thirds of the trigrams; below half the index would return half the directory.
_LIKE: Final = 0.55
_NAMES: Final = ("name_en", "name_fr", "autonym", "legal_name", "acronym_en", "acronym_fr")


def parties_alike(names: Sequence[tuple[str, str]]) -> dict[str, set[int]]:
    """Parties with a name of similar letters, by the first of each pair; the indexes of the sort keys answer."""
    found: dict[str, set[int]] = defaultdict(set)
    if not names:
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
            [[key for key, _name in names], [fold(name) for _key, name in names]],
        )
        for key, party_id in cursor.fetchall():
            found[key].add(party_id)
    return found


def parties_of_domains(domains: Collection[str]) -> dict[str, set[int]]:
    """Parties that use an address of the domain, are known by it, or have it as website."""
    found: dict[str, set[int]] = defaultdict(set)
    if not domains:
        return found
    wanted = sorted(domains)
    with connection.cursor() as cursor:
        # One pass over each table, however many domains are asked for.
        cursor.execute(
            r"""
            SELECT value, party_id FROM members_outsideidentifier
            WHERE scheme = %s AND value = ANY(%s) AND party_id IS NOT NULL
            UNION
            SELECT split_part(email.address, '@', 2), used.party_id
            FROM members_addressuse AS used JOIN members_emailaddress AS email ON email.id = used.email_id
            WHERE used.party_id IS NOT NULL AND split_part(email.address, '@', 2) = ANY(%s)
            UNION
            SELECT host, id FROM (
                SELECT id, substring(lower(website) FROM '^(?:[a-z]+://)?(?:www\.)?([^/:?#]+)') AS host
                FROM members_party WHERE website <> ''
            ) AS hosts
            WHERE host = ANY(%s)
            """,
            [DOMAIN_SCHEME, wanted, wanted, wanted],
        )
        for domain, party_id in cursor.fetchall():
            found[domain].add(party_id)
    return found


@dataclass(slots=True)
class Found:
    """What a name of the file comes to. ``state`` is known, new, without, skip or ask."""

    name: str
    state: str
    party_id: int = 0
    question: Question | None = None
    lines: list[int] = field(default_factory=list)


class PartyFinder:
    """Finds organizations and Nations by the names that a file uses, each name once for the whole file.

    ``unknown`` says what becomes of names that nobody knows: ``ask``, ``add`` or ``without``. What this very import
    makes is not on file: it would be found or not by the order of the rows.
    """

    def __init__(self, actor: Any, *, unknown: str, decisions: Mapping[str, str], without: str) -> None:
        self.actor = actor
        self.unknown = unknown
        self.decisions = decisions
        self.without = without
        self.newest = Party.objects.aggregate(newest=Max("pk"))["newest"] or 0
        self._found: dict[str, Found] = {}

    def look_up(self, names: Iterable[tuple[str, str]]) -> None:
        """Settle names that were not met yet, given with the e-mail domain of their row or nothing."""
        domains: dict[str, str] = {}
        wanted: dict[str, str] = {}
        for name, domain in names:
            key = comparing(name)
            if key not in self._found:
                wanted.setdefault(key, name)
                if domain and domain not in WEBMAIL:
                    domains.setdefault(key, domain)
        if wanted:
            self._settle(wanted, domains)

    def of(self, name: str, line: int) -> Found:
        found = self._found[comparing(name)]
        if found.question is not None and len(found.question.lines) < 20:
            found.question.lines.append(line)
        return found

    def questions(self) -> Iterable[Question]:
        return [found.question for found in self._found.values() if found.state == "ask" and found.question]

    def make(self, names: Iterable[str], operation: Operation) -> None:
        """Make the organizations of these names that are to be added, where that has not been done."""
        wanted = {comparing(name): name for name in names}
        missing = [found for key in wanted if (found := self._found[key]).state == "new" and not found.party_id]
        is_french = reader_language() == "fr"
        parties = services.create_parties(
            actor=self.actor,
            rows=[
                services.PartyInput(
                    kind=Party.Kind.BUSINESS,
                    name_en="" if is_french else tidy_name(found.name),
                    name_fr=tidy_name(found.name) if is_french else "",
                )
                for found in missing
            ],
            operation=operation,
        )
        for found, party in zip(missing, parties, strict=True):
            found.party_id = party.pk

    def _settle(self, wanted: Mapping[str, str], domains: Mapping[str, str]) -> None:
        keys = {key: spellings([name]) | {key} for key, name in wanted.items()}
        of_key: dict[str, set[int]] = defaultdict(set)
        named = NameKey.objects.filter(
            key__in=sorted({each for found in keys.values() for each in found}),
            party__isnull=False,
            party__lte=self.newest,
            form__in=[NameKind.FULL, NameKind.ALIAS, NameKind.ACRONYM],
        )
        for key, party_id in named.values_list("key", "party_id"):
            of_key[key].add(party_id)
        sharing = {key: {pk for each in found for pk in of_key.get(each, ())} for key, found in keys.items()}
        lost = [key for key, found in sharing.items() if not found]
        # A search of its own for each name: only where somebody will be asked.
        near = parties_alike([(key, wanted[key]) for key in lost]) if self.unknown == "ask" else {}
        of_domain = parties_of_domains({domains[key] for key in lost if key in domains})
        ids = {pk for found in (*sharing.values(), *near.values(), *of_domain.values()) for pk in found}
        ids |= {int(choice[5:]) for choice in self.decisions.values() if choice[5:].isdecimal()}
        parties = Party.objects.in_bulk(sorted(pk for pk in ids if pk <= self.newest))
        names: dict[int, set[str]] = defaultdict(set)
        for pk, party in parties.items():
            names[pk] |= {comparing(getattr(party, name)) for name in _NAMES if getattr(party, name)}
        for party_id, text in PartyName.objects.filter(party__in=list(parties)).values_list("party_id", "text"):
            names[party_id].add(comparing(text))
        for key, name in wanted.items():
            exact = [parties[pk] for pk in sorted(sharing[key]) if pk in parties and key in names[pk]]
            others = {pk for pk in sharing[key] if pk in parties}
            others |= {
                pk
                for pk in near.get(key, ())
                if pk in parties
                and any(
                    differ_by_typing(name, getattr(parties[pk], each)) for each in _NAMES if getattr(parties[pk], each)
                )
            }
            others |= {pk for pk in of_domain.get(domains.get(key, ""), ()) if pk in parties}
            self._found[key] = self._found_as(key, name, exact, [parties[pk] for pk in sorted(others)], parties)

    def _found_as(
        self, key: str, name: str, exact: list[Party], others: list[Party], parties: Mapping[int, Party]
    ) -> Found:
        if len(exact) == 1 and not exact[0].is_archived:
            return Found(name, "known", exact[0].pk)
        candidates = [party for party in exact or others if not party.is_archived]
        question = f"organization:{key}"
        choice = self.decisions.get(question, "")
        if choice in {"new", "without", "skip"}:
            return Found(name, choice)
        if choice.startswith("same:") and choice[5:].isdecimal() and int(choice[5:]) in parties:
            return Found(name, "known", int(choice[5:]))
        if not candidates and self.unknown == "add":
            return Found(name, "new")
        if not candidates and self.unknown == "without":
            return Found(name, "without")
        choices = [(f"same:{party.pk}", _("The same as %(name)s") % {"name": party}) for party in candidates[:8]]
        choices += [
            ("new", _("Add it as an organization")),
            ("without", self.without),
            ("skip", _("Leave the rows out")),
        ]
        said = (
            _("Several records have this name, or look like it. Say which one is meant.")
            if len(candidates) > 1
            else _("This looks like a record on file. Say whether it is the same.")
            if candidates
            else _("No organization or Nation on file has this name.")
        )
        value = choices[0][0] if len(candidates) == 1 else "skip"
        return Found(name, "ask", question=Question(question, name, [said], choices, value))
