"""The log form: drafts that wait until they are saved."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.core.models import Draft
from members.models import Party, Person
from tests.engagement.log_form import CREATE, filled

pytestmark = pytest.mark.django_db


def test_a_closed_drawer_loses_nothing(as_staff: Client, as_secretariat: Client, amara: Person) -> None:
    sent = filled(line="Call somebody re the offtake", notes="Half a thought")
    answer = as_staff.post(reverse("contact_log:draft"), sent)
    assert answer.content.decode().startswith("Draft saved")
    page = html.fromstring(as_staff.get(CREATE).content)
    assert page.cssselect("textarea[name=line]")[0].text_content().strip() == sent["line"]
    assert page.cssselect("input[name=token]")[0].get("value") == sent["token"]
    other = html.fromstring(as_secretariat.get(CREATE).content)
    assert other.cssselect("textarea[name=line]")[0].text_content().strip() == ""


def test_a_saved_form_leaves_no_draft(as_staff: Client, amara: Person) -> None:
    sent = filled(line=f"Call {amara.family_name} re permits")
    as_staff.post(reverse("contact_log:draft"), sent)
    as_staff.post(CREATE, sent)
    assert Draft.objects.count() == 0
    as_staff.post(reverse("contact_log:draft"), sent)  # a late save of the draft, after the contact itself
    assert Draft.objects.count() == 0


def test_a_draft_keeps_no_character_that_the_database_refuses(as_staff: Client) -> None:
    sent = {"token": str(uuid.uuid4()), "line": "Call\x00ed them", "odd\x00": "x"}
    assert as_staff.post(reverse("contact_log:draft"), sent).status_code == 200
    kept = Draft.objects.get().data
    assert (kept["line"], kept["odd"]) == (["Called them"], ["x"])


def test_nobody_overwrites_anothers_draft(as_staff: Client, as_secretariat: Client) -> None:
    sent = filled(line="Mine")
    as_staff.post(reverse("contact_log:draft"), sent)
    response = as_secretariat.post(reverse("contact_log:draft"), {**sent, "line": "Theirs"})
    assert response.status_code == 422
    assert Draft.objects.get().data["line"] == ["Mine"]


def draft(client: Client, line: str, **more: object) -> str:
    sent = filled(line=line, **more)
    client.post(reverse("contact_log:draft"), sent)
    return str(sent["token"])


def token_in(content: bytes) -> str:
    return str(html.fromstring(content).cssselect("input[name=token]")[0].get("value"))


def test_a_record_continues_only_the_draft_begun_from_it(as_staff: Client, amara: Person, northline: Party) -> None:
    of_amara = draft(as_staff, "Of Amara", preset_who=f"person:{amara.pk}")
    of_northline = draft(as_staff, "Of Northline", preset_who=f"party:{northline.pk}")
    assert token_in(as_staff.get(CREATE, {"person": amara.pk}).content) == of_amara
    assert token_in(as_staff.get(CREATE, {"party": northline.pk}).content) == of_northline
    assert token_in(as_staff.get(CREATE).content) == of_northline  # the newest
    fresh = as_staff.get(CREATE, {"party": northline.pk, "new": "1"})
    assert token_in(fresh.content) not in {of_amara, of_northline}
    assert token_in(as_staff.get(CREATE, {"draft": of_amara}).content) == of_amara


def test_the_head_of_the_form_offers_the_other_drafts(
    as_staff: Client, as_secretariat: Client, amara: Person, northline: Party
) -> None:
    draft(as_staff, "Of nobody")
    draft(as_secretariat, "Of another author")
    htmx = {"HX-Request": "true"}
    page = html.fromstring(as_staff.get(CREATE, {"person": amara.pk}, headers=htmx).content)
    head = page.cssselect(".drafts")[0].text_content()
    assert "1 draft" in head
    assert "Of nobody" in head
    assert "Of another author" not in head
    draft(as_staff, "Of Amara", preset_who=f"person:{amara.pk}")
    page = html.fromstring(as_staff.get(CREATE, {"person": amara.pk}, headers=htmx).content)
    links = [link.get("href") for link in page.cssselect("a[data-instead]")]
    assert links[-1] == f"{CREATE}?new=1&person={amara.pk}"
    assert len(links) == 2
