"""Minutes: read with their outcomes marked, written section by section, adopted, added to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core import ui
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.pages.versioned import VersionedEditView
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, see_other
from forums.meetings import policies
from forums.meetings.errors import MeetingRefused
from forums.meetings.lines import shown_lines
from forums.meetings.reviews import review_context
from forums.meetings.selectors import asides_of, roll_of
from forums.meetings.services import minutes as services
from forums.meetings.views.editing import ActView, PartView, as_invalid, refuse_in
from forums.meetings.views.pages import RunView, meeting_context, meeting_or_404
from forums.models import Attendance, Meeting, Minutes, MinutesSection
from members.forms import DayField, LineField, TextField


class SectionForm(forms.Form):
    text_en = TextField(
        label=gettext_lazy("Text in English"),
        rows=10,
        help_text=gettext_lazy(
            "A line that begins with ! is a decision, with > a commitment (“> Ann: sends the map by June 1”), with ? a"
            " question."
        ),
    )
    text_fr = TextField(label=gettext_lazy("Text in French"), rows=10)
    is_done = forms.BooleanField(
        label=gettext_lazy("Dealt with"),
        required=False,
        help_text=gettext_lazy("What is not dealt with stands on the next agenda."),
    )


class AdoptForm(forms.Form):
    adopted_on = DayField(label=gettext_lazy("Adopted on"))


class AdditionForm(forms.Form):
    reason = LineField(label=gettext_lazy("Reason"), max_length=500, required=True)
    text_en = TextField(label=gettext_lazy("Correction in English"), rows=4)
    text_fr = TextField(label=gettext_lazy("Correction in French"), rows=4)


def minutes_of(meeting: Meeting) -> Minutes | None:
    found: Minutes | None = Minutes.objects.filter(meeting=meeting).first()
    if found is not None:
        found.meeting = meeting
    return found


class MinutesView(HouseView):
    """Both languages side by side, section by section, with who was there."""

    allowed = staticmethod(policies.can_see_meetings)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = meeting_or_404(request.user, pk)
        minutes = minutes_of(meeting)
        context: dict[str, Any] = {
            **meeting_context(meeting, request.user, "minutes"),
            "minutes": minutes,
            "acts": {
                page: reverse(f"meetings:minutes_{page}", args=[meeting.pk])
                for page in ("begin", "review", "draft", "approve", "adopt", "add")
            },
        }
        if minutes is not None:
            sections = minutes.sections.select_related("item").prefetch_related("decisions").order_by("position", "pk")
            roll = roll_of(meeting)
            asides = asides_of(meeting, roll)
            context |= {
                "sections": [
                    {**_shown(section, meeting), "aside": asides.get(section.item_id or 0)} for section in sections
                ],
                "refusal": "" if minutes.is_adopted else services.may_not_be_adopted(minutes),
                "review": review_context(minutes, context["may_run"]),
                "additions": minutes.additions.select_related("made_by"),
                "came": [row for row in roll.rows if row.mark in Attendance.CAME],
                "regrets": [row for row in roll.rows if row.mark == Attendance.Mark.REGRETS],
                "quorum": roll.live.sentence if roll.is_called else "",
            }
        return render(request, "meetings/minutes.html", context)


def _shown(section: MinutesSection, meeting: Meeting) -> dict[str, Any]:
    return {
        "row": section,
        "sides": [("en", shown_lines(section.text_en)), ("fr", shown_lines(section.text_fr))],
        "decisions": list(section.decisions.all()),
        "url": reverse("meetings:section_edit", args=[meeting.pk, section.pk]),
    }


class MinutesActView(ActView):
    def back(self, meeting: Meeting) -> str:
        return reverse("meetings:minutes", args=[meeting.pk])

    def minutes(self, meeting: Meeting) -> Minutes:
        minutes = get_object_or_404(Minutes, meeting=meeting)
        minutes.meeting = meeting
        return minutes


class BeginView(MinutesActView):
    def act(self, meeting: Meeting, **address: Any) -> str:
        services.begin_minutes(actor=self.actor(), meeting=meeting)
        return _("The draft has a section for each point of the agenda.")


class SectionEditView(RunView, VersionedEditView):
    template_name = "meetings/part_edit.html"
    form_class = SectionForm  # type: ignore[assignment]  # a plain form, as sent_form and empty_form make it

    def row(self, **address: Any) -> MinutesSection:
        meeting = self.meeting(address["pk"])
        sections = MinutesSection.objects.select_related("minutes", "item")
        section = get_object_or_404(sections, pk=address["section_pk"], minutes__meeting=meeting)
        section.minutes.meeting = meeting
        return section

    def empty_form(self, row: MinutesSection) -> SectionForm:
        initial = {"text_en": row.text_en, "text_fr": row.text_fr, "is_done": row.item.is_done if row.item else False}
        return self._fitting(SectionForm(initial=initial), row)

    def sent_form(self, row: MinutesSection) -> SectionForm:
        return self._fitting(SectionForm(self.request.POST), row)

    def _fitting(self, form: SectionForm, row: MinutesSection) -> SectionForm:
        if row.item is None:
            del form.fields["is_done"]
        return form

    def changed(self, row: MinutesSection, values: Mapping[str, Any], version: int) -> dict[str, Any]:
        texts = {name: text for name, text in values.items() if name != "is_done"}
        return super().changed(row, texts, version)

    def save(self, row: MinutesSection, version: int, changes: Mapping[str, Any]) -> MinutesSection:
        texts = {name: text for name, text in changes.items() if name != "is_done"}
        is_done = "is_done" in self.request.POST if row.item is not None else None
        try:
            return services.edit_section(
                actor=self.actor(), section=row, version=version, changes=texts, is_done=is_done
            )
        except MeetingRefused as refused:
            raise as_invalid(SectionForm.base_fields, refused) from refused

    def done_url(self, row: MinutesSection) -> str:
        return reverse("meetings:minutes", args=[row.minutes.meeting_id])

    def beside(self, row: MinutesSection, conflict: EditConflict | None = None) -> dict[str, Any]:
        meeting = row.minutes.meeting
        return {
            **meeting_context(meeting, self.actor()),
            "heading": _("Minutes: %(section)s") % {"section": row},
            "back_url": reverse("meetings:minutes", args=[meeting.pk]),
        }


class MinutesPartView(PartView):
    """A small form about the minutes as a whole."""

    def minutes(self, meeting: Meeting) -> Minutes:
        minutes = get_object_or_404(Minutes, meeting=meeting)
        minutes.meeting = meeting
        return minutes


class AdoptView(MinutesPartView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        self.minutes(meeting)
        return self.page(meeting, AdoptForm(initial={"adopted_on": today()}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        minutes = self.minutes(meeting)
        form = AdoptForm(request.POST)
        if form.is_valid():
            try:
                day = form.cleaned_data["adopted_on"] or today()
                services.adopt_minutes(actor=self.actor(), minutes=minutes, adopted_on=day)
            except MeetingRefused as refused:
                refuse_in(form, refused)
            else:
                ui.toast(request, _("The minutes are adopted."))
                return see_other(request, reverse("meetings:minutes", args=[meeting.pk]))
        return self.page(meeting, form, status=422)

    def page(self, meeting: Meeting, form: AdoptForm, status: int = 200) -> HttpResponse:
        return self.part_page(
            meeting,
            form,
            heading=_("Adopt the minutes of %(name)s") % {"name": meeting},
            submit=_("Adopt"),
            lede=_("Adopted minutes stay as they are. What must be put right later is added with a reason."),
            status=status,
        )


class AddView(MinutesPartView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        self.minutes(meeting)
        return self.page(meeting, AdditionForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        minutes = self.minutes(meeting)
        form = AdditionForm(request.POST)
        if form.is_valid():
            try:
                services.add_to_minutes(actor=self.actor(), minutes=minutes, **form.cleaned_data)
            except MeetingRefused as refused:
                refuse_in(form, refused)
            else:
                ui.toast(request, _("The correction is added."))
                return see_other(request, reverse("meetings:minutes", args=[meeting.pk]))
        return self.page(meeting, form, status=422)

    def page(self, meeting: Meeting, form: AdditionForm, status: int = 200) -> HttpResponse:
        heading = _("Correct the minutes of %(name)s") % {"name": meeting}
        return self.part_page(meeting, form, heading=heading, submit=_("Add correction"), status=status)
