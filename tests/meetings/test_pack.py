"""The pack: one tagged PDF whose contents tell the right pages, with final records and their checksums beside it."""

from __future__ import annotations

import hashlib
import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import jobs
from c2m2a_crm.core.documents.services import DocumentClass, change_class
from c2m2a_crm.core.models import AuditEvent, Job
from c2m2a_crm.core.pdf import Heading, Paper, Paragraph, make_pdf
from forums.meetings.services import agenda
from forums.models import Meeting
from forums.papers import services
from forums.papers.pack.jobs import start_pack
from forums.papers.rules import pack_of
from tests.core.documents.making import docx_bytes, locked_pdf_bytes, pdf_bytes, upload
from tests.meetings.making import MeetingMaking
from tests.meetings.papers import paper, replace, send

pytestmark = pytest.mark.django_db


def tagged_pdf(*headings: str) -> bytes:
    """A PDF with structure of its own."""
    return make_pdf(
        Paper(
            title="Study",
            language="en",
            office="Lab",
            made_by="",
            at=timezone.now(),
            blocks=[block for words in headings for block in (Heading(words), Paragraph("Assays."))],
        )
    )


@pytest.fixture
def meeting(making: MeetingMaking) -> Meeting:
    forum = making.forum(name_fr="Forum des carottes")
    making.seated(forum, "Ann Feldspar", language="en")
    made = making.meeting(forum)
    for title, title_fr in (("Budget", "Budget"), ("Permits", "Permis"), ("Other", "Divers")):
        agenda.add_item(actor=making.actor, meeting=made, title_en=title, title_fr=title_fr)
    return made


def made(actor: User, meeting: Meeting, language: str = "en", *, is_given: bool = False) -> Job:
    job = start_pack(
        actor=actor, meeting=meeting, language=language, purpose="Members", is_given=is_given, page="/meetings/"
    )
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    return job


def unpacked(job: Job) -> dict[str, bytes]:
    with job.result_file.open("rb") as file, zipfile.ZipFile(io.BytesIO(file.read())) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def fill(making: MeetingMaking, meeting: Meeting) -> None:
    budget, permits, _other = meeting.items.order_by("position")
    paper(making, meeting, "Rules")
    two = upload(pdf_bytes("Fig one", "Fig two"), "figures.pdf")
    paper(making, meeting, "Figures", item=budget, file=two, is_confidential=True)
    paper(making, meeting, "Study", item=permits, file=upload(tagged_pdf("Drill holes"), "study.pdf"))
    paper(making, meeting, "Letter", item=permits, file=upload(docx_bytes("Dear all"), "letter.docx"))
    paper(making, meeting, "Locked", item=permits, file=upload(locked_pdf_bytes("No"), "locked.pdf"))


def bookmarks(reader: PdfReader) -> dict[str, int]:
    found: dict[str, int] = {}

    def walk(outline: Any) -> None:
        for each in outline:
            if isinstance(each, list):
                walk(each)
            else:
                found[str(each.title)] = reader.get_destination_page_number(each) or 0

    walk(reader.outline)
    return found


def structure(reader: PdfReader) -> list[tuple[str, str]]:
    """Role and title of what stands directly below the document, in its order."""
    root: Any = reader.trailer["/Root"]["/StructTreeRoot"]  # type: ignore[index]  # a dictionary
    top = root["/K"]
    top = top[0].get_object() if isinstance(top, list) else top
    return [(str(kid.get_object().get("/S")), str(kid.get_object().get("/T", ""))) for kid in top["/K"]]


def test_pack_is_tagged_and_tells_the_right_pages_and_checksums(making: MeetingMaking, meeting: Meeting) -> None:
    fill(making, meeting)
    job = made(making.actor, meeting)
    reader = PdfReader(io.BytesIO(unpacked(job)["pack-en.pdf"]))
    texts = [page.extract_text() for page in reader.pages]
    count = len(texts)
    assert job.result == {"pages": count, "papers": 3, "own_files": 2}
    places = bookmarks(reader)
    assert list(places) == [
        "Contents", "Agenda", "For the whole meeting", "Rules", "1. Budget", "Figures", "2. Permits", "Study",
    ]  # fmt: skip
    assert list(places.values()) == sorted(places.values())
    for title, words in {"Rules": "Rules page one", "Figures": "Fig one", "Study": "Drill holes"}.items():
        assert words in texts[places[title]], title
    assert places["Figures"] == places["1. Budget"] + 1
    assert "Fig two" in texts[places["Figures"] + 1]
    marked = [f"Confidential · Page {number}" in " ".join(text.split()) for number, text in enumerate(texts, 1)]
    assert [number for number, is_marked in enumerate(marked) if is_marked] == [
        places["Figures"],
        places["Figures"] + 1,
    ]
    for number, text in enumerate(texts, 1):
        assert f"Page {number} of {count}" in " ".join(text.split()), number
    contents = " ".join(texts[places["Contents"]].split())
    for title in ("Agenda", "Rules", "1. Budget", "Figures", "2. Permits", "Study"):
        assert re.search(rf"{re.escape(title)} {places[title] + 1}\b", contents), title
    assert contents.count("own file") == 2
    item = " ".join(texts[places["2. Permits"]].split())
    assert "letter.docx" in item
    assert "It is no PDF." in item
    assert "It is protected by a password." in item

    tagged_throughout(reader)
    told_with_checksums(making.actor, meeting, unpacked(job))


