"""Profiles of everybody on file, read in one statement for people and one for parties.

Rows come through a cursor of the server, so that what is in memory is the profiles and no more.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from sys import intern
from typing import Any, Final

from django.db import connection, transaction

from members.duplicates.organization_names import initials
from members.duplicates.parties import PartyProfile, named
from members.duplicates.profiles import PersonProfile, Place, person_profile, place_of
from members.selectors import WEBMAIL

_CHUNK: Final = 2000

# Mailboxes that several share are nobody's own. Jurisdiction and days play no part: what was, still tells who it is.
_PEOPLE: Final = """
SELECT p.id, p.given_name, p.family_name, p.preferred_name, p.honorific, p.post_nominals,
    mail.found, phone.found, place.found, work.found, known.found, past.found, merged.found
FROM members_person p
LEFT JOIN (SELECT u.person_id, array_agg(DISTINCT m.address) AS found FROM members_addressuse u
    JOIN members_emailaddress m ON m.id = u.email_id WHERE u.person_id IS NOT NULL AND u.kind <> 'shared' {of_u}
    GROUP BY 1) mail ON mail.person_id = p.id
LEFT JOIN (SELECT person_id, array_agg(DISTINCT number) AS found FROM members_phonenumber u
    WHERE person_id IS NOT NULL {of_u} GROUP BY 1) phone ON phone.person_id = p.id
LEFT JOIN (SELECT person_id, jsonb_agg(jsonb_build_array(lines, city, postal_code) ORDER BY id) AS found
    FROM members_postaladdress u WHERE person_id IS NOT NULL AND (lines <> '' OR city <> '' OR postal_code <> '')
    {of_u} GROUP BY 1) place ON place.person_id = p.id
LEFT JOIN (SELECT person_id, array_agg(DISTINCT party_id) AS found FROM members_affiliation u
    WHERE true {of_u} GROUP BY 1) work ON work.person_id = p.id
LEFT JOIN (SELECT person_id, array_agg(value ORDER BY id) AS found FROM members_outsideidentifier u
    WHERE person_id IS NOT NULL {of_u} GROUP BY 1) known ON known.person_id = p.id
LEFT JOIN LATERAL (SELECT array_agg(DISTINCT h.before ->> 'family_name') AS found FROM core_history h
    WHERE p.version > 1 AND h.tbl = 'members_person' AND h.row_id = p.id AND h.action = 'U'
    AND h.before ->> 'family_name' <> h.after ->> 'family_name') past ON true
LEFT JOIN (SELECT merged_into_id, jsonb_agg(jsonb_build_array(given_name, family_name) ORDER BY id) AS found
    FROM members_person u WHERE merged_into_id IS NOT NULL AND anonymised_on IS NULL {merged_of_u}
    GROUP BY 1) merged ON merged.merged_into_id = p.id
WHERE {in_use} AND p.anonymised_on IS NULL {of_p}
ORDER BY p.id
"""
_PARTIES: Final = """
SELECT p.id, p.kind, p.government_level, p.name_en, p.name_fr, p.autonym, p.legal_name, p.acronym_en, p.acronym_fr,
    p.jurisdiction_id, p.country, p.parent_id, p.website,
    other.found, mail.found, phone.found, place.found, known.found
FROM members_party p
LEFT JOIN (SELECT party_id, jsonb_agg(jsonb_build_array(text, kind) ORDER BY id) AS found FROM members_partyname u
    WHERE true {of_u} GROUP BY 1) other ON other.party_id = p.id
LEFT JOIN (SELECT u.party_id, array_agg(DISTINCT split_part(m.address, '@', 2)) AS found FROM members_addressuse u
    JOIN members_emailaddress m ON m.id = u.email_id WHERE u.party_id IS NOT NULL {of_u}
    GROUP BY 1) mail ON mail.party_id = p.id
LEFT JOIN (SELECT party_id, array_agg(DISTINCT number) AS found FROM members_phonenumber u
    WHERE party_id IS NOT NULL {of_u} GROUP BY 1) phone ON phone.party_id = p.id
LEFT JOIN (SELECT party_id, jsonb_agg(jsonb_build_array(lines, city, postal_code) ORDER BY id) AS found
    FROM members_postaladdress u WHERE party_id IS NOT NULL AND (lines <> '' OR city <> '' OR postal_code <> '')
    {of_u} GROUP BY 1) place ON place.party_id = p.id
