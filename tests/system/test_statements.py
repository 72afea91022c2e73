"""What a page costs: as many statements with thirty rows as with three (without ``--exhaustive``: with twelve), and no
more than were counted before.

The counts stand in ``statements.json``. A change that needs more (or fewer) is written there by
``pytest tests/system/test_statements.py -n 0 --rewrite-statements``, so that the difference is seen in review.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.accounts.services import invite
from c2m2a_crm.core import facts
from c2m2a_crm.core.documents import services as documents
from c2m2a_crm.core.models import (
    AccessibilityFeedback,
    AuditEvent,
    Document,
    Draft,
    Import,
    Job,
    Operation,
    OutboxMessage,
    Segment,
    SegmentDay,
)
from c2m2a_crm.core.segments import make_segment, pick
from c2m2a_crm.core.texts import load_installation
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import ListView
from c2m2a_crm.engagement import drafts, services
from c2m2a_crm.engagement.models import InitiativeFact, Interaction, Rhythm
from c2m2a_crm.outreach.models import Campaign
from c2m2a_crm.outreach.services import EVERYTHING, note_stop
from c2m2a_crm.privacy.models import (
    AccessRequest,
    HeldSubject,
    Incident,
    LegalHold,
    OwnerAsk,
    RetentionPeriod,
    RetentionRow,
    RetentionRun,
)
from forums import services as forums
from forums.models import CommentRound, Forum, Meeting, Position, Seat
from forums.terms_of_reference.services import adopt_terms
from members import services as directory
from members.models import Concept, Gift, Invoice, Jurisdiction, JurisdictionFact, Listing, Membership, Party, Person
from members.reference import load_jurisdictions
from members.services import profiles
from members.services.bulk import OwnerChange, change_in_bulk
from members.services.profiles import Line
from partnerships import services as partnerships
from partnerships.models import CooperationArea, Partnership
from tests.core.documents.making import document as make_document
from tests.core.documents.making import upload
from tests.core.public_links.making import make as make_public_link
from tests.engagement.making import initiative
from tests.factories import TeamFactory, UserFactory
from tests.forums.joining import application_for, inquiry_about
from tests.forums.making import Making
from tests.meetings.making import many_meetings
from tests.members.dues.making import many_invoices
from tests.members.gifts.making import many_gifts
from tests.members.memberships.making import many_memberships
from tests.outreach.making import plain_draft, sent_notice
from tests.positions.making import many_positions
from tests.privacy.making import about, owned_circle, search
from tests.rounds.making import many_rounds
from tests.scale_plugin import is_exhaustive
from tests.system.test_role_matrix import ADDRESSES

FEW, MANY = 3, 30 if is_exhaustive() else 12
COUNTED = Path(__file__).with_name("statements.json")


class World:
    """An office with so many of everything, about one reader; the records named here have as many parts."""

    entry: Interaction
    party: Party
    nation: Party
    person: Person
    forum: Forum
    partnership: Partnership
    jurisdiction: Jurisdiction
    mineral: Concept
    seat: Seat
    team_pk: int
    colleague: User
    notice: Campaign
    document: Document
    operation: Operation
    asked: AccessRequest
    segment: Segment
    hold: LegalHold
    run: RetentionRun
    membership: Membership
    invoice: Invoice
    gift: Gift
    meeting: Meeting
    round: CommentRound
    position: Position

    def __init__(self, reader: User) -> None:
        self.reader = reader
        load_installation()  # as in every office: by its row the frame counts what waits, in one statement
        self.size = 0

    def grow(self, size: int) -> None:
        """Up to ``size`` of everything, and new records with ``size`` parts each."""
        more = range(self.size, size)
        colleagues = [UserFactory(roles=[Role.STAFF]) for _number in more]
        self._grow_ground_floor(more)
        self._grow_directory(more, size)
        self._grow_segments(more, size)
        self._grow_log(more, size, colleagues)
        self._grow_forums(more, size)
        self.meeting = many_meetings(self.reader, self.forum, len(more), size)
        self.round = many_rounds(self.reader, self.forum, len(more), size)
        self.position = many_positions(self.reader, self.forum, len(more), size)
        self._grow_partnerships(more, size)
        self._grow_profiles(more, size)
        self._grow_mail(more, size)
        self._grow_documents(more, size)
        self._grow_requests(more)
        self._grow_retention(more, size)
        self.membership = many_memberships(self.reader, self.party, len(more), size)
        self.invoice = many_invoices(self.reader, self.membership, len(more), size)
        self.gift = many_gifts(self.reader, self.party, self.person, len(more), size)
        if not Rhythm.objects.exists():
            services.set_tier_rhythm(actor=self.reader, tier=self.membership.tier, days=90, first=today())
        self.team_pk = TeamFactory(members=colleagues).pk
        self.colleague = colleagues[0]
        self.size = size

    def _grow_ground_floor(self, more: range) -> None:
        for number in more:
            Job.objects.create(kind="test", title=f"Job {number}", actor=UserFactory(), state=Job.State.DONE)
            job = Job.objects.create(kind="test", title=f"Job {number}", actor=self.reader, state=Job.State.DONE)
            Import.objects.create(kind="organizations", file_name=f"{number}.csv", actor=self.reader, job=job)
            OutboxMessage.objects.create(
                key=f"message-{number}",
                kind="test",
                to_address="guest@office.example",
                subject="Welcome",
                body_text="Hello.",
                not_before=timezone.now(),
                state=OutboxMessage.State.FAILED,
            )
            AuditEvent.objects.create(actor=UserFactory(), verb="contact.opened", subject_table="core_job")
            AccessibilityFeedback.objects.create(text="Too small", language="en")
            make_public_link(self.reader)
            Draft.objects.create(user=self.reader, form=drafts.FORM, token=uuid.uuid4(), data={"line": ["Call"]})
            TeamFactory(members=[UserFactory(), UserFactory()])
            invite(
                actor=self.reader,
                email=f"guest{number}@office.example",
                name=f"Guest {number}",
                language="en",
                roles=[Role.STAFF.value],
                base_url="https://crm.example",
            )

    def _grow_directory(self, more: range, size: int) -> None:
        actor = self.reader
        for number in more:
            parent = directory.create_party(
                actor=actor, kind="business", name_en=f"Holding {number}", owner=UserFactory()
            )
            directory.create_party(actor=actor, kind="business", name_en=f"Works {number}", owner=actor, parent=parent)
            directory.create_party(
                actor=actor,
                kind="nation",
                distinction="first_nations",
                name_en=f"Nation {number}",
                owner=UserFactory(),
            )

            nations = list(Party.objects.filter(kind="nation").order_by("-pk").values_list("pk", flat=True)[:size])
            change = OwnerChange(UserFactory())
            self.operation = change_in_bulk(actor=actor, model=Party, keys=nations, change=change)

        def parts(kind: str) -> dict[str, Any]:
            return {
                "emails": [f"{kind}{size}-{number}@works.example" for number in range(size)],
                "phones": [f"613-555-01{number:02}" for number in range(size)],
                "other_names": [("alias", f"{kind} {size} alias {number}", "") for number in range(size)],
            }

        self.party = directory.create_party(
            actor=actor, kind="business", name_en=f"Northline {size}", owner=actor, **parts("business")
        )
        self.nation = directory.create_party(
            actor=actor, kind="nation", distinction="first_nations", name_en=f"Narrows {size}", **parts("nation")
        )
        self.person = directory.create_person(
            actor=actor, given_name="Amara", family_name=f"Tamarack {size}", owner=actor
        )
        works = list(Party.objects.filter(name_en__startswith="Works")[:size])
        for number, place in enumerate(works):
            directory.add_affiliation(actor=actor, person=self.person, party=place, is_primary=number == 0)
            directory.add_email(actor=actor, owner=self.person, address=f"amara{size}-{number}@works.example")
            directory.add_phone(actor=actor, owner=self.person, number=f"613-555-02{number:02}")
        for organization in (self.party, self.nation):
            directory.create_people(
                actor=actor,
                rows=[
                    directory.PersonInput(
                        given_name="Ines",
                        family_name=f"Quartz {size}-{number}",
                        organization=organization,
                        title_en="Director",
                        phone="613-555-0199",
                    )
                    for number in range(size)
                ],
            )

    def _grow_segments(self, more: range, size: int) -> None:
        """Segments of everybody's, one of them with as many members, pins and blocks."""
        actor, people = self.reader, list(Person.objects.order_by("-pk").values_list("pk", flat=True)[: 2 * size])
        for number in more:
            make_segment(actor=actor, list_key="people", name=f"Segment {number}", query="owner=me", is_shared=True)
        self.segment = make_segment(actor=actor, list_key="people", name=f"Of {size}", query="owner=nobody")
        for number, pk in enumerate(people):
            kind = "pin" if number % 2 else "block"
            pick(actor=actor, segment=self.segment, record=Person(pk=pk), kind=kind, reason=f"Reason {number}")
        yesterday = today() - timedelta(days=1)
        SegmentDay.objects.create(
            segment=self.segment, on=yesterday, last_on=yesterday, record_ids=sorted(people), rule_digest="another"
        )

    def _grow_log(self, more: range, size: int, colleagues: list[User]) -> None:
        actor = self.reader
        people = list(Person.objects.filter(family_name__startswith=f"Quartz {size}-")[:size])
        filed = [initiative(f"File {number}") for number in more]

        def entry(subject: str, count: int, *who: Person | Party, by: User = actor) -> Interaction:
            return services.log_interaction(
                actor=by,
                entry=services.Entry(
                    subject=subject,
                    attendees=[services.Attendee(each) for each in who],
                    colleagues=[services.Colleague(each) for each in colleagues],
                    initiative=filed[0],
                    raised=[services.Raised("question", f"Question {number}") for number in range(count)],
                    promises=[
                        services.Promise(
                            f"Paper {number}", due_on=today() - timedelta(days=1), is_ours=bool(number % 2)
                        )
                        for number in range(count)
                    ],
                    next_steps=[
                        services.NextStep(f"Step {number}", each, today())
                        for number, each in zip(range(count), [actor, *colleagues], strict=False)
                    ],
                ),
            )

        for number in more:
            where: Party = (self.party, self.nation)[number % 2]
            entry(f"Contact {number}", 1, self.person, where, by=colleagues[number - more.start])
            entry(f"Visit {number}", 1, self.nation, self.party)
            services.add_follow_up(actor=actor, text=f"Call {number}", assignee=actor, party=self.party, due_on=today())
            services.add_follow_up(actor=actor, text=f"Ring {number}", assignee=actor, person=self.person)
            services.add_follow_up(actor=actor, text=f"Write {number}", assignee=actor, party=self.nation)
        self.entry = entry(f"Everybody {size}", size, self.person, self.party, *people)

    def _grow_documents(self, more: range, size: int) -> None:
        for number in more:
            record = (self.party, self.forum.initiative)[number % 2]
            make_document(self.reader, title=f"Paper {number}", record=record, is_read=False)
        self.document = make_document(self.reader, title=f"Paper of {size} files", is_read=False)
        for number in range(size):
            file = upload(f"Words {number}", f"{number}.txt")
            documents.add_version(actor=self.reader, document=self.document, file=file, language="en")

    def _grow_mail(self, more: range, size: int) -> None:
        for number in more:
            plain_draft(self.reader, subject_en=f"Draft {number}")
            sent_notice(self.reader, self.person, subject=f"Notice {number}")
            note_stop(actor=self.reader, address=f"stop{number}@works.example", scope=EVERYTHING, reason="by telephone")
        self.notice = sent_notice(self.reader, *Person.objects.order_by("-pk")[:size], subject=f"To {size}")

    def _grow_profiles(self, more: range, size: int) -> None:
        """Words on lists; an organization, a Nation and a person with as many of them, and a word that as many have."""
        actor = self.reader
        load_jurisdictions()
        place = Jurisdiction.objects.get(code="YT")
        words = [
            Concept.objects.create(
                vocabulary="mineral", code=f"m-{number}", label_en=f"M {number}", label_fr=f"M {number}"
            )
            for number in more
        ]
        for word in words:
            Listing.objects.create(concept=word, jurisdiction=place, valid=DateRange(date(2024, 1, 1), None, "[)"))
        self.mineral = words[-1]
        every = list(Concept.objects.of("mineral"))
        lines = [Line(mineral=word) for word in every]
        parties = list(Party.objects.organizations().filter(name_en__startswith=f"Mill {size}-"))
        rows = [(party, line) for party in (self.party, self.nation) for line in lines]
        profiles.add_profile_lines(
            actor=actor, rows=[*rows, *((party, Line(mineral=self.mineral)) for party in parties)]
        )
        people = [self.person, *Person.objects.filter(archived_at__isnull=True, anonymised_on__isnull=True)[:size]]
        profiles.add_expertise(
            actor=actor, rows=[*((self.person, word) for word in every), *((each, self.mineral) for each in people)]
        )

    def _grow_partnerships(self, more: range, size: int) -> None:
        """Partnerships with leads and doubts; one with as many areas, statements and contacts; so is a jurisdiction."""
        actor = self.reader
        for number in more:
            other = partnerships.create_partnership(
                actor=actor, kind="bilateral", name_en=f"Compact {number}", lead=UserFactory()
            )
            words = {"label_en": "Status", "text_en": "Active when last heard of."}
            facts.add_fact(actor=actor, model=InitiativeFact, record=other.initiative, values=words)
        self.partnership = partnerships.create_partnership(
            actor=actor, kind="multilateral", name_en=f"Alliance {size}", lead=actor
        )
        load_jurisdictions()
        self.jurisdiction = Jurisdiction.objects.get(code="ON" if size == FEW else "QC")
        for number in range(size):
            area = {"text_en": f"Area {number}"}
            facts.add_fact(actor=actor, model=CooperationArea, record=self.partnership, values=area)
            words = {"label_en": f"Statement {number}", "text_en": "So it is."}
            facts.add_fact(actor=actor, model=InitiativeFact, record=self.partnership.initiative, values=words)
            facts.add_fact(actor=actor, model=JurisdictionFact, record=self.jurisdiction, values=words)
            directory.create_party(
                actor=actor, kind="business", name_en=f"Mill {size}-{number}", jurisdiction=self.jurisdiction
            )
            services.log_interaction(
                actor=actor,
                entry=services.Entry(
                    subject=f"Talks {number}",
                    attendees=[services.Attendee(self.party)],
                    initiative=self.partnership.initiative,
                    promises=[services.Promise(f"List {number}")],
                    next_steps=[services.NextStep(f"Step {number}", actor, today())],
                ),
            )

    def _grow_retention(self, more: range, size: int) -> None:
        period = RetentionPeriod.objects.filter(rule="people").first() or RetentionPeriod.objects.create(
            rule="people", legal_kind="nonprofit", months=60, valid=DateRange(None, None)
        )
        people = [
            directory.create_person(actor=self.reader, given_name="Due", family_name=f"{size} {at}")
            for at in range(size)
        ]
        files = [initiative(f"Held {size} {at}") for at in range(size)]
        for number in more:
            month = date(2000 + number, 1, 1)
            self.run = RetentionRun.objects.create(
                rule="people", month=month, period=period, cutoff=month, proposed=size
            )
            Incident.objects.create(
                year=2026,
                number=number + 1,
                title="Lost",
                found_on=month,
                created_by=self.reader,
                legal_kind="nonprofit",
            )
            self.hold = LegalHold.objects.create(name=f"Hold {number}", reason="Court file", placed_by=self.reader)
        RetentionRow.objects.bulk_create([RetentionRow(run=self.run, row_id=person.pk) for person in people])
        for person, file in zip(people, files, strict=True):
            HeldSubject.objects.create(hold=self.hold, person=person)
            HeldSubject.objects.create(hold=self.hold, table="engagement_initiative", row_id=file.pk)

    def _grow_requests(self, more: range) -> None:
        """Requests for access; the last one found everything about the person, who has as many parts."""
        circle = owned_circle(self.reader, UserFactory(roles=[Role.STAFF]))
        for _number in more:
            self.asked = about(self.reader, self.person)
            OwnerAsk.objects.create(request=self.asked, circle=circle)
        search(self.reader, self.asked)

    def _grow_forums(self, more: range, size: int) -> None:
        making = Making(self.reader)
        upper = making.forum(f"Ministers {size}", lead=self.reader)
        self.forum = making.forum(f"Forum {size}", parent=upper, lead=self.reader, is_run_by_us=True)
        people = list(Person.objects.filter(family_name__startswith=f"Quartz {size}-").order_by("pk"))
        soon = today() + timedelta(days=30)
        for number in range(size):
            category = forums.add_category(actor=self.reader, forum=self.forum, name_en=f"Category {number}")
            seat, _vacant = forums.add_seats(actor=self.reader, forum=self.forum, category=category, number=2)
            making.term(seat, people[number], first=today(), last=soon if number % 2 else None)
            making.term(seat, people[number - 1], first=today(), role="first_alternate")
            making.forum(f"Working group {size}-{number}", parent=self.forum)
        adopt_terms(actor=self.reader, forum=self.forum, first=today())
        for number in more:
            application_for(self.forum, fields={"organization_name": f"Applicant {number}"})
            inquiry_about(self.forum)
        self.seat = making.seat(self.forum)
        for number in range(size):
            day = date(2000 + number, 1, 1)
            making.term(self.seat, self.person, first=day, last=date(2000 + number, 12, 31), party=self.party)


