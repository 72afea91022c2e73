"""What a file says of itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core import typed_words
from c2m2a_crm.core.actor import Actor, without_circles
from c2m2a_crm.core.exports.cells import as_text
from c2m2a_crm.core.lists import ListState, list_sentence
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.registries import ExportableList


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a file says of itself: who took it out, when, from which list, under which filter and in which language.

    ``filter_for_others`` is the filter as the audit tells it: without the names of what was confided to a circle, and
    without the words by which somebody found it.
    """

    list_key: str
    title: str
    office: str
    who: str
    at: datetime
    filter_words: str
    notes: Sequence[tuple[str, str]] = ()
    purpose: str = ""
    filter_for_others: str = ""

    def lines(self, rows: int, *, complete: bool, notes: Sequence[str] = ()) -> list[tuple[str, str]]:
        said = [
            (_("List"), self.title),
            (_("Exported by"), self.who),
            (_("Exported at"), as_text(self.at)),
            (_("Filter"), self.filter_words or _("none")),
            *([(_("What it is for"), self.purpose)] if self.purpose else []),
            *self.notes,
            (_("Rows"), str(rows)),
        ]
        said += [(_("Note"), note) for note in notes]
        if not complete:
            said.append((_("Incomplete"), _("The file ends before its end. Export it again.")))
        return said


def provenance_of(entry: ExportableList, state: ListState, actor: Actor, purpose: str = "") -> Provenance:
    words = list_sentence(entry.label, state) if state.is_filtered else ""
    return Provenance(
        list_key=entry.key,
        title=str(entry.label),
        office=Installation.current().name,
        who=str(actor),
        at=timezone.now(),
        filter_words=words,
        notes=entry.notes(state),
        purpose=purpose,
        filter_for_others=_for_others(entry, state, actor, words),
    )


def _for_others(entry: ExportableList, state: ListState, actor: Actor, words: str) -> str:
    """The words of the filter for somebody of the same roles and in no circle: what they may not choose has no name,
    and what was typed to find rows that they may not know of is left out.
    """
    if not words:
        return ""
    anybody = without_circles(actor)
    others = entry.state(request_for(anybody, state.query_string))
    told = as_chosen = list_sentence(entry.label, others)
    if not typed_words.may_be_told(state, others):
        query = typed_words.without_typed(state, state.query_string)
        told = list_sentence(entry.label, entry.state(request_for(anybody, query)))
    return told if as_chosen == words else _("%(words)s, and by what was confided to a circle") % {"words": told}


def request_for(actor: Any, query: str, path: str = "/") -> HttpRequest:
    """A list's address outside a web request: for jobs and commands."""
    request = HttpRequest()
    request.method = "GET"
    request.path = path
    request.GET = QueryDict(query)
    request.user = actor
    return request
