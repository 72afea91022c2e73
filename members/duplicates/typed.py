"""Look-alikes of what somebody is about to make: the hunt's evidence and weights, asked while they type.

Nothing is done by itself here and nobody is held up, so records are offered from lower odds than those from which the
hunt lists a pair. What the rows weigh is the same, but how common a value is is counted for the few that were typed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import connection

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.name_keys import name_key
from c2m2a_crm.core.text import clean_line, fold
from members.duplicates.evidence import Comparison, Frequencies
from members.duplicates.nicknames import forms_of
from members.duplicates.organization_names import initials, is_distinctive
from members.duplicates.parties import NEVER, PartyProfile, compare_parties, named
from members.duplicates.people import compare_people
from members.duplicates.profiles import PersonProfile, person_profile
from members.duplicates.reading import read_parties, read_people
from members.duplicates.weights import LISTED, OFFERED
from members.duplicates.words import row_in_words
from members.models import Party, Person
from members.selectors import WEBMAIL, Found, at_least_alike, found_parties, found_people, nearest_keys
from members.services.addresses import normalise_email, normalise_phone

_ALIKE: Final = 0.45
"""The share of trigrams from which two names of people are compared at all."""
_PARTIES_ALIKE: Final = 0.55
"""Of organizations, whose names share many common words."""
_UNSAVED: Final = -1
"""The number of the record that is typed: no record's, and no missing parent's."""
_NEAREST: Final = 10
_OF_ONE_KEY: Final = 20
"""Records that are compared for one shared name, number or address."""
_COUNTED: Final = 5000
"""What is more common is counted so far and no further."""
_TYPED_ENOUGH: Final = 6
"""Letters from which the beginning of a whole name is looked up."""
_FEW: Final = 5
"""A telephone or a host that no more records share tells who it is by itself."""
_PHRASES: Final = 3


@dataclass(frozen=True, slots=True)
class Likely:
    """A record that may be what is being made: ``score`` out of a hundred, ``reason`` in the words of the queue."""

    found: Found
    score: int
    reason: str


class _Asked(Frequencies):
    """How common the typed values are among all records, the typed one counted with them."""

    def __init__(self, table: str) -> None:
        super().__init__(_size(table))

    def set(self, row: str, value: Any, met: int) -> None:
        self.count(row, ())
        self._counts[row][value] = met + 1


def _size(table: str) -> int:
    """About how many rows the table has: the database's own estimate, exact where they are few."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [table])
        (size,) = cursor.fetchone()
        if size < _COUNTED:
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608  our own names
            (size,) = cursor.fetchone()
    return int(size)


# --- People -----------------------------------------------------------------------------------------------------------

_PEOPLE: Final = """
(SELECT u.person_id FROM members_addressuse u JOIN members_emailaddress m ON m.id = u.email_id
    WHERE m.address = %(email)s AND u.person_id IS NOT NULL LIMIT %(most)s)
UNION (SELECT person_id FROM members_phonenumber WHERE number = %(phone)s AND person_id IS NOT NULL LIMIT %(most)s)
UNION (SELECT person_id FROM members_namekey WHERE key = ANY(%(names)s) AND person_id IS NOT NULL LIMIT %(most)s)
UNION (SELECT person_id FROM members_namekey WHERE key LIKE %(start)s AND person_id IS NOT NULL LIMIT %(most)s)
UNION (SELECT k.person_id FROM members_affiliation a JOIN members_namekey k ON k.person_id = a.person_id
    WHERE a.party_id = %(party)s AND k.key LIKE ANY(%(parts)s) AND k.form IN ('given', 'family', 'preferred')
    LIMIT %(most)s)
"""
_MET_BY_PEOPLE: Final = """
SELECT 'given', n.name, (SELECT count(*) FROM (SELECT FROM members_namekey k WHERE k.key = n.key
    AND k.form IN ('given', 'preferred') LIMIT %(counted)s) f)
FROM unnest(%(givens)s::text[], %(given_keys)s::text[]) n (name, key)
UNION ALL SELECT 'family', n.name, (SELECT count(*) FROM (SELECT FROM members_namekey k WHERE k.key = n.key
    AND k.form = 'family' LIMIT %(counted)s) f)
FROM unnest(%(families)s::text[], %(family_keys)s::text[]) n (name, key)
UNION ALL SELECT 'email', %(email)s, (SELECT count(*) FROM members_addressuse u
    JOIN members_emailaddress m ON m.id = u.email_id WHERE m.address = %(email)s AND u.person_id IS NOT NULL)
UNION ALL SELECT 'phone', %(phone)s, (SELECT count(*) FROM (SELECT FROM members_phonenumber
    WHERE number = %(phone)s AND person_id IS NOT NULL LIMIT %(counted)s) f)
UNION ALL SELECT 'employer', '', (SELECT count(*) FROM (SELECT FROM members_affiliation
    WHERE party_id = %(party)s LIMIT %(counted)s) f)
"""


