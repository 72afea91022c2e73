"""Who sits in a seat: appointed, followed by somebody else, changed, ended, taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from c2m2a_crm.core import ui
from c2m2a_crm.core.editing import EditConflict
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import see_other
from forums import services
from forums.forms import AppointForm, HandOverForm, LastDayForm, TakeBackForm, TermForm
from forums.models import Seat, SeatTerm
from forums.selectors import terms_of_reference_on
from forums.services import ForumError
from forums.terms_of_reference.eligibility import rule_in_words
from forums.terms_of_reference.lengths import end_of_term
from forums.views.editing import PartEditView, PartView, refuse_in
from forums.views.pages import forum_context


class AppointView(PartView):
    """Somebody into a seat."""

    def get(self, request: HttpRequest, pk: int, seat_pk: int) -> HttpResponse:
        seat = self.seat(pk, seat_pk)
        role = request.GET.get("role", "")
        initial = {
            "first": today(),
            "last": end_of_term(terms_of_reference_on(seat.forum, today()), today()),
            "role": role if role in SeatTerm.Role.values else SeatTerm.Role.HOLDER,
        }
        return self.page(seat, AppointForm(seat=seat, initial=initial))

    def post(self, request: HttpRequest, pk: int, seat_pk: int) -> HttpResponse:
        seat = self.seat(pk, seat_pk)
        form = AppointForm(request.POST, seat=seat)
        if form.is_valid():
            try:
                term = services.appoint(actor=self.actor(), seat=seat, **form.cleaned_data)
            except ForumError as refused:
                refuse_in(form, refused)
            else:
                words = {"name": term.person, "role": term.get_role_display()}
                ui.toast(request, _("%(name)s is appointed: %(role)s.") % words)
                return see_other(request, seat.get_absolute_url())
        return self.page(seat, form, status=422)

    def page(self, seat: Seat, form: AppointForm, status: int = 200) -> HttpResponse:
        return self.part_page(
            seat.forum,
            form,
            heading=_("Appoint somebody to %(seat)s") % {"seat": seat},
            submit=_("Appoint"),
            lede=rule_in_words(terms_of_reference_on(seat.forum, today())),
            seat=seat,
            status=status,
        )


class HandOverView(PartView):
    """Somebody new in one step: who has the role now leaves the day before."""

    def get(self, request: HttpRequest, pk: int, seat_pk: int) -> HttpResponse:
        seat = self.seat(pk, seat_pk)
        initial = {"first": today(), "last": end_of_term(terms_of_reference_on(seat.forum, today()), today())}
        return self.page(seat, HandOverForm(seat=seat, initial=initial))

    def post(self, request: HttpRequest, pk: int, seat_pk: int) -> HttpResponse:
        seat = self.seat(pk, seat_pk)
        form = HandOverForm(request.POST, seat=seat)
        if form.is_valid():
            try:
                term = services.hand_over(actor=self.actor(), seat=seat, **form.cleaned_data)
            except ForumError as refused:
                refuse_in(form, refused)
            else:
                ui.toast(request, _("The seat is handed over to %(name)s.") % {"name": term.person})
                return see_other(request, seat.get_absolute_url())
        return self.page(seat, form, status=422)

    def page(self, seat: Seat, form: HandOverForm, status: int = 200) -> HttpResponse:
        return self.part_page(
            seat.forum,
            form,
            heading=_("Hand over %(seat)s") % {"seat": seat},
            submit=_("Hand over"),
            lede=_("Whoever has the role on the first day leaves the day before; both terms stay on file."),
            seat=seat,
            status=status,
        )


class _TermView(PartView):
    def term(self, pk: int, seat_pk: int, term_pk: int) -> SeatTerm:
        seat = self.seat(pk, seat_pk)
        rows = SeatTerm.objects.select_related("person", "party")
        term: SeatTerm = get_object_or_404(rows, pk=term_pk, seat_id=seat.pk)
        term.seat = seat
        return term


class TermEditView(_TermView, PartEditView):
    form_class = TermForm  # type: ignore[assignment]  # a plain form, as sent_form and empty_form make it

    def row(self, **address: Any) -> SeatTerm:
        return self.term(address["pk"], address["seat_pk"], address["term_pk"])

    def empty_form(self, row: SeatTerm) -> TermForm:
        initial = {"role": row.role, "party": row.party, "source": row.source}
        initial["exception_reason"] = row.exception_reason
        return TermForm(initial=initial | {"first": row.first_day, "last": row.last_day}, seat=row.seat)

    def sent_form(self, row: SeatTerm) -> TermForm:
        return TermForm(self.request.POST, seat=row.seat)

    def write(self, row: SeatTerm, version: int, changes: Mapping[str, Any]) -> SeatTerm:
        return services.change_term(actor=self.actor(), term=row, version=version, changes=changes)

    def done_url(self, row: SeatTerm) -> str:
        return row.seat.get_absolute_url()

    def beside(self, row: SeatTerm, conflict: EditConflict | None = None) -> dict[str, Any]:
        return {
            **forum_context(row.seat.forum, self.actor()),
            "heading": _("Edit the term of %(name)s") % {"name": row.person},
            "seat": row.seat,
            "back_url": row.seat.get_absolute_url(),
        }


class TermEndView(_TermView):
    def get(self, request: HttpRequest, pk: int, seat_pk: int, term_pk: int) -> HttpResponse:
        return self.page(self.term(pk, seat_pk, term_pk), LastDayForm())

    def post(self, request: HttpRequest, pk: int, seat_pk: int, term_pk: int) -> HttpResponse:
        term = self.term(pk, seat_pk, term_pk)
        form = LastDayForm(request.POST)
        if form.is_valid():
            try:
                services.end_term(actor=self.actor(), term=term, last=form.cleaned_data["last"])
            except ForumError as refused:
                refuse_in(form, refused)
            else:
                ui.toast(request, _("The term of %(name)s is ended.") % {"name": term.person})
                return see_other(request, term.seat.get_absolute_url())
        return self.page(term, form, status=422)

    def page(self, term: SeatTerm, form: LastDayForm, status: int = 200) -> HttpResponse:
        return self.part_page(
            term.seat.forum,
            form,
            heading=_("End the term of %(name)s") % {"name": term.person},
            submit=_("End term"),
            lede=_("It stays in the past of the forum."),
            seat=term.seat,
            status=status,
        )


class TermTakeBackView(_TermView):
    """A term that was entered by mistake: it never was."""

    def get(self, request: HttpRequest, pk: int, seat_pk: int, term_pk: int) -> HttpResponse:
        return self.page(self.term(pk, seat_pk, term_pk), TakeBackForm())

    def post(self, request: HttpRequest, pk: int, seat_pk: int, term_pk: int) -> HttpResponse:
        term = self.term(pk, seat_pk, term_pk)
        form = TakeBackForm(request.POST)
        if not form.is_valid():
            return self.page(term, form, status=422)
        services.take_back_term(actor=self.actor(), term=term, reason=form.cleaned_data["reason"])
        ui.toast(request, _("The term is removed. It stays in the history."))
        return see_other(request, term.seat.get_absolute_url())

    def page(self, term: SeatTerm, form: TakeBackForm, status: int = 200) -> HttpResponse:
        return self.part_page(
            term.seat.forum,
            form,
            heading=_("Take back the term of %(name)s") % {"name": term.person},
            submit=_("Take back"),
            lede=_("For a term that was entered by mistake. One that was true is ended instead."),
            seat=term.seat,
            status=status,
        )
