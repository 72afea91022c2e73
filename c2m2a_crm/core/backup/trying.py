"""Trying a backup: read to its last byte, brought back into a database of its own, counted and verified."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core.backup import container, database
from c2m2a_crm.core.backup.contents import DATABASE, MANIFEST, Manifest, Parts
from c2m2a_crm.core.backup.database import Database
from c2m2a_crm.core.backup.errors import BackupError
from c2m2a_crm.core.backup.services import FAILED, LEFT_BEHIND, TRIED
from c2m2a_crm.core.local.paths import PROJECT
from c2m2a_crm.core.models import AuditEvent

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What trying a backup showed. ``differences`` are tables whose number of rows is not the manifest's."""

    manifest: Manifest
    rows: int
    differences: dict[str, tuple[int, int]]
    history: str
    is_history_whole: bool

    @property
    def is_good(self) -> bool:
        return self.is_history_whole and not self.differences


def inspect(path: Path, key: bytes) -> Manifest:
    """Read a backup from its first to its last byte; its manifest. Raises :class:`BackupError` at anything wrong."""
    manifest: Manifest | None = None
    with opened(path) as file:
        parts = Parts(container.read(file, key))
        for name, pieces in parts:
            if name == MANIFEST:
                manifest = Manifest.read(b"".join(pieces))
    found = {name: checksum for name, checksum in parts.checksums.items() if name != MANIFEST}
    if manifest is None or manifest.checksums != found:
        raise BackupError(_("This backup is damaged inside. Use another copy of it."))
    _require_known(manifest)
    return manifest


def try_out(path: Path, key: bytes, *, say: Say, actor: object | None = None) -> Verdict:
    """Bring a backup back into a scratch database, count and verify, and remove it again. Recorded in the audit."""
    installed = Database.of_installation()
    with in_scratch(path, key, installed, say=say) as (_scratch, verdict):
        AuditEvent.objects.create(
            actor_id=getattr(actor, "pk", None),
            verb=TRIED,
            details={
                "file": path.name,
                "made": verdict.manifest.made_at,
                "rows": verdict.rows,
                "good": verdict.is_good,
                "differences": {table: list(pair) for table, pair in verdict.differences.items()},
                "history": verdict.history,
            },
        )
        if not verdict.is_good:
            AuditEvent.objects.create(verb=FAILED, details={"reason": "; ".join(complaints(verdict))})
    return verdict


def complaints(verdict: Verdict) -> list[str]:
    """What is wrong with a backup that was tried, a sentence for each."""
    told = [
        _("table %(table)s has %(found)d rows instead of %(told)d") % {"table": table, "found": found, "told": told}
        for table, (told, found) in sorted(verdict.differences.items())
    ]
    return told if verdict.is_history_whole else [*told, verdict.history]


@contextlib.contextmanager
def in_scratch(
    path: Path, key: bytes, installed: Database, *, say: Say, keeps: bool = False
) -> Iterator[tuple[Database, Verdict]]:
    """The backup in a database of its own, counted and verified; dropped afterwards, or at any fault."""
    manifest = inspect(path, key)
    say(
        _("The file is whole: %(parts)d parts, made %(when)s.")
        % {"parts": len(manifest.checksums), "when": manifest.made_at}
    )
    database.drop_left_behind(installed, before=timezone.now() - LEFT_BEHIND)
    scratch = database.make_scratch(installed, timezone.now())
    is_whole = False
    try:
        with opened(path) as file:
            for name, pieces in Parts(container.read(file, key)):
                if name == DATABASE:
                    database.load(scratch, pieces)
                    break
        with scratch.connect() as connection:
            found = database.row_counts(connection)
        differences = {
            table: (manifest.rows.get(table, 0), found.get(table, 0))
            for table in {*manifest.rows, *found}
            if manifest.rows.get(table, 0) != found.get(table, 0)
        }
        say(_("Brought back into a scratch database: %(rows)d rows.") % {"rows": sum(found.values())})
        database.lift_clock(scratch)  # before anything new is recorded
        if manifest.migrations != _newest_known():
            _run(scratch, "migrate", "--no-input", "--verbosity=0")
        is_history_whole, history = _verified(scratch, manifest)
        say(history)
        yield scratch, Verdict(manifest, sum(found.values()), differences, history, is_history_whole)
        is_whole = True
    finally:
        if not (keeps and is_whole):
            database.drop(scratch)


def _verified(scratch: Database, manifest: Manifest) -> tuple[bool, str]:
    head = ["--head", manifest.history_head] if manifest.history_head else []
    done = _command(scratch, "verify_history", *head)
    if done.returncode == 0:
        return True, done.stdout.strip().partition("\n")[0]
    lines = done.stderr.strip().splitlines()
    return False, lines[-1].removeprefix("CommandError: ") if lines else _("The history could not be verified.")


def _run(target: Database, *arguments: str) -> None:
    done = _command(target, *arguments)
    if done.returncode:
        lines = done.stderr.strip().splitlines()
        raise BackupError(
            _("The restored data could not be brought to this version: %(reason)s")
            % {"reason": lines[-1] if lines else done.returncode}
        )


def _command(target: Database, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROJECT / "manage.py"), *arguments],
        env=target.for_commands(),
        capture_output=True,
        text=True,
        check=False,
    )


def _newest_known() -> dict[str, str]:
    """The newest migration of each app that this version has."""
    newest: dict[str, str] = {}
    for app, name in MigrationLoader(None).disk_migrations:
        newest[app] = max(name, newest.get(app, ""))
    return newest


def _require_known(manifest: Manifest) -> None:
    """A backup of a later version holds what this one would misread."""
    known = set(MigrationLoader(None).disk_migrations)
    apps = {app for app, _name in known}
    unknown = [f"{app}.{name}" for app, name in sorted(manifest.migrations.items()) if (app, name) not in known]
    if unknown:
        sentence = (
            _("This backup was made by a later version of the product (it has %(name)s). Update the product first.")
            if unknown[0].partition(".")[0] in apps
            else _("This backup holds a part that this version does not have (%(name)s). Use the version that made it.")
        )
        raise BackupError(sentence % {"name": unknown[0]})


@contextlib.contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise BackupError(
            _("%(path)s cannot be read: %(reason)s.") % {"path": path, "reason": error.strerror or error}
        ) from None
    with file:
        yield file
