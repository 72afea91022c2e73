"""Who belongs to a segment, and why: the live list, its exceptions, and one record asked about."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.core import rights, ui
from c2m2a_crm.core.lists import Column, HouseFilterSet, ListState
from c2m2a_crm.core.lists.columns import draw
from c2m2a_crm.core.lists.filters import PLACE
from c2m2a_crm.core.lists.state import LIST_PARAMETERS
from c2m2a_crm.core.models import Segment, SegmentPick
from c2m2a_crm.core.pages.segments import list_name, segment_or_404, segment_to_change
from c2m2a_crm.core.registries import SegmentedList, segmented_lists
from c2m2a_crm.core.segments import SegmentRefused, can_change_segment, can_make_segments, pick, unpick, why
from c2m2a_crm.core.segments.lists import IN
from c2m2a_crm.core.segments.rules import Rows, answer, asked, by_itself
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.views import HouseView, see_other

FOUND = 10
LONGEST_QUESTION = 250
WHY_IN = gettext_lazy("Why is this one in?")


class _AsTheyAre(HouseFilterSet):
    """No filters of its own: the segment is the filter."""


@dataclass(frozen=True, slots=True)
class Picked:
    """A record that is pinned or blocked, with what stands about it."""

    pick: SegmentPick
    name: str
    url: str


def open_entry(segment: Segment, actor: Any) -> SegmentedList | None:
    """The segment's list, where it is open to the actor."""
    entry = segmented_lists.get(segment.list_key)
    return entry if entry is not None and entry.allowed(actor) else None


def _readable(entry: SegmentedList, actor: Any) -> Rows:
    return asked(entry, entry.whole, actor).base


def picks_of(segment: Segment, entry: SegmentedList, actor: Any) -> dict[str, list[Picked]]:
    """Pins and blocks, newest first, without those of records that the actor may not read."""
    picks = list(SegmentPick.objects.filter(segment=segment).select_related("added_by").order_by("-added_at", "-pk"))
    records = _readable(entry, actor).filter(pk__in=[each.record_id for each in picks]) if picks else ()
    by_id = {record.pk: record for record in records}
    found: dict[str, list[Picked]] = {kind.value: [] for kind in SegmentPick.Kind}
    for each in picks:
        if each.record_id in by_id:
            url = reverse("segments:why", args=[segment.pk, each.record_id])
            found[each.kind].append(Picked(each, str(by_id[each.record_id]), url))
    return found


def heard(asking: HttpRequest, query: str, names: Iterable[str]) -> HttpRequest:
    """The request as if its address said this, and of what it says these parameters alone."""
    asked_for = QueryDict(query, mutable=True)
    for key in names:
        if key in asking.GET:
            asked_for.setlist(key, asking.GET.getlist(key))
    request = copy(asking)
    request.GET = asked_for  # type: ignore[assignment]  # the stubs want the immutable kind; a copy is ours to fill
    return request


def list_of(
    request: HttpRequest,
    entry: SegmentedList,
    segment: Segment,
    rows: Rows,
    *,
    query: str = "",
    asked_why: Any = WHY_IN,
) -> ListState:
    """The list's own state, holding these rows: of the address, order, columns and place alone are heard.

    ``query`` is what its links carry on beside these; ``asked_why`` is asked at each row.
    """
    state: ListState = entry.state(heard(request, query, (*LIST_PARAMETERS, *PLACE, "count")))
    state.base = rows
    state.filterset_class = _AsTheyAre
    state.columns = [_with_why(each, segment, asked_why) for each in state.columns]
    return state


def _with_why(column: Column, segment: Segment, asked_why: Any) -> Column:
    """The column that names the row leads to the answer to why it is there."""
    if not column.is_row_header:
        return column

    def cell(record: Any, *batch: Any) -> Any:
        known = {column.key: {record.pk: batch[0]}} if batch else {}
        url = reverse("segments:why", args=[segment.pk, record.pk])
        return ui.markup(
            '<div>{}<a class=no-print href="{}"><span class=sub><u>{}</u><span class=vh>: {}</span></span></a></div>',
            draw(column, record, known),
            url,
            asked_why,
            record,
        )

    return replace(column, cell=cell)


class SegmentView(HouseView):
    """The segment as it is now: rule, exceptions, and the list of those who belong, with the list's own columns."""

    allowed = staticmethod(rights.can_look)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        actor = request.user
        segment = segment_or_404(request, pk)
        context: dict[str, Any] = {
            "segment": segment,
            "may_change": can_change_segment(actor, segment),
            "list_name": list_name(segment.list_key),
        }
        entry = open_entry(segment, actor)
        if entry is None:
            context["lost"] = [_("The list of this segment is gone, or closed to you.")]
            return render(request, "core/segment_detail.html", context)
        rule, rows = answer(segment, actor)
        state = list_of(request, entry, segment, rows)
        picks = picks_of(segment, entry, actor)
        narrowed = urlencode({IN: segment.pk})
        if whole := by_itself(entry, segment):
            narrowed = f"{narrowed}&{whole}"
        context |= {
            "lost": rule.lost,
            "rule_sentence": rule.sentence,
            "list": state,
            "words": replace(
                entry.words,
                empty_title=_("Nobody belongs at present"),
                empty_text=_("The rule finds nothing now. It is asked anew each time this page opens."),
            ),
            "count_sentence": entry.words.count_sentence(state),
            "pins": picks[SegmentPick.Kind.PIN],
            "blocks": picks[SegmentPick.Kind.BLOCK],
            "list_url": f"{reverse(entry.url_name)}?{narrowed}",
            "rule_url": f"{reverse(entry.url_name)}?{segment.query}",
            # The same rows, order and columns as the list itself says them: what a file is made of.
            "carried": entry.state(heard(request, narrowed, LIST_PARAMETERS)),
            "may_export": rights.can_export(actor) and not segment.is_archived,
        }
        return render(request, "core/segment_detail.html", context)


