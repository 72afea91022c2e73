"""``manage.py restore FILE``: bring a backup back, or only try whether it could be."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from c2m2a_crm.core.backup import restoring, trying
from c2m2a_crm.core.backup.errors import BackupError
from c2m2a_crm.core.management.commands.backup import key_of


class Command(BaseCommand):
    help = "Bring a backup back as the installation, or try it in a scratch database."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", nargs="?", help="a backup")
        parser.add_argument("--key-file", type=Path, metavar="FILE", help="the key, if it is not the installation's")
        parser.add_argument("--drill", action="store_true", help="only try: scratch database, counts, history, away")
        parser.add_argument("--replace", action="store_true", help="put the installation's present data aside")
        parser.add_argument("--finish", action="store_true", help="bring a restore that was interrupted to its end")
        parser.add_argument("--data-dir", help="folder of the installation (var, or the environment's CRM_DATA_DIR)")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path | None = options["file"]
        if (path is None) != options["finish"]:
            raise CommandError("Name a backup, or say --finish alone.")
        try:
            if path is None:
                restoring.finish(self.stdout.write)
                return
            key = key_of(options["key_file"])
            if options["drill"]:
                verdict = trying.try_out(path, key, say=self.stdout.write)
            else:
                verdict = restoring.restore(path, key, replace_data=options["replace"], say=self.stdout.write)
        except BackupError as error:
            raise CommandError(str(error)) from None
        if not verdict.is_good:
            raise CommandError("; ".join(trying.complaints(verdict)))
        if options["drill"]:
            self.stdout.write("The drill went well; nothing of the installation was changed.")
        else:
            self.stdout.write("Restored. Start the product: python3 manage.py start")
