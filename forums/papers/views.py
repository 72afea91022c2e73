"""The papers of a meeting: what is on file, what may leave, who opened what, and the buttons of the secretariat."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.bilingual import LANGUAGES, reader_language
from c2m2a_crm.core.documents.errors import DocumentRefused
from c2m2a_crm.core.models import Document, OutboxMessage
from c2m2a_crm.core.pages.versioned import take_errors
from c2m2a_crm.core.purposes import purpose_from, remember_purpose
from c2m2a_crm.core.views import HouseView, see_other
from forums.meetings import policies
from forums.meetings.errors import MeetingRefused
from forums.meetings.forms import ReasonForm
from forums.meetings.views.editing import ActView, PartView, refuse_in
from forums.meetings.views.pages import meeting_context, meeting_or_404
from forums.models import AgendaItem, Meeting, MeetingPaper
from forums.papers import sending, services
from forums.papers.forms import AttachForm, PaperForm, PlaceForm
from forums.papers.links import PURPOSE
from forums.papers.pack.jobs import start_pack
from forums.papers.rules import Confidentiality, Line, rule_of
from forums.papers.selectors import (
    Reader,
    by_item,
    documents_to_attach,
    readable_lines,
    readable_pack,
    readers_of,
)


def papers_url(meeting: Meeting) -> str:
    return reverse("meetings:papers", args=[meeting.pk])


def rule_words(rule: str) -> str:
    """What the terms of reference say of papers, as a sentence; empty where each is settled by itself."""
    return (
        {
            Confidentiality.NONE: _("By the terms of reference no paper of this forum is confidential."),
            Confidentiality.AGREEMENT: _(
                "By the terms of reference every paper is confidential: guests and observers get none."
            ),
            Confidentiality.SECURITY: _(
                "By the terms of reference papers of this forum need a security level: they leave by no link."
            ),
        }.get(Confidentiality(rule), "")
        if rule
        else ""
    )


class PapersView(HouseView):
    """Papers by item; for the secretariat, who has a link and who opened what."""

    allowed = staticmethod(policies.can_see_meetings)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = meeting_or_404(request.user, pk)
        base = meeting_context(meeting, request.user, "papers")
        lines = readable_lines(request.user, meeting)
        may_run = base["may_run"] and not meeting.is_cancelled
        readers = readers_of(request.user, meeting) if base["may_run"] else []
        refusal = sending.why_nothing_leaves(meeting) if may_run else ""
        context = {
            **base,
            "groups": [(item, [_line(meeting, line) for line in papers]) for item, papers in by_item(meeting, lines)],
            "has_papers": bool(lines),
            "pack": readable_pack(request.user, meeting),
            "rule": rule_words(rule_of(meeting)),
            "readers": [_reader(each) for each in readers],
            "given": sum(1 for line in lines if line.is_given),
            "may_work": may_run,
            "refusal": refusal,
            "add_url": reverse("meetings:paper_add", args=[meeting.pk]),
            "attach_url": reverse("meetings:paper_attach", args=[meeting.pk]),
            "send_url": reverse("meetings:papers_send", args=[meeting.pk]),
            "pack_url": reverse("meetings:pack", args=[meeting.pk]) if base["may_run"] else "",
        }
        return render(request, "meetings/papers.html", context)


def _line(meeting: Meeting, line: Line) -> dict[str, Any]:
    acts = ("edit", "move", "withdraw", "again")
    return {
        "line": line,
        "acts": {act: reverse(f"meetings:paper_{act}", args=[meeting.pk, line.paper.pk]) for act in acts},
    }


def _reader(reader: Reader) -> dict[str, Any]:
    failed = reader.message is not None and reader.message.state == OutboxMessage.State.FAILED
    until = reader.works_until
    if failed:
        said = _("Could not be delivered")
    elif until is not None and reader.message is None:
        said = _("Knows an earlier state")
    elif until is not None:
        said = _("Works until %(day)s") % {"day": dates.short_date(until)}
    else:
        said = _("No link") if reader.link is None else _("The link has ended")
    return {
        "row": reader.invitation,
        "said": said,
        "opened": reader.opened,
        "openings": [
            _("%(paper)s, version %(number)d, %(day)s at %(time)s")
            % {
                "paper": opening.version.document.title.text,
                "number": opening.version.number,
                "day": dates.short_date(opening.opened_at),
                "time": dates.time_of_day(opening.opened_at),
            }
            for opening in reader.openings
        ],
        "link_url": reverse("public_links:create", args=[PURPOSE.key, reader.invitation.pk]),
    }


class PaperPartView(PartView):
    """A small form about the papers of a meeting; it leads back to them."""

    def papers_page(
        self,
        meeting: Meeting,
        form: Any,
        *,
        heading: str,
        submit: str,
        lede: str = "",
        status: int = 200,
        template: str = "meetings/part_form.html",
        **more: Any,
    ) -> HttpResponse:
        context = {
            **meeting_context(meeting, self.actor()),
            "form": form,
            "heading": heading,
            "submit": submit,
            "lede": lede,
            "back_url": papers_url(meeting),
            "page_errors": bool(form.errors),
            **more,
        }
        return render(self.request, template, context, status=status)

    def paper(self, pk: int, paper_pk: int) -> MeetingPaper:
        meeting = self.meeting(pk)
        rows = MeetingPaper.objects.filter(
            meeting=meeting, is_pack=False, document__in=Document.objects.readable_by(self.actor())
        )
        paper: MeetingPaper = get_object_or_404(rows.select_related("document", "item"), pk=paper_pk)
        paper.meeting = meeting
        return paper

    def named_item(self, meeting: Meeting) -> AgendaItem | None:
        named = self.request.GET.get("item", "")
        return meeting.items.filter(pk=int(named)).first() if named.isdecimal() and len(named) < 19 else None


class PaperAddView(PaperPartView):
    """``?item=`` names the item of the agenda whose button led here."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        return self.page(meeting, PaperForm(meeting=meeting, initial={"item": self.named_item(meeting)}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        form = PaperForm(request.POST, request.FILES, meeting=meeting)
        if form.is_valid():
            told = form.cleaned_data
            try:
                paper = services.add_paper(
                    actor=self.actor(),
                    meeting=meeting,
                    file=told["file"],
                    language=told["language"],
                    title_en=told["title_en"],
                    title_fr=told["title_fr"],
                    **form.place(),
                )
            except MeetingRefused as refused:
                refuse_in(form, refused)
            except DocumentRefused as refused:
                form.add_error(refused.field if refused.field in form.fields else None, refused.sentence)
            except ValidationError as refused:
                take_errors(form, refused)
            else:
                ui.toast(request, _("%(name)s is on the agenda.") % {"name": paper})
                return see_other(request, papers_url(meeting))
        return self.page(meeting, form, status=422)

    def page(self, meeting: Meeting, form: PaperForm, status: int = 200) -> HttpResponse:
        return self.papers_page(
            meeting,
            form,
            heading=_("Add a paper"),
            submit=_("Add paper"),
            lede=rule_words(rule_of(meeting)),
            status=status,
            template="meetings/paper_add.html",
            attach_url=reverse("meetings:paper_attach", args=[meeting.pk]),
        )


