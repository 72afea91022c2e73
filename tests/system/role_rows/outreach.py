"""Addresses of outgoing mail."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import resolve

from c2m2a_crm.accounts.models import Role
from c2m2a_crm.outreach import selectors, services
from members.services import create_person
from tests.factories import UserFactory
from tests.outreach.making import plain_draft, sent_notice
from tests.system.role_matrix import SIGN_IN, Expected, act, form, lookers, page, writers


def senders(status: int = 200) -> Expected:
    """The secretariat and administrators (``outreach.policies.can_send``)."""
    refused = dict.fromkeys(("stranger", "viewer", "staff", "compliance"), 403)
    return {**refused, "anonymous": SIGN_IN, "secretariat": status, "administrator": status}


def _author() -> Any:
    return UserFactory(roles=[Role.STAFF])


def a_draft() -> dict[str, Any]:
    return {"pk": plain_draft(_author()).pk}


def a_discarded_draft() -> dict[str, Any]:
    author = _author()
    return {"pk": services.discard_campaign(actor=author, campaign=plain_draft(author)).pk}


def _sent() -> Any:
    author = _author()
    return sent_notice(author, create_person(actor=author, given_name="Ines", family_name="Flint"))


def a_sent_notice() -> dict[str, Any]:
    return {"pk": _sent().pk}


def a_copy() -> dict[str, Any]:
    return {"pk": _sent().deliveries.get().pk}


def a_preview() -> dict[str, Any]:
    return {**a_draft(), "language": "fr"}


def a_stop() -> dict[str, Any]:
    stop = services.note_stop(
        actor=_author(), address="flint@quarry.example", scope=services.EVERYTHING, reason="by telephone"
    )
    return {"pk": stop.pk}


def an_unsubscribe_link() -> dict[str, Any]:
    link = selectors.unsubscribe_path(_sent().deliveries.get().token)
    return dict(resolve(link).kwargs)


MAKERS = {
    "draft of a notice": a_draft,
    "discarded notice": a_discarded_draft,
    "sent notice": a_sent_notice,
    "copy of a notice": a_copy,
    "preview of a notice": a_preview,
    "stop": a_stop,
}

TYPED = {"token": str(uuid.UUID(int=9)), "place": "new:gone:1", "subject_en": "Plenary"}

ROWS = {
    "campaigns:list": page(lookers()),
    "campaigns:create": form(writers()),
    "campaigns:draft": act(writers(), data=TYPED),
    "campaigns:discard_draft": act(writers(302), data=TYPED),
    "campaigns:deliveries": page(lookers()),
    "campaigns:detail": page(lookers(), "draft of a notice"),
    "campaigns:edit": form(writers(), "draft of a notice"),
    "campaigns:preview": page(lookers(), "preview of a notice"),
    # Its audience is gone: nothing is sent, and the page says so.
    "campaigns:send": act(senders(409), "draft of a notice", {"seen": "x", "is_forum_business": "on"}),
    "campaigns:progress": page(lookers(), "sent notice"),
    "campaigns:send_failed_again": act(senders(302), "sent notice"),
    "campaigns:send_doubtful_again": act(senders(302), "copy of a notice"),
    "campaigns:discard": act(writers(302), "draft of a notice"),
    "campaigns:restore": act(writers(302), "discarded notice"),
    "consent:stops": page(lookers()),
    "consent:create_stop": form(writers()),
    "consent:lift_stop": form(senders(), "stop"),
}
