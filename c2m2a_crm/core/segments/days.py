"""Who belonged on which day: noted by the clock, so that it can be told who came in and who left since.

A note is read by others than those in whose name it is made. So nothing that is confided to a circle may decide who
stands in it: everybody is asked about as the owner would without any circle.
"""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from c2m2a_crm.core.actor import without_circles
from c2m2a_crm.core.models import Segment, SegmentDay
from c2m2a_crm.core.segments.rules import answer, rests_on
from c2m2a_crm.core.validity import today

# A year back can be asked for a month long, as annual work is compared; before that, the histories of the records tell.
KEPT_FOR: Final = timedelta(days=400)


class NotAsked(Exception):
    """Why it cannot be said who belongs, in a sentence for whoever reads."""


def open_members(segment: Segment) -> set[int]:
    """The keys of all who belong now, as its owner finds them without any circle. Raises :class:`NotAsked`.

    A rule that does not hold any more finds nothing; to note that would say that everybody left.
    """
    owner: Any = without_circles(segment.owner)
    if not owner.is_active:
        raise NotAsked(
            _("It is asked in the name of %(name)s, who keeps this segment: that account is closed.")
            % {"name": segment.owner.name}
        )
    rule, rows = answer(segment, owner)
    if rule.entry is None or rule.lost or not rule.entry.allowed(owner):
        raise NotAsked(
            _("It is asked in the name of %(name)s, who keeps this segment: there, its rule does not hold any more.")
            % {"name": segment.owner.name}
        )
    return set(rows.order_by().values_list("pk", flat=True))


def rules_of(segment: Segment) -> dict[int, str]:
    """The rule of the segment and those on which it rests, directly or by way of others, by the keys of segments."""
    found = {segment.pk: segment.query}
    ahead = rests_on(segment.query)
    if ahead:
        every = dict(Segment.objects.filter(list_key=segment.list_key).values_list("pk", "query"))
        while ahead := {pk for pk in ahead if pk in every} - found.keys():
            found |= {pk: every[pk] for pk in ahead}
            ahead = {below for pk in ahead for below in rests_on(every[pk])}
    return found


def digest_of(rules: dict[int, str]) -> str:
    return hashlib.sha256("\n".join(f"{pk} {rules[pk]}" for pk in sorted(rules)).encode()).hexdigest()


def note_day(segment_id: int) -> bool:
    """Note who belongs today, unless somebody did; whether a row was written. The first of a day is kept.

    Where nobody can be asked nothing is noted: the row before stays the last that is known.
    """
    day = today()
    segment = Segment.objects.active().select_related("owner").filter(pk=segment_id).first()
    newest = SegmentDay.objects.filter(segment=segment_id).order_by("-on").first()
    if segment is None or (newest is not None and newest.last_on >= day):
        return False
    try:
        members = sorted(open_members(segment))
    except NotAsked:
        return False
    digest = digest_of(rules_of(segment))
    if newest is not None and newest.rule_digest == digest and newest.record_ids == members:
        SegmentDay.objects.filter(pk=newest.pk, last_on__lt=day).update(last_on=day)
        return False
    made = SegmentDay(segment=segment, on=day, last_on=day, record_ids=members, rule_digest=digest)
    SegmentDay.objects.bulk_create([made], ignore_conflicts=True)  # another worker may have been quicker
    return True


def take_notes() -> int:
    """What the clock asks for each hour: every segment that nobody noted today is handed over; how many they are."""
    from c2m2a_crm.core.tasks import note_segment_day  # tasks import this module

    forget_old()
    noted = SegmentDay.objects.filter(segment=OuterRef("pk"), last_on__gte=today())
    due = list(
        Segment.objects.active()
        .filter(~Exists(noted), owner__is_active=True)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    for pk in due:
        note_segment_day.delay(pk)
    return len(due)


def forget_old() -> int:
    """Rows from before the time they are kept go, but the newest of them: it still held on the first day kept."""
    first = today() - KEPT_FOR
    later = SegmentDay.objects.filter(segment=OuterRef("segment"), on__gt=OuterRef("on"), on__lte=first)
    gone: QuerySet[SegmentDay] = SegmentDay.objects.filter(Exists(later))
    return gone.delete()[0]
