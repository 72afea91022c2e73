"""What was confided to a circle shows to nobody else: not as a word, not as a number, not as an address.

One sealed and one restricted record of each kind that can be confided stand beside open ones. Somebody outside the
circle then reads every list, page, count, timeline, search and file of the product; whoever adds a page adds it here by
giving it an address without arguments or a way to be reached from one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import urlencode
from zipfile import ZipFile

import pytest
from django.db import models, transaction
from django.db.models import Q
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.exports import JOB_KIND, stream_csv
from c2m2a_crm.core.facts import add_fact
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.jobs import run, start_job
from c2m2a_crm.core.models import Circle, CircleMembership, History, OutboxMessage
from c2m2a_crm.core.models.base import Sealable
from c2m2a_crm.core.registries import (
    exportable_lists,
    home_blocks,
    home_figures,
    navigation,
    panels_for,
    timeline_of,
)
from c2m2a_crm.core.searching.service import search
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import (
    Commitment,
    CommitmentEvent,
    Correction,
    FollowUp,
    Initiative,
    InitiativeFact,
    Interaction,
    Participant,
    Point,
)
from c2m2a_crm.engagement.services import NextStep, Promise, Raised, change_initiative_access, keep_commitment
from c2m2a_crm.outreach.models import Campaign, Delivery, Suppression
from c2m2a_crm.outreach.services import OUTBOX_KINDS, Scope, stop_by_link
from forums.models import Forum, Seat, SeatCategory, SeatTerm
from forums.services import add_category
from members.models import Party, Person
from members.services import create_party, create_person
from partnerships.models import CooperationArea, Partnership
from partnerships.services import create_partnership
from tests.engagement.making import circle_of, initiative, log
from tests.factories import UserFactory
from tests.forums.making import Making
from tests.outreach.making import plain_draft, sent_notice
from tests.system.role_matrix import all_makers, all_rows

# A mark that stands in every confided text and nowhere else.
MARK = "Quicksilver"
# Who administers the office knows which circles there are, nobody else does.
CIRCLE = "Amalgam circle"
# Half of it, in another case, is asked for: pages may repeat the question, never the answer.
ASKED = MARK[:6].lower()
# Lists are asked in every way that could bring a confided row to light.
ASKED_OF_LISTS = {
    "/contact-log/": (f"?q={ASKED}", "?attempts=without", "?kind=call", "?sort=kind", "?follow_up=late"),
    "/follow-ups/": (f"?q={ASKED}", "?tab=everyone", "?tab=late", "?tab=done"),
    "/commitments/": (f"?q={ASKED}", "?tab=late", "?tab=ours", "?tab=theirs", "?tab=settled"),
    "/organizations/": (f"?q={ASKED}", "?sort=last_contact"),
    "/people/": (f"?q={ASKED}", "?sort=-last_contact"),
}


@dataclass(frozen=True, slots=True)
class Office:
    circle: Circle
    person: Person
    party: Party
    open_initiative: Initiative
    confided: list[Interaction]


@pytest.fixture
def office(staff: User) -> Office:
    party = create_party(actor=staff, kind="business", name_en="Northline Nickel", owner=staff)
    person = create_person(actor=staff, given_name="Amara", family_name="Tamarack", organization=party)
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
            "duration_minutes": 7777,
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


def test_every_kind_of_confided_record_is_tried(office: Office) -> None:
    for model in sealable_models():
        rows = model._default_manager
        assert rows.filter(sealed_circle=office.circle).exists(), model
        assert rows.filter(restricted_circle=office.circle).exists(), model


@pytest.mark.parametrize("model", [Initiative, Interaction, Point, Commitment, FollowUp])
def test_rules_for_many_and_for_one_agree(model: Any, office: Office, staff: User, secretariat: User) -> None:
    for actor in (staff, secretariat):
        readable = set(model.objects.readable_by(actor).values_list("pk", flat=True))
        assert readable == {row.pk for row in model.objects.all() if row.is_readable_by(actor)}
    visible = model.objects.visible_to(secretariat)
    assert not visible.filter(sealed_circle=office.circle).exists()
    assert visible.filter(restricted_circle=office.circle).exists()


def addresses_without_arguments(patterns: Any = None, namespaces: tuple[str, ...] = ()) -> Iterator[str]:
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            below = (*namespaces, entry.namespace) if entry.namespace else namespaces
            yield from addresses_without_arguments(entry.url_patterns, below)
        elif isinstance(entry, URLPattern) and is_plain(entry):
            yield reverse(":".join((*namespaces, str(entry.name))))


def is_plain(entry: URLPattern) -> bool:
    takes_arguments = bool(entry.pattern.converters or re.search(r"\(\?P", str(entry.pattern)))
    return bool(entry.name) and not takes_arguments and "logout" not in str(entry.name)


def read_everything(client: Client, office: Office) -> Iterator[tuple[str, str]]:
    """Every page that can be reached, with its text; addresses in the text are not followed but read."""
    pages = [*sorted(set(addresses_without_arguments()))]
    pages += [office.person.get_absolute_url(), office.party.get_absolute_url()]
    pages += [row.get_absolute_url() for row in Interaction.objects.all()]
    pages += [row.get_absolute_url() for row in Campaign.objects.all()]
    pages += [reverse("commitments:detail", args=[row.pk]) for row in Commitment.objects.all()]
    for page in pages:
        for query in ("", *ASKED_OF_LISTS.get(page, (f"?q={ASKED}",) if page.endswith(("/who/", "/about/")) else ())):
            response = client.get(page + query)
            if response.status_code in (200, 403) and "text" in response.get("Content-Type", ""):
                body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]  # either kind
                yield page + query, body.decode()


@pytest.mark.parametrize("part", ["viewer", "secretariat", "administrator"])
def test_no_page_says_a_confided_word(
    part: str, request: pytest.FixtureRequest, client_of: Any, office: Office
) -> None:
    outsider = client_of(request.getfixturevalue(part))
    said = dict(read_everything(outsider, office))
    assert len(said) > 40
    assert any("Open words" in text for text in said.values())
    secrets = (MARK, "7777") if part == "administrator" else (MARK, "7777", CIRCLE)
    leaks = {page: secret for page, text in said.items() for secret in secrets if secret in text}
    assert not leaks


def test_those_in_the_circle_do_see_it(as_staff: Client, office: Office) -> None:
    said = dict(read_everything(as_staff, office))
    for page in (
        "/contact-log/",
        "/follow-ups/",
        "/commitments/",
        "/campaigns/",
        "/campaigns/copies/",
        "/",
        office.party.get_absolute_url(),
    ):
        assert MARK in said[page], page


def test_a_sealed_record_has_no_address(as_secretariat: Client, office: Office) -> None:
    for row in office.confided:
        expected = 404 if row.sealed_circle_id else 403
        assert as_secretariat.get(row.get_absolute_url()).status_code == expected
        assert as_secretariat.get(reverse("contact_log:edit", args=[row.pk])).status_code in {403, 404}
        assert as_secretariat.post(reverse("contact_log:withdraw", args=[row.pk])).status_code == expected
        for step in row.follow_ups.all():
            assert as_secretariat.post(reverse("follow_ups:done", args=[step.pk])).status_code == 404
        for promise in row.commitments.all():
            assert as_secretariat.post(reverse("commitments:keep", args=[promise.pk])).status_code == 404
    assert not FollowUp.objects.filter(done_at__isnull=False).exists()


def test_numbers_are_those_of_an_office_without_the_circle(
    secretariat: User, as_secretariat: Client, office: Office
) -> None:
    def numbers() -> dict[str, Any]:
        user = User.objects.get(pk=secretariat.pk)
        return {
            "figures": [figure["value"] for entry in home_figures for figure in entry.figures(user)],
            "navigation": {item.key: item.waiting(user).count() for item in navigation if item.waiting},
            "home": {block.key for block in home_blocks if block.context(user) is not None},
            "panels": [
                sorted((panel.key, len(context.get("rows", ()))) for panel, context in panels_for(user, record))
                for record in (office.person, office.party)
            ],
            "strips": [
                context["pulse"].counts
                for record in (office.person, office.party)
                for panel, context in panels_for(user, record)
                if "pulse" in context
            ],
            "last": [
                type(record).objects.get(pk=record.pk).last_open_contact_on  # type: ignore[attr-defined]  # both have it
                for record in (office.person, office.party)
            ],
            "timelines": [len(timeline_of(user, record)) for record in (office.person, office.party)],
            "found": [
                search(user, words).count for words in (MARK, ASKED, MARK[:3], f"{MARK} subject", f"{MARK[:-1]}e")
            ],
        }

    before = numbers()
    assert before["last"] == [today() - timedelta(days=3)] * 2
    assert before["found"] == [0] * len(before["found"])
    assert before["timelines"] == [1, 1]
    Interaction.objects.filter(pk__in=[row.pk for row in office.confided]).update(occurred_on=date(2001, 1, 1))
    FollowUp.objects.filter(interaction__in=office.confided).update(assignee=secretariat)
    assert numbers() == before


def test_the_audit_tells_nothing_of_what_hangs_on_a_confided_entry(administrator: User, office: Office) -> None:
    entries = {row.pk for row in office.confided}
    promises = set(Commitment.objects.filter(interaction__in=office.confided).values_list("pk", flat=True))
    shown = History.objects.visible_to(administrator).filter(tbl__startswith="engagement_")
    told = [
        (change.tbl, change.row_id)
        for change in shown
        for image in (change.before or {}, change.after or {})
        if image.get("interaction_id") in entries or image.get("commitment_id") in promises
    ]
    assert shown.filter(tbl="engagement_participant").exists()
    assert not told


def test_an_initiative_tells_of_restricted_contacts_that_they_were_and_no_more(
    secretariat: User, office: Office
) -> None:
    entries = timeline_of(secretariat, office.open_initiative)
    assert [entry.title for entry in entries] == ["", "Open words"]
    assert set(entries[0].context) == {"restricted", "value", "ask"}


@pytest.mark.parametrize("query", ["", f"q={MARK}"])
def test_no_file_carries_a_confided_word(secretariat: User, office: Office, query: str) -> None:
    for entry in exportable_lists:
        if not entry.allowed(secretariat):
            continue
        request = RequestFactory().get(f"/?{query}")
        request.user = User.objects.get(pk=secretariat.pk)
        text = b"".join(stream_csv(entry, entry.state(request), request.user)).decode()
        rows = [line for line in text.splitlines() if not line.startswith(('"# ', "# "))]
        assert MARK not in "\n".join(rows), entry.key
        assert "7777" not in "\n".join(rows), entry.key


@pytest.mark.parametrize("sort", ["kind", "-kind", "minutes", "-minutes", "recorded_at"])
def test_an_order_by_content_leaves_restricted_rows_out(as_secretariat: Client, office: Office, sort: str) -> None:
    assert "Restricted entry" in as_secretariat.get("/contact-log/").content.decode()
    assert "Restricted entry" not in as_secretariat.get("/contact-log/", {"sort": sort}).content.decode()


# --- Every address, as every role -------------------------------------------------------------------------------------

PARTS = ("viewer", "staff", "secretariat", "compliance", "administrator")
# Columns that hold no words of people: keys, codes of choices, formats that the database holds to.
NOT_WORDS = frozenset(
    {
        "forums.Forum.initiative_kind",
        "partnerships.Partnership.initiative_kind",
        "outreach.Delivery.language",
        "outreach.Delivery.token",
    }
)
# Rows that are only added to; they had the word from the beginning.
ADDED_ONLY = (CommitmentEvent, Correction, Suppression)
# Pages that take words to look for.
SEARCHED = (
    "list",
    "options",
    "palette",
    "search",
    "people",
    "organizations",
    "nations",
    "seats",
    "deliveries",
    "stops",
)
# Addresses that are not asked, and why.
NOT_ASKED = {
    "account_logout": "ends the session that asks",
    "accounts:end_other_sessions": "ends sessions and shows nothing",
    "mfa_reauthenticate_webauthn": "speaks with a key that the browser holds",
}


@dataclass(frozen=True, slots=True)
class Vault:
    """One sealed and one restricted record of each kind, with the word in every column of text."""

    circle: Circle
    arguments: dict[str, list[dict[str, int]]]
    rows: list[Any]


def all_that_hangs_on(
    entries: list[Interaction], initiatives: list[Initiative], campaigns: list[Campaign]
) -> list[Any]:
    """The rows themselves and every row that points at them, at any depth."""
    found: dict[tuple[str, int], Any] = {}
    waiting: list[Any] = [*entries, *initiatives, *campaigns]
    while waiting:
        row = waiting.pop()
        key = (row._meta.label, row.pk)
        if key in found:
            continue
        found[key] = row
        for relation in row._meta.related_objects:
            if relation.related_model._meta.app_label in {"engagement", "forums", "partnerships", "outreach"}:
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


@pytest.fixture
def vault(office: Office, staff: User) -> Vault:
    keeper = UserFactory(roles=[Role.SECRETARIAT], handle="keeper", name="Kees Mercury")
    with recorded(None, system="tests"):
        CircleMembership.objects.create(circle=office.circle, user=keeper)
    making = Making(keeper)
    forums, areas = [], []
    for access in ("sealed_circle", "restricted_circle"):
        forum = making.forum(f"{MARK} forum {access}")
        category = add_category(actor=keeper, forum=forum, name_en=f"{MARK} category")
        seat = making.seat(forum, category=category)
        term = making.term(seat, office.person)
        partnership = create_partnership(actor=keeper, kind="bilateral", name_en=f"{MARK} pact {access}")
        words = {"label_en": "Price", "text_en": f"{MARK} text", "source": f"{MARK} source"}
        fact = add_fact(actor=keeper, model=InitiativeFact, record=partnership.initiative, values=words)
        area = add_fact(actor=keeper, model=CooperationArea, record=partnership, values=words)
        log(keeper, office.person, subject=f"{MARK} of a forum", initiative=forum.initiative)
        for initiative_ in (forum.initiative, partnership.initiative):
            change_initiative_access(actor=keeper, initiative=initiative_, **{access: office.circle})
        forums.append({"pk": forum.pk, "category_pk": category.pk, "seat_pk": seat.pk, "term_pk": term.pk})
        areas.append({"pk": partnership.pk, "fact_pk": area.pk, "initiative_fact": fact.pk})
    sealed, restricted = Q(sealed_circle=office.circle), Q(restricted_circle=office.circle)
    closed = sealed | restricted

    def one_of_each(model: Any) -> list[Any]:
        """The last row that is sealed and the last that is restricted."""
        return [model.objects.filter(of_kind).order_by("-pk")[:1].get() for of_kind in (sealed, restricted)]

    entries = list(Interaction.objects.filter(closed))
    campaigns = list(Campaign.objects.filter(closed))
    rows = all_that_hangs_on(entries, list(Initiative.objects.filter(closed)), campaigns)
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
    arguments: dict[str, list[dict[str, int]]] = {
        "contact_log": [{"pk": row.interaction_id, "point_pk": row.pk} for row in one_of_each(Point)],
        "follow_ups": [{"pk": row.pk, "version": 1} for row in one_of_each(FollowUp)],
        "commitments": [{"pk": event.commitment_id, "event": event.pk} for event in kept],
        "forums": forums,
        "partnerships": areas,
        "initiatives": [{"pk": each["pk"], "fact_pk": each["initiative_fact"]} for each in areas],
        "campaigns": [{"pk": row.pk} for row in one_of_each(Campaign)],
        "core:message": [{"pk": pk} for pk in messages.values_list("pk", flat=True)[:1]],
        "core:message_html": [{"pk": pk} for pk in messages.values_list("pk", flat=True)[:1]],
        "core:job": [{"pk": job.pk}],
        "core:job_progress": [{"pk": job.pk}],
        "core:job_file": [{"pk": job.pk}],
        "core:change": [{"pk": pk} for pk in changes.values()],
        "accounts:circle": [{"pk": office.circle.pk}],
        "organizations": [{"pk": office.party.pk}],
        "people": [{"pk": office.person.pk}],
    }
    return Vault(office.circle, arguments, rows)


def test_the_word_stands_in_every_column_of_text_of_every_kind_of_confided_row(vault: Vault) -> None:
    planted: set[str] = set()
    for row in vault.rows:
        if isinstance(row, ADDED_ONLY):
            continue
        again = type(row)._base_manager.get(pk=row.pk)
        full = {name for name in is_of_text(row) if MARK[:8] in str(getattr(again, name.rpartition(".")[2]))}
        planted |= full
    kinds = {type(row) for row in vault.rows} - set(ADDED_ONLY)
    assert {Interaction, Participant, Point, Commitment, FollowUp, Initiative, InitiativeFact} <= kinds
    assert {Forum, Seat, SeatCategory, SeatTerm, Partnership, CooperationArea, Campaign, Delivery} <= kinds
    assert planted == set().union(*(is_of_text(kind) for kind in kinds)) - NOT_WORDS


def asked_with(name: str, made: Any, vault: Vault) -> list[dict[str, Any]]:
    """Arguments for an address: those of confided records where it is about such, else those that the matrix makes."""
    records = vault.arguments.get(name) or vault.arguments.get(name.partition(":")[0]) or []
    fitting = []
    keys = arguments_of_addresses()[name]
    for record in records:
        if keys and keys <= record.keys():
            chosen = {key: record[key] for key in keys}
            if chosen not in fitting:
                fitting.append(chosen)
        elif keys == {"pk", "language"}:
            fitting.append({"pk": record["pk"], "language": "en"})
    return fitting or [made() if made else {}]


@cache
def arguments_of_addresses() -> dict[str, set[str]]:
    """The names of the arguments of each address."""

    def below(patterns: Any, namespace: str, held: set[str]) -> Iterator[tuple[str, set[str]]]:
        for entry in patterns:
            own = held | set(entry.pattern.regex.groupindex)
            if isinstance(entry, URLResolver):
                yield from below(
                    entry.url_patterns, f"{namespace}{entry.namespace}:" if entry.namespace else namespace, own
                )
            else:
                yield f"{namespace}{entry.name or entry.pattern}", own

    return dict(below(get_resolver().url_patterns, "", set()))


def text_of(response: Any) -> str:
    """Everything that leaves with an answer: words, headers, and what lies in a packed file."""
    body: bytes = b"".join(response.streaming_content) if response.streaming else response.content
    if body.startswith(b"PK"):
        with ZipFile(BytesIO(body)) as packed:
            body = b"".join(packed.read(name) for name in packed.namelist())
    return f"{response.headers} {body.decode(errors='replace')}"


def outsider(part: str, request: pytest.FixtureRequest) -> User:
    """Somebody of this role who is in no circle; the cast's own ``staff`` is in it."""
    if part == "staff":
        return UserFactory(roles=[Role.STAFF], handle="outsider", name="Olga Tinsmith")
    user: User = request.getfixturevalue(part)
    return user


