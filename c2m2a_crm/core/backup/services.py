"""Making a backup, trying it, bringing it back."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import IO, Final

from django.conf import settings
from django.core.cache import cache
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core import blocks
from c2m2a_crm.core.backup import container, database
from c2m2a_crm.core.backup.contents import DATABASE, FILE_PREFIX, MANIFEST, SIGNING_KEY, Manifest, Parts, put_part
from c2m2a_crm.core.backup.database import Database
from c2m2a_crm.core.backup.errors import BackupError
from c2m2a_crm.core.local.paths import PROJECT
from c2m2a_crm.core.models import AuditEvent

SUFFIX: Final = ".crmbackup"
KEY_NAME: Final = "backup_key"
MADE: Final = "backup.made"
TRIED: Final = "backup.tried"
RESTORED: Final = "backup.restored"
FAILED: Final = "backup.failed"
# The database of a moment ago, kept under another name until somebody drops it.
_ASIDE: Final = "before_restore"
_UNFINISHED: Final = ".part"
# What is unfinished for that long was left by a process that died.
_LEFT_BEHIND: Final = timedelta(days=1)

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was just written: ``size`` in bytes, ``rows`` over all tables."""

    path: Path
    size: int
    rows: int
    files: int
    key_mark: str


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


def default_key() -> bytes:
    """The key of ``BACKUP_KEY``, else that of the data folder, made at first use."""
    told = settings.BACKUP_KEY
    return container.read_key(told) if told else container.kept_key(settings.DATA_DIR / KEY_NAME)


def default_target(folder: Path | None = None) -> Path:
    """A new file in ``folder`` (``BACKUP_DIR`` where none is given), named after this minute."""
    place = folder or Path(settings.BACKUP_DIR)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    now = timezone.now()
    target = place / f"c2m2a-crm-{now:%Y-%m-%dT%H%M}Z{SUFFIX}"
    return target if not target.exists() else place / f"c2m2a-crm-{now:%Y-%m-%dT%H%M%S.%f}Z{SUFFIX}"