def likely_people(
    actor: Actor,
    *,
    given_name: str = "",
    family_name: str = "",
    email: str = "",
    phone: str = "",
    organization: Party | None = None,
    limit: int = 3,
) -> list[Likely]:
    """At most ``limit`` people whom a new record would double, likeliest first, archived ones among them."""
    address, number = _or_nothing(normalise_email, email), _or_nothing(normalise_phone, phone)
    typed = person_profile(
        _UNSAVED,
        given_name=clean_line(given_name),
        family_name=clean_line(family_name),
        emails=(address,) if address else (),
        phones=(number[0],) if number else (),
        employers=(organization.pk,) if organization else (),
    )
    candidates = _people_to_compare(typed)
    if not candidates:
        return []
    crowd = _met_by_people(typed)
    offered = []
    for one in read_people(sorted(candidates), put_aside=True):
        compared = compare_people(typed, one, crowd)
        if (rank := _rank_of_person(compared, typed, crowd)) is not None:
            offered.append((rank, one.pk, compared))
    return _likely(found_people(actor, [pk for _rank, pk, _compared in offered]), offered, limit)


def _people_to_compare(typed: PersonProfile) -> set[int]:
    names = {
        key
        for family in typed.families or ("",)
        for given in typed.givens or ("",)
        for called in forms_of(given)
        if (key := name_key(f"{called} {family}"))
    }
    whole = name_key(" ".join((*typed.givens[:1], *typed.families[:1])))
    asked: dict[str, Any] = {
        "email": next(iter(typed.emails), None),
        "phone": next(iter(typed.phones), None),
        "names": sorted(names),
        "start": f"{_literal(whole)}%" if len(whole) >= _TYPED_ENOUGH else None,
        "parts": [f"{_literal(part)}%" for part in map(name_key, (*typed.givens, *typed.families)) if len(part) > 2],
        "party": next(iter(typed.employers), None),
        "most": _OF_ONE_KEY,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, asked)
        found = {key for (key,) in cursor.fetchall()}
    if whole:
        with at_least_alike(_ALIKE):
            found |= set(nearest_keys(whole, _NEAREST, person__isnull=False).values_list("person_id", flat=True))
    return found


def _met_by_people(typed: PersonProfile) -> _Asked:
    crowd = _Asked(Person._meta.db_table)
    asked: dict[str, Any] = {
        "givens": list(typed.givens),
        "given_keys": list(map(name_key, typed.givens)),
        "families": list(typed.families),
        "family_keys": list(map(name_key, typed.families)),
        "email": next(iter(typed.emails), ""),
        "phone": next(iter(typed.phones), ""),
        "party": next(iter(typed.employers), None),
        "counted": _COUNTED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MET_BY_PEOPLE, asked)
        for row, value, met in cursor.fetchall():
            crowd.set(row, asked["party"] if row == "employer" else value, met)
    return crowd


def _rank_of_person(compared: Comparison, typed: PersonProfile, crowd: Frequencies) -> tuple[int, float] | None:
    """Whose mailbox or number was typed comes first, and then the likelier ones. None for who is not offered at all.

    A name that is the same is offered however many bear it. Who has another given or family name is not, unless the
    hunt would list the pair.
    """
    levels = {row.row: row.level for row in compared.rows}
    reached = levels.get("email") == "same" or (
        levels.get("phone") == "same" and crowd.met("phone", typed.phones[0]) <= 1 + _FEW
    )
    names = {levels["given"], levels["family"]}
    if reached or names == {"same"}:
        return (1 if reached else 0, compared.bits)
    if "other" in names or names == {"missing"}:
        return (0, compared.bits) if compared.bits >= LISTED else None
    return (0, compared.bits) if compared.bits >= OFFERED else None


