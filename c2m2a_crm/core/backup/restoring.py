"""Bringing a backup back as the installation: everything is laid ready, then it changes names."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core.backup import container, database
from c2m2a_crm.core.backup.contents import FILE_PREFIX, SIGNING_KEY, Parts
from c2m2a_crm.core.backup.database import Database
from c2m2a_crm.core.backup.errors import BackupError
from c2m2a_crm.core.backup.trying import Verdict, complaints, in_scratch, opened
from c2m2a_crm.core.backup.unfinished import Say, Unfinished, finish_interrupted, former_stands, only_one

# Database and files of a moment ago, kept under another name until somebody takes them away.
_ASIDE: Final = "before_restore"


def restore(path: Path, key: bytes, *, replace_data: bool, say: Say) -> Verdict:
    """Bring a backup back as the installation. Nothing of the present one changes before the backup has proved whole.

    Raises :class:`BackupError`: the file is not good, the product runs, or there is data and ``replace_data`` was not
    said. What was there before stays on the server under another name, and its files beside the new ones. Killed at
    any moment, it is brought to its end by the next start or restore (:mod:`unfinished`).
    """
    installed = Database.of_installation()
    connections.close_all()
    lock = only_one()
    try:
        database.require_quiet(installed)
        finish_interrupted(say)
        connections.close_all()
        return _restore(path, key, installed, replace_data=replace_data, say=say)
    finally:
        lock.release()


def finish(say: Say) -> None:
    """End a restore that was interrupted, and begin none. Raises :class:`BackupError` while the product runs."""
    connections.close_all()
    lock = only_one()
    try:
        database.require_quiet(Database.of_installation())
        if not finish_interrupted(say):
            say(_("No restore was interrupted here. Nothing was changed."))
    finally:
        lock.release()


def _restore(path: Path, key: bytes, installed: Database, *, replace_data: bool, say: Say) -> Verdict:
    was_in_use = database.is_in_use(installed)
    if was_in_use and not replace_data:
        raise BackupError(
            _(
                "There is data in this installation. To put it aside and bring the backup back in its place, add "
                "--replace."
            )
        )
    with in_scratch(path, key, installed, say=say, keeps=True) as (scratch, verdict):
        if not verdict.is_good:
            raise BackupError(
                _("The backup could be read but is not whole: %(reason)s") % {"reason": "; ".join(complaints(verdict))}
            )
        plan = _planned(path, installed, scratch, verdict, keeps_former=was_in_use)
        plan.write_down()
        try:
            _lay_ready(plan, path, key)
            plan.write_down()
            database.require_quiet(installed)
            database.change_places(installed, scratch, plan.aside)
        finally:
            plan.settle(installed)
    if was_in_use:
        say(former_stands(plan.aside))
    return verdict


def _planned(path: Path, installed: Database, scratch: Database, verdict: Verdict, *, keeps_former: bool) -> Unfinished:
    mark, stamp = secrets.token_hex(4), f"{timezone.now():%Y%m%d%H%M%S}"
    files = database.folder_of_files()
    own_key = Path(settings.DATA_DIR) / "secret_key"
    return Unfinished(
        backup=path.name,
        made_at=verdict.manifest.made_at,
        oid=database.number_of(scratch),
        restored=scratch.name,
        aside=f"{installed.name}_{_ASIDE}_{stamp}",
        keeps_former=keeps_former,
        files=str(files.with_name(f"{files.name}.restored-{mark}")),
        files_aside=str(files.with_name(f"{files.name}.{_ASIDE}-{stamp}")),
        # Links in mails that people have were signed with it. A key that the environment gives is not ours to change.
        signing_key=str(own_key.with_name(f"secret_key.restored-{mark}")) if own_key.exists() else "",
    )


def _lay_ready(plan: Unfinished, path: Path, key: bytes) -> None:
    """The backup's files and its signing key, beside those of the installation."""
    fresh = Path(plan.files)
    fresh.mkdir(mode=0o700)
    storage = FileSystemStorage(location=fresh)
    with opened(path) as file:
        for name, pieces in Parts(container.read(file, key)):
            if name.startswith(FILE_PREFIX):
                target = Path(storage.path(name.removeprefix(FILE_PREFIX)))  # refuses a way out of the folder
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as written:
                    written.writelines(pieces)
            elif name == SIGNING_KEY and plan.signing_key:
                signing_key = Path(plan.signing_key)
                signing_key.touch(mode=0o600)
                signing_key.write_bytes(b"".join(pieces) + b"\n")
