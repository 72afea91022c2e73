"""Making and changing forums, categories and seats; both versions are shown where two people edited one row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.accounts.policies import require
from c2m2a_crm.accounts.requests import SignedIn
from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.editing import Collision, EditConflict, changed_since
from c2m2a_crm.core.pages.versioned import VersionedEditView, take_errors
from c2m2a_crm.core.validity import first_day, last_day, valid_dates
from c2m2a_crm.core.views import HouseView, see_other
from c2m2a_crm.engagement.views.of_initiative import InitiativeEditView
from forums import policies, services
from forums.forms import AddSeatsForm, CategoryEditForm, CategoryForm, ForumForm, LastDayForm, SeatForm
from forums.models import Forum, Seat, SeatCategory
from forums.services import ForumError
from forums.views.pages import forum_context, forum_or_404, seat_or_404


def refuse_in(form: Any, refused: ForumError) -> None:
    """Put a refusal beside the field it is about, else above the form."""
    form.add_error(refused.field if refused.field in form.fields else None, str(refused))


def as_invalid(form_fields: Any, refused: ForumError) -> ValidationError:
    """The same for :class:`VersionedEditView`, which takes validation errors."""
    return ValidationError({refused.field: str(refused)} if refused.field in form_fields else str(refused))


class ManagerView(SignedIn, HouseView):
    """A page on which the secretariat works."""

    allowed = staticmethod(policies.can_manage_forums)

    def forum(self, pk: int) -> Forum:
        """The forum, if this person may work on it."""
        forum = forum_or_404(self.request.user, pk)
        require(policies.can_manage_forum(self.actor(), forum))
        return forum

    def seat(self, pk: int, seat_pk: int) -> Seat:
        _forum, seat = seat_or_404(self.request.user, pk, seat_pk)
        require(policies.can_manage_forum(self.actor(), seat.forum))
        return seat


# --- Forums ----------------------------------------------------------------------------------------------------------


class ForumCreateView(ManagerView):
    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(ForumForm(actor=self.actor(), initial={"status": Forum.Status.ACTIVE}))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = ForumForm(request.POST, actor=self.actor())
        if form.is_valid():
            try:
                forum = services.create_forum(actor=self.actor(), **form.cleaned_data)
            except ForumError as refused:
                refuse_in(form, refused)
            except ValidationError as refused:
                take_errors(form, refused)
            else:
                ui.toast(request, _("%(name)s is added.") % {"name": forum})
                return see_other(request, forum.get_absolute_url())
        return self.page(form, status=422)

    def page(self, form: ForumForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "page_errors": bool(form.errors)}
        return render(self.request, "forums/forum_create.html", context, status=status)


class ForumEditView(ManagerView, InitiativeEditView):
    template_name = "forums/forum_edit.html"

    def row(self, **address: Any) -> Forum:
        return self.forum(address["pk"])

    def empty_form(self, row: Forum) -> ForumForm:
        return ForumForm(initial=self.values(row, ForumForm.base_fields), actor=self.actor(), forum=row)

    def sent_form(self, row: Forum) -> ForumForm:
        return ForumForm(self.request.POST, actor=self.actor(), forum=row)

    def save(self, row: Forum, version: int, changes: Mapping[str, Any]) -> Forum:
        seen = self.initiative_version(row)
        try:
            return services.edit_forum(
                actor=self.actor(), forum=row, version=version, initiative_version=seen, changes=changes
            )
        except ForumError as refused:
            raise as_invalid(ForumForm.base_fields, refused) from refused

    def done_url(self, row: Forum) -> str:
        return row.get_absolute_url()

    def beside(self, row: Forum, conflict: EditConflict | None = None) -> dict[str, Any]:
        return forum_context(row, self.actor()) | super().beside(row, conflict)


# --- Small forms about a part of a forum -----------------------------------------------------------------------------


class PartView(ManagerView):
    """A small form on a page of its own."""

    def part_page(
        self,
        forum: Forum,
        form: Any,
        *,
        heading: str,
        submit: str,
        lede: str = "",
        seat: Seat | None = None,
        status: int = 200,
    ) -> HttpResponse:
        context = {
            **forum_context(forum, self.actor()),
            "form": form,
            "heading": heading,
            "submit": submit,
            "lede": lede,
            "seat": seat,
            "back_url": seat.get_absolute_url() if seat else forum.get_absolute_url(),
            "page_errors": bool(form.errors),
        }
        return render(self.request, "forums/part_form.html", context, status=status)


class CategoryCreateView(PartView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(self.forum(pk), CategoryForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        forum = self.forum(pk)
        form = CategoryForm(request.POST)
        if not form.is_valid():
            return self.page(forum, form, status=422)
        category = services.add_category(actor=self.actor(), forum=forum, **form.cleaned_data)
        ui.toast(request, _("%(name)s is added.") % {"name": category})
        return see_other(request, forum.get_absolute_url())

    def page(self, forum: Forum, form: CategoryForm, status: int = 200) -> HttpResponse:
        heading = _("Add a category of seats")
        return self.part_page(forum, form, heading=heading, submit=_("Add category"), status=status)


class AddSeatsView(PartView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        forum = self.forum(pk)
        wanted = request.GET.get("category", "")
        initial = {"category": int(wanted)} if wanted.isdecimal() and len(wanted) < 12 else {}
        return self.page(forum, AddSeatsForm(forum=forum, initial=initial))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        forum = self.forum(pk)
        form = AddSeatsForm(request.POST, forum=forum)
        if form.is_valid():
            try:
                seats = services.add_seats(actor=self.actor(), forum=forum, **form.cleaned_data)
            except ForumError as refused:
                refuse_in(form, refused)
            else:
                ui.toast(
                    request,
                    ngettext("%(number)d seat is added.", "%(number)d seats are added.", len(seats))
                    % {"number": len(seats)},
                )
                return see_other(request, forum.get_absolute_url())
        return self.page(forum, form, status=422)

    def page(self, forum: Forum, form: AddSeatsForm, status: int = 200) -> HttpResponse:
        return self.part_page(forum, form, heading=_("Add seats"), submit=_("Add seats"), status=status)


class PartEditView(PartView, VersionedEditView):
    """Changes a part of a forum. Its two days are one column, so a conflict asks about them together."""

    template_name = "forums/part_edit.html"

    def as_columns(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values by column: both days as the range they make. The form has refused reversed ones."""
        columns = dict(values)
        if {"first", "last"} <= columns.keys():
            columns["valid"] = valid_dates(columns.pop("first"), columns.pop("last"))
        return columns

    def changed(self, row: Any, values: Mapping[str, Any], version: int) -> dict[str, Any]:
        return changed_since(row, self.as_columns(values), version=version)

    def save(self, row: Any, version: int, changes: Mapping[str, Any]) -> Any:
        wanted = dict(changes)
        if "valid" in wanted:
            valid = wanted.pop("valid")
            wanted |= {"first": first_day(valid), "last": last_day(valid)}
        try:
            return self.write(row, version, wanted)
        except EditConflict as conflict:
            raise EditConflict(map(_days_said, conflict.collisions), conflict.current_version) from conflict
        except ForumError as refused:
            raise as_invalid(self.form_fields(), refused) from refused

    def write(self, row: Any, version: int, changes: Mapping[str, Any]) -> Any:
        """Call the service."""
        raise ValueError(f"{type(self).__name__} has no service.")

    def form_fields(self) -> Mapping[str, forms.Field]:
        return self.form_class.base_fields


