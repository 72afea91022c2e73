"""A worker that dies in the middle of an import leaves nothing behind, and the import can be started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import jobs
from c2m2a_crm.core.imports import services
from c2m2a_crm.core.imports.staging import CHUNK
from c2m2a_crm.core.models import History, Import, Job, Operation
from members.models import AddressUse, Affiliation, EmailAddress, NameKey, Party, Person
from tests.importing import bring

ROWS = CHUNK + 200
TABLES = (Person, Party, Affiliation, AddressUse, EmailAddress, NameKey, Operation, History)
# A worker that does the job and stops for ever once rows of it are written: the test kills it there.
WORKER = """
import sys, time
import django
django.setup()
from django.db import connection
connection.settings_dict["NAME"] = sys.argv[1]
from c2m2a_crm.core import jobs
tell = jobs.progress

def tell_and_wait(job, *, done, total=None, step=""):
    tell(job, done=done, total=total, step=step)
    if step == "Writing records" and done:
        from members.models import Person
        print(Person.objects.count(), flush=True)
        time.sleep(600)

jobs.progress = tell_and_wait
jobs.run(int(sys.argv[2]))
print("ended", flush=True)
"""


@contextmanager
def worker(job: Job) -> Iterator[subprocess.Popen[str]]:
    name = connection.settings_dict["NAME"]
    command = [sys.executable, "-c", WORKER, name, str(job.pk)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def counts() -> list[int]:
    return [model.objects.count() for model in TABLES]


def file_of_people() -> str:
    lines = [f"Given{n},Family{n},person{n}@office.example,Company {n % 50}" for n in range(ROWS)]
    return "\n".join(["Given name,Family name,E-mail,Organization", *lines])


@pytest.mark.django_db(transaction=True)
def test_a_killed_import_leaves_nothing_and_starts_again(staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    imported = bring(staff, "people", file_of_people(), unknown="add")
    services.check(imported, actor=staff)
    before = counts()
    with monkeypatch.context() as no_worker_yet:
        no_worker_yet.setattr(jobs, "queue_job", lambda job: False)
        job = services.start(imported, services.APPLY_KIND)
    Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING)

    with worker(job) as process:
        assert process.stdout
        assert int(process.stdout.readline()) >= CHUNK  # seen by the worker alone
        os.kill(process.pid, signal.SIGKILL)
        assert process.wait(10) == -signal.SIGKILL
    assert counts() == before
    imported = Import.objects.get(pk=imported.pk)
    assert (imported.state, imported.operation) == (Import.State.CHECKED, None)
    assert services.is_busy(imported)  # nobody knows yet

    # Its sign of life has gone out: the sweep tells its person, who starts it again.
    Job.objects.filter(pk=job.pk).update(beat_at=timezone.now() - jobs.SILENT_AFTER - timedelta(seconds=1))
    cache.delete(jobs._beat_key(job.pk))
    assert jobs.fail_silent() == 1
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert "start it again" in job.error
    assert counts() == before

    again = services.start(Import.objects.get(pk=imported.pk), services.APPLY_KIND)
    again.refresh_from_db()
    assert (again.pk != job.pk, again.state, again.error) == (True, Job.State.DONE, "")
    imported = Import.objects.get(pk=imported.pk)
    assert imported.state == Import.State.DONE
    assert Person.objects.count() == before[0] + ROWS
    assert Party.objects.count() == before[1] + 50
    assert imported.operation is not None
