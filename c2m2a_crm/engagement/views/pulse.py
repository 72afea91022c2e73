"""Whom we let drift: the lists, and the page of one record on which its rhythm and its quiet are set."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.accounts.requests import SignedIn
from c2m2a_crm.core import ui
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.pages.versioned import take_errors
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, ListView, see_other, visible_or_404
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.models import AgreedQuiet, OwnRhythm
from c2m2a_crm.engagement.pulse_lists import (
    ORGANIZATIONS,
    PARTY_COLUMNS,
    PARTY_WORDS,
    PEOPLE,
    PERSON_COLUMNS,
    PERSON_WORDS,
    PartyPulseFilterSet,
    PersonPulseFilterSet,
    people_pulse_list,
    pulse_list,
)
from c2m2a_crm.engagement.rhythm import REPLY_WITHIN_DAYS, standings
from c2m2a_crm.engagement.rhythm_forms import OwnRhythmForm, QuietForm
from c2m2a_crm.engagement.rhythm_shown import reasons, state_tag
from c2m2a_crm.engagement.services import agree_quiet, end_own_rhythm, end_quiet, set_own_rhythm
from members.models import Party, Person


def _context(request: HttpRequest, is_people: bool) -> dict[str, Any]:
    tabs = [
        {"label": _("Organizations"), "url": reverse("pulse:list"), "current": not is_people},
        {"label": _("People"), "url": reverse("pulse:people"), "current": is_people},
    ]
    return {
        "tabs": tabs,
        "may_export": can_export(request.user),
        "may_set": policies.can_set_rhythms(request.user),
        "reply_days": REPLY_WITHIN_DAYS,
    }


class PulseListView(ListView):
    allowed = staticmethod(policies.can_see_pulse)
    list_key = ORGANIZATIONS
    template_name = "pulse/list.html"
    filterset_class = PartyPulseFilterSet
    columns = PARTY_COLUMNS
    words = PARTY_WORDS

    def state(self) -> ListState:
        return pulse_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return _context(self.request, is_people=False)


class PeoplePulseListView(ListView):
    allowed = staticmethod(policies.can_see_pulse)
    list_key = PEOPLE
    template_name = "pulse/list.html"
    filterset_class = PersonPulseFilterSet
    columns = PERSON_COLUMNS
    words = PERSON_WORDS

    def state(self) -> ListState:
        return people_pulse_list(self.request)

    def context(self, state: ListState) -> dict[str, Any]:
        return _context(self.request, is_people=True)


class _OfRecordView(HouseView):
    """A page or an act about one organization or person. A Nation has none of them."""

    allowed = staticmethod(policies.can_see_pulse)
    about: str = "party"

    def record(self, request: HttpRequest, pk: int) -> Party | Person:
        rows: Any = Person.objects.all() if self.about == "person" else Party.objects.organizations()
        record: Party | Person = visible_or_404(rows, request.user, pk=pk)
        if self.about == "person" and not standings(request.user, Person, [pk]):
            raise Http404  # put aside, anonymous, or speaking for a Nation
        return record

    def url(self, page: str, pk: int) -> str:
        return reverse(f"pulse:{self.about}{page}", args=[pk])

    def page(
        self,
        request: HttpRequest,
        record: Party | Person,
        *,
        own_form: forms.Form | None = None,
        quiet_form: forms.Form | None = None,
        status: int = 200,
    ) -> HttpResponse:
        standing = standings(request.user, type(record), [record.pk]).get(record.pk)
        of_record: Any = {self.about: record}
        own = list(OwnRhythm.objects.readable_by(request.user).filter(**of_record).select_related("set_by"))
        quiet = AgreedQuiet.objects.readable_by(request.user).filter(**of_record)
        now = today()
        context = {
            "record": record,
            "tag": state_tag(standing.state if standing else None),
            "rows": reasons(standing) if standing else [],
            "own_rows": sorted(own, key=lambda row: row.pk, reverse=True),
            "quiet_rows": list(quiet.select_related("noted_by", "ended_by").order_by("-pk")),
            "has_own": any(now in row.valid for row in own),
            "has_quiet": quiet.on(now).exists(),
            "may_keep": policies.can_keep_rhythms(request.user) and standing is not None,
            "own_form": own_form or OwnRhythmForm(prefix="own"),
            "quiet_form": quiet_form or QuietForm(prefix="quiet"),
            "form": own_form or quiet_form,
            "urls": {name: self.url(f"_{name}", record.pk) for name in ("own", "own_end", "quiet", "quiet_end")},
            "reply_days": REPLY_WITHIN_DAYS,
            "page_errors": status == 422,
        }
        return render(request, "pulse/record.html", context, status=status)


class RecordRhythmView(_OfRecordView):
    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(request, self.record(request, pk))


class _ActView(SignedIn, _OfRecordView):
    allowed = staticmethod(policies.can_keep_rhythms)
    http_method_names = ("post", "options")

    def done(self, request: HttpRequest, pk: int, sentence: str, operation: Operation | None) -> HttpResponse:
        if operation is None:
            ui.warn(request, _("Nothing was changed."))
        else:
            ui.toast(request, sentence, undo_url=reverse("operations:undo", args=[operation.pk]))
        return see_other(request, self.url("", pk))


class OwnRhythmView(_ActView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record, form = self.record(request, pk), OwnRhythmForm(request.POST, prefix="own")
        if form.is_valid():
            try:
                operation = set_own_rhythm(actor=self.actor(), record=record, **form.cleaned_data)
            except ValidationError as refused:
                take_errors(form, refused)
            else:
                return self.done(request, pk, _("Rhythm set."), operation)
        return self.page(request, record, own_form=form, status=422)


class OwnRhythmEndView(_ActView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        operation = end_own_rhythm(actor=self.actor(), record=self.record(request, pk))
        return self.done(request, pk, _("It goes by its tier again."), operation)


class QuietView(_ActView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        record, form = self.record(request, pk), QuietForm(request.POST, prefix="quiet")
        if form.is_valid():
            try:
                operation = agree_quiet(actor=self.actor(), record=record, **form.cleaned_data)
            except ValidationError as refused:
                take_errors(form, refused)
            else:
                return self.done(request, pk, _("Quiet noted."), operation)
        return self.page(request, record, quiet_form=form, status=422)


class QuietEndView(_ActView):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        operation = end_quiet(actor=self.actor(), record=self.record(request, pk))
        return self.done(request, pk, _("The quiet is over."), operation)
