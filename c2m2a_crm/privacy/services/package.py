"""The package: what may leave of a request, as a PDF or a CSV file, with how far it can be relied upon."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from itertools import groupby
from typing import Any, Final

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import dates, jobs
from c2m2a_crm.core.exports import FOOTER_MARK, as_text, neutralise
from c2m2a_crm.core.models import AuditEvent, Installation, Job
from c2m2a_crm.core.pdf import Block, Facts, Heading, Note, Paper, Paragraph, PdfError, Words, make_pdf
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.privacy import policies, selectors
from c2m2a_crm.privacy.models import AccessRequest
from c2m2a_crm.privacy.selectors import Released
from c2m2a_crm.privacy.services.requests import FILES, NO_FILES, RequestRefused, lock_open

FORMATS: Final = ("pdf", "csv")
_LANGUAGES: Final = ("en", "fr")


def start_package(*, actor: User, request: AccessRequest, file_format: str, language: str, purpose: str) -> Job:
    """Have the file made. Raises :class:`RequestRefused`, as for a request that is closed."""
    require(policies.can_handle_privacy(actor))
    why = clean_line(purpose)
    if not why:
        raise RequestRefused(_("Say what the file is for."), field="purpose")
    if file_format not in FORMATS or language not in _LANGUAGES:
        raise RequestRefused(_("Choose a format and a language."), field="file_format")
    parameters = {
        "request": request.pk,
        "format": file_format,
        "file_language": language,
        "purpose": why,
        "page": request.get_absolute_url(),
    }
    title = _("Package for request %(number)s") % {"number": request.reference}
    with transaction.atomic():
        lock_open(request, NO_FILES)
        return jobs.start_job(actor=actor, kind=FILES, title=title, parameters=parameters)


@jobs.runner(FILES)
def make_package(job: Job) -> dict[str, Any]:
    """The rights are those of the person at the time when the work runs, and the request must still be open then.

    Whoever closes the request waits for the file, so as to delete it.
    """
    if not policies.can_handle_privacy(job.actor):
        raise jobs.JobError(_("You may no longer do this."))
    try:
        request = lock_open(AccessRequest.objects.get(pk=job.parameters["request"]), NO_FILES)
    except RequestRefused as refusal:
        raise jobs.JobError(str(refusal)) from refusal
    file_format = job.parameters["format"]
    with translation.override(job.parameters["file_language"]):
        records = list(selectors.released(request))
        try:
            made = _pdf(request, records, job.actor) if file_format == "pdf" else _csv(request, records, job.actor)
        except PdfError as error:
            raise jobs.JobError(str(error)) from error
    _note(job.actor, "access.package_made", request, job)
    name = f"request-{request.reference}-{timezone.localtime():%Y-%m-%d-%H%M}.{file_format}"
    job.result_file.save(name, ContentFile(made), save=False)
    return {"records": len(records)}


def may_fetch(actor: User, job: Job) -> bool:
    """Asked each time the file is fetched, which is noted with the purpose."""
    request = AccessRequest.objects.visible_to(actor).filter(pk=job.parameters["request"]).first()
    if request is None:
        return False
    _note(actor, "access.package_fetched", request, job)
    return True


jobs.guard_file(FILES, may_fetch)


def _note(actor: User, verb: str, request: AccessRequest, job: Job) -> None:
    AuditEvent.objects.create(
        actor=actor,
        verb=verb,
        subject_table=AccessRequest._meta.db_table,
        subject_id=request.pk,
        details={
            "request": request.reference,
            "format": job.parameters["format"],
            "purpose": job.parameters["purpose"],
            "job": job.pk,
        },
    )


# --- Words ----------------------------------------------------------------------------------------------------------

_OWN_PRACTICE = gettext_lazy("No act sets a period for this office; it answers by its own practice.")


def law_words(request: AccessRequest) -> str:
    """Which act the answer is given under, and that nobody checked the period where nobody did."""
    period = request.period
    if not period.law.text:
        return str(_OWN_PRACTICE)
    words = _("This supports an answer under the %(act)s, %(section)s.")
    said = words % {"act": period.law.text, "section": period.citation.text}
    if not period.is_confirmed:
        said += " " + _("The period was not checked against the text of the act.")
    return said


def rights_words(request: AccessRequest) -> list[str]:
    said = []
    if request.is_about_a_person:
        said.append(_("You may ask that what is wrong be corrected."))
        said.append(_("Where we do not agree, a note of what you say stays with the record."))
        said.append(_("You may complain to the Privacy Commissioner of Canada."))
    elif request.period.law.text:
        said.append(_("You may complain to the Information Commissioner of Canada."))
    return said


def title_of(request: AccessRequest) -> str:
    if request.is_about_a_person:
        return _("What we hold about %(name)s") % {"name": request.person}
    return _("Records found on request")


def scope_of(request: AccessRequest) -> str:
    """What was looked for, in a line."""
    if request.is_about_a_person:
        return str(request.person)
    people = ", ".join(str(each.person) for each in request.people.select_related("person"))
    days = dates.days_in_words(request.since, request.until)
    return " · ".join(filter(None, (request.subject_words, people, days)))


def _facts(request: AccessRequest) -> list[tuple[str, str]]:
    searched = f"{dates.short_date(request.gathered_at)}" if request.gathered_at else _("Not yet")
    return [
        (_("Request"), request.reference),
        (_("Asked by"), request.requester),
        (_("Received"), dates.short_date(request.received_on)),
        (_("Looked for"), scope_of(request)),
        (_("Searched"), searched),
    ]


def _details(record: Released) -> list[tuple[str, str]]:
    return [
        (_("Where it came from"), record.source),
        (_("What it is used for"), record.uses),
        (_("Who was told"), record.recipients),
    ]


# --- Files ------------------------------------------------------------------------------------------------------------


def _pdf(request: AccessRequest, records: Iterable[Released], actor: User) -> bytes:
    blocks: list[Block] = [Heading(_("How far this goes"))]
    blocks += [Note(said, is_warning=True) for said in selectors.progress_of(request).sentences()]
    blocks.append(Paragraph(law_words(request)))
    rights = rights_words(request)
    if rights:
        blocks.append(Heading(_("Your rights")))
        blocks += [Paragraph(said) for said in rights]
    for is_withheld, some in groupby(sorted(records, key=_by_group), key=lambda each: bool(each.withheld)):
        if is_withheld:
            blocks.append(Heading(_("Records kept back")))
            blocks.append(Facts([(_number(each), each.withheld) for each in some]))
            continue
        for group, those in groupby(some, key=lambda each: each.group):
            blocks.append(Heading(group))
            for each in those:
                blocks += _record(each, with_details=request.is_about_a_person)
    office = Installation.current()
    paper = Paper(
        title=title_of(request),
        language=translation.get_language()[:2],
        office=office.name,
        made_by=actor.name,
        at=timezone.localtime(),
        blocks=blocks,
        passport=_facts(request),
    )
    return make_pdf(paper)


def _by_group(record: Released) -> tuple[bool, str, int]:
    return bool(record.withheld), record.group, record.number


def _number(record: Released) -> str:
    return _("No. %(number)s") % {"number": record.number}


def _record(record: Released, *, with_details: bool) -> list[Block]:
    day = f" · {dates.short_date(record.on)}" if record.on else ""
    blocks: list[Block] = [Heading(f"{_number(record)} · {record.title}{day}", level=2), Paragraph(record.text)]
    if with_details:
        blocks.append(Facts([(label, Words(said, is_quiet=True)) for label, said in _details(record) if said]))
    return blocks


def _csv(request: AccessRequest, records: Iterable[Released], actor: User) -> bytes:
    buffer = io.StringIO(newline="")
    buffer.write("\ufeff")
    writer = csv.writer(buffer, lineterminator="\r\n")
    head = [_("Number"), _("Kind of record"), _("Date"), _("Record"), _("Text")]
    head += [label for label, _said in _details(Released(0, ""))]
    writer.writerow([*head, _("Kept back")])
    count = 0
    for each in records:
        count += 1
        cells = [each.number, each.group, each.on, each.title, each.text]
        cells += [said for _label, said in _details(each)]
        writer.writerow([neutralise(as_text(cell)) for cell in (*cells, each.withheld)])
    writer.writerow([f"{FOOTER_MARK} · {Installation.current().name}"])
    said = [_("%(label)s: %(value)s") % {"label": label, "value": value} for label, value in _facts(request)]
    said += [_("Made by %(name)s") % {"name": actor.name}, law_words(request)]
    said += [*selectors.progress_of(request).sentences(), *rights_words(request)]
    said.append(_("Rows: %(count)s") % {"count": count})
    writer.writerows([f"# {' '.join(line.split())}"] for line in said)
    return buffer.getvalue().encode()
