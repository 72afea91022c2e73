"""Acts on many records, and their undo: what was done, until when it can be taken back, and what would stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

import django_filters
from django import forms
from django.contrib.auth import get_user_model
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from c2m2a_crm.core import dates, rights, ui
from c2m2a_crm.core.lists import Column, HouseFilterSet, ListWords, day_of
from c2m2a_crm.core.models import Job, Operation
from c2m2a_crm.core.operations import services
from c2m2a_crm.core.operations.plan import make_plan
from c2m2a_crm.core.operations.words import lost_in_words, stays, written_by
from c2m2a_crm.core.pages.jobs import progress_context
from c2m2a_crm.core.querysets import OperationQuerySet
from c2m2a_crm.core.registries import operation_kinds
from c2m2a_crm.core.views import HouseView, ListView, return_url, see_other, visible_or_404

# So many records that stay are shown; of the others the number.
SHOWN = 100
# What the undo of larger operations would do is found only when asked for.
LOOKED_AT_ONCE = 5_000


def _kinds() -> list[tuple[str, str]]:
    known = {entry.key: str(entry.label) for entry in operation_kinds}
    found = Operation.objects.order_by().values_list("kind", flat=True).distinct()
    return sorted(((key, services.label_of_kind(key)) for key in {*known, *found}), key=lambda choice: choice[1])


def _people(_request: HttpRequest) -> models.QuerySet[Any]:
    return get_user_model()._default_manager.all()


def _day_start(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


class OperationFilterSet(HouseFilterSet):
    """Days are days of the office's time zone, both included."""

    q = django_filters.CharFilter(field_name="summary", lookup_expr="icontains", label=gettext_lazy("What was done"))
    kind = django_filters.ChoiceFilter(choices=_kinds, label=gettext_lazy("Kind"))
    who = django_filters.ModelChoiceFilter(queryset=_people, field_name="actor", label=gettext_lazy("Who"))
    since = day_of(gettext_lazy("From"), method="filter_since")
    until = day_of(gettext_lazy("Until"), method="filter_until")

    class Meta:
        model = Operation
        fields: list[str] = []

    def filter_since(self, rows: OperationQuerySet, name: str, value: Any) -> OperationQuerySet:
        return rows.filter(created_at__gte=_day_start(value))

    def filter_until(self, rows: OperationQuerySet, name: str, value: Any) -> OperationQuerySet:
        return rows.filter(created_at__lt=_day_start(value) + timedelta(days=1))


def _summary(operation: Operation) -> str:
    return operation.title or services.label_of_kind(operation.kind)


def _summary_cell(operation: Operation) -> SafeString:
    url = reverse("operations:detail", args=[operation.pk])
    return format_html('<a class="t" href="{}">{}</a>', url, _summary(operation))


def _who(operation: Operation) -> str:
    return str(operation.actor) if operation.actor else _("A command")


def _row_counts(actor: Any, operations: Sequence[Operation]) -> dict[int, str]:
    counts = {operation.pk: services.row_count(operation, actor) for operation in operations}
    return {pk: dates.number(count) for pk, count in counts.items() if count is not None}


def _state(operation: Operation) -> str:
    if operation.undone_by is not None:
        return _("Undone %(when)s") % {"when": dates.relative_date(operation.undone_by.created_at)}
    if services.kind_of(operation) is None:
        return ""
    until = services.undoable_until(operation)
    if timezone.now() >= until:
        return _("Final")
    return _("Until %(day)s") % {"day": dates.short_date(until)}


COLUMNS = (
    Column("what", gettext_lazy("What was done"), _summary, cell=_summary_cell, is_row_header=True),
    Column("kind", gettext_lazy("Kind"), lambda operation: services.label_of_kind(operation.kind)),
    Column("who", gettext_lazy("Who"), _who),
    Column("rows", gettext_lazy("Rows"), lambda operation, count: count or "", batch=_row_counts),
    Column(
        "at",
        gettext_lazy("When"),
        lambda operation: operation.created_at,
        cell=lambda operation: ui.when(operation.created_at, style="moment"),
        order=lambda: ["id"],
    ),
    Column("undo", gettext_lazy("Can be undone"), _state),
)


class OperationListView(ListView):
    """One's own; administrators see everybody's."""

    order_words = gettext_lazy("newest first")
    search_label = gettext_lazy("Filter by words")
    allowed = staticmethod(rights.can_write)
    list_key = "operations"
    template_name = "core/operation_list.html"
    filterset_class = OperationFilterSet
    columns = COLUMNS
    words = ListWords(
        label=gettext_lazy("Operations"),
        counted=lambda total: ngettext("%(count)s operation", "%(count)s operations", total),
        no_match=gettext_lazy("No operation matches these filters"),
        empty_title=gettext_lazy("No operations yet"),
        empty_text=gettext_lazy("Imports, bulk edits and archived records stand here. Each can be undone for 90 days."),
    )

    def rows(self) -> OperationQuerySet:
        return Operation.objects.visible_to(self.request.user)

    def default_order(self) -> list[str]:
        return ["-id"]


