"""Files of other people on their way in: one way for every sort of import, on the page and in a terminal.

``tables`` reads a file, ``mapping`` says what its columns mean, ``staging`` keeps its rows, ``services`` checks and
imports them as jobs. What a row means is the business of the rooms, each of which contributes an ``Importer``
(``core.registries``).
"""

from c2m2a_crm.core.imports.mapping import ImportSettings, Target, guess_mapping
from c2m2a_crm.core.imports.tables import ENCODINGS, SourceRow, Table, open_table, read_table
from c2m2a_crm.core.imports.verdicts import (
    LEFT_OUT,
    Judgement,
    Parsed,
    Question,
    RowRefused,
    StagedRow,
    Verdict,
    worst,
)
from c2m2a_crm.core.imports.workbooks import Unreadable

__all__ = [
    "ENCODINGS",
    "LEFT_OUT",
    "ImportSettings",
    "Judgement",
    "Parsed",
    "Question",
    "RowRefused",
    "SourceRow",
    "StagedRow",
    "Table",
    "Target",
    "Unreadable",
    "Verdict",
    "guess_mapping",
    "open_table",
    "read_table",
    "worst",
]
