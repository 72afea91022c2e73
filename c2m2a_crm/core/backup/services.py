"""Making a backup, and which there are. What is done with one: :mod:`trying` and :mod:`restoring`."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Final

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core import blocks
from c2m2a_crm.core.backup import container, database
from c2m2a_crm.core.backup.contents import DATABASE, FILE_PREFIX, MANIFEST, SIGNING_KEY, Manifest, put_part
from c2m2a_crm.core.backup.database import Database
from c2m2a_crm.core.backup.errors import BackupError
from c2m2a_crm.core.backup.unfinished import RESTORED, is_interrupted
from c2m2a_crm.core.models import AuditEvent

SUFFIX: Final = ".crmbackup"
KEY_NAME: Final = "backup_key"
MADE: Final = "backup.made"
TRIED: Final = "backup.tried"
FAILED: Final = "backup.failed"
_UNFINISHED: Final = ".part"
# What is unfinished for that long was left by a process that died.
LEFT_BEHIND: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was just written: ``size`` in bytes, ``rows`` over all tables."""

    path: Path
    size: int
    rows: int
    files: int
    key_mark: str


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
    latest = (timezone.now() - LEFT_BEHIND).timestamp()
    parts = (folder or Path(settings.BACKUP_DIR)).glob(f"*{SUFFIX}*{_UNFINISHED}")
    old += [path for path in parts if path.stat().st_mtime < latest]
    for path in old:
        path.unlink()
    return old


def make(target: Path, key: bytes, *, actor: object | None = None) -> Made:
    """Write everything into ``target``, which is there only once it is whole. Recorded in the audit.

    The product may go on running: the database is written as it stood at one moment, and files are only added.
    """
    if is_interrupted():
        raise BackupError(
            _(
                "A restore was interrupted here, so records and files may not belong together. Stop the product and "
                "run “manage.py restore --finish”."
            )
        )
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


def _file_names(folder: str = "") -> Iterator[str]:
    folders, names = default_storage.listdir(folder)
    for name in sorted(names):
        yield str(PurePosixPath(folder) / name)
    for name in sorted(folders):
        yield from _file_names(str(PurePosixPath(folder) / name))


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
