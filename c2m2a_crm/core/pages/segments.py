"""Segments as they are kept: the list of them, made of another list's filters, described, put aside, their history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.core import rights, ui
from c2m2a_crm.core.lists import Column, HouseFilterSet, ListWords, one_of, said
from c2m2a_crm.core.models import Operation, Segment
from c2m2a_crm.core.pages.versioned import VersionedEditView, whole_number
from c2m2a_crm.core.registries import SegmentedList, segmented_lists
from c2m2a_crm.core.segments import (
    SegmentRefused,
    archive_segment,
    can_change_segment,
    can_make_segments,
    describe_segment,
    make_segment,
    replace_rule,
    restore_segment,
)
from c2m2a_crm.core.segments.history import history_page
from c2m2a_crm.core.segments.rules import Rule, asked, filters_in, lost_of
from c2m2a_crm.core.views import HouseView, ListView, see_other, visible_or_404


def segment_or_404(request: HttpRequest, pk: int) -> Segment:
    found: Segment = visible_or_404(Segment.objects.select_related("owner"), request.user, pk=pk)
    return found


def segment_to_change(request: HttpRequest, pk: int) -> Segment:
    segment = segment_or_404(request, pk)
    if not can_change_segment(request.user, segment):
        raise PermissionDenied
    return segment


def list_name(list_key: str) -> str:
    entry = segmented_lists.get(list_key)
    return str(entry.words.label) if entry else list_key


# --- The list of segments ---------------------------------------------------------------------------------------------


def _lists() -> list[tuple[str, Any]]:
    return [(entry.key, entry.words.label) for entry in segmented_lists]


_WHOSE = [("mine", gettext_lazy("Mine")), ("shared", gettext_lazy("Shared with the office"))]
_ARCHIVED = [("archived", gettext_lazy("Archived only")), ("all", gettext_lazy("Archived, too"))]


class SegmentFilterSet(HouseFilterSet):
    """Archived ones are left out unless asked for."""

    q = django_filters.CharFilter(field_name="name", lookup_expr="icontains", label=gettext_lazy("Name"))
    of = said(one_of(gettext_lazy("List"), _lists, "by_list"), gettext_lazy("of the list %(value)s"))
    whose = said(
        one_of(gettext_lazy("Whose"), _WHOSE, "by_whose"),
        "%(value)s",
        {"mine": gettext_lazy("that are mine"), "shared": gettext_lazy("shared with the office")},
    )
    archived = said(
        one_of(gettext_lazy("Archived"), _ARCHIVED, "by_archived"),
        "%(value)s",
        {"archived": gettext_lazy("archived only"), "all": gettext_lazy("archived ones, too")},
    )

    class Meta:
        model = Segment
        fields: list[str] = []

    def filter_queryset(self, queryset: Any) -> Any:
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("archived") else rows.filter(archived_at__isnull=True)

    def by_list(self, rows: models.QuerySet[Segment], name: str, value: str) -> models.QuerySet[Segment]:
        return rows.filter(list_key=value)

    def by_whose(self, rows: models.QuerySet[Segment], name: str, value: str) -> models.QuerySet[Segment]:
        return rows.filter(owner_id=self.request.user.pk) if value == "mine" else rows.filter(is_shared=True)

    def by_archived(self, rows: models.QuerySet[Segment], name: str, value: str) -> models.QuerySet[Segment]:
        return rows.filter(archived_at__isnull=False) if value == "archived" else rows


def _name_cell(segment: Segment) -> SafeString:
    archived = ui.tag(_("Archived"), "line", "archive") if segment.is_archived else ui.NOTHING
    return ui.markup(
        '<span><a class=t href="{}">{}</a><span class=sub>{}</span>{}</span>',
        segment.get_absolute_url(),
        segment.name,
        segment.purpose,
        archived,
    )


def _sharing(segment: Segment) -> str:
    return _("Shared with the office") if segment.is_shared else _("Own")


COLUMNS = (
    Column("name", gettext_lazy("Segment"), str, cell=_name_cell, order=lambda: ["name"], is_row_header=True),
    Column("of", gettext_lazy("List"), lambda segment: list_name(segment.list_key), order=lambda: ["list_key"]),
    Column("owner", gettext_lazy("Owner"), lambda segment: segment.owner.name, order=lambda: ["owner__name"]),
    Column("sharing", gettext_lazy("Sharing"), _sharing, order=lambda: ["is_shared"]),
    Column(
        "made",
        gettext_lazy("Made on"),
        lambda segment: segment.created_at,
        cell=lambda segment: ui.when(segment.created_at),
        order=lambda: ["created_at"],
        is_low=True,
    ),
)


class SegmentListView(ListView):
    """One's own, and those that the office shares."""

    allowed = staticmethod(rights.can_look)
    list_key = "segments"
    template_name = "core/segment_list.html"
    filterset_class = SegmentFilterSet
    columns = COLUMNS
    words = ListWords(
        label=gettext_lazy("Segments"),
        counted=lambda total: ngettext("%(count)s segment", "%(count)s segments", total),
        no_match=gettext_lazy("No segment matches these filters"),
        empty_title=gettext_lazy("No segments yet"),
        empty_text=gettext_lazy(
            "A segment is a set of people or organizations that a filter describes, asked anew each time. Filter one "
            "of their lists, then make a segment of it."
        ),
    )

    def rows(self) -> models.QuerySet[Segment]:
        return Segment.objects.visible_to(self.request.user)

    def default_order(self) -> list[str]:
        return ["name"]

    def context(self, state: Any) -> dict[str, Any]:
        lists = [(entry.words.label, reverse(entry.url_name)) for entry in segmented_lists]
        return {"segmented": lists if can_make_segments(self.request.user) else []}


