"""The words of applicants go with time or with their name; what is counted stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import History
from c2m2a_crm.core.validity import today
from members.memberships import intake
from members.memberships.retention import APPLICATIONS, MARK
from members.models import Application, ApplicationCheck
from members.services import add_email, anonymise_person, create_person
from tests.members.memberships.making import decided_application

pytestmark = pytest.mark.django_db


def test_an_application_that_nobody_decided_waits_however_old(secretariat: User) -> None:
    made = decided_application(secretariat)
    later = today() + timedelta(days=1)
    assert list(APPLICATIONS.rows(later)) == [made]
    assert not APPLICATIONS.rows(today()).exists()
    Application.objects.update(decision="", decided_on=None, decided_by="", reason="")
    assert not APPLICATIONS.rows(later).exists()


def test_whoever_is_made_anonymous_leaves_own_applications_without_words(secretariat: User, compliance: User) -> None:
    own, other = decided_application(secretariat), decided_application(secretariat, "Marchbanks")
    person = create_person(actor=secretariat, given_name="Ines", family_name="Quarry")
    add_email(actor=secretariat, owner=person, address="quarry@ochre.example")
    Application.objects.filter(pk=other.pk).update(statement="Ines Quarry told us to apply.")
    anonymise_person(actor=compliance, person=person, authority="s. 5", reason="Asked for it")
    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.applicant, own.organization_name, own.statement, own.reason) == (f"{MARK} {MARK}", MARK, "", MARK)
    assert (own.decision, own.decided_on, own.kind) == ("declined", today(), "membership")
    assert ApplicationCheck.objects.get(application=own).note == ""
    assert other.applicant == "Ines Marchbanks"
    assert "Quarry" not in other.statement
    of_applications = History.objects.filter(tbl__startswith="members_application", row_id__in=[own.pk])
    assert all("Quarry" not in f"{change.before} {change.after}" for change in of_applications)
    assert intake.state_path(own)  # the applicant's link still tells how it was decided