class PaperAttachView(PaperPartView):
    """A document that is kept already: ``?q=`` are words of its title."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        found = documents_to_attach(self.actor(), meeting, request.GET.get("q", ""))
        return self.page(meeting, AttachForm(meeting=meeting, found=found, initial={"item": self.named_item(meeting)}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        found = documents_to_attach(self.actor(), meeting, request.GET.get("q", ""))
        form = AttachForm(request.POST, meeting=meeting, found=found)
        if form.is_valid():
            try:
                paper = services.attach(
                    actor=self.actor(), meeting=meeting, document=form.cleaned_data["document"], **form.place()
                )
            except MeetingRefused as refused:
                refuse_in(form, refused)
            except DocumentRefused as refused:
                form.add_error("document", refused.sentence)
            else:
                ui.toast(request, _("%(name)s is on the agenda.") % {"name": paper})
                return see_other(request, papers_url(meeting))
        return self.page(meeting, form, status=422)

    def page(self, meeting: Meeting, form: AttachForm, status: int = 200) -> HttpResponse:
        return self.papers_page(
            meeting,
            form,
            heading=_("Take a document that is on file"),
            submit=_("Put on the agenda"),
            lede=rule_words(rule_of(meeting)),
            status=status,
            template="meetings/paper_attach.html",
            q=self.request.GET.get("q", ""),
            has_found=form.fields["document"].queryset.exists(),  # type: ignore[attr-defined]  # a ModelChoiceField
        )


class PaperEditView(PaperPartView):
    def get(self, request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
        paper = self.paper(pk, paper_pk)
        initial = {"item": paper.item, "is_confidential": paper.is_confidential}
        return self.page(paper, PlaceForm(meeting=paper.meeting, initial=initial))

    def post(self, request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
        paper = self.paper(pk, paper_pk)
        form = PlaceForm(request.POST, meeting=paper.meeting)
        if form.is_valid():
            try:
                services.change_paper(actor=self.actor(), paper=paper, **form.place())
            except MeetingRefused as refused:
                refuse_in(form, refused)
            else:
                ui.toast(request, _("Saved."))
                return see_other(request, papers_url(paper.meeting))
        return self.page(paper, form, status=422)

    def page(self, paper: MeetingPaper, form: PlaceForm, status: int = 200) -> HttpResponse:
        return self.papers_page(
            paper.meeting,
            form,
            heading=_("Place of %(name)s") % {"name": paper},
            submit=_("Save"),
            lede=rule_words(rule_of(paper.meeting)),
            status=status,
        )


class PaperWithdrawView(PaperPartView):
    def get(self, request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
        return self.page(self.paper(pk, paper_pk), ReasonForm())

    def post(self, request: HttpRequest, pk: int, paper_pk: int) -> HttpResponse:
        paper = self.paper(pk, paper_pk)
        form = ReasonForm(request.POST)
        if form.is_valid():
            try:
                services.withdraw_paper(actor=self.actor(), paper=paper, reason=form.cleaned_data["reason"])
            except MeetingRefused as refused:
                refuse_in(form, refused)
            else:
                ui.toast(request, _("%(name)s is withdrawn. Nobody gets it any more.") % {"name": paper})
                return see_other(request, papers_url(paper.meeting))
        return self.page(paper, form, status=422)

    def page(self, paper: MeetingPaper, form: ReasonForm, status: int = 200) -> HttpResponse:
        return self.papers_page(
            paper.meeting,
            form,
            heading=_("Withdraw %(name)s") % {"name": paper},
            submit=_("Withdraw"),
            lede=_("Links to it stop at once. Members see the reason in its place."),
            status=status,
        )


class PaperActView(ActView):
    """A button beside a paper."""

    def act(self, meeting: Meeting, **address: Any) -> str:
        rows = MeetingPaper.objects.filter(
            meeting=meeting, is_pack=False, document__in=Document.objects.readable_by(self.actor())
        )
        paper: MeetingPaper = get_object_or_404(rows.select_related("document"), pk=address["paper_pk"])
        paper.meeting = meeting
        return self.act_on(paper)

    def act_on(self, paper: MeetingPaper) -> str:
        """Call the service; what to say of it."""
        raise ValueError(f"{type(self).__name__} does nothing.")

    def back(self, meeting: Meeting) -> str:
        return papers_url(meeting)


class PaperMoveView(PaperActView):
    def act_on(self, paper: MeetingPaper) -> str:
        services.move_paper(actor=self.actor(), paper=paper, up=self.request.POST.get("way") == "up")
        return ""


class PaperAgainView(PaperActView):
    def act_on(self, paper: MeetingPaper) -> str:
        services.give_again(actor=self.actor(), paper=paper)
        return _("%(name)s is given again.") % {"name": paper}


class PackView(PaperPartView):
    """GET asks for the language and what the pack is for; POST starts the job that makes it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(self.meeting(pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        purpose = purpose_from(request.POST)
        if not purpose:
            return self.page(meeting, is_missing=True, status=422)
        remember_purpose(request, purpose)
        language = request.POST.get("language", "")
        job = start_pack(
            actor=self.actor(),
            meeting=meeting,
            language=language if language in LANGUAGES else reader_language(),
            purpose=purpose,
            is_given=request.POST.get("given") == "yes" and not sending.why_nothing_leaves(meeting),
            page=papers_url(meeting),
        )
        return see_other(request, reverse("core:job", args=[job.pk]))

    def page(self, meeting: Meeting, *, is_missing: bool = False, status: int = 200) -> HttpResponse:
        context = {
            **meeting_context(meeting, self.actor()),
            "language": reader_language(),
            "refusal": sending.why_nothing_leaves(meeting),
            "is_missing": is_missing,
            "page_errors": is_missing,
            "back_url": papers_url(meeting),
        }
        return render(self.request, "meetings/pack.html", context, status=status)


class PapersSendView(ActView):
    def act(self, meeting: Meeting, **address: Any) -> str:
        base_url = self.request.build_absolute_uri("/")
        sent = sending.send_papers(actor=self.actor(), meeting=meeting, base_url=base_url, purpose=PURPOSE)
        if sent.held:
            names = ", ".join(person.full_name for person, _why in sent.held)
            ui.warn(self.request, _("No e-mail address is in use for: %(names)s.") % {"names": names})
        if not sent.queued:
            return "" if sent.held else _("Everybody was written to of the papers as they are now.")
        words = ngettext("%(count)d link is on its way.", "%(count)d links are on their way.", sent.queued)
        return words % {"count": sent.queued}

    def back(self, meeting: Meeting) -> str:
        return papers_url(meeting)
