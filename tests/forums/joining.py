"""Tables that take applications, and what was sent to them."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

from forums.joining import services
from forums.models import Forum, Inquiry, SeatApplication, TermsOfReference
from forums.services import add_category, add_seats
from forums.terms_of_reference.services import adopt_terms
from members.models import Party
from tests.forums.making import Making

BASE = "https://office.example/"


def open_table(making: Making, **rules: Any) -> Forum:
    """Run by us, with one category of two seats, open to businesses and associations that apply."""
    forum = making.forum("Open Table", is_run_by_us=True)
    adopt_terms(
        actor=making.actor,
        forum=forum,
        first=date(2020, 1, 1),
        **{
            "selection": TermsOfReference.Selection.OPEN,
            "is_non_governmental_only": True,
            "kinds": [Party.Kind.BUSINESS, Party.Kind.ASSOCIATION],
            "term_length_months": 24,
            **rules,
        },
    )
    category = add_category(actor=making.actor, forum=forum, name_en="Recycling")
    add_seats(actor=making.actor, forum=forum, category=category, number=2)
    return forum


def application_for(forum: Forum, **more: Any) -> SeatApplication:
    fields = {
        "organization_name": "Slag Works",
        "party_kind": Party.Kind.BUSINESS,
        "given_name": "Sol",
        "family_name": "Slag",
        "email": "sol@slag.example",
        "statement": "We recycle.",
        **more.pop("fields", {}),
    }
    application = services.apply_for_seat(
        forum=forum,
        form_token=more.pop("form_token", uuid.uuid4()),
        language=more.pop("language", "en"),
        base_url=BASE,
        fields=fields,
        **more,
    )
    asked: SeatApplication = SeatApplication.objects.select_related("application").get(pk=application.pk)
    return asked


def inquiry_about(forum: Forum, **more: Any) -> Inquiry:
    asked = {"name": "Quinn Query", "email": "quinn@query.example", "question": "How often do you meet?", **more}
    return services.ask(forum=forum, form_token=uuid.uuid4(), language="fr", **asked)
