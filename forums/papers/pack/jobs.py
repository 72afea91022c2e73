"""The job that makes the pack and the final records of a meeting, and gives the pack to members where wished."""

from __future__ import annotations

import zipfile
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from django.core.files import File
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import can_export, require
from c2m2a_crm.core import jobs
from c2m2a_crm.core.actor import open_circles
from c2m2a_crm.core.bilingual import LANGUAGES, localized
from c2m2a_crm.core.documents import services as documents
from c2m2a_crm.core.documents.errors import DocumentRefused
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import AuditEvent, DocumentVersion, Job
from c2m2a_crm.core.pdf import PdfError, make_pdf
from c2m2a_crm.core.text import clean_line
from forums.meetings import policies
from forums.meetings.errors import MeetingRefused
from forums.meetings.paper import AGENDA, MINUTES, meeting_paper
from forums.models import Meeting, MeetingPaper, Minutes
from forums.papers.pack.building import Pack, PackError, Part, build_pack
from forums.papers.pack.records import METADATA, Record, metadata

PACK: Final = "meetings.pack"


def start_pack(*, actor: User, meeting: Meeting, language: str, purpose: str, is_given: bool, page: str) -> Job:
    """Have the pack made in this language. ``is_given`` puts it on the page of each member's link. ``page`` is the
    address to which the job leads back. Raises ``MeetingRefused``."""
    require(can_export(actor) and policies.can_run_meeting(actor, meeting))
    why = clean_line(purpose)
    if not why:
        raise MeetingRefused(_("Say what the file is for."), field="purpose")
    if language not in LANGUAGES:
        raise MeetingRefused(_("Choose one of the two languages."), field="language")
    return jobs.start_job(
        actor=actor,
        kind=PACK,
        title=_("Pack: meeting %(number)d") % {"number": meeting.number},
        parameters={
            "meeting": meeting.pk,
            "file_language": language,
            "purpose": why,
            "is_given": is_given,
            "page": page,
        },
    )


@jobs.runner(PACK)
def make_pack(job: Job) -> dict[str, Any]:
    """The rights are those of the person at the time when the work runs."""
    open_circles(job.actor, ())  # what was opened in an emergency is read on its page and not carried away
    meeting = _meeting(job.actor, job)
    if meeting is None:
        raise jobs.JobError(_("You may no longer do this."))
    language = job.parameters["file_language"]

    def tell(done: int, total: int) -> None:
        jobs.progress(job, done=done, total=total, step=_("Putting the papers together"))

    with TemporaryDirectory(prefix="pack-") as name, translation.override(language):
        folder = Path(name)
        try:
            pack = build_pack(job.actor, meeting, language, folder, folder / "pack.pdf", tell)
            number = _give(job.actor, meeting, pack, language, folder / "pack.pdf") if job.parameters["is_given"] else 1
            records = [*_texts(job.actor, meeting, language, folder, job.parameters["purpose"])]
        except (PdfError, PackError, MeetingRefused) as error:
            raise jobs.JobError(str(error)) from error
        except DocumentRefused as refused:
            raise jobs.JobError(str(refused.sentence)) from refused
        title = partial(_title, meeting)
        now = timezone.now()
        records.append(
            Record(
                f"pack-{language}.pdf",
                folder / "pack.pdf",
                "pack",
                language,
                number,
                title("en"),
                title("fr"),
                now,
                str(job.actor),
            )
        )
        records += _own_files(pack)
        target = folder / "records.zip"
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for record in records:
                archive.write(record.path, record.name)
            archive.writestr(METADATA, metadata(meeting, records, made_at=now, made_by=str(job.actor)))
        _note(job.actor, "record.exported", meeting, job)
        with target.open("rb") as file:
            job.result_file.save(f"meeting-{meeting.pk}-{language}.zip", File(file), save=False)
    parts = pack.parts
    return {
        "pages": pack.pages,
        "papers": sum(1 for part in parts if part.is_joined),
        "own_files": sum(1 for part in parts if not part.is_joined),
    }


