"""``manage.py bench``: what the product costs against the least it could cost, on the data at hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.web_process import settle
from c2m2a_crm.dashboard.bench import (
    assets,
    circles,
    duplicates,
    exports,
    floors,
    history,
    imports,
    merging,
    packs,
    pages,
    search,
    segments,
    tables,
    web,
)
from c2m2a_crm.dashboard.bench.pages import BenchError
from c2m2a_crm.dashboard.bench.report import Report

WHAT = (
    "pages",
    "exports",
    "imports",
    "history",
    "search",
    "segments",
    "circles",
    "merge",
    "duplicates",
    "packs",
    "tables",
)


class Command(BaseCommand):
    help = (
        "Measure pages, exports, imports, history, search, segments, circles, merges, packs or tables "
        "against floors of the run. "
        "Use a folder filled by `demo --size large`: logging contacts is measured, too, and leaves some."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", nargs="?", choices=WHAT, default="pages")
        parser.add_argument("--data-dir", help="folder with the data to measure on (CRM_DATA_DIR, else var)")
        parser.add_argument("--user", default="staff@demo.example", metavar="EMAIL", help="who looks at the pages")
        parser.add_argument("--rounds", type=int, help="how often each page is asked for (30), each file made (3)")
        parser.add_argument(
            "--seconds", type=float, default=12.0, help="how long requests are counted; 0 leaves it out"
        )
        parser.add_argument(
            "--rows", type=int, default=imports.PEOPLE, metavar="N", help="how many people are imported (100,000)"
        )
        parser.add_argument("--against", type=Path, metavar="FILE", help="JSON of a run on a smaller office: growth")
        parser.add_argument("--sql", action="store_true", help="print the SQL of the floors and of the pages")
        parser.add_argument("--json", action="store_true", help="print JSON instead of tables")
        parser.add_argument("--check", action="store_true", help="end with 1 where a budget is broken")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email__iexact=options["user"]).first()
        if user is None:
            raise CommandError(f"Nobody has an account with the address {options['user']}. See --user.")
        settle()  # as the web server does
        try:
            reports = self._measured(user, options)
        except BenchError as error:
            raise CommandError(str(error)) from None
        over = [broken for report in reports for broken in report.over]
        if options["json"]:
            self.stdout.write(json.dumps({"reports": [each.to_json() for each in reports], "over": over}, indent=1))
        else:
            for report in reports:
                self.stdout.write("\n".join(report.lines()))
            if options["sql"]:
                self.stdout.write("\n".join(f"floor, {name}: {sql}" for name, sql in floors.SQL.items()))
                said = [(name, sql) for report in reports for name, seen in report.statements.items() for sql in seen]
                self.stdout.write("\n".join(f"{name}: {sql}" for name, sql in said))
            self.stdout.write("\n".join(over) if over else "Every budget is kept.")
        if over and options["check"]:
            raise CommandError(f"{len(over)} over budget.", returncode=1)

    def _measured(self, user: User, options: Mapping[str, Any]) -> list[Report]:
        if options["what"] == "exports":
            return [exports.measure(user, rounds=options["rounds"] or 3)]
        if options["what"] == "imports":
            return [imports.measure(user, rows=options["rows"])]
        if options["what"] == "history":
            return [history.measure(rounds=options["rounds"] or 3)]
        if options["what"] == "search":
            return [search.measure(user, rounds=options["rounds"] or 9)]
        if options["what"] == "segments":
            return [segments.measure(user, rounds=options["rounds"] or 9)]
        if options["what"] == "tables":
            return [tables.measure(user, rounds=options["rounds"] or 30)]
        if options["what"] == "packs":
            return [packs.measure(user)]
        if options["what"] == "duplicates":
            return [duplicates.measure()]
        if options["what"] == "circles":
            return [circles.measure(user, rounds=options["rounds"] or 15)]
        if options["what"] == "merge":
            return [merging.measure(user, rounds=options["rounds"] or 9)]
        if hasattr(staticfiles_storage, "manifest_name"):  # pages name files that must have been collected
            call_command("collectstatic", interactive=False, verbosity=0)
        against = _medians(options["against"]) if options["against"] else {}
        found = [pages.measure(user, rounds=options["rounds"] or 30, against=against)]
        if options["seconds"]:
            found.append(web.measure(user, seconds=options["seconds"]))
        return [*found, assets.measure()]


def _medians(path: Path) -> dict[str, float]:
    try:
        report = json.loads(path.read_text())["reports"][0]
        return {each["name"]: each["median"] for each in report["findings"]}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise CommandError(f"{path} is not the JSON of a run: {error}") from None
