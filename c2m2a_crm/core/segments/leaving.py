"""Shared segments of somebody who leaves pass to a successor; one's own end with the account."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.models import Segment
from c2m2a_crm.core.registries import Departure
from c2m2a_crm.core.text import free_name


def _shared(leaving: Any) -> QuerySet[Segment, Segment]:
    return Segment.objects.active().filter(owner_id=leaving.pk, is_shared=True)


def _hand_over(actor: Any, leaving: Any, successor: Any) -> int:
    """One whose name the successor uses already gets the leaver's beside it."""
    if successor is None:
        return 0
    kept = Segment.objects.active().filter(owner_id=successor.pk)
    taken = set(kept.values_list("list_key", "name"))
    longest = Segment._meta.get_field("name").max_length or 0
    segments = list(_shared(leaving).select_for_update(of=("self",)).order_by("pk"))
    for segment in segments:
        used = {name for list_key, name in taken if list_key == segment.list_key}
        segment.name = free_name(segment.name, used, beside=leaving.name, longest=longest)
        taken.add((segment.list_key, segment.name))
        segment.owner_id = successor.pk
        segment.version += 1
        segment.save(update_fields=["owner", "name", "version"])
    return len(segments)


SEGMENTS: Final = Departure(
    "segments", 25, _("Segments shared with the office"), lambda actor, leaving: _shared(leaving).count(), _hand_over
)
