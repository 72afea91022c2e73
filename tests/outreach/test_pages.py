"""The pages of notices: what they show to whom, and that nothing typed is lost and nothing is sent by looking."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import tasks
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Circle, CircleMembership, Draft, Installation, OutboxMessage
from c2m2a_crm.core.registries import home_blocks, panels_for
from c2m2a_crm.outreach import selectors, services
from c2m2a_crm.outreach.models import Campaign
from tests.outreach.conftest import Table
from tests.outreach.making import KEY, TEXTS, fingerprint, notice, plain_draft, send

SEND = {"is_forum_business": "on"}


def new_url(quarry: Table) -> str:
    return f"{reverse('campaigns:create')}?audience={KEY}&record={quarry.record.pk}"


def page(answer: HttpResponse) -> Any:
    return html.fromstring(answer.content)


def words(answer: HttpResponse) -> str:
    return " ".join(" ".join(page(answer).cssselect("main")[0].itertext()).split())


def typed(answer: HttpResponse) -> dict[str, str]:
    """What stands in the fields of the form; empty lines are missing."""
    form = page(answer).cssselect("form[data-draft]")[0]
    return {name: value for name, value in form.form_values() if name != "csrfmiddlewaretoken"}


# --- Writing ----------------------------------------------------------------------------------------------------------


def test_a_notice_begins_at_its_audience(as_staff: Client, quarry: Table) -> None:
    assert "A notice begins at its audience." in words(as_staff.get(reverse("campaigns:create")))
    said = words(as_staff.get(new_url(quarry)))
    assert "Table of tests: Quarry Table" in said


@pytest.mark.parametrize(
    "query", ["audience=nobody&record=1", "audience=%s&record=0", "audience=%s&record=x", "record=1"]
)
def test_an_unknown_audience_is_not_found(as_staff: Client, quarry: Table, query: str) -> None:
    assert as_staff.get(f"{reverse('campaigns:create')}?{query.replace('%s', KEY)}").status_code == 404


def test_what_is_written_is_saved_and_reviewed_and_nothing_leaves(as_staff: Client, staff: User, quarry: Table) -> None:
    token = uuid.uuid4()
    answers = [as_staff.post(new_url(quarry), {**TEXTS, "token": token}) for _time in range(2)]
    campaign = Campaign.objects.get()
    assert {answer["Location"] for answer in answers} == {campaign.get_absolute_url()}
    assert (campaign.created_by, campaign.audience_name_en, campaign.audience_name_fr) == (
        staff,
        "Quarry Table",
        "Quarry Table (FR)",
    )
    assert (campaign.state_en, campaign.state_fr) == ("draft", "draft")
    assert not OutboxMessage.objects.exists()


def test_without_a_subject_nothing_is_saved_and_nothing_typed_is_lost(as_staff: Client, quarry: Table) -> None:
    answer = as_staff.post(new_url(quarry), {"body_en": "Long words", "token": uuid.uuid4()})
    assert answer.status_code == 422
    assert typed(answer)["body_en"].strip() == "Long words"
    assert not Campaign.objects.exists()


def test_what_was_typed_and_not_saved_comes_back_and_can_be_thrown_away(as_staff: Client, quarry: Table) -> None:
    form = typed(as_staff.get(new_url(quarry)))
    kept = as_staff.post(reverse("campaigns:draft"), {**form, "subject_en": "Half a thought"})
    assert "Draft saved" in kept.content.decode()
    again = as_staff.get(new_url(quarry))
    assert "What you had typed is back" in words(again)
    assert (typed(again)["subject_en"], typed(again)["token"]) == ("Half a thought", form["token"])
    as_staff.post(reverse("campaigns:discard_draft"), {"token": form["token"]})
    assert "subject_en" not in typed(as_staff.get(new_url(quarry)))


def test_a_saved_notice_leaves_no_draft_behind(as_staff: Client, quarry: Table) -> None:
    form = typed(as_staff.get(new_url(quarry)))
    as_staff.post(reverse("campaigns:draft"), {**form, "subject_en": "Half"})
    answer = as_staff.post(new_url(quarry), {**form, **TEXTS}, headers={"X-Draft": "1"})
    assert (answer.status_code, answer["X-Saved"]) == (204, form["token"])
    assert not Draft.objects.exists()
    assert Campaign.objects.count() == 1


def test_nobody_reads_anybody_elses_draft(as_staff: Client, as_secretariat: Client, quarry: Table) -> None:
    form = typed(as_staff.get(new_url(quarry)))
    as_staff.post(reverse("campaigns:draft"), {**form, "subject_en": "Half"})
    assert "subject_en" not in typed(as_secretariat.get(new_url(quarry)))
    refused = as_secretariat.post(reverse("campaigns:draft"), {**form, "subject_en": "Mine now"})
    assert refused.status_code == 422
    assert Draft.objects.get().data["subject_en"] == "Half"


def test_an_edit_marks_the_other_side_and_the_editor_says_that_it_still_holds(
    as_staff: Client, draft: Campaign
) -> None:
    url = reverse("campaigns:edit", args=[draft.pk])
    as_staff.post(url, {**TEXTS, "body_en": "On Wednesday.", "version": 1})
    draft.refresh_from_db()
    assert draft.state_fr == "stale"
    form = as_staff.get(url)
    assert "The French still says the same" in words(form)
    assert "The English still says the same" not in words(form)
    as_staff.post(url, {**TEXTS, "body_en": "On Wednesday.", "confirm_fr": "on", "version": draft.version})
    draft.refresh_from_db()
    assert draft.state_fr == "draft"


def test_two_editors_see_what_each_wrote(as_staff: Client, as_secretariat: Client, draft: Campaign) -> None:
    url = reverse("campaigns:edit", args=[draft.pk])
    as_secretariat.post(url, {**TEXTS, "subject_en": "Theirs", "version": 1})
    conflict = as_staff.post(url, {**TEXTS, "subject_en": "Mine", "subject_fr": "Le mien", "version": 1})
    assert conflict.status_code == 409
    assert "Theirs" in words(conflict)
    assert typed(conflict)["subject_en"] == "Mine"
    settled = {**typed(conflict), "keep_subject_en": "theirs"}
    assert as_staff.post(url, settled).status_code == 302
    draft.refresh_from_db()
    assert (draft.subject_en, draft.subject_fr) == ("Theirs", "Le mien")


def test_a_draft_that_was_kept_meets_a_later_edit_as_what_it_was_begun_from(
    as_staff: Client, as_secretariat: Client, draft: Campaign
) -> None:
    url = reverse("campaigns:edit", args=[draft.pk])
    form = typed(as_staff.get(url))
    as_staff.post(reverse("campaigns:draft"), {**form, "subject_en": "Mine"})
    as_secretariat.post(url, {**TEXTS, "subject_en": "Theirs", "body_fr": "Mercredi.", "version": 1})
    again = typed(as_staff.get(url))
    assert (again["version"], again["subject_en"]) == ("1", "Mine")
    conflict = as_staff.post(url, again)
    assert conflict.status_code == 409
    assert "Theirs" in words(conflict)
    draft.refresh_from_db()
    assert draft.subject_en == "Theirs"
    assert as_staff.post(url, {**typed(conflict), "keep_subject_en": "mine"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.subject_en, draft.body_fr) == ("Mine", "Mercredi.")


def test_a_draft_keeps_no_character_that_the_database_refuses(as_staff: Client, quarry: Table) -> None:
    form = typed(as_staff.get(new_url(quarry)))
    kept = as_staff.post(reverse("campaigns:draft"), {**form, "subject_en": "Half\x00 a thought"})
    assert kept.status_code == 200
    assert Draft.objects.get().data["subject_en"] == "Half a thought"


def test_what_is_typed_for_a_circle_is_kept_by_the_server_and_never_by_the_device(
    staff: User, as_staff: Client, quarry: Table
) -> None:
    def marks() -> Any:
        return page(as_staff.get(new_url(quarry))).cssselect("form[data-draft]")[0].attrib

    assert "data-draft-sealed" not in marks()
    with recorded(None, system="tests"):
        circle = Circle.objects.create(name="Permits")
        CircleMembership.objects.create(circle=circle, user=staff)
    quarry.audience.sealed_circle_id = circle.pk
    assert "data-draft-sealed" in marks()
    assert "data-draft-saved" not in marks()
    assert marks()["data-draft-url"] == reverse("campaigns:draft")
    form = typed(as_staff.get(new_url(quarry)))
    as_staff.post(reverse("campaigns:draft"), {**form, "subject_en": "Half a thought"})
    assert typed(as_staff.get(new_url(quarry)))["subject_en"] == "Half a thought"
    edit = as_staff.post(new_url(quarry), {**form, **TEXTS})["Location"]
    assert "data-draft-sealed" in page(as_staff.get(f"{edit}edit/")).cssselect("form[data-draft]")[0].attrib


def test_what_was_sent_cannot_be_edited(as_secretariat: Client, secretariat: User, draft: Campaign) -> None:
    send(secretariat, draft)
    assert as_secretariat.get(reverse("campaigns:edit", args=[draft.pk])).status_code == 403
    assert as_secretariat.post(reverse("campaigns:edit", args=[draft.pk]), TEXTS).status_code == 403


# --- Review and sending -----------------------------------------------------------------------------------------------


def test_the_review_says_who_gets_it_and_who_does_not_and_offers_sending_with_the_number(
    as_secretariat: Client, draft: Campaign
) -> None:
    answer = as_secretariat.get(draft.get_absolute_url())
    said = words(answer)
    assert "Will get it 3 of 4 1 in English, 1 in French, 1 in both languages" in said
    assert "Ines Gravel No e-mail address." in said
    assert "Send to 3 people" in said
    assert not OutboxMessage.objects.exists()


@pytest.mark.parametrize("role", ["viewer", "staff", "compliance"])
def test_who_may_not_send_sees_the_review_without_the_button(
    role: str, draft: Campaign, request: pytest.FixtureRequest, client_of: Any
) -> None:
    answer = client_of(request.getfixturevalue(role)).get(draft.get_absolute_url())
    assert "The secretariat or an administrator sends it." in words(answer)
    assert not page(answer).cssselect(f"form[action='{reverse('campaigns:send', args=[draft.pk])}']")


def test_an_office_without_an_address_is_led_to_its_settings(
    as_administrator: Client, as_secretariat: Client, draft: Campaign
) -> None:
    Installation.objects.update(postal_address="")
    answer = as_administrator.get(draft.get_absolute_url())
    assert [link.get("href") for link in page(answer).cssselect("#checks a")] == [reverse("core:settings")]
    assert "An administrator enters them." in words(as_secretariat.get(draft.get_absolute_url()))
    assert "Send to" not in words(answer)


def test_sending_asks_for_the_kind_and_then_goes_once(
    as_secretariat: Client, secretariat: User, draft: Campaign, settings: Any
) -> None:
    settings.OUTBOX_KEEPS_MAIL = False
    url = reverse("campaigns:send", args=[draft.pk])
    seen = fingerprint(secretariat, draft)
    unconfirmed = as_secretariat.post(url, {"seen": seen})
    assert unconfirmed.status_code == 422
    assert "Confirm what kind of message it is" in words(unconfirmed)
    assert not OutboxMessage.objects.exists()
    for _press in range(3):
        assert as_secretariat.post(url, {**SEND, "seen": seen})["Location"] == draft.get_absolute_url()
    assert OutboxMessage.objects.count() == 3
    said = words(as_secretariat.get(draft.get_absolute_url()))
    assert "0 of 3 handed over or settled." in said
    tasks.deliver_due_mail()
    said = words(as_secretariat.get(draft.get_absolute_url()))
    assert "handed over or settled" not in said
    assert "Accepted by the mail server 3" in said
    assert "Ines Gravel" in said


def test_a_plan_that_changed_is_shown_again_and_not_sent(
    as_secretariat: Client, secretariat: User, draft: Campaign, quarry: Table
) -> None:
    seen = fingerprint(secretariat, draft)
    quarry.audience.people.remove(quarry.english)
    answer = as_secretariat.post(reverse("campaigns:send", args=[draft.pk]), {**SEND, "seen": seen})
    assert answer.status_code == 409
    assert "changed since you looked" in words(answer)
    assert "Will get it 2 of 3" in words(answer)
    assert not OutboxMessage.objects.exists()
    again = page(answer).cssselect("input[name=seen]")[0].get("value")
    assert as_secretariat.post(reverse("campaigns:send", args=[draft.pk]), {**SEND, "seen": again}).status_code == 302
    assert OutboxMessage.objects.count() == 2


def test_the_progress_asks_for_itself_until_nothing_waits(
    as_viewer: Client, secretariat: User, draft: Campaign, settings: Any
) -> None:
    settings.OUTBOX_KEEPS_MAIL = False
    send(secretariat, draft)
    url = reverse("campaigns:progress", args=[draft.pk])
    part = html.fragment_fromstring(as_viewer.get(url).content.decode())
    assert part.get("hx-get") == url
    tasks.deliver_due_mail()
    assert html.fragment_fromstring(as_viewer.get(url).content.decode()).get("hx-get") is None


def test_with_mail_off_the_result_says_that_nobody_got_it(
    as_secretariat: Client, secretariat: User, draft: Campaign
) -> None:
    assert django_settings.OUTBOX_KEEPS_MAIL
    send(secretariat, draft)
    assert "Nobody got it." in words(as_secretariat.get(draft.get_absolute_url()))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_preview_is_the_mail_in_a_sandbox(as_viewer: Client, draft: Campaign, language: str) -> None:
    answer = as_viewer.get(reverse("campaigns:preview", args=[draft.pk, language]))
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script-src" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert html.fromstring(answer.content).get("lang") == language
    framed = page(as_viewer.get(draft.get_absolute_url())).cssselect("iframe")
    assert {frame.get("sandbox") for frame in framed} == {""}


def test_a_language_that_is_not_written_has_no_preview(as_viewer: Client, staff: User) -> None:
    draft = plain_draft(staff, subject_fr="", body_fr="")
    assert as_viewer.get(reverse("campaigns:preview", args=[draft.pk, "fr"])).status_code == 404
    assert as_viewer.get(reverse("campaigns:preview", args=[draft.pk, "de"])).status_code == 404


# --- What the room adds elsewhere -------------------------------------------------------------------------------------


def test_a_record_of_an_audience_gets_its_link_for_those_who_write(staff: User, viewer: User, quarry: Table) -> None:
    assert selectors.notice_url(staff, KEY, quarry.record) == new_url(quarry)
    assert selectors.notice_url(viewer, KEY, quarry.record) == ""
    assert selectors.notice_url(staff, "nobody", quarry.record) == ""


def test_the_person_page_says_what_was_sent_and_what_was_stopped(
    secretariat: User, viewer: User, staff: User, draft: Campaign, quarry: Table
) -> None:
    def mail_panel() -> Any:
        return {panel.key: context for panel, context in panels_for(viewer, quarry.english)}.get("mail-person")

    assert mail_panel() is None
    send(secretariat, draft)
    services.note_stop(actor=staff, address="flint@quarry.example", scope=services.Scope(draft), reason="by telephone")
    shown = mail_panel()
    assert [row.campaign for row, _mark in shown["rows"]] == [draft]
    assert [stop["scope"] for stop in shown["stops"]] == ["Quarry Table"]


def test_home_tells_of_drafts_that_wait_and_of_copies_that_failed(
    secretariat: User, staff: User, viewer: User, quarry: Table, settings: Any
) -> None:
    def waiting(user: User) -> list[str]:
        block = home_blocks["notices"].context(user)
        return [row["note"] for row in block["rows"]] if block else []

    draft = notice(secretariat, quarry.record)
    assert (waiting(secretariat), waiting(staff), waiting(viewer)) == (["Draft, not sent"], [], [])
    settings.OUTBOX_KEEPS_MAIL = False
    send(secretariat, draft)
    assert waiting(secretariat) == []
    OutboxMessage.objects.filter(to_address="flint@quarry.example").update(to_address="nobody\n@here")
    tasks.deliver_due_mail()
    assert waiting(secretariat) == ["Some copies did not arrive"]


def test_lists_find_by_word_tab_and_outcome(
    as_staff: Client, secretariat: User, draft: Campaign, quarry: Table
) -> None:
    other = notice(secretariat, quarry.record, subject_en="Minutes of May", subject_fr="Procès-verbal de mai")
    send(secretariat, draft)
    services.discard_campaign(actor=secretariat, campaign=other)
    url = reverse("campaigns:list")

    def subjects(**query: str) -> list[str]:
        return [cell.text_content() for cell in page(as_staff.get(url, query)).cssselect("tbody th a")]

    assert subjects() == ["Plenary on Tuesday"]
    assert subjects(tab="discarded") == ["Minutes of May"]
    assert subjects(tab="discarded", q="proces-verbal") == ["Minutes of May"]
    assert subjects(tab="drafts") == []
    assert subjects(q="quarry") == ["Plenary on Tuesday"]

    copies = reverse("campaigns:deliveries")

    def names(**query: str) -> list[str]:
        rows = page(as_staff.get(copies, {"campaign": draft.pk, **query})).cssselect("tbody th")
        return [row.text_content() for row in rows]

    assert names() == ["Ines Basalt", "Ines Flint", "Ines Gravel", "Ines Silex"]
    assert names(outcome="held_back") == ["Ines Gravel"]
    assert names(language="fr") == ["Ines Silex"]
    assert names(language="both", outcome="kept") == ["Ines Basalt"]
    assert names(q="flint@") == ["Ines Flint"]


def test_the_frozen_list_can_be_carried_away(as_staff: Client, secretariat: User, draft: Campaign) -> None:
    send(secretariat, draft)
    said = {"purpose": "A meeting", "query": f"campaign={draft.pk}"}
    answer = as_staff.post(reverse("core:export", args=["copies", "csv"]), said)
    text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()  # type: ignore[attr-defined]  # either kind
    assert "flint@quarry.example" in text
    assert "No e-mail address." in text


def test_the_pages_speak_french(secretariat: User, draft: Campaign) -> None:
    visitor = Client(headers={"Accept-Language": "fr-CA"})
    visitor.force_login(secretariat)
    assert page(visitor.get(draft.get_absolute_url())).get("lang").startswith("fr")
    assert "Plénière mardi" in words(visitor.get(draft.get_absolute_url()))
