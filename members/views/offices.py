"""Offices: made from their party's page, changed, given a new holder, put aside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.requests import SignedIn
from c2m2a_crm.core import ui
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.pages.versioned import VersionedEditView, take_errors
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.registries import Move
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, see_other, visible_or_404
from members import services
from members.forms import CloseForm, EmailForm, PhoneForm, ReasonForm, RecordForm, values_of
from members.models import AddressUse, Office, PhoneNumber
from members.office_forms import HolderForm, OfficeForm
from members.offices_shown import OfficeLine, fill_lines, holdings_of, office_history
from members.policies import can_edit_directory, can_see_directory
from members.records import reached_by
from members.rooms import ORGANIZATIONS, Room, room_of
from members.services.moving import holder_on
from members.views.parts import PartView


def office_or_404(user: Any, pk: int) -> Office:
    office: Office = visible_or_404(Office.objects.for_list(), user, pk=pk)
    return office


def office_context(office: Office, user: Any, tab: str = "") -> dict[str, Any]:
    """What the head, the crumbs and the tabs of an office's pages need."""
    may_edit = can_edit_directory(user) and not office.party.is_archived
    return {
        "office": office,
        "party": office.party,
        "room": room_of(office.party),
        "tab": tab,
        "may_edit": may_edit and not office.is_archived,
        "may_restore": may_edit and office.is_archived,
    }


class OfficeView(HouseView):
    """Who holds it now and who held it before, how it is reached, its history."""

    allowed = staticmethod(can_see_directory)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        office = office_or_404(request.user, pk)
        line = OfficeLine(office)
        fill_lines({office.pk: line}, today())
        reach, reach_past = reached_by(office, lambda page, part: reverse(f"offices:{page}", args=[office.pk, part]))
        context = office_context(office, request.user, "holders") | {
            "line": line,
            "holder_url": reverse("offices:holder", args=[office.pk]),
            "holdings": holdings_of(office),
            "reach": reach,
            "reach_past": reach_past,
        }
        return render(request, "members/office_detail.html", context)


class OfficeHistoryView(HouseView):
    allowed = staticmethod(can_see_directory)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        office = office_or_404(request.user, pk)
        text = request.GET.get("before", "")
        before = int(text) if text.isdecimal() and len(text) < 19 else None
        page = office_history(office, request.user, before=before)
        return render(
            request, "members/office_history.html", office_context(office, request.user, "history") | {"page": page}
        )


