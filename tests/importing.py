"""Bringing a file in a test: from its bytes to what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.core.files.base import ContentFile

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.imports import services
from c2m2a_crm.core.models import Import, ImportRow, Operation


@dataclass
class Came:
    """What came of a file."""

    imported: Import
    operation: Operation | None

    @property
    def rows(self) -> list[ImportRow]:
        return list(self.imported.rows.order_by("line"))

    @property
    def verdicts(self) -> list[str]:
        return [row.verdict for row in self.rows]

    @property
    def sentences(self) -> list[str]:
        return [" ".join(row.sentences) for row in self.rows]

    @property
    def counts(self) -> dict[str, int]:
        found: dict[str, int] = self.imported.counts["records"]
        return found

    @property
    def question(self) -> str:
        """The key of the first question."""
        key: str = self.imported.questions[0]["key"]
        return key

    def choices(self, place: int = 0) -> list[str]:
        return [value for value, _words in self.imported.questions[place]["choices"]]

    def told(self) -> list[Any]:
        """Everything that is said of the rows."""
        return [self.counts, [(row.line, row.verdict, row.names, row.sentences) for row in self.rows]]


def bring(actor: Any, kind: str, source: str | bytes | Path, *, name: str = "file.csv", **changes: Any) -> Import:
    """The file with the settings that its headings suggest and the changes given; not checked yet.

    ``mapping``, ``decisions``, ``corrections`` and ``all_or_nothing`` are settings, everything else is an option.
    """
    if isinstance(source, Path):
        name, source = source.name, source.read_bytes()
    data = source.encode() if isinstance(source, str) else source
    imported = services.begin_import(actor=actor, kind=kind, file=ContentFile(data, name))
    settings = services.settings_of(imported)
    own = {key: changes.pop(key) for key in ("mapping", "decisions", "corrections", "all_or_nothing") if key in changes}
    imported.settings = replace(settings, options={**settings.options, **changes}, **own).to_json()
    imported.save()
    return imported


def bring_and_import(
    actor: User, kind: str, source: str | bytes | Path, *, dry_run: bool = False, **changes: Any
) -> Came:
    imported = bring(actor, kind, source, **changes)
    services.check(imported, actor=actor)
    if dry_run:
        return Came(imported, None)
    outcome = services.apply(imported, actor=actor)
    return Came(imported, outcome.operation)
