"""Who came into a segment and who left it since a day, as far as the reader may read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import F
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core.history import writer_in_words
from c2m2a_crm.core.models import History, Segment, SegmentDay
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import SegmentedList
from c2m2a_crm.core.segments.days import NotAsked, digest_of, open_members, rules_of
from c2m2a_crm.core.segments.rules import Rows, pinnable


@dataclass(frozen=True, slots=True)
class NewRule:
    """Who replaced a rule, and when; ``below`` where it is that of a segment on which this one rests."""

    who: str
    at: datetime
    below: Segment | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What is otherwise now than on ``day``: the day asked for, or the noted one nearest to it.

    ``is_first`` says that nothing older is noted, ``is_rule_new`` that the rule is another one now; ``new_rule`` tells
    of the last replacement that the reader may know of. Who came and who left are rows of the segment's list.
    """

    day: date
    is_first: bool
    came: Rows
    left: Rows
    is_rule_new: bool
    new_rule: NewRule | None


def difference(entry: SegmentedList, segment: Segment, reader: Any, since: date) -> Difference:
    """Compare the note of that day with a question of now, which asks as the note did. Raises :class:`NotAsked`.

    Records that the list leaves out by itself, and those that the reader may not read, are in neither.
    """
    notes = SegmentDay.objects.filter(segment=segment)
    note = notes.filter(on__lte=since).order_by("-on").first() or notes.order_by("on").first()
    if note is None:
        raise NotAsked(_("Nobody has noted yet who belongs. The first note is made within the hour."))
    now, then = open_members(segment), set(note.record_ids)
    shown = pinnable(entry, segment, reader)
    day = max(note.on, min(since, note.last_on))
    rules = rules_of(segment)
    is_rule_new = digest_of(rules) != note.rule_digest
    return Difference(
        day,
        since < note.on,
        shown.filter(among("pk", now - then)),
        shown.filter(among("pk", then - now)),
        is_rule_new,
        _new_rule(segment, reader, rules, day) if is_rule_new else None,
    )


def _new_rule(segment: Segment, reader: Any, rules: dict[int, str], day: date) -> NewRule | None:
    known = {each.pk: each for each in Segment.objects.visible_to(reader).filter(pk__in=list(rules))}
    changes = History.objects.annotate(
        _was=KeyTextTransform("query", "before"), _became=KeyTextTransform("query", "after")
    ).filter(
        tbl=Segment._meta.db_table,
        row_id__in=list(known),
        action=History.Action.CHANGED,
        at__gte=timezone.make_aware(datetime.combine(day, time.min)),
    )
    change = changes.exclude(_was=F("_became")).order_by("-pk").first()
    if change is None:
        return None
    author: Any = get_user_model()._default_manager.filter(pk=change.actor_id).first()
    who = author.name if author else writer_in_words(change.writer)
    return NewRule(who, change.at, None if change.row_id == segment.pk else known[change.row_id])
