"""The rule of a segment, asked of its list: what it finds, and what it asks for that is not there any more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext as _

from c2m2a_crm.core.exports import request_for
from c2m2a_crm.core.lists.filters import PLACE, HouseFilterSet, names_of
from c2m2a_crm.core.lists.state import LIST_PARAMETERS, VIEW, ListState
from c2m2a_crm.core.models import Segment, SegmentPick
from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import SegmentedList, segmented_lists
from c2m2a_crm.core.segments.lists import IN, NOT_IN, SegmentFacet

Rows = models.QuerySet[Any, Any]


@dataclass(frozen=True, slots=True)
class Rule:
    """A segment's rule as its list answers it to one reader.

    ``rows`` are what it finds: nothing where ``lost`` says, in sentences, what it asks for that is gone or closed to
    the reader. A rule of which a part is gone would find more than it was made for.
    """

    entry: SegmentedList | None
    state: ListState | None
    rows: Rows | None
    lost: Sequence[str]

    @property
    def sentence(self) -> str:
        """The rule restated in words: “People in Ontario, owned by Samir Okoye”."""
        if self.entry is None or self.state is None:
            return ""
        first, *others = self.state.filterset.clauses() or [""]
        return ", ".join(part for part in (f"{self.entry.words.label} {first}".strip(), *others) if part)


def asked(entry: SegmentedList, query: str, actor: Any, within: Sequence[int] = ()) -> ListState:
    """The list under this query, of rows whose content the actor may use. ``within`` are segments being answered."""
    request = request_for(actor, query)
    request.segments_asked = tuple(within)  # type: ignore[attr-defined]  # read by SegmentFacet alone
    state: ListState = entry.state(request)
    state.base = state.base.readable_by(actor)  # type: ignore[attr-defined]  # HouseQuerySet
    return state


def kept_of(query: str, filterset: HouseFilterSet) -> list[tuple[str, str]]:
    """The names and values in the query that belong to a filter in force, in the order of the list's filters."""
    given = QueryDict(query)
    names = [name for name, _value in filterset.in_force()]
    return [
        (key, value)
        for name in names
        for key in sorted(names_of(name) & given.keys())
        for value in given.getlist(key)
        if value
    ]


def lost_of(query: str, filterset: HouseFilterSet, within: Sequence[int], actor: Any) -> list[str]:
    """What the query asks for and the list does not answer any more, each in a sentence."""
    given = QueryDict(query)
    known = {key: name for name in filterset.filters for key in names_of(name)}
    in_force = dict(filterset.in_force())
    found = []
    for key, values in given.lists():
        name = known.get(key)
        if not any(values):
            continue
        if name is None:
            found.append(_("The rule asks for the filter “%(name)s”, which is gone.") % {"name": key})
        elif name in filterset.errors or name not in in_force:
            label = filterset.panel_form[name].label
            found.append(
                _("The rule asks for a value of “%(filter)s” that is gone, or that you may not see.")
                % {"filter": label}
            )
    for name, value in in_force.items():
        if isinstance(filterset.filters[name], SegmentFacet):
            found += _lost_below(value, within, actor)
    return list(dict.fromkeys(found))


def _lost_below(segment: Segment, within: Sequence[int], actor: Any) -> list[str]:
    if segment.pk in within:
        return [_("The rule rests on itself, by way of “%(segment)s”.") % {"segment": segment}]
    return [
        _("“%(segment)s”, on which it rests: %(sentence)s") % {"segment": segment, "sentence": sentence}
        for sentence in rule_of(segment, actor, within=within).lost
    ]


def rule_of(segment: Segment, actor: Any, *, within: Sequence[int] = ()) -> Rule:
    """The rule alone, without what is pinned in or blocked out."""
    entry = segmented_lists.get(segment.list_key)
    if entry is None:
        return Rule(None, None, None, [_("The list of this segment is gone.")])
    within = (*within, segment.pk)
    state = asked(entry, segment.query, actor, within)
    lost = lost_of(segment.query, state.filterset, within, actor)
    allowed = entry.allowed(actor)
    rows = state.base.none() if lost or not allowed else state.filterset.qs
    return Rule(entry, state, rows, lost)


