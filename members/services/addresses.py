"""E-mail addresses, telephones, postal addresses, outside identifiers. What ends is dated and stays findable."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.db import connection
from django.utils.encoding import punycode
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import first_day, today, valid_dates
from members.models import (
    AddressUse,
    EmailAddress,
    Jurisdiction,
    Office,
    OutsideIdentifier,
    Party,
    Person,
    PhoneNumber,
    PostalAddress,
)
from members.policies import can_edit_directory
from members.services.errors import AddressListed, DatesReversed, PersonIsAnonymised, refusals

Owner = Person | Party
ReachedOwner = Person | Party | Office
"""Who has e-mail addresses and telephones of their own."""

_is_email = EmailValidator(_("Enter an e-mail address with an @, like name@example.org."))
_NOT_A_NUMBER = _("Enter a telephone number with its area code, like 613-555-0143.")
_EXTENSION = re.compile(r"^(?P<number>.*?)[\s,;]*(?:extension|ext|poste|x|#)[\s.:]*(?P<extension>\d{1,12})\s*$", re.I)

_NORTH_AMERICAN = re.compile(r"^(?:\+?1[ .-]?)?\(?([2-9][0-9]{2})\)?[ .-]{0,2}([0-9]{3})[ .-]?([0-9]{4})$")


def refuse_anonymised(owner: ReachedOwner) -> None:
    """Nothing by which somebody could be reached or known again is added to a person who was made anonymous."""
    if isinstance(owner, Person) and owner.anonymised_on is not None:
        raise PersonIsAnonymised


def owned_by(owner: ReachedOwner) -> dict[str, Any]:
    """The column that names the owner: a person's, that of an organization or a Nation, or an office's."""
    if isinstance(owner, Office):
        return {"office": owner}
    return {"person": owner} if isinstance(owner, Person) else {"party": owner}


def normalise_email(text: str) -> str:
    """The one way in which an address is written: lower case, the domain in ASCII, nothing around it.

    Raises ``ValidationError`` where it is no address.
    """
    address = clean_line(text).lower().removeprefix("mailto:").strip("<>")
    local, at, domain = address.rpartition("@")
    try:
        address = f"{local}{at}{punycode(domain)}" if at else address
    except UnicodeError:
        raise ValidationError(_is_email.message) from None
    _is_email(address)
    if len(address) > 254:
        raise ValidationError(_is_email.message)
    return address


def normalise_phone(text: str) -> tuple[str, str]:
    """E.164 and extension of a number as people write it, Canada where no country is named.

    Raises ``ValidationError`` where it is no number.
    """
    text = clean_line(text).removeprefix("tel:")
    extension = ""
    if found := _EXTENSION.match(text):
        text, extension = found["number"], found["extension"]
    if local := _NORTH_AMERICAN.match(text):  # the library would take a hundred times as long to say the same
        return f"+1{local[1]}{local[2]}{local[3]}", extension
    try:
        number = phonenumbers.parse(text, "CA")
    except phonenumbers.NumberParseException:
        raise ValidationError(_NOT_A_NUMBER) from None
    if not phonenumbers.is_possible_number(number):
        raise ValidationError(_NOT_A_NUMBER)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), extension or number.extension or ""


def email_rows(addresses: Iterable[str]) -> dict[str, EmailAddress]:
    """The one row of each normalised address, made where it is missing; safe against two who make it at once."""
    wanted = sorted(set(addresses))
    known = {row.address: row for row in EmailAddress.objects.filter(address__in=wanted)}
    missing = [EmailAddress(address=address) for address in wanted if address not in known]
    if missing:
        EmailAddress.objects.bulk_create(missing, ignore_conflicts=True)
        known |= {row.address: row for row in EmailAddress.objects.filter(address__in=[row.address for row in missing])}
    return known


def email_keys(addresses: Iterable[str]) -> dict[str, int]:
    """As :func:`email_rows`, for very many: the primary key of each address."""
    wanted = sorted(set(addresses))
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO members_emailaddress (address, created_at)
            SELECT address, now() FROM unnest(%s::text[]) AS told (address)
            WHERE NOT EXISTS (SELECT FROM members_emailaddress AS known WHERE known.address = told.address)
            ON CONFLICT DO NOTHING
            """,
            [wanted],
        )
        cursor.execute("SELECT address, id FROM members_emailaddress WHERE address = ANY(%s)", [wanted])
        return dict(cursor.fetchall())


def add_email(
    *,
    actor: User,
    owner: ReachedOwner,
    address: str,
    kind: str = AddressUse.Kind.WORK,
    valid_from: date | None = None,
    source: str = "",
    operation: Operation | None = None,
) -> AddressUse:
    """Record that ``owner`` uses this address. Others may use it too; without ``valid_from`` the beginning is unknown.

    Raises :class:`AddressListed` where the owner already uses it.
    """
    require(can_edit_directory(actor))
    refuse_anonymised(owner)
    normal = normalise_email(address)
    with recorded(actor, operation=operation), refusals():
        email = email_rows([normal])[normal]
        if AddressUse.objects.filter(email=email, valid__upper_inf=True, **owned_by(owner)).exists():
            raise AddressListed
        use = AddressUse(
            email=email, kind=kind, valid=valid_dates(valid_from), source=clean_line(source), **owned_by(owner)
        )
        use.clean_fields(exclude={"email", "person", "party", "office"})
        use.save(force_insert=True)
    return use


