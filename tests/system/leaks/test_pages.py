"""Pages, counts and timelines, as somebody outside the circle meets them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import History
from c2m2a_crm.core.registries import home_blocks, home_figures, navigation, panels_for, timeline_of
from c2m2a_crm.core.searching.service import search
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Commitment, FollowUp, Initiative, Interaction, Point
from c2m2a_crm.outreach.models import Campaign
from tests.system.leaks.planting import ASKED, CIRCLE, MARK, Office, sealable_models
from tests.system.leaks.reading import secrets_in

# Lists are asked in every way that could bring a confided row to light.
ASKED_OF_LISTS = {
    "/contact-log/": (f"?q={ASKED}", "?attempts=without", "?kind=call", "?sort=kind", "?follow_up=late"),
    "/follow-ups/": (f"?q={ASKED}", "?tab=everyone", "?tab=late", "?tab=done"),
    "/commitments/": (f"?q={ASKED}", "?tab=late", "?tab=ours", "?tab=theirs", "?tab=settled"),
    "/organizations/": (f"?q={ASKED}", "?sort=last_contact", "?rhythm=on&column=rhythm", "?prospect=warm"),
    "/people/": (f"?q={ASKED}", "?sort=-last_contact", "?rhythm=on&column=rhythm"),
    "/pulse/": (f"?q={ASKED}", "?sort=touched", "?owed=any", "?state=on"),
    "/pulse/people/": ("?owed=promises", "?sort=-touched"),
    "/prospects/": ("?warm=yes", "?sort=warmth"),
}


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


def read_records(client: Client, office: Office) -> Iterator[tuple[str, str]]:
    """Home, lists in every way, and every record's page, with its text. Every other address is asked beside this."""
    pages = ["/", "/campaigns/", "/campaigns/copies/", *ASKED_OF_LISTS]
    pages += [office.person.get_absolute_url(), office.party.get_absolute_url()]
    pages += [row.get_absolute_url() for row in Interaction.objects.all()]
    pages += [row.get_absolute_url() for row in Campaign.objects.all()]
    pages += [reverse("commitments:detail", args=[row.pk]) for row in Commitment.objects.all()]
    for page in pages:
        for query in ("", *ASKED_OF_LISTS.get(page, ())):
            response = client.get(page + query)
            if response.status_code in (200, 403):
                yield page + query, response.content.decode()


def test_no_page_says_a_confided_word(request: pytest.FixtureRequest, client_of: Any, office: Office) -> None:
    leaks = []
    for part in ("viewer", "secretariat", "administrator"):
        said = dict(read_records(client_of(request.getfixturevalue(part)), office))
        assert len(said) > 30
        assert any("Open words" in text for text in said.values())
        leaks += [(part, page, secret) for page, text in said.items() for secret in secrets_in(text, CIRCLE)]
    assert not leaks


def test_those_in_the_circle_do_see_it(as_staff: Client, office: Office) -> None:
    for page in (
        "/contact-log/",
        "/follow-ups/",
        "/commitments/",
        "/campaigns/",
        "/campaigns/copies/",
        "/",
        office.party.get_absolute_url(),
    ):
        assert MARK in as_staff.get(page).content.decode(), page


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


@pytest.mark.parametrize("sort", ["kind", "-kind", "minutes", "-minutes", "recorded_at"])
def test_an_order_by_content_leaves_restricted_rows_out(as_secretariat: Client, office: Office, sort: str) -> None:
    assert "Restricted entry" in as_secretariat.get("/contact-log/").content.decode()
    assert "Restricted entry" not in as_secretariat.get("/contact-log/", {"sort": sort}).content.decode()
