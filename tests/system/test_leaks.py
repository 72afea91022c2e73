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
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.exports import stream_csv
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Circle, History
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
from c2m2a_crm.engagement.models import Commitment, Correction, FollowUp, Initiative, Interaction, Point
from c2m2a_crm.engagement.services import NextStep, Promise, Raised, keep_commitment
from c2m2a_crm.outreach.models import Campaign
from c2m2a_crm.outreach.services import Scope, stop_by_link
from members.models import Party, Person
from members.services import create_party, create_person
from tests.engagement.making import circle_of, initiative, log
from tests.outreach.making import plain_draft, sent_notice

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
            "navigation": {item.key: item.count(user) for item in navigation if item.count},
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
            "found": [search(user, words).count for words in (MARK, ASKED, MARK[:3], f"{MARK} subject", f"{MARK[:-1]}e")],
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