def kept_backups(folder: Path | None = None) -> list[Path]:
    """The finished backups of a folder, newest first."""
    place = folder or Path(settings.BACKUP_DIR)
    return sorted(place.glob(f"*{SUFFIX}"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def forget_old(folder: Path | None = None, *, keep: int | None = None) -> list[Path]:
    """Remove all but the newest ``keep`` (``BACKUP_KEEP``) backups, and what dead processes left; which ones went."""
    old = kept_backups(folder)[keep or settings.BACKUP_KEEP :]
    latest = (timezone.now() - _LEFT_BEHIND).timestamp()
    parts = (folder or Path(settings.BACKUP_DIR)).glob(f"*{SUFFIX}*{_UNFINISHED}")
    old += [path for path in parts if path.stat().st_mtime < latest]
    for path in old:
        path.unlink()
    return old


def make(target: Path, key: bytes, *, actor: object | None = None) -> Made:
    """Write everything into ``target``, which is there only once it is whole. Recorded in the audit.

    The product may go on running: the database is written as it stood at one moment, and files are only added.
    """
    source = Database.of_installation()
    head = blocks.head()  # before the snapshot, which then holds it
    # Of this process alone: the clock and the button may ask in the same minute.
    unfinished = target.with_name(f"{target.name}.{secrets.token_hex(4)}{_UNFINISHED}")
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file, database.snapshot(source) as moment:
            writer = container.Writer(file, key)
            manifest = Manifest(
                made_at=datetime.now(UTC).isoformat(timespec="seconds"),
                postgres=moment.postgres,
                migrations=moment.migrations(),
                rows=moment.rows(),
                history_head=head.hash if head else "",
                application_role=settings.DATABASE_APP_ROLE,
            )
            checksums = {DATABASE: put_part(writer, DATABASE, moment.dump())[0]}
            checksums[SIGNING_KEY] = put_part(writer, SIGNING_KEY, [settings.SECRET_KEY.encode()])[0]
            files = 0
            for name in _file_names():
                with contextlib.suppress(FileNotFoundError):  # deleted by its schedule in the meantime
                    with default_storage.open(name, "rb") as content:
                        checksums[FILE_PREFIX + name] = put_part(writer, FILE_PREFIX + name, content.chunks())[0]
                    files += 1
            put_part(writer, MANIFEST, [replace(manifest, checksums=checksums).as_bytes()])
            writer.close()
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    except OSError as error:
        raise BackupError(
            _("The backup could not be written to %(place)s: %(reason)s.")
            % {"place": target, "reason": error.strerror or error}
        ) from None
    finally:
        unfinished.unlink(missing_ok=True)
    made = Made(target, target.stat().st_size, sum(manifest.rows.values()), files, container.mark_of(key))
    AuditEvent.objects.create(
        actor_id=getattr(actor, "pk", None),
        verb=MADE,
        details={"file": target.name, "bytes": made.size, "rows": made.rows, "files": files, "key": made.key_mark},
    )
    return made


def inspect(path: Path, key: bytes) -> Manifest:
    """Read a backup from its first to its last byte; its manifest. Raises :class:`BackupError` at anything wrong."""
    manifest: Manifest | None = None
    with _opened(path) as file:
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
    with _in_scratch(path, key, installed, say=say) as (_scratch, verdict):
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


def restore(path: Path, key: bytes, *, replace_data: bool, say: Say) -> Verdict:
    """Bring a backup back as the installation. Nothing of the present one changes before the backup has proved whole.

    Raises :class:`BackupError`: the file is not good, the product runs, or there is data and ``replace_data`` was not
    said. What was there before stays on the server under another name, and its files beside the new ones.
    """
    installed = Database.of_installation()
    connections.close_all()
    was_in_use = database.is_in_use(installed)
    if was_in_use and not replace_data:
        raise BackupError(
            _(
                "There is data in this installation. To put it aside and bring the backup back in its place, add "
                "--replace."
            )
        )
    database.require_quiet(installed)
    with _in_scratch(path, key, installed, say=say, keeps=True) as (scratch, verdict):
        if not verdict.is_good:
            raise BackupError(
                _("The backup could be read but is not whole: %(reason)s") % {"reason": "; ".join(complaints(verdict))}
            )
        files = _restored_files(path, key)
        try:
            stamp = f"{timezone.now():%Y%m%d%H%M%S}"
            aside = f"{installed.name}_{_ASIDE}_{stamp}"
            database.require_quiet(installed)
            database.change_places(installed, scratch, aside)
        except BaseException:
            shutil.rmtree(files, ignore_errors=True)
            raise
    _swap_files(files, stamp)
    _keep_signing_key(path, key)
    if was_in_use:
        say(
            _("The database of before stands on the server as “%(name)s”; drop it when it is no longer needed.")
            % {"name": aside}
        )
    else:
        database.drop(installed.sibling(aside))
    cache.clear()
    AuditEvent.objects.create(verb=RESTORED, details={"file": path.name, "made": verdict.manifest.made_at})
    return verdict


def complaints(verdict: Verdict) -> list[str]:
    """What is wrong with a backup that was tried, a sentence for each."""
    told = [
        _("table %(table)s has %(found)d rows instead of %(told)d") % {"table": table, "found": found, "told": told}
        for table, (told, found) in sorted(verdict.differences.items())
    ]
    return told if verdict.is_history_whole else [*told, verdict.history]


@contextlib.contextmanager
def _in_scratch(
    path: Path, key: bytes, installed: Database, *, say: Say, keeps: bool = False
) -> Iterator[tuple[Database, Verdict]]:
    """The backup in a database of its own, counted and verified; dropped afterwards, or at any fault."""
    manifest = inspect(path, key)
    say(
        _("The file is whole: %(parts)d parts, made %(when)s.")
        % {"parts": len(manifest.checksums), "when": manifest.made_at}
    )
    database.drop_left_behind(installed, before=timezone.now() - _LEFT_BEHIND)
    scratch = database.make_scratch(installed, timezone.now())
    is_whole = False
    try:
        with _opened(path) as file:
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
def _opened(path: Path) -> Iterator[IO[bytes]]:
    try:
        file = path.open("rb")
    except OSError as error:
        raise BackupError(
            _("%(path)s cannot be read: %(reason)s.") % {"path": path, "reason": error.strerror or error}
        ) from None
    with file:
        yield file


def _file_names(folder: str = "") -> Iterator[str]:
    folders, names = default_storage.listdir(folder)
    for name in sorted(names):
        yield str(PurePosixPath(folder) / name)
    for name in sorted(folders):
        yield from _file_names(str(PurePosixPath(folder) / name))


def _restored_files(path: Path, key: bytes) -> Path:
    """The backup's files in a folder beside the installation's; the caller puts it in place or removes it."""
    place = database.folder_of_files()
    fresh = place.with_name(f"{place.name}.restored-{secrets.token_hex(4)}")
    fresh.mkdir(mode=0o700)
    storage = FileSystemStorage(location=fresh)
    with _opened(path) as file:
        for name, pieces in Parts(container.read(file, key)):
            if name.startswith(FILE_PREFIX):
                target = Path(storage.path(name.removeprefix(FILE_PREFIX)))  # refuses a way out of the folder
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as written:
                    written.writelines(pieces)
    return fresh


def _swap_files(fresh: Path, stamp: str) -> None:
    place = database.folder_of_files()
    if place.exists():
        aside = place.with_name(f"{place.name}.{_ASIDE}-{stamp}")
        place.rename(aside)
        if not any(aside.rglob("*")):
            shutil.rmtree(aside)
    fresh.rename(place)


def _keep_signing_key(path: Path, key: bytes) -> None:
    """Links in mails that people have were signed with it. A key that the environment gives is not ours to change."""
    own = settings.DATA_DIR / "secret_key"
    if not own.exists():
        return
    with _opened(path) as file:
        for name, pieces in Parts(container.read(file, key)):
            if name == SIGNING_KEY:
                fresh = own.with_name("secret_key.new")
                fresh.touch(mode=0o600)
                fresh.write_bytes(b"".join(pieces) + b"\n")
                fresh.replace(own)
                return


def last_events() -> dict[str, AuditEvent]:
    """The newest event of each kind of care: made, tried, restored, failed."""
    found = {}
    for verb in (MADE, TRIED, RESTORED, FAILED):
        event = AuditEvent.objects.filter(verb=verb).order_by("-id").first()
        if event:
            found[verb] = event
    return found


def is_due(verb: str, after: timedelta) -> bool:
    """Whether nothing of this kind happened for that long."""
    return not AuditEvent.objects.filter(verb=verb, at__gt=timezone.now() - after).exists()
