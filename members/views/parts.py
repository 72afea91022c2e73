"""What hangs on a record, added and ended from its page: affiliations, addresses, telephones, names."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.requests import SignedIn
from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.pages.versioned import whole_number
from c2m2a_crm.core.validity import first_day, last_day
from c2m2a_crm.core.views import HouseView, see_other
from members import services
from members.forms import (
    AffiliationForm,
    CloseForm,
    EmailForm,
    EndForm,
    OtherNameForm,
    PhoneForm,
    PostalAddressForm,
    RecordForm,
)
from members.models import AddressUse, Affiliation, PartyName, PhoneNumber, PostalAddress
from members.policies import can_edit_directory
from members.rooms import ORGANIZATIONS, PEOPLE, Room
from members.services.addresses import Owner, owned_by
from members.services.errors import DirectoryError, MainAffiliationHeld
from members.views.records import record_context, record_or_404


class PartView(SignedIn, HouseView):
    """A small form about one part of a record. Each page below names its form, its words and its service."""

    allowed = staticmethod(can_edit_directory)
    room: Room = ORGANIZATIONS

    def page(
        self,
        request: HttpRequest,
        record: Owner,
        form: Any,
        *,
        heading: str,
        submit: str,
        status: int = 200,
        **more: Any,
    ) -> HttpResponse:
        context = record_context(self.room, record, request.user, "part")
        context |= {"form": form, "heading": heading, "submit": submit, "page_errors": bool(form.errors)}
        return render(request, "members/part_form.html", context | more, status=status)

    def open_record(self, request: HttpRequest, pk: int) -> Any:
        """The record, unless it is archived: then its page says what to do."""
        record = record_or_404(self.room, request.user, pk)
        if record.is_archived:
            ui.warn(request, _("This record is archived. Restore it before you change it."))
            return see_other(request, record.get_absolute_url())
        return record


class AddPartView(PartView):
    """Adds an e-mail address, a telephone, a postal address or another name; ``part`` says which."""

    part: str = "email"

    FORMS: ClassVar[dict[str, type[RecordForm]]] = {
        "email": EmailForm,
        "phone": PhoneForm,
        "postal": PostalAddressForm,
        "name": OtherNameForm,
    }

    def words(self) -> tuple[str, str]:
        return {
            "email": (_("Add e-mail address"), _("Add e-mail address")),
            "phone": (_("Add telephone"), _("Add telephone")),
            "postal": (_("Add postal address"), _("Add postal address")),
            "name": (_("Add another name"), _("Add name")),
        }[self.part]

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.open_record(request, pk)
        if isinstance(record, HttpResponse):
            return record
        heading, submit = self.words()
        return self.page(request, record, self.FORMS[self.part](), heading=heading, submit=submit)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.open_record(request, pk)
        if isinstance(record, HttpResponse):
            return record
        form = self.FORMS[self.part](request.POST)
        heading, submit = self.words()
        if form.is_valid():
            try:
                self.add(record, dict(form.cleaned_data))
            except ValidationError as refused:
                field = {"email": "address", "phone": "number"}.get(self.part)
                form.add_error(field if not hasattr(refused, "error_dict") else None, refused)
            except DirectoryError as refused:
                form.add_error(None, str(refused))
            else:
                ui.toast(request, _("Added."))
                return see_other(request, record.get_absolute_url())
        return self.page(request, record, form, heading=heading, submit=submit, status=422)

    def add(self, record: Any, data: dict[str, Any]) -> None:
        match self.part:
            case "email":
                services.add_email(actor=self.actor(), owner=record, **data)
            case "phone":
                services.add_phone(actor=self.actor(), owner=record, **data)
            case "postal":
                services.add_postal_address(actor=self.actor(), owner=record, **data)
            case _:
                services.add_party_name(actor=self.actor(), party=record, **data)


class ClosePartView(PartView):
    """Ends an address or a telephone: it stays findable, dated."""

    part: str = "email"
    MODELS: ClassVar[dict[str, Any]] = {"email": AddressUse, "phone": PhoneNumber, "postal": PostalAddress}

    def get(self, request: HttpRequest, pk: int, part_pk: int) -> HttpResponse:
        record = record_or_404(self.room, request.user, pk)
        return self.ask(request, record, self.find(record, part_pk), CloseForm())

    def post(self, request: HttpRequest, pk: int, part_pk: int) -> HttpResponse:
        record = record_or_404(self.room, request.user, pk)
        row = self.find(record, part_pk)
        form = CloseForm(request.POST)
        if form.is_valid():
            day = form.cleaned_data["last_day"]
            try:
                match self.part:
                    case "email":
                        services.close_email(actor=self.actor(), use=row, last_day=day)
                    case "phone":
                        services.close_phone(actor=self.actor(), phone=row, last_day=day)
                    case _:
                        services.close_postal_address(actor=self.actor(), address=row, last_day=day)
            except DirectoryError as refused:
                form.add_error("last_day", str(refused))
            else:
                ui.toast(request, _("%(address)s is no longer in use.") % {"address": row})
                return see_other(request, record.get_absolute_url())
        return self.ask(request, record, row, form, status=422)

    def find(self, record: Owner, pk: int) -> Any:
        return get_object_or_404(self.MODELS[self.part], pk=pk, **owned_by(record))

    def ask(self, request: HttpRequest, record: Owner, row: Any, form: CloseForm, status: int = 200) -> HttpResponse:
        return self.page(
            request,
            record,
            form,
            heading=_("%(address)s is no longer in use") % {"address": row},
            submit=_("Close address"),
            lede=_("It stays on file and still finds this record; nothing is sent to it any more."),
            status=status,
        )


class RemoveNameView(PartView):
    """Takes away a name that was entered by mistake."""

    def post(self, request: HttpRequest, pk: int, part_pk: int) -> HttpResponse:
        record = self.open_record(request, pk)
        if isinstance(record, HttpResponse):
            return record
        name = get_object_or_404(PartyName, pk=part_pk, party=record)
        services.remove_party_name(actor=self.actor(), name=name)
        ui.toast(request, _("The name “%(name)s” is removed.") % {"name": name})
        return see_other(request, record.get_absolute_url())


class AffiliationCreateView(PartView):
    """Where a person works, from that person's page."""

    room: Room = PEOPLE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.open_record(request, pk)
        if isinstance(person, HttpResponse):
            return person
        has_main = Affiliation.objects.current().filter(person=person, is_primary=True).exists()
        return self.ask(request, person, AffiliationForm(offers_end=has_main))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.open_record(request, pk)
        if isinstance(person, HttpResponse):
            return person
        form = AffiliationForm(request.POST, offers_end=True)
        if form.is_valid():
            try:
                services.add_affiliation(actor=self.actor(), person=person, **form.cleaned_data)
            except MainAffiliationHeld as refused:
                form.add_error("is_primary", f"{refused} {_('End the present one, or untick this.')}")
            except DirectoryError as refused:
                form.add_error(None, str(refused))
            else:
                ui.toast(request, _("Affiliation added."))
                return see_other(request, person.get_absolute_url())
        return self.ask(request, person, form, status=422)

    def ask(self, request: HttpRequest, person: Owner, form: AffiliationForm, status: int = 200) -> HttpResponse:
        return self.page(
            request, person, form, heading=_("Add affiliation"), submit=_("Add affiliation"), status=status
        )


