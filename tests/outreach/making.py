"""An audience for tests, and notices to it: forums give theirs on a higher floor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django.utils import timezone
from django.utils.translation import get_language

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Installation, OutboxMessage
from c2m2a_crm.core.registries import Audience, HeldBack, Recipient
from c2m2a_crm.outreach import selectors, services
from c2m2a_crm.outreach.models import Campaign, Delivery
from members.models import AddressUse, EmailAddress, Party, Person
from members.services import add_email, create_party, create_person

KEY = "table-of-tests"
BASE = "https://crm.example/"
ENGLISH = {"subject_en": "Plenary on Tuesday", "body_en": "The plenary is on **Tuesday**.\n\n- Agenda\n- Minutes"}
FRENCH = {
    "subject_fr": "Plénière mardi",
    "body_fr": "La plénière a lieu **mardi**.\n\n- Ordre du jour\n- Procès-verbal",
}
TEXTS = ENGLISH | FRENCH | {"one_language_reason": ""}
GONE = {"audience_name_en": "Quarry Table", "audience_name_fr": "Table des carrières"}


def open_office() -> Installation:
    """An office that says who it is, as the law wants."""
    with recorded(None, system="tests"):
        office, _made = Installation.objects.update_or_create(
            pk=1,
            defaults={
                "name_en": "North Alliance",
                "name_fr": "Alliance du Nord",
                "sender_name_en": "North Desk",
                "sender_name_fr": "Bureau du Nord",
                "contact_email": "desk@alliance.example",
                "postal_address": "100 Example Street\nOttawa ON K1A 0A0",
            },
        )
    return office


def somebody(actor: User, family_name: str, *, language: str = "", address: str = "") -> Person:
    person = create_person(actor=actor, given_name="Ines", family_name=family_name, language=language)
    if address:
        add_email(actor=actor, owner=person, address=address)
    return person


def table(actor: User, name: str = "Quarry Table") -> Party:
    """The record whose people the audience of tests is."""
    return create_party(actor=actor, kind=Party.Kind.ASSOCIATION, name_en=name, name_fr=f"{name} (FR)")


class TableAudience:
    """Whoever ``people`` names, each by the first address on file, also one that is closed."""

    def __init__(self) -> None:
        self.people: list[Person] = []
        self.sealed_circle_id: int | None = None
        self.writers_only = True

    def find(self, actor: Any, pk: int) -> Party | None:
        record = Party.objects.visible_to(actor).filter(pk=pk).first()
        if record is not None and self.sealed_circle_id:
            record.sealed_circle_id = self.sealed_circle_id  # type: ignore[attr-defined]  # as an initiative has it
        return record

    def belong(self, actor: Any, record: Party) -> tuple[Sequence[Recipient], Sequence[HeldBack]]:
        reached, held = [], []
        for person in Person.objects.filter(pk__in=[each.pk for each in self.people]).order_by("pk"):
            use = AddressUse.objects.select_related("email").filter(person=person).order_by("pk").first()
            if use is None:
                held.append(HeldBack(person.full_name, "No e-mail address.", person.get_absolute_url()))
            else:
                why = "holds a seat" if get_language() == "en" else "occupe un siège"
                email = use.email
                reached.append(Recipient(person.pk, email.pk, email.address, person.full_name, person.language, why))
        return reached, held

    def may(self, actor: Any, record: Party) -> bool:
        return bool(actor.is_authenticated)

    def entry(self) -> Audience:
        return Audience(
            key=KEY, order=900, label="Table of tests", find=self.find, people=self.belong, allowed=self.may
        )


def notice(actor: User, record: Party, **texts: str) -> Campaign:
    found = selectors.find_audience(actor, KEY, record.pk)
    assert found is not None
    return services.write_campaign(actor=actor, audience=found, token=uuid4(), texts={**TEXTS, **texts})


def fingerprint(actor: User, campaign: Campaign) -> str:
    found = selectors.find_audience(actor, campaign.audience_key, campaign.audience_id)
    assert found is not None
    return selectors.plan_of(actor, campaign, found).fingerprint


def send(actor: User, campaign: Campaign) -> bool:
    campaign.refresh_from_db()
    seen = fingerprint(actor, campaign)
    return services.send_campaign(actor=actor, campaign=campaign, base_url=BASE, seen=seen)


def sent_notice(actor: User, *people: Person, subject: str = "Plenary on Tuesday", **facts: Any) -> Campaign:
    """A notice that went out, without an audience that could be asked: for pages that only show what was."""
    now = timezone.now()
    with recorded(actor):
        campaign = Campaign.objects.create(
            audience_key="gone",
            audience_id=1,
            created_by=actor,
            approved_by=actor,
            approved_at=now,
            started_at=now,
            **{**TEXTS, **GONE, "subject_en": subject, **facts},
        )
        for number, person in enumerate(people):
            address = f"copy{campaign.pk}-{number}@quarry.example"
            message = OutboxMessage.objects.create(
                key=f"campaign:{campaign.pk}:{number}",
                kind=services.outbox_kind(campaign),
                to_address=address,
                subject=subject,
                body_text="The plenary is on Tuesday.",
                not_before=now,
                state=OutboxMessage.State.SENT,
                sent_at=now,
            )
            email = EmailAddress.objects.create(address=address)
            Delivery.objects.create(
                campaign=campaign,
                email=email,
                person=person,
                name=person.full_name,
                language="en",
                token=selectors.delivery_token(campaign, email.pk),
                message=message,
            )
    return campaign


def plain_draft(actor: User, **facts: Any) -> Campaign:
    """A draft to an audience that is not there any more."""
    with recorded(actor):
        return Campaign.objects.create(
            audience_key="gone",
            audience_id=1,
            created_by=actor,
            state_en=Campaign.Side.DRAFT,
            state_fr=Campaign.Side.DRAFT,
            **{**TEXTS, **GONE, **facts},
        )
