"""Offices, moving on, relationships: who may open what."""

from __future__ import annotations

from typing import Any

from members import services
from members.models import AddressUse, Office, Party, Person, Relationship
from tests.system.role_matrix import Row, act, form, lookers, page, writers
from tests.system.role_rows.members import _author, _nation, _organization, _person


def _office(party: Party | None = None) -> Office:
    office = services.create_office(actor=_author(), party=party or _organization(), title_en="Director, Permits")
    services.add_email(actor=_author(), owner=office, address="permits@office.example", kind=AddressUse.Kind.SHARED)
    services.add_phone(actor=_author(), owner=office, number="613-555-0188")
    return office


def _archived_office() -> dict[str, Any]:
    office = _office()
    services.archive_office(actor=_author(), office=office, reason="No more")
    return {"pk": office.pk}


def _part_of_office(parts: str) -> dict[str, Any]:
    office = _office()
    return {"pk": office.pk, "part_pk": getattr(office, parts).get().pk}


def _relationship(record: Person | Party) -> dict[str, Any]:
    other = services.create_party(actor=_author(), kind="association", name_en="Table of Quarries")
    row = services.add_relationship(actor=_author(), kind=Relationship.Kind.MEMBER_OF, beginning=record, end=other)
    return {"pk": record.pk, "part_pk": row.pk}


_MAKE: dict[str, Any] = {"organizations": _organization, "nations": _nation, "people": _person}

MAKERS: dict[str, Any] = {
    "office": lambda: {"pk": _office().pk},
    "archived office": _archived_office,
    "email of office": lambda: _part_of_office("address_uses"),
    "phone of office": lambda: _part_of_office("phones"),
}
for _key, _make in _MAKE.items():
    MAKERS[f"relationship of {_key}"] = lambda make=_make: _relationship(make())

ROWS: dict[str, Row] = {
    "offices:detail": page(lookers(), maker="office"),
    "offices:history": page(lookers(), maker="office"),
    "offices:edit": form(writers(), maker="office"),
    "offices:holder": form(writers(), maker="office"),
    "offices:archive": form(writers(), maker="office"),
    "offices:restore": act(writers(302), maker="archived office"),
    "offices:email_create": form(writers(), maker="office"),
    "offices:phone_create": form(writers(), maker="office"),
    "offices:email_close": form(writers(), maker="email of office"),
    "offices:phone_close": form(writers(), maker="phone of office"),
    "relationship_options": page(lookers()),
    "people:moved_on": form(writers(), maker="people"),
    "organizations:office_create": form(writers(), maker="organizations"),
    "nations:office_create": form(writers(), maker="nations"),
}
for _key in _MAKE:
    ROWS |= {
        f"{_key}:relationship_create": form(writers(), maker=_key),
        f"{_key}:relationship_edit": form(writers(), maker=f"relationship of {_key}"),
        f"{_key}:relationship_remove": act(writers(302), maker=f"relationship of {_key}"),
    }