@pytest.mark.parametrize("part", PARTS)
def test_no_address_says_a_confided_word_to_any_role(
    part: str, request: pytest.FixtureRequest, client_of: Any, vault: Vault
) -> None:
    rows, makers = all_rows(), all_makers()
    client = client_of(outsider(part, request))
    # Half of the question stands in an address: pages may repeat what was asked.
    secrets = (MARK,) if part == "compliance" else (MARK, CIRCLE)
    visited: set[str] = set()
    confided: set[str] = set()
    leaks: list[str] = []
    for name in sorted(rows.keys() - NOT_ASKED.keys()):
        row = rows[name]
        with transaction.atomic():
            is_confided = name in vault.arguments or name.partition(":")[0] in vault.arguments
            made = asked_with(name, makers.get(row.maker), vault)
            for arguments in made:
                url = reverse(name, kwargs=arguments)
                asks: list[tuple[str, Any]] = []
                if "get" in row.verbs:
                    asks.append(("get", {}))
                    asks += [("get", {"q": ASKED})] if name.endswith(SEARCHED) else []
                if "post" in row.verbs and (row.asks == "post" or is_confided):
                    asks.append(("post", row.data(arguments) if callable(row.data) else dict(row.data)))
                for verb, data in asks:
                    with transaction.atomic():
                        response = getattr(client, verb)(url, data, headers=dict(row.headers))
                        said = text_of(response)
                        transaction.set_rollback(True)
                    assert response.status_code < 500 or response.status_code == 503, (name, verb)
                    leaks += [f"{verb} {url} says {secret}" for secret in secrets if secret in said]
            visited.add(name)
            if is_confided:
                confided.add(name)
            transaction.set_rollback(True)
    assert not leaks
    assert visited | NOT_ASKED.keys() == rows.keys() == arguments_of_addresses().keys()
    assert {
        "contact_log:detail",
        "commitments:detail",
        "forums:detail",
        "partnerships:detail",
        "core:change",
    } <= confided


