"""One row of every relation that moves in a merge, made straight into its table.

``number`` is the same for two rows that are meant to meet; rows of other numbers never do.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import Document, Segment, SegmentPick
from c2m2a_crm.engagement.models import (
    AgreedQuiet,
    Commitment,
    FollowUp,
    Initiative,
    Interaction,
    NoProspect,
    OwnRhythm,
    Participant,
)
from c2m2a_crm.outreach.models import Campaign, Delivery
from c2m2a_crm.privacy.models import (
    AccessPerson,
    AccessRequest,
    HeldSubject,
    LegalHold,
    LegalPeriod,
    UnresolvedChallenge,
)
from c2m2a_crm.privacy.reference import load_periods
from forums.models import (
    AgendaItem,
    Attendance,
    CommentRound,
    Forum,
    Invitation,
    Meeting,
    Minutes,
    MinutesReviewer,
    Position,
    PositionUse,
    PositionWording,
    Recusal,
    RoundInvitation,
    RoundSeat,
    Seat,
    SeatTerm,
    Stance,
)
from members.models import (
    AddressUse,
    Affiliation,
    Application,
    Concept,
    DetailsRequest,
    EmailAddress,
    Expertise,
    Gift,
    Membership,
    MembershipTier,
    Office,
    OutsideIdentifier,
    Party,
    PartyDocument,
    PartyFact,
    PartyName,
    Person,
    PhoneNumber,
    PostalAddress,
    ProfileLine,
    Relationship,
)

Maker = Callable[[Any, int], Any]
ALWAYS = DateRange(None, None)
DAY = date(2024, 5, 6)


class World:
    """What rows hang on besides the record, made when first asked for and the same for one number."""

    def __init__(self, author: User) -> None:
        self.author = author
        self.fresh = count(1)
        self.known: dict[tuple[str, int], Any] = {}

    def one(self, sort: str, number: int, make: Callable[[], Any]) -> Any:
        key = (sort, number)
        if key not in self.known:
            self.known[key] = make()
        return self.known[key]

    def party(self, number: int | None = None) -> Party:
        number = -next(self.fresh) if number is None else number
        return self.one("party", number, lambda: Party.objects.create(kind="business", name_en=f"Company {number}"))

    def person(self, number: int | None = None) -> Person:
        number = -next(self.fresh) if number is None else number
        return self.one("person", number, lambda: Person.objects.create(family_name=f"Somebody {number}"))

    def interaction(self, number: int) -> Interaction:
        return self.one(
            "interaction",
            number,
            lambda: Interaction.objects.create(
                kind="call",
                subject=f"Call {number}",
                occurred_on=DAY + timedelta(days=number % 900),
                recorded_by=self.author,
            ),
        )

    def seat(self, number: int) -> Seat:
        def make() -> Seat:
            forum = self.one(
                "forum",
                0,
                lambda: Forum.objects.create(
                    initiative=Initiative.objects.create(name_en="Table", kind="forum"), kind="committee"
                ),
            )
            return Seat.objects.create(forum=forum, number=next(self.fresh) % 30_000, valid=ALWAYS)

        return self.one("seat", number, make)

    def email(self, number: int) -> EmailAddress:
        return self.one("email", number, lambda: EmailAddress.objects.create(address=f"a{number}@office.example"))

    def meeting(self) -> Meeting:
        begins = timezone.now()
        return Meeting.objects.create(
            forum=self.seat(0).forum,
            number=next(self.fresh) % 30_000,
            title_en="Meeting",
            created_by=self.author,
            starts_at=begins,
            ends_at=begins + timedelta(hours=2),
        )

    def round_seat(self, party: Party | None = None) -> RoundSeat:
        seat = self.seat(next(self.fresh))
        asked = CommentRound.objects.create(
            forum=seat.forum, title_en="Round", opens_on=DAY, closes_on=DAY, created_by=self.author
        )
        return RoundSeat.objects.create(round=asked, seat=seat, party=party)

    def agenda_item(self, number: int) -> AgendaItem:
        return self.one(
            "agenda-item", number, lambda: AgendaItem.objects.create(meeting=self.meeting(), title_en=f"Item {number}")
        )

    def minutes(self, number: int) -> Minutes:
        return self.one("minutes", number, lambda: Minutes.objects.create(meeting=self.meeting()))

    def wording(self) -> PositionWording:
        def make() -> PositionWording:
            position = Position.objects.create(question_en="A strategic reserve?", owner=self.author, opened_on=DAY)
            return PositionWording.objects.create(
                position=position, number=1, text_en="Yes.", author=self.author, written_on=DAY
            )

        return self.one("wording", 0, make)

    def stance(self, number: int, **whose: Any) -> Stance:
        return Stance.objects.create(
            position=self.wording().position,
            kind="supports",
            said_on=DAY,
            interaction=self.interaction(number),
            recorded_by=self.author,
            **whose,
        )

    def concept(self, number: int) -> Concept:
        return self.one(
            "concept",
            number,
            lambda: Concept.objects.create(
                vocabulary="mineral", code=f"m{number}", label_en=f"Ore {number}", label_fr=f"Minerai {number}"
            ),
        )

    def document(self, number: int) -> Document:
        return self.one(
            "document", number, lambda: Document.objects.create(title_en=f"Paper {number}", added_by=self.author)
        )

    def segment(self, number: int, list_key: str) -> Segment:
        return self.one(
            f"segment {list_key}",
            number,
            lambda: Segment.objects.create(owner=self.author, list_key=list_key, name=f"S{number}", query="q=a"),
        )

    def tier(self) -> MembershipTier:
        return self.one(
            "tier", 0, lambda: MembershipTier.objects.create(name_en="Full", name_fr="Régulier", valid=ALWAYS)
        )

    def campaign(self) -> Campaign:
        return self.one(
            "campaign",
            0,
            lambda: Campaign.objects.create(
                audience_key="forum-seats",
                audience_id=1,
                audience_name_en="Table",
                audience_name_fr="Table",
                created_by=self.author,
            ),
        )

    def request(self, number: int, person: Person | None = None) -> AccessRequest:
        if not LegalPeriod.objects.exists():
            load_periods()
        return self.one(
            "request",
            number,
            lambda: AccessRequest.objects.create(
                kind="person" if person else "records",
                person=person,
                year=2024,
                number=next(self.fresh),
                legal_kind="pipeda",
                period=LegalPeriod.objects.order_by("pk")[0],
                requester="Somebody",
                received_on=DAY,
                created_by=self.author,
            ),
        )

    def hold(self, number: int) -> LegalHold:
        return self.one(
            "hold",
            number,
            lambda: LegalHold.objects.create(name=f"Hold {number}", reason="A claim.", placed_by=self.author),
        )


def _year(number: int) -> DateRange:
    """Years of different numbers share no day."""
    return DateRange(date(1800 + number % 8000, 1, 1), date(1801 + number % 8000, 1, 1))


def _holder(world: World, party: Party, number: int) -> Office:
    office = Office.objects.create(party=party, title_en=f"Registrar {number}")
    Affiliation.objects.create(person=world.person(), party=party, office=office, valid=ALWAYS)
    return office


def _no_prospect(world: World, party: Party) -> NoProspect:
    """The first note of a party holds, and those after it were taken back."""
    holds = not NoProspect.objects.filter(party=party, ended_on=None).exists()
    return NoProspect.objects.create(
        party=party, reason="Too far.", since=DAY, said_by=world.author, ended_on=None if holds else DAY
    )


def makers(world: World) -> dict[str, Maker]:
    """By the keys of the relations."""
    author = world.author
    found: dict[str, Maker] = {
        "members.affiliation.person": lambda owner, number: Affiliation.objects.create(
            person=owner, party=world.party(number), valid=_year(number), title_en="Chair"
        ),
        "members.affiliation.party": lambda owner, number: Affiliation.objects.create(
            person=world.person(), party=owner, valid=ALWAYS
        ),
        "members.office.party": lambda owner, number: _holder(world, owner, number),
        "members.expertise.person": lambda owner, number: Expertise.objects.create(
            person=owner, field=world.concept(number), stated_on=DAY
        ),
        "members.membership.contact": lambda owner, number: Membership.objects.create(
            party=world.party(), tier=world.tier(), term=_year(number), contact=owner
        ),
        "members.membership.party": lambda owner, number: Membership.objects.create(
            party=owner, tier=world.tier(), term=_year(next(world.fresh))
        ),
        **{
            f"members.gift.donor-{side}": lambda owner, number, side=side: Gift.objects.create(
                **{f"donor_{side}": owner}, received_on=DAY, kind="money", how="cheque", amount=100 + number
            )
            for side in ("person", "party")
        },
        "members.party-name.party": lambda owner, number: PartyName.objects.create(
            party=owner, kind="alias", text=f"Known as {number}"
        ),
        "members.party-fact.party": lambda owner, number: PartyFact.objects.create(
            party=owner, key=f"fact-{number}", text_en=f"Said of {owner.pk}"
        ),
        "members.party-document.party": lambda owner, number: PartyDocument.objects.create(
            party=owner, document=world.document(number)
        ),
        "members.profile-line.party": lambda owner, number: ProfileLine.objects.create(
            party=owner, mineral=world.concept(number), stated_on=DAY
        ),
        "members.party.parent": lambda owner, number: Party.objects.create(
            kind="business", name_en=f"Part {next(world.fresh)}", parent=owner
        ),
        "members.person.merged-into": lambda owner, number: Person.objects.create(
            family_name=f"Once {next(world.fresh)}", archived_at=timezone.now(), merged_into=owner
        ),
        "members.party.merged-into": lambda owner, number: Party.objects.create(
            kind="business", name_en=f"Once {next(world.fresh)}", archived_at=timezone.now(), merged_into=owner
        ),
        "core.segment-pick.person": lambda owner, number: SegmentPick.objects.create(
            segment=world.segment(number, "people"), kind="pin", record_id=owner.pk, reason="Asked.", added_by=author
        ),
        "core.segment-pick.party": lambda owner, number: SegmentPick.objects.create(
            segment=world.segment(number, "organizations"),
            kind="block",
            record_id=owner.pk,
            reason="Asked.",
            added_by=author,
        ),
        "engagement.participant.person": lambda owner, number: Participant.objects.create(
            interaction=world.interaction(number), person=owner, name=str(owner)
        ),
        "engagement.participant.party": lambda owner, number: Participant.objects.create(
            interaction=world.interaction(number), party=owner, name=str(owner)
        ),
        "engagement.commitment.by_person": lambda owner, number: Commitment.objects.create(
            interaction=world.interaction(number), direction="theirs", text="A list.", by_person=owner
        ),
        "engagement.commitment.by_party": lambda owner, number: Commitment.objects.create(
            interaction=world.interaction(number), direction="theirs", text="A map.", by_party=owner
        ),
        "engagement.commitment.to_party": lambda owner, number: Commitment.objects.create(
            interaction=world.interaction(number), direction="ours", text="A plan.", by_user=author, to_party=owner
        ),
        "forums.term.person": lambda owner, number: SeatTerm.objects.create(
            seat=world.seat(next(world.fresh)), person=owner, valid=ALWAYS
        ),
        "forums.term.party": lambda owner, number: SeatTerm.objects.create(
            seat=world.seat(next(world.fresh)), person=world.person(), party=owner, valid=ALWAYS
        ),
        "forums.seat.party": lambda owner, number: Seat.objects.create(
            forum=world.seat(0).forum, number=next(world.fresh) % 30_000, valid=ALWAYS, party=owner
        ),
        "forums.invitation.person": lambda owner, number: Invitation.objects.create(
            meeting=world.meeting(), person=owner
        ),
        "forums.attendance.person": lambda owner, number: Attendance.objects.create(
            meeting=world.meeting(), person=owner, mark="present", marked_by=author
        ),
        "forums.attendance.party": lambda owner, number: Attendance.objects.create(
            meeting=world.meeting(), person=world.person(), party=owner, mark="present", marked_by=author
        ),
        "forums.round-invitation.person": lambda owner, number: RoundInvitation.objects.create(
            round_seat=world.round_seat(), person=owner, role="holder"
        ),
        "forums.round-seat.party": lambda owner, number: world.round_seat(owner),
        "forums.recusal.person": lambda owner, number: Recusal.objects.create(
            meeting=world.agenda_item(number).meeting,
            item=world.agenda_item(number),
            person=owner,
            reason="Works there.",
            noted_by=author,
        ),
        "forums.minutesreviewer.person": lambda owner, number: MinutesReviewer.objects.create(
            minutes=world.minutes(number), person=owner
        ),
        "forums.stance.person": lambda owner, number: world.stance(number, person=owner, party=world.party()),
        "forums.stance.party": lambda owner, number: world.stance(number, party=owner),
        "forums.position_use.party": lambda owner, number: PositionUse.objects.create(
            position=world.wording().position,
            wording=world.wording(),
            kind="submission",
            used_on=DAY,
            citation="Brief, page 4",
            party=owner,
            recorded_by=author,
        ),
        "engagement.no-prospect.party": lambda owner, number: _no_prospect(world, owner),
        "members.details-request.person": lambda owner, number: DetailsRequest.objects.create(
            person=owner, email=world.email(number), asked_by=author
        ),
        "outreach.delivery.person": lambda owner, number: Delivery.objects.create(
            campaign=world.campaign(), person=owner, name=str(owner), held_back="no_address"
        ),
        "privacy.access-request.person": lambda owner, number: world.request(-next(world.fresh), owner),
        "privacy.access-person.person": lambda owner, number: AccessPerson.objects.create(
            request=world.request(number), person=owner
        ),
        "privacy.challenge.person": lambda owner, number: UnresolvedChallenge.objects.create(
            person=owner, challenge="It was May.", answer="It was June.", noted_on=DAY, noted_by=author
        ),
    }
    for side in ("person", "party"):
        found |= _of_either(world, side)
    return found


def _of_either(world: World, side: str) -> dict[str, Maker]:
    def use(owner: Any, number: int) -> Any:
        return AddressUse.objects.create(email=world.email(number), valid=ALWAYS, **{side: owner})

    return {
        f"members.address-use.{side}": use,
        f"members.phone.{side}": lambda owner, number: PhoneNumber.objects.create(
            number=f"+1613555{number % 10_000:04}", valid=ALWAYS, **{side: owner}
        ),
        f"members.postal-address.{side}": lambda owner, number: PostalAddress.objects.create(
            lines=f"{number} Main Street", city="Sudbury", valid=ALWAYS, **{side: owner}
        ),
        f"members.outside-id.{side}": lambda owner, number: OutsideIdentifier.objects.create(
            scheme="old", value=str(next(world.fresh)), **{side: owner}
        ),
        f"members.relationship.from-{side}": lambda owner, number: Relationship.objects.create(
            kind="advises", to_party=world.party(number), valid=_year(number), **{f"from_{side}": owner}
        ),
        f"members.relationship.to-{side}": lambda owner, number: Relationship.objects.create(
            kind="advises", from_person=world.person(number), valid=_year(number), **{f"to_{side}": owner}
        ),
        f"members.application.{side}": lambda owner, number: Application.objects.create(
            form_token=uuid.uuid4(),
            language="en",
            organization_name=f"Applicant {number}",
            party_kind="business",
            given_name="Ida",
            family_name="Birch",
            email=f"ida{number}@applicant.example",
            statement="We refine.",
            **{side: owner},
        ),
        f"engagement.follow-up.{side}": lambda owner, number: FollowUp.objects.create(
            text="Call back", assignee=world.author, created_by=world.author, **{side: owner}
        ),
        f"engagement.own-rhythm.{side}": lambda owner, number: OwnRhythm.objects.create(
            days=30, reason="Asked.", set_by=world.author, valid=_year(number), **{side: owner}
        ),
        f"engagement.agreed-quiet.{side}": lambda owner, number: AgreedQuiet.objects.create(
            valid=_year(number), agreed_by="The chair", reason="Asked.", noted_by=world.author, **{side: owner}
        ),
        f"privacy.held-subject.{side}": lambda owner, number: HeldSubject.objects.create(
            hold=world.hold(number), **{side: owner}
        ),
    }