# --- Parties ----------------------------------------------------------------------------------------------------------

_AT_HOSTS: Final = r"""
(SELECT id FROM members_party
    WHERE website ILIKE ANY(%(sites)s) AND substring(lower(website) FROM '^(?:[a-z]+://)?(?:www\.)?([^/:?#]+)')
    = ANY(%(hosts)s) LIMIT %(most)s)
UNION (SELECT u.party_id FROM members_emailaddress m JOIN members_addressuse u ON u.email_id = m.id
    WHERE m.address LIKE ANY(%(mailboxes)s) AND u.party_id IS NOT NULL LIMIT %(most)s)
"""
_PARTIES: Final = """
(SELECT party_id, 'name' FROM members_namekey
    WHERE key = ANY(%(names)s) AND form IN ('full', 'alias', 'acronym') AND party_id IS NOT NULL LIMIT %(most)s)
UNION (SELECT id, 'word' FROM members_party WHERE %(words)s <> '{}' AND sort_en LIKE ALL(%(words)s) LIMIT %(most)s)
UNION (SELECT id, 'word' FROM members_party WHERE %(words)s <> '{}' AND sort_fr LIKE ALL(%(words)s) LIMIT %(most)s)
"""
_PARTIES_NEAR: Final = """
(SELECT id FROM members_party WHERE sort_en %% %(name)s ORDER BY similarity(sort_en, %(name)s) DESC, id LIMIT %(near)s)
UNION
(SELECT id FROM members_party WHERE sort_fr %% %(name)s ORDER BY similarity(sort_fr, %(name)s) DESC, id LIMIT %(near)s)
"""
_MET_BY_PARTIES: Final = """
SELECT 'word', w.word, (SELECT count(*) FROM (SELECT FROM members_party p
    WHERE p.sort_en LIKE w.pattern OR p.sort_fr LIKE w.pattern LIMIT %(counted)s) f)
FROM unnest(%(words)s::text[], %(patterns)s::text[]) w (word, pattern)
UNION ALL SELECT 'acronym', a.key, (SELECT count(DISTINCT k.party_id) FROM members_namekey k
    WHERE k.key = a.key AND k.form = 'acronym')
FROM unnest(%(acronyms)s::text[]) a (key)
"""


def likely_parties(
    actor: Actor,
    *,
    names: Sequence[str],
    website: str = "",
    email_domain: str = "",
    acronyms: Sequence[str] = (),
    limit: int = 3,
) -> list[Likely]:
    """At most ``limit`` organizations or Nations that a new record would double, archived ones among them."""
    texts = list(dict.fromkeys(filter(None, map(clean_line, names))))
    short = [acronym for acronym in map(clean_line, acronyms) if acronym]
    # What somebody calls it for short may be what the record on file is named.
    told, own = named([*((text, "name") for text in texts), *((acronym, "alias") for acronym in short)], short)
    hosts = {host_of(website), clean_line(email_domain).lower()} - WEBMAIL - {""}
    typed = PartyProfile(
        _UNSAVED, "", told, own, frozenset(filter(None, map(initials, texts))), hosts=tuple(sorted(hosts))
    )
    of_name, of_host = _parties_to_compare(typed, texts)
    if not of_name | of_host:
        return []
    crowd = _met_by_parties(typed)
    for host in hosts:
        crowd.set("host", host, len(of_host))
    offered = []
    for one in read_parties(sorted(of_name | of_host), put_aside=True):
        compared = compare_parties(replace(typed, kind=one.kind), one, crowd)
        shares_host = one.pk in of_host and len(of_host) <= _FEW
        if (compared.rows[:1] and compared.rows[0].row == "name" and compared.bits > NEVER) or shares_host:
            offered.append(((0, compared.bits), one.pk, compared))
    return _likely(found_parties(actor, [pk for _rank, pk, _compared in offered]), offered, limit)


