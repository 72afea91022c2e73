"""What is decided about an application for membership: admitted, with the party on file or a new one, or declined."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.history import recorded
from members import services as directory
from members.memberships import emails, intake, policies, services
from members.memberships.errors import MembershipRefused
from members.memberships.services import Ruling
from members.models import Affiliation, Application, Membership, MembershipTier, Party, Person
from members.services import normalise_email


def admit_applicant(
    *,
    actor: User,
    application: Application,
    tier: MembershipTier,
    first: date,
    last: date | None,
    ruling: Ruling,
    base_url: str,
    party: Party | None = None,
    person: Person | None = None,
) -> Membership:
    """Make the applicant a member: of the party and the person chosen, or of new ones made of what was sent.

    The welcome goes to the applicant's address in the language of the application. Raises :class:`MembershipRefused`
    also where a point of the checklist is open.
    """
    require(policies.can_keep_memberships(actor))
    with recorded(actor, reason=ruling.reason):
        current = intake.locked_for_decision(actor, application)
        if intake.unchecked(current):
            raise MembershipRefused(_("Look at every point of the checklist first."))
        party = party or new_party(actor, current)
        person = person or known_person(current, party) or new_person(actor, current, party)
        membership = services.admit(
            actor=actor,
            party=party,
            tier=tier,
            first=first,
            last=last,
            ruling=ruling,
            applied_on=localdate(current.received_at),
            contact=person,
        )
        current.party, current.person, current.membership = party, person, membership
        intake.note_decision(
            current,
            actor=actor,
            decision=Application.Decision.ADMITTED,
            decided_by=ruling.decided_by,
            decided_on=ruling.decided_on,
            reason=ruling.reason,
        )
        emails.welcome(current, membership, base_url=base_url)
    return membership


def decline_applicant(*, actor: User, application: Application, ruling: Ruling, base_url: str) -> Application:
    """Decline with a reason, which stays with us; the applicant is told that it was declined."""
    require(policies.can_keep_memberships(actor))
    with recorded(actor, reason=ruling.reason):
        current = intake.locked_for_decision(actor, application)
        intake.note_decision(
            current,
            actor=actor,
            decision=Application.Decision.DECLINED,
            decided_by=ruling.decided_by,
            decided_on=ruling.decided_on,
            reason=ruling.reason,
        )
        emails.tell_declined(current, base_url=base_url)
    return current


def new_party(actor: User, application: Application) -> Party:
    """A record of whoever applies. What they wrote as a website and is no address stays on the application alone."""
    name = "name_fr" if application.language == "fr" else "name_en"
    fields = {name: application.organization_name, "website": _address_in(application.website)}
    return directory.create_party(actor=actor, kind=application.party_kind, **fields)  # type: ignore[arg-type]  # names of its fields


def _address_in(website: str) -> str:
    try:
        URLValidator()(website if "://" in website else f"https://{website}")
    except ValidationError:
        return ""
    return website


def known_person(application: Application, party: Party) -> Person | None:
    """Whoever works for the party and uses the address that was given."""
    staff = Affiliation.objects.current().filter(party=party).values("person")
    found: Person | None = Person.objects.filter(
        pk__in=staff, address_uses__email__address=normalise_email(application.email), anonymised_on=None
    ).first()
    return found


def new_person(actor: User, application: Application, party: Party) -> Person:
    title = "title_fr" if application.language == "fr" else "title_en"
    return directory.create_person(
        actor=actor,
        given_name=application.given_name,
        family_name=application.family_name,
        language=application.language,
        organization=party,
        email=application.email,
        **{title: application.title},  # type: ignore[arg-type]  # the name of one of its fields
    )
