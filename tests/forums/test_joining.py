"""Joining: from the public form to a seat, with the rule's reason, an appeal, and questions in a queue of their own."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.models import Document, OutboxMessage
from c2m2a_crm.core.validity import today
from forums.joining import services
from forums.joining.emails import PURPOSE
from forums.joining.openness import is_open_to_applications, is_open_to_questions
from forums.models import Forum, Inquiry, SeatAppeal, SeatApplication, SeatTerm
from forums.selectors import terms_of_reference_on
from forums.services import NotEligible
from forums.terms_of_reference.services import adopt_terms
from members.memberships import intake
from members.memberships.services import Ruling
from members.models import Application, Party
from members.services import add_email, anonymise_person
from tests.factories import UserFactory
from tests.forums.joining import BASE, application_for, inquiry_about, open_table
from tests.forums.making import Making
from tests.forums.reading import errors_of, page_of, text_of

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>"


def sent(**more: Any) -> dict[str, Any]:
    return {
        "form_token": str(uuid.uuid4()),
        "organization_name": "Slag Works",
        "party_kind": "business",
        "given_name": "Sol",
        "family_name": "Slag",
        "email": "sol@slag.example",
        "statement": "We recycle.",
        **more,
    }


def ruling(reason: str = "The constituency is thin.") -> Ruling:
    return Ruling("Secretariat", today(), reason)


def declined(making: Making) -> SeatApplication:
    asked = application_for(open_table(making))
    services.decline(actor=making.actor, asked=asked, ruling=ruling("No room this year."), base_url=BASE)
    return asked


# --- The public form --------------------------------------------------------------------------------------------------


def test_a_form_sent_twice_makes_one_application_and_one_letter(making: Making, client: Client) -> None:
    forum = open_table(making)
    url = reverse("forums_public:apply", args=[forum.pk])
    assert "Open to non-governmental members only" in text_of(page_of(client.get(url)), ".page-head")
    data = sent(category=forum.categories.get().pk, contribution="Black mass", confidential=["statement"])
    for _each in range(2):
        assert client.post(url, data).url == f"{url}?sent=1"
    asked = SeatApplication.objects.get()
    assert (asked.forum, asked.contribution, asked.confidential) == (forum, "Black mass", ["statement"])
    letter = OutboxMessage.objects.get()
    assert "We received your application" in letter.subject
    assert "----" in letter.body_text  # the other official language below
    assert "We recycle." not in letter.body_text


def test_an_ineligible_kind_is_told_by_which_rule(making: Making, client: Client) -> None:
    url = reverse("forums_public:apply", args=[open_table(making).pk])
    for kind, words in (("government", "non-governmental members only"), ("academic", "not among the kinds admitted")):
        response = client.post(url, sent(party_kind=kind))
        assert response.status_code == 422
        assert words in errors_of(response)
    assert not Application.objects.exists()


def test_only_open_tables_have_public_forms(making: Making, client: Client) -> None:
    others = making.forum("Table of others")
    by_invitation = open_table(making, selection="invitation")
    secret = making.forum("Quiet", is_run_by_us=True)
    making.seal(secret, making.actor)
    for forum, apply, ask in ((others, 404, 404), (by_invitation, 404, 200), (secret, 404, 404)):
        assert client.get(reverse("forums_public:apply", args=[forum.pk])).status_code == apply
        assert client.get(reverse("forums_public:ask", args=[forum.pk])).status_code == ask
        fresh = Forum.objects.get(pk=forum.pk)
        assert is_open_to_questions(fresh) == (ask == 200)
        assert is_open_to_applications(fresh, terms_of_reference_on(fresh, today())) == (apply == 200)


def test_a_script_in_every_field_stays_text(making: Making, client: Client, as_secretariat: Client) -> None:
    url = reverse("forums_public:apply", args=[open_table(making).pk])
    fields = (
        "organization_name",
        "website",
        "given_name",
        "family_name",
        "title",
        "phone",
        "statement",
        "contribution",
        "conflicts",
    )
    file = SimpleUploadedFile("<script>alert(1).txt", SCRIPT.encode())
    assert client.post(url, sent(**dict.fromkeys(fields, SCRIPT), attachments=[file])).status_code == 302
    asked = SeatApplication.objects.get()
    document = Document.objects.get()
    assert document.title_en == "-script-alert(1)"
    for reader, page in (
        (as_secretariat, asked.get_absolute_url()),
        (as_secretariat, reverse("forums:applications")),
        (as_secretariat, reverse("forums:accept", args=[asked.pk])),
        (client, link_of(asked)),
    ):
        text = reader.get(page).content.decode()
        assert SCRIPT not in text
        assert "&lt;script&gt;" in text


def test_what_a_program_fills_in_is_not_kept(making: Making, client: Client) -> None:
    url = reverse("forums_public:apply", args=[open_table(making).pk])
    assert client.post(url, sent(homepage="https://spam.example")).url == f"{url}?sent=1"
    assert not Application.objects.exists()


# --- Deciding ---------------------------------------------------------------------------------------------------------


def test_an_applicant_is_seated_by_two_forms(making: Making, as_secretariat: Client) -> None:
    forum = open_table(making)
    asked = application_for(forum, category=forum.categories.get(), confidential=["statement"])
    page = page_of(as_secretariat.get(asked.get_absolute_url()))
    assert "Eligible Business is among the kinds admitted" in text_of(page, "#eligibility")
    assert "Third party, in confidence" in text_of(page, "#sent")
    url = reverse("forums:accept", args=[asked.pk])
    form = page_of(as_secretariat.get(url)).forms[-1]
    data = dict(form.form_values()) | {
        "decided_by": "Secretariat",
        "reason": "Recyclers are few.",
    }
    response = as_secretariat.post(url, data)
    assert response.status_code == 302, errors_of(response)
    term = SeatTerm.objects.select_related("person", "party", "seat").get()
    assert (term.person.full_name, str(term.party), term.first_day) == ("Sol Slag", "Slag Works", today())
    assert term.last_day is not None  # as long as agreed
    asked.refresh_from_db()
    assert (asked.term, asked.application.decision) == (term, Application.Decision.ADMITTED)
    assert "accepted" in OutboxMessage.objects.order_by("-pk")[0].subject


def test_a_rule_of_the_day_it_came_decides(making: Making) -> None:
    forum = open_table(making, kinds=[Party.Kind.ACADEMIC])
    asked = application_for(forum)
    seat = forum.seats.first()
    assert seat is not None
    assert not services.verdict_of(asked).is_eligible
    with pytest.raises(NotEligible, match="not among the kinds admitted"):
        services.accept(
            actor=making.actor, asked=asked, seat=seat, first=today(), last=None, ruling=ruling(), base_url=BASE
        )
    asked.application.refresh_from_db()
    assert asked.application.decision == ""
    assert not Party.objects.filter(name_en="Slag Works").exists()


def test_whoever_declared_an_interest_does_not_decide(making: Making, as_secretariat: Client) -> None:
    asked = application_for(open_table(making))
    as_secretariat.post(reverse("forums:conflict", args=[asked.pk]), {"text": "My cousin's company."})
    assert "Accept" not in text_of(page_of(as_secretariat.get(asked.get_absolute_url())), ".page-actions, .actions")
    response = as_secretariat.post(
        reverse("forums:decline", args=[asked.pk]),
        {"decided_by": "Me", "decided_on": today().isoformat(), "reason": "No."},
    )
    assert response.status_code == 422
    assert "Somebody else decides" in text_of(page_of(response), "form")
    asked.application.refresh_from_db()
    assert asked.application.decision == ""


# --- Appeals ----------------------------------------------------------------------------------------------------------


def link_of(asked: SeatApplication) -> str:
    return intake.state_path(asked.application, PURPOSE)


def test_the_applicant_reads_the_reason_and_appeals_once(making: Making, client: Client) -> None:
    asked = declined(making)
    page = page_of(client.get(link_of(asked)))
    assert "No room this year." in text_of(page, ".facts")
    key = page.cssselect("input[name=form_key]")[0].get("value")
    assert client.post(link_of(asked), {"text": "There is room.", "form_key": key}).status_code == 200
    assert SeatAppeal.objects.get().text == "There is room."
    with pytest.raises(services.AppealedAlready):
        services.appeal(asked=asked, text="Again.", base_url=BASE)
    assert not page_of(client.get(link_of(asked))).cssselect("textarea")


def test_an_open_application_has_nothing_to_appeal_against(making: Making, client: Client) -> None:
    asked = application_for(open_table(making))
    with pytest.raises(services.NoAppeal):
        services.appeal(asked=asked, text="Hurry.", base_url=BASE)
    # The link of a membership does not open it, nor the other way round.
    assert client.get(intake.state_path(asked.application)).status_code == 404


def test_somebody_else_decides_the_appeal_and_opens_it_again(making: Making) -> None:
    asked = declined(making)
    made = services.appeal(asked=asked, text="There is room.", base_url=BASE)
    decide = {"made": made, "outcome": SeatAppeal.Outcome.ALLOWED, "ruling": ruling("There is."), "base_url": BASE}
    with pytest.raises(services.SomebodyElseDecides):
        services.decide_appeal(actor=making.actor, **decide)  # type: ignore[arg-type]  # shared by both calls
    other: User = UserFactory(roles=[Role.SECRETARIAT])
    services.decide_appeal(actor=other, **decide)  # type: ignore[arg-type]  # as above
    asked = SeatApplication.objects.with_state().get(pk=asked.pk)
    assert asked.application.decision == ""
    seat = asked.forum.seats.first()
    assert seat is not None
    term = services.accept(
        actor=other, asked=asked, seat=seat, first=today(), last=None, ruling=ruling(), base_url=BASE
    )
    assert term.person.full_name == "Sol Slag"
    with pytest.raises(intake.AlreadyDecided):
        services.decide_appeal(actor=other, **decide)  # type: ignore[arg-type]  # as above


def test_a_circle_closes_the_link_and_the_queue(making: Making, client: Client, as_secretariat: Client) -> None:
    asked = declined(making)
    making.seal(asked.forum)
    assert client.get(link_of(asked)).status_code == 404
    assert as_secretariat.get(asked.get_absolute_url()).status_code == 404


# --- Queues -----------------------------------------------------------------------------------------------------------


def test_applications_for_a_seat_do_not_stand_among_those_for_membership(
    making: Making, as_secretariat: Client, as_viewer: Client
) -> None:
    asked = application_for(open_table(making))
    assert "Slag Works" in as_secretariat.get(reverse("forums:applications")).content.decode()
    assert "Slag Works" not in as_secretariat.get(reverse("memberships:applications")).content.decode()
    assert as_secretariat.get(reverse("memberships:application", args=[asked.pk])).status_code == 404
    assert as_viewer.get(reverse("forums:applications")).status_code == 403


def test_a_question_is_answered_once_in_its_language(making: Making, as_secretariat: Client) -> None:
    inquiry = inquiry_about(open_table(making))
    url = reverse("forums:inquiry", args=[inquiry.pk])
    waiting = reverse("forums:inquiries")
    assert "Quinn Query" in text_of(page_of(as_secretariat.get(waiting, {"answered": "no"})), "tbody")
    assert as_secretariat.post(url, {"text": "Quatre fois par an."}).status_code == 302
    letter = OutboxMessage.objects.get()
    assert (letter.to_address, letter.language) == ("quinn@query.example", "fr")
    assert "Quatre fois par an." in letter.body_text
    assert as_secretariat.post(url, {"text": "Encore."}).status_code == 422
    assert OutboxMessage.objects.count() == 1
    assert "Quinn Query" not in text_of(page_of(as_secretariat.get(waiting, {"answered": "no"})), "tbody")


def test_a_question_comes_by_the_public_form(making: Making, client: Client) -> None:
    url = reverse("forums_public:ask", args=[open_table(making).pk])
    data = {"form_token": str(uuid.uuid4()), "name": "Q", "email": "q@q.example", "question": "When?"}
    for _each in range(2):
        assert client.post(url, data).status_code == 302
    assert Inquiry.objects.get().question == "When?"


def test_the_terms_of_today_say_who_is_offered_the_form(making: Making, client: Client) -> None:
    forum = open_table(making)
    adopt_terms(actor=making.actor, forum=forum, first=today(), selection="nomination")
    assert client.get(reverse("forums_public:apply", args=[forum.pk])).status_code == 404


def test_the_words_of_somebody_made_anonymous_go(making: Making, compliance: User) -> None:
    forum = open_table(making)
    asked = declined(making)
    services.appeal(asked=asked, text="There is room.", base_url=BASE)
    inquiry = inquiry_about(forum, email="sol@slag.example")
    other = inquiry_about(forum)
    SeatApplication.objects.update(contribution="Black mass")
    person = making.person("Sol Slag")
    add_email(actor=making.actor, owner=person, address="sol@slag.example")
    anonymise_person(actor=compliance, person=person, authority="s. 5", reason="Asked for it")
    asked.refresh_from_db()
    inquiry.refresh_from_db()
    other.refresh_from_db()
    assert (asked.contribution, SeatAppeal.objects.get().text) == ("", "[…]")
    assert (inquiry.name, inquiry.question, inquiry.answer) == ("[…]", "[…]", "")
    assert "slag" not in inquiry.email
    assert other.name == "Quinn Query"
