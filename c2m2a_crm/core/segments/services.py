"""Segments made, described, changed and put aside; records pinned in, blocked out, and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from c2m2a_crm.core import editing, rights
from c2m2a_crm.core.background import after_commit
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation, Segment, SegmentPick
from c2m2a_crm.core.operations.acting import operating
from c2m2a_crm.core.refusals import ActRefused, refusals_of_the_database
from c2m2a_crm.core.registries import segmented_lists
from c2m2a_crm.core.segments.rules import asked, filters_in, lost_of, rests_on, settled
from c2m2a_crm.core.sentences import Sentence
from c2m2a_crm.core.text import clean_line

LONGEST_QUERY: Final = 2000
MOST_SEGMENTS: Final = 200
# Beyond, the exceptions are the rule.
MOST_PICKS: Final = 500
KIND: Final = "segment"


class SegmentRefused(ActRefused):
    """Why a segment cannot be so, in words for the person who asked."""


class NameTaken(SegmentRefused):
    sentence = gettext_lazy("You have a segment of this name. Choose another.")
    field = "name"


class PickedAlready(SegmentRefused):
    sentence = gettext_lazy("Somebody pinned or blocked this record already. See what stands there now.")


class _NoSuchList(SegmentRefused):
    sentence = gettext_lazy("This list has no segments.")


_once = partial(
    refusals_of_the_database, {"segment_once_by_name": NameTaken, "segment_picks_a_record_once": PickedAlready}
)


def can_make_segments(actor: Any) -> bool:
    return rights.can_write(actor)


def can_change_segment(actor: Any, segment: Segment) -> bool:
    """Its owner; an administrator may change those that the whole office sees."""
    if not rights.can_write(actor):
        return False
    return segment.owner_id == actor.pk or (segment.is_shared and rights.can_administer(actor))


def make_segment(
    *, actor: Any, list_key: str, name: str, query: str, purpose: str = "", is_shared: bool = False
) -> Segment:
    """Keep what the list finds under this query as a segment. Raises :class:`SegmentRefused`.

    Who belongs is noted at once, so that it can be told tomorrow who came in since, and not while somebody waits.
    """
    from c2m2a_crm.core.tasks import note_segment_day  # tasks import what imports this module

    if not can_make_segments(actor):
        raise PermissionDenied
    with _once(), recorded(actor):
        mine = Segment.objects.active().filter(owner_id=actor.pk)
        if mine.count() >= MOST_SEGMENTS:
            raise SegmentRefused(_("You keep %(count)d segments. Archive one first.") % {"count": MOST_SEGMENTS})
        segment = Segment(owner_id=actor.pk, list_key=list_key)
        segment.name, segment.purpose, segment.is_shared = _name(name), _text(purpose), is_shared
        segment.query = _rule(actor, segment, query)
        _refuse_same_name(segment)
        segment.full_clean(validate_unique=False, validate_constraints=False)
        segment.save()
        after_commit(note_segment_day, segment.pk)
        return segment


def describe_segment(*, actor: Any, segment: Segment, version: int, changes: Mapping[str, Any]) -> Segment:
    """Another name, purpose, shared or not. Raises ``EditConflict`` and :class:`SegmentRefused`."""
    with _once(), recorded(actor):
        segment = _locked(actor, segment)
        changes = {
            name: _name(value) if name == "name" else _text(value) if name == "purpose" else bool(value)
            for name, value in changes.items()
        }
        keep = editing.changes_to_keep(segment, changes, version=version)
        if keep.get("is_shared"):
            _refuse_own_below(segment, segment.query)
        if "name" in keep:
            segment.name = keep["name"]
            _refuse_same_name(segment)
        if keep.get("is_shared") is False:
            _refuse_shared_above(segment)
        editing.apply(segment, keep)
        return segment


def replace_rule(*, actor: Any, segment: Segment, query: str) -> Operation:
    """The segment holds what the list finds under this query from now on; pins and blocks stay."""
    summary = Sentence(gettext_noop("New rule of “%(segment)s”"), {"segment": segment.name})
    with operating(actor, kind=KIND, summary=summary) as operation:
        segment = _locked(actor, segment)
        segment.query = _rule(actor, segment, query)
        segment.version += 1
        segment.save(update_fields=["query", "version"])
    return operation


def archive_segment(*, actor: Any, segment: Segment, reason: str = "") -> Operation:
    """Put aside. What rests on it says so, and finds nothing meanwhile."""
    summary = Sentence(gettext_noop("Archived: %(name)s"), {"name": segment.name})
    with operating(actor, kind=KIND, summary=summary, reason=clean_line(reason)) as operation:
        segment = _locked(actor, segment)
        if not segment.is_archived:
            segment.archived_at, segment.archived_reason = timezone.now(), clean_line(reason)
            segment.version += 1
            segment.save(update_fields=["archived_at", "archived_reason", "version"])
    return operation


def restore_segment(*, actor: Any, segment: Segment) -> Operation:
    """Bring back. Raises :class:`NameTaken` where another took the name meanwhile."""
    summary = Sentence(gettext_noop("Restored: %(name)s"), {"name": segment.name})
    with _once(), operating(actor, kind=KIND, summary=summary) as operation:
        segment = _locked(actor, segment)
        _refuse_same_name(segment)
        segment.archived_at, segment.archived_reason = None, ""
        segment.version += 1
        segment.save(update_fields=["archived_at", "archived_reason", "version"])
    return operation


def pick(*, actor: Any, segment: Segment, record: Model, kind: str, reason: str) -> Operation:
    """Pin a record in or block it out, whatever the rule finds. The actor must be able to read the record.

    Raises :class:`SegmentRefused`, and ``PermissionDenied`` where the record is no row of the list for this actor.
    """
    reason = _text(reason)
    if not reason:
        raise SegmentRefused(_("Say why, for the next person who looks at this segment."), field="reason")
    pinned = kind == SegmentPick.Kind.PIN
    said = gettext_noop("Pinned in “%(segment)s”") if pinned else gettext_noop("Blocked out of “%(segment)s”")
    summary = Sentence(said, {"segment": segment.name})
    with _once(), operating(actor, kind=KIND, summary=summary) as operation:
        segment = _locked(actor, segment)
        entry = segmented_lists.get(segment.list_key)
        if entry is None or not asked(entry, entry.whole, actor).base.filter(pk=record.pk).exists():
            raise PermissionDenied
        picks = SegmentPick.objects.filter(segment=segment)
        if picks.filter(record_id=record.pk).exists():
            raise PickedAlready
        if picks.count() >= MOST_PICKS:
            raise SegmentRefused(
                _("%(count)d records are pinned or blocked already. Change the rule instead.") % {"count": MOST_PICKS}
            )
        SegmentPick.objects.create(
            segment=segment,
            kind=SegmentPick.Kind(kind),
            record_id=record.pk,
            reason=reason,
            added_by_id=actor.pk,
        )
    return operation


def unpick(*, actor: Any, segment: Segment, record: Model) -> Operation | None:
    """The rule alone says again whether the record belongs. None where it was neither pinned nor blocked."""
    with recorded(actor):
        segment = _locked(actor, segment)
        picked = SegmentPick.objects.filter(segment=segment, record_id=record.pk).first()
        if picked is None:
            return None
        pinned = picked.kind == SegmentPick.Kind.PIN
        of_pin = gettext_noop("Pin taken out of “%(segment)s”")
        of_block = gettext_noop("Block taken out of “%(segment)s”")
        summary = Sentence(of_pin if pinned else of_block, {"segment": segment.name})
        with operating(actor, kind=KIND, summary=summary) as operation:
            picked.delete()
        return operation


def _locked(actor: Any, segment: Segment) -> Segment:
    known = Segment.objects.visible_to(actor).select_for_update(of=("self",)).get(pk=segment.pk)
    if not can_change_segment(actor, known):
        raise PermissionDenied
    return known


def _name(text: Any) -> str:
    name = clean_line(str(text))[:120]
    if not name:
        raise SegmentRefused(_("Give the segment a name."), field="name")
    return name


def _text(text: Any) -> str:
    return clean_line(str(text))[:2000]


def _refuse_same_name(segment: Segment) -> None:
    same = Segment.objects.active().filter(owner_id=segment.owner_id, list_key=segment.list_key, name=segment.name)
    if same.exclude(pk=segment.pk).exists():
        raise NameTaken


def _rule(actor: Any, segment: Segment, query: str) -> str:
    """The query as it is kept. Refused is what the list does not know, what finds everything, and a circle of rules."""
    entry = segmented_lists.get(segment.list_key)
    if entry is None or not entry.allowed(actor):
        raise _NoSuchList
    query = filters_in(clean_line(query))
    if len(query) > LONGEST_QUERY:
        raise SegmentRefused(_("These filters are too long to be kept."))
    within = (segment.pk,) if segment.pk else ()
    filterset = asked(entry, query, actor, within).filterset
    lost = lost_of(query, filterset, within, actor)
    if lost:
        raise SegmentRefused(" ".join(lost))
    kept = settled(query, filterset, actor)
    if not kept:
        raise SegmentRefused(_("Choose at least one filter: without one, everything would belong."))
    below = rests_on(kept)
    if below:
        # All of the list, in one order: of two that would come to rest on each other, the later one sees the other.
        every = {
            each.pk: each
            for each in Segment.objects.filter(list_key=segment.list_key).select_for_update(of=("self",)).order_by("pk")
        }
        _refuse_circle(segment, below, every)
        if segment.is_shared:
            _refuse_own_below(segment, kept)
    return kept


def _refuse_circle(segment: Segment, below: set[int], every: Mapping[int, Segment]) -> None:
    seen: set[int] = set()
    ahead = set(below)
    while ahead:
        if segment.pk in ahead:
            raise SegmentRefused(_("A segment cannot rest on itself, not even by way of another."))
        seen |= ahead
        ahead = {pk for each in ahead if each in every for pk in rests_on(every[each].query)} - seen


def _refuse_own_below(segment: Segment, query: str) -> None:
    """What everybody sees must not rest on what one person sees."""
    own = Segment.objects.filter(pk__in=rests_on(query), is_shared=False).order_by("name").first()
    if own is not None:
        raise SegmentRefused(
            _("This rests on “%(segment)s”, which is not shared with the office. Share that first.") % {"segment": own},
            field="is_shared",
        )


def _refuse_shared_above(segment: Segment) -> None:
    shared = Segment.objects.active().filter(list_key=segment.list_key, is_shared=True).exclude(pk=segment.pk)
    above = next((each for each in shared.order_by("name", "pk") if segment.pk in rests_on(each.query)), None)
    if above is not None:
        raise SegmentRefused(
            _("“%(segment)s”, which the office shares, rests on this. It must stay shared.") % {"segment": above},
            field="is_shared",
        )
