"""Answers to points raised: written on the entry's page, by whoever may read the entry."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Interaction, Point
from c2m2a_crm.engagement.services import Attendee, Entry, Raised, update_interaction
from members.models import Party
from tests.engagement.making import circle_of, log
from tests.members.reading import read, texts


@pytest.fixture
def point(staff: User, northline: Party) -> Point:
    return log(staff, northline, raised=[Raised("question", "When do the permits come?")]).points.get()


def url_of(point: Point) -> str:
    return reverse("contact_log:answer", args=[point.interaction_id, point.pk])


def answer(version: int = 1, text: str = "In May.", owner: Any = "") -> dict[str, Any]:
    return {"version": str(version), "answer": text, "owner": str(owner)}


def test_an_answer_and_an_owner_stand_on_the_entry_and_in_its_history(
    as_staff: Client, staff: User, secretariat: User, point: Point
) -> None:
    response = as_staff.post(url_of(point), answer(owner=secretariat.pk), follow=True)
    point.refresh_from_db()
    assert (point.answer, point.owner, point.answered_on) == ("In May.", secretariat, today())
    said = texts(read(response), "#points li")[0]
    assert "In May." in said
    assert secretariat.name in said
    history = texts(read(response), "details.fold li")
    assert any("When do the permits come?" in line and "In May." in line and staff.name in line for line in history)


def test_an_answer_taken_back_has_no_day(as_staff: Client, point: Point) -> None:
    as_staff.post(url_of(point), answer())
    as_staff.post(url_of(point), answer(version=2, text=" "))
    point.refresh_from_db()
    assert (point.answer, point.answered_on) == ("", None)


def test_two_answers_at_once_are_asked_about(as_staff: Client, point: Point) -> None:
    as_staff.post(url_of(point), answer())
    response = as_staff.post(url_of(point), answer(text="In June."))
    assert response.status_code == 409
    assert "In May." in response.content.decode()
    as_staff.post(url_of(point), answer(text="In June.") | {"seen_version": "2", "keep_answer": "mine"})
    point.refresh_from_db()
    assert point.answer == "In June."


def test_who_may_not_work_owns_nothing(as_staff: Client, viewer: User, point: Point) -> None:
    assert as_staff.post(url_of(point), answer(owner=viewer.pk)).status_code == 422


def test_a_viewer_reads_the_answer_and_writes_none(as_viewer: Client, point: Point) -> None:
    assert as_viewer.get(url_of(point)).status_code == 403
    assert url_of(point) not in as_viewer.get(point.interaction.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("access", "status"), [("sealed_circle", 404), ("restricted_circle", 403)])
def test_a_point_raised_in_confidence_is_answered_by_the_circle(
    access: str, status: int, staff: User, as_secretariat: Client, northline: Party
) -> None:
    raised = [Raised("question", "A secret?")]
    point = log(staff, northline, raised=raised, **{access: circle_of(staff)}).points.get()
    assert as_secretariat.post(url_of(point), answer()).status_code == status


@pytest.mark.django_db(transaction=True)  # what was born with an entry is known by the transaction
def test_people_who_joined_or_left_an_entry_stand_in_its_history(
    as_staff: Client, staff: User, northline: Party, fundy: Party
) -> None:
    entry = log(staff, northline, subject="Permits")
    update_interaction(
        actor=staff, interaction=entry, version=1, entry=Entry(subject="Permits", attendees=[Attendee(fundy)])
    )
    history = texts(read(as_staff.get(entry.get_absolute_url())), "details.fold li")
    assert any("Fundy Magnet Works" in line for line in history)
    assert any("Northline Nickel Refining" in line for line in history)
    assert not any(staff.name in line and "→ " + staff.name in line for line in history)


def test_an_entry_without_changes_tells_that_it_was_logged(as_staff: Client, point: Point) -> None:
    entry = Interaction.objects.get(pk=point.interaction_id)
    assert len(texts(read(as_staff.get(entry.get_absolute_url())), "details.fold li")) == 1
