"""The import of the pages for a terminal: one command for each sort of records, under the same rules."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.core.files import File
from django.core.management.base import BaseCommand, CommandError

from c2m2a_crm.core import rights
from c2m2a_crm.core.imports import services
from c2m2a_crm.core.imports.mapping import ImportSettings
from c2m2a_crm.core.imports.tables import ENCODINGS
from c2m2a_crm.core.imports.verdicts import LEFT_OUT, Verdict
from c2m2a_crm.core.imports.workbooks import Unreadable
from c2m2a_crm.core.models import Import
from c2m2a_crm.core.registries import Importer, importers

_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
_PRINTED = 200


class ImportCommand(BaseCommand):
    """``import_… FILE``. ``options_of`` names the importer's options that are arguments here, with their arguments."""

    kind: ClassVar[str]
    needs_user: ClassVar[bool] = False
    options_of: ClassVar[Mapping[str, Mapping[str, Any]]] = {}

    @property
    def importer(self) -> Importer:
        return importers[self.kind]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="say what each row would do, write nothing")
        parser.add_argument("--json", action="store_true", help="print the whole report as JSON")
        parser.add_argument("--all-or-nothing", action="store_true", help="one unusable row stops the import")
        parser.add_argument("--map", action="append", default=[], metavar="FIELD=HEADING", dest="mapping")
        parser.add_argument("--encoding", choices=ENCODINGS)
        parser.add_argument("--delimiter", choices=sorted(_DELIMITERS))
        parser.add_argument(
            "--user",
            metavar="EMAIL",
            required=self.needs_user,
            help="whose name the changes carry; else the command's own",
        )
        for name, words in self.options_of.items():
            parser.add_argument(f"--{name.replace('_', '-')}", dest=f"option_{name}", **words)

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        actor = self._actor(options["user"])
        try:
            with path.open("rb") as file:
                imported = services.begin_import(actor=actor, kind=self.kind, file=File(file, path.name))
            try:
                outcome = self._run(imported, actor, options)
                self._report(outcome, options)
            finally:
                imported.file.delete(save=False)
                if options["dry_run"] or imported.operation_id is None:
                    imported.delete()
                else:
                    imported.rows.all().delete()
                    imported.save()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        except (Unreadable, services.ImportRefused) as error:
            raise CommandError(str(error)) from error

    def _run(self, imported: Import, actor: Any, options: dict[str, Any]) -> services.Outcome:
        if options["encoding"] or options["delimiter"]:
            services.read_again(
                imported, encoding=options["encoding"] or "", delimiter=_DELIMITERS.get(options["delimiter"], "")
            )
        services.choose_columns(imported, self._settings(imported, options))
        services.check(imported, actor=actor)
        if options["dry_run"]:
            return services.Outcome(imported, None)
        outcome = services.apply(imported, actor=actor)
        if imported.has_changed:
            raise CommandError("The directory changed while the file was being checked. Run the command again.")
        return outcome

    def _report(self, outcome: services.Outcome, options: dict[str, Any]) -> None:
        imported = outcome.imported
        if options["json"]:
            report = {"file": imported.file_name, "dry_run": options["dry_run"], **outcome.to_json()}
            report["verdicts"] = [
                {"line": line, "verdict": verdict, "names": names, "sentences": sentences}
                for line, verdict, names, sentences in imported.rows.order_by("line").values_list(
                    "line", "verdict", "names", "sentences"
                )
            ]
            report["decisions"] = imported.questions
            self.stdout.write(json.dumps(report, ensure_ascii=False, indent=2))
            return
        left_out = imported.rows.filter(verdict__in=[verdict.value for verdict in LEFT_OUT]).order_by("line")
        for row in left_out[:_PRINTED]:
            verdict, reasons = Verdict(row.verdict).label, " ".join(row.sentences)
            self.stdout.write(f"line {row.line}: {verdict}: {row.names} {reasons}")
        for note in imported.notes:
            self.stdout.write(note)
        rows = imported.counts["rows"]
        counts = ", ".join(
            f"{Verdict(name).label}: {count}" for name, count in imported.counts["records"].items() if count
        )
        rejected = rows[Verdict.REJECTED.value]
        self.stdout.write(f"{rows['read']} rows. {counts or 'Nothing'}. Rejected rows: {rejected}.")
        if options["dry_run"]:
            self.stdout.write("Nothing was written: this was a dry run.")
        elif outcome.operation is None:
            self.stdout.write("Nothing was written.")

    def _actor(self, email: str | None) -> Any:
        if not email:
            return rights.command_line(f"import_{self.kind}")
        user = get_user_model()._default_manager.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"Nobody has an account with the address {email}.")
        if not self.importer.allowed(user):
            raise CommandError(f"{user} may not import.")
        return user

    def _settings(self, imported: Import, options: dict[str, Any]) -> ImportSettings:
        settings = services.settings_of(imported)
        mapping = dict(settings.mapping)
        targets = [target.key for target in self.importer.targets]
        for pair in options["mapping"]:
            field, _equals, heading = pair.partition("=")
            if field not in targets:
                raise CommandError(f"--map {pair}: the field is one of {', '.join(targets)}.")
            if not heading:
                mapping.pop(field, None)
            elif heading in imported.headings:
                mapping[field] = imported.headings.index(heading)
            else:
                raise CommandError(f"--map {pair}: the file has no heading “{heading}”.")
        given = {name: options[f"option_{name}"] for name in self.options_of if options[f"option_{name}"] is not None}
        chosen = {**settings.options, **given}
        form = self.importer.options({name: value for name, value in chosen.items() if value not in (False, None)})
        if not form.is_valid():
            name, errors = next(iter(form.errors.items()))
            raise CommandError(f"--{name.replace('_', '-')}: {' '.join(map(str, errors))}")
        settings = replace(
            settings,
            mapping=mapping,
            options={**chosen, **form.cleaned_data},
            all_or_nothing=options["all_or_nothing"],
        )
        for name, sentence in self.importer.problems(settings):
            hint = f"--{name.replace('_', '-')}" if name else "--map FIELD=HEADING"
            raise CommandError(f"{sentence} Use {hint}; the fields are {', '.join(targets)}.")
        return settings
