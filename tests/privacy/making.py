"""Requests for access for tests, made through the services."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Circle, Document, DocumentVersion, Installation
from c2m2a_crm.core.validity import today
from c2m2a_crm.privacy.models import AccessItem, AccessRequest, OwnerAsk, ThirdPartyNotice
from c2m2a_crm.privacy.reference import load_periods
from c2m2a_crm.privacy.services import gathering, notices, requests, reviewing
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


def confided_paper(actor: User, title: str = "Graphite pricing") -> Document:
    """A document that somebody gave us in confidence, as the search knows it."""
    with recorded(actor):
        document = Document.objects.create(
            title_en=title, added_by=actor, third_party_confidential=True, received_from="Northline Nickel"
        )
        DocumentVersion.objects.create(
            document=document, language="en", number=1, size=1, uploaded_by=actor, text=f"{title}: prices per tonne."
        )
    return document


def to_third_party(actor: User) -> tuple[AccessRequest, AccessItem]:
    """A request to a federal institution, and a record of it that waits for a third party."""
    profile("federal_institution")
    confided_paper(actor)
    request = information(actor)
    item = search(actor, request)[0]
    return request, reviewing.review_item(actor=actor, item=item, mark=AccessItem.Mark.THIRD_PARTY)


def noticed(actor: User, **facts: Any) -> ThirdPartyNotice:
    request, item = to_third_party(actor)
    wanted = {
        "recipient": "Northline Nickel",
        "to_address": "legal@northline.example",
        "language": "fr",
        "contents": "Les prix à la tonne.",
        **facts,
    }
    return notices.send_notice(actor=actor, request=request, items=[item], **wanted)


def officer() -> User:
    return UserFactory(roles=[Role.COMPLIANCE])