# --- Made of a list's filters -----------------------------------------------------------------------------------------


class SegmentForm(forms.ModelForm):  # type: ignore[type-arg]  # Django's form classes take no parameters when they run
    purpose = forms.CharField(
        label=gettext_lazy("Purpose"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("What it is for, so that the next person knows whether it still serves."),
    )

    class Meta:
        model = Segment
        fields = ("name", "purpose", "is_shared")

    def _post_clean(self) -> None:
        """The services refuse what the database would: a name that is taken, in words and beside the field."""


class _OfAList(HouseView):
    """The rule stands in the address, as the list itself would have it."""

    allowed = staticmethod(can_make_segments)

    def entry(self, list_key: str) -> SegmentedList:
        entry = segmented_lists.get(list_key)
        if entry is None:
            raise Http404
        if not entry.allowed(self.request.user):
            raise PermissionDenied
        return entry

    @property
    def query(self) -> str:
        return filters_in(self.request.GET.urlencode())

    def page(self, entry: SegmentedList, form: forms.BaseForm, refused: str = "", status: int = 200) -> HttpResponse:
        actor = self.request.user
        state = asked(entry, self.query, actor)
        lost = lost_of(self.query, state.filterset, (), actor)
        rule = Rule(entry, state, None, lost)
        own = [each for each in Segment.objects.visible_to(actor).of_list(entry.key) if can_change_segment(actor, each)]
        context = {
            "entry": entry,
            "form": form,
            "query": self.query,
            "rule_sentence": rule.sentence,
            "count_sentence": "" if lost else entry.words.count_sentence(state),
            "lost": lost,
            "refused": refused,
            "own": own,
            "list_url": f"{reverse(entry.url_name)}?{self.query}",
            "has_rule": bool(state.filterset.in_force()),
            "page_errors": bool(form.errors or refused),
        }
        return render(self.request, "core/segment_create.html", context, status=status)


class SegmentCreateView(_OfAList):
    def get(self, request: HttpRequest, list_key: str) -> HttpResponse:
        return self.page(self.entry(list_key), SegmentForm())

    def post(self, request: HttpRequest, list_key: str) -> HttpResponse:
        entry = self.entry(list_key)
        form = SegmentForm(request.POST)
        if not form.is_valid():
            return self.page(entry, form, status=422)
        try:
            segment = make_segment(actor=request.user, list_key=list_key, query=self.query, **form.cleaned_data)
        except SegmentRefused as refused:
            form.add_error(refused.field or None, str(refused))
            return self.page(entry, form, status=422)
        ui.toast(request, _("Segment made."))
        return see_other(request, segment.get_absolute_url())


class SegmentRuleView(_OfAList):
    """The rule in the address becomes that of a segment that is there already."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest, list_key: str) -> HttpResponse:
        entry = self.entry(list_key)
        segment = segment_to_change(request, whole_number(request.POST.get("segment"), 0))
        if segment.list_key != list_key or segment.is_archived:
            raise Http404
        try:
            operation = replace_rule(actor=request.user, segment=segment, query=self.query)
        except SegmentRefused as refused:
            return self.page(entry, SegmentForm(), refused=str(refused), status=422)
        _told(request, _("The segment has a new rule."), operation)
        return see_other(request, segment.get_absolute_url())


def _told(request: HttpRequest, text: str, operation: Operation) -> None:
    ui.toast(request, text, undo_url=reverse("operations:undo", args=[operation.pk]))


# --- Described, put aside, brought back -------------------------------------------------------------------------------


class SegmentEditView(VersionedEditView):
    allowed = staticmethod(can_make_segments)
    form_class = SegmentForm
    template_name = "core/segment_edit.html"

    def row(self, **address: Any) -> Segment:
        return segment_to_change(self.request, address["pk"])

    def save(self, row: Segment, version: int, changes: Mapping[str, Any]) -> Segment:
        try:
            return describe_segment(actor=self.request.user, segment=row, version=version, changes=changes)
        except SegmentRefused as refused:
            raise ValidationError({refused.field or "name": str(refused)}) from refused

    def done_url(self, row: Segment) -> str:
        return row.get_absolute_url()


class _Put(HouseView):
    allowed = staticmethod(can_make_segments)
    http_method_names = ("post", "options")

    def put(self, pk: int, act: Callable[[Segment], Operation], text: str) -> HttpResponse:
        segment = segment_to_change(self.request, pk)
        try:
            operation = act(segment)
        except SegmentRefused as refused:
            ui.warn(self.request, str(refused))
        else:
            _told(self.request, text % {"name": segment}, operation)
        return redirect(segment.get_absolute_url())


class SegmentArchiveView(_Put):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        reason = request.POST.get("reason", "")[:500]
        return self.put(
            pk,
            lambda segment: archive_segment(actor=request.user, segment=segment, reason=reason),
            _("%(name)s is archived."),
        )


class SegmentRestoreView(_Put):
    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.put(
            pk, lambda segment: restore_segment(actor=request.user, segment=segment), _("%(name)s is restored.")
        )


class SegmentHistoryView(HouseView):
    """What was changed of the segment itself; not who came and went, which the records' own histories tell."""

    allowed = staticmethod(rights.can_look)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        segment = segment_or_404(request, pk)
        before = whole_number(request.GET.get("before"), 0) or None
        context = {"segment": segment, "page": history_page(segment, request.user, before=before)}
        return render(request, "core/segment_history.html", context)
