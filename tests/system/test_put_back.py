"""One field of one change is put back through the edit service of its room, as a change like any other."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.models import History
from c2m2a_crm.core.registries import put_backs
from c2m2a_crm.core.removal import Texts, remove_from_history
from c2m2a_crm.engagement.models import Initiative
from forums.models import Forum
from forums.services import create_forum, edit_forum
from members.models import Party, Person
from members.services import archive_person, create_party, create_person, update_party, update_person
from partnerships.models import Partnership
from partnerships.services import create_partnership, edit_partnership
from tests.forums.making import Making
from tests.members.reading import one, read

pytestmark = pytest.mark.django_db


def url_of(row: models.Model, name: str) -> str:
    change = history_of(row).filter(action=History.Action.CHANGED).first()
    assert change is not None
    return reverse("core:put_back", args=[change.pk, name])


def party(actor: User, **changes: Any) -> Party:
    made = create_party(actor=actor, kind=Party.Kind.BUSINESS, name_en="Northline Nickel", owner=actor)
    return update_party(actor=actor, party=made, version=made.version, changes=changes)


def person(actor: User, **changes: Any) -> Person:
    made = create_person(actor=actor, given_name="Amara", family_name="Tamarack")
    return update_person(actor=actor, person=made, version=made.version, changes=changes)


def forum(actor: User, **changes: Any) -> Forum:
    made = create_forum(actor=actor, kind=Forum.Kind.INDUSTRY, name_en="Drill Core Forum", starts_on=date(2020, 4, 1))
    return edit_forum(actor=actor, forum=made, version=made.version, changes=changes)


def partnership(actor: User, **changes: Any) -> Partnership:
    made = create_partnership(
        actor=actor, kind="bilateral", name_en="Compact on Magnets", signed_on=date(2024, 3, 1), precision="day"
    )
    return edit_partnership(actor=actor, partnership=made, version=made.version, changes=changes)


@pytest.mark.parametrize(
    ("make", "name", "new", "old", "history"),
    [
        (party, "name_en", "Southline Nickel", "Northline Nickel", "organizations:history"),
        (party, "country", "NO", "CA", "organizations:history"),
        (party, "owner", None, "Solène Gauthier", "organizations:history"),
        (person, "family_name", "Tamarac", "Tamarack", "people:history"),
        (forum, "kind", Forum.Kind.ADVISORY, Forum.Kind.INDUSTRY, "forums:history"),
        (forum, "name_en", "Core Forum", "Drill Core Forum", "forums:history"),
        (forum, "starts_on", date(2021, 4, 1), date(2020, 4, 1), "forums:history"),
        (partnership, "signed_on", date(2025, 3, 1), date(2024, 3, 1), "partnerships:history"),
        (partnership, "name_en", "Pact on Magnets", "Compact on Magnets", "partnerships:history"),
    ],
)
def test_a_field_is_put_back_and_says_so(
    as_secretariat: Client, secretariat: User, make: Any, name: str, new: Any, old: Any, history: str
) -> None:
    record = make(secretariat, **{name: new})
    is_of_initiative = isinstance(record, Forum | Partnership) and name in {"name_en", "starts_on"}
    row = record.initiative if is_of_initiative else record
    url = url_of(row, name)
    page = reverse(history, args=[record.pk])
    assert url in as_secretariat.get(page).content.decode()
    asked = as_secretariat.get(url)
    assert asked.status_code == 200
    version = type(row).objects.get(pk=row.pk).version
    response = as_secretariat.post(url, {"version": version, "reason": "A slip."})
    assert (response.status_code, response["Location"]) == (302, page)
    row.refresh_from_db()
    now = getattr(row, name)
    assert (now == old) or (str(now) == str(old)), now
    assert row.version == version + 1
    change = history_of(row).first()
    assert change is not None
    assert (change.actor_id, change.reason) == (secretariat.pk, "A slip.")
    # Nothing is left to put back.
    assert "already stands as it was" in as_secretariat.get(url).content.decode()


def test_what_was_put_back_can_be_undone_unless_somebody_wrote_since(
    as_staff: Client, staff: User, secretariat: User
) -> None:
    record = party(staff, name_en="Southline Nickel")
    url = url_of(record, "name_en")

    def put_back() -> str:
        page = as_staff.post(url, {"version": record.version, "next": record.get_absolute_url()}, follow=True)
        record.refresh_from_db()
        assert record.name_en == "Northline Nickel"
        return str(one(read(page), ".toast form").get("action"))

    undone = as_staff.post(put_back(), {"next": record.get_absolute_url()}, follow=True)
    assert undone.redirect_chain == [(record.get_absolute_url(), 302)]
    record.refresh_from_db()
    assert record.name_en == "Southline Nickel"
    undo = put_back()
    update_party(actor=secretariat, party=record, version=record.version, changes={"name_en": "Eastline Nickel"})
    assert as_staff.post(undo).status_code == 409
    record.refresh_from_db()
    assert record.name_en == "Eastline Nickel"


def test_without_a_reason_history_says_that_it_was_put_back(as_staff: Client, staff: User) -> None:
    record = party(staff, about="Mines")
    as_staff.post(url_of(record, "about"), {"version": record.version})
    change = history_of(record).first()
    assert change is not None
    assert change.reason == "Put back from history"


def test_a_later_change_of_another_field_stays(as_staff: Client, staff: User) -> None:
    record = party(staff, name_en="Southline Nickel")
    url = url_of(record, "name_en")
    update_party(actor=staff, party=record, version=record.version, changes={"about": "Mines"})
    as_staff.post(url, {"version": record.version})
    record.refresh_from_db()
    assert (record.name_en, record.about) == ("Northline Nickel", "Mines")


def test_what_somebody_changed_since_the_page_was_opened_is_not_lost(
    as_staff: Client, staff: User, secretariat: User
) -> None:
    record = party(staff, name_en="Southline Nickel")
    url = url_of(record, "name_en")
    update_party(actor=secretariat, party=record, version=record.version, changes={"name_en": "Eastline Nickel"})
    response = as_staff.post(url, {"version": record.version})
    assert response.status_code == 409
    seen = response.content.decode()
    assert "Eastline Nickel" in seen
    assert "Somebody changed this field" in seen
    record.refresh_from_db()
    assert record.name_en == "Eastline Nickel"
    as_staff.post(url, {"version": record.version})
    record.refresh_from_db()
    assert record.name_en == "Northline Nickel"


def test_the_rules_of_the_room_hold(as_staff: Client, staff: User) -> None:
    """A person without any name is refused, whatever history says."""
    record = create_person(actor=staff, given_name="Amara")
    record = update_person(actor=staff, person=record, version=record.version, changes={"family_name": "Tamarack"})
    url = url_of(record, "family_name")
    record = update_person(actor=staff, person=record, version=record.version, changes={"given_name": ""})
    response = as_staff.post(url, {"version": record.version})
    assert response.status_code == 422
    record.refresh_from_db()
    assert record.family_name == "Tamarack"


def test_an_archived_record_is_left_alone(as_staff: Client, staff: User) -> None:
    record = person(staff, honorific="Dr.")
    url = url_of(record, "honorific")
    record = archive_person(actor=staff, person=record, reason="Twice")
    assert url not in as_staff.get(reverse("people:history", args=[record.pk])).content.decode()
    response = as_staff.post(url, {"version": record.version})
    assert response.status_code == 422
    assert "This record is archived." in response.content.decode()


def test_what_it_pointed_to_must_still_be_there_for_the_actor(
    as_secretariat: Client, secretariat: User, staff: User
) -> None:
    making = Making(secretariat)
    above = making.forum("Above")
    record = making.forum("Below", parent=above)
    record = edit_forum(actor=secretariat, forum=record, version=record.version, changes={"parent": None})
    url = url_of(record, "parent")
    making.seal(above, staff)
    assert "Above" not in as_secretariat.get(url).content.decode()
    response = as_secretariat.post(url, {"version": record.version})
    assert response.status_code == 422
    assert "no longer on file" in response.content.decode()


def test_who_may_not_edit_may_not_put_back(as_viewer: Client, as_staff: Client, secretariat: User) -> None:
    record = forum(secretariat, code="DCF")
    url = url_of(record, "code")
    for client in (as_viewer, as_staff):
        assert client.get(url).status_code == client.post(url, {"version": 1}).status_code == 403
        assert url not in client.get(reverse("forums:history", args=[record.pk])).content.decode()
    record.refresh_from_db()
    assert record.code == "DCF"


def test_what_is_sealed_does_not_exist(as_secretariat: Client, secretariat: User, staff: User) -> None:
    record = forum(secretariat, code="DCF", name_en="Core Forum")
    urls = [url_of(record, "code"), url_of(record.initiative, "name_en")]
    Making(secretariat).seal(record, staff)
    assert [as_secretariat.get(url).status_code for url in urls] == [404, 404]


@pytest.mark.parametrize("name", ["version", "sort_en", "archived_at", "nothing", "id"])
def test_only_fields_of_the_edit_pages_are_offered(as_staff: Client, staff: User, name: str) -> None:
    assert as_staff.get(url_of(party(staff, about="Mines"), name)).status_code == 404


def test_the_beginning_of_a_record_is_not_put_back(as_staff: Client, staff: User) -> None:
    record = party(staff, about="Mines")
    change = history_of(record).get(action=History.Action.CREATED)
    assert as_staff.get(reverse("core:put_back", args=[change.pk, "name_en"])).status_code == 404


def test_a_text_that_was_lawfully_removed_cannot_come_back(as_staff: Client, staff: User, compliance: User) -> None:
    record = party(staff, name_en="Southline Nickel", about="Mines")
    texts = [Texts(Party, [record.pk], ["name_en"])]
    remove_from_history(actor=compliance, texts=texts, authority="Privacy Act, subsection 6(3)")
    assert as_staff.get(url_of(record, "name_en")).status_code == 404
    seen = as_staff.get(reverse("organizations:history", args=[record.pk])).content.decode()
    assert url_of(record, "about") in seen
    assert url_of(record, "name_en") not in seen


def test_every_field_that_is_offered_is_one_of_its_table() -> None:
    for entry in put_backs:
        names = {field.name for field in entry.model._meta.concrete_fields if field.editable}
        assert entry.fields <= names, entry.key
    assert {entry.model for entry in put_backs} >= {Party, Person, Forum, Partnership, Initiative}
    assert all(entry.model in apps.get_models() for entry in put_backs)
