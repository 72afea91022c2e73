"""A record as it was on a day."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView
from members.forms import DayField
from members.on_a_day import record_on
from members.policies import can_see_directory
from members.rooms import ORGANIZATIONS, Room
from members.views.records import record_context, record_or_404


class DayForm(forms.Form):
    on = DayField(label=_("Day"))


class OnADayView(HouseView):
    """``?on=2024-06-03``; without a day it is today, from which people choose another."""

    allowed = staticmethod(can_see_directory)
    room: Room = ORGANIZATIONS

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        record = record_or_404(self.room, request.user, pk)
        form = DayForm(request.GET if "on" in request.GET else None)
        chosen = form.cleaned_data["on"] if form.is_bound and form.is_valid() else None
        context: dict[str, Any] = record_context(self.room, record, request.user, "on_a_day")
        context |= {"may_edit": False, "form": form, "is_today": chosen in (None, today())}
        context["shown"] = record_on(request.user, record, chosen or today())
        status = 200 if not form.is_bound or form.is_valid() else 422
        return render(request, "members/on_a_day.html", context, status=status)
