"""Minutes: outcomes typed in a line become decisions, commitments and questions; adopted ones stay as they are."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.db import InternalError, ProgrammingError, transaction
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import NotAllowed
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.models import Commitment, Point
from forums.meetings.errors import MeetingRefused, MinutesAdopted
from forums.meetings.selectors import open_promises
from forums.meetings.services import agenda, minutes, reviewing, roll_call
from forums.models import AgendaItem, Decision, Meeting, Minutes, MinutesAddition, MinutesSection
from members.models import Person
from tests.meetings.making import MeetingMaking

pytestmark = pytest.mark.django_db

ENGLISH = "We spoke of roads.\n! The map is adopted.\n> Ann Feldspar: sends the map\n> sends the notes\n? Who pays"
FRENCH = "Nous avons parlé des routes.\n! La carte est adoptée."


@pytest.fixture
def held(making: MeetingMaking) -> tuple[Meeting, Person]:
    """A meeting of yesterday with two points and Ann there."""
    forum = making.forum()
    meeting = making.meeting(forum, days=-1)
    for title in ("Permits", "Roads"):
        agenda.add_item(actor=making.actor, meeting=meeting, title_en=title, title_fr=title)
    ann = making.person("Ann Feldspar")
    roll_call.mark(actor=making.actor, meeting=meeting, person=ann, mark="present")
    return meeting, ann


def sections_of(making: MeetingMaking, meeting: Meeting) -> list[MinutesSection]:
    written = minutes.begin_minutes(actor=making.actor, meeting=Meeting.objects.get(pk=meeting.pk))
    return list(written.sections.select_related("minutes__meeting", "item").order_by("position"))


def write(making: MeetingMaking, section: MinutesSection, **texts: str) -> MinutesSection:
    section = MinutesSection.objects.select_related("minutes__meeting", "item").get(pk=section.pk)
    return minutes.edit_section(actor=making.actor, section=section, version=section.version, changes=texts)


def test_lines_become_decisions_in_both_languages_commitments_and_questions(
    making: MeetingMaking, held: tuple[Meeting, Person]
) -> None:
    meeting, ann = held
    permits, roads = sections_of(making, meeting)
    write(making, roads, text_en=ENGLISH, text_fr=FRENCH)
    write(making, permits, text_en="! Permits first.")
    assert [(row.label, row.text_en, row.text_fr) for row in Decision.objects.order_by("number")] == [
        ("1.1", "Permits first.", ""),
        ("1.2", "The map is adopted.", "La carte est adoptée."),
    ]
    promises = Commitment.objects.order_by("position")
    assert [(row.text, row.direction, row.by_person) for row in promises] == [
        ("sends the map", "theirs", ann),
        ("sends the notes", "ours", None),
    ]
    assert [(row.text, row.kind) for row in Point.objects.all()] == [("Who pays", "question")]
    write(making, roads, text_en="! The map is adopted at once.\n> Ann Feldspar: sends the map", text_fr=FRENCH)
    assert Decision.objects.get(number=2).text_en == "The map is adopted at once."
    assert [row.text for row in Commitment.objects.all()] == ["sends the map"]
    assert not Point.objects.exists()
    write(making, permits, text_en="")
    assert [row.label for row in Decision.objects.all()] == ["1.1"]


def test_what_was_promised_stands_on_the_next_agenda_until_it_is_kept(
    making: MeetingMaking, held: tuple[Meeting, Person]
) -> None:
    meeting, _ann = held
    write(making, sections_of(making, meeting)[0], text_en="> Ann Feldspar: sends the map")
    coming = making.meeting(meeting.forum, days=30)
    assert [row.text for row in open_promises(making.actor, coming)] == ["sends the map"]
    assert open_promises(making.actor, meeting) == []
    assert [item.title_en for item in coming.items.all()] == ["Permits", "Roads"]


def test_promise_needs_the_roll_and_notes_of_others_stay(making: MeetingMaking) -> None:
    meeting = making.meeting(days=-1)
    (section,) = sections_of(making, meeting)
    with pytest.raises(MeetingRefused, match="Call the roll first"):
        write(making, section, text_en="> sends the map")
    assert MinutesSection.objects.get().text_en == ""
    roll_call.add_walk_in(actor=making.actor, meeting=meeting, name="Ann Feldspar")
    interaction = Meeting.objects.get(pk=meeting.pk).interaction
    assert interaction is not None
    type(interaction).objects.filter(pk=interaction.pk).update(notes="By hand.\n? Who came")
    write(making, section, text_en="> sends the map")
    interaction.refresh_from_db()
    assert interaction.notes == "By hand.\n? Who came\n> sends the map"
    assert Point.objects.get().text == "Who came"


def test_two_who_write_one_section_are_told(making: MeetingMaking, held: tuple[Meeting, Person]) -> None:
    section = sections_of(making, held[0])[0]
    write(making, section, text_en="One")
    stale = MinutesSection.objects.select_related("minutes__meeting", "item").get(pk=section.pk)
    with pytest.raises(EditConflict):
        minutes.edit_section(actor=making.actor, section=stale, version=1, changes={"text_en": "Two"})


def test_second_save_of_a_section_is_refused_with_both_texts_and_the_choice_is_kept(
    making: MeetingMaking, held: tuple[Meeting, Person], as_secretariat: Client, as_administrator: Client
) -> None:
    section = sections_of(making, held[0])[0]
    url = reverse("meetings:section_edit", args=[held[0].pk, section.pk])
    sent = {"version": section.version, "text_fr": ""}
    assert as_administrator.post(url, {**sent, "text_en": "Theirs came first."}).status_code == 302
    refused = as_secretariat.post(url, {**sent, "text_en": "Mine came second.", "text_fr": "Le mien.", "is_done": "on"})
    assert refused.status_code == 409
    shown = refused.content.decode()
    for words in ("Theirs came first.", "Mine came second.", "Le mien."):
        assert words in shown, words
    current = MinutesSection.objects.get(pk=section.pk)
    assert (current.text_en, current.text_fr) == ("Theirs came first.", "")
    assert not AgendaItem.objects.get(pk=section.item_id).is_done
    again = {"seen_version": current.version, "text_en": "Mine came second.", "text_fr": "Le mien."}
    kept = as_secretariat.post(url, {"version": section.version, **again, "keep_text_en": "theirs"})
    assert kept.status_code == 302
    current.refresh_from_db()
    assert (current.text_en, current.text_fr) == ("Theirs came first.", "Le mien.")


def test_adopted_minutes_stay_and_are_added_to(
    making: MeetingMaking, held: tuple[Meeting, Person], staff: User
) -> None:
    meeting, _ann = held
    permits, roads = sections_of(making, meeting)
    written = Minutes.objects.select_related("meeting__forum__initiative").get()
    with pytest.raises(MeetingRefused, match="minutes are empty"):
        minutes.adopt_minutes(actor=making.actor, minutes=written, adopted_on=today())
    write(making, roads, text_en="We spoke.")
    with pytest.raises(MeetingRefused, match="“Roads” is missing in French"):
        minutes.adopt_minutes(actor=making.actor, minutes=written, adopted_on=today())
    write(making, roads, text_fr="Nous avons parlé. Ann Feldspar a ri.")
    with pytest.raises(MeetingRefused, match="not attributed at this forum, but the minutes name: Ann Feldspar"):
        minutes.adopt_minutes(actor=making.actor, minutes=written, adopted_on=today())
    write(making, roads, text_fr="Nous avons parlé.")
    reviewing.send_for_review(actor=making.actor, minutes=written, base_url="https://crm.example/")
    with pytest.raises(NotAllowed):
        minutes.adopt_minutes(actor=staff, minutes=written, adopted_on=today())
    with pytest.raises(MeetingRefused, match="after the meeting"):
        minutes.adopt_minutes(actor=making.actor, minutes=written, adopted_on=date(2020, 1, 1))
    adopted = minutes.adopt_minutes(actor=making.actor, minutes=written, adopted_on=today())
    assert (adopted.state, Meeting.objects.get(pk=meeting.pk).status) == ("adopted", "adopted")
    for change in (
        lambda: write(making, permits, text_en="Later"),
        lambda: agenda.add_item(actor=making.actor, meeting=meeting, title_en="Later"),
        lambda: roll_call.add_walk_in(actor=making.actor, meeting=meeting, name="Late Comer"),
        lambda: reviewing.take_back_to_draft(actor=making.actor, minutes=adopted),
    ):
        with pytest.raises(MinutesAdopted):
            change()
    minutes.add_to_minutes(actor=making.actor, minutes=adopted, reason="A slip", text_en="Roads, not rails.")
    assert MinutesAddition.objects.get().text_en == "Roads, not rails."
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        MinutesAddition.objects.update(text_en="Rails")


def test_attributed_minutes_may_name_who_spoke(making: MeetingMaking, held: tuple[Meeting, Person]) -> None:
    meeting, _ann = held
    making.rule(meeting.forum, "none", attribution="attributed", languages="en")
    write(making, sections_of(making, meeting)[0], text_en="Ann Feldspar spoke.")
    written = Minutes.objects.select_related("meeting__forum__initiative").get()
    assert minutes.adopt_minutes(actor=making.actor, minutes=written, adopted_on=today()).is_adopted


def test_page_shows_both_sides_and_the_register_finds_the_decision(
    making: MeetingMaking, held: tuple[Meeting, Person], as_secretariat: Client, as_viewer: Client
) -> None:
    meeting, _ann = held
    as_secretariat.post(reverse("meetings:minutes_begin", args=[meeting.pk]))
    section = sections_of(making, meeting)[1]
    url = reverse("meetings:section_edit", args=[meeting.pk, section.pk])
    sent = {"version": section.version, "text_en": ENGLISH, "text_fr": FRENCH, "is_done": "on"}
    assert as_viewer.post(url, sent).status_code == 403
    assert as_secretariat.post(url, sent).status_code == 302
    assert meeting.items.get(title_en="Roads").is_done
    shown = as_viewer.get(reverse("meetings:minutes", args=[meeting.pk])).content.decode()
    for words in ("La carte est adoptée.", "The map is adopted.", "Ann Feldspar: sends the map", "Decision 1.1"):
        assert words in shown, words
    listed = as_viewer.get(f"{reverse('decisions:list')}?q=carte").content.decode()
    assert "The map is adopted." in listed
    assert "The map is adopted." not in as_viewer.get(f"{reverse('decisions:list')}?q=rails").content.decode()


def test_pdf_of_agenda_and_minutes_in_either_language(
    making: MeetingMaking, held: tuple[Meeting, Person], as_secretariat: Client, as_viewer: Client
) -> None:
    meeting, _ann = held
    write(making, sections_of(making, meeting)[1], text_en=ENGLISH, text_fr=FRENCH)
    url = reverse("meetings:paper", args=[meeting.pk])
    assert as_viewer.get(url).status_code == 403
    assert as_secretariat.post(url, {"what": "minutes"}).status_code == 422  # without a purpose
    expected = {
        ("agenda", "en"): ("Agenda", "Permits", "Spring meeting"),
        ("agenda", "fr"): ("Réunion du printemps",),
        ("minutes", "en"): ("The map is adopted.", "Ann Feldspar", "Who pays"),
        ("minutes", "fr"): ("La carte est adoptée.", "Nous avons parlé des routes."),
    }
    for (what, language), words in expected.items():
        sent = {"what": what, "language": language, "purpose": "For the members"}
        answered = as_secretariat.post(url, sent)
        assert answered.status_code == 200, (what, language)
        reader = PdfReader(BytesIO(answered.content))
        text = " ".join("".join(page.extract_text() for page in reader.pages).split())
        for word in words:
            assert word in text, (what, language, word)
        assert str(reader.trailer["/Root"]["/Lang"]).startswith(language)
