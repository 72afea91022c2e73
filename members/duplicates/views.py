"""The queue of pairs that may be one, worked with keys or without, and what was said not to be the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core import ui
from c2m2a_crm.core.jobs import start_job
from c2m2a_crm.core.views import HouseView, own_address, see_other, visible_or_404
from members.duplicates import services
from members.duplicates.forms import ReasonForm
from members.duplicates.hunt import KINDS
from members.duplicates.jobs import HUNT
from members.duplicates.words import row_in_words
from members.models import AddressUse, DuplicatePair, NotTheSame, Party, Person, PostalAddress
from members.models.duplicates import RecordPair
from members.policies import can_edit_directory, can_see_directory
from members.selectors import party_note, person_note, with_place
from members.services.errors import DirectoryError

PAGE: Final = 20
SETTLED: Final = "settled"


@dataclass(frozen=True, slots=True)
class Side:
    """A record of a pair as the queue shows it."""

    record: Any
    note: str
    email: str
    place: str

    @property
    def name(self) -> str:
        return str(self.record)

    @property
    def is_party(self) -> bool:
        return isinstance(self.record, Party)


@dataclass(frozen=True, slots=True)
class Reason:
    """A row of the evidence in words; ``speaks_for`` is False where it speaks against."""

    text: str
    bits: float

    @property
    def speaks_for(self) -> bool:
        return self.bits > 0


@dataclass(frozen=True, slots=True)
class Line:
    """A pair on a page. ``merge_url`` is empty where the reader may not merge, or nothing can.

    ``next_key`` is of the pair that has the focus when this one is settled.
    """

    pair: Any
    left: Side
    right: Side
    reasons: Sequence[Reason]
    merge_url: str
    settle_url: str
    next_key: int = 0


def queue(actor: Any, kind: str) -> Any:
    """The pairs of a kind that wait for this reader, likeliest first."""
    rows = DuplicatePair.objects.visible_to(actor).of_kind(kind).standing()
    return rows.unsettled().likeliest_first()


def _sides(actor: Any, kind: str, pairs: Sequence[RecordPair]) -> Mapping[int, Side]:
    """Every record of these pairs, in three statements."""
    keys = {key for pair in pairs for key in pair.keys}
    records: dict[int, Any]
    if kind == "people":
        records = with_place(Person.objects.visible_to(actor)).in_bulk(keys)
        column = "person_id"
    else:
        records = Party.objects.visible_to(actor).select_related("jurisdiction").in_bulk(keys)
        column = "party_id"
    among = {f"{column}__in": keys}
    emails: dict[int, str] = {}
    for use in AddressUse.objects.readable_by(actor).current().filter(**among).select_related("email").order_by("pk"):
        emails.setdefault(getattr(use, column), use.email.address)
    places: dict[int, str] = {}
    for address in PostalAddress.objects.readable_by(actor).current().filter(**among).order_by("pk"):
        places.setdefault(getattr(address, column), str(address))
    return {
        pk: Side(
            record,
            person_note(record) if isinstance(record, Person) else party_note(record),
            emails.get(pk, ""),
            places.get(pk, ""),
        )
        for pk, record in records.items()
    }


def _merge_url(kind: str, left: int, right: int) -> str:
    try:
        return reverse("merging:merge", args=[kind, left, right])
    except NoReverseMatch:
        return ""


def lines_of(actor: Any, kind: str, pairs: Sequence[RecordPair]) -> list[Line]:
    sides = _sides(actor, kind, pairs)
    may_edit = can_edit_directory(actor)
    lines = []
    for pair in pairs:
        left, right = pair.keys
        evidence = sorted(getattr(pair, "evidence", ()), key=lambda row: -row[2])
        lines.append(
            Line(
                pair,
                sides[left],
                sides[right],
                [Reason(row_in_words(row, level), bits) for row, level, bits in evidence if bits],
                _merge_url(kind, left, right) if may_edit else "",
                reverse("duplicates:settle", args=[kind, left, right]),
            )
        )
    return lines


def _with_the_next(lines: Sequence[Line]) -> list[Line]:
    """Each line with the pair below it, the last one with that above it."""
    keys = [line.pair.pk for line in lines]
    return [replace(line, next_key=(keys[at + 1 :] or keys[-2:-1] or [0])[0]) for at, line in enumerate(lines)]


class QueueView(HouseView):
    """Pairs that wait, twenty a page; the third tab shows what was said not to be the same, by whom and why."""

    allowed = staticmethod(can_see_directory)

    def get(self, request: SignedInRequest) -> HttpResponse:
        wanted = request.GET.get("show", KINDS[0])
        if wanted not in {*KINDS, SETTLED}:
            raise Http404
        waiting = {kind: queue(request.user, kind) for kind in KINDS}
        counts = {kind: rows.count() for kind, rows in waiting.items()}
        if wanted not in counts:
            rows = NotTheSame.objects.visible_to(request.user).select_related("said_by").order_by("-said_at", "-pk")
        else:
            rows = waiting[wanted]
        page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
        found = list(page.object_list)
        lines = [line for kind in KINDS for line in lines_of(request.user, kind, [p for p in found if p.kind == kind])]
        order = {pair.pk: at for at, pair in enumerate(found)}
        lines = _with_the_next(sorted(lines, key=lambda line: order[line.pair.pk]))
        context = {
            "tabs": _tabs(wanted, counts),
            "show": wanted,
            "is_settled": wanted == SETTLED,
            "lines": lines,
            "page": page,
            "here": _address(wanted, page.number),
            "may_edit": can_edit_directory(request.user),
        }
        return render(request, "members/duplicate_list.html", context)


def _address(show: str, number: int = 1) -> str:
    asked = {key: value for key, value in (("show", show), ("page", number)) if value not in {KINDS[0], 1}}
    address = reverse("duplicates:list")
    return f"{address}?{urlencode(asked)}" if asked else address


def _tabs(wanted: str, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    labels = {"people": _("People"), "parties": _("Organizations and Nations"), SETTLED: _("Not the same")}
    return [
        {"label": label, "url": _address(key), "current": key == wanted, "count": counts.get(key)}
        for key, label in labels.items()
    ]


def _pair_or_404(actor: Any, kind: str, left: int, right: int) -> tuple[Any, Any]:
    if kind not in KINDS:
        raise Http404
    rows: Any = Person.objects.all() if kind == "people" else Party.objects.all()
    return visible_or_404(rows, actor, pk=left), visible_or_404(rows, actor, pk=right)


class SettleView(HouseView):
    """“Not the same”: at once from the queue, or with a reason from a page of its own."""

    allowed = staticmethod(can_edit_directory)

    def get(self, request: SignedInRequest, kind: str, left: int, right: int) -> HttpResponse:
        records = _pair_or_404(request.user, kind, left, right)
        return self._page(request, kind, records, ReasonForm())

    def _page(
        self, request: SignedInRequest, kind: str, records: tuple[Any, Any], form: ReasonForm, status: int = 200
    ) -> HttpResponse:
        context = {
            "left": records[0],
            "right": records[1],
            "form": form,
            "back_url": own_address(request, request.GET.get("next", "")) or _address(kind),
            "page_errors": bool(form.errors),
        }
        return render(request, "members/duplicate_settle.html", context, status=status)

    def post(self, request: SignedInRequest, kind: str, left: int, right: int) -> HttpResponse:
        records = _pair_or_404(request.user, kind, left, right)
        form = ReasonForm(request.POST)
        if not form.is_valid():
            return self._page(request, kind, records, form, 422)
        try:
            said = services.say_not_the_same(
                actor=request.user, left=records[0], right=records[1], reason=form.cleaned_data["reason"]
            )
        except DirectoryError as refused:
            form.add_error(None, str(refused))
            return self._page(request, kind, records, form, 422)
        ui.toast(
            request,
            _("Noted: %(left)s and %(right)s are not the same.") % {"left": records[0], "right": records[1]},
            undo_url=reverse("duplicates:take_back", args=[said.pk]),
        )
        return see_other(request, own_address(request, request.POST.get("next", "")) or _address(kind))


class TakeBackView(HouseView):
    """The pair is open again."""

    allowed = staticmethod(can_edit_directory)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        said = visible_or_404(NotTheSame.objects.all(), request.user, pk=pk)
        kind = said.kind
        services.take_back(actor=request.user, said=said)
        ui.toast(request, _("The pair is open again."))
        return see_other(request, own_address(request, request.POST.get("next", "")) or _address(kind))


class LookView(HouseView):
    """Look for duplicates now, as each night."""

    allowed = staticmethod(can_edit_directory)

    def post(self, request: SignedInRequest) -> HttpResponse:
        job = start_job(actor=request.user, kind=HUNT, title=_("Looking for duplicates"))
        return see_other(request, reverse("core:job", args=[job.pk]))
