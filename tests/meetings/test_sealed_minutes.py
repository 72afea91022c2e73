"""Adopted minutes that somebody changes by SQL, with the owner's rights, are found by verify_history."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from c2m2a_crm.core.history import recorded
from forums.meetings.services import minutes, roll_call
from forums.models import Minutes, MinutesSection
from tests.meetings.making import MeetingMaking

pytestmark = pytest.mark.django_db

SECTION, MINUTES = "forums_minutessection", "forums_minutes"


@pytest.fixture
def adopted(making: MeetingMaking) -> Minutes:
    meeting = making.meeting(days=-0.02)
    roll_call.add_walk_in(actor=making.actor, meeting=meeting, name="Ann Feldspar")
    minutes.begin_minutes(actor=making.actor, meeting=meeting)
    section = MinutesSection.objects.select_related("minutes__meeting", "item").get()
    texts = {"text_en": "We spoke of roads.", "text_fr": "Nous avons parlé de routes."}
    minutes.edit_section(actor=making.actor, section=section, version=section.version, changes=texts)
    written = Minutes.objects.select_related("meeting__forum__initiative").get()
    return minutes.adopt_minutes(actor=making.actor, minutes=written, adopted_on=meeting.day)


def forge(statement: str, *parameters: Any, table: str = SECTION) -> None:
    """What the owner can do: switch the triggers off, and on again."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(statement, parameters)
        assert cursor.rowcount == 1
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def verdict() -> str:
    out = io.StringIO()
    try:
        call_command("verify_history", stdout=out)
    except CommandError as error:
        return str(error)
    return out.getvalue()


def test_untouched_minutes_are_whole_also_after_a_lawful_addition(making: MeetingMaking, adopted: Minutes) -> None:
    assert "whole" in verdict()
    minutes.add_to_minutes(actor=making.actor, minutes=adopted, reason="A slip", text_en="Roads, not rails.")
    assert "whole" in verdict()


@pytest.mark.parametrize(
    ("statement", "table", "said"),
    [
        ("UPDATE forums_minutessection SET text_en = 'Rails.'", SECTION, "is not what history says of it"),
        ("DELETE FROM forums_minutessection", SECTION, "is gone, though history does not tell of it"),
        ("UPDATE forums_minutes SET adopted_on = adopted_on - 1", MINUTES, "is not what history says of it"),
        (
            "UPDATE forums_minutes SET adopted_on = NULL, adopted_at = NULL, adopted_by_id = NULL",
            MINUTES,
            "is not what history says of it",
        ),
        (
            "INSERT INTO forums_minutessection (version, minutes_id, position, text_en, text_fr)"
            " SELECT 1, id, 9, 'Rails.', '' FROM forums_minutes",
            SECTION,
            "is unknown to history",
        ),
    ],
)
def test_change_behind_the_triggers_is_found(adopted: Minutes, statement: str, table: str, said: str) -> None:
    forge(statement, table=table)
    found = verdict()
    assert "The history is broken." in found
    assert said in found
    assert table in found


def test_change_with_the_triggers_on_but_past_the_program_is_found(adopted: Minutes) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE forums_minutessection SET text_en = 'Rails.'")
    assert "was made past the program after the row had been sealed" in verdict()


def test_draft_may_be_changed_and_what_the_program_itself_changes_later_is_no_forgery(
    making: MeetingMaking, adopted: Minutes
) -> None:
    with recorded(making.actor, reason="Made anonymous"):
        MinutesSection.objects.update(text_en="Somebody spoke.")
    assert "whole" in verdict()
    other = making.meeting(days=-1, title_en="Another")
    draft = minutes.begin_minutes(actor=making.actor, meeting=other)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE forums_minutessection SET text_en = 'Rails.' WHERE minutes_id = %s", [draft.pk])
    assert "whole" in verdict()
