"""What stands on an agenda: from the series, from the meeting before, and by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F, Max
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.editing import apply, changes_to_keep, lock
from c2m2a_crm.core.history import recorded
from forums.meetings import policies
from forums.meetings.errors import AlreadyCancelled, MeetingRefused, MinutesAdopted
from forums.models import AgendaItem, Meeting, Minutes, MinutesSection
from members.services.names import cleaned


def fill_agenda(meeting: Meeting) -> None:
    """Standing items of the series first, then what the meeting before left open. Inside the caller's transaction."""
    standing = list(meeting.series.standing_items.order_by("position", "pk")) if meeting.series else []
    rows = [
        AgendaItem(
            meeting=meeting,
            position=position,
            title_en=item.title_en,
            title_fr=item.title_fr,
            minutes=item.minutes,
            standing_item=item,
        )
        for position, item in enumerate(standing)
    ]
    AgendaItem.objects.bulk_create(rows)
    _carry_over(meeting)


def carry_over(*, actor: User, meeting: Meeting) -> int:
    """Bring what the meeting before left open onto this agenda; what is there already is not brought twice.

    Returns how many items came.
    """
    with recorded(actor):
        current = _open(actor, meeting)
        brought = _carry_over(current)
        if brought:
            _texts_changed(current, *LANGUAGES)
    return brought


def _carry_over(meeting: Meeting) -> int:
    before = Meeting.objects.filter(
        forum=meeting.forum_id, series=meeting.series_id, cancelled_at__isnull=True, ends_at__lte=meeting.starts_at
    ).exclude(pk=meeting.pk)
    last = before.order_by(F("starts_at").desc(), "-pk").first()
    if last is None:
        return 0
    left = last.items.filter(is_done=False, standing_item__isnull=True).exclude(carried_to__meeting=meeting)
    place = _next_place(meeting)
    rows = [
        AgendaItem(
            meeting=meeting,
            position=place + offset,
            title_en=item.title_en,
            title_fr=item.title_fr,
            minutes=item.minutes,
            presenter=item.presenter,
            carried_from=item,
            times_carried=item.times_carried + 1,
        )
        for offset, item in enumerate(left.order_by("position", "pk"))
    ]
    AgendaItem.objects.bulk_create(rows)
    return len(rows)


def add_item(*, actor: User, meeting: Meeting, **fields: Any) -> AgendaItem:
    """Put an item at the end of the agenda. Raises ``ValidationError`` where it has no title."""
    with recorded(actor):
        current = _open(actor, meeting)
        item = AgendaItem(meeting=current, position=_next_place(current), **cleaned(fields))
        item.full_clean(exclude=["meeting"])
        item.save(force_insert=True)
        minutes = Minutes.objects.filter(meeting=current).first()
        if minutes is not None:
            MinutesSection.objects.create(minutes=minutes, item=item, position=item.position)
        _texts_changed(current, *LANGUAGES)
    return item


def edit_item(*, actor: User, item: AgendaItem, version: int, changes: Mapping[str, Any]) -> AgendaItem:
    """Change an item. Raises ``EditConflict`` or ``ValidationError``."""
    with recorded(actor):
        meeting = _open(actor, item.meeting)
        current = lock(item)
        keep = changes_to_keep(current, cleaned(changes), version=version)
        apply(current, keep)
        _texts_changed(meeting, *(language for language in LANGUAGES if f"title_{language}" in keep))
    return current


def remove_item(*, actor: User, item: AgendaItem) -> None:
    """Take an item off the agenda; not where the minutes speak of it. History keeps it."""
    with recorded(actor):
        _open(actor, item.meeting)
        section = getattr(item, "section", None)
        if section is not None and (section.text_en or section.text_fr or section.comments.exists()):
            raise MeetingRefused(_("The minutes speak of this item: it stays."))
        if section is not None:
            section.delete()
        item.delete()


def move_item(*, actor: User, item: AgendaItem, up: bool) -> None:
    """One place up or down."""
    with recorded(actor):
        meeting = _open(actor, item.meeting)
        rows = list(meeting.items.select_for_update(of=("self",)).order_by("position", "pk"))
        place = next((index for index, row in enumerate(rows) if row.pk == item.pk), None)
        if place is None:
            return
        other = place - 1 if up else place + 1
        if not 0 <= other < len(rows):
            return
        rows[place], rows[other] = rows[other], rows[place]
        for position, row in enumerate(rows):
            if row.position != position:
                row.position = position
                row.version += 1
                row.save(update_fields=["position", "version"])


def set_done(*, actor: User, item: AgendaItem, is_done: bool) -> AgendaItem:
    """Whether it was dealt with: what was not stands on the next agenda."""
    with recorded(actor):
        _open(actor, item.meeting)
        current = lock(item)
        if current.is_done != is_done:
            apply(current, {"is_done": is_done})
    return current


def _next_place(meeting: Meeting) -> int:
    last = meeting.items.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def _open(actor: User, meeting: Meeting) -> Meeting:
    """The meeting, locked, whose agenda this person may change now."""
    require(policies.can_run_meeting(actor, meeting))
    current = lock(meeting)
    if current.is_cancelled:
        raise AlreadyCancelled
    if Minutes.objects.filter(meeting=current, adopted_at__isnull=False).exists():
        raise MinutesAdopted
    return current


def _texts_changed(meeting: Meeting, *languages: str) -> None:
    """The approval of the texts in these languages is gone."""
    lost = {f"approved_{language}_at": None for language in languages if meeting.is_approved(language)}
    if lost:
        apply(meeting, lost)
