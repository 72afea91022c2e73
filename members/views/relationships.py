"""Relationships: added from either end, changed, taken away where they were entered by mistake."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from c2m2a_crm.core import ui
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.pages.versioned import take_errors, whole_number
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.validity import first_day, last_day
from c2m2a_crm.core.views import HouseView, see_other
from members import services
from members.models import Relationship
from members.office_forms import FROM, RelationshipForm
from members.offices_shown import words_of
from members.policies import can_see_directory
from members.rooms import ORGANIZATIONS, Room
from members.selectors import find_parties, find_people
from members.views.directory import LONGEST_QUESTION
from members.views.parts import PartView

OPTIONS_OF_A_SORT = 5


class RelationshipOptionsView(HouseView):
    """Options of a combobox that finds people, organizations and Nations alike."""

    allowed = staticmethod(can_see_directory)

    def get(self, request: HttpRequest) -> HttpResponse:
        typed = clean_line(request.GET.get("q", ""))[:LONGEST_QUESTION]
        found = [(False, each) for each in find_people(request.user, typed, OPTIONS_OF_A_SORT)]
        found += [(True, each) for each in find_parties(request.user, typed, OPTIONS_OF_A_SORT)]
        options = [
            {
                "value": f"{'party' if is_party else 'person'}-{each.pk}",
                "label": each.title,
                "note": each.note,
                "mark_key": each.pk,
                "party": is_party,
            }
            for is_party, each in found
        ]
        return render(request, "components/combobox_options.html", {"options": options, "query": typed})


class RelationshipCreateView(PartView):
    """``?way=`` chooses the relation beforehand."""

    room: Room = ORGANIZATIONS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.open_record(request, pk)
        if isinstance(record, HttpResponse):
            return record
        form = RelationshipForm(actor=request.user, record=record, initial={"way": request.GET.get("way", "")})
        return self.ask(request, record, form)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = self.open_record(request, pk)
        if isinstance(record, HttpResponse):
            return record
        form = RelationshipForm(request.POST, actor=request.user, record=record)
        if form.is_valid():
            data = dict(form.cleaned_data)
            kind, _dash, side = data.pop("way").rpartition("-")
            other = data.pop("other")
            beginning, end = (record, other) if side == FROM else (other, record)
            try:
                services.add_relationship(actor=self.actor(), kind=kind, beginning=beginning, end=end, **data)
            except ActRefused as refused:
                _refuse_in(form, refused)
            except ValidationError as refused:
                take_errors(form, refused)
            else:
                ui.toast(request, _("Relationship added."))
                return see_other(request, record.get_absolute_url())
        return self.ask(request, record, form, status=422)

    def ask(self, request: HttpRequest, record: Any, form: RelationshipForm, status: int = 200) -> HttpResponse:
        return self.page(
            request,
            record,
            form,
            heading=_("Add relationship"),
            submit=_("Add relationship"),
            has_folds=True,
            status=status,
        )


class RelationshipEditView(PartView):
    """Dates, scope, mandate and source; an end makes it past. Two editors are asked as on the record itself."""

    room: Room = ORGANIZATIONS

    def get(self, request: HttpRequest, pk: int, part_pk: int) -> HttpResponse:
        record = self.open_record(request, pk)
        if isinstance(record, HttpResponse):
            return record
        row = self.find(record, part_pk)
        initial = {name: getattr(row, name) for name in ("scope", "mandate", "mandate_reference", "source")}
        initial |= {"first": first_day(row.valid), "last": last_day(row.valid)}
        form = RelationshipForm(actor=request.user, record=record, present=row, initial=initial)
        return self.ask(request, record, row, form, version=row.version)

    def post(self, request: HttpRequest, pk: int, part_pk: int) -> HttpResponse:
        record = self.open_record(request, pk)
        if isinstance(record, HttpResponse):
            return record
        row = self.find(record, part_pk)
        form = RelationshipForm(request.POST, actor=request.user, record=record, present=row)
        version, status = whole_number(request.POST.get("version"), row.version), 422
        if form.is_valid():
            try:
                services.change_relationship(
                    actor=self.actor(), relationship=row, version=version, changes=dict(form.cleaned_data)
                )
            except EditConflict as conflict:
                form.add_error(None, _("Somebody saved first. Look at what is there now, and save again."))
                version, status = conflict.current_version, 409
            except ActRefused as refused:
                _refuse_in(form, refused)
            except ValidationError as refused:
                take_errors(form, refused)
            else:
                ui.toast(request, _("Changes saved."))
                return see_other(request, record.get_absolute_url())
        return self.ask(request, record, row, form, version=version, status=status)

    def find(self, record: Any, pk: int) -> Relationship:
        return get_object_or_404(Relationship.objects.of(record).for_list(), pk=pk)

    def ask(
        self, request: HttpRequest, record: Any, row: Relationship, form: Any, *, version: int, status: int = 200
    ) -> HttpResponse:
        other = row.end if row.beginning == record else row.beginning
        return self.page(
            request,
            record,
            form,
            heading=f"{words_of(row, record)} {other}",
            submit=_("Save"),
            has_folds=True,
            version=version,
            remove_url=self.room.url("relationship_remove", record.pk, row.pk),
            status=status,
        )


class RelationshipRemoveView(PartView):
    """Takes away a relation that was entered by mistake."""

    room: Room = ORGANIZATIONS

    def post(self, request: HttpRequest, pk: int, part_pk: int) -> HttpResponse:
        record = self.open_record(request, pk)
        if isinstance(record, HttpResponse):
            return record
        row = get_object_or_404(Relationship.objects.of(record), pk=part_pk)
        services.remove_relationship(actor=self.actor(), relationship=row)
        ui.toast(request, _("The relationship is removed."))
        return see_other(request, record.get_absolute_url())


def _refuse_in(form: RelationshipForm, refused: ActRefused) -> None:
    names = {"kind": "way", "other": "other"}
    field = names.get(refused.field, refused.field)
    form.add_error(field if field in form.fields else None, str(refused))
