"""What the fictional office holds, what is due to go this month, and an incident that it had."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.utils import timezone

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.demo.office import Office
from c2m2a_crm.privacy.models import Incident
from c2m2a_crm.privacy.reference.keeping import load_notice_duties, load_retention_periods
from c2m2a_crm.privacy.services.holds import place_hold
from c2m2a_crm.privacy.services.incidents import duties_of, edit_incident, note_notice, record_incident
from c2m2a_crm.privacy.services.retention import make_previews
from members.models import Person
from members.services import PersonInput, create_people

# On file since before the office kept a log, and never met since.
FORGOTTEN: Final = (("Harriet", "Ostrander"), ("Bastien", "Quévillon"), ("Leopold", "Fairweather"))
YEARS_ON_FILE: Final = 7


def add_keeping(office: Office) -> None:
    """A hold, this month's previews with three people due, and an incident whose Commissioner was told."""
    load_retention_periods()  # also where the reference data has not been loaded, as in tests
    load_notice_duties()
    officer = office.colleagues["priya"]
    rows = [PersonInput(given_name=given, family_name=family) for given, family in FORGOTTEN]
    people = create_people(actor=officer, rows=rows)
    with recorded(officer, reason="Brought from the old address book"):
        since = timezone.now() - timedelta(days=365 * YEARS_ON_FILE)
        Person.objects.filter(pk__in=[person.pk for person in people]).update(created_at=since)
    place_hold(
        actor=officer,
        name="Inquiry into the Weyburn site visit",
        reason="The provincial inspector asked for everything about the visit.",
        words="Weyburn",
        subjects=[people[2]],
    )
    make_previews()
    incident = record_incident(
        actor=officer,
        title="List of participants sent to the wrong address",
        what="A list with telephone numbers went to a namesake of the addressee, who deleted it and said so.",
        whose="People who took part in a symposium",
        people_count=42,
        information="Names, titles, direct telephone numbers",
        happened_on=today() - timedelta(days=6),
        found_on=today() - timedelta(days=5),
    )
    edit_incident(
        actor=officer,
        incident=incident,
        version=incident.version,
        changes={
            "sensitivity": Incident.Level.MEDIUM,
            "sensitivity_note": "Direct lines, some of them private.",
            "misuse": Incident.Level.MEDIUM,
            "misuse_note": "The recipient is known, but the list was passed on once.",
            "risk": Incident.Risk.REAL,
            "steps": "The recipient deleted the list. Lists go out without telephone numbers since.",
        },
    )
    commissioner = next(line.duty for line in duties_of(incident) if line.duty.key == "commissioner")
    note_notice(
        actor=officer,
        incident=incident,
        duty=commissioner,
        told_on=today() - timedelta(days=3),
        how="By the Commissioner’s form, Priya Nair",
    )
