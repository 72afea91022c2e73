"""The roll call: one key, or one button, for each person."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.core import ui
from c2m2a_crm.core.views import HouseView, see_other
from forums.meetings import policies
from forums.meetings.errors import MeetingRefused
from forums.meetings.forms import AsideForm, WalkInForm
from forums.meetings.selectors import Roll, asides_of, roll_of
from forums.meetings.services import recusals, roll_call
from forums.meetings.views.editing import ActView, PartView, refuse_in
from forums.meetings.views.pages import RunView, meeting_context, meeting_or_404
from forums.models import Attendance, Meeting, Recusal, Seat
from members.models import Party, Person

# The key of each mark; they are the same in both languages, and the page names them.
KEYS = {"p": "present", "o": "online", "l": "left", "r": "regrets", "a": "absent", "u": ""}


def marks() -> list[dict[str, str]]:
    words = {mark.value: str(mark.label) for mark in Attendance.Mark} | {"": _("No mark")}
    return [{"key": key, "value": value, "label": words[value]} for key, value in KEYS.items()]


def roll_context(meeting: Meeting, user: Any, roll: Roll) -> dict[str, Any]:
    return {
        **meeting_context(meeting, user, "roll"),
        "roll": roll,
        "marks": marks(),
        "mark_url": reverse("meetings:mark", args=[meeting.pk]),
        "all_url": reverse("meetings:mark_all", args=[meeting.pk]),
        "walk_in_url": reverse("meetings:walk_in", args=[meeting.pk]),
        "aside_url": reverse("meetings:step_aside", args=[meeting.pk]),
        "asides": [
            (aside, [(row, reverse("meetings:take_part", args=[meeting.pk, row.pk])) for row in aside.recusals])
            for aside in asides_of(meeting, roll).values()
        ],
    }


class RollCallView(HouseView):
    """Everybody of the roll with their mark; whoever runs the meeting has buttons."""

    allowed = staticmethod(policies.can_see_meetings)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = meeting_or_404(request.user, pk)
        return render(request, "meetings/roll_call.html", roll_context(meeting, request.user, roll_of(meeting)))


class MarkView(RunView):
    """Puts one mark. htmx is answered with what changed, the focus in the next row; everybody else with the page."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        person = get_object_or_404(Person, pk=_key(request.POST.get("person", "")))
        seat = None
        if request.POST.get("seat"):
            seat = get_object_or_404(Seat, pk=_key(request.POST["seat"]), forum_id=meeting.forum_id)
        try:
            roll_call.mark(
                actor=self.actor(), meeting=meeting, person=person, mark=request.POST.get("mark", ""), seat=seat
            )
        except MeetingRefused as refused:
            ui.warn(request, str(refused))
            return see_other(request, reverse("meetings:roll_call", args=[meeting.pk]))
        if getattr(request, "htmx", False):
            return self.marked(meeting, person, moves_on=bool(request.POST.get("mark")))
        return see_other(request, f"{reverse('meetings:roll_call', args=[meeting.pk])}#row-{person.pk}")

    def marked(self, meeting: Meeting, person: Person, *, moves_on: bool) -> HttpResponse:
        """The row and the one after it, which has the focus then: one key for each person, without a key between."""
        roll = roll_of(meeting)
        place = next((number for number, row in enumerate(roll.rows) if row.person == person), 0)
        rows = roll.rows[place : place + 1 + moves_on]
        context = {**roll_context(meeting, self.request.user, roll), "rows": rows}
        return render(self.request, "meetings/_roll_marked.html", {**context, "focus": rows[-1].person.pk})


def _key(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 19 else 0


class MarkAllView(ActView):
    """Holders and chairs without a mark are present; the exceptions come after."""

    def act(self, meeting: Meeting, **address: Any) -> str:
        people = [(row.person, row.seat) for row in roll_of(meeting).unmarked]
        number = roll_call.mark_all(actor=self.actor(), meeting=meeting, people=people)
        words = ngettext("%(count)d person is marked as present.", "%(count)d people are marked as present.", number)
        return words % {"count": number}

    def back(self, meeting: Meeting) -> str:
        return reverse("meetings:roll_call", args=[meeting.pk])


class WalkInView(PartView):
    """A guest or an official who came without an invitation."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(self.meeting(pk), WalkInForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        form = WalkInForm(request.POST)
        if form.is_valid():
            party = form.cleaned_data["party"]
            try:
                roll_call.add_walk_in(
                    actor=self.actor(),
                    meeting=meeting,
                    person=form.cleaned_data["person"],
                    name=form.cleaned_data["name"],
                    party=party if isinstance(party, Party) else None,
                )
            except MeetingRefused as refused:
                refuse_in(form, refused)
            else:
                ui.toast(request, _("Marked as present."))
                return see_other(request, reverse("meetings:roll_call", args=[meeting.pk]))
        return self.page(meeting, form, status=422)

    def page(self, meeting: Meeting, form: WalkInForm, status: int = 200) -> HttpResponse:
        return self.part_page(
            meeting, form, heading=_("Add a guest to the roll call"), submit=_("Mark as present"), status=status
        )


class StepAsideView(PartView):
    """Somebody takes no part in one item."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        return self.page(meeting, AsideForm(meeting=meeting, initial={"item": _key(request.GET.get("item", ""))}))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        form = AsideForm(request.POST, meeting=meeting)
        if form.is_valid():
            item = form.cleaned_data["item"]
            item.meeting = meeting
            try:
                recusals.step_aside(
                    actor=self.actor(),
                    item=item,
                    person=form.cleaned_data["person"],
                    reason=form.cleaned_data["reason"],
                )
            except MeetingRefused as refused:
                refuse_in(form, refused)
            else:
                name = form.cleaned_data["person"].full_name
                ui.toast(request, _("%(name)s steps aside for this item.") % {"name": name})
                return see_other(request, reverse("meetings:roll_call", args=[meeting.pk]))
        return self.page(meeting, form, status=422)

    def page(self, meeting: Meeting, form: AsideForm, status: int = 200) -> HttpResponse:
        return self.part_page(
            meeting,
            form,
            heading=_("Step aside for an item"),
            submit=_("Note it"),
            lede=_("For that item they count for no quorum. The minutes name them and say why."),
            status=status,
        )


class TakePartView(ActView):
    """Takes a recusal back."""

    def act(self, meeting: Meeting, **address: Any) -> str:
        row = get_object_or_404(Recusal.objects.select_related("person"), pk=address["recusal_pk"], meeting=meeting)
        row.meeting = meeting
        name = row.person.full_name
        recusals.take_part_after_all(actor=self.actor(), recusal=row)
        return _("%(name)s takes part in this item after all.") % {"name": name}

    def back(self, meeting: Meeting) -> str:
        return reverse("meetings:roll_call", args=[meeting.pk])
