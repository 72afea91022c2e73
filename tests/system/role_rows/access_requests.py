"""Addresses of requests for access."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.privacy.models import AccessRequest
from c2m2a_crm.privacy.services.reviewing import note_challenge
from members.services import create_person
from tests.factories import UserFactory
from tests.privacy.making import about, ask_of, information, noticed, officer, owned_circle, profile, search
from tests.system.role_matrix import SIGN_IN, Expected, act, auditors, form, page, writers


def _request() -> AccessRequest:
    actor = officer()
    return about(actor, create_person(actor=actor, given_name="Amara", family_name="Tamarack"))


def a_request() -> dict[str, Any]:
    return {"pk": _request().pk}


def a_record() -> dict[str, Any]:
    request = _request()
    return {"pk": request.pk, "number": search(officer(), request)[0].number}


def an_ask() -> dict[str, Any]:
    """Of a circle that none of the cast owns: to each of them it does not exist."""
    request = _request()
    owners = [UserFactory(roles=[Role.STAFF]) for _number in range(2)]
    circle = owned_circle(*owners)
    search(officer(), request)
    return {"pk": ask_of(request, circle).pk}


def a_person_of_ours() -> dict[str, Any]:
    actor: User = officer()
    return {"pk": create_person(actor=actor, given_name="Amara", family_name="Tamarack").pk}


def a_challenge() -> dict[str, Any]:
    actor = officer()
    person = create_person(actor=actor, given_name="Amara", family_name="Tamarack")
    return {"pk": note_challenge(actor=actor, person=person, challenge="Wrong", answer="Checked").pk}


def owners_alone() -> Expected:
    refused = dict.fromkeys(("stranger", "viewer"), 403)
    unknown = dict.fromkeys(("staff", "secretariat", "compliance", "administrator"), 404)
    return {**refused, **unknown, "anonymous": SIGN_IN}


def a_federal_request() -> dict[str, Any]:
    profile("federal_institution")
    return {"pk": information(officer()).pk}


def a_notice() -> dict[str, Any]:
    notice = noticed(officer())
    return {"pk": notice.request_id, "number": notice.pk}


MAKERS = {
    "federal access request": a_federal_request,
    "notice to a third party": a_notice,
    "access request": a_request,
    "kind of access request": lambda: {"kind": "information"},
    "record of an access request": a_record,
    "question to a circle": an_ask,
    "person with a record": a_person_of_ours,
    "challenge": a_challenge,
}

ROWS = {
    "privacy:requests": page(auditors()),
    "privacy:create_request": form(auditors(), "kind of access request"),
    "privacy:request": page(auditors(), "access request"),
    "privacy:search": act(auditors(302), "access request"),
    "privacy:extend": form(auditors(), "access request"),
    "privacy:close": form(auditors(), "access request"),
    "privacy:reopen": form(auditors(), "access request"),
    "privacy:send_notice": form(auditors(), "federal access request"),
    "privacy:notice_answer": form(auditors(), "notice to a third party"),
    "privacy:package": act(
        auditors(302), "access request", {"file_format": "csv", "language": "en", "purpose": "To answer."}
    ),
    "privacy:review": form(auditors(), "record of an access request"),
    "privacy:asks": page(writers()),
    "privacy:ask": form(owners_alone(), "question to a circle"),
    "privacy:note_challenge": form(auditors(), "person with a record"),
    "privacy:resolve_challenge": act(auditors(302), "challenge"),
}