def tagged_throughout(reader: PdfReader) -> None:
    """Each page is in the structure, and sections of the parts stand in it where they are read."""
    root: Any = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("en-CA", True)
    assert reader.metadata is not None
    assert reader.metadata.title == "Spring meeting"
    nums = root["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    keys = [int(key) for key in nums[::2]]
    assert keys == sorted(set(keys))
    found = [int(page["/StructParents"]) for page in reader.pages]  # type: ignore[call-overload]  # a number
    assert set(found) <= set(keys)
    assert len(set(found)) == len(found)
    sections = [title for role, title in structure(reader) if role == "/Sect" and title]
    assert sections == ["Rules", "Figures", "Study"]
    order = [title for _role, title in structure(reader)]
    assert order.index("Figures") < len(order) - 2


def told_with_checksums(actor: User, meeting: Meeting, files: dict[str, bytes]) -> None:
    told = json.loads(files.pop("metadata.json"))
    assert {each["file"]: each["sha256"] for each in told["files"]} == {
        name: hashlib.sha256(data).hexdigest() for name, data in files.items()
    }
    assert set(files) == {"agenda-en.pdf", "pack-en.pdf", "papers/01-letter.docx", "papers/02-locked.pdf"}
    assert told["forum"] == {"en": "Drill Core Forum", "fr": "Forum des carottes"}
    assert told["meeting"]["date"] == meeting.day.isoformat()
    pack = next(each for each in told["files"] if each["kind"] == "pack")
    assert pack["title"]["en"] == "Meeting pack: Spring meeting"
    assert "Réunion du printemps" in pack["title"]["fr"]
    assert (pack["language"], pack["version"], pack["creator"]) == ("en", 1, str(actor))
    assert AuditEvent.objects.filter(verb="record.exported", details__what="pack").count() == 1


def test_pack_given_to_members_stops_as_soon_as_a_paper_changes(
    making: MeetingMaking, meeting: Meeting, secretariat: User
) -> None:
    figures = paper(making, meeting, "Figures")
    closed = paper(making, meeting, "Quicksilver")
    change_class(actor=secretariat, document=closed.document, of_class=DocumentClass(audience="secretariat"))
    job = made(making.actor, meeting, "fr", is_given=True)
    reader = PdfReader(io.BytesIO(unpacked(job)["pack-fr.pdf"]))
    texts = " ".join(page.extract_text() for page in reader.pages)
    assert "Quicksilver" not in texts
    assert "Permis" in texts
    assert reader.trailer["/Root"]["/Lang"] == "fr-CA"  # type: ignore[index]  # a dictionary
    pack = pack_of(meeting)
    assert pack is not None
    assert pack.is_given
    assert send(making, meeting).queued == 1
    replace(making, figures)
    stale = pack_of(meeting)
    assert stale is not None
    assert "Make it anew" in stale.withheld
    made(making.actor, meeting, "fr", is_given=True)
    again = pack_of(meeting)
    assert again is not None
    assert (again.is_given, again.files[0].number) == (True, 2)
    services.withdraw_paper(actor=making.actor, paper=figures, reason="Wrong year")
    gone = pack_of(meeting)
    assert gone is not None
    assert not gone.is_given


def test_page_starts_the_job_and_only_whoever_runs_the_meeting_fetches_it(
    making: MeetingMaking, meeting: Meeting, as_secretariat: Client, as_staff: Client, secretariat: User
) -> None:
    paper(making, meeting, "Figures")
    url = reverse("meetings:pack", args=[meeting.pk])
    assert as_secretariat.get(url).status_code == 200
    assert as_secretariat.post(url, {"language": "en"}).status_code == 422
    assert as_staff.post(url, {"language": "en", "purpose": "Me"}).status_code == 403
    assert as_secretariat.post(url, {"language": "en", "purpose": "Members", "given": "yes"}).status_code == 302
    job = Job.objects.get(kind="meetings.pack")
    job.state = Job.State.DONE
    job.result_file.save("pack.zip", ContentFile(b"PK"))
    assert as_secretariat.get(reverse("core:job_file", args=[job.pk])).status_code == 200
    making.seal(meeting.forum, User.objects.exclude(pk=secretariat.pk).first() or secretariat)
    assert as_secretariat.get(reverse("core:job_file", args=[job.pk])).status_code in (403, 404)