def _days_said(collision: Collision) -> Collision:
    if collision.field != "valid":
        return collision
    mine, theirs = (
        dates.days_in_words(first_day(each), last_day(each)) or _("no dates")
        for each in (collision.mine, collision.theirs)
    )
    return Collision("valid", _("Dates"), mine=mine, theirs=theirs)


class CategoryEditView(PartEditView):
    form_class = CategoryEditForm  # type: ignore[assignment]  # a plain form, as sent_form and empty_form make it

    def row(self, **address: Any) -> SeatCategory:
        forum = self.forum(address["pk"])
        category = get_object_or_404(SeatCategory, pk=address["category_pk"], forum_id=forum.pk)
        category.forum = forum
        return category

    def empty_form(self, row: SeatCategory) -> CategoryEditForm:
        return CategoryEditForm(initial={name: getattr(row, name) for name in CategoryEditForm.base_fields})

    def sent_form(self, row: SeatCategory) -> CategoryEditForm:
        return CategoryEditForm(self.request.POST)

    def write(self, row: SeatCategory, version: int, changes: Mapping[str, Any]) -> SeatCategory:
        return services.edit_category(actor=self.actor(), category=row, version=version, changes=changes)

    def done_url(self, row: SeatCategory) -> str:
        return row.forum.get_absolute_url()

    def beside(self, row: SeatCategory, conflict: EditConflict | None = None) -> dict[str, Any]:
        return {
            **forum_context(row.forum, self.actor()),
            "heading": _("Edit the category %(name)s") % {"name": row},
            "back_url": row.forum.get_absolute_url(),
        }


class SeatEditView(PartEditView):
    form_class = SeatForm  # type: ignore[assignment]  # as above

    def row(self, **address: Any) -> Seat:
        return self.seat(address["pk"], address["seat_pk"])

    def empty_form(self, row: Seat) -> SeatForm:
        initial = {name: getattr(row, name) for name in SeatForm.base_fields if name not in ("first", "last")}
        return SeatForm(initial=initial | {"first": row.first_day, "last": row.last_day}, forum=row.forum)

    def sent_form(self, row: Seat) -> SeatForm:
        return SeatForm(self.request.POST, forum=row.forum)

    def write(self, row: Seat, version: int, changes: Mapping[str, Any]) -> Seat:
        return services.edit_seat(actor=self.actor(), seat=row, version=version, changes=changes)

    def done_url(self, row: Seat) -> str:
        return row.get_absolute_url()

    def beside(self, row: Seat, conflict: EditConflict | None = None) -> dict[str, Any]:
        return {
            **forum_context(row.forum, self.actor()),
            "heading": _("Edit the seat %(name)s") % {"name": row},
            "seat": row,
            "back_url": row.get_absolute_url(),
        }


class SeatCloseView(PartView):
    """The seat is no longer there after a day; whoever sits there leaves with it."""

    def get(self, request: HttpRequest, pk: int, seat_pk: int) -> HttpResponse:
        return self.page(self.seat(pk, seat_pk), LastDayForm())

    def post(self, request: HttpRequest, pk: int, seat_pk: int) -> HttpResponse:
        seat = self.seat(pk, seat_pk)
        form = LastDayForm(request.POST)
        if form.is_valid():
            try:
                services.close_seat(actor=self.actor(), seat=seat, last=form.cleaned_data["last"])
            except ForumError as refused:
                refuse_in(form, refused)
            else:
                ui.toast(request, _("The seat is closed."))
                return see_other(request, seat.get_absolute_url())
        return self.page(seat, form, status=422)

    def page(self, seat: Seat, form: LastDayForm, status: int = 200) -> HttpResponse:
        return self.part_page(
            seat.forum,
            form,
            heading=_("Close the seat %(name)s") % {"name": seat},
            submit=_("Close seat"),
            lede=_("Terms that run longer end with it. It stays in the past of the forum."),
            seat=seat,
            status=status,
        )
