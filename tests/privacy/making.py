"""Requests for access for tests, made through the services."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Circle, Installation
from c2m2a_crm.core.validity import today
from c2m2a_crm.privacy.models import AccessItem, AccessRequest, OwnerAsk
from c2m2a_crm.privacy.reference import load_periods
from c2m2a_crm.privacy.services import gathering, requests
from members.models import Person
from tests.engagement.making import circle_of
from tests.factories import UserFactory

BASE = "https://crm.example/"


def profile(kind: str) -> None:
    with recorded(None, system="tests"):
        Installation.objects.update_or_create(pk=1, defaults={"legal_kind": kind})


def about(actor: User, person: Person, **facts: Any) -> AccessRequest:
    load_periods()
    wanted = {"requester": person.full_name, "received_on": today(), **facts}
    return requests.open_request(actor=actor, kind=AccessRequest.Kind.PERSON, person=person, **wanted)


def information(actor: User, words: str = "graphite", **facts: Any) -> AccessRequest:
    load_periods()
    wanted = {"requester": "Ines Quarry", "received_on": today(), "subject_words": words, **facts}
    return requests.open_request(actor=actor, kind=AccessRequest.Kind.INFORMATION, **wanted)


def search(actor: User, request: AccessRequest) -> list[AccessItem]:
    """Ask and search, without the job."""
    gathering.begin_search(actor=actor, request=request, base_url=BASE)
    gathering.gather(actor=actor, request=request)
    request.refresh_from_db()
    return list(request.items.order_by("number"))


def owned_circle(*owners: User, name: str = "Permits") -> Circle:
    """A circle that these people own; two where one is given, as the house wants it."""
    circle = circle_of(*owners, name=name)
    with recorded(None, system="tests"):
        circle.memberships.update(is_owner=True)
    return circle


def ask_of(request: AccessRequest, circle: Circle) -> OwnerAsk:
    return OwnerAsk.objects.select_related("request__period", "request__person", "circle").get(
        request=request, circle=circle
    )


def officer() -> User:
    return UserFactory(roles=[Role.COMPLIANCE])
