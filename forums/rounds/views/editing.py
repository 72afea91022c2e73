"""Drafting, releasing, extending and closing rounds, and the reminder of one press."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.pages.versioned import VersionedEditView, take_errors
from c2m2a_crm.core.views import see_other
from forums.meetings.views.pages import forum_of_address
from forums.models import CommentRound
from forums.rounds.errors import RoundRefused
from forums.rounds.forms import CloseForm, ExtendForm, NewRoundForm, RoundForm, initial_of
from forums.rounds.services import ending, noting, opening, planning, silence
from forums.rounds.services.opening import Sent
from forums.rounds.views.pages import RunView, round_context


def refuse_in(form: Any, refused: RoundRefused) -> None:
    form.add_error(refused.field if refused.field in form.fields else None, str(refused))


def tell_held(request: HttpRequest, sent: Sent) -> None:
    """Name whom nothing reached, and why, by reason."""
    by_reason: dict[str, list[str]] = {}
    for person, why in sent.held:
        by_reason.setdefault(why, []).append(person.full_name)
    for why, names in by_reason.items():
        ui.warn(request, _("Nothing was sent to %(names)s. %(why)s") % {"names": ", ".join(names), "why": why})


class RoundCreateView(RunView):
    """``?forum=`` names the forum whose page led here."""

    def get(self, request: HttpRequest) -> HttpResponse:
        forum = forum_of_address(request.user, request.GET.get("forum", ""))
        wording = request.GET.get("wording", "")
        initial = {"wording": int(wording)} if wording.isdecimal() and len(wording) < 18 else {}
        return self.page(NewRoundForm(actor=self.actor(), forum=forum, initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = NewRoundForm(request.POST, actor=self.actor(), forum=None)
        if form.is_valid():
            try:
                made = planning.create_round(actor=self.actor(), questions=form.pairs(), **form.own())
            except RoundRefused as refused:
                refuse_in(form, refused)
            except ValidationError as refused:
                take_errors(form, refused)
            else:
                ui.toast(request, _("%(name)s is drafted. Nothing is sent yet.") % {"name": made})
                return see_other(request, made.get_absolute_url())
        return self.page(form, status=422)

    def page(self, form: NewRoundForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "page_errors": bool(form.errors)}
        return render(self.request, "rounds/round_create.html", context, status=status)


class RoundEditView(RunView, VersionedEditView):
    template_name = "rounds/round_edit.html"

    def row(self, **address: Any) -> CommentRound:
        return self.round(address["pk"])

    def empty_form(self, row: CommentRound) -> RoundForm:
        return RoundForm(initial=initial_of(row), actor=self.actor(), forum=row.forum)

    def sent_form(self, row: CommentRound) -> RoundForm:
        return RoundForm(self.request.POST, actor=self.actor(), forum=row.forum)

    def changed(self, row: CommentRound, values: Mapping[str, Any], version: int) -> dict[str, Any]:
        own = {name: value for name, value in values.items() if not name.startswith("questions_")}
        return super().changed(row, own, version)

    def save(self, row: CommentRound, version: int, changes: Mapping[str, Any]) -> CommentRound:
        form = self.sent_form(row)
        questions = form.pairs() if form.is_valid() else None
        own = {name: value for name, value in changes.items() if not name.startswith("questions_")}
        try:
            return planning.edit_round(
                actor=self.actor(), round_=row, version=version, changes=own, questions=questions
            )
        except RoundRefused as refused:
            known = refused.field in RoundForm.base_fields
            raise ValidationError({refused.field: str(refused)} if known else str(refused)) from refused

    def done_url(self, row: CommentRound) -> str:
        return row.get_absolute_url()

    def beside(self, row: CommentRound, conflict: EditConflict | None = None) -> dict[str, Any]:
        return round_context(row, self.actor())


class ActView(RunView):
    """A button of a round's page. A refusal is shown on the page that it leads back to."""

    def post(self, request: HttpRequest, pk: int, **address: Any) -> HttpResponse:
        round_ = self.round(pk)
        try:
            said = self.act(round_, **address)
        except RoundRefused as refused:
            ui.warn(request, str(refused))
        else:
            if said:
                ui.toast(request, said)
        return see_other(request, self.back(round_))

    def act(self, round_: CommentRound, **address: Any) -> str:
        """Call the service; what to say of it."""
        raise ValueError(f"{type(self).__name__} does nothing.")

    def back(self, round_: CommentRound) -> str:
        return round_.get_absolute_url()

    @property
    def base_url(self) -> str:
        return self.request.build_absolute_uri("/")


class ApproveView(ActView):
    """Approves the texts of the language that the button names."""

    def act(self, round_: CommentRound, **address: Any) -> str:
        language = self.request.POST.get("language", "")
        planning.approve_texts(actor=self.actor(), round_=round_, language=language)
        return _("The French texts are approved.") if language == "fr" else _("The English texts are approved.")


