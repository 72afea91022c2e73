"""Third parties are written to about their records, may answer by a day, and their answer stays with the request."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from lxml import html

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.disposal import DisposalRefused
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Document, History, OutboxMessage
from c2m2a_crm.core.registries import Disposal
from c2m2a_crm.core.validity import today
from c2m2a_crm.privacy.models import AccessItem, LegalPeriod, ThirdPartyNotice
from c2m2a_crm.privacy.rules import REQUESTS
from c2m2a_crm.privacy.services import holds, requests
from c2m2a_crm.privacy.services.notices import record_answer, send_notice
from c2m2a_crm.privacy.services.requests import RequestRefused
from c2m2a_crm.privacy.services.reviewing import review_item
from members.services import anonymise_person, create_person
from tests.engagement.making import circle_of
from tests.privacy.making import BASE, information, noticed, profile, to_third_party

pytestmark = pytest.mark.django_db

Answer = ThirdPartyNotice.Answer
LETTER = {
    "recipient": "Northline Nickel",
    "to_address": "legal@northline.example",
    "language": "en",
    "contents": "Prices per tonne.",
}


def later(days: int) -> datetime:
    return datetime.combine(today() + timedelta(days=days), time(18), UTC)


def test_the_letter_leaves_in_the_language_of_the_third_party_with_the_days_of_the_setting(compliance: User) -> None:
    notice = noticed(compliance)
    assert (notice.period.subject, notice.period.days, notice.period.is_confirmed) == ("third_party_answer", 20, False)
    assert notice.answer_until == today() + timedelta(days=20)
    mail = OutboxMessage.objects.get(kind="privacy.third_party")
    assert (mail.to_address, mail.language) == ("legal@northline.example", "fr")
    assert "Loi sur l’accès à l’information" in mail.body_text
    assert "art. 27 et 28" in mail.body_text
    assert "Les prix à la tonne." in mail.body_text
    assert notice.request.reference in mail.subject
    # It says nothing of who asked.
    assert "Ines Quarry" not in mail.body_text
    assert [each.item.mark for each in notice.records.all()] == [AccessItem.Mark.THIRD_PARTY]
    assert History.objects.filter(tbl="privacy_thirdpartynotice", row_id=notice.pk, actor_id=compliance.pk).exists()

    LegalPeriod.objects.filter(subject="third_party_answer").update(days=30, version=2)
    request, item = to_third_party(compliance)
    second = send_notice(actor=compliance, request=request, items=[item], **LETTER)
    assert second.answer_until == today() + timedelta(days=30)
    assert (
        "within 30 days of this notice" in OutboxMessage.objects.get(key=f"privacy.third_party:{second.pk}").body_text
    )


def test_only_a_federal_institution_asked_for_information_writes(compliance: User, as_compliance: Client) -> None:
    profile("nonprofit")
    request = information(compliance)
    with pytest.raises(RequestRefused, match="wants no notice"):
        send_notice(actor=compliance, request=request, items=[], **LETTER)
    assert as_compliance.get(reverse("privacy:send_notice", args=[request.pk])).status_code == 404
    assert not OutboxMessage.objects.exists()


def test_a_letter_that_says_too_little_is_refused_and_nothing_is_sent(compliance: User, staff: User) -> None:
    request, item = to_third_party(compliance)
    for changes, field in (
        ({"recipient": " "}, "recipient"),
        ({"contents": ""}, "contents"),
        ({"to_address": "nobody"}, "to_address"),
        ({"language": "de"}, "language"),
        ({"items": []}, "items"),
    ):
        with pytest.raises(RequestRefused) as refused:
            send_notice(actor=compliance, request=request, **{"items": [item], **LETTER, **changes})  # type: ignore[arg-type]  # deliberately loose
        assert refused.value.field == field
    with pytest.raises(NotAllowed):
        send_notice(actor=staff, request=request, items=[item], **LETTER)
    review_item(actor=compliance, item=item, mark=AccessItem.Mark.RELEASE)
    with pytest.raises(RequestRefused, match="Mark the records"):
        send_notice(actor=compliance, request=request, items=[item], **LETTER)
    LegalPeriod.objects.filter(subject="third_party_answer").delete()
    review_item(actor=compliance, item=item, mark=AccessItem.Mark.THIRD_PARTY)
    with pytest.raises(RequestRefused, match="No period"):
        send_notice(actor=compliance, request=request, items=[item], **LETTER)
    requests.close_request(actor=compliance, request=request, note="Answered.")
    with pytest.raises(RequestRefused, match="closed"):
        send_notice(actor=compliance, request=request, items=[item], **LETTER)
    assert not ThirdPartyNotice.objects.exists()
    assert not OutboxMessage.objects.filter(kind="privacy.third_party").exists()


def test_the_answer_is_recorded_within_its_days(compliance: User, staff: User) -> None:
    notice = noticed(compliance)
    with pytest.raises(NotAllowed):
        record_answer(actor=staff, notice=notice, answer=Answer.OBJECTS, answered_on=today())
    for answer, day, field in (
        ("perhaps", today(), "answer"),
        (Answer.OBJECTS, today() - timedelta(days=1), "answered_on"),
        (Answer.OBJECTS, today() + timedelta(days=1), "answered_on"),
        (Answer.NONE, today(), "answer"),
    ):
        with pytest.raises(RequestRefused) as refused:
            record_answer(actor=compliance, notice=notice, answer=answer, answered_on=day)
        assert refused.value.field == field
    with time_machine.travel(later(21), tick=False):
        record_answer(actor=compliance, notice=notice, answer=Answer.NONE, answered_on=today())
        requests.close_request(actor=compliance, request=notice.request, note="Answered.")
        with pytest.raises(RequestRefused, match="closed"):
            record_answer(actor=compliance, notice=notice, answer=Answer.OBJECTS, answered_on=today())
    notice.refresh_from_db()
    assert notice.answer == Answer.NONE


def test_the_pages_send_once_and_tell_what_waits(as_compliance: Client, compliance: User) -> None:
    request, item = to_third_party(compliance)
    address = reverse("privacy:send_notice", args=[request.pk])
    assert address in as_compliance.get(request.get_absolute_url()).content.decode()
    page = as_compliance.get(address).content
    assert "within 20 days" in page.decode()
    assert "Unconfirmed" in page.decode()
    (token,) = html.fromstring(page).cssselect("input[name=token]")
    assert html.fromstring(page).cssselect("input[name=recipient]")[0].get("value") == "Northline Nickel"
    sent = {**LETTER, "items": [item.pk], "token": token.get("value")}
    assert as_compliance.post(address, {**sent, "contents": ""}).status_code == 422
    for _time in range(2):
        assert as_compliance.post(address, sent).status_code == 302
    notice = ThirdPartyNotice.objects.get()
    assert OutboxMessage.objects.filter(kind="privacy.third_party").count() == 1
    shown = html.fromstring(as_compliance.get(request.get_absolute_url()).content)
    card = " ".join(shown.cssselect("#third-parties")[0].text_content().split())
    for words in ("Northline Nickel", "Waits for an answer", "unconfirmed", "1 record"):
        assert words in card, words
    answer = reverse("privacy:notice_answer", args=[request.pk, notice.pk])
    assert as_compliance.post(answer, {"answer": "none", "answered_on": today().isoformat()}).status_code == 422
    said = {"answer": "objects", "answered_on": today().isoformat(), "note": "Our prices are secret."}
    assert as_compliance.post(answer, said).status_code == 302
    shown = html.fromstring(as_compliance.get(request.get_absolute_url()).content)
    card = " ".join(shown.cssselect("#third-parties")[0].text_content().split())
    for words in ("Objects", "Our prices are secret."):
        assert words in card, words


def test_its_words_go_with_the_request_and_with_a_name(compliance: User, staff: User) -> None:
    person = create_person(actor=staff, given_name="Zebulon", family_name="Quillfeather")
    notice = noticed(compliance, recipient="Zebulon Quillfeather")
    holds.note_authority(actor=compliance, number="2021/004", institution="Ours", covers="All")
    act = Disposal(compliance, "2021/004", "Due", BASE)
    with pytest.raises(DisposalRefused, match="is open"):
        anonymise_person(actor=compliance, person=person, authority="2021/004", reason="They asked.")
    requests.close_request(actor=compliance, request=notice.request, note="Answered.")
    anonymise_person(actor=compliance, person=person, authority="2021/004", reason="They asked.")
    notice.refresh_from_db()
    assert notice.recipient.startswith("Anonymized person")
    REQUESTS.dispose(notice.request_id, act)
    notice.refresh_from_db()
    assert (notice.recipient, notice.to_address, notice.contents) == ("", "", "")
    changes = History.objects.filter(tbl="privacy_thirdpartynotice", row_id=notice.pk)
    assert not [change for change in changes if "northline" in f"{change.before} {change.after}".lower()]


def test_a_record_confided_since_is_in_no_letter(compliance: User, staff: User) -> None:
    request, item = to_third_party(compliance)
    with recorded(None, system="tests"):
        Document.objects.update(sealed_circle=circle_of(staff))
    with pytest.raises(RequestRefused, match="Mark the records"):
        send_notice(actor=compliance, request=request, items=[item], **LETTER)
    assert not ThirdPartyNotice.objects.exists()
