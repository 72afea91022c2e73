"""Planning and changing meetings, their agendas and their series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import ui
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.pages.versioned import VersionedEditView, take_errors
from c2m2a_crm.core.views import see_other
from forums.meetings.errors import MeetingRefused
from forums.meetings.forms import ItemForm, MeetingForm, NewMeetingForm, ReasonForm, SeriesForm, initial_of
from forums.meetings.services import agenda, inviting, planning
from forums.meetings.views.pages import RunView, forum_of_address, meeting_context
from forums.models import AgendaItem, Forum, Meeting, MeetingSeries
from forums.policies import can_manage_forum
from forums.views.pages import forum_context, forum_or_404


def refuse_in(form: Any, refused: MeetingRefused) -> None:
    form.add_error(refused.field if refused.field in form.fields else None, str(refused))


def as_invalid(form_fields: Any, refused: MeetingRefused) -> ValidationError:
    return ValidationError({refused.field: str(refused)} if refused.field in form_fields else str(refused))


class MeetingCreateView(RunView):
    """``?forum=`` names the forum whose page led here; its series are then offered."""

    def get(self, request: HttpRequest) -> HttpResponse:
        forum = forum_of_address(request.user, request.GET.get("forum", ""))
        return self.page(NewMeetingForm(actor=self.actor(), forum=forum))

    def post(self, request: HttpRequest) -> HttpResponse:
        forum = forum_of_address(request.user, request.POST.get("forum", ""))
        form = NewMeetingForm(request.POST, actor=self.actor(), forum=forum)
        if form.is_valid():
            try:
                meeting = planning.create_meeting(actor=self.actor(), **form.cleaned_data)
            except MeetingRefused as refused:
                refuse_in(form, refused)
            except ValidationError as refused:
                take_errors(form, refused)
            else:
                ui.toast(request, _("%(name)s is planned.") % {"name": meeting})
                return see_other(request, meeting.get_absolute_url())
        return self.page(form, status=422)

    def page(self, form: NewMeetingForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "page_errors": bool(form.errors)}
        return render(self.request, "meetings/meeting_create.html", context, status=status)


class MeetingEditView(RunView, VersionedEditView):
    template_name = "meetings/meeting_edit.html"

    def row(self, **address: Any) -> Meeting:
        return self.meeting(address["pk"])

    def empty_form(self, row: Meeting) -> MeetingForm:
        return MeetingForm(initial=initial_of(row), forum=row.forum, meeting=row)

    def sent_form(self, row: Meeting) -> MeetingForm:
        return MeetingForm(self.request.POST, forum=row.forum, meeting=row)

    def save(self, row: Meeting, version: int, changes: Mapping[str, Any]) -> Meeting:
        try:
            return planning.edit_meeting(actor=self.actor(), meeting=row, version=version, changes=changes)
        except MeetingRefused as refused:
            raise as_invalid(MeetingForm.base_fields, refused) from refused

    def done_url(self, row: Meeting) -> str:
        return row.get_absolute_url()

    def beside(self, row: Meeting, conflict: EditConflict | None = None) -> dict[str, Any]:
        return meeting_context(row, self.actor())


class PartView(RunView):
    """A small form about a part of a meeting, on a page of its own."""

    def part_page(
        self, meeting: Meeting, form: Any, *, heading: str, submit: str, lede: str = "", status: int = 200
    ) -> HttpResponse:
        context = {
            **meeting_context(meeting, self.actor()),
            "form": form,
            "heading": heading,
            "submit": submit,
            "lede": lede,
            "back_url": meeting.get_absolute_url(),
            "page_errors": bool(form.errors),
        }
        return render(self.request, "meetings/part_form.html", context, status=status)


class CancelView(PartView):
    """Calls the meeting off and tells everybody who was invited."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(self.meeting(pk), ReasonForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        form = ReasonForm(request.POST)
        if form.is_valid():
            try:
                cancelled = planning.cancel_meeting(
                    actor=self.actor(), meeting=meeting, reason=form.cleaned_data["reason"]
                )
                base_url = request.build_absolute_uri("/")
                sent = inviting.send_cancellations(actor=self.actor(), meeting=cancelled, base_url=base_url)
            except MeetingRefused as refused:
                refuse_in(form, refused)
            else:
                ui.toast(request, _told(sent.queued))
                return see_other(request, meeting.get_absolute_url())
        return self.page(meeting, form, status=422)

    def page(self, meeting: Meeting, form: ReasonForm, status: int = 200) -> HttpResponse:
        return self.part_page(
            meeting,
            form,
            heading=_("Cancel %(name)s") % {"name": meeting},
            submit=_("Cancel the meeting"),
            lede=_("Everybody who was invited is told, with this reason. The meeting can be restored."),
            status=status,
        )


