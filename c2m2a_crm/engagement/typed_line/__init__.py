"""One typed line, in English or French, read as a contact: who, what, when, how long, and what is to follow.

Pure Python: who is known comes through `Directory`, today's date and the author as arguments.
"""

from __future__ import annotations

from c2m2a_crm.engagement.typed_line.directory import (
    Colleague,
    Directory,
    Matches,
    Organization,
    OrganizationMatch,
    Person,
    PersonMatch,
)
from c2m2a_crm.engagement.typed_line.follow_ups import due_in
from c2m2a_crm.engagement.typed_line.names import MOST_PHRASES
from c2m2a_crm.engagement.typed_line.parser import parse
from c2m2a_crm.engagement.typed_line.points import (
    Point,
    PointKind,
    PointLine,
    read_note,
    read_point,
    write_note,
    write_point,
)
from c2m2a_crm.engagement.typed_line.reading import Ambiguous, DayPart, Direction, FollowUp, Kind, Reading, Role, Span

__all__ = [
    "MOST_PHRASES",
    "Ambiguous",
    "Colleague",
    "DayPart",
    "Direction",
    "Directory",
    "FollowUp",
    "Kind",
    "Matches",
    "Organization",
    "OrganizationMatch",
    "Person",
    "PersonMatch",
    "Point",
    "PointKind",
    "PointLine",
    "Reading",
    "Role",
    "Span",
    "due_in",
    "parse",
    "read_note",
    "read_point",
    "write_note",
    "write_point",
]
