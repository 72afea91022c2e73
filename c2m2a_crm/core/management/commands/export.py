"""``manage.py export LIST``: the file that the list's page gives, for a terminal."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from c2m2a_crm.core import exports, rights
from c2m2a_crm.core.pdf import PdfError
from c2m2a_crm.core.purposes import purpose_from
from c2m2a_crm.core.registries import exportable_lists


class Command(BaseCommand):
    help = "Export a list as CSV, XLSX or PDF with its origin inside, people as vCards too; written into the audit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("list", choices=[entry.key for entry in exportable_lists], metavar="LIST")
        parser.add_argument("--format", choices=[*exports.FORMATS, *exports.CARD_VERSIONS], required=True)
        parser.add_argument("--output", type=Path, required=True, metavar="FILE")
        parser.add_argument(
            "--query", default="", help="what follows the question mark in the list's address: filters, order, columns"
        )
        parser.add_argument("--bom", action="store_true", help="begin the CSV so that Excel takes it for UTF-8")
        parser.add_argument(
            "--purpose", default="", metavar="TEXT", help="what the file is for: it stands in the file and in the audit"
        )
        parser.add_argument("--user", metavar="EMAIL", help="through whose eyes; else every row that is not sealed")

    def handle(self, *args: Any, **options: Any) -> None:
        entry = exports.list_entry(options["list"])
        if options["format"] not in exports.formats_of(entry):
            raise CommandError(f"The list {entry.key} has no vCards.")
        target: Path = options["output"]
        if not target.parent.is_dir():
            raise CommandError(f"{target.parent}: no such folder.")
        try:
            rows = exports.write_file(
                entry,
                self._actor(options["user"], entry),
                query=options["query"],
                file_format=options["format"],
                target=target,
                bom=options["bom"],
                purpose=purpose_from(options),
            )
        except exports.StreamBroken as error:
            raise CommandError(f"The rows broke off. What there is stands in {target}.partial.") from error
        except PdfError as error:
            raise CommandError(str(error)) from error
        if options["verbosity"] > 0:
            self.stdout.write(f"{target}: {rows} rows.")

    def _actor(self, email: str | None, entry: Any) -> Any:
        if not email:
            return rights.command_line("export")
        user = get_user_model()._default_manager.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Nobody has an account with the address {email}.")
        if not entry.allowed(user):
            raise CommandError(f"{user} may not export this list.")
        return user
