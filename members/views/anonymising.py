"""Making somebody anonymous: what goes, what stays, and the act, which cannot be undone."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.policies import can_dispose
from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core import ui
from c2m2a_crm.core.disposal import DisposalRefused
from c2m2a_crm.core.text import fold
from c2m2a_crm.core.views import HouseView, see_other
from members.forms import LineField, TextField
from members.models import Person
from members.rooms import PEOPLE
from members.services.anonymising import anonymise_person, preview
from members.services.errors import PersonIsAnonymised
from members.views.records import record_context, record_or_404


class AnonymiseForm(forms.Form):
    """``typed`` is the person's name, written out by whoever does it: nothing comes back."""

    authority = LineField(
        label=gettext_lazy("Authority"),
        required=True,
        max_length=300,
        help_text=gettext_lazy("The act, schedule or disposition authority, with its number."),
    )
    reason = TextField(
        label=gettext_lazy("Reason"),
        required=True,
        rows=2,
        help_text=gettext_lazy("It stays on record: leave names out of it."),
    )
    typed = LineField(
        label=gettext_lazy("Name of the person"),
        required=True,
        help_text=gettext_lazy("Type it, to confirm. It cannot be undone."),
    )

    def __init__(self, *args: Any, person: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        self.fields["typed"].widget.attrs["autocomplete"] = "off"

    def clean_typed(self) -> str:
        typed = str(self.cleaned_data["typed"])
        if fold(typed) != fold(self.person.full_name):
            raise forms.ValidationError(_("Type the name as it stands above."))
        return typed

    def clean_reason(self) -> str:
        reason = str(self.cleaned_data["reason"])
        if fold(self.person.full_name) in fold(reason):
            raise forms.ValidationError(_("Leave the name out of the reason: it stays on record."))
        return reason


class AnonymiseView(HouseView):
    allowed = staticmethod(can_dispose)

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        person = record_or_404(PEOPLE, request.user, pk)
        return self.page(request, person, AnonymiseForm(person=person))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        person = record_or_404(PEOPLE, request.user, pk)
        form = AnonymiseForm(request.POST, person=person)
        if form.is_valid():
            try:
                now = anonymise_person(
                    actor=request.user,
                    person=person,
                    authority=form.cleaned_data["authority"],
                    reason=form.cleaned_data["reason"],
                    base_url=request.build_absolute_uri("/"),
                )
            except DisposalRefused as refused:
                form.add_error("authority", " ".join(refused.sentences))
            except PersonIsAnonymised as refused:
                ui.warn(request, str(refused))
                return see_other(request, person.get_absolute_url())
            else:
                ui.toast(request, _("Done. The person is now called “%(name)s”.") % {"name": now.full_name})
                return see_other(request, now.get_absolute_url())
        return self.page(request, person, form, status=422)

    def page(self, request: SignedInRequest, person: Person, form: AnonymiseForm, *, status: int = 200) -> HttpResponse:
        try:
            seen = preview(actor=request.user, person=person)
        except PersonIsAnonymised as refused:
            ui.warn(request, str(refused))
            return see_other(request, person.get_absolute_url())
        context = record_context(PEOPLE, person, request.user, "archive")
        context |= {"form": form, "seen": seen, "page_errors": bool(form.errors)}
        return render(request, "members/person_anonymise.html", context, status=status)
