"""“You said, this changed”: each comment with what became of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.core import ui
from c2m2a_crm.core.views import HouseView, see_other
from forums.models import CommentRound, RoundAnswer, RoundOutcome, RoundQuestion
from forums.rounds import policies
from forums.rounds.errors import RoundRefused
from forums.rounds.forms import OutcomeForm
from forums.rounds.services import responding
from forums.rounds.services.responding import Comment, comments_of
from forums.rounds.views.editing import ActView, refuse_in, tell_held
from forums.rounds.views.pages import RunView, grouped, outcomes_by_comment, round_context, round_or_404


def _address(round_: CommentRound, comment: Comment) -> str:
    url = reverse("rounds:outcome", args=[round_.pk, comment.answer.pk])
    return f"{url}?question={comment.question.pk}" if comment.question else url


class OutcomesView(HouseView):
    """Each comment, and what became of it; the button tells whoever commented."""

    allowed = staticmethod(policies.can_see_rounds)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        round_ = round_or_404(request.user, pk)
        comments = comments_of(round_)
        known = outcomes_by_comment(round_)
        groups = [
            (
                heading,
                [
                    (
                        each,
                        known.get((each.answer.pk, each.question.pk if each.question else None)),
                        _address(round_, each),
                    )
                    for each in rows
                ],
            )
            for heading, rows in grouped(comments)
        ]
        untold = [row for row in known.values() if row.told_at is None]
        context = {
            **round_context(round_, request.user, "outcomes"),
            "groups": groups,
            "total": len(comments),
            "answered": len(known),
            "untold": len(untold),
            "refusal": responding.outcomes_may_not_leave(round_) if untold else "",
            "tell_url": reverse("rounds:tell", args=[round_.pk]),
        }
        return render(request, "rounds/outcomes.html", context)


class OutcomeView(RunView):
    """The form about one comment: that on the wording, or to the question of ``?question=``."""

    def get(self, request: HttpRequest, pk: int, answer_pk: int) -> HttpResponse:
        round_, comment = self.comment(pk, answer_pk)
        row = RoundOutcome.objects.filter(answer=comment.answer, question=comment.question).first()
        names = ("result", "wording", "text_en", "text_fr")
        initial = {name: getattr(row, name) for name in names} if row else {}
        return self.page(round_, comment, OutcomeForm(round_=round_, initial=initial))

    def post(self, request: HttpRequest, pk: int, answer_pk: int) -> HttpResponse:
        round_, comment = self.comment(pk, answer_pk)
        form = OutcomeForm(request.POST, round_=round_)
        if form.is_valid():
            try:
                responding.say_outcome(
                    actor=self.actor(), answer=comment.answer, question=comment.question, **form.cleaned_data
                )
            except RoundRefused as refused:
                refuse_in(form, refused)
            else:
                ui.toast(request, _("Noted. Nobody is told yet."))
                return see_other(request, reverse("rounds:outcomes", args=[round_.pk]))
        return self.page(round_, comment, form, status=422)

    def comment(self, pk: int, answer_pk: int) -> tuple[CommentRound, Comment]:
        round_ = self.round(pk)
        answer = get_object_or_404(
            RoundAnswer.objects.select_related(
                "round_seat__seat__category", "round_seat__party", "round_seat__round__wording", "invitation__person"
            ),
            pk=answer_pk,
            round_seat__round=round_,
        )
        answer.round_seat.round = round_
        text = self.request.GET.get("question", "")
        if not text:
            return round_, Comment(answer, None, answer.reason)
        if not text.isdecimal() or len(text) > 18:
            raise Http404
        question = get_object_or_404(RoundQuestion, pk=int(text), round=round_)
        reply = get_object_or_404(answer.replies, question=question)
        return round_, Comment(answer, question, reply.text)

    def page(self, round_: CommentRound, comment: Comment, form: OutcomeForm, status: int = 200) -> HttpResponse:
        context = {
            **round_context(round_, self.actor()),
            "comment": comment,
            "form": form,
            "heading": _("What became of this comment?"),
            "submit": _("Save"),
            "back_url": reverse("rounds:outcomes", args=[round_.pk]),
            "page_errors": bool(form.errors),
        }
        return render(self.request, "rounds/outcome_form.html", context, status=status)


class TellView(ActView):
    def act(self, round_: CommentRound, **address: Any) -> str:
        sent = responding.tell_outcomes(actor=self.actor(), round_=round_)
        tell_held(self.request, sent)
        words = ngettext("%(count)d letter is on its way.", "%(count)d letters are on their way.", sent.queued)
        return words % {"count": sent.queued} if sent.queued or sent.held else _("Nobody waits to be told.")

    def back(self, round_: CommentRound) -> str:
        return reverse("rounds:outcomes", args=[round_.pk])
