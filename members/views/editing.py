"""Making and changing records: look-alikes before a record is made, both versions where two edited it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import ui
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.pages.versioned import VersionedEditView, take_errors
from c2m2a_crm.core.views import HouseView, see_other
from members import services
from members.forms import (
    NationForm,
    NewNationForm,
    NewOrganizationForm,
    NewParty,
    NewPersonForm,
    OrganizationForm,
    PersonForm,
    ReasonForm,
    RecordForm,
    values_of,
)
from members.models import Party, Person
from members.policies import can_edit_directory
from members.rooms import ORGANIZATIONS, Room
from members.services import aside
from members.services.addresses import Owner
from members.services.errors import DirectoryError
from members.views.directory import look_alikes
from members.views.records import record_context, record_or_404


def new_form_of(room: Room) -> type[RecordForm]:
    if room.is_people:
        return NewPersonForm
    return NewNationForm if room.is_nations else NewOrganizationForm


def form_of(room: Room) -> type[RecordForm]:
    if room.is_people:
        return PersonForm
    return NationForm if room.is_nations else OrganizationForm


class RecordCreateView(HouseView):
    """A new person, organization or Nation.

    Look-alikes stop the first sending, unless each of them was already on the page while it was typed (``seen``); the
    second sending, "Save anyway", goes through.
    """

    allowed = staticmethod(can_edit_directory)
    room: Room = ORGANIZATIONS

    def get(self, request: HttpRequest) -> HttpResponse:
        initial = {name: request.GET[name] for name in ("name_en", "given_name", "family_name") if name in request.GET}
        if self.room.is_people and request.GET.get("organization", "").isdecimal():
            initial["organization"] = (request.GET["organization"][:18], "")  # type: ignore[assignment]  # a combobox takes two
        return self.page(request, new_form_of(self.room)(initial=initial))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = new_form_of(self.room)(request.POST)
        if not form.is_valid():
            return self.page(request, form, status=422)
        likely = look_alikes(request, self.room, request.POST)
        seen = set(request.POST.getlist("seen"))
        if "save_anyway" not in request.POST and any(str(each.found.pk) not in seen for each in likely):
            return self.page(request, form, likely=likely, status=409)
        try:
            record, employer = self.make(request, dict(form.cleaned_data))
        except ValidationError as refused:
            take_errors(form, refused)
            return self.page(request, form, status=422)
        if employer:
            ui.toast(request, _("%(name)s is added as a business. Check its kind.") % {"name": employer})
        ui.toast(request, _("%(name)s is added.") % {"name": record})
        return see_other(request, record.get_absolute_url())

    def make(self, request: HttpRequest, data: dict[str, Any]) -> tuple[Owner, Party | None]:
        """The record, and the organization that was made on the way because only its name was known."""
        actor: User = request.user  # type: ignore[assignment]  # the policy let only users in
        with transaction.atomic():
            if self.room.is_people:
                party, employer = data.pop("organization", None), None
                if isinstance(party, NewParty):
                    party = employer = services.create_named_party(
                        actor=actor, name=party.name, language=reader_language()
                    )
                return services.create_person(actor=actor, organization=party, **data), employer
            email, phone = data.pop("email"), data.pop("phone")
            kind, name = data.pop("other_name_kind", ""), data.pop("other_name", "")
            made = services.create_party(
                actor=actor,
                kind=data.pop("kind", Party.Kind.NATION),
                emails=[email] if email else [],
                phones=[phone] if phone else [],
                other_names=[(kind or "alias", name, "")] if name else [],
                **data,
            )
            return made, None

    def page(
        self, request: HttpRequest, form: RecordForm, *, likely: list[Any] | None = None, status: int = 200
    ) -> HttpResponse:
        context = {
            "room": self.room,
            "form": form,
            "likely": likely or [],
            "is_stopped": bool(likely),
            "list_url": self.room.url("list"),
            "likely_url": self.room.url("likely"),
            "page_errors": bool(form.errors),
        }
        return render(request, "members/record_create.html", context, status=status)


class RecordEditView(VersionedEditView):
    """Change a record. One that was put aside meanwhile is left as it is, and its page says why."""

    allowed = staticmethod(can_edit_directory)
    room: Room = ORGANIZATIONS
    template_name = "members/record_edit.html"

    def dispatch(self, request: HttpRequest, *args: Any, **address: Any) -> Any:
        try:
            return super().dispatch(request, *args, **address)
        except services.RecordIsArchived as refused:
            ui.warn(request, str(refused))
            return see_other(request, self.room.url("detail", address["pk"]))

    def row(self, **address: Any) -> Owner:
        record: Owner = record_or_404(self.room, self.request.user, address["pk"])
        return record

    def empty_form(self, row: Owner) -> RecordForm:
        if row.is_archived:
            raise services.RecordIsArchived
        form_class = form_of(self.room)
        return form_class(initial=values_of(row, list(form_class.base_fields))).keep_present(row)

    def sent_form(self, row: Owner) -> RecordForm:
        return form_of(self.room)(self.request.POST).keep_present(row)

    def save(self, row: Owner, version: int, changes: Mapping[str, Any]) -> Owner:
        actor: User = self.request.user  # type: ignore[assignment]  # the policy let only users in
        if isinstance(row, Person):
            return services.update_person(actor=actor, person=row, version=version, changes=changes)
        return services.update_party(actor=actor, party=row, version=version, changes=changes)

    def done_url(self, row: Owner) -> str:
        return row.get_absolute_url()

    def beside(self, row: Owner, conflict: EditConflict | None = None) -> dict[str, Any]:
        return record_context(self.room, row, self.request.user, "edit")


class ArchiveView(HouseView):
    """Put a record aside, with a reason."""

    allowed = staticmethod(can_edit_directory)
    room: Room = ORGANIZATIONS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = record_or_404(self.room, request.user, pk)
        if record.is_archived:
            return see_other(request, record.get_absolute_url())
        return self.page(request, record, ReasonForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = record_or_404(self.room, request.user, pk)
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self.page(request, record, form, status=422)
        actor: User = request.user  # type: ignore[assignment]  # the policy let only users in
        reason = form.cleaned_data["reason"]
        try:
            operation = aside.archive(actor=actor, record=record, reason=reason)
        except DirectoryError as refused:
            ui.warn(request, str(refused))
        else:
            undo = reverse("operations:undo", args=[operation.pk])
            ui.toast(request, _("%(name)s is archived.") % {"name": record}, undo_url=undo)
        return see_other(request, record.get_absolute_url())

    def page(self, request: HttpRequest, record: Owner, form: ReasonForm, status: int = 200) -> HttpResponse:
        context = record_context(self.room, record, request.user, "archive")
        context |= {"form": form, "page_errors": bool(form.errors)}
        return render(request, "members/record_archive.html", context, status=status)


class RestoreView(HouseView):
    """Bring a record back."""

    allowed = staticmethod(can_edit_directory)
    room: Room = ORGANIZATIONS

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = record_or_404(self.room, request.user, pk)
        actor: User = request.user  # type: ignore[assignment]  # the policy let only users in
        try:
            operation = aside.restore(actor=actor, record=record)
        except DirectoryError as refused:
            ui.warn(request, str(refused))
        else:
            undo = reverse("operations:undo", args=[operation.pk])
            ui.toast(request, _("%(name)s is restored.") % {"name": record}, undo_url=undo)
        return see_other(request, record.get_absolute_url())
