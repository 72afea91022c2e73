"""What a reader may not know does not come to light through a segment: no row, no number, no pin, no reason why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Circle, Segment
from c2m2a_crm.core.segments import make_segment, members_of, pick, rule_of, why
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.services import change_initiative_access
from members.models import Person
from tests.engagement.making import circle_of, log
from tests.forums.making import Making
from tests.members.reading import read, texts

pytestmark = pytest.mark.django_db

People = dict[str, Person]
MARK = "Quicksilver"


@pytest.fixture
def circle(staff: User) -> Circle:
    return circle_of(staff)


@pytest.mark.parametrize("access", ["sealed_circle", "restricted_circle"])
def test_what_is_confided_is_in_no_segment_of_an_outsider(
    access: str,
    staff: User,
    secretariat: User,
    client_of: Any,
    circle: Circle,
    people: People,
    log_has_segments: None,
) -> None:
    plain = log(staff, people["amara"], subject="Open words")
    found = make_segment(actor=staff, list_key="log-of-segments", name="Calls", query="kind=call", is_shared=True)
    secret = [log(staff, people["amara"], subject=f"{MARK} {number}", **{access: circle}) for number in range(3)]
    pick(actor=staff, segment=found, record=plain, kind="pin", reason="An open reason")
    pick(actor=staff, segment=found, record=secret[0], kind="pin", reason=f"{MARK} reason")
    pick(actor=staff, segment=found, record=secret[1], kind="block", reason=f"{MARK} other reason")
    assert {entry.pk for entry in members_of(found, staff)} >= {plain.pk, secret[0].pk}
    assert [entry.pk for entry in members_of(found, secretariat)] == [plain.pk]
    insider, outside = client_of(staff), client_of(secretariat)
    pages = [found.get_absolute_url(), reverse("segments:history", args=[found.pk])]
    pages.append(f"{reverse('segments:find', args=[found.pk])}?q={MARK.lower()}")
    for page in pages:
        assert MARK in insider.get(page).content.decode(), page
        told = outside.get(page)
        assert told.status_code == 200
        assert MARK not in told.content.decode(), page
    shown = read(outside.get(found.get_absolute_url()))
    assert texts(shown, "#pins .meta")[0] == "1"
    assert texts(shown, "#blocks .meta")[0] == "0"
    assert texts(shown, "#results-count")[0].startswith("1 contact")
    for each in secret:
        assert outside.get(reverse("segments:why", args=[found.pk, each.pk])).status_code == 404
        assert insider.get(reverse("segments:why", args=[found.pk, each.pk])).status_code == 200


def test_a_confided_contact_counts_in_a_rule_for_its_circle_alone(
    staff: User, viewer: User, as_viewer: Client, circle: Circle, people: People
) -> None:
    log(staff, people["bruno"], occurred_on=today(), sealed_circle=circle)
    found = make_segment(actor=staff, list_key="people", name="Quiet", query="no_contact=90&q=bruno", is_shared=True)
    assert [each.given_name for each in members_of(found, viewer)] == ["Bruno"]
    assert not members_of(found, staff).exists()
    answer = {
        clause.text: str(clause.has) for clause in why(found, viewer, Person.objects.get(given_name="Bruno")).clauses
    }
    assert answer["No two-way contact: In the last 90 days"] == ""
    page = as_viewer.get(reverse("segments:why", args=[found.pk, people["bruno"].pk])).content.decode()
    assert f"{today():%Y-%m-%d}" not in page.partition("<tbody>")[2].partition("</tbody>")[0]


def test_a_sealed_forum_seats_nobody_for_outsiders(secretariat: User, viewer: User, people: People) -> None:
    circle = circle_of(secretariat)
    making = Making(secretariat)
    forum = making.forum(f"{MARK} table", lead=secretariat)
    making.term(making.seat(forum), people["amara"], first=today() - timedelta(days=1))
    found = make_segment(actor=secretariat, list_key="people", name="Seated", query="forum=any", is_shared=True)
    assert [each.given_name for each in members_of(found, viewer)] == ["Amara"]
    change_initiative_access(actor=secretariat, initiative=forum.initiative, sealed_circle=circle)
    assert not members_of(found, viewer).exists()
    assert [each.given_name for each in members_of(found, secretariat)] == ["Amara"]
    assert MARK in str(why(found, secretariat, people["amara"]).clauses[0].has)
    told = why(found, viewer, people["amara"])
    assert MARK not in " ".join(str(clause.has) for clause in told.clauses)


def test_a_rule_that_rests_on_what_is_closed_finds_nothing_and_names_nothing(
    staff: User, secretariat: User, as_viewer: Client, viewer: User, people: People
) -> None:
    own = make_segment(actor=staff, list_key="people", name=f"{MARK} own", query="language=fr", is_shared=True)
    found = make_segment(actor=staff, list_key="people", name="Above", query=f"in_segment={own.pk}", is_shared=True)
    Segment.objects.filter(pk=own.pk).update(is_shared=False)  # as only an older version could have left it
    assert not members_of(found, viewer).exists()
    assert members_of(found, staff).count() == 3
    assert MARK not in " ".join([*rule_of(found, viewer).lost, rule_of(found, viewer).sentence])
    page = as_viewer.get(found.get_absolute_url()).content.decode()
    assert "does not hold any more" in page
    assert MARK not in page


def test_who_has_no_role_has_no_segment(staff: User, stranger: User, people: People) -> None:
    found = make_segment(actor=staff, list_key="people", name="French", query="language=fr", is_shared=True)
    assert not members_of(found, stranger).exists()
