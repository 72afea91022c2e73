"""A request for access: its number, its clock under either legal form, its end."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.validity import today
from c2m2a_crm.privacy.lists import state_of
from c2m2a_crm.privacy.models import AccessRequest, LegalPeriod
from c2m2a_crm.privacy.reference import load_periods
from c2m2a_crm.privacy.services.package import law_words
from c2m2a_crm.privacy.services.requests import (
    RequestRefused,
    close_request,
    extend_request,
    open_request,
)
from members.models import Person
from members.services import create_person
from tests.privacy.making import about, information, profile

Kind, State = AccessRequest.Kind, AccessRequest.State


@pytest.fixture
def person(staff: User) -> Person:
    return create_person(actor=staff, given_name="Amara", family_name="Tamarack")


def test_requests_are_numbered_by_year(compliance: User, person: Person) -> None:
    with time_machine.travel("2026-12-30 15:00:00Z"):
        first, second = about(compliance, person), information(compliance)
    with time_machine.travel("2027-01-04 15:00:00Z"):
        late = about(compliance, person, received_on=first.received_on)
        new = about(compliance, person)
    assert [each.reference for each in (first, second, late, new)] == ["2026-001", "2026-002", "2026-003", "2027-001"]


@pytest.mark.parametrize(
    ("legal_kind", "kind", "law"),
    [
        ("nonprofit", Kind.PERSON, "Personal Information Protection and Electronic Documents Act, s. 8(3)"),
        ("federal_institution", Kind.PERSON, "Privacy Act, s. 14"),
        ("federal_institution", Kind.INFORMATION, "Access to Information Act, s. 7"),
        ("nonprofit", Kind.INFORMATION, "No act sets a period for this office"),
    ],
)
def test_the_legal_form_says_which_act_and_which_clock(
    legal_kind: str, kind: str, law: str, compliance: User, person: Person
) -> None:
    profile(legal_kind)
    made = about(compliance, person) if kind == Kind.PERSON else information(compliance)
    assert made.due_on == today() + timedelta(days=30)
    assert law in law_words(made)
    assert "compl" not in law_words(made).lower().replace("complain", "")


def test_a_period_that_nobody_checked_is_said_to_be_so(compliance: User) -> None:
    profile("federal_institution")
    assert "was not checked" in law_words(information(compliance))


def test_a_request_keeps_the_legal_form_of_its_day(compliance: User, person: Person) -> None:
    made = about(compliance, person)
    profile("federal_institution")
    made.refresh_from_db()
    assert (made.legal_kind, made.period.law_en[:8]) == ("nonprofit", "Personal")


def test_periods_that_people_edited_stay_as_they_are(db: None) -> None:
    load_periods()
    LegalPeriod.objects.update(days=45, version=2)
    assert "edited by people" in load_periods()
    assert set(LegalPeriod.objects.values_list("days", flat=True)) == {45}


def test_the_clock_runs_over_the_extension(compliance: User, person: Person) -> None:
    made = about(compliance, person)
    assert state_of(made) == State.OPEN
    extend_request(actor=compliance, request=made, days=20, reason="A consultation is needed.")
    made.refresh_from_db()
    assert made.due_on == made.received_on + timedelta(days=50)
    for days, state in ((50, State.OPEN), (51, State.LATE)):
        moment = datetime.combine(made.received_on + timedelta(days=days), time(18), UTC)
        with time_machine.travel(moment, tick=False):
            assert state_of(made) == state
            assert AccessRequest.objects.late().filter(pk=made.pk).exists() == (state == State.LATE)
    assert AccessRequest.objects.with_due_day().get(pk=made.pk).due == made.due_on  # type: ignore[attr-defined]  # annotated
    assert history_of(made).first().reason == "A consultation is needed."  # type: ignore[union-attr]  # it was changed


@pytest.mark.parametrize(("days", "reason"), [(31, "Long"), (0, "None"), (10, " ")])
def test_an_extension_that_the_act_does_not_allow_is_refused(
    days: int, reason: str, compliance: User, person: Person
) -> None:
    made = about(compliance, person)
    with pytest.raises(RequestRefused):
        extend_request(actor=compliance, request=made, days=days, reason=reason)
    made.refresh_from_db()
    assert made.extended_by_days == 0


def test_a_period_that_has_run_out_is_not_extended(compliance: User, person: Person) -> None:
    made = about(compliance, person, received_on=today() - timedelta(days=31))
    with pytest.raises(RequestRefused, match="run out"):
        extend_request(actor=compliance, request=made, days=10, reason="Too late")


def test_without_a_number_in_the_act_the_reason_decides(compliance: User) -> None:
    profile("federal_institution")
    made = information(compliance)
    assert extend_request(actor=compliance, request=made, days=90, reason="Many records.").due_on == (
        made.received_on + timedelta(days=120)
    )


def test_a_closed_request_changes_no_more(compliance: User, person: Person) -> None:
    made = about(compliance, person)
    close_request(actor=compliance, request=made, note="Answer sent by mail.")
    made.refresh_from_db()
    assert state_of(made) == State.CLOSED
    with pytest.raises(RequestRefused, match="closed"):
        extend_request(actor=compliance, request=made, days=10, reason="No")
    with pytest.raises(RequestRefused, match="closed"):
        close_request(actor=compliance, request=made, note="Again")


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("requester", {"requester": " "}),
        ("received_on", {"received_on": today() + timedelta(days=1)}),
        ("person", {"person": None}),
        ("subject_words", {"kind": Kind.INFORMATION, "subject_words": " "}),
        ("until", {"since": today(), "until": today() - timedelta(days=1)}),
    ],
)
def test_bad_input_is_refused_and_nothing_written(
    field: str, facts: dict[str, object], compliance: User, person: Person
) -> None:
    load_periods()
    wanted = {"kind": Kind.PERSON, "requester": "Amara", "received_on": today(), "person": person, **facts}
    with pytest.raises(RequestRefused) as refused:
        open_request(actor=compliance, **wanted)  # type: ignore[arg-type]  # deliberately loose
    assert refused.value.field == field
    assert not AccessRequest.objects.exists()


@pytest.mark.parametrize("part", ["viewer", "staff", "secretariat", "stranger"])
def test_only_compliance_and_administrators_handle_requests(
    part: str, request: pytest.FixtureRequest, person: Person, administrator: User
) -> None:
    about(administrator, person)
    with pytest.raises(NotAllowed):
        about(request.getfixturevalue(part), person)
    assert not AccessRequest.objects.visible_to(request.getfixturevalue(part)).exists()
    assert AccessRequest.objects.visible_to(administrator).count() == 1


def test_without_a_period_on_file_the_day_is_refused(compliance: User, person: Person) -> None:
    load_periods()
    LegalPeriod.objects.all().delete()
    Installation.current()
    with pytest.raises(RequestRefused, match="No period"):
        open_request(actor=compliance, kind=Kind.PERSON, requester="Amara", received_on=today(), person=person)
