"""The history of a segment in words: its own changes, and the records pinned, blocked and taken out again."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from django.db.models import BigIntegerField, Q
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _

from c2m2a_crm.core.history import FieldChange, Names, changes_in_words
from c2m2a_crm.core.models import History, Segment, SegmentPick
from c2m2a_crm.core.record_changes import HistoryPage, history_lines, without
from c2m2a_crm.core.registries import segmented_lists
from c2m2a_crm.core.segments.rules import Rule, asked

SEGMENTS, PICKS = Segment._meta.db_table, SegmentPick._meta.db_table
# The rule is told by the sentence of its list, not as the address has it.
_QUIET = frozenset({"list_key", "query"})


def history_page(segment: Segment, actor: Any, *, before: int | None = None) -> HistoryPage:
    """The newest changes. Of records that the actor may not read, neither name nor reason nor number is told."""
    record_id = Cast(
        Coalesce(KeyTextTransform("record_id", "after"), KeyTextTransform("record_id", "before")), BigIntegerField()
    )
    of_segment = Q(after__segment_id=segment.pk) | Q(before__segment_id=segment.pk)
    picks = History.objects.filter(of_segment, tbl=PICKS).annotate(_record=record_id)
    entry = segmented_lists.get(segment.list_key)
    known: dict[int, str] = {}
    if entry is not None and entry.allowed(actor):
        ids = set(picks.values_list("_record", flat=True))
        known = {each.pk: str(each) for each in asked(entry, entry.whole, actor).base.filter(pk__in=ids)}
    told = picks.filter(_record__in=list(known)).values("pk")
    rows = History.objects.filter(Q(tbl=SEGMENTS, row_id=segment.pk) | Q(pk__in=told))

    def words(change: History, names: Names) -> list[FieldChange]:
        if change.tbl == SEGMENTS:
            return _own(change, names, sentence)
        image = change.after or change.before or {}
        name = known.get(image.get("record_id", 0), "")
        said = _("%(name)s: %(reason)s") % {"name": name, "reason": image.get("reason") or ""}
        kind = str(SegmentPick.Kind(image.get("kind", SegmentPick.Kind.PIN)).label)
        return [FieldChange(kind, said if change.before else "", said if change.after else "")]

    @cache
    def sentence(query: str) -> str:
        return Rule(entry, asked(entry, query, actor), None, ()).sentence if entry else ""

    return history_lines(rows, {SEGMENTS: Segment, PICKS: SegmentPick}, words, actor, before=before)


def _own(change: History, names: Names, sentence: Callable[[str], str]) -> list[FieldChange]:
    if change.action == History.Action.CREATED:
        after = change.after or {}
        said = _("%(name)s: %(reason)s") % {"name": after.get("name", ""), "reason": sentence(after.get("query", ""))}
        return [FieldChange(_("Segment made"), "", said)]
    words = changes_in_words(Segment, without(change, _QUIET), names)
    was, became = ((image or {}).get("query", "") for image in (change.before, change.after))
    if was != became:
        words.append(FieldChange(_("rule"), sentence(was), sentence(became)))
    return words
