"""Who is asked to a meeting, what they answered, and the button that sends."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.models import OutboxMessage
from c2m2a_crm.core.views import HouseView, see_other
from forums.meetings import policies
from forums.meetings.errors import MeetingRefused
from forums.meetings.forms import GuestForm
from forums.meetings.selectors import answers_of, roll_of
from forums.meetings.services import inviting
from forums.meetings.views.editing import ActView, PartView, refuse_in
from forums.meetings.views.pages import meeting_context, meeting_or_404
from forums.models import Invitation, Meeting
from forums.selectors import terms_of_reference_on

ANSWER_TONES = {"": "none", "yes": "ok", "no": "bad", "alternate": "warn"}


class InvitationsView(HouseView):
    """The answers, the quorum to expect, and whom the next press of the button reaches."""

    allowed = staticmethod(policies.can_see_meetings)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = meeting_or_404(request.user, pk)
        rows = list(
            meeting.invitations.select_related("person", "seat__category", "seat__jurisdiction", "message").order_by(
                "person__sort_key", "pk"
            )
        )
        may_run = policies.can_run_meeting(request.user, meeting)
        is_to_come = not meeting.is_cancelled and meeting.starts_at > timezone.now()
        to_ask = inviting.to_ask(meeting) if is_to_come else []
        stale = [row for row in rows if row.sequence_sent is None or row.sequence_sent < meeting.sequence]
        context = {
            **meeting_context(meeting, request.user, "invitations"),
            "rows": [_line(row, meeting) for row in rows],
            "answers": answers_of(rows),
            "expected": roll_of(meeting).expected,
            "to_ask": to_ask,
            "stale": stale,
            "is_to_come": is_to_come,
            "may_send": may_run and is_to_come and bool(to_ask or stale),
            "refusal": inviting.may_not_leave(meeting) if is_to_come else "",
            "notice": _notice(meeting) if is_to_come else "",
            "send_url": reverse("meetings:send", args=[meeting.pk]),
            "guest_url": reverse("meetings:guest", args=[meeting.pk]),
            "answer_words": Invitation.Answer.choices,
        }
        return render(request, "meetings/invitations.html", context)


def _line(row: Invitation, meeting: Meeting) -> dict[str, Any]:
    state = row.message.state if row.message else ""
    if row.sequence_sent is None:
        sent = _("Not sent yet")
    elif row.sequence_sent < meeting.sequence and not row.is_cancel_sent:
        sent = _("Knows an earlier state")
    elif state == OutboxMessage.State.FAILED:
        sent = _("Could not be delivered")
    else:
        sent = str(OutboxMessage.State(state).label) if state else ""
    return {
        "row": row,
        "answer": ui.dot(Invitation.Answer(row.answer).label, ANSWER_TONES[row.answer]),
        "sent": sent,
        "url": reverse("meetings:answer", args=[meeting.pk, row.pk]),
    }


def _notice(meeting: Meeting) -> str:
    """Whether the notice of the terms of reference is kept, where they ask for one."""
    terms = terms_of_reference_on(meeting.forum, meeting.day)
    if terms is None or terms.notice_days is None or meeting.announced_at is not None:
        return ""
    left = (meeting.day - timezone.localdate()).days
    if left < terms.notice_days:
        words = ngettext(
            "The terms of reference ask for %(days)d day of notice. That day has passed.",
            "The terms of reference ask for %(days)d days of notice. That day has passed.",
            terms.notice_days,
        )
        return words % {"days": terms.notice_days}
    last = dates.short_date(meeting.day - timedelta(days=terms.notice_days))
    return _("By the terms of reference invitations leave by %(day)s at the latest.") % {"day": last}


def held_in_words(sent: inviting.Sent) -> str:
    """Whom nothing was sent, and why."""
    names = "; ".join(f"{person.full_name} ({why.rstrip('.')})" for person, why in sent.held)
    return _("Not sent to: %(names)s.") % {"names": names}


class SendView(ActView):
    def act(self, meeting: Meeting, **address: Any) -> str:
        base_url = self.request.build_absolute_uri("/")
        sent = inviting.send_invitations(actor=self.actor(), meeting=meeting, base_url=base_url)
        if sent.held:
            ui.warn(self.request, held_in_words(sent))
        words = ngettext("%(count)d invitation is on its way.", "%(count)d invitations are on their way.", sent.queued)
        return words % {"count": sent.queued} if sent.queued else ""

    def back(self, meeting: Meeting) -> str:
        return reverse("meetings:invitations", args=[meeting.pk])


class AnswerView(ActView):
    """What somebody said by telephone."""

    def act(self, meeting: Meeting, **address: Any) -> str:
        invitation = get_object_or_404(
            Invitation.objects.select_related("meeting__forum__initiative"),
            pk=address["invitation_pk"],
            meeting=meeting,
        )
        inviting.note_answer(
            actor=self.actor(),
            invitation=invitation,
            answer=self.request.POST.get("answer", ""),
            alternate=self.request.POST.get("alternate", ""),
        )
        return _("The answer is noted.")

    def back(self, meeting: Meeting) -> str:
        return reverse("meetings:invitations", args=[meeting.pk])


class GuestView(PartView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(self.meeting(pk), GuestForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        form = GuestForm(request.POST)
        if form.is_valid():
            try:
                invitation = inviting.ask_guest(actor=self.actor(), meeting=meeting, person=form.cleaned_data["person"])
            except MeetingRefused as refused:
                refuse_in(form, refused)
            else:
                ui.toast(request, _("%(name)s is on the list. Nothing is sent yet.") % {"name": invitation.person})
                return see_other(request, reverse("meetings:invitations", args=[meeting.pk]))
        return self.page(meeting, form, status=422)

    def page(self, meeting: Meeting, form: GuestForm, status: int = 200) -> HttpResponse:
        return self.part_page(meeting, form, heading=_("Invite a guest"), submit=_("Add to the list"), status=status)
