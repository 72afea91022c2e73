"""Meetings in the rest of the house: search, history, Home by the hour, and what is asked when somebody moves on."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.operations.services import undo
from c2m2a_crm.core.registries import Move
from c2m2a_crm.core.searching.service import search
from forums.meetings.selectors import COMING
from forums.meetings.services import agenda, inviting, minutes, planning, recusals, roll_call
from forums.models import AgendaItem, Invitation, Meeting, MinutesSection
from members import services
from members.models import Affiliation
from tests.meetings.making import MeetingMaking

pytestmark = pytest.mark.django_db


def found(actor: User, words: str) -> list[str]:
    answer = search(actor, words, each=20)
    hits = {hit.title for kind, _found, hit in answer.best if kind.key == "meeting"}
    hits |= {hit.title for group in answer.groups if group.kind.key == "meeting" for _found, hit in group.hits}
    return sorted(hits)


def test_meetings_are_found_by_title_agenda_and_minutes_in_both_languages_by_those_who_may_read_them(
    making: MeetingMaking, viewer: User
) -> None:
    meeting = making.meeting(days=-1, title_en="Gallium plenary", title_fr="Plénière du gallium")
    agenda.add_item(actor=making.actor, meeting=meeting, title_en="Tailings reuse", title_fr="Résidus")
    minutes.begin_minutes(actor=making.actor, meeting=meeting)
    section = MinutesSection.objects.select_related("minutes__meeting", "item").get()
    minutes.edit_section(
        actor=making.actor, section=section, version=section.version, changes={"text_en": "Spodumene came up."}
    )
    for words in ("gallium plenary", "plénière gallium", "tailings", "résidus", "spodumene"):
        assert found(viewer, words) == ["Gallium plenary"], words
    assert found(viewer, "cobaltite") == []
    making.seal(meeting.forum, making.actor)
    assert found(viewer, "spodumene") == []


def test_history_tells_agenda_roll_recusals_and_minutes_and_remarks_to_the_secretariat_alone(
    making: MeetingMaking, as_viewer: Client, as_secretariat: Client
) -> None:
    forum = making.forum()
    ann = making.seated(forum, "Ann Feldspar")
    meeting = making.meeting(forum)
    item = agenda.add_item(actor=making.actor, meeting=meeting, title_en="Grants")
    inviting.send_invitations(actor=making.actor, meeting=meeting, base_url="https://crm.example/")
    inviting.answer_by_link(invitation=meeting.invitations.get(), answer="yes", remark="Needs a ramp")
    recusals.step_aside(actor=making.actor, item=item, person=ann, reason="Owns the land")
    planning.edit_meeting(
        actor=making.actor,
        meeting=Meeting.objects.get(),
        version=Meeting.objects.get().version,
        changes={"title_en": "Autumn meeting"},
    )
    Meeting.objects.update(starts_at=timezone.now() - timedelta(hours=1))
    seat = ann.seat_terms.get().seat
    roll_call.mark(actor=making.actor, meeting=Meeting.objects.get(), person=ann, mark="present", seat=seat)
    minutes.begin_minutes(actor=making.actor, meeting=Meeting.objects.get())
    section = MinutesSection.objects.select_related("minutes__meeting", "item").get()
    minutes.edit_section(actor=making.actor, section=section, version=section.version, changes={"text_en": "We spoke."})
    url = reverse("meetings:history", args=[meeting.pk])
    shown = as_viewer.get(url).content.decode()
    for words in ("Autumn meeting", "Spring meeting", "Grants", "Ann Feldspar", "Owns the land", "We spoke."):
        assert words in shown, words
    assert "Needs a ramp" not in shown
    assert "Needs a ramp" in as_secretariat.get(url).content.decode()


def test_home_compares_the_hour_so_that_a_meeting_of_this_morning_is_not_to_come(
    making: MeetingMaking, viewer: User
) -> None:
    forum = making.forum(is_run_by_us=True)
    starts = timezone.now()
    for title, before, after in (("Over", -3, -1), ("Going on", -1, 1), ("Tonight", 1, 2)):
        making.meeting(
            forum, title_en=title, starts_at=starts + timedelta(hours=before), ends_at=starts + timedelta(hours=after)
        )
    for _again in range(2):
        assert [meeting.title_en for meeting in COMING(viewer)] == ["Going on", "Tonight"]


def test_who_moves_on_is_asked_about_invitations_and_items_and_an_undo_brings_them_back(
    making: MeetingMaking, staff: User
) -> None:
    northline = making.party("Northline Nickel")
    amara = making.person("Amara Tamarack", organization=northline, since=date(2020, 1, 1))
    bo = making.person("Bo Cedar")
    forum = making.forum()
    seat = making.seat(forum, party=northline)
    making.term(seat, amara)
    series = planning.create_series(actor=making.actor, forum=forum, name_en="Plenaries", items=[])
    far, near, over = (making.meeting(forum, days=days, series=series) for days in (30, 20, -5))
    for meeting in (far, near, over):
        Invitation.objects.create(meeting=meeting, person=amara, seat=seat)
    inviting.note_answer(actor=making.actor, invitation=far.invitations.get(), answer="yes")
    item = agenda.add_item(actor=making.actor, meeting=near, title_en="Grants", presenter="Amara Tamarack")
    last = near.day - timedelta(days=1)

    def asked(actor: User) -> list[tuple[str, int, str]]:
        rows = services.what_is_asked(actor, Move(amara, northline, last, None, bo))
        return [
            (row.effect.key, row.row.key, row.row.default if row.row.choices else "told")
            for row in rows
            if row.effect.key in ("invitations", "presented")
        ]

    keys = {meeting.pk: meeting.invitations.get().pk for meeting in (far, near)}
    assert asked(making.actor) == [
        ("invitations", keys[near.pk], "end"),
        ("invitations", keys[far.pk], "end"),
        ("presented", item.pk, "keep"),
    ]
    assert {told for _key, _row, told in asked(staff)} == {"told"}
    operation = services.moved_on(
        actor=making.actor,
        affiliation=Affiliation.objects.get(person=amara),
        last=last,
        to=None,
        successor=bo,
        choices={
            f"invitations-{keys[near.pk]}": "hand_over",
            f"invitations-{keys[far.pk]}": "end",
            f"presented-{item.pk}": "hand_over",
        },
    )
    answers = Invitation.objects.order_by("meeting__starts_at", "pk").values_list("meeting", "person", "seat", "answer")
    assert list(answers) == [
        (over.pk, amara.pk, seat.pk, ""),
        (near.pk, amara.pk, seat.pk, "no"),
        (near.pk, bo.pk, seat.pk, ""),
        (far.pk, amara.pk, seat.pk, "no"),
    ]
    assert AgendaItem.objects.get(pk=item.pk).presenter == "Bo Cedar"
    undo(actor=making.actor, operation=operation)
    assert not Invitation.objects.filter(person=bo).exists()
    assert [row.answer for row in Invitation.objects.order_by("meeting__starts_at")] == ["", "", "yes"]
    assert AgendaItem.objects.get(pk=item.pk).presenter == "Amara Tamarack"