LEFT JOIN (SELECT party_id, array_agg(value ORDER BY id) AS found FROM members_outsideidentifier u
    WHERE party_id IS NOT NULL AND scheme <> 'email-domain' {of_u} GROUP BY 1) known ON known.party_id = p.id
WHERE {in_use} {of_p}
ORDER BY p.id
"""
_HOST: Final = re.compile(r"^(?:[a-z]+://)?(?:www\.)?([^/:?#]+)")


# Archived or not: only whoever was merged into another record has no names of their own any more.
_IN_USE: Final = {False: "p.archived_at IS NULL", True: "p.merged_into_id IS NULL"}


def _rows(sql: str, column: str, keys: Sequence[int] | None, *, put_aside: bool) -> Iterator[tuple[Any, ...]]:
    """The rows of these records, or of all; archived ones too where ``put_aside``."""
    few = {
        "of_u": f"AND u.{column} = ANY(%(keys)s)",
        "merged_of_u": "AND u.merged_into_id = ANY(%(keys)s)",
        "of_p": "AND p.id = ANY(%(keys)s)",
    }
    asked = sql.format(**(few if keys is not None else dict.fromkeys(few, "")), in_use=_IN_USE[put_aside])
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(asked, {"keys": list(keys)} if keys is not None else None)
        while found := cursor.fetchmany(_CHUNK):
            yield from found


def _texts(found: list[str] | None) -> tuple[str, ...]:
    return tuple(intern(each) for each in found or ())


def _listed(found: str | None) -> list[list[str]]:
    """What the database gave as JSON: Django leaves it as text."""
    return json.loads(found) if found else []


def _places(found: str | None) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(place_of(*each) for each in _listed(found)))


def read_people(keys: Sequence[int] | None = None, *, put_aside: bool = False) -> list[PersonProfile]:
    """Everybody in use: neither put aside nor anonymous. ``keys`` narrows to these; ``put_aside`` takes archived ones
    in. Somebody bears the names of the records that were merged into theirs, too.
    """
    return [
        person_profile(
            pk,
            given_name=given,
            family_name=family,
            preferred_name=preferred,
            honorific=honorific,
            post_nominals=post_nominals,
            former_families=(*(former or ()), *(family for _given, family in _listed(merged))),
            former_givens=tuple(given for given, _family in _listed(merged)),
            emails=_texts(emails),
            phones=_texts(phones),
            places=_places(places),
            employers=tuple(employers or ()),
            identifiers=_texts(identifiers),
        )
        for (
            pk,
            given,
            family,
            preferred,
            honorific,
            post_nominals,
            emails,
            phones,
            places,
            employers,
            identifiers,
            former,
            merged,
        ) in _rows(_PEOPLE, "person_id", keys, put_aside=put_aside)
    ]


def read_parties(keys: Sequence[int] | None = None, *, put_aside: bool = False) -> list[PartyProfile]:
    """Every organization and Nation in use. ``keys`` and ``put_aside`` as for people."""
    found = []
    for row in _rows(_PARTIES, "party_id", keys, put_aside=put_aside):
        pk, kind, level, name_en, name_fr, autonym, legal, acronym_en, acronym_fr = row[:9]
        jurisdiction, country, parent, website, others, domains, phones, places, identifiers = row[9:]
        texts = [(text, "name") for text in dict.fromkeys((name_en, name_fr, autonym, legal)) if text]
        texts += [(text, "former" if told == "former" else "alias") for text, told in _listed(others)]
        names, acronyms = named(texts, (acronym_en, acronym_fr))
        host = _HOST.match(website.lower())
        hosts = {*(domains or ()), *((host[1],) if website and host else ())}
        found.append(
            PartyProfile(
                pk,
                kind,
                names,
                acronyms,
                frozenset(filter(None, map(initials, filter(None, (name_en, name_fr, legal))))),
                level,
                jurisdiction or 0,
                country,
                parent or 0,
                tuple(sorted(hosts - WEBMAIL)),
                _texts(phones),
                _places(places),
                _texts(identifiers),
            )
        )
    return found
