"""Addresses of forums: everybody with a role looks, the secretariat and administrators work."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from c2m2a_crm.accounts.models import Role
from c2m2a_crm.core.validity import today
from forums import services
from forums.terms_of_reference.services import adopt_terms
from tests.factories import UserFactory
from tests.forums.joining import application_for, inquiry_about, open_table
from tests.forums.making import Making
from tests.system.role_matrix import Expected, act, everybody, form, lookers, page, writers


def managers(status: int = 200) -> Expected:
    """The secretariat and administrators (``forums.policies.can_manage_forums``)."""
    return {**lookers(status), "viewer": 403, "staff": 403, "compliance": 403}


def readers(status: int = 200) -> Expected:
    """Who reads what strangers sent (``forums.policies.can_read_applications``)."""
    return {**managers(status), "compliance": status}


def _making() -> Making:
    return Making(UserFactory(roles=[Role.SECRETARIAT]))


def a_forum() -> dict[str, Any]:
    return {"pk": _making().forum().pk}


def a_category() -> dict[str, Any]:
    making = _making()
    forum = making.forum()
    category = services.add_category(actor=making.actor, forum=forum, name_en="Recycling")
    return {"pk": forum.pk, "category_pk": category.pk}


def a_seat() -> dict[str, Any]:
    making = _making()
    forum = making.forum()
    return {"pk": forum.pk, "seat_pk": making.seat(forum).pk}


def a_term() -> dict[str, Any]:
    making = _making()
    forum = making.forum()
    term = making.term(making.seat(forum), "Ann Feldspar", first=date(2026, 1, 1))
    return {"pk": forum.pk, "seat_pk": term.seat_id, "term_pk": term.pk}


def a_version() -> dict[str, Any]:
    making = _making()
    forum = making.forum()
    terms = adopt_terms(actor=making.actor, forum=forum, first=date(2026, 1, 1))
    return {"pk": forum.pk, "terms_pk": terms.pk}


def an_open_table() -> dict[str, Any]:
    return {"pk": open_table(_making()).pk}


def an_application() -> dict[str, Any]:
    return {"pk": application_for(open_table(_making())).pk}


def an_inquiry() -> dict[str, Any]:
    return {"pk": inquiry_about(open_table(_making())).pk}


def a_term_that_ends() -> dict[str, Any]:
    making = _making()
    forum = making.forum()
    term = making.term(making.seat(forum), "Ann Feldspar", first=date(2026, 1, 1), last=today() + timedelta(days=20))
    return {"pk": forum.pk, "seat_pk": term.seat_id, "term_pk": term.pk}


MAKERS = {
    "term that ends": a_term_that_ends,
    "open table": an_open_table,
    "application for a seat": an_application,
    "inquiry": an_inquiry,
    "terms of reference": a_version,
    "forum": a_forum,
    "category of seats": a_category,
    "seat": a_seat,
    "term in a seat": a_term,
}

ROWS = {
    "forums:list": page(lookers()),
    "forums:seats": page(lookers()),
    "forums:create": form(managers()),
    "forums:detail": page(lookers(), "forum"),
    "forums:history": page(lookers(), "forum"),
    "forums:applications": page(readers()),
    "forums:application": page(readers(), "application for a seat"),
    "forums:accept": form(managers(), "application for a seat"),
    "forums:decline": form(managers(), "application for a seat"),
    "forums:conflict": form(managers(), "application for a seat"),
    "forums:appeal_allow": form(managers(), "application for a seat"),
    "forums:appeal_dismiss": form(managers(), "application for a seat"),
    "forums:inquiries": page(readers()),
    "forums:inquiry": form(readers(), "inquiry"),
    "forums_public:apply": form(everybody(), "open table"),
    "forums_public:ask": form(everybody(), "open table"),
    "forums:ending": page(lookers()),
    "forums:term_renew": act(managers(302), "term that ends"),
    "forums:term_renew_beyond": form(managers(), "term that ends"),
    "forums:pack": page(lookers(), "seat"),
    "forums:pack_paper": form(writers(), "seat"),
    "forums:term_rotate": act(managers(302), "term that ends"),
    "forums:term_retire": act(managers(302), "term that ends"),
    "forums:attendance": page(lookers()),
    "forums:coverage": page(lookers(), "forum"),
    "forums:from_pattern": form(managers()),
    "forums:terms_of_reference": page(lookers(), "forum"),
    "forums:terms_of_reference_create": form(managers(), "forum"),
    "forums:terms_of_reference_edit": form(managers(), "terms of reference"),
    "forums:roster": page(lookers(), "forum"),
    "forums:edit": form(managers(), "forum"),
    "forums:category_create": form(managers(), "forum"),
    "forums:category_edit": form(managers(), "category of seats"),
    "forums:add_seats": form(managers(), "forum"),
    "forums:seat": page(lookers(), "seat"),
    "forums:seat_edit": form(managers(), "seat"),
    "forums:seat_close": form(managers(), "seat"),
    "forums:appoint": form(managers(), "seat"),
    "forums:hand_over": form(managers(), "seat"),
    "forums:term_edit": form(managers(), "term in a seat"),
    "forums:term_end": form(managers(), "term in a seat"),
    "forums:term_take_back": form(managers(), "term in a seat"),
}
