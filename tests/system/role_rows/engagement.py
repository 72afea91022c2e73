"""Addresses of the engagement record: everybody with a role reads the open part, everybody but viewers writes."""

from __future__ import annotations

import uuid
from typing import Any

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.engagement.models import Interaction
from c2m2a_crm.engagement.services import NextStep, Promise, Raised, keep_commitment, withdraw_interaction
from members.services import create_party, create_person
from tests.engagement.making import closed, initiative, log
from tests.factories import UserFactory
from tests.system.role_matrix import act, form, lookers, page, writers


def _author() -> User:
    return UserFactory(roles=[Role.STAFF])


def _entry() -> Interaction:
    author = _author()
    northline = create_party(actor=author, kind="business", name_en="Northline Nickel")
    return log(author, northline, promises=[Promise("the criteria")], next_steps=[NextStep("Call back", author)])


def an_entry() -> dict[str, Any]:
    return {"pk": _entry().pk}


def a_closed_entry() -> dict[str, Any]:
    author = _author()
    return {"pk": closed(author, create_party(actor=author, kind="business", name_en="Northline Nickel")).pk}


def an_entry_taken_back() -> dict[str, Any]:
    entry = _entry()
    withdraw_interaction(actor=entry.recorded_by, interaction=entry)
    return {"pk": entry.pk}


def a_follow_up() -> dict[str, Any]:
    return {"pk": _entry().follow_ups.get().pk}


def an_act_on_a_follow_up() -> dict[str, Any]:
    return {**a_follow_up(), "version": 1}


def a_commitment() -> dict[str, Any]:
    return {"pk": _entry().commitments.get().pk}


def a_party() -> dict[str, Any]:
    return {"party": create_party(actor=_author(), kind="business", name_en="Northline Nickel").pk}


def a_person() -> dict[str, Any]:
    return {"pk": create_person(actor=_author(), given_name="Amara", family_name="Tamarack").pk}


def an_event_of_a_commitment() -> dict[str, Any]:
    row = _entry().commitments.get()
    event = keep_commitment(actor=row.interaction.recorded_by, commitment=row)
    assert event is not None
    return {"pk": row.pk, "event": event.pk}


def a_point() -> dict[str, Any]:
    author = _author()
    northline = create_party(actor=author, kind="business", name_en="Northline Nickel")
    entry = log(author, northline, raised=[Raised("question", "When do the permits come?")])
    return {"pk": entry.pk, "point_pk": entry.points.get().pk}


def an_initiative() -> dict[str, Any]:
    return {"pk": initiative().pk}


MAKERS = {
    "initiative": an_initiative,
    "entry": an_entry,
    "closed entry": a_closed_entry,
    "entry taken back": an_entry_taken_back,
    "follow-up": a_follow_up,
    "act on a follow-up": an_act_on_a_follow_up,
    "commitment": a_commitment,
    "event of a commitment": an_event_of_a_commitment,
    "point": a_point,
    "organization of a record": lambda: {"pk": a_party()["party"]},
    "person of a record": a_person,
}

ROWS = {
    "contact_log:list": page(lookers()),
    "contact_log:detail": page(lookers(), "entry"),
    "contact_log:create": form(writers()),
    "contact_log:edit": form(writers(), "entry"),
    "initiatives:access": form({**writers(403), "secretariat": 200, "administrator": 200}, "initiative"),
    "contact_log:access": form(writers(403), "entry"),  # its author and colleagues alone: nobody in the matrix
    "contact_log:understood": act(writers()),
    "contact_log:who_options": page(writers()),
    "contact_log:draft": act(writers(), data={"token": str(uuid.UUID(int=7)), "line": "Call"}),
    "contact_log:discard_draft": act(writers(204), data={"token": str(uuid.UUID(int=7))}),
    "contact_log:attempt": act(writers(302), data=lambda _made: a_party()),
    "contact_log:correct": form(writers(), "closed entry"),
    "contact_log:answer": form(writers(), "point"),
    "contact_log:party_pdf": form(writers(), "organization of a record"),
    "contact_log:person_pdf": form(writers(), "person of a record"),
    "contact_log:initiative_pdf": form(writers(), "initiative"),
    "contact_log:withdraw": act(writers(302), "entry"),
    "contact_log:restore": act(writers(302), "entry taken back"),
    "follow_ups:list": page(lookers()),
    "follow_ups:create": form(writers()),
    "follow_ups:about_options": page(writers()),
    "follow_ups:done": act(writers(302), "follow-up"),
    "follow_ups:reopen": act(writers(302), "follow-up"),
    "follow_ups:snooze": form(writers(), "follow-up"),
    "follow_ups:hand_over": form(writers(), "follow-up"),
    "follow_ups:undo": act(writers(302), "act on a follow-up"),
    "commitments:list": page(lookers()),
    "commitments:detail": page(lookers(), "commitment"),
    "commitments:keep": act(writers(302), "commitment"),
    "commitments:release": act(writers(302), "commitment", {"release-note": "Overtaken"}),
    "commitments:reopen": act(writers(302), "commitment"),
    "commitments:undo": act(writers(302), "event of a commitment"),
    "commitments:terms": act(writers(302), "commitment", {"terms-version": "1", "terms-due_on": "2030-01-04"}),
}
