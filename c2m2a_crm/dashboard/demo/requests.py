"""Two requests for access to the fictional office: one about a person, one for records on a subject."""

from __future__ import annotations

from datetime import timedelta

from c2m2a_crm.core.validity import today
from c2m2a_crm.dashboard.demo.office import Office
from c2m2a_crm.privacy.models import AccessItem, AccessRequest
from c2m2a_crm.privacy.reference import load_periods
from c2m2a_crm.privacy.services.gathering import gather
from c2m2a_crm.privacy.services.requests import open_request
from c2m2a_crm.privacy.services.reviewing import review_item

REVIEWED = 6


def add_requests(office: Office) -> None:
    """One is under review, the other has been searched a moment ago."""
    load_periods()  # also where the reference data has not been loaded, as in tests
    officer = office.colleagues["priya"]
    person = office.people["amara"]
    about = open_request(
        actor=officer,
        kind=AccessRequest.Kind.PERSON,
        requester=person.full_name,
        person=person,
        words="I would like to see everything that you hold about me, and whom you told.",
        identity_checked="Called back at the number on file.",
        received_on=today() - timedelta(days=9),
    )
    gather(actor=officer, request=about)
    for item in about.items.order_by("number")[:REVIEWED]:
        review_item(actor=officer, item=item, mark=AccessItem.Mark.RELEASE)
    subject = open_request(
        actor=officer,
        kind=AccessRequest.Kind.INFORMATION,
        requester="Gazette des métaux",
        words="Tous les documents de la dernière année sur le nickel ou le graphite.",
        language="fr",
        subject_words="nickel; graphite",
        since=today() - timedelta(days=365),
        received_on=today() - timedelta(days=2),
    )
    gather(actor=officer, request=subject)
