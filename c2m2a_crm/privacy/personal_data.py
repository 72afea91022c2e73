"""What this room itself holds about a person: their requests and what they challenged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from c2m2a_crm.core.dates import short_date
from c2m2a_crm.core.held import lines, nobody_told
from c2m2a_crm.core.registries import HeldRecord
from c2m2a_crm.privacy.models import AccessRequest, UnresolvedChallenge
from members.models import Person


def held(actor: Any, person: Person, circle: int | None) -> Iterator[HeldRecord]:
    if circle is not None:
        return
    for request in AccessRequest.objects.readable_by(actor).filter(person=person).order_by("pk"):
        yield HeldRecord(
            request,
            _("Request %(number)s") % {"number": request.reference},
            lines(
                (_("Who asks"), request.requester),
                (_("The request in their words"), request.words),
                (_("How we know that it is them"), request.identity_checked),
                (_("How it ended"), request.closing_note),
            ),
            on=request.received_on,
            source=_("The requester."),
            uses=_("To answer the request, and to show how it was answered."),
            recipients=nobody_told(),
        )
    for challenge in UnresolvedChallenge.objects.filter(person=person).order_by("pk"):
        yield HeldRecord(
            challenge,
            _("Challenge of %(day)s") % {"day": short_date(challenge.noted_on)},
            lines(
                (_("What the person says is wrong"), challenge.challenge),
                (_("Why it was not changed"), challenge.answer),
            ),
            on=challenge.noted_on,
            source=_("The person."),
            uses=_("To keep both views with the record."),
            recipients=nobody_told(),
        )