class UndoForm(forms.Form):
    """Why it is taken back, where somebody wants to say it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Kept in the history of each record."),
    )


def _operation_or_404(request: HttpRequest, pk: int) -> Operation:
    rows = Operation.objects.select_related("actor", "undone_by", "undone_by__actor")
    found: Operation = visible_or_404(rows, request.user, pk=pk)
    return found


def _open_job(operation: Operation) -> Job | None:
    jobs = Job.objects.filter(kind=services.JOB_KIND, parameters__operation=operation.pk)
    job = jobs.order_by("-pk").first()
    return job if job is not None and job.state != Job.State.DONE else None


class OperationView(HouseView):
    """What an operation did, and what its undo would do now."""

    allowed = staticmethod(rights.can_write)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.page(request, _operation_or_404(request, pk))

    def page(self, request: HttpRequest, operation: Operation) -> HttpResponse:
        actor = request.user
        refused = services.why_not(actor, operation)
        job = None if services.is_undone(operation) else _open_job(operation)
        kind = services.kind_of(operation)
        context: dict[str, Any] = {
            "operation": operation,
            "title": _summary(operation),
            "kind": services.label_of_kind(operation.kind),
            "who": _who(operation),
            "written": written_by(operation, actor),
            "until": services.undoable_until(operation),
            "refused": "" if services.is_undone(operation) else str(refused or ""),
            "undone_by": operation.undone_by,
            "page_url": kind.page(operation) if kind else "",
            "undoes": self.undone_operation(request, operation),
            "audit_url": f"{reverse('core:audit')}?operation={operation.pk}" if rights.can_read_audit(actor) else "",
            "form": UndoForm(),
        }
        if job is not None:
            context |= progress_context(request, job) | {"page_url": context["page_url"], "undo_job": job}
        if operation.kind == services.UNDO_KIND:
            context |= self.outcome(operation, actor)
        if kind is not None and kind.take_back is not None:
            context["undo_url"] = kind.undo_page(operation) if refused is None else ""
        elif refused is None and (job is None or job.is_finished):
            context |= self.preview(request, operation)
        return render(request, "core/operation_detail.html", context)

    def undone_operation(self, request: HttpRequest, operation: Operation) -> Operation | None:
        """What this undid, where the reader may see it."""
        undone = operation.details.get("undoes")
        return Operation.objects.visible_to(request.user).filter(pk=undone).first() if undone else None

    def outcome(self, operation: Operation, actor: Any) -> dict[str, Any]:
        """What an undo left as it was. Who did not do it is told no number that counts rows closed to them."""
        told = [services.kept_from_json(each) for each in operation.details.get("kept", ())]
        left = stays(told, actor)
        return {
            "left": left[:SHOWN],
            "left_count": len(left),
            "lost_then": lost_in_words(operation.details.get("lost_columns", {})),
        }

    def preview(self, request: HttpRequest, operation: Operation) -> dict[str, Any]:
        rows = services.row_count(operation, request.user) or 0
        if rows > LOOKED_AT_ONCE and "preview" not in request.GET:
            return {"ask_first": True}
        kind = services.kind_of(operation)
        plan = make_plan(operation, request.user, reaches_closed_rows=kind is not None and kind.reaches_closed_rows)
        kept = [(group.key, group.kept) for group in plan.kept[:SHOWN] if group.kept is not None]
        return {
            "can_undo": plan.undone_count > 0,
            "undo_count": plan.undone_count,
            "remove_count": plan.removed_count,
            "return_count": plan.undone_count - plan.removed_count,
            "would_stay": stays(kept, request.user),
            "stay_count": len(plan.kept),
            "unseen": max(0, len(plan.kept) - SHOWN),
            "lost": lost_in_words(plan.lost_columns),
            "is_large": services.is_large(operation),
        }


class OperationUndoView(HouseView):
    """Take it back: at once, or as a job where it wrote many rows. Toasts post here, too."""

    allowed = staticmethod(rights.can_write)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        operation = _operation_or_404(request, pk)
        page = reverse("operations:detail", args=[pk])
        reason = request.POST.get("reason", "")[:500]
        kind = services.kind_of(operation)
        has_own_undo = kind is not None and kind.take_back is not None
        try:
            if kind is not None and has_own_undo and not services.why_not(request.user, operation):
                if kind.asks(request.user, operation):
                    return see_other(request, kind.undo_page(operation))
            elif services.is_large(operation):
                services.start_undo(actor=request.user, operation=operation, reason=reason)
                return see_other(request, page)
            undone = services.undo(actor=request.user, operation=operation, reason=reason)
        except services.UndoRefused as refused:
            ui.warn(request, str(refused))
            return see_other(request, return_url(request, page))
        result = reverse("operations:detail", args=[undone.operation.pk])
        ui.toast(
            request,
            services.result_sentence(undone),
            undo_url="" if has_own_undo else reverse("operations:undo", args=[undone.operation.pk]),
        )
        return see_other(request, result if undone.kept else return_url(request, result))
