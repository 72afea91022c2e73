"""Draft minutes out for review: personal links to those who attended, comments that are answered, nothing lost."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.models import History, Installation, OutboxMessage
from c2m2a_crm.core.validity import today
from forums.meetings.errors import MeetingRefused, NotApproved
from forums.meetings.review_mail import review_path
from forums.meetings.services import agenda, minutes, reviewing, roll_call
from forums.meetings.services.reviewing import Said
from forums.models import Minutes, MinutesComment, MinutesReviewer, MinutesSection
from members.models import Person
from tests.meetings.making import MeetingMaking

pytestmark = pytest.mark.django_db

BASE = "https://crm.example/"
Draft = tuple[Minutes, dict[str, Person]]


@pytest.fixture
def draft(making: MeetingMaking) -> Draft:
    """Two who came and read English and French, one who did not, one whose address came back; two written sections."""
    forum = making.forum(name_fr="Forum des carottes")
    people = {
        "en": making.seated(forum, "Ann Feldspar", language="en"),
        "fr": making.seated(forum, "Zoé Basalte", language="fr"),
        "gone": making.seated(forum, "Kai Quartz", language="en"),
        "lost": making.seated(forum, "Bo Bounce", language="en"),
    }
    meeting = making.meeting(forum, days=-0.02)
    for title in ("Permits", "Roads"):
        agenda.add_item(actor=making.actor, meeting=meeting, title_en=title, title_fr=f"{title} FR")
    for name, person in people.items():
        seat = person.seat_terms.get().seat
        mark = "regrets" if name == "gone" else "present"
        roll_call.mark(actor=making.actor, meeting=meeting, person=person, mark=mark, seat=seat)
    refused = str({"bo.bounce@cast.example": (550, b"5.1.1 no such user")})
    for state, error in (("sent", ""), ("failed", refused)):
        OutboxMessage.objects.create(
            key=state,
            kind="test",
            to_address="bo.bounce@cast.example",
            subject="x",
            body_text="x",
            state=state,
            last_error=error,
            not_before=timezone.now(),
        )
    minutes.begin_minutes(actor=making.actor, meeting=meeting)
    for section in sections():
        write(
            making,
            section,
            text_en="We spoke of roads.\n! The map is adopted.",
            text_fr="Nous avons parlé.\n! Adoptée.",
        )
    return written(), people


def sections() -> list[MinutesSection]:
    return list(MinutesSection.objects.select_related("minutes__meeting", "item").order_by("position"))


def written() -> Minutes:
    return Minutes.objects.select_related("meeting__forum__initiative").get()


def write(making: MeetingMaking, section: MinutesSection, **texts: str) -> None:
    section = MinutesSection.objects.select_related("minutes__meeting", "item").get(pk=section.pk)
    minutes.edit_section(actor=making.actor, section=section, version=section.version, changes=texts)


def send(making: MeetingMaking) -> int:
    return reviewing.send_for_review(actor=making.actor, minutes=written(), base_url=BASE)[1].queued


def reader(person: Person) -> MinutesReviewer:
    return MinutesReviewer.objects.select_related("minutes__meeting", "person").get(person=person)


def press(client: Client, path: str, **said: str) -> int:
    key = client.get(path).context["form_key"]
    return client.post(
        path, {"form_key": key, **{name.replace("_", "-"): text for name, text in said.items()}}
    ).status_code


def test_those_who_attended_get_one_letter_in_their_language(making: MeetingMaking, draft: Draft) -> None:
    _minutes, sent = reviewing.send_for_review(actor=making.actor, minutes=draft[0], base_url=BASE)
    assert sent.queued == 2
    assert [(person.full_name, why) for person, why in sent.held] == [
        ("Bo Bounce", "The last message to this address was refused as undeliverable.")
    ]
    letters = {row.to_address: row for row in OutboxMessage.objects.filter(kind="meetings.review")}
    assert set(letters) == {"ann.feldspar@cast.example", "zoe.basalte@cast.example"}
    french = letters["zoe.basalte@cast.example"]
    assert (french.language, french.sensitive_until is not None) == ("fr", True)
    assert "Réunion du printemps" in french.body_text
    assert review_path(reader(draft[1]["fr"])) in french.body_text
    assert written().state == "review"
    assert send(making) == 0
    late = making.person("Late Comer")
    making.address(late)
    roll_call.add_walk_in(actor=making.actor, meeting=draft[0].meeting, person=late)
    assert send(making) == 1
    reviewing.take_back_to_draft(actor=making.actor, minutes=written())
    assert send(making) == 3  # a new review, of a new text


def test_looking_writes_nothing_and_a_comment_is_kept_once(making: MeetingMaking, draft: Draft, client: Client) -> None:
    send(making)
    path = review_path(reader(draft[1]["fr"]))
    before = History.objects.count()
    for method in (client.get, client.head):
        assert method(path).status_code == 200
    shown = client.get(path).content.decode()
    assert "Nous avons parlé." in shown
    assert "Zoé Basalte" in shown
    assert History.objects.count() == before
    first, second = sections()
    said = {
        f"comment_{first.pk}": "Il manque <b>un</b> mot.",
        f"line_{first.pk}": "Adoptée.",
        f"comment_{second.pk}": " ",
    }
    for _again in range(2):
        assert press(client, path, **said) == 302
    row = MinutesComment.objects.get()
    assert (row.section, row.quote, row.text, row.reviewer.person) == (
        first, "Adoptée.", "Il manque <b>un</b> mot.", draft[1]["fr"],
    )  # fmt: skip
    page = client.get(path).content.decode()
    assert "Il manque &lt;b&gt;un&lt;/b&gt; mot." in page
    other = client.get(review_path(reader(draft[1]["en"]))).content.decode()
    assert "Il manque" not in other
    assert "This link is for Ann Feldspar" in other


def test_refused_comments_come_back_as_they_were_typed(making: MeetingMaking, draft: Draft, client: Client) -> None:
    send(making)
    path = review_path(reader(draft[1]["en"]))
    first, second = (section.pk for section in sections())
    key = client.get(path).context["form_key"]
    long = "x" * (reviewing.LONGEST_COMMENT + 1)
    answered = client.post(path, {"form_key": key, f"comment-{first}": "Short one", f"comment-{second}": long})
    assert answered.status_code == 422
    assert "Short one" in answered.content.decode()
    assert long in answered.content.decode()
    assert client.post(path, {"form_key": key}).status_code == 422
    stale = client.post(path, {"form_key": "old", f"comment-{first}": "Short one"})
    assert stale.status_code == 403
    assert "Short one" in stale.content.decode()
    assert not MinutesComment.objects.exists()


@pytest.mark.parametrize(
    ("closing", "sentence"),
    [
        ("draft", "The minutes are being worked on again."),
        ("expired", "The day until which comments were taken has passed."),
        ("adopted", "The minutes are adopted. Comments are no longer taken."),
        ("unapproved", "The text is being changed just now."),
    ],
)
def test_closed_review_says_why_shows_no_text_and_gives_back_what_was_typed(
    making: MeetingMaking, draft: Draft, client: Client, closing: str, sentence: str
) -> None:
    send(making)
    path = review_path(reader(draft[1]["en"]))
    first = sections()[0].pk
    key = client.get(path).context["form_key"]
    if closing == "draft":
        reviewing.take_back_to_draft(actor=making.actor, minutes=written())
    elif closing == "expired":
        Minutes.objects.update(comments_until=today() - timedelta(days=1))
    elif closing == "adopted":
        minutes.adopt_minutes(actor=making.actor, minutes=written(), adopted_on=draft[0].meeting.day)
    else:
        Installation.objects.update_or_create(pk=1, defaults={"legal_kind": "federal_institution"})
    for answered in (client.get(path), client.post(path, {"form_key": key, f"comment-{first}": "My long words"})):
        shown = answered.content.decode()
        assert sentence in shown
        assert "We spoke of roads." not in shown
    assert answered.status_code == 422
    assert "My long words" in shown
    assert "It was not saved." in shown
    assert not MinutesComment.objects.exists()


def test_forged_link_opens_nothing_and_so_does_one_to_a_forum_that_was_closed_since(
    making: MeetingMaking, draft: Draft, client: Client
) -> None:
    send(making)
    path = review_path(reader(draft[1]["en"]))
    assert client.get(path[:-3] + "xx/").status_code == 404
    assert client.get(path.replace("/minutes/", "/meeting/")).status_code == 404
    making.seal(draft[0].meeting.forum, making.actor)
    assert client.get(path).status_code == 404
    with pytest.raises(NotApproved, match="closed to a circle"):
        send(making)


def test_every_comment_is_answered_before_adoption_and_its_author_sees_how(
    making: MeetingMaking, draft: Draft, client: Client, as_secretariat: Client, as_viewer: Client, staff: User
) -> None:
    send(making)
    one = reader(draft[1]["en"])
    first, second = sections()
    said = [Said(first, "Two maps", "We spoke of roads."), Said(second, "No rails")]
    row, other = reviewing.comment_by_link(reviewer=one, said=said)
    with pytest.raises(MeetingRefused, match="2 comments are not answered yet"):
        minutes.adopt_minutes(actor=making.actor, minutes=written(), adopted_on=draft[0].meeting.day)
    page = reverse("meetings:comments", args=[draft[0].meeting_id])
    url = reverse("meetings:comment_answer", args=[draft[0].meeting_id, row.pk])
    assert as_viewer.get(page).status_code == 403
    assert "Two maps" in as_secretariat.get(page).content.decode()
    refused = as_secretariat.post(url, {"verdict": "not_taken_up", "answer": ""})
    assert refused.status_code == 422
    assert "Say why it is not taken up." in refused.content.decode()
    assert as_secretariat.post(url, {"verdict": "not_taken_up", "answer": "There was one map"}).status_code == 302
    row.minutes = other.minutes = written()
    with pytest.raises(NotAllowed):
        reviewing.answer_comment(actor=staff, comment=other, verdict="taken_up")
    reviewing.answer_comment(actor=making.actor, comment=other, verdict="taken_up")
    write(making, first, text_en="We spoke of tracks.\n! The map is adopted.")
    assert "This line was changed since" in as_secretariat.get(page).content.decode()
    shown = client.get(review_path(one)).content.decode()
    for words in ("Not taken up", "There was one map", "Taken up"):
        assert words in shown
    assert minutes.adopt_minutes(actor=making.actor, minutes=written(), adopted_on=draft[0].meeting.day).is_adopted
    told = History.objects.filter(tbl="forums_minutescomment", row_id=row.pk).order_by("pk")
    assert [(each.action, each.writer or each.actor_id) for each in told] == [
        ("I", "public link"), ("U", making.actor.pk),
    ]  # fmt: skip


def test_federal_institution_sends_no_minutes_before_both_languages_are_approved(
    making: MeetingMaking, draft: Draft, as_secretariat: Client
) -> None:
    Installation.objects.update_or_create(pk=1, defaults={"legal_kind": "federal_institution"})
    url = reverse("meetings:minutes_approve", args=[draft[0].meeting_id])
    as_secretariat.post(url, {"language": "en"})
    with pytest.raises(NotApproved, match="approved in both languages"):
        send(making)
    assert (written().state, OutboxMessage.objects.filter(kind="meetings.review").count()) == ("draft", 0)
    as_secretariat.post(url, {"language": "fr"})
    assert send(making) == 2
    write(making, sections()[0], text_fr="")
    assert (written().is_approved("en"), written().is_approved("fr")) == (True, False)
    with pytest.raises(MeetingRefused, match="“Permits” is missing in French"):
        reviewing.approve_minutes(actor=making.actor, minutes=written(), language="fr")


def test_review_page_asks_until_when_and_sends(making: MeetingMaking, draft: Draft, as_secretariat: Client) -> None:
    url = reverse("meetings:minutes_review", args=[draft[0].meeting_id])
    assert "Zoé Basalte, Bo Bounce, Ann Feldspar." in as_secretariat.get(url).content.decode()
    yesterday = today() - timedelta(days=1)
    assert as_secretariat.post(url, {"comments_until": yesterday.isoformat()}).status_code == 422
    answered = as_secretariat.post(url, {"comments_until": ""}, follow=True).content.decode()
    assert "Not sent to: Bo Bounce" in answered
    assert "Out for review" in answered
    assert written().comments_until == today() + timedelta(days=14)
    with patch.object(reviewing, "today", return_value=today() + timedelta(days=15)):
        assert reviewing.why_closed(written())