def may_fetch(actor: User, job: Job) -> bool:
    """Asked each time the file is fetched, which is noted with the purpose."""
    meeting = _meeting(actor, job)
    if meeting is None:
        return False
    _note(actor, "record.exported", meeting, job)
    return True


jobs.guard_file(PACK, may_fetch)


def _meeting(actor: User, job: Job) -> Meeting | None:
    rows: Any = Meeting.objects.readable_by(actor).select_related("forum__initiative", "series")
    meeting: Meeting | None = rows.filter(pk=job.parameters["meeting"]).first()
    if meeting is None or not (can_export(actor) and policies.can_run_meeting(actor, meeting)):
        return None
    return meeting


def _title(meeting: Meeting, language: str) -> str:
    with translation.override(language):
        title = localized(meeting, "title", language).text
        return (_("Meeting pack: %(title)s") % {"title": title})[:200]


def _texts(actor: User, meeting: Meeting, language: str, folder: Path, purpose: str) -> list[Record]:
    """The agenda, and the minutes once they are adopted, as papers of their own."""
    minutes = Minutes.objects.filter(meeting=meeting, adopted_at__isnull=False).select_related("adopted_by").first()
    asked = [(AGENDA, meeting.version, meeting.created_by)]
    if minutes is not None and minutes.adopted_by is not None:
        asked.append((MINUTES, minutes.version, minutes.adopted_by))
    found = []
    for what, version, creator in asked:
        path = folder / f"{what}.pdf"
        path.write_bytes(make_pdf(meeting_paper(actor, meeting, what, language, purpose)))
        words = {}
        for each in LANGUAGES:
            with translation.override(each):
                kind = pgettext("record of a meeting", "Minutes") if what == MINUTES else _("Agenda")
                words[each] = f"{kind}: {localized(meeting, 'title', each).text}"
        found.append(
            Record(
                f"{what}-{language}.pdf",
                path,
                what,
                language,
                version,
                words["en"],
                words["fr"],
                timezone.now(),
                str(creator),
            )
        )
    return found


def _own_files(pack: Pack) -> list[Record]:
    """Papers that are no part of the PDF, each under a name of its own."""
    return [
        _own_file(part, number)
        for number, part in enumerate((part for part in pack.parts if not part.is_joined and part.path.exists()), 1)
    ]


def _own_file(part: Part, number: int) -> Record:
    version, document = part.version, part.line.paper.document
    return Record(
        f"papers/{number:02d}-{version.original_name}",
        part.path,
        "paper",
        version.language,
        version.number,
        document.title_en,
        document.title_fr,
        version.uploaded_at,
        str(version.uploaded_by),
    )


def _give(actor: User, meeting: Meeting, pack: Pack, language: str, path: Path) -> int:
    """Keep the pack as a document of the meeting, which the links of members give; returns its version."""
    with recorded(actor), path.open("rb") as opened:
        file = File(opened, name=f"pack-{meeting.number}-{language}.pdf")
        known = MeetingPaper.objects.select_for_update(of=("self",)).filter(meeting=meeting, is_pack=True)
        paper = known.select_related("document").first()
        if paper is None:
            document = documents.add_document(
                actor=actor,
                file=file,
                language=language,
                facts=documents.Facts(title_en=_title(meeting, "en"), title_fr=_title(meeting, "fr")),
                record=meeting,
            )
            paper = MeetingPaper(meeting=meeting, document=document, is_pack=True, added_by=actor)
            number = 1
        else:
            version: DocumentVersion = documents.add_version(
                actor=actor, document=paper.document, file=file, language=language
            )
            number = version.number
        paper.is_confidential, paper.made_of = pack.is_confidential, pack.made_of
        paper.save()
    return number


def _note(actor: User, verb: str, meeting: Meeting, job: Job) -> None:
    AuditEvent.objects.create(
        actor=actor,
        verb=verb,
        subject_table=Meeting._meta.db_table,
        subject_id=meeting.pk,
        details={
            "format": "zip",
            "what": "pack",
            "language": job.parameters["file_language"],
            "purpose": job.parameters["purpose"],
            "job": job.pk,
        },
    )