def add_phone(
    *,
    actor: User,
    owner: ReachedOwner,
    number: str,
    kind: str = PhoneNumber.Kind.WORK,
    extension: str = "",
    valid_from: date | None = None,
    operation: Operation | None = None,
) -> PhoneNumber:
    """Record a telephone; an extension may stand in ``number`` ("ext. 12", "poste 12")."""
    require(can_edit_directory(actor))
    refuse_anonymised(owner)
    digits, found_extension = normalise_phone(number)
    with recorded(actor, operation=operation):
        phone = PhoneNumber(
            number=digits,
            extension=clean_line(extension) or found_extension,
            kind=kind,
            valid=valid_dates(valid_from),
            **owned_by(owner),
        )
        phone.clean_fields(exclude={"person", "party", "office", "number"})
        if PhoneNumber.objects.filter(
            number=digits, extension=phone.extension, valid__upper_inf=True, **owned_by(owner)
        ).exists():
            raise AddressListed(_("This number is already listed."))
        phone.save(force_insert=True)
    return phone


def add_postal_address(
    *,
    actor: User,
    owner: Owner,
    lines: str = "",
    city: str = "",
    jurisdiction: Jurisdiction | None = None,
    postal_code: str = "",
    country: str = "CA",
    valid_from: date | None = None,
    operation: Operation | None = None,
) -> PostalAddress:
    require(can_edit_directory(actor))
    refuse_anonymised(owner)
    address = PostalAddress(
        lines=clean_line(lines),
        city=clean_line(city),
        jurisdiction=jurisdiction,
        postal_code=clean_line(postal_code),
        country=country or "CA",
        valid=valid_dates(valid_from),
        **owned_by(owner),
    )
    if not (address.lines or address.city or address.postal_code):
        raise ValidationError({"lines": _("Enter a street, a city or a postal code.")})
    address.clean_fields(exclude={"person", "party", "jurisdiction"})
    with recorded(actor, operation=operation):
        address.save(force_insert=True)
    return address


def _close(
    row: AddressUse | PhoneNumber | PostalAddress, *, actor: User, last: date | None, operation: Operation | None
) -> None:
    """End the row's validity on ``last``: by default yesterday, so that it is no longer current at once."""
    require(can_edit_directory(actor))
    with recorded(actor, operation=operation), refusals():
        current: Any = type(row)._default_manager.select_for_update(of=("self",)).get(pk=row.pk)
        first = first_day(current.valid)
        if last is None:
            last = max(today() - timedelta(days=1), first) if first else today() - timedelta(days=1)
        if first and last < first:
            raise DatesReversed
        current.valid = valid_dates(first, last)
        current.save(update_fields=["valid"])
    row.valid = current.valid


def close_email(
    *, actor: User, use: AddressUse, last_day: date | None = None, operation: Operation | None = None
) -> AddressUse:
    """The address still finds its owner; nothing may be sent to it any more."""
    _close(use, actor=actor, last=last_day, operation=operation)
    return use


def close_phone(
    *, actor: User, phone: PhoneNumber, last_day: date | None = None, operation: Operation | None = None
) -> PhoneNumber:
    _close(phone, actor=actor, last=last_day, operation=operation)
    return phone


def close_postal_address(
    *, actor: User, address: PostalAddress, last_day: date | None = None, operation: Operation | None = None
) -> PostalAddress:
    _close(address, actor=actor, last=last_day, operation=operation)
    return address


def set_outside_id(
    *, actor: User, owner: Owner, scheme: str, value: str, operation: Operation | None = None
) -> OutsideIdentifier | None:
    """The owner's number in another system; an empty value takes it away.

    Raises :class:`OutsideIdTaken` where another record has it.
    """
    require(can_edit_directory(actor))
    refuse_anonymised(owner)
    value = clean_line(value)
    with recorded(actor, operation=operation), refusals():
        known = OutsideIdentifier.objects.select_for_update().filter(scheme=scheme, **owned_by(owner)).first()
        if not value:
            if known:
                known.delete()
            return None
        row = known or OutsideIdentifier(scheme=scheme, **owned_by(owner))
        row.value = value
        row.clean_fields(exclude={"person", "party"})
        row.save()
    return row


def add_outside_ids(
    *, actor: User, rows: Iterable[tuple[Owner, str, str]], operation: Operation | None = None
) -> list[OutsideIdentifier]:
    """Record many identifiers at once, as (owner, scheme, value); an owner may have several in one scheme.

    Raises :class:`OutsideIdTaken` where one is on file already; then none is written.
    """
    require(can_edit_directory(actor))
    identifiers = [
        OutsideIdentifier(scheme=scheme, value=clean_line(value), **owned_by(owner)) for owner, scheme, value in rows
    ]
    for identifier in identifiers:
        identifier.clean_fields(exclude={"person", "party"})
    with recorded(actor, operation=operation), refusals():
        return OutsideIdentifier.objects.bulk_create(identifiers, batch_size=2000)
