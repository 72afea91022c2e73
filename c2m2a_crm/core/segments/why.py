"""Why one record belongs to a segment or does not: each part of the rule, yes or no, and what the record has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from c2m2a_crm.core import ui
from c2m2a_crm.core.lists.columns import draw
from c2m2a_crm.core.lists.filters import Clause, names_of
from c2m2a_crm.core.lists.state import ListState
from c2m2a_crm.core.models import Segment, SegmentPick
from c2m2a_crm.core.registries import SegmentedList
from c2m2a_crm.core.segments.rules import Rule, asked, by_itself, kept_of, members_of, pinnable, rule_of


@dataclass(frozen=True, slots=True)
class ClauseAnswer:
    """One part of the rule in words, whether it holds for the record, and what the record has there."""

    text: str
    holds: bool
    has: SafeString | str


@dataclass(frozen=True, slots=True)
class Why:
    """The verdict on one record. ``pick`` is its pin or block; ``is_left_out`` says that a pin cannot bring it in."""

    record: Any
    rule: Rule
    clauses: Sequence[ClauseAnswer]
    rule_holds: bool
    pick: SegmentPick | None
    is_in: bool
    is_left_out: bool


def why(segment: Segment, actor: Any, record: Any) -> Why:
    """One record, already found among the rows of the list that the actor may read. A statement or two a clause."""
    rule = rule_of(segment, actor)
    picked = SegmentPick.objects.filter(segment=segment, record_id=record.pk).select_related("added_by").first()
    if rule.entry is None or rule.state is None or rule.rows is None:
        return Why(record, rule, [], False, picked, False, False)
    is_shown = pinnable(rule.entry, segment, actor).filter(pk=record.pk).exists()
    clauses = _clauses(segment, actor, rule.entry, rule.state, record)
    if rule.entry.left_out and not by_itself(rule.entry, segment):
        clauses.append(ClauseAnswer(capfirst(str(rule.entry.left_out)), is_shown, ui.NOTHING))
    return Why(
        record,
        rule,
        clauses,
        rule.rows.filter(pk=record.pk).exists(),
        picked,
        members_of(segment, actor).filter(pk=record.pk).exists(),
        not is_shown,
    )


def _clauses(
    segment: Segment, actor: Any, entry: SegmentedList, whole_rule: ListState, record: Any
) -> list[ClauseAnswer]:
    """Each filter asked by itself, of a list that leaves nothing else out."""
    kept = kept_of(segment.query, whole_rule.filterset)
    found = []
    for name, text in whole_rule.filterset.labels_by_name().items():
        own = [(key, value) for key, value in kept if key in names_of(name)]
        others = "" if names_of(name) & QueryDict(entry.whole).keys() else entry.whole
        state = asked(entry, "&".join(filter(None, (urlencode(own), others))), actor, (segment.pk,))
        holds = state.filterset.qs.filter(pk=record.pk).exists()
        found.append(ClauseAnswer(text, holds, _has(state, actor, name, record)))
    return found


def _has(state: ListState, actor: Any, name: str, record: Any) -> SafeString | str:
    """What the record has where the filter looks: a cell of the list, or words of the filter's own."""
    clause: Clause | None = getattr(state.filterset.filters[name], "clause", None)
    shown = clause.shown if clause is not None else ""
    if callable(shown):
        return str(shown(actor, record))
    column = next((each for each in state.all_columns if each.key == (shown or name)), None)
    if column is None:
        return ui.NOTHING
    batches: Mapping[str, Mapping[int, Any]] = {column.key: column.batch(actor, [record])} if column.batch else {}
    return draw(column, record, batches)
