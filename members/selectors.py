"""Finding people and parties by what somebody types.

Comboboxes, the palette, the typed line, the lists and the import all ask here, so that each finds what the others find.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection, transaction
from django.db.models import Case, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.name_keys import name_key
from c2m2a_crm.core.text import Fold, clean_line, fold
from c2m2a_crm.core.validity import today
from members.models import AddressUse, Affiliation, NameKey, Party, PartyName, Person, PhoneNumber

# Domains that say nothing of where somebody works.
WEBMAIL = frozenset(
    {
        *("gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.ca", "live.com", "live.ca", "msn.com"),
        *("yahoo.com", "yahoo.ca", "icloud.com", "me.com", "proton.me", "protonmail.com"),
        *("videotron.ca", "sympatico.ca", "bell.net", "rogers.com", "shaw.ca", "telus.net"),
    }
)


@dataclass(frozen=True, slots=True)
class Found:
    """A person or a party as an option to pick: ``note`` says title and organization, or kind and place."""

    pk: int
    title: str
    note: str
    url: str
    last_contact_on: date | None
    record: Person | Party


# --- Who is meant ----------------------------------------------------------------------------------------------------


def _words_in(column: str, text: str) -> Q:
    """Every word stands in the column, in any order; short ones begin a word, or they would be found everywhere.

    Three letters are what the trigram index can look up, and comparing without a pattern takes a tenth of the time.
    """
    condition = Q()
    for word in fold(text).split():
        if len(word) >= 3:
            condition &= Q(**{f"{column}__contains": word})
        else:
            beginning = r"\m" if word[0].isalnum() else ""
            condition &= Q(**{f"{column}__regex": beginning + re.escape(word)})
    return condition


def _digits(text: str) -> str:
    """The digits of something that looks like a telephone number, else nothing."""
    digits = re.sub(r"[\s().+-]", "", text)
    return digits.lstrip("0").removeprefix("1") if digits.isdecimal() and len(digits) >= 7 else ""


def _union(branches: Iterable[QuerySet[Any, Any]]) -> QuerySet[Any, Any]:
    first, *rest = branches
    return first.union(*rest)


def people_named(text: str) -> Q:
    """The people whom ``text`` may mean: names in any order, keys, e-mail address, telephone. Empty text means all.

    A union of narrow queries, each carried by its index: one condition joined by OR would read the whole table.
    """
    text = clean_line(text)
    if not text:
        return Q()
    branches: list[QuerySet[Any, Any]] = [Person.objects.filter(_words_in("sort_key", text)).values("pk")]
    if key := name_key(text):
        branches.append(NameKey.objects.filter(person__isnull=False, key__startswith=key).values("person_id"))
    uses = AddressUse.objects.filter(person__isnull=False)
    if "@" in text:
        branches.append(uses.filter(email__address__startswith=text.lower()).values("person_id"))
    if digits := _digits(text):
        phones = PhoneNumber.objects.filter(person__isnull=False, number__contains=digits)
        branches.append(phones.values("person_id"))
    return Q(pk__in=_union(branches)) if len(branches) > 1 else Q(pk__in=branches[0])


def parties_named(text: str) -> Q:
    """The parties that ``text`` may mean: names in both languages, own and former names, acronyms, domain."""
    text = clean_line(text)
    if not text:
        return Q()
    branches: list[QuerySet[Any, Any]] = [
        Party.objects.filter(_words_in("sort_en", text)).values("pk"),
        Party.objects.filter(_words_in("sort_fr", text)).values("pk"),
        PartyName.objects.annotate(folded=Fold("text")).filter(_words_in("folded", text)).values("party_id"),
    ]
    if key := name_key(text):
        branches.append(NameKey.objects.filter(party__isnull=False, key__startswith=key).values("party_id"))
    if "." in text and " " not in text:
        domain = text.lower().rpartition("@")[2]
        uses = AddressUse.objects.filter(party__isnull=False, email__address__endswith=f"@{domain}")
        branches.append(uses.values("party_id"))
        branches.append(Party.objects.filter(website__icontains=domain).values("pk"))
    return Q(pk__in=_union(branches))


def _reading_order(column: str, text: str) -> Case:
    """Names that begin as typed come first; a whole word before a part of one."""
    folded = fold(text)
    return Case(
        When(**{column: folded}, then=Value(0)),
        When(**{f"{column}__startswith": f"{folded} "}, then=Value(0)),
        When(**{f"{column}__startswith": folded}, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )


def with_place(people: QuerySet[Person, Person]) -> QuerySet[Person, Person]:
    """Adds ``place``: titles and party of the main affiliation that holds today, for :func:`person_note`."""
    held = Affiliation.objects.filter(person=OuterRef("pk"), valid__contains=today()).order_by("-is_primary", "-pk")
    return people.annotate(
        place=Subquery(
            held.values(
                json=JSONObject(
                    title_en="title_en",
                    title_fr="title_fr",
                    name_en="party__name_en",
                    name_fr="party__name_fr",
                    autonym="party__autonym",
                )
            )[:1]
        )
    )


def person_note(person: Person) -> str:
    """Title and organization of a person read through :func:`with_place`."""
    place = getattr(person, "place", None) or {}
    own, other = ("fr", "en") if reader_language() == "fr" else ("en", "fr")
    title = place.get(f"title_{own}") or place.get(f"title_{other}") or ""
    party = place.get(f"name_{own}") or place.get(f"name_{other}") or place.get("autonym") or ""
    return ", ".join(part for part in (title, party) if part)


@lru_cache(maxsize=64)
def _kind_in_words(kind: str, distinction: str, language: str) -> str:
    """Kept by language: a page of parties says the same few words again and again."""
    return str(Party.Distinction(distinction).label if kind == Party.Kind.NATION else Party.Kind(kind).label)


def party_note(party: Party) -> str:
    """Kind (for a Nation its distinction) and place."""
    kind = _kind_in_words(party.kind, party.distinction, reader_language())
    place = party.jurisdiction.short if party.jurisdiction else ""
    return " · ".join(str(part) for part in (kind, place) if part)


def _found_person(person: Person) -> Found:
    return Found(
        pk=person.pk,
        title=person.full_name,
        note=person_note(person),
        url=person.get_absolute_url(),
        last_contact_on=person.last_open_contact_on,
        record=person,
    )


def _found_party(party: Party) -> Found:
    return Found(
        pk=party.pk,
        title=str(party),
        note=party_note(party),
        url=party.get_absolute_url(),
        last_contact_on=party.last_open_contact_on,
        record=party,
    )


def find_people(actor: Actor, text: str, limit: int = 8) -> list[Found]:
    """People to pick, likeliest first; spelling mistakes are forgiven only where nothing else is found.

    Nobody who was made anonymous: nothing more is written down about them. One query, two where the spelling was wrong.
    """
    text = clean_line(text)
    if not text:
        return []
    people = with_place(Person.objects.visible_to(actor).active().filter(anonymised_on__isnull=True))
    recent = F("last_open_contact_on").desc(nulls_last=True)
    rows = list(
        people.filter(people_named(text)).order_by(_reading_order("sort_key", text), recent, "sort_key", "pk")[:limit]
    )
    if not rows and (key := name_key(text)):
        rows = list(
            people.filter(pk__in=nearest_keys(key, limit, person__isnull=False).values("person_id")).order_by(
                TrigramSimilarity("sort_key", fold(text)).desc(), "pk"
            )[:limit]
        )
    return [_found_person(person) for person in rows]


def find_parties(actor: Actor, text: str, limit: int = 8, nations: bool | None = None) -> list[Found]:
    """Organizations and Nations to pick; ``nations`` narrows to one of both. As :func:`find_people`."""
    text = clean_line(text)
    if not text:
        return []
    parties = Party.objects.visible_to(actor).active().select_related("jurisdiction")
    if nations is not None:
        parties = parties.nations() if nations else parties.organizations()
    column = "sort_fr" if reader_language() == "fr" else "sort_en"
    recent = F("last_open_contact_on").desc(nulls_last=True)
    rows = list(
        parties.filter(parties_named(text)).order_by(_reading_order(column, text), recent, column, "pk")[:limit]
    )
    if not rows and (key := name_key(text)):
        rows = list(
            parties.filter(pk__in=nearest_keys(key, limit, party__isnull=False).values("party_id")).order_by(
                TrigramSimilarity(column, fold(text)).desc(), "pk"
            )[:limit]
        )
    return [_found_party(party) for party in rows]


def found_people(actor: Actor, keys: Iterable[int]) -> list[Found]:
    """Those of these people who are there for the actor, archived ones among them."""
    return [_found_person(person) for person in with_place(Person.objects.visible_to(actor)).filter(pk__in=keys)]


def found_parties(actor: Actor, keys: Iterable[int]) -> list[Found]:
    """As :func:`found_people`."""
    parties = Party.objects.visible_to(actor).filter(pk__in=keys).select_related("jurisdiction")
    return [_found_party(party) for party in parties]


@contextmanager
def at_least_alike(share: float) -> Iterator[None]:
    """Trigram look-ups inside return keys that share at least this much; fewer candidates, many times quicker."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(share)])
        yield
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', '0.3', true)")


def nearest_keys(key: str, limit: int, **owner: bool) -> QuerySet[NameKey, NameKey]:
    """The keys that share most trigrams with ``key``; several of one owner may be among them."""
    alike = NameKey.objects.filter(key__trigram_similar=key, **owner)
    return alike.order_by(TrigramSimilarity("key", key).desc(), "pk")[: limit * 5]