def test_the_same_sweep_finds_the_word_as_a_member(client_of: Any, vault: Vault, staff: User) -> None:
    """What the sweep above reads does say the word to those who may know it, or it would prove nothing."""
    client = client_of(staff)
    for name in (
        "contact_log:detail",
        "commitments:detail",
        "forums:detail",
        "partnerships:detail",
        "campaigns:detail",
    ):
        said = [text_of(client.get(reverse(name, kwargs=each))) for each in asked_with(name, None, vault)]
        assert said, name
        assert all(MARK in text for text in said), name


def asks_of_lists(reader: User) -> Iterator[tuple[Any, str]]:
    """Every list that can be carried away, sorted and filtered in every way that it offers."""
    for entry in exportable_lists:
        if not entry.allowed(reader):
            continue
        request = RequestFactory().get("/")
        request.user = reader
        state = entry.state(request)
        yield entry, ""
        for column in state.all_columns:
            if column.order is not None:
                yield from ((entry, f"sort={sign}{column.key}") for sign in ("", "-"))
        for name, field in state.filterset.form.fields.items():
            choices = [str(value) for value, _label in getattr(field, "choices", ()) if value]
            yield from ((entry, urlencode({name: value})) for value in (choices[:6] or [ASKED, "2026-01-01", "true"]))


