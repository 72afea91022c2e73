"""Notes that somebody looked at records; and the office's rules of how long that counts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.pages.versioned import take_errors
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, own_address, see_other
from members.forms import DayField, LineField
from members.freshness import cadences
from members.models import Cadence
from members.policies import can_edit_directory, can_set_cadences
from members.rooms import ORGANIZATIONS, Room
from members.services.freshness import set_cadence, verify


class VerifyView(HouseView):
    """One press: what is on file of these records was checked today."""

    allowed = staticmethod(can_edit_directory)
    http_method_names = ("post", "options")
    room: Room = ORGANIZATIONS

    def post(self, request: HttpRequest) -> HttpResponse:
        keys = [int(key) for key in request.POST.getlist("pk") if key.isdecimal() and len(key) < 19]
        records = list(self.room.rows().visible_to(request.user).filter(among("id", keys)))  # type: ignore[attr-defined]  # HouseQuerySet
        if not records:
            raise Http404
        actor: User = request.user  # type: ignore[assignment]  # the policy let only users in
        operation = verify(actor=actor, records=records)
        if operation is None:
            ui.warn(request, _("Nothing was noted: a record that is put aside is not checked."))
        else:
            words = ngettext(
                "Noted: %(name)s was checked today.", "Noted: %(count)s records were checked today.", len(records)
            )
            said = words % {"name": records[0], "count": dates.number(len(records))}
            ui.toast(request, said, undo_url=reverse("operations:undo", args=[operation.pk]))
        back = own_address(request, request.META.get("HTTP_REFERER", ""))
        return see_other(request, back or self.room.url("list"))


class CadenceForm(forms.Form):
    days = forms.IntegerField(label=gettext_lazy("Days"), min_value=1, max_value=3_650)
    first = DayField(label=gettext_lazy("From"))
    source = LineField(
        label=gettext_lazy("Source"),
        max_length=300,
        help_text=gettext_lazy("The law, the policy or the meeting that set it."),
    )
    is_confirmed = forms.BooleanField(
        label=gettext_lazy("Confirmed"),
        required=False,
        help_text=gettext_lazy("Somebody here has checked it against its source."),
    )


class CadencesView(HouseView):
    """After how many days each sort of record is due, now and before."""

    allowed = staticmethod(can_set_cadences)

    def get(self, request: HttpRequest) -> HttpResponse:
        in_force = cadences()
        rows = [
            {
                "label": label,
                "days": in_force.get(value),
                "rules": [
                    (rule, dates.days_of(rule)) for rule in Cadence.objects.filter(subject=value).order_by("-valid")
                ],
                "url": reverse("freshness:set", args=[value]),
            }
            for value, label in Cadence.Subject.choices
        ]
        return render(request, "members/cadence_list.html", {"rows": rows})


class CadenceSetView(HouseView):
    """A new number of days from a day on."""

    allowed = staticmethod(can_set_cadences)

    def get(self, request: HttpRequest, subject: str) -> HttpResponse:
        initial = {"days": cadences().get(_known(subject)), "first": today()}
        return self.page(subject, CadenceForm(initial=initial))

    def post(self, request: HttpRequest, subject: str) -> HttpResponse:
        form = CadenceForm(request.POST)
        if form.is_valid():
            actor: Any = request.user
            data = {**form.cleaned_data, "first": form.cleaned_data["first"] or today()}
            try:
                set_cadence(actor=actor, subject=_known(subject), **data)
            except ValidationError as refused:
                take_errors(form, refused)
            else:
                ui.toast(request, _("Changes saved."))
                return see_other(request, reverse("freshness:list"))
        return self.page(_known(subject), form, status=422)

    def page(self, subject: str, form: CadenceForm, status: int = 200) -> HttpResponse:
        context = {"form": form, "heading": Cadence.Subject(subject).label, "page_errors": bool(form.errors)}
        return render(self.request, "members/cadence_form.html", context, status=status)


def _known(subject: str) -> str:
    if subject not in Cadence.Subject.values:
        raise Http404
    return subject