def _told(number: int) -> str:
    if not number:
        return _("The meeting is cancelled. Nobody had been invited.")
    words = ngettext(
        "The meeting is cancelled. %(count)d person is told.",
        "The meeting is cancelled. %(count)d people are told.",
        number,
    )
    return words % {"count": number}


class ActView(RunView):
    """A button of a meeting's page. A refusal is shown on the page that it leads back to."""

    def post(self, request: HttpRequest, pk: int, **address: Any) -> HttpResponse:
        meeting = self.meeting(pk)
        try:
            said = self.act(meeting, **address)
        except MeetingRefused as refused:
            ui.warn(request, str(refused))
        else:
            if said:
                ui.toast(request, said)
        return see_other(request, self.back(meeting))

    def act(self, meeting: Meeting, **address: Any) -> str:
        """Call the service; what to say of it."""
        raise ValueError(f"{type(self).__name__} does nothing.")

    def back(self, meeting: Meeting) -> str:
        return meeting.get_absolute_url()


class RestoreView(ActView):
    def act(self, meeting: Meeting, **address: Any) -> str:
        planning.restore_meeting(actor=self.actor(), meeting=meeting)
        return _("The meeting takes place after all. Send the update to tell who was invited.")


class ApproveView(ActView):
    """Approves the texts of the language that the button names."""

    def act(self, meeting: Meeting, **address: Any) -> str:
        language = self.request.POST.get("language", "")
        planning.approve_texts(actor=self.actor(), meeting=meeting, language=language)
        return _("The French texts are approved.") if language == "fr" else _("The English texts are approved.")


class CarryOverView(ActView):
    def act(self, meeting: Meeting, **address: Any) -> str:
        brought = agenda.carry_over(actor=self.actor(), meeting=meeting)
        if not brought:
            return _("The last meeting left nothing open that is not here already.")
        words = ngettext("%(count)d open item is brought here.", "%(count)d open items are brought here.", brought)
        return words % {"count": brought}


# --- Agenda -----------------------------------------------------------------------------------------------------------


