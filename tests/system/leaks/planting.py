"""The office whose secrets are planted: one word in every column of text of everything that was confided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import Q

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.documents.services import DocumentClass
from c2m2a_crm.core.exports import JOB_KIND
from c2m2a_crm.core.facts import add_fact
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.jobs import start_job
from c2m2a_crm.core.models import Circle, CircleMembership, Document, History, OutboxMessage
from c2m2a_crm.core.models.base import Sealable
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import (
    Commitment,
    CommitmentEvent,
    Correction,
    FollowUp,
    Initiative,
    InitiativeFact,
    Interaction,
    Point,
)
from c2m2a_crm.engagement.services import (
    NextStep,
    Promise,
    Raised,
    change_initiative_access,
    keep_commitment,
    set_own_rhythm,
)
from c2m2a_crm.outreach.models import Campaign, Delivery, Suppression
from c2m2a_crm.outreach.services import OUTBOX_KINDS, Scope, stop_by_link
from forums.services import add_category
from members.models import Party, Person
from members.services import create_party, create_person
from partnerships.models import CooperationArea
from partnerships.services import create_partnership
from tests.core.documents.making import document
from tests.engagement.making import circle_of, initiative, log
from tests.factories import UserFactory
from tests.forums.making import Making
from tests.meetings.planting import plant_meeting
from tests.outreach.making import plain_draft, sent_notice
from tests.positions.planting import plant_position, plant_sources
from tests.rounds.planting import plant_round

# A mark that stands in every confided text and nowhere else.
MARK = "Quicksilver"
# How long each of the talks took, in minutes: no other number is like it.
LENGTH = "7777"
# Who administers the office knows which circles there are, nobody else does.
CIRCLE = "Amalgam circle"
# Half of it, in another case, is asked for: pages may repeat the question, never the answer.
ASKED = MARK[:6].lower()
# Columns that hold no words of people: keys, codes of choices, formats that the database holds to.
NOT_WORDS = frozenset(
    {
        "forums.Forum.initiative_kind",
        "partnerships.Partnership.initiative_kind",
        "forums.Invitation.language",
        "forums.MinutesReviewer.language",
        "outreach.Delivery.language",
        "outreach.Delivery.token",
    }
)
# Rows that are only added to; they had the word from the beginning.
ADDED_ONLY = (CommitmentEvent, Correction, Suppression)


@dataclass(frozen=True, slots=True)
class Office:
    circle: Circle
    person: Person
    party: Party
    open_initiative: Initiative
    confided: list[Interaction]


def make_office(staff: User) -> Office:
    party = create_party(actor=staff, kind="business", name_en="Northline Nickel", owner=staff)
    person = create_person(actor=staff, given_name="Amara", family_name="Tamarack", organization=party)
    for record in (party, person):  # what the circle knows makes a difference to their state
        set_own_rhythm(actor=staff, record=record, days=2, reason="Open words")
    circle = circle_of(staff, name=CIRCLE)
    open_initiative = initiative("Processing tax credit")
    log(staff, person, subject="Open words", occurred_on=today() - timedelta(days=3), initiative=open_initiative)
    confided = []
    for access in ("sealed_circle", "restricted_circle"):
        file = initiative(f"{MARK} initiative {access}", **{access: circle})
        facts: dict[str, Any] = {
            "subject": f"{MARK} subject",
            "notes": f"{MARK} notes",
            "place": f"{MARK} place",
            "duration_minutes": int(LENGTH),
            "occurred_on": today(),
            "raised": [Raised("issue", f"{MARK} point"), Raised("question", f"{MARK} question")],
            "promises": [
                Promise(f"{MARK} promise", due_on=today() - timedelta(days=9)),
                Promise(f"{MARK} promise of theirs", is_ours=False),
            ],
            "next_steps": [NextStep(f"{MARK} step", staff, today() - timedelta(days=9))],
        }
        confided.append(log(staff, person, initiative=file, **facts))
        confided.append(log(staff, party, initiative=open_initiative, **facts, **{access: circle}))
        notice = {"audience_name_en": f"{MARK} table", "audience_name_fr": f"{MARK} table", access: circle}
        plain_draft(staff, subject_en=f"{MARK} draft", **notice)
        paper = {"title": f"{MARK} paper {access}", "words": f"{MARK} text", "received_from": f"{MARK} sender"}
        document(staff, record=open_initiative, of_class=DocumentClass(**{access: circle}), **paper)
        sent = sent_notice(staff, person, subject=f"{MARK} notice", **notice)
        copy = sent.deliveries.get()
        stop_by_link(delivery=copy, scope=Scope(sent), is_one_click=True, evidence={"audience": f"{MARK} table"})
    with recorded(staff):
        for entry in confided:
            Correction.objects.create(
                interaction=entry, field="place", after=f"{MARK} correction", reason=f"{MARK} reason", made_by=staff
            )
    for entry in confided:
        keep_commitment(actor=staff, commitment=entry.commitments.all()[1], evidence=f"{MARK} evidence")
        entry.participants.filter(user__isnull=True).first().delete()  # type: ignore[union-attr]  # history alone knows it now
    return Office(circle, person, party, open_initiative, confided)


def sealable_models() -> set[type[Any]]:
    def below(model: type[Any]) -> Iterator[type[Any]]:
        for child in model.__subclasses__():
            if not child._meta.abstract:
                yield child
            yield from below(child)

    return set(below(Sealable))


@dataclass(frozen=True, slots=True)
class Vault:
    """One sealed and one restricted record of each kind, with the word in every column of text."""

    circle: Circle
    arguments: dict[str, list[dict[str, Any]]]
    rows: list[Any]


# Whose rows hang on what was confided. A text that was read out of a file is the file's own.
ROOMS = frozenset({"core", "engagement", "forums", "partnerships", "outreach"})


def all_that_hangs_on(rows: list[Any]) -> list[Any]:
    """The rows themselves and every row that points at them, at any depth."""
    found: dict[tuple[str, int], Any] = {}
    waiting: list[Any] = [*rows]
    while waiting:
        row = waiting.pop()
        key = (row._meta.label, row.pk)
        if key in found:
            continue
        found[key] = row
        for relation in row._meta.related_objects:
            if relation.related_model._meta.app_label in ROOMS:
                waiting += relation.related_model._base_manager.filter(**{relation.field.name: row.pk})
    return list(found.values())


def plant(row: Any, word: str) -> set[str]:
    """Write the word into every column of text; the names of the columns that took it."""
    planted = set()
    for field in row._meta.concrete_fields:
        label = f"{row._meta.label}.{field.name}"
        if not isinstance(field, (models.CharField, models.TextField)) or field.choices or label in NOT_WORDS:
            continue
        value = f"{word} {field.name} {row.pk}"[: field.max_length or None]
        type(row)._base_manager.filter(pk=row.pk).update(**{field.name: value})
        planted.add(label)
    return planted


def is_of_text(model: Any) -> set[str]:
    return {
        f"{model._meta.label}.{field.name}"
        for field in model._meta.concrete_fields
        if isinstance(field, (models.CharField, models.TextField)) and not field.choices
    }


def make_vault(office: Office, staff: User) -> Vault:
    keeper = UserFactory(roles=[Role.SECRETARIAT], handle="keeper", name="Kees Mercury")
    with recorded(None, system="tests"):
        CircleMembership.objects.create(circle=office.circle, user=keeper)
    making = Making(keeper)
    forums, areas, meetings, rounds = [], [], [], []
    positions = plant_sources(keeper, office.confided, office.party)
    for access in ("sealed_circle", "restricted_circle"):
        forum = making.forum(f"{MARK} forum {access}")
        category = add_category(actor=keeper, forum=forum, name_en=f"{MARK} category")
        seat = making.seat(forum, category=category)
        term = making.term(seat, office.person)
        meeting = plant_meeting(keeper, forum, office.person, MARK)
        rounds.append(plant_round(keeper, forum, MARK))
        positions.append(plant_position(keeper, forum, office.party))
        partnership = create_partnership(actor=keeper, kind="bilateral", name_en=f"{MARK} pact {access}")
        words = {"label_en": "Price", "text_en": f"{MARK} text", "source": f"{MARK} source"}
        fact = add_fact(actor=keeper, model=InitiativeFact, record=partnership.initiative, values=words)
        area = add_fact(actor=keeper, model=CooperationArea, record=partnership, values=words)
        log(keeper, office.person, subject=f"{MARK} of a forum", initiative=forum.initiative)
        for initiative_ in (forum.initiative, partnership.initiative):
            change_initiative_access(actor=keeper, initiative=initiative_, **{access: office.circle})
        meetings.append(meeting)
        forums.append(
            {
                "pk": forum.pk,
                "category_pk": category.pk,
                "seat_pk": seat.pk,
                "term_pk": term.pk,
                "series_pk": meeting["series_pk"],
            }
        )
        areas.append({"pk": partnership.pk, "fact_pk": area.pk, "initiative_fact": fact.pk})
    sealed, restricted = Q(sealed_circle=office.circle), Q(restricted_circle=office.circle)
    closed = sealed | restricted

    def one_of_each(model: Any) -> list[Any]:
        """The last row that is sealed and the last that is restricted."""
        return [model.objects.filter(of_kind).order_by("-pk")[:1].get() for of_kind in (sealed, restricted)]

    entries = list(Interaction.objects.filter(closed))
    campaigns = list(Campaign.objects.filter(closed))
    documents = list(Document.objects.filter(closed))
    rows = all_that_hangs_on([*entries, *Initiative.objects.filter(closed), *campaigns, *documents])
    with recorded(staff):
        for row in rows:
            if not isinstance(row, ADDED_ONLY):
                plant(row, MARK)
    messages = OutboxMessage.objects.filter(pk__in=Delivery.objects.filter(campaign__in=campaigns).values("message"))
    messages.update(kind=OUTBOX_KINDS[1], subject=f"{MARK} mail", body_text=f"{MARK} text", body_html=f"<p>{MARK}</p>")
    with recorded(staff):
        job = start_job(
            actor=staff,
            kind=JOB_KIND,
            title="Export",
            parameters={"list": "contact-log", "format": "csv", "query": f"q={MARK}"},
        )
    changes = {change.tbl: change.pk for change in History.objects.filter(tbl__in={row._meta.db_table for row in rows})}
    kept = CommitmentEvent.objects.filter(commitment__in=Commitment.objects.filter(closed)).order_by("pk")[:2]
    arguments: dict[str, list[dict[str, Any]]] = {
        "contact_log": [{"pk": row.interaction_id, "point_pk": row.pk} for row in one_of_each(Point)],
        "follow_ups": [{"pk": row.pk, "version": 1} for row in one_of_each(FollowUp)],
        "commitments": [{"pk": event.commitment_id, "event": event.pk} for event in kept],
        "forums": forums,
        "meetings": meetings,
        "rounds": rounds,
        "positions": positions,
        "partnerships": areas,
        "initiatives": [{"pk": each["pk"], "fact_pk": each["initiative_fact"]} for each in areas],
        "documents": [
            {"pk": row.pk, "version_pk": row.versions.order_by("-number")[0].pk} for row in one_of_each(Document)
        ],
        "campaigns": [{"pk": row.pk} for row in one_of_each(Campaign)],
        "core:message": [{"pk": pk} for pk in messages.values_list("pk", flat=True)[:1]],
        "core:message_html": [{"pk": pk} for pk in messages.values_list("pk", flat=True)[:1]],
        "core:job": [{"pk": job.pk}],
        "core:job_progress": [{"pk": job.pk}],
        "core:job_file": [{"pk": job.pk}],
        "core:change": [{"pk": pk} for pk in changes.values()],
        "accounts:circle": [{"pk": office.circle.pk}],
        "briefings": [
            {"about": "person", "pk": office.person.pk},
            {"about": "party", "pk": office.party.pk},
            *({"about": "follow-up", "pk": row.pk} for row in one_of_each(FollowUp)),
            *({"about": "meeting", "pk": each["pk"]} for each in meetings),
        ],
        "organizations": [{"pk": office.party.pk}],
        "people": [{"pk": office.person.pk}],
    }
    return Vault(office.circle, arguments, rows)
