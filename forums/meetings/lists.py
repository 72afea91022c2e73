"""The lists of meetings and of decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.lists import Column, ListState, ListWords
from c2m2a_crm.engagement.querysets import name_order
from forums.meetings import zones
from forums.meetings.filters import DecisionFilterSet, MeetingFilterSet
from forums.models import Attendance, Decision, Meeting

STATUS_TONES = {
    Meeting.Status.PLANNED: "",
    Meeting.Status.ANNOUNCED: "info",
    Meeting.Status.GOING_ON: "warn",
    Meeting.Status.HELD: "ok",
    Meeting.Status.ADOPTED: "ok",
    Meeting.Status.CANCELLED: "none",
}


def status_dot(meeting: Meeting) -> SafeString:
    status = meeting.status
    return ui.dot(status.label, STATUS_TONES[status])


def _came(actor: Any, meetings: Sequence[Meeting]) -> Mapping[int, int]:
    """By meeting, how many came."""
    marks = Attendance.objects.filter(meeting__in=[each.pk for each in meetings], mark__in=Attendance.CAME)
    return dict(marks.values_list("meeting").annotate(total=Count("pk")).order_by("meeting"))


def _coming(actor: Any, meetings: Sequence[Meeting]) -> Mapping[int, tuple[int, int]]:
    """By meeting, how many of the invited said that they or an alternate come."""
    keys = [each.pk for each in meetings]
    rows = Meeting.objects.filter(pk__in=keys, invitations__isnull=False).annotate(
        asked=Count("invitations"), coming=Count("invitations", filter=Q(invitations__answer__in=["yes", "alternate"]))
    )
    return {pk: (coming, asked) for pk, coming, asked in rows.order_by("pk").values_list("pk", "coming", "asked")}


def _title_cell(meeting: Meeting) -> SafeString:
    sub = f"{meeting.forum.acronym or meeting.forum} · {meeting.number}"
    return format_html(
        '<a class="t" href="{}">{}</a><span class="sub">{}</span>',
        meeting.get_absolute_url(),
        ui.in_language(meeting.title),
        sub,
    )


def _when_cell(meeting: Meeting) -> SafeString:
    begins = zones.local(meeting.starts_at, meeting.zone)
    day = ui.when(begins.date(), style="near")
    return format_html('{}<span class="sub">{}</span>', day, dates.time_of_day(begins.time()))


def _of_invited(pair: tuple[int, int] | None) -> str:
    if pair is None:
        return ""
    return _("%(filled)s of %(total)s") % {"filled": dates.number(pair[0]), "total": dates.number(pair[1])}


MEETING_COLUMNS = (
    Column(
        "title",
        gettext_lazy("Meeting"),
        lambda meeting: meeting.title.text,
        cell=_title_cell,
        order=lambda: ["title_en", "title_fr"],
        is_row_header=True,
    ),
    Column(
        "when",
        gettext_lazy("When"),
        lambda meeting: zones.local(meeting.starts_at, meeting.zone).replace(tzinfo=None),
        cell=_when_cell,
        order=lambda: ["starts_at"],
    ),
    Column(
        "forum",
        gettext_lazy("Forum"),
        lambda meeting: str(meeting.forum),
        order=lambda: name_order("forum__initiative"),
        is_default=False,
    ),
    Column("status", gettext_lazy("Status"), lambda meeting: str(meeting.status.label), cell=status_dot),
    Column("place", gettext_lazy("Place"), lambda meeting: meeting.place.text, is_low=True),
    Column(
        "form", gettext_lazy("Form"), lambda meeting: meeting.get_form_display(), order=lambda: ["form"], is_low=True
    ),
    Column(
        "coming",
        gettext_lazy("Said they come"),
        lambda meeting, pair: pair[0] if pair else None,
        cell=lambda meeting, pair: _of_invited(pair),
        batch=_coming,
        is_numeric=True,
    ),
    Column(
        "came",
        gettext_lazy("Came"),
        lambda meeting, count: count or None,
        batch=_came,
        is_numeric=True,
    ),
    Column("zone", gettext_lazy("Time zone"), lambda meeting: meeting.zone, export_only=True, is_default=False),
    Column("number", gettext_lazy("Number"), lambda meeting: meeting.number, export_only=True, is_default=False),
    Column(
        "title_en",
        gettext_lazy("Title in English"),
        lambda meeting: meeting.title_en,
        export_only=True,
        is_default=False,
    ),
    Column(
        "title_fr",
        gettext_lazy("Title in French"),
        lambda meeting: meeting.title_fr,
        export_only=True,
        is_default=False,
    ),
    Column("id", gettext_lazy("Record"), lambda meeting: meeting.pk, export_only=True, is_default=False),
)

MEETING_WORDS = ListWords(
    label=gettext_lazy("Meetings"),
    counted=lambda total: ngettext("%(count)s meeting", "%(count)s meetings", total),
    no_match=gettext_lazy("No meeting matches these filters"),
    empty_title=gettext_lazy("No meetings yet"),
    empty_text=gettext_lazy("Meetings of all forums stand here, those to come and those that took place. Plan one."),
)


def meeting_list(request: HttpRequest) -> ListState:
    """The state of the page, which the export of the same name carries away."""
    return ListState(
        list_key="meetings",
        request=request,
        base=Meeting.objects.readable_by(request.user).active(),
        filterset_class=MeetingFilterSet,
        columns=MEETING_COLUMNS,
        default_order=["-starts_at", "-pk"],
        order_words=gettext_lazy("newest first"),
        search_label=gettext_lazy("Filter by title, place or forum"),
    )


# --- Decisions --------------------------------------------------------------------------------------------------------


def _decision_cell(decision: Decision) -> SafeString:
    return format_html('<a class="t" href="{}">{}</a>', decision.get_absolute_url(), ui.in_language(decision.text))


def _meeting_cell(decision: Decision) -> SafeString:
    meeting = decision.meeting
    return format_html('<a href="{}">{}</a>', meeting.get_absolute_url(), ui.in_language(meeting.title))


def _minutes_state(decision: Decision) -> str:
    return str(decision.section.minutes.state.label) if decision.section else ""


DECISION_COLUMNS = (
    Column(
        "text",
        gettext_lazy("Decision"),
        lambda decision: decision.text.text,
        cell=_decision_cell,
        is_row_header=True,
    ),
    Column("number", gettext_lazy("Number"), lambda decision: decision.label),
    Column(
        "forum",
        gettext_lazy("Forum"),
        lambda decision: str(decision.meeting.forum),
        order=lambda: name_order("meeting__forum__initiative"),
    ),
    Column("meeting", gettext_lazy("Meeting"), lambda decision: str(decision.meeting), cell=_meeting_cell, is_low=True),
    Column(
        "day",
        gettext_lazy("Decided on"),
        lambda decision: decision.meeting.day,
        cell=lambda decision: ui.when(decision.meeting.day, style="near"),
        order=lambda: ["meeting__starts_at"],
    ),
    Column("minutes", pgettext_lazy("record of a meeting", "Minutes"), _minutes_state),
    Column("text_en", gettext_lazy("Decision in English"), lambda row: row.text_en, export_only=True, is_default=False),
    Column("text_fr", gettext_lazy("Decision in French"), lambda row: row.text_fr, export_only=True, is_default=False),
    Column("id", gettext_lazy("Record"), lambda decision: decision.pk, export_only=True, is_default=False),
)

DECISION_WORDS = ListWords(
    label=gettext_lazy("Decisions"),
    counted=lambda total: ngettext("%(count)s decision", "%(count)s decisions", total),
    no_match=gettext_lazy("No decision matches these filters"),
    empty_title=gettext_lazy("No decisions yet"),
    empty_text=gettext_lazy("A line of minutes that begins with an exclamation mark is a decision, and stands here."),
)


def decision_list(request: HttpRequest) -> ListState:
    """The decisions of all forums."""
    return ListState(
        list_key="decisions",
        request=request,
        base=Decision.objects.readable_by(request.user).active(),
        filterset_class=DecisionFilterSet,
        columns=DECISION_COLUMNS,
        default_order=["-meeting__starts_at", "-meeting_id", "number"],
        order_words=gettext_lazy("newest first"),
        search_label=gettext_lazy("Filter by words or forum"),
    )
