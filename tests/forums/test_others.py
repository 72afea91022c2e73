"""Tables of others: who speaks for us, which papers came, what we said, which officials we met; and their kin."""

from __future__ import annotations

import pytest
from django.test import Client

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Interaction, Participant, Point
from forums.models import Forum
from tests.core.documents.making import document
from tests.engagement.making import circle_of, log
from tests.forums.making import Making
from tests.forums.reading import page_of, text_of

pytestmark = pytest.mark.django_db


def test_a_table_of_others_tells_what_passed_there(making: Making, staff: User, as_viewer: Client) -> None:
    upper, group = making.forum("Ministers"), making.forum("Working group", level="working")
    forum, ours = making.forum("Federal table", parent=upper), making.forum("Our table", is_run_by_us=True)
    with recorded(None, system="test"):
        Forum.objects.filter(pk=group.pk).update(parent=forum)
    delegate = making.seat(forum, is_ours=True)
    making.term(delegate, "Dee Delegate")
    document(making.actor, title="Agenda received", record=forum.initiative, received_from="Federal secretariat")
    closed = circle_of(staff)
    for table, name, words, restricted in (
        (forum, "Olive Official", "We hold to the floor price.", None),
        (forum, "Quiet Official", "Nobody else may know.", closed),
        (ours, "Other Official", "At our own table.", None),
    ):
        contact = log(staff, making.person(name, title_en="Director"), subject="Session", initiative=table.initiative)
        with recorded(None, system="test"):
            Participant.objects.filter(interaction=contact, person__isnull=False).update(holds_public_office=True)
            Interaction.objects.filter(pk=contact.pk).update(restricted_circle=closed if restricted else None)
            Point.objects.create(
                interaction=contact,
                kind="question",
                text="And the price?",
                answer=words,
                answered_on=today(),
                restricted_circle=closed if restricted else None,
            )
    page = page_of(as_viewer.get(forum.get_absolute_url()))
    assert "Dee Delegate" in text_of(page, "#delegates")
    assert "Agenda received" in text_of(page, "#panel-documents")
    assert "We hold to the floor price." in text_of(page, "#answers")
    assert "Olive Official" in text_of(page, "#officials")
    for card, absent in (("answers", "Nobody else"), ("officials", "Quiet Official"), ("officials", "Other Official")):
        assert absent not in text_of(page, f"#{card}")
    assert "Ministers" in text_of(page, "#branches")
    assert "Working groupsWorking group" in text_of(page, "#branches")
    of_ours = page_of(as_viewer.get(ours.get_absolute_url()))
    assert not of_ours.cssselect("#officials, #answers, #delegates")
