"""The page of backups: what is kept, what was tried, and the two buttons."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html
from pytest_django import Settings

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import jobs
from c2m2a_crm.core.backup import container, services, trying
from c2m2a_crm.core.backup.contents import Manifest
from c2m2a_crm.core.backup.jobs import DRILL
from c2m2a_crm.core.models import AuditEvent, Job


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.BACKUP_DIR = tmp_path
    settings.BACKUP_KEY = container.new_key()
    return tmp_path


def seen(client: Client) -> str:
    page = html.fromstring(client.get(reverse("core:backups")).content)
    return " ".join("".join(page.xpath("//main//text()")).split())


def test_an_installation_without_backups_says_so(as_administrator: Client) -> None:
    assert seen(as_administrator).count("None yet.") == 3


def test_looking_makes_no_key(as_administrator: Client, settings: Settings, tmp_path: Path) -> None:
    settings.BACKUP_KEY = ""
    settings.DATA_DIR = tmp_path
    assert "Keep a copy" in seen(as_administrator)
    assert not list(tmp_path.iterdir())


def test_kept_files_stand_newest_first_and_unfinished_ones_do_not(as_administrator: Client, folder: Path) -> None:
    for number, name in enumerate(("old", "new", "half")):
        path = folder / (f"{name}{services.SUFFIX}" + (".part" if name == "half" else ""))
        path.write_bytes(b"x" * 2048)
        os.utime(path, (1_700_000_000 + number, 1_700_000_000 + number))
    text = seen(as_administrator)
    assert text.index("new.crmbackup") < text.index("old.crmbackup")
    assert "half" not in text
    assert "2.0" in text


def test_a_failure_is_told_until_a_later_backup_went_well(as_administrator: Client) -> None:
    AuditEvent.objects.create(verb=services.FAILED, details={"reason": "The disk is full."})
    assert "The disk is full." in seen(as_administrator)
    AuditEvent.objects.create(verb=services.MADE, details={"rows": 1, "files": 0, "bytes": 10})
    assert "The disk is full." not in seen(as_administrator)


def test_a_failure_of_the_button_is_told_like_that_of_the_clock(
    as_administrator: Client, administrator: User, folder: Path
) -> None:
    job = jobs.start_job(actor=administrator, kind=DRILL, title="Restore drill")
    jobs.run(job.pk)
    assert "There is no backup to try yet." in seen(as_administrator)
    AuditEvent.objects.create(verb=services.TRIED, details={"rows": 1, "good": True})
    assert "There is no backup to try yet." not in seen(as_administrator)


@pytest.mark.parametrize(("kind", "title"), [("backup", "Backup"), ("backup_drill", "Restore drill")])
def test_a_button_starts_a_job(as_administrator: Client, administrator: User, kind: str, title: str) -> None:
    response = as_administrator.post(reverse("core:backups"), {"kind": kind})
    job = Job.objects.get()
    assert (job.kind, job.title, job.actor) == (kind, title, administrator)
    assert response.url == reverse("core:job", args=[job.pk])  # type: ignore[attr-defined]  # a redirect


def test_another_kind_of_job_is_refused(as_administrator: Client) -> None:
    assert as_administrator.post(reverse("core:backups"), {"kind": "export"}).status_code == 422
    assert not Job.objects.exists()


def test_a_drill_that_finds_fault_is_told_and_stays_told(
    as_administrator: Client, administrator: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = Manifest("2026-11-22T06:00:00+00:00", 18, {}, {"core_job": 3})
    bad = trying.Verdict(manifest, 2, {"core_job": (3, 2)}, "The history is whole.", is_history_whole=True)

    @contextmanager
    def in_scratch(*_args: object, **_options: object) -> Iterator[tuple[None, trying.Verdict]]:
        yield None, bad

    monkeypatch.setattr(trying, "in_scratch", in_scratch)
    (folder / f"one{services.SUFFIX}").write_bytes(b"x")
    job = jobs.prepare_job(actor=administrator, kind="backup_drill", title="Restore drill")
    Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING)
    jobs.run(job.pk)
    text = seen(as_administrator)
    assert "Not whole" in text
    assert "table core_job has 2 rows instead of 3" in text


def test_others_may_not_start_one(as_compliance: Client) -> None:
    assert as_compliance.post(reverse("core:backups"), {"kind": "backup"}).status_code == 403
    assert not Job.objects.exists()


def test_two_backups_of_one_minute_are_both_whole(folder: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """By the clock and by the button: neither writes into the file of the other."""
    target, key = services.default_target(), services.default_key()
    waiting = [target]

    class Moment:
        postgres = 18

        def rows(self) -> dict[str, int]:
            return {}

        migrations = rows

        def dump(self) -> Iterator[bytes]:
            yield b"begun"
            if waiting:
                services.make(waiting.pop(), key)
            yield b"ended"

    @contextmanager
    def snapshot(_source: object) -> Iterator[Moment]:
        yield Moment()

    monkeypatch.setattr(services.Database, "of_installation", lambda: None)
    monkeypatch.setattr(services.database, "snapshot", snapshot)
    monkeypatch.setattr(services, "_file_names", lambda: ())
    made = services.make(target, key)
    assert trying.inspect(made.path, key).checksums.keys() == {"database", "signing-key"}
    assert [path.name for path in folder.iterdir()] == [target.name]


def test_what_a_dead_process_left_unfinished_goes_after_a_day(folder: Path) -> None:
    for age, name in ((0, "new"), (25, "old")):
        part = folder / f"{name}{services.SUFFIX}.0a1b2c3d.part"
        part.touch()
        os.utime(part, (part.stat().st_atime, part.stat().st_mtime - age * 3600))
    services.forget_old()
    assert [path.name.partition(".")[0] for path in folder.iterdir()] == ["new"]
