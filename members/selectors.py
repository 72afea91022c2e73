"""Finding people and parties by what somebody types, and the look-alikes of what somebody is about to make.

Comboboxes, the palette, the typed line, the lists and the import all ask here, so that each finds what the others find.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Case, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject
from django.utils.translation import gettext as _
from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.name_keys import name_key
from c2m2a_crm.core.text import Fold, clean_line, fold
from c2m2a_crm.core.validity import today
from members.models import AddressUse, Affiliation, NameKey, Party, PartyName, Person, PhoneNumber
from members.services.addresses import normalise_email, normalise_phone

ALIKE = 86
"""The score from which two names are called alike; found by hand over real lists of organizations."""

CANDIDATE = 0.45
"""The share of trigrams from which two names are compared at all; what scores :data:`ALIKE` shares more."""

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


@dataclass(frozen=True, slots=True)
class Likely:
    """A record that may be what is being made: ``score`` out of a hundred, ``reason`` in words."""

    found: Found
    score: int
    reason: str


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
            people.filter(pk__in=_nearest(key, limit, person__isnull=False).values("person_id")).order_by(
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
            parties.filter(pk__in=_nearest(key, limit, party__isnull=False).values("party_id")).order_by(
                TrigramSimilarity(column, fold(text)).desc(), "pk"
            )[:limit]
        )
    return [_found_party(party) for party in rows]


@contextmanager
def _at_least_alike(share: float) -> Iterator[None]:
    """Trigram look-ups inside return keys that share at least this much; fewer candidates, many times quicker."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', %s, true)", [str(share)])
        yield
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', '0.3', true)")


def _nearest(key: str, limit: int, **owner: bool) -> QuerySet[NameKey, NameKey]:
    """The keys that share most trigrams with ``key``; several of one owner may be among them."""
    alike = NameKey.objects.filter(key__trigram_similar=key, **owner)
    return alike.order_by(TrigramSimilarity("key", key).desc(), "pk")[: limit * 5]


# --- Look-alikes -----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Case:
    """What speaks for one record being the same: the strongest reason wins, further ones add a little."""

    score: float = 0
    reason: str = ""
    reasons: int = field(default=0)

    def add(self, score: float, reason: str) -> None:
        self.reasons += 1
        if score > self.score:
            self.score, self.reason = score, reason

    @property
    def total(self) -> int:
        return min(100, round(self.score) + 2 * (self.reasons - 1))


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
    """At most ``limit`` people whom a new record would double, likeliest first, archived ones among them.

    Same e-mail address, same telephone, same or close name; a shared organization strengthens a close name.
    """
    name = clean_line(f"{given_name} {family_name}")
    cases: dict[int, _Case] = {}

    def case(pk: int) -> _Case:
        return cases.setdefault(pk, _Case())

    if address := _or_nothing(normalise_email, email):
        for pk in AddressUse.objects.filter(email__address=address, person__isnull=False).values_list(
            "person_id", flat=True
        )[:20]:
            case(pk).add(97, _("same e-mail address"))
    if number := _or_nothing(normalise_phone, phone):
        for pk in PhoneNumber.objects.filter(number=number[0], person__isnull=False).values_list(
            "person_id", flat=True
        )[:20]:
            case(pk).add(90, _("same telephone"))
    if key := name_key(name):
        with _at_least_alike(CANDIDATE):
            near = set(_nearest(key, 10, person__isnull=False).values_list("person_id", flat=True))
        candidates = near | set(
            NameKey.objects.filter(key=key, person__isnull=False).values_list("person_id", flat=True)[:20]
        )
        at_party = set(
            Affiliation.objects.filter(person__in=candidates, party=organization).values_list("person_id", flat=True)
            if organization
            else ()
        )
        for person in Person.objects.filter(pk__in=candidates):
            score = _person_score(given_name, family_name, person)
            if person.pk in at_party:
                score = min(100, score + 6)
            if score >= ALIKE:
                same = name_key(person.full_name) == key
                case(person.pk).add(
                    score, _("same name") if same else _("close to %(name)s") % {"name": person.full_name}
                )
    people = with_place(Person.objects.visible_to(actor)).filter(pk__in=cases)
    return _ranked([(_found_person(person), cases[person.pk]) for person in people], limit)


def _person_score(given_name: str, family_name: str, person: Person) -> float:
    """How alike two names are. Both halves count, so that all the Tremblays are not one another's look-alikes."""
    mine = (fold(given_name), fold(family_name))
    scores = []
    for given in {fold(person.given_name), fold(person.preferred_name) or fold(person.given_name)}:
        theirs = (given, fold(person.family_name))
        for a, b in ((mine, theirs), (mine, theirs[::-1])):
            if not (a[0] and b[0]) or not (a[1] and b[1]):
                scores.append(JaroWinkler.similarity(" ".join(a).strip(), " ".join(b).strip()) * 100)
                continue
            first = JaroWinkler.similarity(a[0], b[0])
            if a[0][0] == b[0][0] and 1 in (len(a[0].rstrip(".")), len(b[0].rstrip("."))):
                first = max(first, 0.9)
            last = JaroWinkler.similarity(a[1], b[1])
            scores.append(min(first * 0.4 + last * 0.6, first + 0.12, last + 0.06) * 100)
    return max(scores, default=0)


