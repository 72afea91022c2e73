"""A meeting from the invitation to the adopted minutes, in both languages, driven as people do it; its clicks counted.

The job: run a meeting of 25 seats with at most 10 keys and 15 clicks from adjourning to minutes and letters on their
way. Four seats and one item are enough to see that it works; all 25 and three items when the run is exhaustive.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import OutboxMessage
from c2m2a_crm.engagement.models import Commitment, Participant
from forums.meetings.promise_mail import promises_path
from forums.meetings.review_mail import review_path
from forums.meetings.rsvp import answer_path
from forums.meetings.services import agenda
from forums.models import Attendance, Decision, Forum, Invitation, Meeting, MinutesComment, MinutesReviewer
from tests.browser.conftest import arrive
from tests.browser.counting import Hand
from tests.meetings.making import MeetingMaking

pytestmark = pytest.mark.django_db(transaction=True)

MOST_CLICKS, MOST_KEYS = 15, 10
ITEMS = (("Permits", "Permis"), ("Roads", "Routes"), ("Next steps", "Suite"))


def table_of(making: MeetingMaking, size: int) -> Forum:
    """A forum with so many seats, held in turn by readers of English and of French."""
    forum = making.forum("Round Table", name_fr="Table ronde", is_run_by_us=True)
    names = [f"Ann Holder{number:02}" if number % 2 else f"Zoé Titulaire{number:02}" for number in range(1, size + 1)]
    for number, name in enumerate(names):
        making.seated(forum, name, language="en" if number % 2 == 0 else "fr")
    making.rule(forum, "half_plus_one")
    return forum


@pytest.fixture
def opened_link(browser: Browser, live_server: LiveServer, listening: Callable[[Page], None]) -> Callable[..., Page]:
    """A page of somebody without an account, who came by a link: it speaks the language of whoever was written to."""

    context = browser.new_context(base_url=live_server.url, extra_http_headers={"Accept-Language": "en-CA"})
    page = context.new_page()
    listening(page)

    def opened(path: str, language: str) -> Page:
        page.goto(path)
        expect(page.locator("html")).to_have_attribute("lang", f"{language}-CA")
        return page

    return opened


def letters(kind: str) -> int:
    return OutboxMessage.objects.filter(kind=kind).count()


def test_meeting_from_the_invitation_to_adopted_minutes_in_both_languages_within_its_clicks(
    visit: Callable[..., Page], opened_link: Callable[..., Page], secretariat: User, exhaustive: bool
) -> None:
    size, items = (25, ITEMS) if exhaustive else (4, ITEMS[-1:])
    making = MeetingMaking(secretariat)
    forum = table_of(making, size)
    meeting = making.meeting(forum)
    for english, french in items:
        agenda.add_item(actor=secretariat, meeting=meeting, title_en=english, title_fr=french)

    # Everybody is asked, and answers by the link of their letter.
    page = visit(secretariat, f"/meetings/{meeting.pk}/invitations/")
    page.get_by_role("button", name="Send invitations").click()
    expect(page.locator("main")).to_contain_text(f"No answer yet: {size}")
    assert letters("meetings.invitation") == size
    for asked in Invitation.objects.select_related("meeting", "person").order_by("pk")[: size if exhaustive else 1]:
        link = opened_link(answer_path(asked), asked.language)
        link.get_by_role("button", name="Je viens" if asked.language == "fr" else "I come", exact=False).first.click()
        expect(link.get_by_role("status").first).to_be_visible()
    assert set(Invitation.objects.exclude(answer="").values_list("answer", flat=True)) == {"yes"}

    # The day has come. From here on it is counted: the roll, outcomes in both languages, letters.
    with recorded(None, system="test"):
        Meeting.objects.update(
            starts_at=timezone.now() - timedelta(minutes=90), ends_at=timezone.now() - timedelta(minutes=1)
        )
    arrive(page, f"/meetings/{meeting.pk}/")
    hand = Hand(page)
    hand.click("Roll call", role="link")
    hand.click("All present")
    hand.reads(f"Came: {size}")
    hand.key("j", "r")
    hand.reads("regrets: 1")
    hand.key("o")
    hand.click("Minutes", role="link", within=page.locator(".tabs"))
    hand.click("Begin the minutes")
    promiser = Attendance.objects.filter(mark="present").select_related("person").latest("pk").person
    for number, (english, _french) in enumerate(items):
        hand.click(f"Write: {english}", role="link")
        hand.write("Text in English", f"We spoke.\n! Decided {number}.\n> {promiser.full_name}: sends paper {number}")
        hand.write(
            "Text in French", f"Nous avons parlé.\n! Décidé {number}.\n> {promiser.full_name}: sends paper {number}"
        )
        hand.click("Save")
    hand.click("Tell each what they promised")
    hand.click("Send for review", role="link")
    hand.click("Send for review")
    hand.reads("Out for review")
    assert hand.clicks <= MOST_CLICKS, f"{hand.clicks} clicks"
    assert hand.keys <= MOST_KEYS, f"{hand.keys} keys"
    assert Decision.objects.count() == Commitment.objects.count() == len(items)
    assert Participant.objects.filter(interaction__meeting=meeting, person__isnull=False).count() == size - 1
    assert (letters("meetings.promises"), letters("meetings.review")) == (1, size - 1)

    # Two read and comment, one in each language; one says that a promise is kept.
    readers = MinutesReviewer.objects.select_related("minutes__meeting", "person").order_by("pk")
    for language in ("en", "fr"):
        reader = readers.filter(language=language)[0]
        link = opened_link(review_path(reader), language)
        expect(link.locator("main")).to_contain_text("Nous avons parlé." if language == "fr" else "We spoke.")
        link.locator("details summary").first.click()
        link.locator("textarea").first.fill("Un mot" if language == "fr" else "One word")
        link.locator("main button[type=submit]").first.click()
        expect(link.locator("main")).to_contain_text("Un mot" if language == "fr" else "One word")
    link = opened_link(promises_path(Meeting.objects.get(), promiser), promiser.language)
    link.locator("input[type=checkbox]").first.check()
    link.locator("main button[type=submit]").first.click()
    expect(link.get_by_role("status").first).to_be_visible()
    assert Commitment.objects.open().count() == len(items) - 1

    # Each comment is answered, and the minutes are adopted; both texts stand side by side.
    arrive(page, f"/meetings/{meeting.pk}/minutes/")
    page.get_by_role("link", name="2 comments").click()
    for _comment in range(2):
        waiting = page.locator("section.card", has_text="Not answered yet").first
        with page.expect_navigation():
            waiting.get_by_role("button", name="Taken up", exact=True).click()
    assert not MinutesComment.objects.open().exists()
    arrive(page, f"/meetings/{meeting.pk}/minutes/")
    page.get_by_role("link", name="Adopt", exact=True).click()
    page.get_by_role("button", name="Adopt", exact=True).click()
    expect(page.locator("main")).to_contain_text("Adopted")
    expect(page.locator("main")).to_contain_text(f"Décidé {len(items) - 1}.")
    expect(page.locator("main")).to_contain_text(f"Decided {len(items) - 1}.")
    assert Meeting.objects.get().status == Meeting.Status.ADOPTED


def test_readiness_for_a_meeting_is_one_click_from_home_and_its_paper_one_more(
    visit: Callable[..., Page], secretariat: User
) -> None:
    making = MeetingMaking(secretariat)
    making.meeting(table_of(making, 2), days=1)
    hand = Hand(visit(secretariat, "/"))
    hand.click("Briefing: Spring meeting", role="link")
    hand.reads("Ann Holder01")
    assert hand.clicks == 1
    expect(
        hand.page.get_by_role("link", name="PDF").or_(hand.page.get_by_role("button", name="PDF")).first
    ).to_be_visible()
