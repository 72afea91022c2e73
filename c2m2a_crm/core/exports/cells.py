"""Values as a file carries them.

A spreadsheet program takes a cell that begins with ``=`` for a formula. In CSV such cells get an apostrophe in front,
which :func:`restore` (used by ``core.imports``) takes away again, and nothing else: export then import is identity. In
XLSX text cells carry their type, so nothing is changed there.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext as _

# A cell that a spreadsheet program may run: spaces, control and invisible characters in front do not disarm it, and
# programs set to an Asian language take the full-width signs for the plain ones.
_INVISIBLE = r"\s\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
_RUNS: Final = re.compile(rf"'*(?:[{_INVISIBLE}]*[=+\-@＝＋－＠]|[\t\r\n])")


def neutralise(text: str) -> str:
    """The text as a CSV cell that no spreadsheet program runs."""
    return f"'{text}" if _RUNS.match(text) else text


def restore(cell: str) -> str:
    """What :func:`neutralise` was given. Other cells, also with an apostrophe in front, stay as they are."""
    return cell[1:] if cell.startswith("'") and _RUNS.match(cell[1:]) else cell


def as_text(value: Any) -> str:
    """A value as a text file carries it: dates the ISO way in the office's time zone, lists with semicolons."""
    match value:
        case None:
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case datetime():
            return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%d %H:%M}"
        case date():
            return value.isoformat()
        case list() | tuple() | set() | frozenset():
            return "; ".join(as_text(item) for item in value)
        case _:
            return str(value)