def likely_parties(
    actor: Actor,
    *,
    name: str,
    website: str = "",
    email_domain: str = "",
    acronym: str = "",
    limit: int = 3,
) -> list[Likely]:
    """At most ``limit`` organizations or Nations that a new record would double, archived ones among them."""
    cases: dict[int, _Case] = {}

    def case(pk: int) -> _Case:
        return cases.setdefault(pk, _Case())

    for domain, reason in ((_host(website), _("same website")), (email_domain.lower(), _("same e-mail domain"))):
        if not domain or domain in WEBMAIL:
            continue
        sites = Party.objects.filter(website__iregex=rf"^https?://(www\.)?{re.escape(domain)}(/|$)")
        uses = AddressUse.objects.filter(party__isnull=False, email__address__endswith=f"@{domain}")
        for pk in sites.values("pk").union(uses.values("party_id")).values_list("pk", flat=True)[:20]:
            case(pk).add(92, reason)
    key, short = name_key(name), name_key(acronym)
    if short:
        for pk in NameKey.objects.filter(key=short, form="acronym", party__isnull=False).values_list(
            "party_id", flat=True
        )[:20]:
            case(pk).add(88, _("same acronym"))
    if key:
        with _at_least_alike(CANDIDATE):
            candidates = set(_nearest(key, 12, party__isnull=False).values_list("party_id", flat=True))
        candidates |= set(NameKey.objects.filter(key=key, party__isnull=False).values_list("party_id", flat=True)[:20])
        for pk, other, kind in _names_of(candidates):
            score, same = _party_score(name, other), name_key(_bare(other)) == name_key(_bare(name))
            if score < ALIKE:
                continue
            match kind:
                case PartyName.Kind.FORMER:
                    reason = _("former name: %(name)s") % {"name": other}
                case PartyName.Kind.ALIAS | PartyName.Kind.SHORT:
                    reason = _("also known as %(name)s") % {"name": other}
                case "acronym":
                    reason = _("same acronym")
                case _:
                    reason = _("same name") if same else _("close to %(name)s") % {"name": other}
            case(pk).add(score, reason)
    parties = Party.objects.visible_to(actor).filter(pk__in=cases).select_related("jurisdiction")
    return _ranked([(_found_party(party), cases[party.pk]) for party in parties], limit)


def _names_of(pks: Iterable[int]) -> list[tuple[int, str, str]]:
    """(party, name, kind of name) of every name that these parties have or had."""
    pks = list(pks)
    names: list[tuple[int, str, str]] = []
    columns = ("name_en", "name_fr", "autonym", "legal_name")
    for row in Party.objects.filter(pk__in=pks).values("pk", *columns, "acronym_en", "acronym_fr"):
        names += [(row["pk"], row[column], "name") for column in columns if row[column]]
        names += [(row["pk"], row[column], "acronym") for column in ("acronym_en", "acronym_fr") if row[column]]
    names += PartyName.objects.filter(party__in=pks).values_list("party_id", "text", "kind")
    return names


_LEGAL_END = re.compile(
    r"[\s,]+(?:inc|ltd|ltée|ltee|limited|limitée|corp|corporation|co|company|group|plc|llc|lp|gmbh|ag|sa)\.?$", re.I
)


def _bare(name: str) -> str:
    """Without legal forms at the end: they tell no two organizations apart."""
    bare = clean_line(name).rstrip(".")
    while (shorter := _LEGAL_END.sub("", bare).rstrip(".,")) != bare:
        bare = shorter
    return bare


def _party_score(mine: str, theirs: str) -> float:
    """The words in any order; a word more or less costs a little, another first word costs much."""
    a, b = fold(_bare(mine)), fold(_bare(theirs))
    if not a or not b:
        return 0
    ordered = fuzz.token_sort_ratio(a, b)
    letters = fuzz.ratio(name_key(a), name_key(b))
    return float(max(ordered, letters))


def _host(website: str) -> str:
    host = re.sub(r"^[a-z]+://", "", clean_line(website).lower()).split("/")[0].split(":")[0]
    return host.removeprefix("www.") if "." in host else ""


def _or_nothing(normalise: Callable[[str], Any], text: str) -> Any:
    """Half-typed addresses and numbers are looked up once they are whole."""
    try:
        return normalise(text) if clean_line(text) else None
    except ValidationError:
        return None


def _ranked(found: Sequence[tuple[Found, _Case]], limit: int) -> list[Likely]:
    likely = [Likely(each, case.total, case.reason) for each, case in found]
    return sorted(likely, key=lambda each: (-each.score, each.found.title, each.found.pk))[:limit]
