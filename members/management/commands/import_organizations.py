"""``manage.py import_organizations FILE``: the import of the page, for a terminal."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug

from c2m2a_crm.core import rights
from c2m2a_crm.core.imports import ENCODINGS, Unreadable, Verdict, read_table
from members.imports import ImportSettings, guess_settings, import_organizations
from members.imports.columns import TARGET_KEYS
from members.models import Party

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}


class Command(BaseCommand):
    help = "Import organizations from a CSV file or an Excel workbook; the same file twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what each row would do, write nothing")
        parser.add_argument("--json", action="store_true", help="print the whole report as JSON")
        parser.add_argument("--all-or-nothing", action="store_true", help="one unusable row stops the import")
        parser.add_argument("--map", action="append", default=[], metavar="FIELD=HEADING", dest="mapping")
        parser.add_argument("--kind", choices=sorted(set(Party.Kind.values) - {Party.Kind.NATION}))
        parser.add_argument("--level", choices=Party.GovernmentLevel.values, help="level of government")
        parser.add_argument("--scheme", help="name of the system whose identifiers the file carries")
        parser.add_argument("--encoding", choices=ENCODINGS)
        parser.add_argument("--delimiter", choices=sorted(_DELIMITERS))
        parser.add_argument("--user", metavar="EMAIL", help="whose name the changes carry; else the command's own")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        try:
            table = read_table(
                data, path.name, encoding=options["encoding"] or "", delimiter=_DELIMITERS.get(options["delimiter"], "")
            )
        except Unreadable as error:
            raise CommandError(str(error)) from error
        outcome = import_organizations(
            actor=self._actor(options["user"]),
            table=table,
            settings=self._settings(guess_settings(table), table.headers, options),
            file_name=path.name,
            data=data,
            dry_run=options["dry_run"],
        )
        if options["json"]:
            report = {"file": path.name, "dry_run": options["dry_run"], **outcome.to_json()}
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
            return
        plan = outcome.plan
        for report_line in plan.rows:
            if report_line.verdict in {Verdict.REJECTED, Verdict.DECISION}:
                names, reasons = " / ".join(report_line.names), " ".join(report_line.sentences)
                self.stdout.write(f"line {report_line.line}: {report_line.verdict.label}: {names} {reasons}")
        for note in plan.notes:
            self.stdout.write(note)
        counts = ", ".join(f"{Verdict(name).label}: {count}" for name, count in plan.counts.items() if count)
        self.stdout.write(f"{len(plan.rows)} rows. {counts}. Rejected rows: {plan.row_counts[Verdict.REJECTED.value]}.")
        if options["dry_run"]:
            self.stdout.write("Nothing was written: this was a dry run.")
        elif outcome.operation is None:
            self.stdout.write("Nothing was written.")

    def _actor(self, email: str | None) -> Any:
        if not email:
            return rights.command_line("import_organizations")
        user = get_user_model()._default_manager.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Nobody has an account with the address {email}.")
        if not rights.can_write(user):
            raise CommandError(f"{user} may not import.")
        return user

    def _settings(self, settings: ImportSettings, headers: tuple[str, ...], options: dict[str, Any]) -> ImportSettings:
        mapping = dict(settings.mapping)
        for pair in options["mapping"]:
            field, _equals, heading = pair.partition("=")
            if field not in TARGET_KEYS:
                raise CommandError(f"--map {pair}: the field is one of {', '.join(TARGET_KEYS)}.")
            if not heading:
                mapping.pop(field, None)
            elif heading in headers:
                mapping[field] = headers.index(heading)
            else:
                raise CommandError(f"--map {pair}: the file has no heading “{heading}”.")
        if not {"name_en", "name_fr"} & set(mapping):
            raise CommandError("No column looks like a name. Say which with --map name_en=HEADING.")
        given = {
            "kind": options["kind"],
            "government_level": options["level"],
            "scheme": options["scheme"],
            "all_or_nothing": options["all_or_nothing"] or None,
        }
        if options["scheme"]:
            try:
                validate_slug(options["scheme"])
            except ValidationError as error:
                raise CommandError("--scheme: use letters, digits and hyphens.") from error
        return replace(settings, mapping=mapping, **{key: value for key, value in given.items() if value is not None})
