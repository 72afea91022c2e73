"""Retention: the rules with their periods, and the monthly previews that wait for an approval."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.core import ui
from c2m2a_crm.core.disposal import DisposalRefused
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.refusals import ActRefused
from c2m2a_crm.core.registries import RetentionRule, retention_rules
from c2m2a_crm.core.validity import today
from c2m2a_crm.core.views import HouseView, ListView, see_other, visible_or_404
from c2m2a_crm.privacy import policies
from c2m2a_crm.privacy.keeping_forms import ApprovalForm, LeaveOutForm, PeriodForm
from c2m2a_crm.privacy.keeping_lists import RUN_COLUMNS, RUN_WORDS, RunFilterSet, run_tag
from c2m2a_crm.privacy.models import RetentionRow, RetentionRun
from c2m2a_crm.privacy.services import holds, retention

ROWS_SHOWN = 50


def rules_with_periods() -> list[dict[str, Any]]:
    """Each rule of the house with the period that holds today in this office, if any."""
    periods = retention.periods_on(today())
    return [{"rule": rule, "period": periods.get(rule.key)} for rule in retention_rules]


class RetentionListView(ListView):
    """The previews, newest month first; above them the rules."""

    allowed = staticmethod(policies.can_handle_privacy)
    list_key = "retention"
    template_name = "privacy/retention_list.html"
    filterset_class = RunFilterSet
    columns = RUN_COLUMNS
    words = RUN_WORDS
    order_words = gettext_lazy("newest month first")
    search_label = gettext_lazy("Filter by authority or reason")

    def rows(self) -> Any:
        return RetentionRun.objects.visible_to(self.request.user).for_list()

    def default_order(self) -> list[str]:
        return ["-month", "rule", "pk"]

    def context(self, state: ListState) -> dict[str, Any]:
        return {"rules": rules_with_periods(), "may_change": policies.can_approve_disposal(self.request.user)}


class PeriodView(HouseView):
    """A rule keeps for another time from a day on; the days before stay as they were."""

    allowed = staticmethod(policies.can_approve_disposal)

    def get(self, request: SignedInRequest, rule: str) -> HttpResponse:
        entry = rule_or_404(rule)
        period = retention.period_of(entry, today())
        start = {"first": today()}
        if period is not None:
            start |= {
                name: getattr(period, name) for name in ("months", "authority_en", "authority_fr", "is_confirmed")
            }
        return self.page(request, entry, PeriodForm(initial=start))

    def post(self, request: SignedInRequest, rule: str) -> HttpResponse:
        entry = rule_or_404(rule)
        form = PeriodForm(request.POST)
        if form.is_valid():
            try:
                retention.set_period(actor=request.user, rule=entry, **form.cleaned_data)
            except ActRefused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            else:
                ui.toast(request, _("Period changed."))
                return see_other(request, reverse("privacy:retention"))
        return self.page(request, entry, form, status=422)

    def page(
        self, request: SignedInRequest, rule: RetentionRule, form: PeriodForm, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "heading": rule.label,
            "lede": f"{rule.what} {rule.how}",
            "form": form,
            "submit": _("Keep for so long"),
            "back_url": reverse("privacy:retention"),
            "back": _("Retention"),
            "page_errors": bool(form.errors),
        }
        return render(request, "privacy/keeping_form.html", context, status=status)


def rule_or_404(key: str) -> RetentionRule:
    rule = retention_rules.get(key)
    if rule is None:
        raise Http404
    return rule


def run_or_404(user: Any, pk: int) -> RetentionRun:
    rows = RetentionRun.objects.select_related("period", "approved_by", "job")
    found: RetentionRun = visible_or_404(rows, user, pk=pk)
    return found


class RunView(HouseView):
    """One preview: its rows, what holds them, and the approval."""

    allowed = staticmethod(policies.can_handle_privacy)
    http_method_names = ("get", "head", "options")

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return run_page(request, run_or_404(request.user, pk))


class ApproveView(HouseView):
    allowed = staticmethod(policies.can_approve_disposal)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        run = run_or_404(request.user, pk)
        form = ApprovalForm(request.POST, number=_going(run))
        if form.is_valid():
            try:
                job = retention.approve(
                    actor=request.user,
                    run=run,
                    version=form.cleaned_data["version"],
                    authority=form.cleaned_data["authority"],
                    reason=form.cleaned_data["reason"],
                    base_url=request.build_absolute_uri("/"),
                )
            except ActRefused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
            except DisposalRefused as refused:
                form.add_error("authority", " ".join(refused.sentences))
            else:
                return see_other(request, reverse("core:job", args=[job.pk]))
        return run_page(request, run, form, status=422)


def _going(run: RetentionRun) -> int:
    return run.rows.filter(excluded_by__isnull=True).count()


def run_page(
    request: SignedInRequest, run: RetentionRun, form: ApprovalForm | None = None, *, status: int = 200
) -> HttpResponse:
    rule = rule_or_404(run.rule)
    may_act = policies.can_approve_disposal(request.user)
    is_open = run.approved_at is None or retention.has_failed(run)
    page = Paginator(run.rows.select_related("excluded_by").order_by("pk"), ROWS_SHOWN).get_page(
        request.GET.get("page")
    )
    keys = [row.row_id for row in page]
    names = rule.names(request.user, keys)
    addresses = rule.addresses(list(names))
    held = holds.held_keys(rule.model, keys) if is_open else set()
    lines = [
        {
            "row": row,
            "name": names.get(row.row_id) or _("No. %(number)d") % {"number": row.row_id},
            "url": addresses.get(row.row_id, ""),
            "is_held": row.row_id in held,
        }
        for row in page
    ]
    going = _going(run)
    if form is None:
        start = {"version": run.version, "authority": run.period.authority.text}
        form = ApprovalForm(initial=start, number=going)
    context = {
        "run": run,
        "rule": rule,
        "state": run_tag(run),
        "lines": lines,
        "page": page,
        "going": going,
        "form": form,
        "is_open": is_open,
        "may_act": may_act and is_open,
        "told": retention.told(run) if run.finished_at else [],
        "failed": retention.has_failed(run),
        "page_errors": bool(form.errors),
    }
    return render(request, "privacy/retention_run.html", context, status=status)


class LeaveOutView(HouseView):
    """Leave one row out this month, with a reason; or take it in again."""

    allowed = staticmethod(policies.can_approve_disposal)

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        row = row_or_404(request.user, pk)
        return self.page(request, row, LeaveOutForm())

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        row = row_or_404(request.user, pk)
        try:
            if "again" in request.POST:
                retention.take_in_again(actor=request.user, row=row)
                ui.toast(request, _("It is in the list again."))
                return see_other(request, row.run.get_absolute_url())
            form = LeaveOutForm(request.POST)
            if form.is_valid():
                retention.leave_out(actor=request.user, row=row, reason=form.cleaned_data["reason"])
                ui.toast(request, _("Left out."))
                return see_other(request, row.run.get_absolute_url())
        except ActRefused as refusal:
            ui.warn(request, str(refusal))
            return see_other(request, row.run.get_absolute_url())
        return self.page(request, row, form, status=422)

    def page(
        self, request: SignedInRequest, row: RetentionRow, form: LeaveOutForm, *, status: int = 200
    ) -> HttpResponse:
        context = {
            "heading": _("Leave out of this month"),
            "lede": _("The next month asks again. A legal hold keeps it for longer."),
            "form": form,
            "submit": _("Leave out"),
            "back_url": row.run.get_absolute_url(),
            "back": str(row.run.label),
            "page_errors": bool(form.errors),
        }
        return render(request, "privacy/keeping_form.html", context, status=status)


def row_or_404(user: Any, pk: int) -> RetentionRow:
    if not policies.can_handle_privacy(user):
        raise PermissionDenied
    row: RetentionRow = get_object_or_404(RetentionRow.objects.select_related("run", "run__job"), pk=pk)
    return row
