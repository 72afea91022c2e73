"""People and organizations as vCards, 3.0 (RFC 2426) or 4.0 (RFC 6350): what lists and pages show, for other programs.

What is closed or past stays here, and nothing stands in a card that its reader may not read. The import of people reads
their cards back as the same people, and leaves those of organizations out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.exports import CARD_VERSIONS
from members.models import AddressUse, Affiliation, Party, Person, PhoneNumber, PostalAddress

_OCTETS: Final = 75
_PHONES: Final = {PhoneNumber.Kind.MOBILE: "cell", PhoneNumber.Kind.HOME: "home"}


def person_cards(actor: Actor, people: Sequence[Person], file_format: str) -> Iterator[str]:
    """A card for each person, in the order given; none for who was made anonymous. Four statements for all."""
    version = CARD_VERSIONS[file_format]
    keys = [person.pk for person in people if person.anonymised_on is None]
    emails = _of_each(AddressUse.objects.readable_by(actor).current().select_related("email"), keys)
    phones = _of_each(PhoneNumber.objects.readable_by(actor).current(), keys)
    addresses = _of_each(PostalAddress.objects.readable_by(actor).current().select_related("jurisdiction"), keys)
    held = Affiliation.objects.readable_by(actor).current().select_related("party").order_by("-is_primary", "pk")
    places = _of_each(held, keys)
    for person in people:
        if person.anonymised_on is None:
            pk = person.pk
            lines = _card(person, places[pk], emails[pk], phones[pk], addresses[pk], version)
            yield "".join(f"{line}\r\n" for each in lines for line in _folded(each))


def organization_cards(actor: Actor, parties: Sequence[Party], file_format: str) -> Iterator[str]:
    """A card for each organization, in the order given, with its own addresses. Three statements for all."""
    version = CARD_VERSIONS[file_format]
    keys = [party.pk for party in parties]
    emails = _of_each(AddressUse.objects.readable_by(actor).current().select_related("email"), keys, "party")
    phones = _of_each(PhoneNumber.objects.readable_by(actor).current(), keys, "party")
    held = PostalAddress.objects.readable_by(actor).current().select_related("jurisdiction")
    addresses = _of_each(held, keys, "party")
    for party in parties:
        lines = _organization_card(party, emails[party.pk], phones[party.pk], addresses[party.pk], version)
        yield "".join(f"{line}\r\n" for each in lines for line in _folded(each))


def _of_each(rows: Any, keys: Sequence[int], side: str = "person") -> Mapping[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows.filter(**{f"{side}__in": keys}).order_by(*(rows.query.order_by or ("pk",))):
        found[getattr(row, f"{side}_id")].append(row)
    return found


def _card(
    person: Person,
    places: Sequence[Affiliation],
    emails: Sequence[AddressUse],
    phones: Sequence[PhoneNumber],
    addresses: Sequence[PostalAddress],
    version: str,
) -> Iterator[str]:
    is_new = version == "4.0"
    yield from _head(person.full_name, version)
    yield f"N:{_parts(person.family_name, person.given_name, '', person.honorific, person.post_nominals)}"
    if person.preferred_name:
        yield f"NICKNAME:{_text(person.preferred_name)}"
    for place in places[:1]:
        yield f"ORG:{_parts(*filter(None, (str(place.party), place.unit)))}"
        # A programme that knows one title alone takes the first.
        for language in sorted(("en", "fr"), key=lambda each: each != reader_language()):
            if title := getattr(place, f"title_{language}"):
                yield f"TITLE;LANGUAGE={language}:{_text(title)}"
    yield from _reach(emails, phones, addresses, is_new=is_new)
    if is_new and person.language:
        yield f"LANG:{person.language}"
    yield "END:VCARD"


def _organization_card(
    party: Party,
    emails: Sequence[AddressUse],
    phones: Sequence[PhoneNumber],
    addresses: Sequence[PostalAddress],
    version: str,
) -> Iterator[str]:
    """Programs know that it is no person by KIND in 4.0, and in 3.0 by what address books write for it."""
    is_new = version == "4.0"
    name = str(party)
    yield from _head(name, version)
    yield "KIND:org" if is_new else "X-ABSHOWAS:COMPANY"
    yield f"N:{_parts(name, '', '', '', '')}"
    yield f"ORG:{_parts(name)}"
    others = dict.fromkeys(
        text for text in (party.name_en, party.name_fr, party.acronym_en, party.acronym_fr) if text and text != name
    )
    if others:
        yield f"NICKNAME:{','.join(map(_text, others))}"
    yield from _reach(emails, phones, addresses, is_new=is_new)
    if party.website:
        yield f"URL:{party.website}"
    yield "END:VCARD"


def _head(name: str, version: str) -> Iterator[str]:
    yield "BEGIN:VCARD"
    yield f"VERSION:{version}"
    yield "PRODID:-//C2M2A//C2M2A CRM//EN"
    yield f"FN:{_text(name)}"


def _reach(
    emails: Sequence[AddressUse],
    phones: Sequence[PhoneNumber],
    addresses: Sequence[PostalAddress],
    *,
    is_new: bool,
) -> Iterator[str]:
    for turn, use in enumerate(emails):
        kind = "home" if use.kind == AddressUse.Kind.PERSONAL else "work"
        yield f"EMAIL;{_types(is_new, kind, is_first=not turn, old='internet')}:{_text(use.email.address)}"
    for phone in phones:
        types = _types(is_new, _PHONES.get(PhoneNumber.Kind(phone.kind), "work"), "voice")
        yield f"TEL;{'VALUE=uri;' if is_new else ''}{types}:{_number(phone, is_new=is_new)}"
    for address in addresses:
        region = address.jurisdiction.code if address.jurisdiction else ""
        told = ("", "", address.lines, address.city, region, address.postal_code, str(address.country.name))
        yield f"ADR;{_types(is_new, 'work')}:{_parts(*told)}"


def _types(is_new: bool, *types: str, is_first: bool = False, old: str = "") -> str:
    """4.0 says what is preferred beside the types, 3.0 among them."""
    if not is_new:
        return f"TYPE={','.join(filter(None, (old, *types, 'pref' if is_first else ''))).upper()}"
    said = f'TYPE="{",".join(types)}"' if len(types) > 1 else f"TYPE={types[0]}"
    return f"PREF=1;{said}" if is_first else said


def _number(phone: PhoneNumber, *, is_new: bool) -> str:
    number = str(phone.number)
    if is_new:
        return f"tel:{number}{f';ext={phone.extension}' if phone.extension else ''}"
    return _text(f"{number} ext. {phone.extension}" if phone.extension else number)


def _text(text: str) -> str:
    for sign in ("\\", ",", ";"):
        text = text.replace(sign, f"\\{sign}")
    return "\\n".join(text.splitlines())


def _parts(*texts: str) -> str:
    return ";".join(map(_text, texts))


def _folded(line: str) -> Iterable[str]:
    """Lines of at most 75 octets, cut between letters; each but the first begins with a space."""
    pieces, room = [""], _OCTETS
    for letter in line:
        size = len(letter.encode("utf-8", "replace"))
        if size > room:
            pieces.append(" ")
            room = _OCTETS - 1
        pieces[-1] += letter
        room -= size
    return pieces
