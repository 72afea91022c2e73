"""What a room must know to bring its own sort of records: the contract between an import and its planner."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from c2m2a_crm.core.imports.tables import SourceRow
from c2m2a_crm.core.imports.verdicts import Judgement, Parsed, Question, StagedRow
from c2m2a_crm.core.models import Operation


class Planner(Protocol):
    """One pass over one file. Calls come in this order; no step but the last writes.

    Rows come in chunks, so that a planner can ask the database by the chunk and forget it.
    """

    def parse(self, row: SourceRow) -> Parsed:
        """The row's own words. Asks the database nothing. Raises ``RowRefused``."""
        ...

    def prepare(self, rows: Iterator[StagedRow]) -> None:
        """Sees all usable rows before any is judged, for what only the whole file tells."""
        ...

    def judge(self, rows: Sequence[StagedRow]) -> Sequence[Judgement]:
        """What would happen to these rows, one judgement each, in their order."""
        ...

    def write(self, judgements: Sequence[Judgement], operation: Operation) -> None:
        """Do what was judged of the chunk; called before the next chunk is judged."""
        ...

    def questions(self) -> Iterable[Question]:
        """What a person must decide, after all rows were judged."""
        ...

    def counts(self) -> Mapping[str, int]:
        """Records by verdict, after all rows were judged; nothing where a row is a record."""
        ...

    def notes(self) -> Sequence[str]:
        """What is to be said of the whole file."""
        ...