class ItemCreateView(PartView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(self.meeting(pk), ItemForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        meeting = self.meeting(pk)
        form = ItemForm(request.POST)
        if form.is_valid():
            try:
                item = agenda.add_item(actor=self.actor(), meeting=meeting, **form.cleaned_data)
            except MeetingRefused as refused:
                refuse_in(form, refused)
            except ValidationError as refused:
                take_errors(form, refused)
            else:
                ui.toast(request, _("%(name)s is on the agenda.") % {"name": item})
                return see_other(request, meeting.get_absolute_url())
        return self.page(meeting, form, status=422)

    def page(self, meeting: Meeting, form: ItemForm, status: int = 200) -> HttpResponse:
        return self.part_page(meeting, form, heading=_("Add agenda item"), submit=_("Add item"), status=status)


class ItemEditView(RunView, VersionedEditView):
    template_name = "meetings/part_edit.html"
    form_class = ItemForm  # type: ignore[assignment]  # a plain form, as sent_form and empty_form make it

    def row(self, **address: Any) -> AgendaItem:
        return self.item(address["pk"], address["item_pk"])

    def empty_form(self, row: AgendaItem) -> ItemForm:
        return ItemForm(initial={name: getattr(row, name) for name in ItemForm.base_fields})

    def sent_form(self, row: AgendaItem) -> ItemForm:
        return ItemForm(self.request.POST)

    def save(self, row: AgendaItem, version: int, changes: Mapping[str, Any]) -> AgendaItem:
        try:
            return agenda.edit_item(actor=self.actor(), item=row, version=version, changes=changes)
        except MeetingRefused as refused:
            raise as_invalid(ItemForm.base_fields, refused) from refused

    def done_url(self, row: AgendaItem) -> str:
        return row.meeting.get_absolute_url()

    def beside(self, row: AgendaItem, conflict: EditConflict | None = None) -> dict[str, Any]:
        return {
            **meeting_context(row.meeting, self.actor()),
            "heading": _("Edit the agenda item %(name)s") % {"name": row},
            "back_url": row.meeting.get_absolute_url(),
        }


class ItemActView(ActView):
    """A button beside an item of the agenda."""

    def act(self, meeting: Meeting, **address: Any) -> str:
        item = get_object_or_404(AgendaItem, pk=address["item_pk"], meeting=meeting)
        item.meeting = meeting
        return self.act_on(item)

    def act_on(self, item: AgendaItem) -> str:
        """Call the service; what to say of it."""
        raise ValueError(f"{type(self).__name__} does nothing.")


class ItemMoveView(ItemActView):
    def act_on(self, item: AgendaItem) -> str:
        agenda.move_item(actor=self.actor(), item=item, up=self.request.POST.get("way") == "up")
        return ""


class ItemDoneView(ItemActView):
    def act_on(self, item: AgendaItem) -> str:
        is_done = self.request.POST.get("done") == "yes"
        agenda.set_done(actor=self.actor(), item=item, is_done=is_done)
        return _("Dealt with.") if is_done else _("Open: it comes back on the next agenda.")


class ItemRemoveView(ItemActView):
    def act_on(self, item: AgendaItem) -> str:
        name = str(item)
        agenda.remove_item(actor=self.actor(), item=item)
        return _("%(name)s is taken off the agenda.") % {"name": name}


# --- Series -----------------------------------------------------------------------------------------------------------


class SeriesCreateView(RunView):
    """A series of the forum that the address names."""

    def forum(self, pk: int) -> Forum:
        forum = forum_or_404(self.request.user, pk)
        require(can_manage_forum(self.actor(), forum))
        return forum

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(self.forum(pk), SeriesForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        forum = self.forum(pk)
        form = SeriesForm(request.POST)
        if not form.is_valid():
            return self.page(forum, form, status=422)
        names = {name: form.cleaned_data[name] for name in ("name_en", "name_fr")}
        series = planning.create_series(actor=self.actor(), forum=forum, items=form.pairs(), **names)
        ui.toast(request, _("%(name)s is added.") % {"name": series})
        return see_other(request, forum.get_absolute_url())

    def page(self, forum: Forum, form: SeriesForm, status: int = 200) -> HttpResponse:
        context = {
            **forum_context(forum, self.actor()),
            "form": form,
            "heading": _("Add a series of meetings"),
            "submit": _("Add series"),
            "lede": _("Its standing items begin the agenda of each of its meetings."),
            "back_url": forum.get_absolute_url(),
            "page_errors": bool(form.errors),
        }
        return render(self.request, "forums/part_form.html", context, status=status)


class SeriesEditView(RunView, VersionedEditView):
    template_name = "forums/part_edit.html"
    form_class = SeriesForm  # type: ignore[assignment]  # as above

    def row(self, **address: Any) -> MeetingSeries:
        forum = forum_or_404(self.request.user, address["pk"])
        require(can_manage_forum(self.actor(), forum))
        series = get_object_or_404(MeetingSeries, pk=address["series_pk"], forum_id=forum.pk)
        series.forum = forum
        return series

    def empty_form(self, row: MeetingSeries) -> SeriesForm:
        items = list(row.standing_items.order_by("position", "pk"))
        return SeriesForm(
            initial={
                "name_en": row.name_en,
                "name_fr": row.name_fr,
                "items_en": "\n".join(item.title_en for item in items),
                "items_fr": "\n".join(item.title_fr for item in items),
            }
        )

    def sent_form(self, row: MeetingSeries) -> SeriesForm:
        return SeriesForm(self.request.POST)

    def changed(self, row: MeetingSeries, values: Mapping[str, Any], version: int) -> dict[str, Any]:
        names = {name: values[name] for name in ("name_en", "name_fr")}
        return {**super().changed(row, names, version), "items_en": values["items_en"], "items_fr": values["items_fr"]}

    def save(self, row: MeetingSeries, version: int, changes: Mapping[str, Any]) -> MeetingSeries:
        form = self.sent_form(row)
        items = form.pairs() if form.is_valid() else None
        names = {name: value for name, value in changes.items() if name in ("name_en", "name_fr")}
        return planning.edit_series(actor=self.actor(), series=row, version=version, changes=names, items=items)

    def done_url(self, row: MeetingSeries) -> str:
        return row.forum.get_absolute_url()

    def beside(self, row: MeetingSeries, conflict: EditConflict | None = None) -> dict[str, Any]:
        return {
            **forum_context(row.forum, self.actor()),
            "heading": _("Edit the series %(name)s") % {"name": row},
            "back_url": row.forum.get_absolute_url(),
        }
