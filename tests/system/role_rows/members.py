"""Addresses of the directory: everybody with a role looks, everybody but viewers writes."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.models import Role, User
from members import services
from members.models import Party, Person
from tests.factories import UserFactory
from tests.system.role_matrix import Row, act, form, lookers, page, writers


def _author() -> User:
    return UserFactory(roles=[Role.STAFF])


def _organization() -> Party:
    return services.create_party(
        actor=_author(),
        kind="business",
        name_en="Northline Nickel",
        emails=["info@northline.example"],
        phones=["613-555-0143"],
        other_names=[("alias", "NNR", "")],
    )


def _nation() -> Party:
    return services.create_party(
        actor=_author(),
        kind="nation",
        distinction="first_nations",
        name_en="Spruce Narrows First Nation",
        emails=["office@spruce.example"],
        phones=["613-555-0144"],
        other_names=[("former", "Spruce Narrows Band", "")],
    )


def _person() -> Person:
    return services.create_person(
        actor=_author(),
        given_name="Amara",
        family_name="Tamarack",
        organization=_organization(),
        email="amara@northline.example",
        phone="613-555-0145",
    )


def _with_post(record: Party | Person) -> dict[str, Any]:
    address = services.add_postal_address(actor=_author(), owner=record, city="Sudbury")
    return {"pk": record.pk, "part_pk": address.pk}


def _archived(record: Party | Person) -> dict[str, Any]:
    if isinstance(record, Person):
        services.archive_person(actor=_author(), person=record, reason="Retired.")
    else:
        services.archive_party(actor=_author(), party=record, reason="Merged.")
    return {"pk": record.pk}


def _part(record: Party | Person, parts: str) -> dict[str, Any]:
    return {"pk": record.pk, "part_pk": getattr(record, parts).get().pk}


_MAKE = {"organizations": _organization, "nations": _nation, "people": _person}

MAKERS: dict[str, Any] = {"affiliation": lambda: _part(_person(), "affiliations")}
for _key, _make in _MAKE.items():
    MAKERS |= {
        _key: lambda make=_make: {"pk": make().pk},
        f"archived {_key}": lambda make=_make: _archived(make()),
        f"email of {_key}": lambda make=_make: _part(make(), "address_uses"),
        f"phone of {_key}": lambda make=_make: _part(make(), "phones"),
        f"address of {_key}": lambda make=_make: _with_post(make()),
        f"name of {_key}": lambda make=_make: _part(make(), "other_names"),
    }


def _shared(key: str) -> dict[str, Row]:
    return {
        f"{key}:list": page(lookers()),
        f"{key}:options": page(lookers()),
        f"{key}:likely": page(writers()),
        f"{key}:verify": act(writers(404)),
        f"{key}:bulk": Row(writers(302), asks="post", verbs=("get", "post"), data={"act": "owner"}),
        f"{key}:create": form(writers()),
        f"{key}:detail": page(lookers(), maker=key),
        f"{key}:history": page(lookers(), maker=key),
        f"{key}:on_a_day": page(lookers(), maker=key),
        f"{key}:edit": form(writers(), maker=key),
        f"{key}:archive": form(writers(), maker=key),
        f"{key}:restore": act(writers(302), maker=f"archived {key}"),
        f"{key}:email_create": form(writers(), maker=key),
        f"{key}:email_close": form(writers(), maker=f"email of {key}"),
        f"{key}:phone_create": form(writers(), maker=key),
        f"{key}:phone_close": form(writers(), maker=f"phone of {key}"),
        f"{key}:postal_create": form(writers(), maker=key),
        f"{key}:postal_close": form(writers(), maker=f"address of {key}"),
    }


def _of_parties(key: str) -> dict[str, Row]:
    return {
        f"{key}:people": page(lookers(), maker=key),
        f"{key}:profile": form(writers(), maker=key),
        f"{key}:name_create": form(writers(), maker=key),
        f"{key}:name_remove": act(writers(302), maker=f"name of {key}"),
    }


ROWS: dict[str, Row] = {
    **_shared("organizations"),
    **_shared("nations"),
    **_shared("people"),
    **_of_parties("organizations"),
    **_of_parties("nations"),
    "people:expertise": form(writers(), maker="people"),
    "people:card": form(writers(), maker="people"),
    "people:affiliation_create": form(writers(), maker="people"),
    "people:affiliation_edit": form(writers(), maker="affiliation"),
    "people:affiliation_end": form(writers(), maker="affiliation"),
}
