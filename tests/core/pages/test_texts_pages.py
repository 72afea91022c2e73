"""Settings and public texts: both languages, both editors, and readers without an account."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import feedback
from c2m2a_crm.core.history import history_of
from c2m2a_crm.core.markdown import to_html
from c2m2a_crm.core.models import AccessibilityFeedback, Installation, PublicText
from c2m2a_crm.core.pages.texts import FEEDBACK_PER_HOUR
from c2m2a_crm.core.texts import edit_public_text, load_public_texts

State = PublicText.State
PRIVACY = "/p/privacy/"
FEEDBACK = "/p/accessibility/"


@pytest.fixture(autouse=True)
def reference(db: None) -> None:
    call_command("seed_reference", verbosity=0)


def privacy() -> PublicText:
    return PublicText.objects.get(key="privacy")


def form_of(text: PublicText, **changes: Any) -> dict[str, Any]:
    names = ("title_en", "title_fr", "body_en", "body_fr", "state_en", "state_fr", "version")
    return {name: getattr(text, name) for name in names} | changes


def office_form(**changes: Any) -> dict[str, Any]:
    office = Installation.current()
    names = (
        "name_en name_fr legal_kind sender_name_en sender_name_fr contact_email postal_address"
        " entry_closes_after_days known_by_one_months document_ceiling document_max_mb version"
    )
    flags = {name: "on" for name in ("is_registered_charity", "has_lobbying_room") if getattr(office, name)}
    return {name: getattr(office, name) for name in names.split()} | flags | changes


# --- Reference data --------------------------------------------------------------------------------------------------


def test_three_texts_are_loaded_in_both_languages() -> None:
    assert {text.key for text in PublicText.objects.all()} == {"accessibility", "privacy", "licences"}
    assert all(text.body_en and text.body_fr for text in PublicText.objects.all())


def test_loading_again_changes_nothing_and_never_overwrites_an_edited_page(administrator: User) -> None:
    edit_public_text(actor=administrator, text=privacy(), version=1, changes={"body_en": "Ours."})
    assert load_public_texts() == "0 made, 0 renewed, 3 kept"
    assert privacy().body_en == "Ours."


def test_a_page_that_nobody_edited_follows_the_present_text() -> None:
    PublicText.objects.filter(key="privacy").update(body_en="An older text.")
    assert load_public_texts() == "0 made, 1 renewed, 2 kept"
    assert privacy().body_en != "An older text."
    assert privacy().version == 1


# --- Reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("key", ["accessibility", "privacy", "licences"])
@pytest.mark.parametrize("language", ["en", "fr"])
def test_everybody_reads_the_pages_in_their_language(client: Client, key: str, language: str) -> None:
    answer = client.get(f"/p/{key}/", headers={"Accept-Language": language})
    text = PublicText.objects.get(key=key)
    page = html.fromstring(answer.content)
    assert page.cssselect("h1")[0].text_content().strip() == getattr(text, f"title_{language}")
    assert page.get("lang") == f"{language}-CA"


def test_a_text_in_the_other_language_only_is_marked_with_its_language(client: Client) -> None:
    PublicText.objects.filter(key="privacy").update(body_fr="")
    page = html.fromstring(client.get(PRIVACY, headers={"Accept-Language": "fr"}).content)
    assert page.cssselect("article")[0].get("lang") == "en"


def test_an_unknown_page_does_not_exist(client: Client) -> None:
    assert client.get("/p/nothing/").status_code == 404


@pytest.mark.parametrize(
    ("text", "unwanted"),
    [
        ("<script>alert(1)</script>", "<script"),
        ("[x](javascript:alert(1))", 'javascript:alert(1)"'),
        ('<img src=x onerror="alert(1)">', "<img"),
        ("![x](https://tracker.example/x.png)", "<img"),
        ('[x](https://a.example)<b onclick="alert(1)">', "<b"),
    ],
)
def test_markdown_does_no_harm(text: str, unwanted: str) -> None:
    assert unwanted not in to_html(text)


def test_markdown_makes_what_pages_need() -> None:
    made = to_html("# Title\n\n- **one**\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[us](mailto:a@b.example)")
    for wanted in ("<h2>Title</h2>", "<strong>one</strong>", "<td>1</td>", 'href="mailto:a@b.example"'):
        assert wanted in made
    assert "<h1" not in made


# --- Feedback --------------------------------------------------------------------------------------------------------


def test_feedback_arrives_without_an_account_and_is_thanked_for(client: Client, as_administrator: Client) -> None:
    answer = client.post(FEEDBACK, {"text": "No focus ring.", "contact": "a@b.example"}, follow=True)
    assert "Thank you" in answer.content.decode()
    row = AccessibilityFeedback.objects.get()
    assert (row.text, row.contact, row.language) == ("No focus ring.", "a@b.example", "en")
    page = as_administrator.get(reverse("core:feedback")).content.decode()
    assert "No focus ring." in page
    as_administrator.post(reverse("core:feedback_answered", args=[row.pk]))
    row.refresh_from_db()
    assert row.answered_at is not None


def test_feedback_stands_in_pages_what_waits_first_and_narrows(
    as_administrator: Client, as_compliance: Client, staff: User
) -> None:
    made = AccessibilityFeedback.objects.bulk_create(
        AccessibilityFeedback(text=f"Barrier {number}", contact=f"{number}@b.example", language="en")
        for number in range(60)
    )
    with pytest.raises(PermissionDenied):
        feedback.mark_answered(actor=staff, feedback=made[59])
    address = reverse("core:feedback")
    act = reverse("core:feedback_answered", args=[made[59].pk])
    assert as_compliance.post(act).status_code == 403
    assert as_administrator.post(act, {"next": f"{address}?q=59"})["Location"] == f"{address}?q=59"

    seen: list[str] = []
    url = address
    for _page in range(2):
        page = html.fromstring(as_administrator.get(url).content)
        seen += [item.text_content() for item in page.cssselect("#results li p.pre-line")]
        url = "".join(str(link.get("href")) for link in page.cssselect("nav.pager a[rel=next]"))
    assert len(seen) == 60
    assert (seen[0], seen[-1]) == ("Barrier 58", "Barrier 59")
    for query, count in (("q=59%40b", 1), ("state=answered", 1), ("state=waiting", 50), ("q=nobody", 0)):
        page = html.fromstring(as_administrator.get(f"{address}?{query}").content)
        assert len(page.cssselect("#results li p.pre-line")) == count, query
    fragment = as_administrator.get(f"{address}?q=59%40b", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "Barrier 59" in fragment


def test_empty_feedback_is_refused_and_kept_nowhere(client: Client) -> None:
    assert client.post(FEEDBACK, {"text": " "}).status_code == 422
    assert not AccessibilityFeedback.objects.exists()


def test_feedback_is_taken_a_few_times_an_hour(client: Client) -> None:
    address = "192.0.2.77"  # of this test alone: the count lives in the cache, which tests share
    answers = [client.post(FEEDBACK, {"text": "Again."}, REMOTE_ADDR=address) for _ in range(FEEDBACK_PER_HOUR + 1)]
    statuses = [answer.status_code for answer in answers]
    assert statuses == [302] * FEEDBACK_PER_HOUR + [429]
    assert AccessibilityFeedback.objects.count() == FEEDBACK_PER_HOUR


def test_other_pages_take_no_feedback(client: Client) -> None:
    assert client.post(PRIVACY, {"text": "x"}).status_code == 405


# --- Editing ---------------------------------------------------------------------------------------------------------


def test_editing_one_side_marks_the_other_as_stale(as_administrator: Client, administrator: User) -> None:
    PublicText.objects.update(state_en=State.APPROVED, state_fr=State.APPROVED)
    url = reverse("core:edit_public_text", args=["privacy"])
    assert as_administrator.post(url, form_of(privacy(), body_en="New words.")).status_code == 302
    text = privacy()
    assert (text.body_en, text.state_en, text.state_fr, text.version) == ("New words.", "approved", "stale", 2)
    change = history_of(text).first()
    assert change is not None
    assert change.actor_id == administrator.pk


def test_editing_both_sides_leaves_none_stale(administrator: User) -> None:
    text = edit_public_text(
        actor=administrator, text=privacy(), version=1, changes={"body_en": "New.", "body_fr": "Nouveau."}
    )
    assert (text.state_en, text.state_fr) == (State.DRAFT, State.DRAFT)


def test_a_stale_side_is_fresh_again_once_it_is_edited_or_approved(administrator: User) -> None:
    text = edit_public_text(actor=administrator, text=privacy(), version=1, changes={"body_en": "New."})
    text = edit_public_text(actor=administrator, text=text, version=2, changes={"body_fr": "Nouveau."})
    assert (text.state_en, text.state_fr) == (State.STALE, State.DRAFT)
    text = edit_public_text(actor=administrator, text=text, version=3, changes={"state_en": State.APPROVED})
    assert (text.state_en, text.state_fr) == (State.APPROVED, State.DRAFT)


def test_a_side_without_words_is_missing(administrator: User) -> None:
    text = edit_public_text(actor=administrator, text=privacy(), version=1, changes={"body_fr": ""})
    assert text.state_fr == State.MISSING


def test_two_editors_see_mine_and_theirs_and_choose(
    as_administrator: Client, administrator: User, compliance: User
) -> None:
    url = reverse("core:edit_public_text", args=["privacy"])
    mine = form_of(privacy(), body_en="Mine.", title_fr="La confidentialité")
    edit_public_text(actor=compliance, text=privacy(), version=1, changes={"body_en": "Theirs."})
    answer = as_administrator.post(url, mine)
    assert answer.status_code == 409
    page = html.fromstring(answer.content)
    (conflict,) = page.cssselect(".conflict")
    assert "Mine." in conflict.text_content()
    assert "Theirs." in conflict.text_content()
    assert compliance.name in conflict.text_content()
    assert privacy().body_en == "Theirs."
    chosen = {
        **mine,
        "seen_version": page.cssselect("input[name=seen_version]")[0].get("value"),
        "keep_body_en": "mine",
    }
    assert as_administrator.post(url, chosen).status_code == 302
    assert (privacy().body_en, privacy().title_fr) == ("Mine.", "La confidentialité")


def test_settings_are_saved_and_told_in_history(as_administrator: Client, administrator: User) -> None:
    url = reverse("core:settings")
    answer = as_administrator.post(url, office_form(name_en="North Desk", is_registered_charity="on"), follow=True)
    assert "Changes saved." in answer.content.decode()
    office = Installation.current()
    assert (office.name_en, office.is_registered_charity, office.version) == ("North Desk", True, 2)
    change = history_of(office).first()
    assert change is not None
    assert change.actor_id == administrator.pk


def test_a_bad_setting_is_refused_beside_its_field_and_nothing_is_written(as_administrator: Client) -> None:
    answer = as_administrator.post(
        reverse("core:settings"), office_form(name_en="North Desk", entry_closes_after_days="0", contact_email="x")
    )
    assert answer.status_code == 422
    page = html.fromstring(answer.content)
    assert page.cssselect("#id_contact_email_error")
    assert Installation.current().name_en == "C2M2A CRM"


def test_saving_without_a_change_says_so(as_administrator: Client) -> None:
    answer = as_administrator.post(reverse("core:settings"), office_form(), follow=True)
    assert "Nothing was changed." in answer.content.decode()
    assert Installation.current().version == 1
