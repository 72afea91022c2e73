"""Addresses of segments."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.segments import make_segment
from members.services import create_person
from tests.factories import UserFactory
from tests.system.role_matrix import Row, act, administrators, form, lookers, page, writers


def the_people_list() -> dict[str, Any]:
    return {"list_key": "people"}


def somebody_elses() -> dict[str, Any]:
    """Shared with the office: everybody looks, its owner and administrators change it."""
    owner: User = UserFactory(roles=[Role.STAFF])
    segment = make_segment(actor=owner, list_key="people", name="Firms", query="party_kind=business", is_shared=True)
    return {"pk": segment.pk}


def a_record_of_it() -> dict[str, Any]:
    owner: User = UserFactory(roles=[Role.STAFF])
    person = create_person(actor=owner, given_name="Amara", family_name="Tamarack")
    return {**somebody_elses(), "record_pk": person.pk}


MAKERS = {"segments_list": the_people_list, "segment": somebody_elses, "segment_record": a_record_of_it}

ROWS: dict[str, Row] = {
    "segments:list": page(lookers()),
    "segments:create": form(writers(), "segments_list"),
    # Which segment is to have the rule is said in what is sent; without one there is none.
    "segments:rule": act(writers(404), "segments_list"),
    "segments:detail": page(lookers(), "segment"),
    "segments:edit": form(administrators(), "segment"),
    "segments:archive": act(administrators(302), "segment"),
    "segments:restore": act(administrators(302), "segment"),
    "segments:history": page(lookers(), "segment"),
    "segments:changes": page(lookers(), "segment"),
    "segments:find": page(lookers(), "segment"),
    "segments:why": form(lookers(), "segment_record"),
    "segments:unpick": act(administrators(302), "segment_record"),
}
