"""How a text of minutes is shown: line by line, the outcomes marked and without their signs."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from c2m2a_crm.core import ui
from c2m2a_crm.engagement.typed_line import PointKind, read_note

KIND_WORDS = {
    PointKind.ISSUE: gettext_lazy("Decision"),
    PointKind.COMMITMENT: gettext_lazy("Commitment"),
    PointKind.QUESTION: gettext_lazy("Question"),
}
KIND_TONES = {PointKind.ISSUE: "ok", PointKind.COMMITMENT: "info", PointKind.QUESTION: "warn"}


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of minutes; ``mark`` names the outcome that it states, empty for running text."""

    text: str
    mark: str = ""


def shown_lines(text: str) -> list[ShownLine]:
    """The text line by line, without the signs."""
    found: list[ShownLine] = []
    for line in text.split("\n"):
        points, rest = read_note(line)
        if points:
            point = points[0].point
            said = f"{point.by}: {point.text}" if point.by else point.text
            found.append(ShownLine(said, ui.tag(KIND_WORDS[point.kind], KIND_TONES[point.kind])))
        elif rest.strip():
            found.append(ShownLine(rest))
    return found