def of(name: str, record: str = "") -> Callable[[World], str]:
    """The address of a page, about one of the world's records if one is named."""
    return lambda world: reverse(name, args=[getattr(world, record).pk] if record else [])


# Every list of the product, and the pages whose parts grow.
PAGES: dict[str, Callable[[World], str]] = {
    **{
        name: of(name)
        for name in (
            "accounts:invitations",
            "accounts:teams",
            "accounts:users",
            "campaigns:deliveries",
            "campaigns:list",
            "commitments:list",
            "consent:stops",
            "contact_log:create",
            "contact_log:list",
            "decisions:list",
            "core:audit",
            "core:audit_events",
            "core:feedback",
            "core:jobs",
            "core:outbox",
            "dashboard:home",
            "documents:list",
            "dues:list",
            "dues:to_invoice",
            "follow_ups:create",
            "follow_ups:list",
            "forums:applications",
            "forums:attendance",
            "forums:ending",
            "forums:inquiries",
            "forums:list",
            "forums:seats",
            "gifts:list",
            "gifts:rules",
            "jurisdictions:list",
            "meetings:list",
            "memberships:applications",
            "memberships:list",
            "memberships:rules",
            "partnerships:list",
            "privacy:asks",
            "privacy:holds",
            "privacy:incidents",
            "privacy:requests",
            "privacy:retention",
            "imports:list",
            "nations:list",
            "operations:list",
            "organizations:list",
            "people:list",
            "positions:list",
            "public_links:list",
            "prospects:list",
            "pulse:list",
            "pulse:people",
            "reports:by_community",
            "reports:by_representative",
            "reports:commitments_made",
            "reports:contacts_by_party",
            "reports:people_met",
            "reports:points_raised",
            "rounds:list",
            "rounds:seats",
            "segments:list",
            "vocabularies:list",
        )
    },
    "accounts:team": lambda world: reverse("accounts:team", args=[world.team_pk]),
    "segments:changes": of("segments:changes", "segment"),
    "segments:detail": of("segments:detail", "segment"),
    "accounts:user": of("accounts:user", "colleague"),
    "campaigns:detail": of("campaigns:detail", "notice"),
    "operations:detail": of("operations:detail", "operation"),
    "contact_log:detail": of("contact_log:detail", "entry"),
    "contact_log:edit": of("contact_log:edit", "entry"),
    "documents:detail": of("documents:detail", "document"),
    "documents:history": of("documents:history", "document"),
    "forums:coverage": of("forums:coverage", "forum"),
    "forums:detail": of("forums:detail", "forum"),
    "forums:history": of("forums:history", "forum"),
    "forums:roster": of("forums:roster", "forum"),
    "forums:terms_of_reference": of("forums:terms_of_reference", "forum"),
    "positions:detail": of("positions:detail", "position"),
    "positions:history": of("positions:history", "position"),
    "meetings:detail": of("meetings:detail", "meeting"),
    "meetings:invitations": of("meetings:invitations", "meeting"),
    "meetings:minutes": of("meetings:minutes", "meeting"),
    "meetings:roll_call": of("meetings:roll_call", "meeting"),
    "rounds:answers": of("rounds:answers", "round"),
    "rounds:detail": of("rounds:detail", "round"),
    "rounds:history": of("rounds:history", "round"),
    "rounds:outcomes": of("rounds:outcomes", "round"),
    "jurisdictions:detail": of("jurisdictions:detail", "jurisdiction"),
    "dues:detail": of("dues:detail", "invoice"),
    "gifts:detail": of("gifts:detail", "gift"),
    "memberships:detail": of("memberships:detail", "membership"),
    "jurisdictions:history": of("jurisdictions:history", "jurisdiction"),
    "vocabularies:detail": of("vocabularies:detail", "mineral"),
    "vocabularies:history": of("vocabularies:history", "mineral"),
    "organizations:profile": of("organizations:profile", "party"),
    "people:expertise": of("people:expertise", "person"),
    "partnerships:detail": of("partnerships:detail", "partnership"),
    "partnerships:history": of("partnerships:history", "partnership"),
    "privacy:hold": of("privacy:hold", "hold"),
    "privacy:request": of("privacy:request", "asked"),
    "privacy:retention_run": of("privacy:retention_run", "run"),
    "forums:seat": lambda world: world.seat.get_absolute_url(),
    "nations:detail": of("nations:detail", "nation"),
    "nations:history": of("nations:history", "nation"),
    "nations:people": of("nations:people", "nation"),
    "organizations:detail": of("organizations:detail", "party"),
    "pulse:party": of("pulse:party", "party"),
    "pulse:person": of("pulse:person", "person"),
    "organizations:history": of("organizations:history", "party"),
    "organizations:people": of("organizations:people", "party"),
    "people:detail": of("people:detail", "person"),
    "people:history": of("people:history", "person"),
    "follow_ups:list everybody": lambda world: f"{reverse('follow_ups:list')}?tab=everyone",
    "contact_log:who_options": lambda world: f"{reverse('contact_log:who_options')}?q=works",
}


