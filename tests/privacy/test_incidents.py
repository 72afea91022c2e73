"""The register of incidents: numbered, assessed by the factors of the law, told to whom it names, by when it says."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.calendar_months import months_after
from c2m2a_crm.core.exports import stream_csv
from c2m2a_crm.core.history import history_of, recorded
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.registries import exportable_lists
from c2m2a_crm.core.validity import today
from c2m2a_crm.privacy.models import Incident, IncidentNotice, NoticeDuty
from c2m2a_crm.privacy.reference.keeping import load_notice_duties
from c2m2a_crm.privacy.services import incidents

pytestmark = pytest.mark.django_db

FACTS = {
    "title": "Lost laptop",
    "what": "Left in a train.",
    "whose": "Members",
    "people_count": 40,
    "information": "Names and telephones",
}
REAL = {"sensitivity": "high", "misuse": "medium", "risk": "real"}


@pytest.fixture(autouse=True)
def _duties(db: None) -> None:
    load_notice_duties()


def recorded_incident(actor: User, **facts: Any) -> Incident:
    return incidents.record_incident(actor=actor, **{"found_on": today(), **FACTS, **facts})


def assess(actor: User, incident: Incident, **facts: Any) -> Incident:
    return incidents.edit_incident(actor=actor, incident=incident, version=incident.version, changes={**REAL, **facts})


def whom(incident: Incident) -> dict[str, incidents.DutyLine]:
    return {line.duty.key: line for line in incidents.duties_of(incident)}


def federal() -> None:
    with recorded(None, system="tests"):
        Installation.objects.update_or_create(pk=1, defaults={"legal_kind": Installation.LegalKind.FEDERAL})


def test_incidents_are_numbered_within_the_year_in_which_they_were_found(compliance: User) -> None:
    first, second = recorded_incident(compliance), recorded_incident(compliance)
    earlier = recorded_incident(compliance, found_on=today() - timedelta(days=400))
    assert [each.number for each in (first, second, earlier)] == [1, 2, 1]
    assert second.reference == f"{today().year}-002"
    assert history_of(first).get().actor_id == compliance.pk


def test_whoever_does_not_handle_privacy_keeps_no_register(staff: User, compliance: User) -> None:
    with pytest.raises(NotAllowed):
        recorded_incident(staff)
    incident = recorded_incident(compliance)
    with pytest.raises(NotAllowed):
        assess(staff, incident)
    assert not Incident.objects.visible_to(staff).exists()


def test_nobody_is_owed_a_notice_before_the_risk_is_found_real(compliance: User) -> None:
    incident = recorded_incident(compliance)
    assert not any(line.is_waiting for line in incidents.duties_of(incident))
    incident = assess(compliance, incident)
    lines = whom(incident)
    assert [key for key, line in lines.items() if line.is_waiting] == ["commissioner", "individuals", "others"]
    assert lines["commissioner"].due_on is None  # as soon as feasible is no number of days
    incident = assess(compliance, incident, risk="none")
    assert not any(line.is_waiting for line in incidents.duties_of(incident))


def test_every_breach_is_kept_on_record_for_24_months_also_a_harmless_one(compliance: User) -> None:
    incident = assess(compliance, recorded_incident(compliance), risk="none")
    line = whom(incident)["record"]
    assert (line.is_owed, line.due_on, line.duty.is_confirmed) == (True, months_after(today(), 24), True)


def test_a_federal_institution_has_its_own_duties_and_days_run_from_the_assessment(compliance: User) -> None:
    federal()
    incident = assess(compliance, recorded_incident(compliance))
    lines = whom(incident)
    assert lines["treasury_board"].due_on == today() + timedelta(days=7)
    assert not lines["treasury_board"].duty.is_confirmed  # nobody read that number in the text
    assert not lines["treasury_board"].is_late


def test_the_law_of_the_day_holds_on_which_it_was_found(compliance: User) -> None:
    """A duty that changes later leaves older incidents as they were; so does another legal form."""
    incident = assess(compliance, recorded_incident(compliance))
    tomorrow = today() + timedelta(days=1)
    with recorded(None, system="tests"):
        NoticeDuty.objects.filter(key="others").update(valid=(tomorrow, None))
    federal()
    assert set(whom(incident)) == {"commissioner", "individuals", "record"}


def test_a_finding_rests_on_the_factors_of_the_law(compliance: User) -> None:
    incident = recorded_incident(compliance)
    with pytest.raises(incidents.IncidentRefused, match="how probable misuse is"):
        assess(compliance, incident, misuse="")
    incident.refresh_from_db()
    assert (incident.risk, incident.assessed_on) == ("", None)
    assert assess(compliance, incident).assessed_on == today()


def test_it_is_closed_when_all_are_told(compliance: User) -> None:
    incident = recorded_incident(compliance)
    with pytest.raises(incidents.IncidentRefused, match="Assess the risk"):
        incidents.close_incident(actor=compliance, incident=incident)
    incident = assess(compliance, incident)
    with pytest.raises(incidents.IncidentRefused, match="Not told yet: Privacy Commissioner of Canada"):
        incidents.close_incident(actor=compliance, incident=incident)
    for key in ("commissioner", "individuals", "others"):
        incidents.note_notice(
            actor=compliance, incident=incident, duty=whom(incident)[key].duty, told_on=today(), how="By letter"
        )
    closed = incidents.close_incident(actor=compliance, incident=incident)
    assert closed.closed_on == today()
    with pytest.raises(incidents.IncidentRefused, match="is closed"):
        assess(compliance, closed)


def test_nobody_was_told_before_it_was_found_or_on_a_day_to_come(compliance: User) -> None:
    incident = assess(compliance, recorded_incident(compliance))
    duty = whom(incident)["commissioner"].duty
    for day in (today() - timedelta(days=1), today() + timedelta(days=1)):
        with pytest.raises(incidents.IncidentRefused):
            incidents.note_notice(actor=compliance, incident=incident, duty=duty, told_on=day, how="By letter")
    assert not IncidentNotice.objects.exists()


def test_the_register_is_kept_on_pages(as_compliance: Client, as_staff: Client) -> None:
    facts = {**FACTS, "found_on": today().isoformat()}
    assert as_staff.post(reverse("privacy:record_incident"), facts).status_code == 403
    response = as_compliance.post(reverse("privacy:record_incident"), facts)
    incident = Incident.objects.get()
    url = incident.get_absolute_url()
    assert (response.status_code, response["Location"]) == (302, url)
    page = as_compliance.get(url).content.decode()
    assert "Privacy Commissioner of Canada" in page
    assert "After the assessment" in page
    refused = as_compliance.post(url, {"version": incident.version, "risk": "real"})
    assert refused.status_code == 422
    assert as_compliance.post(url, {"version": incident.version, **REAL}).status_code == 302
    duty = whom(Incident.objects.get())["commissioner"].duty
    told = reverse("privacy:note_notice", args=[incident.pk, duty.pk])
    assert as_compliance.post(told, {"told_on": today().isoformat(), "how": "By form"}).status_code == 302
    assert "By form" in as_compliance.get(url).content.decode()
    as_compliance.post(reverse("privacy:close_incident", args=[incident.pk]))
    assert Incident.objects.get().is_open


def test_a_day_that_must_be_given_is_not_called_optional(as_compliance: Client) -> None:
    page = html.fromstring(as_compliance.get(reverse("privacy:record_incident")).content)
    optional = {label.get("for") for label in page.cssselect("main label:has(.opt)")}
    assert optional == {"id_happened_on", "id_people_count"}


def test_two_who_assess_at_once_do_not_overwrite_each_other(as_compliance: Client, compliance: User) -> None:
    incident = recorded_incident(compliance)
    assess(compliance, incident, sensitivity="low")
    response = as_compliance.post(incident.get_absolute_url(), {"version": incident.version, **REAL, "risk": "none"})
    assert response.status_code == 409
    assert Incident.objects.get().sensitivity == "low"


def test_what_cannot_be_is_refused_and_nothing_is_written(as_compliance: Client) -> None:
    url = reverse("privacy:record_incident")
    tomorrow = (today() + timedelta(days=1)).isoformat()
    for facts in ({"found_on": tomorrow}, {"found_on": ""}, {"happened_on": tomorrow}, {"people_count": "-1"}):
        response = as_compliance.post(url, {**FACTS, "found_on": today().isoformat(), **facts})
        assert response.status_code == 422, facts
    assert not Incident.objects.exists()


def test_the_register_leaves_as_a_file(as_compliance: Client, compliance: User) -> None:
    incident = recorded_incident(compliance)
    page = as_compliance.get(reverse("privacy:incidents")).content.decode()
    assert "Lost laptop" in page
    entry = exportable_lists["incidents"]
    request = RequestFactory().get(reverse("privacy:incidents"))
    request.user = compliance
    text = b"".join(stream_csv(entry, entry.state(request), compliance)).decode()
    assert f"{incident.reference} Lost laptop" in text
    assert "40" in text
