"""What meetings do to the rest of the house; ``forums.contributions`` calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core import dates
from c2m2a_crm.core.documents.registrations import document_panel
from c2m2a_crm.core.registries import (
    AnonymisedTexts,
    DocumentHome,
    ExportableList,
    HomeBlock,
    LinkPurpose,
    NavItem,
    PersonalData,
    RecordPanel,
    RecordTables,
    SealedRows,
    SearchHit,
    SearchKind,
    SignedLinks,
    anonymised_texts,
    document_homes,
    exportable_lists,
    home_blocks,
    link_purposes,
    navigation,
    personal_data,
    record_panels,
    record_tables,
    sealed_rows,
    search_kinds,
)
from c2m2a_crm.core.registries import departure_effects as departures
from c2m2a_crm.engagement.briefing.subjects import url_of
from forums.meetings import departure_effects, policies, promise_link, promise_mail, review_link, review_mail, rsvp
from forums.meetings.lists import decision_list, meeting_list
from forums.meetings.personal_data import find, held, stays, words_of
from forums.meetings.selectors import COMING, meetings_of_forum
from forums.models import (
    AgendaItem,
    Attendance,
    Decision,
    Forum,
    Invitation,
    Meeting,
    MeetingDocument,
    MeetingSeries,
    Minutes,
    MinutesAddition,
    MinutesComment,
    MinutesReviewer,
    MinutesSection,
    Recusal,
    StandingItem,
)
from forums.policies import can_manage_forum


def _home(actor: Any) -> dict[str, Any] | None:
    """The next meetings of our forums; no card where none is planned."""
    if not policies.can_see_meetings(actor):
        return None
    rows = [
        (meeting, url_of("meeting", meeting.pk) if meeting.forum.initiative.is_workable_by(actor) else "")
        for meeting in COMING(actor)
    ]
    return {"rows": rows, "all_url": f"{reverse('meetings:list')}?when=coming"} if rows else None


def _forum_panel(actor: Any, forum: Forum) -> dict[str, Any] | None:
    """The meetings of a forum; an empty card only for whoever may plan one."""
    coming, past = meetings_of_forum(actor, forum)
    may_plan = can_manage_forum(actor, forum)
    if not (coming or past or may_plan):
        return None
    kept = forum.around.series if forum.around is not None else None
    series = MeetingSeries.objects.filter(forum=forum).order_by("pk") if kept is None else kept
    return {
        "coming": coming,
        "past": past,
        "series": [(row, reverse("forums:series_edit", args=[forum.pk, row.pk]) if may_plan else "") for row in series],
        "all_url": f"{reverse('meetings:list')}?forum={forum.pk}",
        "create_url": f"{reverse('meetings:create')}?forum={forum.pk}" if may_plan else "",
        "series_url": reverse("forums:series_create", args=[forum.pk]) if may_plan else "",
    }


def _circles_of(meeting: Meeting) -> tuple[int | None, int | None]:
    initiative = meeting.forum.initiative
    return initiative.sealed_circle_id, initiative.restricted_circle_id


def _hits(actor: Any, ids: Sequence[int]) -> Mapping[int, SearchHit]:
    rows = Meeting.objects.readable_by(actor).filter(pk__in=ids).select_related("forum__initiative")
    return {
        meeting.pk: SearchHit(
            str(meeting),
            meeting.get_absolute_url(),
            " · ".join((meeting.forum.acronym or str(meeting.forum), dates.short_date(meeting.day))),
        )
        for meeting in rows
    }


def _texts(actor: Any, ids: Sequence[int]) -> Mapping[int, str]:
    """Agenda and minutes as the search reads them."""
    rows = Meeting.objects.readable_by(actor).filter(pk__in=ids).values_list("pk", flat=True)
    said: dict[int, list[str]] = {pk: [] for pk in rows}
    for item in AgendaItem.objects.filter(meeting__in=said).order_by("position", "pk"):
        said[item.meeting_id].append(item.title.text)
    sections = MinutesSection.objects.filter(minutes__meeting__in=said).order_by("position", "pk")
    for section in sections.select_related("minutes"):
        said[section.minutes.meeting_id].append(section.text.text)
    return {pk: " ".join(filter(None, texts)) for pk, texts in said.items()}


def register() -> None:
    navigation.register(
        NavItem(
            key="meetings",
            label=_("Meetings"),
            url_name="meetings:list",
            icon="calendar-event",
            order=30,
            allowed=policies.can_see_meetings,
            group="forums",
        )
    )
    navigation.register(
        NavItem(
            key="decisions",
            label=_("Decisions"),
            url_name="decisions:list",
            icon="gavel",
            order=40,
            allowed=policies.can_see_meetings,
            group="forums",
        )
    )
    exportable_lists.register(ExportableList("meetings", 70, _("Meetings"), can_export, meeting_list))
    exportable_lists.register(ExportableList("decisions", 72, _("Decisions"), can_export, decision_list))
    home_blocks.register(HomeBlock("meetings", 50, "meetings/_home_meetings.html", _home, is_side=True))
    record_panels.register(
        RecordPanel("meetings-of-forum", 20, Forum, "meetings/_forum_panel.html", _forum_panel, place="next")
    )
    document_homes.register(
        DocumentHome(
            "meetings",
            30,
            Meeting,
            MeetingDocument,
            "meeting",
            "meeting",
            _("Meeting"),
            policies.can_run_meeting,
            _circles_of,
        )
    )
    record_panels.register(RecordPanel("documents-meeting", 20, Meeting, "core/_document_panel.html", document_panel))
    link_purposes.register(
        LinkPurpose(
            key=rsvp.PURPOSE,
            order=25,
            label=_("Answer to an invitation"),
            offers=_("Lets the invited person say whether they come to one meeting."),
            links=SignedLinks(find=rsvp.invitation_of_link, language=rsvp.language_of),
            answer=rsvp.answer,
        )
    )
    link_purposes.register(
        LinkPurpose(
            key=review_mail.PURPOSE,
            order=27,
            label=_("Comments on draft minutes"),
            offers=_("Lets somebody who attended read the draft minutes of one meeting and comment on them."),
            links=SignedLinks(find=review_link.reviewer_of_link, language=review_link.language_of),
            answer=review_link.answer,
        )
    )
    link_purposes.register(
        LinkPurpose(
            key=promise_mail.PURPOSE,
            order=28,
            label=_("What somebody promised at a meeting"),
            offers=_("Lets whoever promised something at one meeting say that it is done."),
            links=SignedLinks(find=promise_link.promises_of_link, language=promise_link.language_of),
            answer=promise_link.answer,
        )
    )
    search_kinds.register(
        SearchKind(
            key="meeting",
            order=52,
            label=_("Meetings"),
            icon="calendar-event",
            model=Meeting,
            allowed=policies.can_see_meetings,
            hits=_hits,
            texts=_texts,
            words=("meeting", "meetings", "reunion", "reunions"),
        )
    )
    for effect in (departure_effects.INVITATIONS, departure_effects.PRESENTED):
        departures.register(effect)
    personal_data.register(PersonalData("meetings", 42, _("Meetings"), held, find))
    anonymised_texts.register(AnonymisedTexts("meetings", 52, words_of, stays=stays))
    sealed_rows.register(
        SealedRows(
            "minutes",
            10,
            Minutes,
            "adopted_at",
            {MinutesSection: "minutes_id", MinutesAddition: "minutes_id"},
        )
    )
    for table in _TABLES:
        record_tables.register(table)


_TABLES = (
    RecordTables("forums.series", 230, MeetingSeries, policies.can_run_meetings, parts={StandingItem: "series_id"}),
    RecordTables(
        "forums.meeting",
        240,
        Meeting,
        policies.can_run_meetings,
        parts={
            AgendaItem: "meeting_id",
            Invitation: "meeting_id",
            Attendance: "meeting_id",
            Recusal: "meeting_id",
            MeetingDocument: "meeting_id",
            Decision: "meeting_id",
        },
    ),
    RecordTables(
        "forums.minutes",
        250,
        Minutes,
        policies.can_run_meetings,
        parts={
            MinutesSection: "minutes_id",
            MinutesAddition: "minutes_id",
            MinutesReviewer: "minutes_id",
            MinutesComment: "minutes_id",
        },
    ),
)
