"""``manage.py backup``: everything of the installation in one encrypted file, while the product runs."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from c2m2a_crm.core.backup import container, services
from c2m2a_crm.core.backup.errors import BackupError


class Command(BaseCommand):
    help = "Write the database, the files and the signing key into one encrypted file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--output", type=Path, metavar="FILE", help="where to; else a new file in the backup folder"
        )
        parser.add_argument("--key-file", type=Path, metavar="FILE", help="another key than the installation's")
        parser.add_argument("--data-dir", help="folder of the installation (var, or the environment's CRM_DATA_DIR)")

    def handle(self, *args: Any, **options: Any) -> None:
        target: Path = options["output"] or services.default_target()
        if not target.parent.is_dir():
            raise CommandError(f"{target.parent}: no such folder.")
        try:
            made = services.make(target, key_of(options["key_file"]))
        except BackupError as error:
            raise CommandError(str(error)) from None
        self.stdout.write(
            f"{made.path}: {made.size / 2**20:.1f} MB, {made.rows:,} rows, {made.files:,} files, key {made.key_mark}."
        )
        if options["key_file"] is None and not settings.BACKUP_KEY:
            self.stdout.write(
                f"Without the key nobody can read it: keep a copy of {settings.DATA_DIR / services.KEY_NAME} "
                "in another place than the backups."
            )


def key_of(path: Path | None) -> bytes:
    """The key of a file, else the installation's."""
    if path is None:
        return services.default_key()
    try:
        return container.read_key(path.read_text())
    except (OSError, UnicodeDecodeError):
        raise CommandError(f"{path}: this file cannot be read.") from None
