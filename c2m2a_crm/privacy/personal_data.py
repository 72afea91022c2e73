"""What this room itself holds about a person, their requests and challenges; and what the ground floor took in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core.anonymising import Identity, mentioning
from c2m2a_crm.core.dates import short_date
from c2m2a_crm.core.held import between, lines, nobody_told
from c2m2a_crm.core.models import AccessibilityFeedback
from c2m2a_crm.core.registries import HeldRecord, Sought
from c2m2a_crm.core.text import Fold, fold
from c2m2a_crm.privacy.models import AccessRequest, UnresolvedChallenge
from members.models import AddressUse, Person, PhoneNumber


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


# --- Accessibility feedback -----------------------------------------------------------------------------------------

_SAID: Final = ("text", "page", "contact")


def feedback_of(actor: Any, person: Person, circle: int | None) -> Iterator[HeldRecord]:
    """What names the person, or one of their addresses or numbers: it comes without an account, from anybody."""
    if circle is None:
        yield from _told(_naming(actor, AccessibilityFeedback.objects.readable_by(actor), [person]))


def feedback_found(actor: Any, sought: Sought, circle: int | None) -> Iterator[HeldRecord]:
    """What has all the words and names one of the people, by the day on which it came."""
    if circle is not None:
        return
    rows = AccessibilityFeedback.objects.readable_by(actor).filter(
        between("received_at__date", sought.since, sought.until)
    )
    for word in fold(sought.words).split():
        rows = rows.alias(folded=Fold("text")).filter(folded__contains=word)
    yield from _told(_naming(actor, rows, sought.people) if sought.people else rows.order_by("pk"))


def _naming(actor: Any, rows: QuerySet[AccessibilityFeedback], people: Sequence[Person]) -> list[AccessibilityFeedback]:
    found: dict[int, AccessibilityFeedback] = {}
    for person in people:
        uses = AddressUse.objects.readable_by(actor).filter(person=person)
        identity = Identity(
            wording="…",
            given_name=person.given_name,
            family_name=person.family_name,
            preferred_name=person.preferred_name,
            emails=dict(uses.values_list("email", "email__address")),
            numbers=list(map(str, PhoneNumber.objects.filter(person=person).values_list("number", flat=True))),
        )
        for row in mentioning(rows, _SAID, identity):
            if any(identity.mask(getattr(row, name)) != getattr(row, name) for name in _SAID):
                found[row.pk] = row
    return [found[key] for key in sorted(found)]


def _told(rows: Sequence[AccessibilityFeedback] | QuerySet[AccessibilityFeedback]) -> Iterator[HeldRecord]:
    for row in rows:
        yield HeldRecord(
            row,
            _("Accessibility feedback of %(day)s") % {"day": short_date(row.received_at)},
            lines((_("What was in the way"), row.text), (_("Page"), row.page), (_("How to reach them"), row.contact)),
            on=timezone.localdate(row.received_at),
            source=_("Whoever wrote it, on the accessibility page."),
            uses=_("To answer it, and to take the barrier away."),
            recipients=nobody_told(),
        )