class AffiliationEditView(PartView):
    """Title, dates and unit of an affiliation. Two editors are asked as on the record itself."""

    room: Room = PEOPLE

    def get(self, request: HttpRequest, pk: int, part_pk: int) -> HttpResponse:
        person = self.open_record(request, pk)
        if isinstance(person, HttpResponse):
            return person
        row = self.find(person, part_pk)
        initial = {name: getattr(row, name) for name in ("title_en", "title_fr", "unit", "is_primary")}
        initial |= {"first": first_day(row.valid), "last": last_day(row.valid)}
        form = AffiliationForm(initial=initial, is_change=True)
        return self.ask(request, person, row, form, version=row.version)

    def post(self, request: HttpRequest, pk: int, part_pk: int) -> HttpResponse:
        person = self.open_record(request, pk)
        if isinstance(person, HttpResponse):
            return person
        row = self.find(person, part_pk)
        form = AffiliationForm(request.POST, is_change=True)
        version = whole_number(request.POST.get("version"), row.version)
        conflict = None
        if form.is_valid():
            try:
                services.change_affiliation(
                    actor=self.actor(), affiliation=row, version=version, changes=dict(form.cleaned_data)
                )
            except EditConflict as found:
                conflict = found
            except MainAffiliationHeld as refused:
                form.add_error("is_primary", str(refused))
            except DirectoryError as refused:
                form.add_error("last", str(refused))
            else:
                ui.toast(request, _("Changes saved."))
                return see_other(request, person.get_absolute_url())
        if conflict:
            row.refresh_from_db()
            form.add_error(None, _conflict_in_words(row, conflict))
            return self.ask(request, person, row, form, version=conflict.current_version, status=409)
        return self.ask(request, person, row, form, version=version, status=422)

    def find(self, person: Owner, pk: int) -> Affiliation:
        return get_object_or_404(Affiliation.objects.select_related("party"), pk=pk, **owned_by(person))

    def ask(
        self,
        request: HttpRequest,
        person: Owner,
        row: Affiliation,
        form: AffiliationForm,
        *,
        version: int,
        status: int = 200,
    ) -> HttpResponse:
        return self.page(
            request,
            person,
            form,
            heading=_("Change affiliation with %(party)s") % {"party": row.party},
            submit=_("Save"),
            version=version,
            status=status,
        )


