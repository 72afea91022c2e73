"""Draft minutes out for review: sent to those who attended, commented by link, answered comment by comment."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.core import ui
from c2m2a_crm.core.views import see_other
from forums.meetings.errors import MeetingRefused
from forums.meetings.reviews import comments_context, may_be_written_to
from forums.meetings.services import promising
from forums.meetings.services import reviewing as services
from forums.meetings.views.editing import refuse_in
from forums.meetings.views.inviting import held_in_words
from forums.meetings.views.minutes import MinutesActView, MinutesPartView
from forums.meetings.views.pages import meeting_context
from forums.models import Meeting, Minutes, MinutesComment
from members.forms import DayField


class ReviewForm(forms.Form):
    comments_until = DayField(
        label=gettext_lazy("Comments are taken until"),
        help_text=gettext_lazy("Left empty, for two weeks from today."),
    )


class ReviewView(MinutesPartView):
    """Asks until when, and writes to everybody who attended."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        minutes = self.minutes(meeting)
        return self.page(meeting, minutes, ReviewForm(initial={"comments_until": minutes.comments_until}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        minutes = self.minutes(meeting)
        form = ReviewForm(request.POST)
        if form.is_valid():
            try:
                _minutes, sent = services.send_for_review(
                    actor=self.actor(),
                    minutes=minutes,
                    base_url=request.build_absolute_uri("/"),
                    comments_until=form.cleaned_data["comments_until"],
                )
            except MeetingRefused as refused:
                refuse_in(form, refused)
            else:
                if sent.held:
                    ui.warn(request, held_in_words(sent))
                words = ngettext(
                    "The minutes are out for review. %(count)d person is written to.",
                    "The minutes are out for review. %(count)d people are written to.",
                    sent.queued,
                )
                ui.toast(request, words % {"count": sent.queued})
                return see_other(request, reverse("meetings:minutes", args=[meeting.pk]))
        return self.page(meeting, minutes, form, status=422)

    def page(self, meeting: Meeting, minutes: Minutes, form: ReviewForm, status: int = 200) -> HttpResponse:
        names = may_be_written_to(minutes)
        lede = (
            _("Each of these gets a personal link to read and comment, unless they have it already: %(names)s.")
            % {"names": names}
            if names
            else _("Nobody stands in the roll call as present: nobody is written to.")
        )
        return self.part_page(
            meeting,
            form,
            heading=_("Send the minutes of %(name)s for review") % {"name": meeting},
            submit=_("Send for review"),
            lede=lede,
            status=status,
        )


class DraftView(MinutesActView):
    def act(self, meeting: Meeting, **address: Any) -> str:
        services.take_back_to_draft(actor=self.actor(), minutes=self.minutes(meeting))
        return _("The minutes are a draft again.")


class ApproveView(MinutesActView):
    """Approves the text of the language that the button names."""

    def act(self, meeting: Meeting, **address: Any) -> str:
        language = self.request.POST.get("language", "")
        services.approve_minutes(actor=self.actor(), minutes=self.minutes(meeting), language=language)
        return _("The French text is approved.") if language == "fr" else _("The English text is approved.")


class PromisesView(MinutesActView):
    """Writes to each who promised something what it was, with the link under which they say that it is done."""

    def act(self, meeting: Meeting, **address: Any) -> str:
        base_url = self.request.build_absolute_uri("/")
        sent = promising.send_promises(actor=self.actor(), meeting=meeting, base_url=base_url)
        if sent.held:
            ui.warn(self.request, held_in_words(sent))
        if not sent.queued:
            return _("Everybody who promised something knows it already.") if not sent.held else ""
        words = ngettext(
            "%(count)d person is told what they promised.", "%(count)d people are told what they promised.", sent.queued
        )
        return words % {"count": sent.queued}


class CommentsView(MinutesPartView):
    """What the readers said, those comments first that nobody answered yet."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        return self.shown(meeting, self.minutes(meeting))

    def shown(
        self,
        meeting: Meeting,
        minutes: Minutes,
        *,
        refused: MeetingRefused | None = None,
        at: int = 0,
        status: int = 200,
    ) -> HttpResponse:
        """``at`` is the comment of which the answer was refused: what was typed stands there again."""
        context = {
            **meeting_context(meeting, self.actor()),
            "minutes": minutes,
            **comments_context(minutes),
            "refused": refused,
            "refused_at": at,
            "typed": {name: self.request.POST.get(name, "") for name in ("verdict", "answer")} if at else {},
            "verdicts": [choice for choice in MinutesComment.Verdict.choices if choice[0]],
            "back_url": reverse("meetings:minutes", args=[meeting.pk]),
        }
        return render(self.request, "meetings/comments.html", context, status=status)


class CommentAnswerView(CommentsView):
    """Taken up or not, with a word."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, pk: int, comment_pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        minutes = self.minutes(meeting)
        comment = get_object_or_404(MinutesComment, pk=comment_pk, minutes=minutes)
        comment.minutes = minutes
        said = {name: request.POST.get(name, "") for name in ("verdict", "answer")}
        try:
            services.answer_comment(actor=self.actor(), comment=comment, **said)
        except MeetingRefused as refused:
            return self.shown(meeting, minutes, refused=refused, at=comment.pk, status=422)
        ui.toast(request, _("The comment is answered."))
        return see_other(request, reverse("meetings:comments", args=[meeting.pk]))
