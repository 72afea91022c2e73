"""The queue of what people answered about their own details, worked with keys or without; and asking them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from c2m2a_crm.accounts.requests import SignedIn, SignedInRequest
from c2m2a_crm.core import dates, ui
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.views import HouseView, own_address, see_other, visible_or_404
from members.details import deciding, selectors
from members.details.asking import MOST, Candidate, ask, candidates
from members.details.deciding import Decided
from members.details.errors import TooManyAsked
from members.models import Affiliation, DetailsDifference, DetailsRequest, Membership, Person
from members.policies import can_edit_directory, can_see_directory
from members.rooms import PEOPLE
from members.services.errors import DirectoryError
from members.views.bulk import BulkEditView

PAGE: Final = 20
WAITING, ASKED, SETTLED = "waiting", "asked", "settled"


def _queue(actor: Any, show: str) -> Any:
    """What waits, oldest first; who was asked and did not answer; what is settled, newest first."""
    rows = DetailsRequest.objects.visible_to(actor)
    if show == WAITING:
        return rows.waiting().order_by("answered_at", "pk")
    if show == ASKED:
        return rows.unanswered().order_by("-asked_at", "-pk")
    return rows.settled().order_by("-answered_at", "-pk")


class QueueView(HouseView):
    allowed = staticmethod(can_see_directory)

    def get(self, request: SignedInRequest) -> HttpResponse:
        show = request.GET.get("show", WAITING)
        if show not in (WAITING, ASKED, SETTLED):
            raise Http404
        counts = {key: _queue(request.user, key).count() for key in (WAITING, ASKED)}
        page = Paginator(_queue(request.user, show).for_list(), PAGE).get_page(request.GET.get("page"))
        rows = list(page.object_list)
        context = {
            "tabs": _tabs(show, counts),
            "show": show,
            "answers": selectors.answers(request.user, rows) if show != ASKED else [],
            "asked": _with_links(rows) if show == ASKED else [],
            "page": page,
            "here": _address(show, page.number),
            "may_edit": can_edit_directory(request.user),
        }
        return render(request, "members/details_list.html", context)


def _with_links(rows: Sequence[DetailsRequest]) -> list[tuple[DetailsRequest, Any]]:
    links = selectors.openings(rows)
    return [(asked, links.get(asked.pk)) for asked in rows]


def _address(show: str, number: int = 1) -> str:
    asked = {key: value for key, value in (("show", show), ("page", number)) if value not in {WAITING, 1}}
    address = reverse("details:list")
    return f"{address}?{urlencode(asked)}" if asked else address


def _tabs(wanted: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    labels = {WAITING: _("Answers to look at"), ASKED: _("Not answered yet"), SETTLED: _("Settled")}
    return [
        {"label": label, "url": _address(key), "current": key == wanted, "count": counts.get(key)}
        for key, label in labels.items()
    ]


class AnswerView(HouseView):
    """One answer. A press takes what was chosen (``choose-…``), or with ``act`` everything that it can."""

    allowed = staticmethod(can_see_directory)

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        asked = visible_or_404(DetailsRequest.objects.for_list(), request.user, pk=pk)
        [answer] = selectors.answers(request.user, [asked])
        context = {
            "answer": answer,
            "link": selectors.openings([asked]).get(asked.pk),
            "here": asked.get_absolute_url(),
            "may_edit": can_edit_directory(request.user),
        }
        return render(request, "members/details_answer.html", context)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        if not can_edit_directory(request.user):
            raise PermissionDenied
        asked = visible_or_404(DetailsRequest.objects.for_list(), request.user, pk=pk)
        back = own_address(request, request.POST.get("next", "")) or asked.get_absolute_url()
        accept, refuse = _chosen(request, asked)
        if not accept and not refuse:
            ui.warn(request, _("Choose at least one field to accept or to refuse."))
            return see_other(request, asked.get_absolute_url())
        try:
            decided = deciding.decide(actor=request.user, asked=asked, accept=accept, refuse=refuse)
        except DirectoryError as refused:
            ui.warn(request, str(refused))
            return see_other(request, back)
        ui.toast(request, _said(decided), undo_url=reverse("operations:undo", args=[decided.operation.pk]))
        for row, why in decided.left:
            ui.warn(request, _("%(field)s: %(why)s") % {"field": row, "why": why})
        return see_other(request, asked.get_absolute_url() if decided.left else back)


def _chosen(request: HttpRequest, asked: DetailsRequest) -> tuple[dict[int, str], set[int]]:
    """What is to be accepted, with the mark of what the reader saw on file, and what is to be refused."""
    act, data = request.POST.get("act", ""), request.POST
    waiting = [row for row in asked.differences.all() if row.state == DetailsDifference.State.WAITING]
    accept, refuse = {}, set()
    for row in waiting:
        choice = data.get(f"choose-{row.pk}", "")
        if act == "refuse" or (not act and choice == "refuse"):
            refuse.add(row.pk)
        elif act == "accept" and f"at-once-{row.pk}" in data:
            accept[row.pk] = ""
        elif not act and choice == "accept":
            accept[row.pk] = data.get(f"mark-{row.pk}", "")
    return accept, refuse


def _said(decided: Decided) -> str:
    parts = []
    if decided.accepted:
        text = ngettext("%(count)s field accepted.", "%(count)s fields accepted.", decided.accepted)
        parts.append(text % {"count": dates.number(decided.accepted)})
    if decided.refused:
        text = ngettext("%(count)s field refused.", "%(count)s fields refused.", decided.refused)
        parts.append(text % {"count": dates.number(decided.refused)})
    return " ".join(parts) or _("Nothing was changed.")


class AskView(SignedIn, BulkEditView):
    """Whom the mail goes to, and whom not and why; a second press sends it.

    People come from the list (as for a bulk edit), by ``?person=``, or by ``?membership=``: those who work for the
    member today.
    """

    room = PEOPLE

    def get(self, request: HttpRequest) -> HttpResponse:
        people = self._named(request)
        if not people:
            raise Http404
        return self._page(request, people, back=self._back(request))

    def post(self, request: HttpRequest) -> HttpResponse:
        back = own_address(request, request.POST.get("next", "")) or self.list_url(request)
        keys = [row[0] for row in self.picked(request)]
        if not keys:
            ui.warn(request, _("Select at least one row first."))
            return see_other(request, back)
        if len(keys) > MOST:
            ui.warn(request, str(TooManyAsked()))
            return see_other(request, back)
        people = self._people(keys)
        if request.POST.get("stage") != "apply":
            return self._page(request, people, back=back)
        again = "again" in request.POST
        found = candidates(self.actor(), people, again=again)
        if request.POST.get("seen") != _mark(found):
            return self._page(request, people, back=back, is_changed="seen" in request.POST)
        sent = ask(actor=self.actor(), people=people, base_url=request.build_absolute_uri("/"), again=again)
        words = ngettext("%(count)s person is asked by mail.", "%(count)s people are asked by mail.", len(sent))
        ui.toast(request, words % {"count": dates.number(len(sent))})
        return see_other(request, back)

    def _people(self, keys: Sequence[int]) -> list[Person]:
        rows = Person.objects.visible_to(self.request.user).filter(among("id", keys)).in_reading_order()
        return list(rows)

    def _named(self, request: HttpRequest) -> list[Person]:
        key = request.GET.get("person") or request.GET.get("membership") or ""
        if not (key.isascii() and key.isdecimal() and len(key) < 19):
            return []
        if request.GET.get("person"):
            return self._people([int(key)])
        membership = visible_or_404(Membership.objects.all(), request.user, pk=int(key))
        places = Affiliation.objects.current().filter(party=membership.party_id)
        keys = list(places.order_by("person_id").values_list("person_id", flat=True).distinct()[: MOST + 1])
        if len(keys) > MOST:
            ui.warn(request, _("More than 200 people work there. Ask the others from the list of people."))
        return self._people(keys[:MOST])

    def _back(self, request: HttpRequest) -> str:
        if request.GET.get("person"):
            return reverse("people:detail", args=[request.GET["person"]])
        return reverse("memberships:detail", args=[request.GET["membership"]])

    def _page(
        self, request: HttpRequest, people: Sequence[Person], *, back: str, is_changed: bool = False
    ) -> HttpResponse:
        again = "again" in request.POST
        found = candidates(self.actor(), people, again=again)
        will = [each for each in found if not each.why]
        context = {
            "will": will,
            "left": [each for each in found if each.why],
            "keys": [person.pk for person in people],
            "seen": _mark(found),
            "again": again,
            "can_ask_again": again or any(each.open for each in found),
            "is_changed": is_changed,
            "back": back,
            "counted": ngettext("%(count)s person", "%(count)s people", len(will)) % {"count": dates.number(len(will))},
        }
        return render(request, "members/details_ask.html", context, status=409 if is_changed else 200)


def _mark(found: Sequence[Candidate]) -> str:
    """Whom the page says it will write to, at which address."""
    will = ";".join(f"{each.person.pk},{each.use.pk}" for each in found if not each.why and each.use)
    return hashlib.sha256(will.encode()).hexdigest()[:32]
