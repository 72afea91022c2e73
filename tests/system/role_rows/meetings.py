"""Addresses of meetings: everybody with a role looks, the secretariat and administrators work."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts.models import Role
from forums.meetings.services import agenda, inviting, minutes, planning, recusals, roll_call
from forums.models import Meeting, MinutesComment, MinutesReviewer, MinutesSection
from tests.factories import UserFactory
from tests.meetings.making import MeetingMaking
from tests.system.role_matrix import act, form, lookers, page, writers
from tests.system.role_rows.forums import managers


def _making() -> MeetingMaking:
    return MeetingMaking(UserFactory(roles=[Role.SECRETARIAT]))


def a_meeting() -> dict[str, Any]:
    return {"pk": _making().meeting().pk}


def a_meeting_held() -> dict[str, Any]:
    return {"pk": _making().meeting(days=-2).pk}


def an_item() -> dict[str, Any]:
    making = _making()
    meeting = making.meeting()
    return {"pk": meeting.pk, "item_pk": agenda.add_item(actor=making.actor, meeting=meeting, title_en="Permits").pk}


def an_invitation() -> dict[str, Any]:
    making = _making()
    meeting = making.meeting()
    row = inviting.ask_guest(actor=making.actor, meeting=meeting, person=making.person("Gil Guest"))
    return {"pk": meeting.pk, "invitation_pk": row.pk}


def a_section() -> dict[str, Any]:
    making = _making()
    meeting = making.meeting(days=-2)
    written = minutes.begin_minutes(actor=making.actor, meeting=meeting)
    return {"pk": meeting.pk, "section_pk": written.sections.get().pk}


def the_minutes() -> dict[str, Any]:
    return {"pk": a_section()["pk"]}


def a_comment() -> dict[str, Any]:
    section = MinutesSection.objects.get(pk=a_section()["section_pk"])
    reviewer = MinutesReviewer.objects.create(minutes=section.minutes, person=_making().person("Gil Guest"))
    row = MinutesComment.objects.create(minutes=section.minutes, section=section, reviewer=reviewer, text="Roads")
    return {"pk": section.minutes.meeting_id, "comment_pk": row.pk}


def an_aside() -> dict[str, Any]:
    making = _making()
    meeting = making.meeting(days=-2)
    item = agenda.add_item(actor=making.actor, meeting=meeting, title_en="Permits")
    person = making.person("Gil Guest")
    roll_call.mark(actor=making.actor, meeting=meeting, person=person, mark="present")
    row = recusals.step_aside(actor=making.actor, item=item, person=person, reason="Works for the applicant")
    return {"pk": meeting.pk, "recusal_pk": row.pk}


def a_series() -> dict[str, Any]:
    making = _making()
    forum = making.forum()
    series = planning.create_series(actor=making.actor, forum=forum, name_en="Plenary")
    return {"pk": forum.pk, "series_pk": series.pk}


def somebody_there(arguments: dict[str, Any]) -> dict[str, Any]:
    """A guest of the meeting, marked as present."""
    if "pk" not in arguments or not Meeting.objects.filter(pk=arguments["pk"]).exists():
        return {}
    return {"person": _making().person("Gil Guest").pk, "mark": "present"}


MAKERS = {
    "meeting": a_meeting,
    "meeting held": a_meeting_held,
    "agenda item": an_item,
    "invitation to a meeting": an_invitation,
    "series of meetings": a_series,
    "recusal": an_aside,
    "comment on minutes": a_comment,
    "minutes": the_minutes,
    "section of minutes": a_section,
}

ROWS = {
    "meetings:list": page(lookers()),
    "decisions:list": page(lookers()),
    "meetings:create": form(managers()),
    "meetings:detail": page(lookers(), "meeting"),
    "meetings:history": page(lookers(), "meeting"),
    "meetings:edit": form(managers(), "meeting"),
    "meetings:cancel": form(managers(), "meeting"),
    "meetings:restore": act(managers(302), "meeting"),
    "meetings:approve": act(managers(302), "meeting", {"language": "en"}),
    "meetings:carry_over": act(managers(302), "meeting"),
    "meetings:item_create": form(managers(), "meeting"),
    "meetings:item_edit": form(managers(), "agenda item"),
    "meetings:item_move": act(managers(302), "agenda item", {"way": "up"}),
    "meetings:item_done": act(managers(302), "agenda item", {"done": "yes"}),
    "meetings:item_remove": act(managers(302), "agenda item"),
    "meetings:invitations": page(lookers(), "meeting"),
    "meetings:send": act(managers(302), "meeting"),
    "meetings:guest": form(managers(), "meeting"),
    "meetings:answer": act(managers(302), "invitation to a meeting", {"answer": "yes"}),
    "meetings:roll_call": page(lookers(), "meeting held"),
    "meetings:mark": act(managers(302), "meeting held", somebody_there),
    "meetings:mark_all": act(managers(302), "meeting held"),
    "meetings:walk_in": form(managers(), "meeting held"),
    "meetings:step_aside": form(managers(), "meeting held"),
    "meetings:take_part": act(managers(302), "recusal"),
    "meetings:paper": form(writers(), "meeting"),
    "meetings:minutes": page(lookers(), "minutes"),
    "meetings:minutes_begin": act(managers(302), "meeting held"),
    "meetings:minutes_review": form(managers(), "minutes"),
    "meetings:minutes_approve": act(managers(302), "minutes", {"language": "en"}),
    "meetings:promises": act(managers(302), "minutes"),
    "meetings:comments": page(managers(), "minutes"),
    "meetings:comment_answer": act(managers(302), "comment on minutes", {"verdict": "taken_up"}),
    "meetings:minutes_draft": act(managers(302), "minutes"),
    "meetings:minutes_adopt": form(managers(), "minutes"),
    "meetings:minutes_add": form(managers(), "minutes"),
    "meetings:section_edit": form(managers(), "section of minutes"),
    "forums:series_create": form(managers(), "forum"),
    "forums:series_edit": form(managers(), "series of meetings"),
}