def answer(segment: Segment, actor: Any, *, within: Sequence[int] = ()) -> tuple[Rule, Rows]:
    """The rule, and everybody who belongs: what it finds, with the pinned and without the blocked.

    Pins bring nothing in that the list leaves out by itself (archived records), unless the rule asks for such. What
    the actor may not read does not belong, for this actor.
    """
    if segment.pk in within:  # saving refuses it; two who save at once could still bring it about
        rule = Rule(None, None, None, [_("The rule rests on itself, by way of “%(segment)s”.") % {"segment": segment}])
        return rule, Segment.objects.none()
    rule = rule_of(segment, actor, within=within)
    if rule.entry is None or rule.state is None or rule.rows is None:
        return rule, Segment.objects.none()
    picked: dict[str, list[int]] = {SegmentPick.Kind.PIN: [], SegmentPick.Kind.BLOCK: []}
    for kind, record_id in _PICKS(None, [segment.pk]):
        picked[kind].append(record_id)
    rows = rule.rows
    if pins := picked[SegmentPick.Kind.PIN]:
        # Asked first, they are some keys beside the rule; asked within, the database would look at the list twice.
        here = pinnable(rule.entry, segment, actor).filter(among("pk", pins)).order_by().values_list("pk", flat=True)
        rows = rows | rule.state.base.filter(among("pk", list(here)))
    if blocks := picked[SegmentPick.Kind.BLOCK]:
        rows = rows.exclude(among("pk", blocks))
    return rule, rows


_PICKS = Statement(
    lambda nobody, segments: SegmentPick.objects.filter(among("segment_id", segments)).values_list("kind", "record_id")
)


def pinnable(entry: SegmentedList, segment: Segment, actor: Any) -> Rows:
    """The rows that a pin can bring in."""
    if not entry.allowed(actor):
        return asked(entry, "", actor).base.none()
    rows: Rows = asked(entry, by_itself(entry, segment), actor).filterset.qs
    return rows


def by_itself(entry: SegmentedList, segment: Segment) -> str:
    """The query under which the list shows all that the segment could hold."""
    whole = QueryDict(entry.whole)
    return entry.whole if whole.keys() & QueryDict(segment.query).keys() else ""


def members_of(segment: Segment, actor: Any) -> Rows:
    """Everybody who belongs to the segment now, as far as the actor may read: rows of the segment's list, unordered.

    The number of statements does not depend on how many belong. Call it anew for each use: nothing is stored.
    """
    return answer(segment, actor)[1]


def rests_on(query: str) -> set[int]:
    """The keys of the segments that the query asks for, or against."""
    given = QueryDict(query)
    return {int(value) for name in (IN, NOT_IN) for value in given.getlist(name) if value.isdecimal()}


def filters_in(query: str) -> str:
    """The query without what says nothing of the rows: order, columns, place, empty fields of a form."""
    beside = {*LIST_PARAMETERS, *PLACE, VIEW, "count"}
    given = QueryDict(query).lists()
    return urlencode([(key, value) for key, values in given if key not in beside for value in values if value])


def settled(query: str, filterset: HouseFilterSet, actor: Any) -> str:
    """What a segment keeps of a query: the filters in force, in one spelling, “me” as the person who says it.

    A saved view means its reader by "me"; a segment holds the same records for everybody.
    """
    pairs = []
    for key, value in kept_of(query, filterset):
        choices = {str(each) for each, _label in _choices(filterset, key)} if value == "me" else set()
        pairs.append((key, str(actor.pk) if str(actor.pk) in choices else value))
    return urlencode(pairs)


def _choices(filterset: HouseFilterSet, key: str) -> list[tuple[Any, Any]]:
    field = filterset.form.fields.get(key)
    return list(getattr(field, "choices", ()))
