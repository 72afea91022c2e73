"""A meeting's history in words: the meeting and its minutes, the agenda, who was asked, marked and stepped aside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.history import Names
from c2m2a_crm.core.record_changes import HistoryPage, Told, in_either_language, record_page
from forums.models import (
    AgendaItem,
    Attendance,
    Decision,
    Invitation,
    Meeting,
    Minutes,
    MinutesAddition,
    MinutesComment,
    MinutesReviewer,
    MinutesSection,
    Recusal,
)

_QUIET = frozenset({"meeting_id", "minutes_id"})
# What only says how a letter went: the list of outgoing mail tells that.
_OF_LETTERS = _QUIET | {"language", "message_id", "sequence_sent", "is_cancel_sent", "told_of"}
# What only whoever runs the meeting reads on its pages.
_FOR_THE_SECRETARIAT = frozenset({"remark"})


def meeting_history(meeting: Meeting, actor: Actor, *, before: int | None = None, may_run: bool = False) -> HistoryPage:
    """The newest changes, older than the change numbered ``before``. The caller has checked that it is readable.

    Comments on draft minutes and remarks on invitations are told to whoever runs the meeting (``may_run``).
    """
    minutes = Minutes.objects.filter(meeting=meeting).first()
    items = {item.pk: str(item) for item in AgendaItem.objects.filter(meeting=meeting)}
    sections: dict[int, str] = {}
    if minutes is not None:
        sections = {row.pk: str(row) for row in minutes.sections.select_related("item", "minutes__meeting")}

    def titled(image: Mapping[str, Any], names: Names) -> str:
        return in_either_language(image, "title")

    def said(image: Mapping[str, Any], names: Names) -> str:
        return in_either_language(image, "text")

    def person(image: Mapping[str, Any], names: Names) -> str:
        return names.get(("members.Person", image.get("person_id")), "")

    def aside(image: Mapping[str, Any], names: Names) -> str:
        return " · ".join(filter(None, (person(image, names), items.get(image.get("item_id", 0), ""))))

    def section(image: Mapping[str, Any], names: Names) -> str:
        return sections.get(image.get("id", 0), "") or items.get(image.get("item_id") or 0, "")

    def comment(image: Mapping[str, Any], names: Names) -> str:
        return sections.get(image.get("section_id", 0), "")

    parts = [
        Told(AgendaItem, "meeting_id", _("Agenda item"), titled, _QUIET),
        Told(
            Invitation,
            "meeting_id",
            _("Invitation"),
            person,
            _OF_LETTERS if may_run else _OF_LETTERS | _FOR_THE_SECRETARIAT,
        ),
        Told(Attendance, "meeting_id", _("Mark of the roll call"), person, _QUIET),
        Told(Recusal, "meeting_id", _("Stepping aside"), aside, _QUIET),
        Told(Decision, "meeting_id", _("Decision"), said, _QUIET),
    ]
    own: list[Any] = [meeting]
    if minutes is not None:
        own.append(minutes)
        keys = [minutes.pk]
        parts += [
            Told(MinutesSection, "minutes_id", _("Section of the minutes"), section, _QUIET, keys),
            Told(MinutesAddition, "minutes_id", _("Correction of the minutes"), said, _QUIET, keys),
        ]
        if may_run:
            parts += [
                Told(MinutesReviewer, "minutes_id", _("Reader of the draft minutes"), person, _OF_LETTERS, keys),
                Told(MinutesComment, "minutes_id", _("Comment on the draft minutes"), comment, _QUIET, keys),
            ]
    quiet = frozenset({"uid", "sequence", "meeting_id"})
    return record_page(own, parts, actor, before=before, quiet=quiet, is_editor=False)