def test_every_list_is_counted() -> None:
    lists = {
        name for name, entry in ADDRESSES.items() if issubclass(getattr(entry.callback, "view_class", object), ListView)
    }
    assert lists <= PAGES.keys(), f"Nobody counts the statements of {', '.join(sorted(lists - PAGES.keys()))}."


def statements(client: Client, address: str) -> list[str]:
    assert client.get(address).status_code == 200  # what is read once for all pages has been read
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return [query["sql"] for query in captured]


Costs = dict[str, tuple[list[str], list[str]]]
_measured: Costs = {}


@pytest.fixture
def costs(db: None, request: pytest.FixtureRequest) -> Costs:
    """The statements of every page with few and with many rows: measured once, for the world is large."""
    if not _measured:
        world = World(request.getfixturevalue("administrator"))
        client: Client = request.getfixturevalue("as_administrator")
        world.grow(FEW)
        few = {name: statements(client, address(world)) for name, address in PAGES.items()}
        world.grow(MANY)
        _measured.update({name: (few[name], statements(client, address(world))) for name, address in PAGES.items()})
    return _measured


@pytest.mark.parametrize("name", sorted(PAGES))
def test_statements_do_not_grow_with_rows(name: str, costs: Costs, request: pytest.FixtureRequest) -> None:
    few, many = costs[name]
    # A page of history names what its changes point at, a query for each table: a full one may point at fewer tables,
    # and how many rows fill it differs.
    names_changes = name.endswith(":history") or name == "core:audit"
    does_not_grow = len(many) <= len(few) if names_changes else len(many) == len(few)
    assert does_not_grow, "Asked more often: " + "\n".join(_surplus(few, many))
    cost = len(few if names_changes else many)
    counted: dict[str, int] = json.loads(COUNTED.read_text("utf-8")) if COUNTED.exists() else {}
    if request.config.getoption("--rewrite-statements"):
        counted = {each: count for each, count in {**counted, name: cost}.items() if each in PAGES}
        COUNTED.write_text(json.dumps(counted, indent=2, sort_keys=True) + "\n", "utf-8")
    assert cost == counted.get(name), f"{name} took {counted.get(name)} statements before, now {cost}."


def _surplus(few: list[str], many: list[str]) -> list[str]:
    """Statements of the longer run whose beginning stands less often in the shorter one."""

    def head(sql: str) -> str:
        table = sql.partition(" FROM ")[2] or sql
        return table[:200]

    left = [head(sql) for sql in few]
    surplus = []
    for sql in map(head, many):
        if sql in left:
            left.remove(sql)
        else:
            surplus.append(sql)
    return surplus[:6]
