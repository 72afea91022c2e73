"""What somebody is shown of what is on file of them, and how each part of it stands now.

Names, title, organization, addresses, telephones and language: nothing that others wrote about them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.core import signing
from django.core.exceptions import ValidationError

from c2m2a_crm.core.querysets import among
from members.models import (
    AddressUse,
    Affiliation,
    DetailsDifference,
    DetailsRequest,
    Person,
    PhoneNumber,
    PostalAddress,
)
from members.services.addresses import normalise_phone

Field = DetailsDifference.Field
Values = Mapping[str, str]
Snapshot = dict[str, Any]
"""``person`` (columns), and ``places``, ``emails``, ``phones``, ``postal``: lists of columns with ``pk`` of the row."""

# Columns of a person by the field they make.
OWN: Final[Mapping[str, tuple[str, ...]]] = {
    Field.NAME: ("given_name", "family_name"),
    Field.PREFERRED_NAME: ("preferred_name",),
    Field.HONORIFIC: ("honorific",),
    Field.POST_NOMINALS: ("post_nominals",),
    Field.PRONUNCIATION: ("pronunciation",),
    Field.LANGUAGE: ("language",),
}
OF_PLACE: Final = (Field.TITLE_EN, Field.TITLE_FR, Field.UNIT)
AS_SHOWN, AS_SAID, CHANGED = "as_shown", "as_said", "changed"
POSTAL: Final = ("lines", "city", "jurisdiction", "postal_code")


def snapshot(person: Person) -> Snapshot:
    """What is on file today and may be shown to the person."""
    places = Affiliation.objects.current().filter(person=person).select_related("party")
    uses = AddressUse.objects.current().filter(person=person).exclude(kind=AddressUse.Kind.SHARED)
    phones = PhoneNumber.objects.current().filter(person=person)
    postal = PostalAddress.objects.current().filter(person=person).select_related("jurisdiction")
    return {
        "person": {column: getattr(person, column) for columns in OWN.values() for column in columns},
        "places": [
            {"pk": place.pk, "en": place.party.name_en, "fr": place.party.name_fr, "own": place.party.autonym}
            | {column: getattr(place, column) for column in OF_PLACE}
            for place in places.order_by("-is_primary", "pk")
        ],
        "emails": [{"pk": use.pk, **_of_use(use)} for use in uses.select_related("email").order_by("pk")],
        "phones": [{"pk": phone.pk, **_of_phone(phone)} for phone in phones.order_by("pk")],
        "postal": [{"pk": row.pk, **_of_postal(row)} for row in postal.order_by("pk")],
    }


def sign(asked: DetailsRequest, shown: Snapshot) -> str:
    """The snapshot as the page carries it: what the answer is compared with, though the record changes meanwhile."""
    return signing.dumps(shown, salt=_salt(asked), compress=True)


def unsign(asked: DetailsRequest, signed: str) -> Snapshot:
    """Raises ``signing.BadSignature`` for what this page did not carry."""
    found: Snapshot = signing.loads(signed, salt=_salt(asked))
    return found


def _salt(asked: DetailsRequest) -> str:
    return f"members.details.{asked.pk}"


class OnFile:
    """What is on file today of some people, read at once: the statements do not grow with them."""

    def __init__(self, people: Iterable[int]) -> None:
        keys = list(people)
        of_them = among("person_id", keys)
        places = Affiliation.objects.current().filter(of_them).select_related("party")
        uses = AddressUse.objects.current().filter(of_them).select_related("email")
        postal = PostalAddress.objects.current().filter(of_them).select_related("jurisdiction")
        self.places = {row.pk: row for row in places.order_by("pk")}
        self.uses = {row.pk: row for row in uses.order_by("pk")}
        self.phones = {row.pk: row for row in PhoneNumber.objects.current().filter(of_them).order_by("pk")}
        self.postal = {row.pk: row for row in postal.order_by("pk")}

    def row(self, difference: DetailsDifference, person: Person) -> Any | None:
        """The row that the field belongs to, where the person still has it."""
        tables: Mapping[str, Mapping[int, Any]] = {
            Field.EMAIL: self.uses,
            Field.PHONE: self.phones,
            Field.POSTAL: self.postal,
        }
        rows = tables.get(difference.field, self.places)
        found = rows.get(difference.target) if difference.target is not None else None
        return found if found is not None and found.person_id == person.pk else None

    def now(self, difference: DetailsDifference, person: Person) -> Values | None:
        """The field as it is on file, by the columns of the difference; None where its row is gone or over."""
        if difference.field in OWN:
            return {column: getattr(person, column) for column in OWN[difference.field]}
        if difference.target is None:
            return {}
        row = self.row(difference, person)
        if row is None:
            return None
        if difference.field in OF_PLACE:
            return {difference.field: getattr(row, difference.field)}
        found: Values = _READ[difference.field](row)
        return found

    def stands(self, difference: DetailsDifference, person: Person) -> str:
        """``as_shown``, ``as_said`` (somebody brought it right meanwhile), or ``changed`` (it is a third thing now)."""
        present = self.now(difference, person)
        if self._is_said(difference, present, person):
            return AS_SAID
        if difference.field in (Field.LEFT, Field.ORGANIZATION):  # which place it is, its row says
            return AS_SHOWN
        return AS_SHOWN if present == difference.old else CHANGED

    def _is_said(self, difference: DetailsDifference, present: Values | None, person: Person) -> bool:
        new: Values = difference.new
        if difference.field == Field.LEFT or (difference.target is not None and not any(new.values())):
            return present is None if difference.field not in OF_PLACE else present == new
        if present:
            return present == new
        if difference.field == Field.EMAIL:
            own = (use for use in self.uses.values() if use.person_id == person.pk)
            return any(use.email.address == new.get("address") for use in own)
        if difference.field == Field.PHONE:
            numbers = (phone for phone in self.phones.values() if phone.person_id == person.pk)
            return any(same_phone(phone_text(phone), new.get("number", "")) for phone in numbers)
        return False


def phone_text(phone: PhoneNumber) -> str:
    """A number so that :func:`normalise_phone` reads it back: with its country where it is not in North America."""
    number = phone.number
    text = number.as_national if getattr(number, "country_code", 1) == 1 else number.as_international
    return f"{text} ext. {phone.extension}" if phone.extension else str(text)


def same_phone(one: str, other: str) -> bool:
    try:
        return normalise_phone(one) == normalise_phone(other)
    except ValidationError:
        return one == other


def _of_use(use: AddressUse) -> Values:
    return {"address": use.email.address}


def _of_phone(phone: PhoneNumber) -> Values:
    return {"number": phone_text(phone)}


def _of_postal(row: PostalAddress) -> Values:
    code = row.jurisdiction.code if row.jurisdiction else ""
    return {"lines": row.lines, "city": row.city, "jurisdiction": code, "postal_code": row.postal_code}


_READ: Final[Mapping[str, Any]] = {
    Field.LEFT: lambda place: {"party": str(place.party)},
    Field.EMAIL: _of_use,
    Field.PHONE: _of_phone,
    Field.POSTAL: _of_postal,
}