class OfficeCreateView(PartView):
    """A new office of the organization or the Nation whose page it is made from."""

    room: Room = ORGANIZATIONS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        party = self.open_record(request, pk)
        return party if isinstance(party, HttpResponse) else self.ask(request, party, OfficeForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        party = self.open_record(request, pk)
        if isinstance(party, HttpResponse):
            return party
        form = OfficeForm(request.POST)
        if form.is_valid():
            try:
                office = services.create_office(actor=self.actor(), party=party, **form.cleaned_data)
            except ValidationError as refused:
                take_errors(form, refused)
            except ActRefused as refused:
                form.add_error(None, str(refused))
            else:
                ui.toast(request, _("%(name)s is added.") % {"name": office})
                return see_other(request, office.get_absolute_url())
        return self.ask(request, party, form, status=422)

    def ask(self, request: HttpRequest, party: Any, form: RecordForm, status: int = 200) -> HttpResponse:
        return self.page(request, party, form, heading=_("Add office"), submit=_("Add office"), status=status)


class OfficeEditView(VersionedEditView):
    allowed = staticmethod(can_edit_directory)
    template_name = "members/office_edit.html"

    def row(self, **address: Any) -> Office:
        return office_or_404(self.request.user, address["pk"])

    def empty_form(self, row: Office) -> OfficeForm:
        return OfficeForm(initial=values_of(row, list(OfficeForm.base_fields)))

    def sent_form(self, row: Office) -> OfficeForm:
        return OfficeForm(self.request.POST)

    def save(self, row: Office, version: int, changes: Mapping[str, Any]) -> Office:
        actor: User = self.request.user  # type: ignore[assignment]  # the policy let only users in
        try:
            return services.update_office(actor=actor, office=row, version=version, changes=changes)
        except ActRefused as refused:
            raise ValidationError(str(refused)) from refused

    def done_url(self, row: Office) -> str:
        return row.get_absolute_url()

    def beside(self, row: Office, conflict: EditConflict | None = None) -> dict[str, Any]:
        return office_context(row, self.request.user, "edit")


class _OfficeFormView(SignedIn, HouseView):
    """A small form about an office."""

    allowed = staticmethod(can_edit_directory)

    def page(
        self, office: Office, form: Any, *, heading: str, submit: str, status: int = 200, **more: Any
    ) -> HttpResponse:
        context = office_context(office, self.request.user, "part")
        context |= {"form": form, "heading": heading, "submit": submit, "page_errors": bool(form.errors)}
        return render(self.request, "members/office_form.html", context | more, status=status)


class HolderView(_OfficeFormView):
    """Somebody takes the office; of whoever held it until then is asked what hangs on it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        office = office_or_404(request.user, pk)
        form = HolderForm(initial={"first": today()})
        self.ask_about_holder(office, form, today())
        return self.ask(office, form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        office = office_or_404(request.user, pk)
        form = HolderForm(request.POST)
        self.ask_about_holder(office, form, today())
        if form.is_valid():
            form.refuse_hand_over_to_nobody(form.cleaned_data)
        if form.is_valid():
            data = form.cleaned_data
            try:
                operation = services.change_holder(
                    actor=self.actor(),
                    office=office,
                    successor=data["successor"],
                    first=data["first"],
                    is_acting=data["is_acting"],
                    ends_present_main=data["ends_present_main"],
                    choices=form.choices_made(),
                )
            except ActRefused as refused:
                form.add_error(refused.field if refused.field in form.fields else None, str(refused))
            else:
                undo = reverse("operations:undo", args=[operation.pk])
                words = {"name": data["successor"], "office": office}
                ui.toast(request, _("%(name)s: %(office)s.") % words, undo_url=undo)
                return see_other(request, office.get_absolute_url())
        return self.ask(office, form, status=422)

    def ask_about_holder(self, office: Office, form: HolderForm, day: Any) -> None:
        present = holder_on(office, day)
        if present is not None:
            move = Move(present.person, office.party, day, office.party, _("whoever follows"))
            form.ask(services.what_is_asked(self.actor(), move))

    def ask(self, office: Office, form: HolderForm, status: int = 200) -> HttpResponse:
        present = holder_on(office, today())
        heading = _("Change the holder of %(office)s") if present else _("Appoint somebody to %(office)s")
        lede = (
            _("%(name)s leaves the office the day before. Both terms stay on file.") % {"name": present.person}
            if present
            else ""
        )
        return self.page(
            office,
            form,
            heading=heading % {"office": office},
            submit=_("Change holder") if present else _("Appoint"),
            lede=lede,
            leaving=present.person if present else None,
            status=status,
        )


class OfficeAddView(_OfficeFormView):
    """An e-mail address or a telephone of the office itself."""

    part: str = "email"
    FORMS: ClassVar[dict[str, type[RecordForm]]] = {"email": EmailForm, "phone": PhoneForm}

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        initial = {"kind": AddressUse.Kind.SHARED} if self.part == "email" else {}
        return self.ask(office_or_404(request.user, pk), self.FORMS[self.part](initial=initial))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        office = office_or_404(request.user, pk)
        form = self.FORMS[self.part](request.POST)
        if form.is_valid():
            add: Any = services.add_email if self.part == "email" else services.add_phone
            field = "address" if self.part == "email" else "number"
            try:
                add(actor=self.actor(), owner=office, **form.cleaned_data)
            except ValidationError as refused:
                form.add_error(None if hasattr(refused, "error_dict") else field, refused)
            except ActRefused as refused:
                form.add_error(field, str(refused))
            else:
                ui.toast(request, _("Added."))
                return see_other(request, office.get_absolute_url())
        return self.ask(office, form, status=422)

    def ask(self, office: Office, form: RecordForm, status: int = 200) -> HttpResponse:
        words = _("Add e-mail address") if self.part == "email" else _("Add telephone")
        return self.page(office, form, heading=words, submit=words, status=status)


class OfficeCloseView(_OfficeFormView):
    """An address of the office is no longer in use: it stays on file, dated."""

    part: str = "email"

    def get(self, request: HttpRequest, pk: int, part_pk: int) -> HttpResponse:
        office = office_or_404(request.user, pk)
        return self.ask(office, self.find(office, part_pk), CloseForm())

    def post(self, request: HttpRequest, pk: int, part_pk: int) -> HttpResponse:
        office = office_or_404(request.user, pk)
        row = self.find(office, part_pk)
        form = CloseForm(request.POST)
        if form.is_valid():
            day = form.cleaned_data["last_day"]
            try:
                if self.part == "email":
                    services.close_email(actor=self.actor(), use=row, last_day=day)
                else:
                    services.close_phone(actor=self.actor(), phone=row, last_day=day)
            except ActRefused as refused:
                form.add_error("last_day", str(refused))
            else:
                ui.toast(request, _("%(address)s is no longer in use.") % {"address": row})
                return see_other(request, office.get_absolute_url())
        return self.ask(office, row, form, status=422)

    def find(self, office: Office, pk: int) -> Any:
        model: Any = AddressUse if self.part == "email" else PhoneNumber
        return get_object_or_404(model, pk=pk, office=office)

    def ask(self, office: Office, row: Any, form: CloseForm, status: int = 200) -> HttpResponse:
        return self.page(
            office,
            form,
            heading=_("%(address)s is no longer in use") % {"address": row},
            submit=_("Close address"),
            lede=_("It stays on file and still finds this record; nothing is sent to it any more."),
            status=status,
        )


class OfficeArchiveView(_OfficeFormView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.ask(office_or_404(request.user, pk), ReasonForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        office = office_or_404(request.user, pk)
        form = ReasonForm(request.POST)
        if form.is_valid():
            try:
                services.archive_office(actor=self.actor(), office=office, reason=form.cleaned_data["reason"])
            except ActRefused as refused:
                form.add_error(None, str(refused))
            else:
                ui.toast(request, _("%(name)s is archived.") % {"name": office})
                return see_other(request, office.get_absolute_url())
        return self.ask(office, form, status=422)

    def ask(self, office: Office, form: ReasonForm, status: int = 200) -> HttpResponse:
        return self.page(
            office,
            form,
            heading=_("Archive %(name)s") % {"name": office},
            submit=_("Archive"),
            lede=_("The office is no more. Who held it stays on file."),
            status=status,
        )


class OfficeRestoreView(_OfficeFormView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        office = office_or_404(request.user, pk)
        try:
            services.restore_office(actor=self.actor(), office=office)
        except ActRefused as refused:
            ui.warn(request, str(refused))
        else:
            ui.toast(request, _("%(name)s is restored.") % {"name": office})
        return see_other(request, office.get_absolute_url())