def _conflict_in_words(row: Affiliation, conflict: EditConflict) -> str:
    """What the other editor saved, beside what is still in the fields below."""
    theirs = []
    for collision in conflict.collisions:
        shown = dates.days_of(row) if collision.field == "valid" else str(getattr(row, collision.field))
        theirs.append(_("%(label)s: %(value)s") % {"label": collision.label, "value": shown or "—"})
    return _("Somebody saved first: %(theirs)s. Save again to keep what stands in the fields below.") % {
        "theirs": "; ".join(theirs)
    }


class AffiliationEndView(PartView):
    """Somebody left: the last day."""

    room: Room = PEOPLE

    def get(self, request: HttpRequest, pk: int, part_pk: int) -> HttpResponse:
        person = self.open_record(request, pk)
        if isinstance(person, HttpResponse):
            return person
        return self.ask(request, person, self.find(person, part_pk), EndForm())

    def post(self, request: HttpRequest, pk: int, part_pk: int) -> HttpResponse:
        person = self.open_record(request, pk)
        if isinstance(person, HttpResponse):
            return person
        row = self.find(person, part_pk)
        form = EndForm(request.POST)
        if form.is_valid():
            try:
                services.end_affiliation(actor=self.actor(), affiliation=row, last=form.cleaned_data["last"])
            except DirectoryError as refused:
                form.add_error("last", str(refused))
            else:
                ui.toast(request, _("Affiliation ended."))
                return see_other(request, person.get_absolute_url())
        return self.ask(request, person, row, form, status=422)

    def find(self, person: Owner, pk: int) -> Affiliation:
        return get_object_or_404(Affiliation.objects.select_related("party"), pk=pk, **owned_by(person))

    def ask(
        self, request: HttpRequest, person: Owner, row: Affiliation, form: EndForm, status: int = 200
    ) -> HttpResponse:
        return self.page(
            request,
            person,
            form,
            heading=_("Affiliation with %(party)s has ended") % {"party": row.party},
            submit=_("End affiliation"),
            lede=_("It stays in this person’s past. Leave the day empty if it ended today."),
            status=status,
        )
