"""The register of commitments: ours and theirs, open, late, settled; kept with evidence, released with a reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Commitment, CommitmentEvent, Interaction
from c2m2a_crm.engagement.services import (
    Promise,
    keep_commitment,
    release_commitment,
    withdraw_interaction,
)
from members.models import Party, Person
from tests.engagement.making import circle_of, log
from tests.members.reading import read, texts

URL = "/commitments/"


@pytest.fixture
def heard(staff: User, amara: Person) -> Interaction:
    yesterday, later = today() - timedelta(days=1), today() + timedelta(days=9)
    interaction = log(
        staff,
        amara,
        promises=[
            Promise("the criteria", due_on=later),
            Promise("the minutes", due_on=yesterday),
            Promise("a plant visit", is_ours=False),
            Promise("the paper"),
            Promise("a speaker"),
        ],
    )
    by_text = {row.text: row for row in interaction.commitments.all()}
    keep_commitment(actor=staff, commitment=by_text["the paper"], evidence="E-mail of May 3")
    release_commitment(actor=staff, commitment=by_text["a speaker"], reason="The event was cancelled")
    return interaction


def shown(client: Client, **query: Any) -> list[str]:
    response = client.get(URL, query)
    assert response.status_code == 200
    return texts(read(response), "#results tbody th .t")


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["the minutes", "the criteria", "a plant visit"]),
        ({"tab": "ours"}, ["the minutes", "the criteria"]),
        ({"tab": "theirs"}, ["a plant visit"]),
        ({"tab": "late"}, ["the minutes"]),
        ({"q": "northline", "tab": "theirs"}, ["a plant visit"]),
        ({"q": "CRITERIA"}, ["the criteria"]),
        ({"made_by": "me"}, []),
    ],
)
def test_tabs_and_filters(as_viewer: Client, query: dict[str, Any], found: list[str]) -> None:
    assert shown(as_viewer, **query) == found


@pytest.mark.usefixtures("heard")
def test_settled_promises_keep_their_evidence_and_reason(as_viewer: Client) -> None:
    assert set(shown(as_viewer, tab="settled")) == {"the paper", "a speaker"}
    text = as_viewer.get(URL, {"tab": "settled"}).content.decode()
    assert "E-mail of May 3" in text
    assert "The event was cancelled" in text


@pytest.mark.usefixtures("heard")
def test_a_row_says_by_whom_to_whom_and_how_late(as_viewer: Client) -> None:
    page = read(as_viewer.get(URL))
    assert texts(page, "#results tbody th .sub") == [
        "To Northline Nickel Refining",
        "To Northline Nickel Refining",
        "By Northline Nickel Refining",
    ]
    assert texts(page, "#results td[data-l=State]") == ["1 day late", "Open", "Open"]
    assert texts(page, "nav.tabs a") == ["Open 3", "Ours 2", "Theirs 1", "Late 1", "Kept or released"]


def test_promises_of_a_contact_taken_back_are_gone(staff: User, as_viewer: Client, heard: Interaction) -> None:
    row = heard.commitments.first()
    assert row is not None
    withdraw_interaction(actor=staff, interaction=heard)
    assert shown(as_viewer) == []
    assert as_viewer.get(reverse("commitments:detail", args=[row.pk])).status_code == 404


@pytest.fixture
def promise(staff: User, northline: Party) -> Commitment:
    return log(staff, northline, promises=[Promise("the criteria", due_on=date(2030, 1, 4))]).commitments.get()


def detail(client: Client, promise: Commitment) -> str:
    response = client.get(reverse("commitments:detail", args=[promise.pk]))
    assert response.status_code == 200
    return response.content.decode()


def test_kept_with_evidence_and_undone(staff: User, as_staff: Client, promise: Commitment) -> None:
    response = as_staff.post(
        reverse("commitments:keep", args=[promise.pk]), {"keep-note": "Sent on Monday"}, follow=True
    )
    text = response.content.decode()
    assert "Sent on Monday" in text
    (undo,) = read(response).cssselect(".toast form")
    as_staff.post(undo.get("action"))
    assert [event.kind for event in promise.events.all()] == ["kept", "open"]
    assert promise.events.first().by == staff  # type: ignore[union-attr]  # there are two


def test_a_release_needs_a_reason(as_staff: Client, promise: Commitment) -> None:
    url = reverse("commitments:release", args=[promise.pk])
    response = as_staff.post(url, {"release-note": "  "})
    assert response.status_code == 422
    assert "Say why the commitment is released." in response.content.decode()
    assert not CommitmentEvent.objects.exists()
    as_staff.post(url, {"release-note": "Overtaken"})
    assert promise.events.get().note == "Overtaken"
    assert "Open again" in detail(as_staff, promise)


def test_a_viewer_reads_and_judges_nothing(as_viewer: Client, promise: Commitment) -> None:
    assert "Mark as kept" not in detail(as_viewer, promise)
    for act in ("keep", "release", "reopen"):
        assert as_viewer.post(reverse(f"commitments:{act}", args=[promise.pk])).status_code == 403
    assert not CommitmentEvent.objects.exists()


@pytest.mark.parametrize("access", ["sealed_circle", "restricted_circle"])
def test_what_was_promised_in_confidence_shows_to_the_circle_alone(
    access: str, staff: User, as_staff: Client, as_secretariat: Client, northline: Party
) -> None:
    log(staff, northline, promises=[Promise("a secret paper")], **{access: circle_of(staff)})
    row = Commitment.objects.get()
    assert shown(as_staff) == ["a secret paper"]
    assert shown(as_secretariat) == []
    assert as_secretariat.get(reverse("commitments:detail", args=[row.pk])).status_code == 404
    assert as_secretariat.post(reverse("commitments:keep", args=[row.pk])).status_code == 404
    assert texts(read(as_secretariat.get(URL)), "nav.tabs a")[0] == "Open 0"


def test_acts_are_posts(as_staff: Client, promise: Commitment) -> None:
    for act in ("keep", "release", "reopen"):
        assert as_staff.get(reverse(f"commitments:{act}", args=[promise.pk])).status_code == 405


def test_statements_are_equal_at_3_and_at_30_rows(staff: User, as_staff: Client, amara: Person) -> None:
    def fill(count: int) -> None:
        for _number in range(count):
            log(staff, amara, promises=[Promise("a paper", due_on=today())])

    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert as_staff.get(URL).status_code == 200
        return len(captured)

    fill(3)
    as_staff.get(URL)
    few = statements()
    fill(27)
    assert statements() == few


def test_an_undo_takes_back_its_own_act_alone(as_staff: Client, promise: Commitment) -> None:
    keep = reverse("commitments:keep", args=[promise.pk])
    (first,) = read(as_staff.post(keep, {"keep-note": "Sent"}, follow=True)).cssselect(".toast form")
    as_staff.post(reverse("commitments:reopen", args=[promise.pk]))
    as_staff.post(keep, {"keep-note": "Sent again"})
    response = as_staff.post(first.get("action"), follow=True)
    assert "Something else became of this commitment since. Nothing was undone." in response.content.decode()
    assert [event.note for event in promise.events.all()] == ["Sent", "", "Sent again"]


def test_keeping_twice_offers_one_undo(as_staff: Client, promise: Commitment) -> None:
    url = reverse("commitments:keep", args=[promise.pk])
    as_staff.post(url, {"keep-note": "Sent"}, follow=True)
    assert not read(as_staff.post(url, {"keep-note": "Sent"}, follow=True)).cssselect(".toast form")


def terms(version: int, **sent: Any) -> dict[str, Any]:
    return {"terms-version": str(version), **{f"terms-{name}": value for name, value in sent.items()}}


def test_a_day_and_an_addressee_are_added_later(as_staff: Client, staff: User, northline: Party, fundy: Party) -> None:
    row = log(staff, northline, promises=[Promise("the criteria")]).commitments.get()
    url = reverse("commitments:terms", args=[row.pk])
    as_staff.post(url, terms(1, due_on="2030-01-04", to_party=str(fundy.pk)))
    row.refresh_from_db()
    assert (row.due_on, row.to_party, row.version) == (date(2030, 1, 4), fundy, 2)
    page = read(as_staff.get(URL))
    assert texts(page, "#results tbody th .sub") == ["To Fundy Magnet Works"]
    assert "2030" in texts(page, "#results td[data-l=Due]")[0]
    assert as_staff.post(url, terms(2, due_on="soon", to_party="")).status_code == 422


def test_two_people_who_set_terms_keep_both(as_staff: Client, promise: Commitment, fundy: Party) -> None:
    url = reverse("commitments:terms", args=[promise.pk])
    northline = str(promise.to_party_id)
    as_staff.post(url, terms(1, due_on="2030-02-01", to_party=northline))
    as_staff.post(url, terms(1, due_on="2030-01-04", to_party=str(fundy.pk)))  # saw the first day, chose another party
    promise.refresh_from_db()
    assert (promise.due_on, promise.to_party) == (date(2030, 2, 1), fundy)
    conflict = as_staff.post(url, terms(1, due_on="2030-03-01", to_party=str(fundy.pk)))
    assert conflict.status_code == 409
    settled = {"seen_version": str(promise.version), "keep_due_on": "mine"}
    as_staff.post(url, terms(1, due_on="2030-03-01", to_party=str(fundy.pk)) | settled)
    promise.refresh_from_db()
    assert promise.due_on == date(2030, 3, 1)


def test_a_viewer_sets_no_terms(as_viewer: Client, promise: Commitment) -> None:
    assert as_viewer.post(reverse("commitments:terms", args=[promise.pk]), terms(1, due_on="")).status_code == 403
    assert "Day and addressee" not in detail(as_viewer, promise)
