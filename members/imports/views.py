"""Pages of an import: a file, its columns, what each row would do, the work, what came of it."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import can_read_audit
from c2m2a_crm.core import ui
from c2m2a_crm.core.exports import neutralise
from c2m2a_crm.core.imports import Unreadable, Verdict, read_table
from c2m2a_crm.core.models import Job
from c2m2a_crm.core.pages.jobs import progress_context
from c2m2a_crm.core.views import HouseView, see_other, visible_or_404
from members.imports.columns import guess_settings
from members.imports.forms import ColumnsForm, UploadForm
from members.imports.plan import Plan, Subject, plan_import
from members.imports.work import KIND, begin_import, hand_over, keep_settings, settings_of, table_of
from members.policies import can_edit_directory

_PAGE: Final = 100
_DECISIONS_SHOWN: Final = 200
_LEFT_OUT: Final = frozenset({Verdict.REJECTED, Verdict.DECISION, Verdict.SKIPPED})


def _job_or_404(request: HttpRequest, pk: int) -> Job:
    job: Job = visible_or_404(Job.objects.filter(kind=KIND).select_related("actor", "operation"), request.user, pk=pk)
    return job


def _own_job(request: HttpRequest, pk: int) -> Job:
    """The job, for whoever began it: others may look at it, not decide."""
    job = _job_or_404(request, pk)
    if job.actor_id != request.user.pk:
        raise PermissionDenied
    return job


def _is_open(job: Job) -> bool:
    """Columns and decisions may be changed until the work is handed over."""
    return job.state == Job.State.PREPARED


class ImportListView(HouseView):
    """Bring a file, and see the imports before it."""

    allowed = staticmethod(can_edit_directory)

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.page(request, UploadForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.page(request, form, status=422)
        actor: User = request.user  # type: ignore[assignment]  # the policy let only users in
        try:
            job = begin_import(actor=actor, file=form.cleaned_data["file"])
        except Unreadable as refused:
            form.add_error("file", str(refused))
            return self.page(request, form, status=422)
        return see_other(request, reverse("imports:detail", args=[job.pk]))

    def page(self, request: HttpRequest, form: UploadForm, *, status: int = 200) -> HttpResponse:
        rows = Job.objects.visible_to(request.user).filter(kind=KIND).select_related("actor")[:30]
        context = {"form": form, "jobs": rows, "page_errors": bool(form.errors)}
        return render(request, "members/import_list.html", context, status=status)


class ImportView(HouseView):
    """An import at whatever point it is: its columns, its progress, or what came of it."""

    allowed = staticmethod(can_edit_directory)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = _job_or_404(request, pk)
        if _is_open(job):
            table, _data = table_of(job)
            return self.columns(request, job, ColumnsForm(table, settings_of(job)))
        if job.state == Job.State.DONE:
            return self.result(request, job)
        return render(request, "members/import_progress.html", progress_context(request, job) | {"page_url": ""})

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = _own_job(request, pk)
        if not _is_open(job):
            return see_other(request, reverse("imports:detail", args=[pk]))
        table, data = table_of(job)
        settings = settings_of(job)
        form = ColumnsForm(table, settings, request.POST)
        is_valid = form.is_valid()
        if form.is_read_anew and not {"encoding", "delimiter"} & set(form.errors):
            try:
                again = read_table(
                    data,
                    encoding=form.cleaned_data.get("encoding") or settings.encoding,
                    delimiter=form.cleaned_data.get("delimiter") or settings.delimiter,
                )
            except Unreadable as refused:
                form.add_error("encoding", str(refused))
                return self.columns(request, job, form, status=422)
            keep_settings(job, guess_settings(again))
            ui.toast(request, _("The file was read again. Look at the columns once more."))
            return see_other(request, reverse("imports:detail", args=[pk]))
        if not is_valid:
            return self.columns(request, job, form, status=422)
        keep_settings(job, form.chosen())
        return see_other(request, reverse("imports:check", args=[pk]))

    def columns(self, request: HttpRequest, job: Job, form: ColumnsForm, *, status: int = 200) -> HttpResponse:
        context = {
            "job": job,
            "form": form,
            "row_count": len(form.table.rows),
            "notes": form.table.notes,
            "page_errors": bool(form.errors),
        }
        return render(request, "members/import_columns.html", context, status=status)

    def result(self, request: HttpRequest, job: Job) -> HttpResponse:
        counts = job.result.get("organizations", {})
        rows = job.result.get("rows", {})
        left_out = sum(rows.get(verdict.value, 0) for verdict in _LEFT_OUT)
        context = {
            "job": job,
            "counts": [(Verdict(name), number) for name, number in counts.items() if number],
            "rows_read": rows.get("read", 0),
            "left_out": left_out,
            "rejects_url": reverse("imports:rejects", args=[job.pk]) if left_out else "",
            "was_stopped": not job.result.get("applied") and bool(left_out),
            "audit_url": f"{reverse('core:audit')}?operation={job.operation_id}"
            if job.operation_id and can_read_audit(request.user)
            else "",
        }
        return render(request, "members/import_result.html", context)


class ImportCheckView(HouseView):
    """What every row would do. Looking writes nothing; sending the form hands the work over."""

    allowed = staticmethod(can_edit_directory)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = _job_or_404(request, pk)
        if not _is_open(job):
            return see_other(request, reverse("imports:detail", args=[pk]))
        table, _data = table_of(job)
        return self.page(request, job, plan_import(table, settings_of(job)))

    def page(self, request: HttpRequest, job: Job, plan: Plan, *, has_changed: bool = False) -> HttpResponse:
        show = request.GET.get("show", "")
        reports = [report for report in plan.rows if not show or report.verdict.value == show]
        number = request.GET.get("page", "1")
        page = max(1, int(number)) if number.isdecimal() and len(number) < 7 else 1
        shown = reports[(page - 1) * _PAGE : page * _PAGE]
        context = {
            "job": job,
            "plan": plan,
            "counts": [(Verdict(name), count) for name, count in plan.counts.items() if count],
            "segments": _segments(plan, show),
            "reports": shown,
            "page": page,
            "previous": f"?show={show}&page={page - 1}" if page > 1 else "",
            "next": f"?show={show}&page={page + 1}" if page * _PAGE < len(reports) else "",
            "decisions": _decisions(plan)[:_DECISIONS_SHOWN],
            "digest": _digest(plan),
            "has_changed": has_changed,
            "will_write": bool(plan.of(Verdict.NEW) or plan.of(Verdict.UPDATED)),
            "is_stopped": plan.settings.all_or_nothing and not plan.is_clean,
            "is_mine": job.actor_id == request.user.pk,
        }
        return render(request, "members/import_check.html", context, status=409 if has_changed else 200)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = _own_job(request, pk)
        if _is_open(job):
            settings = settings_of(job)
            table, _data = table_of(job)
            plan = plan_import(table, settings)
            if request.POST.get("plan") != _digest(plan):
                return self.page(request, job, plan, has_changed=True)
            decisions = dict(settings.decisions)
            for subject in _decisions(plan):
                choice = request.POST.get(f"decision:{subject.key}", "")
                if choice in _choices(subject):
                    decisions[subject.key] = choice
            hand_over(job, replace(settings, decisions=decisions))
        return see_other(request, reverse("imports:detail", args=[pk]))


def _decisions(plan: Plan) -> list[Subject]:
    """Open questions; the subject's key names their fields in the form."""
    return [subject for subject in plan.subjects if subject.verdict == Verdict.DECISION]


