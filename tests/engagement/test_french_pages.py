"""What a reader of French sees of contacts that were written down by a reader of English."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.utils import translation

from c2m2a_crm.accounts.models import User
from c2m2a_crm.engagement.models import Interaction
from c2m2a_crm.engagement.services import Attendee, Entry, log_interaction
from members.models import Party
from members.services import create_party

pytestmark = pytest.mark.django_db


@pytest.fixture
def met_as_such(staff: User) -> Interaction:
    """A contact with an association itself, logged in English."""
    association = create_party(
        actor=staff, kind=Party.Kind.ASSOCIATION, name_en="Boreal Metals Association", name_fr="Association boréale"
    )
    entry = Entry(occurred_on=date(2026, 11, 2), subject="Normes", attendees=[Attendee(association)])
    return log_interaction(actor=staff, entry=entry)


def test_an_organization_that_was_met_is_named_in_the_reader_s_language(
    as_staff: Client, met_as_such: Interaction
) -> None:
    part = met_as_such.participants.get(user__isnull=True)
    with translation.override("fr"):
        assert part.said_name == "Association boréale"
    assert part.said_name == "Boreal Metals Association"
    for path in ("/", "/contact-log/", met_as_such.get_absolute_url()):
        page = as_staff.get(path, headers={"Accept-Language": "fr-CA"}).content.decode()
        assert "Association boréale" in page, path
        assert "Boreal Metals Association" not in page, path


def test_the_home_page_speaks_french(as_staff: Client, met_as_such: Interaction) -> None:
    page = as_staff.get("/", headers={"Accept-Language": "fr-CA"}).content.decode()
    assert re.search(r">Le (lun|mar|mercre|jeu|vendre|same)di \d|>Le dimanche \d", page)
    assert "Contacts récents" in page
