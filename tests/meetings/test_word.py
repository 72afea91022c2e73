"""Agenda and minutes as Word files, read by what did not write them: the parts of the archive and their XML."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from c2m2a_crm.core.documents.kinds import kind_of
from c2m2a_crm.core.models import AuditEvent
from forums.meetings.services import agenda, minutes
from forums.models import Meeting
from tests.meetings.making import MeetingMaking

pytestmark = pytest.mark.django_db

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


class Word:
    """A Word file as its XML says it: paragraphs with the style's own name, and runs with their language."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
            self.body = ElementTree.fromstring(archive.read("word/document.xml"))
            styles = ElementTree.fromstring(archive.read("word/styles.xml"))
            self.core = archive.read("docProps/core.xml").decode()
        self.names = {
            style.get(f"{W}styleId"): style.find(f"{W}name").get(f"{W}val")  # type: ignore[union-attr]  # each has one
            for style in styles.iter(f"{W}style")
        }
        self.languages = {tag.get(f"{W}val") for tag in styles.iter(f"{W}lang")}

    def paragraphs(self) -> list[tuple[str, str]]:
        found = []
        for paragraph in self.body.iter(f"{W}p"):
            style = paragraph.find(f"{W}pPr/{W}pStyle")
            name = self.names.get(style.get(f"{W}val") if style is not None else "Normal") or ""
            found.append((name.lower(), "".join(text.text or "" for text in paragraph.iter(f"{W}t"))))
        return found

    def headings(self, level: int = 1) -> list[str]:
        return [text for style, text in self.paragraphs() if style == f"heading {level}"]

    def tagged(self) -> dict[str, str]:
        """Text of runs with a language of their own."""
        return {
            "".join(text.text or "" for text in run.iter(f"{W}t")): tag.get(f"{W}val") or ""
            for run in self.body.iter(f"{W}r")
            if (tag := run.find(f"{W}rPr/{W}lang")) is not None
        }


@pytest.fixture
def meeting(making: MeetingMaking) -> Meeting:
    made = making.meeting(making.forum(name_fr="Forum des carottes"), days=-2)
    for title_en, title_fr in (("Budget \x0b<w:p/>", "Budget"), ("Permits", "Permis"), ("Only English", "")):
        agenda.add_item(actor=making.actor, meeting=made, title_en=title_en, title_fr=title_fr, presenter="Ann Ore")
    return made


def word(client: Client, meeting: Meeting, what: str, language: str) -> Word:
    said = {"what": what, "language": language, "format": "docx", "purpose": "Members"}
    answer = client.post(reverse("meetings:paper", args=[meeting.pk]), said)
    assert (answer.status_code, answer["Content-Disposition"]) == (
        200,
        f'attachment; filename="meeting-{meeting.pk}-{what}-{language}.docx"',
    )
    assert kind_of(io.BytesIO(answer.content), "paper.docx").key == "docx"
    return Word(answer.content)


def test_agenda_has_real_headings_a_table_with_a_head_and_its_language(
    making: MeetingMaking, meeting: Meeting, as_secretariat: Client
) -> None:
    english = word(as_secretariat, meeting, "agenda", "en")
    assert english.headings() == ["Agenda"]
    assert ("title", "Spring meeting") in english.paragraphs()
    assert english.languages == {"en-CA"}
    assert "<dc:title>Spring meeting</dc:title>" in english.core
    french = word(as_secretariat, meeting, "agenda", "fr")
    assert french.languages == {"fr-CA"}
    assert ("title", "Réunion du printemps") in french.paragraphs()
    assert french.tagged()["Only English"] == "en-CA"
    assert "Permis" not in french.tagged()
    heads = french.body.findall(f".//{W}tr/{W}trPr/{W}tblHeader")
    rows = french.body.findall(f".//{W}tr")
    assert (len(heads), len(rows)) == (1, 4)
    assert AuditEvent.objects.filter(verb="record.exported", details__format="docx").count() == 2


def test_minutes_say_in_word_what_they_say_in_the_pdf(
    making: MeetingMaking, meeting: Meeting, as_secretariat: Client
) -> None:
    written = minutes.begin_minutes(actor=making.actor, meeting=meeting)
    section = written.sections.order_by("position")[1]
    minutes.edit_section(
        actor=making.actor,
        section=section,
        version=section.version,
        changes={"text_en": "Heard.\n! Approve the permit", "text_fr": ""},
    )
    english = word(as_secretariat, meeting, "minutes", "en")
    assert "Permits" in english.headings()
    assert "Decision – Approve the permit" in [text for _style, text in english.paragraphs()]
    french = word(as_secretariat, meeting, "minutes", "fr")
    assert "Permis" in french.headings()
    assert french.tagged()["Heard."] == "en-CA"