def _parties_to_compare(typed: PartyProfile, texts: Iterable[str]) -> tuple[set[int], set[int]]:
    """Those of a like name, and those at one of the hosts."""
    keys = {*map(name_key, texts), *(name.joined for name, _kind in typed.names), *typed.acronyms}
    keys |= {letters for letters in typed.initials if len(letters) >= 4}
    words = {word for name, _kind in typed.names[:1] for word in name.words if len(word) >= 4 and is_distinctive(word)}
    asked: dict[str, Any] = {
        "hosts": list(typed.hosts),
        "sites": [f"%{_literal(host)}%" for host in typed.hosts],
        "mailboxes": [f"%@{_literal(host)}" for host in typed.hosts],
        "names": sorted(filter(None, keys)),
        "words": [f"%{_literal(word)}%" for word in sorted(words, key=len, reverse=True)[:3]],
        "most": _OF_ONE_KEY,
    }
    found: dict[str, set[int]] = {"name": set(), "word": set()}
    at_hosts: set[int] = set()
    with connection.cursor() as cursor:
        cursor.execute(_PARTIES, asked)
        for key, what in cursor.fetchall():
            found[what].add(key)
        # A name that is on file letter by letter needs no search for slips, nor does one that names nobody.
        for text in texts if words and not found["name"] else ():
            with at_least_alike(_PARTIES_ALIKE):
                cursor.execute(_PARTIES_NEAR, {"name": fold(text), "near": _NEAREST})
                found["word"].update(key for (key,) in cursor.fetchall())
        if typed.hosts:
            cursor.execute(_AT_HOSTS, asked)
            at_hosts.update(key for (key,) in cursor.fetchall())
    return found["name"] | found["word"], at_hosts


def _met_by_parties(typed: PartyProfile) -> _Asked:
    crowd = _Asked(Party._meta.db_table)
    words = {
        meaning: word for name, _kind in typed.names for word, meaning in zip(name.words, name.meanings, strict=True)
    }
    asked: dict[str, Any] = {
        "words": list(words),
        "patterns": [f"%{_literal(word)}%" for word in words.values()],
        "acronyms": sorted(typed.acronyms | {name.joined for name, _kind in typed.names if len(name.words) == 1}),
        "counted": _COUNTED,
    }
    with connection.cursor() as cursor:
        cursor.execute(_MET_BY_PARTIES, asked)
        for row, value, met in cursor.fetchall():
            # An acronym that the typed record is given counts with it; one that it goes by does not.
            crowd.set(row, value, met - (row == "acronym" and value not in typed.acronyms))
    return crowd


def host_of(website: str) -> str:
    """The host of a website as typed, or nothing."""
    host = fold(website).partition("://")[2] or fold(website)
    host = host.partition("/")[0].partition(":")[0].removeprefix("www.")
    return host if "." in host else ""


def _literal(text: str) -> str:
    """For a pattern of LIKE."""
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


# --- Both -------------------------------------------------------------------------------------------------------------


def _or_nothing(normalise: Callable[[str], Any], text: str) -> Any:
    """Half-typed addresses and numbers are looked up once they are whole."""
    try:
        return normalise(text) if clean_line(text) else None
    except ValidationError:
        return None


def _likely(
    found: Iterable[Found], offered: Iterable[tuple[tuple[int, float], int, Comparison]], limit: int
) -> list[Likely]:
    compared = {pk: (rank, comparison) for rank, pk, comparison in offered}
    ordered = sorted(found, key=lambda each: (*(-part for part in compared[each.pk][0]), each.title, each.pk))
    return [Likely(each, compared[each.pk][1].score, _reason(compared[each.pk][1])) for each in ordered[:limit]]


def _reason(compared: Comparison) -> str:
    """What speaks for it, strongest first; where nothing does, what was compared first, which is the name."""
    rows = sorted((row for row in compared.rows if row.bits > 0), key=lambda row: -row.bits)
    return ", ".join(row_in_words(row.row, row.level) for row in (rows or compared.rows[:1])[:_PHRASES])