def files_of(reader: User) -> dict[tuple[str, str], list[str]]:
    """The rows of each file for each question, without the lines that say when it was written."""
    files = {}
    for entry, query in asks_of_lists(reader):
        request = RequestFactory().get(f"/?{query}")
        request.user = User.objects.get(pk=reader.pk)
        text = b"".join(stream_csv(entry, entry.state(request), request.user)).decode()
        files[entry.key, query] = [line for line in text.splitlines() if not line.startswith(('"# ', "# ", "\ufeff"))]
    return files


@pytest.mark.parametrize("part", ["secretariat", "compliance"])
def test_another_secret_gives_every_list_the_same_rows(part: str, request: pytest.FixtureRequest, vault: Vault) -> None:
    """No filter and no order depends on what the reader may not know: the secret changes and the answers do not."""
    reader = outsider(part, request)
    before = files_of(reader)
    assert len(before) > 100
    assert not [key for key, lines in before.items() if MARK in "\n".join(lines)]
    changes = {
        "kind": "letter",
        "direction": "incoming",
        "duration_minutes": 3,
        "initiated_by": "other",
        "arranged": "no",
    }
    with recorded(None, system="tests"):
        for row in vault.rows:
            if not isinstance(row, ADDED_ONLY):
                plant(row, "Zirconium")
        entries = [row.pk for row in vault.rows if isinstance(row, Interaction)]
        Interaction.objects.filter(pk__in=entries).update(**changes, occurred_on=date(2011, 1, 1))
        Participant.objects.filter(interaction__in=entries).update(holds_public_office=True, role="copied")
        FollowUp.objects.filter(interaction__in=entries).update(due_on=date(2001, 1, 1), assignee=reader)
        Commitment.objects.filter(interaction__in=entries).update(due_on=date(2001, 1, 1), by_user=reader)
    after = files_of(reader)
    assert {key for key in before if before[key] != after[key]} == set()


def test_a_stored_file_holds_what_its_person_may_read(vault: Vault, staff: User, secretariat: User) -> None:
    """Made by a job, for the person who asked; nobody else fetches it."""
    held = {}
    for person in (staff, secretariat):
        job = start_job(
            actor=person,
            kind=JOB_KIND,
            title="Export",
            parameters={"list": "contact-log", "format": "csv", "query": ""},
        )
        run(job.pk)
        job.refresh_from_db()
        with job.result_file.open() as file:
            held[person.handle] = file.read().decode()
    assert MARK in held["staff"]
    assert MARK not in held["secretariat"]


def test_mail_to_others_says_nothing_that_was_confided(vault: Vault, administrator: User) -> None:
    shown = OutboxMessage.objects.visible_to(administrator)
    told = [mail.pk for mail in shown if MARK in f"{mail.subject}{mail.body_text}{mail.body_html}{mail.headers}"]
    assert OutboxMessage.objects.filter(subject__contains=MARK).exists()
    assert not told
