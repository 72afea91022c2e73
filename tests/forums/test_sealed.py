"""Forums that do not exist for others, or are closed to them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import History
from tests.forums.making import Making
from tests.forums.reading import sealed

pytestmark = pytest.mark.django_db


def test_sealed_forum_is_nowhere_for_others(
    administrator: User, as_administrator: Client, as_secretariat: Client, making: Making
) -> None:
    forum = sealed(making)
    seat = forum.seats.first()
    assert seat is not None
    term = seat.terms.get()
    party, person = term.party, term.person
    assert party is not None
    own = [
        forum.get_absolute_url(),
        *(
            reverse(f"forums:{page}", args=[forum.pk])
            for page in ("edit", "history", "roster", "add_seats", "category_create")
        ),
        seat.get_absolute_url(),
        reverse("forums:appoint", args=[forum.pk, seat.pk]),
        reverse("forums:term_edit", args=[forum.pk, seat.pk, term.pk]),
    ]
    for url in own:
        assert as_administrator.get(url).status_code == 404, url
        assert as_secretariat.get(url).status_code == 200, url
    around = {
        "/forums/": "Quiet table",
        "/forums/seats/": "QUIET",
        person.get_absolute_url(): "Quiet table",
        party.get_absolute_url(): "Quiet table",
        "/people/?column=forums&column=name": "QUIET",
        "/organizations/?column=forums&column=name": "QUIET",
        "/people/?forum=any": "Hush",
        "/organizations/?forum=any": "Hush",
        f"{reverse('core:palette')}?q=quiet": "Quiet table",
        "/": "Vacant seats",
    }
    for url, word in around.items():
        assert word not in as_administrator.get(url).content.decode(), url
        assert word in as_secretariat.get(url).content.decode(), url
    assert not History.objects.visible_to(administrator).filter(tbl__startswith="forums_").exists()
    assert "Hush" in as_administrator.get("/people/?forum=none").content.decode()
    assert "Hush" not in as_secretariat.get("/people/?forum=none").content.decode()


def test_forum_restricted_to_others_is_known_of_and_closed(
    as_administrator: Client, as_secretariat: Client, making: Making
) -> None:
    forum = making.forum("Quiet table")
    making.seal(forum, making.actor, restricted=True)
    assert as_administrator.get(forum.get_absolute_url()).status_code == 403
    assert "Quiet table" not in as_administrator.get("/forums/").content.decode()
    assert as_secretariat.get(forum.get_absolute_url()).status_code == 200
