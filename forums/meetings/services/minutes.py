"""Minutes: drafted point by point in both languages, sent for review, adopted, and only added to from then on.

A line that begins with ``!`` is a decision, one with ``>`` a commitment (“> Ann: sends the map by June 1”), one with
``?`` a question. Decisions stand in the register; commitments and questions stand in the meeting's contact, too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.editing import apply, changes_to_keep, lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.text import clean_line, fold
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.services import EntryClosed, EntryRefused
from c2m2a_crm.engagement.services.note_lines import replace_note_lines
from c2m2a_crm.engagement.typed_line import PointKind, read_note
from c2m2a_crm.engagement.typed_line.points import write_point
from forums.meetings import policies
from forums.meetings.errors import AlreadyCancelled, MeetingRefused, MinutesAdopted
from forums.models import AgendaItem, Decision, Meeting, Minutes, MinutesAddition, MinutesSection, TermsOfReference
from forums.selectors import terms_of_reference_on

_ONE_LANGUAGE = {TermsOfReference.Languages.ENGLISH: "en", TermsOfReference.Languages.FRENCH: "fr"}


def begin_minutes(*, actor: User, meeting: Meeting) -> Minutes:
    """A draft with a section for each point of the agenda; begun twice, it is the same one."""
    require(policies.can_run_meeting(actor, meeting))
    with recorded(actor):
        current = lock(meeting)
        if current.is_cancelled:
            raise AlreadyCancelled
        minutes, _is_new = Minutes.objects.get_or_create(meeting=current)
        if not minutes.is_adopted:
            _add_missing_sections(minutes)
    return minutes


def _add_missing_sections(minutes: Minutes) -> None:
    items = AgendaItem.objects.filter(meeting=minutes.meeting_id)
    MinutesSection.objects.bulk_create(
        [
            MinutesSection(minutes=minutes, item=item, position=item.position)
            for item in items.filter(section__isnull=True).order_by("position", "pk")
        ]
    )
    if not minutes.sections.exists():
        MinutesSection.objects.create(minutes=minutes)


def edit_section(
    *, actor: User, section: MinutesSection, version: int, changes: Mapping[str, Any], is_done: bool | None = None
) -> MinutesSection:
    """Write a section, with the outcomes that its lines state. ``is_done`` says whether the point was dealt with.

    Raises ``EditConflict``, :class:`MinutesAdopted`, or a named refusal where the contact of the meeting is closed.
    """
    with recorded(actor):
        minutes = _open(actor, section.minutes)
        current = lock(section)
        before = _notes_of(current)
        keep = changes_to_keep(current, {name: _clean(str(text)) for name, text in changes.items()}, version=version)
        apply(current, keep)
        if keep:
            _write_decisions(minutes, current)
            _write_notes(actor, minutes.meeting, before, _notes_of(current))
            lost = [f"approved_{language}_at" for language in LANGUAGES if f"text_{language}" in keep]
            apply(minutes, {name: None for name in lost if getattr(minutes, name) is not None})
        if is_done is not None and current.item is not None and current.item.is_done != is_done:
            apply(lock(current.item), {"is_done": is_done})
    return current


def _clean(text: str) -> str:
    return clean_line(text.replace("\r\n", "\n").replace("\r", "\n"))


def outcomes(text: str, kind: PointKind) -> list[str]:
    """What the lines of that kind say. The sign of an issue is the one of a decision here."""
    return [line.point.text for line in read_note(text)[0] if line.point.kind == kind]


def _notes_of(section: MinutesSection) -> list[str]:
    """Commitments and questions of a section as lines of a note: the English ones, else the French."""
    for text in (section.text_en, section.text_fr):
        points = [line.point for line in read_note(text)[0] if line.point.kind != PointKind.ISSUE]
        if points:
            return [write_point(point) for point in points]
    return []


def _write_notes(actor: User, meeting: Meeting, before: Sequence[str], after: Sequence[str]) -> None:
    if list(before) == list(after):
        return
    if meeting.interaction is None or meeting.interaction.is_archived:
        if after:
            raise MeetingRefused(_("Call the roll first: what was promised needs the contact in which it was."))
        return
    try:
        replace_note_lines(actor=actor, interaction=meeting.interaction, before=before, after=after)
    except EntryClosed:
        raise MeetingRefused(
            _("The contact of this meeting is closed: commitments and questions stay as they are.")
        ) from None
    except EntryRefused as refused:
        raise MeetingRefused(refused.sentence) from refused


def _write_decisions(minutes: Minutes, section: MinutesSection) -> None:
    """Make the decisions of a section equal to its lines, English and French side by side, and number them anew."""
    english, french = (outcomes(text, PointKind.ISSUE) for text in (section.text_en, section.text_fr))
    known = list(section.decisions.order_by("number"))
    for place in range(max(len(english), len(french))):
        row = known[place] if place < len(known) else None
        texts = {
            "text_en": english[place] if place < len(english) else "",
            "text_fr": french[place] if place < len(french) else "",
        }
        if row is None:
            number = Decision.objects.filter(meeting=minutes.meeting_id).count() + 1
            while Decision.objects.filter(meeting=minutes.meeting_id, number=number).exists():
                number += 1
            Decision.objects.create(meeting_id=minutes.meeting_id, section=section, number=number, **texts)
        elif any(getattr(row, name) != text for name, text in texts.items()):
            apply(row, texts)
    for row in known[max(len(english), len(french)) :]:
        row.delete()
    _number(minutes)


def _number(minutes: Minutes) -> None:
    """In the order of the minutes; the database compares numbers at the end of the transaction."""
    rows = Decision.objects.filter(meeting=minutes.meeting_id)
    ordered = rows.order_by("section__item__position", "section__position", "section_id", "number", "pk")
    for number, row in enumerate(ordered, start=1):
        if row.number != number:
            row.number = number
            row.version += 1
            row.save(update_fields=["number", "version"])


def adopt_minutes(*, actor: User, minutes: Minutes, adopted_on: date) -> Minutes:
    """Note that the members adopted the minutes: from then on they stay as they are.

    Refused while a language that the terms of reference ask for is missing, while a comment is not answered, or while
    names stand in minutes that attribute nothing.
    """
    with recorded(actor):
        current = _open(actor, minutes)
        if adopted_on > today():
            raise MeetingRefused(_("Minutes cannot be adopted in the future."), field="adopted_on")
        if adopted_on < current.meeting.day:
            raise MeetingRefused(_("Minutes are adopted after the meeting."), field="adopted_on")
        refused = may_not_be_adopted(current)
        if refused:
            raise MeetingRefused(refused)
        apply(current, {"adopted_at": timezone.now(), "adopted_on": adopted_on, "adopted_by": actor})
    return current


def may_not_be_adopted(minutes: Minutes) -> str:
    """What stands in the way, as a sentence; empty where nothing does."""
    terms = terms_of_reference_on(minutes.meeting.forum, minutes.meeting.day)
    languages = terms.languages if terms else TermsOfReference.Languages.BOTH
    sections = list(minutes.sections.select_related("item").order_by("position", "pk"))
    if not any(section.text_en or section.text_fr for section in sections):
        return _("The minutes are empty.")
    waiting = minutes.comments.open().count()
    if waiting:
        sentence = ngettext(
            "%(count)d comment is not answered yet.", "%(count)d comments are not answered yet.", waiting
        )
        return sentence % {"count": waiting}
    only = _ONE_LANGUAGE.get(TermsOfReference.Languages(languages))
    for section in sections:
        sides = {"en": section.text_en, "fr": section.text_fr}
        if only is None and bool(sides["en"]) != bool(sides["fr"]):
            words = {"section": section, "language": _("French") if sides["en"] else _("English")}
            return _("“%(section)s” is missing in %(language)s.") % words
        if only is not None and any(sides.values()) and not sides[only]:
            words = {"section": section, "language": _("French") if only == "fr" else _("English")}
            return _("“%(section)s” is missing in %(language)s.") % words
    if terms is None or terms.attribution == TermsOfReference.Attribution.NOT_ATTRIBUTED:
        names = names_in(minutes.meeting, sections)
        if names:
            return _("What is said is not attributed at this forum, but the minutes name: %(names)s.") % {
                "names": ", ".join(names)
            }
    return ""


def names_in(meeting: Meeting, sections: Sequence[MinutesSection]) -> list[str]:
    """Who of those present is named in running text; whoever promised something is named in its line."""
    said = fold("\n".join(read_note(text)[1] for section in sections for text in (section.text_en, section.text_fr)))
    people = [row.person for row in meeting.attendances.select_related("person").order_by("person__sort_key", "pk")]
    return [person.full_name for person in people if re.search(rf"\b{re.escape(fold(person.full_name))}\b", said)]


def add_to_minutes(
    *, actor: User, minutes: Minutes, reason: str, text_en: str = "", text_fr: str = ""
) -> MinutesAddition:
    """Put adopted minutes right by an addition with a reason; rows are only added."""
    require(policies.can_run_meeting(actor, minutes.meeting))
    wanted = {"text_en": _clean(text_en), "text_fr": _clean(text_fr), "reason": " ".join(clean_line(reason).split())}
    if not wanted["reason"]:
        raise MeetingRefused(_("Say why, in a few words."), field="reason")
    if not (wanted["text_en"] or wanted["text_fr"]):
        raise MeetingRefused(_("Enter the correction in at least one language."), field="text_en")
    with recorded(actor, reason=wanted["reason"]):
        current = lock(minutes)
        if not current.is_adopted:
            raise MeetingRefused(_("These minutes are not adopted yet: change their text instead."))
        return MinutesAddition.objects.create(minutes=current, made_by=actor, **wanted)


def _open(actor: User, minutes: Minutes) -> Minutes:
    """The minutes, locked, if they may still be changed by this person."""
    require(policies.can_run_meeting(actor, minutes.meeting))
    current = lock(minutes)
    if current.is_adopted:
        raise MinutesAdopted
    if current.meeting.is_cancelled:
        raise AlreadyCancelled
    return current
