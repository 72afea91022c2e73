"""A restore on its way: written down before anything changes names, so that one that was killed is brought to its end.

The database changes place in one transaction, the files and the signing key one after the other. Which of the two
databases carries the installation's name tells whether the change was made: then the rest follows, else all that was
laid ready goes away. Database and files belong together in both cases.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Self

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from c2m2a_crm.core.backup import database
from c2m2a_crm.core.backup.database import Database
from c2m2a_crm.core.backup.errors import BackupError
from c2m2a_crm.core.local.paths import FolderLock
from c2m2a_crm.core.models import AuditEvent

RESTORED: Final = "backup.restored"
_NOTE: Final = "restore_unfinished.json"
_LOCK: Final = "restore.lock"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Unfinished:
    """What a restore means to do. Paths are absolute; ``oid`` is the restored database's number, which no name changes.

    ``files_aside`` and ``aside`` are the names that files and database of before will have. ``signing_key`` is empty
    where the environment gives the key. ``keeps_former`` says that the former database holds somebody's data.
    """

    backup: str
    made_at: str
    oid: int
    restored: str
    aside: str
    keeps_former: bool
    files: str
    files_aside: str
    signing_key: str

    @classmethod
    def found(cls) -> Self | None:
        try:
            return cls(**json.loads(_note().read_text()))
        except FileNotFoundError:
            return None

    def write_down(self) -> None:
        """On the disk when this returns, with everything that was laid ready before."""
        fresh = _note().with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self)))
        fresh.replace(_note())
        os.sync()

    def settle(self, installed: Database) -> bool:
        """Bring it to its end, or take away what it laid ready; whether the backup is the installation now.

        Interrupted anywhere, it goes on where it was when it is called again.
        """
        is_changed = database.number_of(installed) == self.oid
        if is_changed:
            self._follow(installed)
        else:
            shutil.rmtree(self.files, ignore_errors=True)
            if self.signing_key:
                Path(self.signing_key).unlink(missing_ok=True)
            database.drop(installed.sibling(self.restored))
        _note().unlink()
        return is_changed

    def _follow(self, installed: Database) -> None:
        self._swap_files()
        if self.signing_key and Path(self.signing_key).exists():
            Path(self.signing_key).replace(settings.DATA_DIR / "secret_key")
        if not self.keeps_former:
            database.drop(installed.sibling(self.aside))
        cache.clear()
        told = {"file": self.backup, "made": self.made_at, "aside": self.aside}
        if not AuditEvent.objects.filter(verb=RESTORED, details__aside=self.aside).exists():
            AuditEvent.objects.create(verb=RESTORED, details=told)

    def _swap_files(self) -> None:
        fresh, place, aside = Path(self.files), database.folder_of_files(), Path(self.files_aside)
        if not fresh.exists():
            return
        if place.exists() and aside.exists():
            # Interrupted between the two names, and somebody made the folder again since.
            aside = aside.with_name(f"{aside.name}-again")
        if place.exists():
            place.rename(aside)
        for old in (Path(self.files_aside), aside):
            if old.exists() and not any(old.rglob("*")):
                old.rmdir()
        fresh.rename(place)


def _note() -> Path:
    return Path(settings.DATA_DIR) / _NOTE


def is_interrupted() -> bool:
    return _note().exists()


def only_one() -> FolderLock:
    """Held until it is released or its process dies. Raises :class:`BackupError` while another restore is at work."""
    lock = FolderLock(Path(settings.DATA_DIR) / _LOCK)
    if not lock.try_exclusive():
        lock.release()
        raise BackupError(_("Another restore is at work here. Wait until it has ended."))
    return lock


def finish_interrupted(say: Say) -> bool:
    """Bring a restore that was killed to its end, or take away what it left; whether there was one.

    The caller has seen to it that the product does not run, and that no other restore is at work.
    """
    left = Unfinished.found()
    if left is None:
        return False
    if left.settle(Database.of_installation()):
        say(_("A restore was interrupted here. It has been brought to its end: %(file)s.") % {"file": left.backup})
        if left.keeps_former:
            say(former_stands(left.aside))
    else:
        say(_("A restore was interrupted here before anything changed. What it had laid ready was removed."))
    return True


def former_stands(name: str) -> str:
    return _("The database of before stands on the server as “%(name)s”; drop it when it is no longer needed.") % {
        "name": name
    }
