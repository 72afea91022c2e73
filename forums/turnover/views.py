"""The list of terms that end, and the three presses that settle one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core import ui
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.pages.versioned import whole_number
from c2m2a_crm.core.views import HouseView, see_other
from forums import policies
from forums.forms import RenewalForm
from forums.models import Forum, Seat, SeatTerm
from forums.services import ForumError
from forums.turnover import services
from forums.turnover.selectors import WITHIN, ending_rows, ending_terms
from forums.views.editing import ManagerView, PartView, refuse_in

A_PAGE = 50


class EndingTermsView(HouseView):
    """Terms that end within 30, 90 or 180 days (``?within=``), of all forums or of one (``?forum=``)."""

    allowed = staticmethod(policies.can_see_forums)

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = whole_number(request.GET.get("within"), WITHIN[-1])
        within = asked if asked in WITHIN else WITHIN[-1]
        of = whole_number(request.GET.get("forum"), 0)
        forum = Forum.objects.readable_by(request.user).filter(pk=of).first() if of else None
        page = Paginator(ending_rows(request.user, within, forum), A_PAGE).get_page(request.GET.get("page"))
        rows = ending_terms(request.user, list(page))
        context = {
            "page": page,
            "rows": [(row, acts_on(row.term)) for row in rows],
            "within": within,
            "choices": [(days, self.address(days, forum)) for days in WITHIN],
            "forum": forum,
            "vacant_url": f"{reverse('forums:seats')}?state=vacant" + (f"&forum={forum.pk}" if forum else ""),
            "may_manage": any(row.may_manage for row in rows),
            "here": request.get_full_path(),
        }
        return render(request, "forums/turnover/ending.html", context)

    def address(self, days: int, forum: Forum | None) -> str:
        return f"{reverse('forums:ending')}?within={days}" + (f"&forum={forum.pk}" if forum else "")


def acts_on(term: SeatTerm) -> dict[str, str]:
    return {
        act: reverse(f"forums:term_{act}", args=[term.seat.forum_id, term.seat_id, term.pk])
        for act in ("renew", "renew_beyond", "rotate", "retire")
    }


def _term_of(seat: Seat, term_pk: int) -> SeatTerm:
    rows = SeatTerm.objects.select_related("person", "party")
    term: SeatTerm = get_object_or_404(rows, pk=term_pk, seat_id=seat.pk)
    term.seat = seat
    return term


class _SettleView(ManagerView):
    """One press: an operation with an offer to undo it, and back to where it was pressed."""

    http_method_names = ("post", "options")
    service: ClassVar[Callable[..., Operation]]
    words: ClassVar[Any]

    def post(self, request: HttpRequest, pk: int, seat_pk: int, term_pk: int) -> HttpResponse:
        seat = self.seat(pk, seat_pk)
        term = _term_of(seat, term_pk)
        try:
            operation = type(self).service(actor=self.actor(), term=term)
        except ForumError as refused:
            ui.warn(request, str(refused))
        else:
            undo = reverse("operations:undo", args=[operation.pk])
            ui.toast(request, self.words % {"name": term.person, "seat": seat}, undo_url=undo)
        back = request.POST.get("back", "")
        is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
        return see_other(request, back if is_ours else seat.get_absolute_url())


class RenewView(_SettleView):
    service = staticmethod(services.renew_term)
    words = gettext_lazy("The term of %(name)s is renewed.")


class RenewBeyondView(PartView):
    """One term more than the terms of reference allow in a row, with the reason of the exception."""

    def get(self, request: HttpRequest, pk: int, seat_pk: int, term_pk: int) -> HttpResponse:
        term = self.term(pk, seat_pk, term_pk)
        last = term.last_day
        follows = services.end_of_renewal(term, last + timedelta(days=1)) if last else None
        return self.page(term, RenewalForm(initial={"last": follows}))

    def post(self, request: HttpRequest, pk: int, seat_pk: int, term_pk: int) -> HttpResponse:
        term = self.term(pk, seat_pk, term_pk)
        form = RenewalForm(request.POST)
        if form.is_valid():
            try:
                operation = services.renew_term(actor=self.actor(), term=term, **form.cleaned_data)
            except ForumError as refused:
                refuse_in(form, refused)
            else:
                words = RenewView.words % {"name": term.person}
                ui.toast(request, words, undo_url=reverse("operations:undo", args=[operation.pk]))
                return see_other(request, term.seat.get_absolute_url())
        return self.page(term, form, status=422)

    def term(self, pk: int, seat_pk: int, term_pk: int) -> SeatTerm:
        return _term_of(self.seat(pk, seat_pk), term_pk)

    def page(self, term: SeatTerm, form: RenewalForm, status: int = 200) -> HttpResponse:
        return self.part_page(
            term.seat.forum,
            form,
            heading=_("Renew the term of %(name)s by exception") % {"name": term.person},
            submit=_("Renew"),
            lede=_("The reason stands on the page of the seat and in the history."),
            seat=term.seat,
            status=status,
        )


class RotateView(_SettleView):
    service = staticmethod(services.rotate_term)
    words = gettext_lazy("The first alternate follows %(name)s.")


class RetireView(_SettleView):
    service = staticmethod(services.retire_term)
    words = gettext_lazy("%(seat)s ends with the term of %(name)s.")