def _digest(plan: Plan) -> str:
    """What a person agrees to with “Import”: the settings, and what would become of each organization.

    Another tab may have changed the columns since the page was made, or a colleague the directory.
    """
    fates = [
        [
            subject.key,
            subject.verdict.value,
            subject.party.pk if subject.party else None,
            sorted(party.pk for party in subject.candidates),
        ]
        for subject in plan.subjects
    ]
    told = json.dumps([plan.settings.to_json(), fates], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _choices(subject: Subject) -> set[str]:
    """What may be decided: only what the page offered."""
    return {"new", "skip", *(f"same:{party.pk}" for party in subject.candidates)}


def _segments(plan: Plan, show: str) -> Sequence[dict[str, Any]]:
    counts = plan.row_counts
    links = [{"label": _("All rows"), "url": "?", "current": not show}]
    for verdict in Verdict:
        if counts[verdict.value]:
            label = f"{verdict.label} {counts[verdict.value]}"
            links.append({"label": label, "url": f"?show={verdict.value}", "current": show == verdict.value})
    return links


class ImportRejectsView(HouseView):
    """The rows that were left out, as a file that can be corrected and brought again."""

    allowed = staticmethod(can_edit_directory)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = _job_or_404(request, pk)
        if job.state != Job.State.DONE:
            raise Http404
        table, _data = table_of(job)
        reports = {entry["line"]: entry for entry in job.result.get("verdicts", ())}
        buffer = io.StringIO(newline="")
        buffer.write("\ufeff")
        writer = csv.writer(buffer, lineterminator="\r\n")
        extra = (_("Line"), _("Verdict"), _("What to do"))
        writer.writerow([neutralise(cell) for cell in (*table.headers, *extra)])
        for row in table.rows:
            entry = reports.get(row.line)
            if entry is None or Verdict(entry["verdict"]) not in _LEFT_OUT:
                continue
            cells = row.cells[: len(table.headers)]
            told = (str(row.line), str(Verdict(entry["verdict"]).label), " ".join(entry["sentences"]))
            writer.writerow([neutralise(cell) for cell in (*cells, *told)])
        response = HttpResponse(buffer.getvalue().encode(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="left-out-{job.pk}.csv"'
        response["Cache-Control"] = "no-store"
        return response
