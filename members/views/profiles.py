"""What an organization does, what concerns a Nation, what a person knows: one form each for the whole of it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.core import ui
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.pages.versioned import take_errors
from c2m2a_crm.core.views import see_other
from members.models import Party
from members.profile_forms import ExpertiseForm, ProfileForm
from members.rooms import PEOPLE, Room
from members.services.errors import DirectoryError
from members.services.profiles import lines_of, set_expertise, set_profile
from members.views.parts import PartView
from members.views.records import record_context


class ProfileView(PartView):
    """The profile of an organization or a Nation."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        party = self.open_record(request, pk)
        if isinstance(party, HttpResponse):
            return party
        return self.ask(request, party, ProfileForm(party=party))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        party = self.open_record(request, pk)
        if isinstance(party, HttpResponse):
            return party
        form = ProfileForm(request.POST, party=party)
        if form.is_valid():
            data = form.cleaned_data
            try:
                operation = set_profile(
                    actor=self.actor(),
                    party=party,
                    add=lines_of(data["minerals"], data["stages"], data["places"], data["sectors"]),
                    remove=form.removed,
                    source=data["source"],
                    stated_on=data["stated_on"],
                )
            except ValidationError as refused:
                take_errors(form, refused)
            except DirectoryError as refused:
                form.add_error(None, str(refused))
            else:
                return _done(request, party, operation)
        return self.ask(request, party, form, status=422)

    def ask(self, request: HttpRequest, party: Party, form: ProfileForm, status: int = 200) -> HttpResponse:
        heading = _("Minerals that concern it") if party.is_nation else _("What it does")
        lede = _(
            "Each mineral is combined with each stage and each place that you tick. Sectors stand by themselves. "
            "Leave a part empty where it is not known."
        )
        return _page(request, self.room, party, form, heading=heading, lede=lede, status=status)


class ExpertiseView(PartView):
    """The fields of expertise of a person."""

    room: Room = PEOPLE

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.open_record(request, pk)
        if isinstance(person, HttpResponse):
            return person
        return self.ask(request, person, ExpertiseForm(person=person))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        person = self.open_record(request, pk)
        if isinstance(person, HttpResponse):
            return person
        form = ExpertiseForm(request.POST, person=person)
        if form.is_valid():
            try:
                operation = set_expertise(
                    actor=self.actor(),
                    person=person,
                    add=form.added,
                    remove=form.removed,
                    source=form.cleaned_data["source"],
                    stated_on=form.cleaned_data["stated_on"],
                )
            except ValidationError as refused:
                take_errors(form, refused)
            except DirectoryError as refused:
                form.add_error(None, str(refused))
            else:
                return _done(request, person, operation)
        return self.ask(request, person, form, status=422)

    def ask(self, request: HttpRequest, person: Any, form: ExpertiseForm, status: int = 200) -> HttpResponse:
        return _page(request, self.room, person, form, heading=_("Expertise"), lede="", status=status)


def _done(request: HttpRequest, record: Any, operation: Operation | None) -> HttpResponse:
    if operation is None:
        ui.toast(request, _("Nothing was changed."))
    else:
        ui.toast(request, _("Changes saved."), undo_url=reverse("operations:undo", args=[operation.pk]))
    return see_other(request, record.get_absolute_url())


def _page(
    request: HttpRequest, room: Room, record: Any, form: Any, *, heading: str, lede: str, status: int
) -> HttpResponse:
    context = record_context(room, record, request.user, "part")
    context |= {
        "form": form,
        "shown": request.POST.getlist("shown") if form.is_bound else form.shown,
        "heading": heading,
        "lede": lede,
        "submit": _("Save"),
        "page_errors": bool(form.errors),
    }
    return render(request, "members/profile_form.html", context, status=status)
