"""Meetings and their series: planned, changed, approved, called off."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.editing import apply, changes_to_keep, lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.text import clean_line
from forums.meetings import policies
from forums.meetings.errors import AlreadyCancelled, EndsBeforeItBegins, MeetingRefused, SeriesOfAnotherForum, refusals
from forums.meetings.services.agenda import fill_agenda
from forums.models import Forum, Meeting, MeetingSeries, StandingItem
from forums.policies import can_manage_forum
from members.services.names import cleaned

# What recipients were told: a change of it is a new number in their calendars.
ANNOUNCED: Final = frozenset(
    {"title_en", "title_fr", "starts_at", "ends_at", "zone", "form", "place_en", "place_fr", "link"}
)
_MOST_ITEMS: Final = 60


def create_series(
    *, actor: User, forum: Forum, name_en: str = "", name_fr: str = "", items: Sequence[tuple[str, str]] = ()
) -> MeetingSeries:
    """Begin a series; ``items`` are the standing items of its agendas, each in English and French."""
    require(can_manage_forum(actor, forum))
    series = MeetingSeries(forum=forum, **cleaned({"name_en": name_en, "name_fr": name_fr}))
    series.full_clean(exclude=["forum"])
    with recorded(actor):
        series.save(force_insert=True)
        _write_standing_items(series, items)
    return series


def edit_series(
    *,
    actor: User,
    series: MeetingSeries,
    version: int,
    changes: Mapping[str, Any],
    items: Sequence[tuple[str, str]] | None = None,
) -> MeetingSeries:
    """Change names, and the standing items where they are given. Raises ``EditConflict``."""
    require(can_manage_forum(actor, series.forum))
    with recorded(actor):
        current = lock(series)
        before = current.version
        apply(current, changes_to_keep(current, cleaned(changes), version=version))
        if items is not None and _write_standing_items(current, items) and current.version == before:
            current.version += 1
            current.save(update_fields=["version"])
    return current


def _write_standing_items(series: MeetingSeries, items: Sequence[tuple[str, str]]) -> bool:
    """Make the standing items equal to ``items``, place by place. Whether anything changed."""
    wanted = [(clean_line(english)[:250], clean_line(french)[:250]) for english, french in items]
    wanted = [pair for pair in wanted if any(pair)][:_MOST_ITEMS]
    known = list(series.standing_items.order_by("position", "pk"))
    if [(row.title_en, row.title_fr) for row in known] == wanted:
        return False
    for position, (english, french) in enumerate(wanted):
        row = known[position] if position < len(known) else StandingItem(series=series)
        row.position, row.title_en, row.title_fr = position, english, french
        row.save()
    for row in known[len(wanted) :]:
        row.delete()
    return True


def create_meeting(
    *,
    actor: User,
    forum: Forum,
    starts_at: datetime,
    ends_at: datetime,
    series: MeetingSeries | None = None,
    number: int | None = None,
    **fields: Any,
) -> Meeting:
    """Plan a meeting. Its agenda begins with the standing items of its series and what the last meeting left open.

    Without ``number`` it gets the next one of its forum; without a title it is called by that number. Raises
    ``ValidationError`` for the shape of a value, and a named refusal for the rest.
    """
    require(can_manage_forum(actor, forum))
    if ends_at <= starts_at:
        raise EndsBeforeItBegins
    if series is not None and series.forum_id != forum.pk:
        raise SeriesOfAnotherForum
    wanted = cleaned(fields)
    with recorded(actor), refusals():
        Forum.objects.select_for_update(of=("self",)).get(pk=forum.pk)  # two at once get two numbers
        if number is None:
            number = (Meeting.objects.filter(forum=forum).aggregate(last=Max("number"))["last"] or 0) + 1
        if not wanted.get("title_en") and not wanted.get("title_fr"):
            wanted |= {"title_en": f"Meeting {number}", "title_fr": f"Réunion {number}"}
        meeting = Meeting(
            forum=forum,
            series=series,
            number=number,
            starts_at=starts_at,
            ends_at=ends_at,
            created_by=actor,
            **wanted,
        )
        meeting.clean_fields(exclude=["forum", "series", "created_by", "interaction"])
        meeting.save(force_insert=True)
        fill_agenda(meeting)
    return meeting


def edit_meeting(
    *,
    actor: User,
    meeting: Meeting,
    version: int,
    changes: Mapping[str, Any],
    mine: Collection[str] = (),
    theirs: Collection[str] = (),
) -> Meeting:
    """Change a meeting. Texts of a language that change lose their approval; what was announced gets a new number.

    Raises ``EditConflict``, ``ValidationError`` or a named refusal. What took place keeps its time once the roll was
    called.
    """
    require(policies.can_run_meeting(actor, meeting))
    with recorded(actor), refusals():
        current = lock(meeting)
        if current.is_cancelled:
            raise AlreadyCancelled
        keep = changes_to_keep(current, cleaned(changes), version=version, mine=mine, theirs=theirs)
        starts, ends = keep.get("starts_at", current.starts_at), keep.get("ends_at", current.ends_at)
        if ends <= starts:
            raise EndsBeforeItBegins
        series = keep.get("series")
        if series is not None and series.forum_id != current.forum_id:
            raise SeriesOfAnotherForum
        if current.interaction_id and keep.keys() & {"starts_at", "ends_at", "zone"}:
            raise MeetingRefused(_("The roll was called: day and hours stay. Correct them in the contact log."))
        if current.announced_at and keep.keys() & ANNOUNCED:
            keep["sequence"] = current.sequence + 1
        keep |= _approvals_lost(current, keep)
        apply(current, keep)
    return current


def _approvals_lost(meeting: Meeting, keep: Mapping[str, Any]) -> dict[str, None]:
    return {
        f"approved_{language}_at": None
        for language in LANGUAGES
        if {f"title_{language}", f"place_{language}"} & keep.keys() and meeting.is_approved(language)
    }


def approve_texts(*, actor: User, meeting: Meeting, language: str) -> Meeting:
    """Somebody answers for the texts of one language: title, place, agenda. Refused where one of them is missing."""
    require(policies.can_run_meeting(actor, meeting))
    if language not in LANGUAGES:
        raise MeetingRefused(_("Choose one of the two languages."))
    with recorded(actor):
        current = lock(meeting)
        missing = texts_missing(current, language)
        if missing:
            raise MeetingRefused(missing)
        if not current.is_approved(language):
            apply(current, {f"approved_{language}_at": timezone.now()})
    return current


def texts_missing(meeting: Meeting, language: str) -> str:
    """What of the texts lacks in that language, as a sentence; empty where they are whole."""
    in_words = _("French") if language == "fr" else _("English")
    if not getattr(meeting, f"title_{language}"):
        return _("The title is missing in %(language)s.") % {"language": in_words}
    other = "fr" if language == "en" else "en"
    if getattr(meeting, f"place_{other}") and not getattr(meeting, f"place_{language}"):
        return _("The place is missing in %(language)s.") % {"language": in_words}
    item = meeting.items.filter(**{f"title_{language}": ""}).first()
    if item is not None:
        words = {"item": str(item), "language": in_words}
        return _("The agenda item “%(item)s” is missing in %(language)s.") % words
    return ""


def cancel_meeting(*, actor: User, meeting: Meeting, reason: str) -> Meeting:
    """Call the meeting off. Who was invited is told by ``inviting.send_cancellations``; what took place stays."""
    require(policies.can_run_meeting(actor, meeting))
    reason = " ".join(clean_line(reason).split())[:500]
    if not reason:
        raise MeetingRefused(_("Say why the meeting is cancelled."), field="reason")
    with recorded(actor, reason=reason):
        current = lock(meeting)
        if current.is_cancelled:
            return current
        if current.interaction_id:
            raise MeetingRefused(_("The roll was called: the meeting took place."))
        keep: dict[str, Any] = {"cancelled_at": timezone.now(), "cancelled_reason": reason}
        if current.announced_at:
            keep["sequence"] = current.sequence + 1
        apply(current, keep)
    return current


def restore_meeting(*, actor: User, meeting: Meeting) -> Meeting:
    """The meeting takes place after all, under its old number in calendars; an update tells who was invited."""
    require(policies.can_run_meeting(actor, meeting))
    with recorded(actor):
        current = lock(meeting)
        if current.is_cancelled:
            keep: dict[str, Any] = {"cancelled_at": None, "cancelled_reason": ""}
            if current.announced_at:
                keep["sequence"] = current.sequence + 1
            apply(current, keep)
            current.invitations.filter(is_cancel_sent=True).update(is_cancel_sent=False)
    return current


def previous_of(meeting: Meeting) -> Meeting | None:
    """The meeting before it: of its series, else of its forum."""
    rows = Meeting.objects.filter(forum=meeting.forum_id, cancelled_at__isnull=True, starts_at__lt=meeting.starts_at)
    if meeting.series_id:
        rows = rows.filter(series=meeting.series_id)
    before: Meeting | None = rows.exclude(pk=meeting.pk).order_by(F("starts_at").desc(), "-pk").first()
    return before
