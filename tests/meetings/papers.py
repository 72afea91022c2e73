"""Papers of meetings for the tests, made through the services."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.core.documents.services import add_version
from forums.models import Meeting, MeetingPaper
from forums.papers import sending, services
from forums.papers.links import PURPOSE
from tests.core.documents.making import pdf_bytes, upload
from tests.meetings.making import MeetingMaking

BASE = "https://crm.example/"


def paper(making: MeetingMaking, meeting: Meeting, title: str = "Budget", **facts: Any) -> MeetingPaper:
    """A one-page PDF in English that says its title."""
    given = {
        "file": upload(pdf_bytes(f"{title} page one"), f"{title.lower()}.pdf"),
        "language": "en",
        "title_en": title,
    }
    return services.add_paper(actor=making.actor, meeting=meeting, **given | facts)


def replace(making: MeetingMaking, of: MeetingPaper, words: str = "Newer", language: str = "en") -> None:
    file = upload(pdf_bytes(words), f"{words.lower()}.pdf")
    add_version(actor=making.actor, document=of.document, file=file, language=language)


def send(making: MeetingMaking, meeting: Meeting) -> Any:
    return sending.send_papers(actor=making.actor, meeting=meeting, base_url=BASE, purpose=PURPOSE)
