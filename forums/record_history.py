"""A forum's history in words: what changed of it and its initiative, its facts, terms of reference, categories, seats
and terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.history import Names
from c2m2a_crm.core.record_changes import HistoryPage, Told, in_either_language, record_page, told_facts
from c2m2a_crm.engagement.models import InitiativeFact
from forums.models import Forum, Seat, SeatCategory, SeatTerm, TermsOfReference


def forum_history(forum: Forum, actor: Actor, *, before: int | None = None, is_editor: bool = False) -> HistoryPage:
    """The newest changes, older than the change numbered ``before``. The caller has checked that it is readable, and
    says whether the actor may edit it.

    Seats are never deleted, so the terms of a forum, also those taken back, are found by its seats.
    """
    seats = {seat.pk: str(seat) for seat in Seat.objects.filter(forum=forum)}

    def category(image: Mapping[str, Any], names: Names) -> str:
        return in_either_language(image, "name")

    def terms(image: Mapping[str, Any], names: Names) -> str:
        return _("Version %(number)d") % {"number": image.get("number") or 0}

    def seat(image: Mapping[str, Any], names: Names) -> str:
        return seats.get(image.get("id", 0), "")

    def term(image: Mapping[str, Any], names: Names) -> str:
        person = names.get(("members.Person", image.get("person_id")), "")
        return " · ".join(filter(None, (person, seats.get(image.get("seat_id", 0), ""))))

    of_forum = frozenset({"forum_id"})
    parts = [
        told_facts(InitiativeFact, "initiative_id"),
        Told(SeatCategory, "forum_id", _("Category of seats"), category, of_forum),
        Told(Seat, "forum_id", _("Seat"), seat, of_forum),
        Told(TermsOfReference, "forum_id", _("Terms of reference"), terms, of_forum),
        Told(SeatTerm, "seat_id", _("Term"), term, owners=seats),
    ]
    quiet = frozenset({"initiative_id", "reference_key"})
    return record_page([forum, forum.initiative], parts, actor, before=before, quiet=quiet, is_editor=is_editor)
