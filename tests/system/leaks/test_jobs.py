"""What jobs store and say: each kind is run by somebody outside the circle."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import exports, jobs
from c2m2a_crm.core.backup import jobs as backup_jobs
from c2m2a_crm.core.imports import rejects
from c2m2a_crm.core.imports import services as imports
from c2m2a_crm.core.models import Import, Job
from c2m2a_crm.core.operations import services as operations
from c2m2a_crm.core.registries import exportable_lists
from c2m2a_crm.engagement.models import Initiative
from c2m2a_crm.privacy.services import gathering, package, retention
from forums.papers.pack.jobs import PACK, start_pack
from members.duplicates.jobs import HUNT
from tests.importing import bring
from tests.meetings.making import MeetingMaking
from tests.privacy.making import information, officer, search
from tests.system.leaks.planting import ASKED, CIRCLE, MARK, Vault
from tests.system.leaks.reading import secrets_in, words_of

Ran = list[Job]


def ended(job: Job) -> Job:
    jobs.run(job.pk)
    job.refresh_from_db()
    return job


def every_list_in_every_format(reader: User, vault: Vault) -> Ran:
    return [
        ended(
            jobs.start_job(
                actor=reader,
                kind=exports.JOB_KIND,
                title=f"Export: {entry.label}",
                parameters={"list": entry.key, "format": file_format, "query": "", "purpose": "A meeting"},
            )
        )
        for entry in exportable_lists
        if entry.allowed(reader)
        for file_format in (exports.FORMATS if entry.key == "contact-log" else ("csv",))
    ]


def file_of_contacts(initiative: str) -> str:
    return f"Date,Subject,Notes,Filed under,People\n2026-01-05,A call,Words,{initiative},Amara Tamarack\n"


def an_import(reader: User, kind: str, initiative: str = "Processing tax credit") -> tuple[Import, Job]:
    imported = bring(reader, "contacts", file_of_contacts(initiative))
    job = jobs.start_job(actor=reader, kind=kind, title="Import", parameters={"import": imported.pk})
    return imported, ended(job)


def a_check(reader: User, vault: Vault) -> Ran:
    return [an_import(reader, imports.CHECK_KIND)[1]]


def an_import_that_is_written(reader: User, vault: Vault) -> Ran:
    number = Import.objects.count()  # names that are not on file yet
    imported = bring(reader, "organizations", f"Name\nAlder {number} Copper\nBirch {number} Nickel\n")
    ran = []
    for kind in (imports.CHECK_KIND, imports.APPLY_KIND):
        job = jobs.start_job(actor=reader, kind=kind, title="Import", parameters={"import": imported.pk})
        ran.append(ended(job))
    return ran


def an_undo(reader: User, vault: Vault) -> Ran:
    written = an_import_that_is_written(reader, vault)[-1]
    assert written.operation is not None
    return [written, ended(operations.start_undo(actor=reader, operation=written.operation, reason="A mistake"))]


def a_search_for_access(reader: User, vault: Vault) -> Ran:
    """By an officer outside the circle, who asks its owners and learns nothing from having asked."""
    compliance = officer()
    request = information(compliance, words=ASKED)
    return [ended(gathering.begin_search(actor=compliance, request=request, base_url="https://crm.example/"))]


def a_package(reader: User, vault: Vault) -> Ran:
    compliance = officer()
    request = information(compliance, words="Tamarack")
    search(compliance, request)
    words = {"language": "en", "purpose": "The requester"}
    return [
        ended(package.start_package(actor=compliance, request=request, file_format=file_format, **words))
        for file_format in package.FORMATS
    ]


def a_hunt_for_duplicates(reader: User, vault: Vault) -> Ran:
    return [ended(jobs.start_job(actor=reader, kind=HUNT, title="Duplicates"))]


def a_pack(reader: User, vault: Vault) -> Ran:
    meeting = MeetingMaking(reader).meeting()
    words = {"language": "en", "purpose": "Members", "is_given": True, "page": meeting.get_absolute_url()}
    return [ended(start_pack(actor=reader, meeting=meeting, **words))]


KINDS: dict[str, Callable[[User, Vault], Ran]] = {
    exports.JOB_KIND: every_list_in_every_format,
    imports.CHECK_KIND: a_check,
    imports.APPLY_KIND: an_import_that_is_written,
    operations.JOB_KIND: an_undo,
    gathering.GATHER: a_search_for_access,
    package.FILES: a_package,
    HUNT: a_hunt_for_duplicates,
    PACK: a_pack,
}
# Kinds that are not run here, and why.
NOT_RUN = {
    backup_jobs.BACKUP: "holds everything, encrypted; no page gives the file",
    retention.JOB_KIND: "stores numbers by outcome; rows have no names",
    backup_jobs.DRILL: "stores counts of a backup of everything, told to administrators",
}


def test_every_kind_of_job_is_run_here() -> None:
    assert KINDS.keys() | NOT_RUN.keys() == {*jobs.kinds()}


def test_no_job_of_an_outsider_says_a_confided_word(vault: Vault, secretariat: User, client_of: Any) -> None:
    client, leaks = client_of(secretariat), []
    for kind, run in KINDS.items():
        ran = run(secretariat, vault)
        assert [job for job in ran if job.kind == kind and job.state == Job.State.DONE], (kind, [j.error for j in ran])
        for job in ran:
            said = [json.dumps(job.result), job.error, job.title]
            if job.result_file:
                with job.result_file.open() as file:
                    said.append(words_of(file.read()))
            said.append(client.get(reverse("core:job", args=[job.pk])).content.decode())
            leaks += [(kind, word) for word in secrets_in("\n".join(said), CIRCLE)]
    for imported in Import.objects.all():
        for file in (b"".join(rejects.as_csv(imported)), rejects.as_xlsx(imported)):
            leaks += [(imported.kind, word) for word in (MARK, CIRCLE) if word in words_of(file)]
    assert not leaks


def test_an_import_does_not_know_the_name_of_what_is_sealed(vault: Vault, secretariat: User) -> None:
    """The name of a sealed file is answered as one that nobody ever gave."""
    sealed = Initiative.objects.filter(sealed_circle=vault.circle, kind=Initiative.Kind.FILE).first()
    assert sealed is not None
    told = []
    for name in (sealed.name_en, "A name that nobody ever gave"):
        imported, job = an_import(secretariat, imports.CHECK_KIND, name)
        rows = [(row.line, row.verdict, row.sentences) for row in imported.rows.order_by("line")]
        told.append(json.dumps([job.result, imported.questions, rows], default=str).replace(name, "…"))
    assert told[0] == told[1]


@pytest.mark.parametrize("file_format", exports.FORMATS)
def test_a_stored_file_holds_what_its_person_may_read(
    vault: Vault, staff: User, secretariat: User, file_format: str
) -> None:
    """Made by a job, for the person who asked; nobody else fetches it."""
    held = {}
    for person in (staff, secretariat):
        job = jobs.start_job(
            actor=person,
            kind=exports.JOB_KIND,
            title="Export",
            parameters={"list": "contact-log", "format": file_format, "query": ""},
        )
        with ended(job).result_file.open() as file:
            held[person.handle] = words_of(file.read())
    assert MARK in held["staff"]
    assert MARK not in held["secretariat"]