class ReleaseView(ActView):
    def act(self, round_: CommentRound, **address: Any) -> str:
        sent = opening.release_round(actor=self.actor(), round_=round_, base_url=self.base_url)
        tell_held(self.request, sent)
        if not CommentRound.objects.get(pk=round_.pk).opened_on:
            return _("The round opens by itself on %(day)s.") % {"day": dates.short_date(round_.opens_on)}
        words = ngettext(
            "The round is open. %(count)d letter is on its way.",
            "The round is open. %(count)d letters are on their way.",
            sent.queued,
        )
        return words % {"count": sent.queued}


class HoldView(ActView):
    def act(self, round_: CommentRound, **address: Any) -> str:
        opening.hold_round(actor=self.actor(), round_=round_)
        return _("The round is a draft again. It does not open by itself.")


class DiscardView(ActView):
    def act(self, round_: CommentRound, **address: Any) -> str:
        planning.discard_round(actor=self.actor(), round_=round_)
        return _("The draft is discarded.")

    def back(self, round_: CommentRound) -> str:
        is_there = CommentRound.objects.filter(pk=round_.pk).exists()
        return round_.get_absolute_url() if is_there else reverse("rounds:list")


class NudgeView(ActView):
    """Reminds the seat that the button names, or all silent ones."""

    def act(self, round_: CommentRound, **address: Any) -> str:
        text = self.request.POST.get("seat", "")
        seats = [int(text)] if text.isdecimal() and len(text) < 18 else None
        sent = silence.nudge_silent(actor=self.actor(), round_=round_, seats=seats, base_url=self.base_url)
        tell_held(self.request, sent)
        if not sent.queued:
            return "" if sent.held else _("Everybody who is silent was reminded today already.")
        words = ngettext("%(count)d reminder is on its way.", "%(count)d reminders are on their way.", sent.queued)
        return words % {"count": sent.queued}

    def back(self, round_: CommentRound) -> str:
        return f"{round_.get_absolute_url()}#seats"


class NoteView(ActView):
    """Enters the answers of a closed round into the contact log and the position."""

    def act(self, round_: CommentRound, **address: Any) -> str:
        noted = noting.note_answers(actor=self.actor(), round_=round_)
        for name, why in noted.left_out:
            ui.warn(self.request, _("%(name)s is left out. %(why)s") % {"name": name, "why": why})
        words = ngettext(
            "%(count)d answer is in the contact log.", "%(count)d answers are in the contact log.", noted.entered
        )
        return words % {"count": noted.entered} if noted.entered else ""

    def back(self, round_: CommentRound) -> str:
        return reverse("rounds:answers", args=[round_.pk])


class PartView(RunView):
    """A small form about a round, on a page of its own."""

    heading: str = ""
    submit: str = ""
    lede: str = ""
    form_class: type[CloseForm] = CloseForm

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        round_ = self.round(pk)
        return self.page(round_, self.form_class())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        round_ = self.round(pk)
        form = self.form_class(request.POST)
        if form.is_valid():
            try:
                words = self.act(round_, form.cleaned_data)
            except RoundRefused as refused:
                refuse_in(form, refused)
            else:
                ui.toast(request, words)
                return see_other(request, round_.get_absolute_url())
        return self.page(round_, form, status=422)

    def act(self, round_: CommentRound, given: Mapping[str, Any]) -> str:
        """Call the service; what to say of it."""
        raise ValueError(f"{type(self).__name__} does nothing.")

    def words(self, round_: CommentRound) -> tuple[str, str, str]:
        """Heading, sentence under it, and button."""
        raise ValueError(f"{type(self).__name__} says nothing.")

    def page(self, round_: CommentRound, form: CloseForm, status: int = 200) -> HttpResponse:
        heading, lede, submit = self.words(round_)
        context = {
            **round_context(round_, self.actor()),
            "form": form,
            "heading": heading,
            "lede": lede,
            "submit": submit,
            "back_url": round_.get_absolute_url(),
            "page_errors": bool(form.errors),
        }
        return render(self.request, "rounds/part_form.html", context, status=status)


class ExtendView(PartView):
    form_class = ExtendForm

    def act(self, round_: CommentRound, given: Mapping[str, Any]) -> str:
        changed = ending.extend_round(actor=self.actor(), round_=round_, **given)
        return _("The round is open until %(day)s.") % {"day": dates.short_date(changed.closes_on)}

    def words(self, round_: CommentRound) -> tuple[str, str, str]:
        lede = _("Now it is open until %(day)s. The links that were sent go on working.")
        return (
            _("Extend %(name)s") % {"name": round_},
            lede % {"day": dates.short_date(round_.closes_on)},
            _("Extend the round"),
        )


class CloseView(PartView):
    def act(self, round_: CommentRound, given: Mapping[str, Any]) -> str:
        ending.close_early(actor=self.actor(), round_=round_, reason=given["reason"])
        return _("The round is closed. What we heard is drafted.")

    def words(self, round_: CommentRound) -> tuple[str, str, str]:
        return (
            _("Close %(name)s early") % {"name": round_},
            _("Answers are no longer taken from now on. What we heard is drafted of those that came."),
            _("Close the round"),
        )