class _AboutOne(HouseView):
    allowed = staticmethod(rights.can_look)

    def known(self, pk: int) -> tuple[Segment, SegmentedList]:
        segment = segment_or_404(self.request, pk)
        entry = open_entry(segment, self.request.user)
        if entry is None:
            raise Http404
        return segment, entry

    def record(self, entry: SegmentedList, record_pk: int) -> Any:
        """A row of the list that the reader may read, with what a row shows; else it does not exist here."""
        found = _readable(entry, self.request.user).filter(pk=record_pk).for_list().first()  # type: ignore[attr-defined]  # HouseQuerySet
        if found is None:
            raise Http404
        return found


class WhyFindView(_AboutOne):
    """Look a record up by name, whether it belongs or not."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        segment, entry = self.known(pk)
        question = clean_line(request.GET.get("q", ""))[:LONGEST_QUESTION]
        found: list[dict[str, Any]] = []
        more = False
        if question:
            name = entry.state(request).search_name
            state = asked(entry, "&".join(filter(None, (urlencode({name: question}), entry.whole))), request.user)
            rows = state.filterset.qs.order_by(*state.default_order, "pk")[: FOUND + 1]
            records = list(rows)
            inside = answer(segment, request.user)[1].filter(pk__in=[each.pk for each in records])
            belonging = set(inside.values_list("pk", flat=True))
            more = len(records) > FOUND
            found = [
                {
                    "name": str(each),
                    "url": reverse("segments:why", args=[pk, each.pk]),
                    "is_in": each.pk in belonging,
                }
                for each in records[:FOUND]
            ]
        context = {"segment": segment, "question": question, "found": found, "more": more}
        return render(request, "core/segment_find.html", context)


class PickForm(forms.Form):
    kind = forms.ChoiceField(choices=SegmentPick.Kind.choices, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("It stands beside the record on the segment’s page."),
        error_messages={"required": gettext_lazy("Say why, for the next person who looks at this segment.")},
    )


class WhyView(_AboutOne):
    """One record: each part of the rule with yes or no, what the record has, its pin or block. Sent: pin or block."""

    def get(self, request: HttpRequest, pk: int, record_pk: int) -> HttpResponse:
        segment, entry = self.known(pk)
        return self.page(segment, self.record(entry, record_pk), PickForm())

    def post(self, request: HttpRequest, pk: int, record_pk: int) -> HttpResponse:
        segment, entry = self.known(pk)
        segment_to_change(request, pk)
        record = self.record(entry, record_pk)
        form = PickForm(request.POST)
        if not form.is_valid():
            return self.page(segment, record, form, status=422)
        kind = form.cleaned_data["kind"]
        try:
            operation = pick(
                actor=request.user, segment=segment, record=record, kind=kind, reason=form.cleaned_data["reason"]
            )
        except SegmentRefused as refused:
            form.add_error(None, str(refused))
            return self.page(segment, record, form, status=422)
        text = _("%(name)s is pinned in.") if kind == SegmentPick.Kind.PIN else _("%(name)s is blocked out.")
        ui.toast(request, text % {"name": record}, undo_url=reverse("operations:undo", args=[operation.pk]))
        return see_other(request, request.path)

    def page(self, segment: Segment, record: Any, form: PickForm, status: int = 200) -> HttpResponse:
        may_change = can_change_segment(self.request.user, segment) and not segment.is_archived
        context = {
            "segment": segment,
            "why": why(segment, self.request.user, record),
            "form": form if may_change else None,
            "may_change": may_change,
            "page_errors": bool(form.errors),
        }
        return render(self.request, "core/segment_why.html", context, status=status)


class UnpickView(_AboutOne):
    """The pin or block goes; the rule alone says again."""

    allowed = staticmethod(can_make_segments)
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, pk: int, record_pk: int) -> HttpResponse:
        segment, entry = self.known(pk)
        segment_to_change(request, pk)
        record = self.record(entry, record_pk)
        operation = unpick(actor=request.user, segment=segment, record=record)
        if operation is not None:
            undo = reverse("operations:undo", args=[operation.pk])
            ui.toast(request, _("The rule alone says now whether %(name)s belongs.") % {"name": record}, undo_url=undo)
        return see_other(request, reverse("segments:why", args=[pk, record_pk]))
