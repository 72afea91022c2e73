"""Meetings and their agendas: numbers, standing items, what the last one left open, approvals, time."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.history import history_of
from forums.meetings.errors import MeetingRefused
from forums.meetings.services import agenda, planning
from forums.models import Meeting
from tests.meetings.making import MeetingMaking

pytestmark = pytest.mark.django_db


def test_meetings_of_a_forum_are_numbered_and_begin_with_the_standing_items(making: MeetingMaking) -> None:
    forum = making.forum()
    items = [("Welcome", "Mot de bienvenue"), ("", ""), ("Any other", "Divers")]
    series = planning.create_series(actor=making.actor, forum=forum, name_en="Plenary", items=items)
    first, second = making.meeting(forum, series=series), making.meeting(forum, series=series, days=60, title_en="")
    assert (first.number, second.number) == (1, 2)
    assert [(item.title_en, item.title_fr) for item in first.items.all()] == [
        ("Welcome", "Mot de bienvenue"),
        ("Any other", "Divers"),
    ]
    assert history_of(first).get().actor_id == making.actor.pk


def test_what_stayed_open_is_carried_over_and_how_often_is_counted(making: MeetingMaking) -> None:
    forum = making.forum()
    first = making.meeting(forum, days=-60)
    for title in ("Permits", "Roads"):
        agenda.add_item(actor=making.actor, meeting=first, title_en=title)
    agenda.set_done(actor=making.actor, item=first.items.get(title_en="Roads"), is_done=True)
    second = making.meeting(forum, days=-30)
    third = making.meeting(forum, days=30)
    assert [(item.title_en, item.times_carried) for item in second.items.all()] == [("Permits", 1)]
    assert [(item.title_en, item.times_carried) for item in third.items.all()] == [("Permits", 2)]
    assert agenda.carry_over(actor=making.actor, meeting=third) == 0


def test_a_change_of_a_text_takes_its_approval_and_a_change_of_what_was_told_raises_the_number(
    making: MeetingMaking,
) -> None:
    meeting = making.meeting()
    for language in ("en", "fr"):
        meeting = planning.approve_texts(actor=making.actor, meeting=meeting, language=language)
    changed = planning.edit_meeting(
        actor=making.actor, meeting=meeting, version=meeting.version, changes={"title_fr": "Réunion d’été"}
    )
    assert (changed.is_approved("en"), changed.is_approved("fr"), changed.sequence) == (True, False, 0)
    Meeting.objects.filter(pk=meeting.pk).update(announced_at=timezone.now())
    moved = planning.edit_meeting(
        actor=making.actor,
        meeting=changed,
        version=changed.version,
        changes={"ends_at": changed.ends_at + timedelta(hours=1), "notes": "Longer."},
    )
    assert (moved.sequence, moved.is_approved("en")) == (1, True)
    noted = planning.edit_meeting(
        actor=making.actor, meeting=moved, version=moved.version, changes={"notes": "Longer, for lunch."}
    )
    assert noted.sequence == 1
    agenda.add_item(actor=making.actor, meeting=noted, title_en="Lunch")
    assert not Meeting.objects.get(pk=meeting.pk).is_approved("en")


def test_two_who_change_one_field_are_told(making: MeetingMaking) -> None:
    meeting = making.meeting()
    change = {"title_en": "One"}
    planning.edit_meeting(actor=making.actor, meeting=meeting, version=meeting.version, changes=change)
    with pytest.raises(EditConflict):
        planning.edit_meeting(actor=making.actor, meeting=meeting, version=meeting.version, changes={"title_en": "Two"})


def test_texts_that_lack_a_language_are_not_approved(making: MeetingMaking) -> None:
    meeting = making.meeting()
    agenda.add_item(actor=making.actor, meeting=meeting, title_en="Permits")
    with pytest.raises(MeetingRefused, match="“Permits” is missing in French"):
        planning.approve_texts(actor=making.actor, meeting=meeting, language="fr")
    planning.approve_texts(actor=making.actor, meeting=meeting, language="en")


def test_only_the_secretariat_of_an_open_forum_plans(making: MeetingMaking, staff: User, viewer: User) -> None:
    forum = making.forum()
    meeting = making.meeting(forum)
    for somebody in (staff, viewer):
        with pytest.raises(NotAllowed):
            planning.cancel_meeting(actor=somebody, meeting=meeting, reason="No")
    assert planning.cancel_meeting(actor=making.actor, meeting=meeting, reason="Storm").is_cancelled
    with pytest.raises(MeetingRefused):
        planning.edit_meeting(actor=making.actor, meeting=meeting, version=meeting.version, changes={"notes": "x"})


def test_meetings_of_a_sealed_forum_do_not_exist_for_others(
    making: MeetingMaking, staff: User, as_staff: Client, as_administrator: Client
) -> None:
    forum = making.forum()
    meeting = making.meeting(forum)
    assert as_staff.get(meeting.get_absolute_url()).status_code == 200
    making.seal(forum, making.actor)
    for address in ("detail", "invitations", "roll_call"):
        for somebody in (as_staff, as_administrator):
            assert somebody.get(reverse(f"meetings:{address}", args=[meeting.pk])).status_code == 404
    assert "Spring meeting" not in as_staff.get(reverse("meetings:list")).content.decode()


def test_status_follows_from_dates(making: MeetingMaking) -> None:
    coming, going_on, held = (making.meeting(days=days) for days in (5, -0.04, -5))
    assert [each.status for each in (coming, going_on, held)] == ["planned", "going_on", "held"]


def test_a_meeting_is_planned_on_the_page_with_the_hours_of_its_place(
    making: MeetingMaking, as_secretariat: Client
) -> None:
    forum = making.forum()
    sent = {
        "forum": forum.pk, "day": "2027-03-14", "begins": "02:30", "ends": "04:00", "zone": "America/St_Johns",
        "form": "hybrid", "title_en": "Gander", "title_fr": "",
    }  # fmt: skip
    refused = as_secretariat.post(reverse("meetings:create"), sent)
    assert refused.status_code == 422
    assert "does not exist there" in refused.content.decode()
    page = as_secretariat.post(reverse("meetings:create"), sent | {"begins": "09:30", "ends": "08:00"})
    assert page.status_code == 302
    meeting = Meeting.objects.get()
    assert meeting.starts_at.isoformat() == "2027-03-14T12:00:00+00:00"
    assert meeting.minutes_long == 22 * 60 + 30
    shown = as_secretariat.get(meeting.get_absolute_url()).content.decode()
    assert "Sunday, March 14, 2027, 9:30" in shown


def test_list_narrows_by_when_and_words(making: MeetingMaking, as_staff: Client) -> None:
    making.meeting(title_en="Coming")
    making.meeting(days=-30, title_en="Gone")
    url = reverse("meetings:list")
    for query, found, absent in (
        ("when=coming", "Coming", "Gone"),
        ("when=held", "Gone", "Coming"),
        ("q=gone", "Gone", "Coming"),
    ):
        text = as_staff.get(f"{url}?{query}").content.decode()
        assert f">{found}</a>" in text, query
        assert f">{absent}</a>" not in text, query
