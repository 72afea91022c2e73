"""Long work: what runs, how far it is, what came of it."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import django_filters
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from c2m2a_crm.core import dates, exports, health, jobs, rights, ui
from c2m2a_crm.core.lists import Column, HouseFilterSet, ListState, ListWords
from c2m2a_crm.core.models import Job
from c2m2a_crm.core.querysets import JobQuerySet
from c2m2a_crm.core.views import HouseView, ListView, see_other, visible_or_404

_TONES = {Job.State.DONE: "ok", Job.State.FAILED: "bad", Job.State.RUNNING: "warn"}


class JobFilterSet(HouseFilterSet):
    q = django_filters.CharFilter(field_name="title", lookup_expr="icontains", label=gettext_lazy("Title"))
    state = django_filters.ChoiceFilter(choices=Job.State.choices, label=gettext_lazy("State"))

    class Meta:
        model = Job
        fields: list[str] = []


def _title_cell(job: Job) -> SafeString:
    return format_html('<a class="t" href="{}">{}</a>', reverse("core:job", args=[job.pk]), job.title)


COLUMNS = (
    Column("title", gettext_lazy("Job"), lambda job: job.title, cell=_title_cell, is_row_header=True),
    Column(
        "state",
        gettext_lazy("State"),
        lambda job: job.get_state_display(),
        cell=lambda job: ui.dot(job.get_state_display(), _TONES.get(job.state, "none")),
    ),
    Column("actor", gettext_lazy("Started by"), lambda job: str(job.actor)),
    Column(
        "created",
        gettext_lazy("Started"),
        lambda job: job.created_at,
        cell=lambda job: ui.when(job.created_at, style="moment"),
        order=lambda: ["created_at"],
    ),
)


class JobListView(ListView):
    order_words = gettext_lazy("newest first")
    search_label = gettext_lazy("Filter by title")
    allowed = staticmethod(rights.can_look)
    list_key = "jobs"
    template_name = "core/job_list.html"
    filterset_class = JobFilterSet
    columns = COLUMNS
    words = ListWords(
        label=gettext_lazy("Jobs"),
        counted=lambda total: ngettext("%(count)s job", "%(count)s jobs", total),
        empty_title=gettext_lazy("No jobs yet"),
        empty_text=gettext_lazy("Imports and large exports run here and tell how far they are."),
    )

    def rows(self) -> JobQuerySet:
        return Job.objects.visible_to(self.request.user)

    def default_order(self) -> list[str]:
        return ["-id"]

    def context(self, state: ListState) -> dict[str, Any]:
        """Whether anybody is at work: a job that waits for a dead worker would wait in silence."""
        return {"silent": [part for part, heard in health.processes().items() if heard != "ok"]}


def _is_mine(request: HttpRequest, job: Job) -> bool:
    return job.actor_id == request.user.pk


def progress_context(request: HttpRequest, job: Job) -> dict[str, Any]:
    """What the live part of a job's page shows; the address to ask again is left out at the end."""
    progress = jobs.progress_of(job)
    if job.error:
        text = job.error
    elif jobs.is_stopping(job):
        text = _("Stopping at the next step.")
    elif job.kind == exports.JOB_KIND and job.state == Job.State.DONE and not job.result_file:
        text = _("The file was deleted after %(days)d days. Export the list again.") % {"days": exports.FILES_LAST.days}
    elif job.is_finished and job.finished_at:
        text = _("Finished %(when)s.") % {"when": dates.relative_date(job.finished_at)}
    elif job.state == Job.State.PREPARED:
        text = _("Nothing has been done yet. It goes on from its own page.")
    elif progress.total:
        done, total = dates.number(progress.done), dates.number(progress.total)
        text = _("%(step)s: %(done)s of %(total)s") % {"step": progress.step, "done": done, "total": total}
    else:
        text = progress.step or str(pgettext_lazy("job", "Waiting for its turn."))
    return {
        "job": job,
        "progress": progress,
        "text": text,
        "refresh_url": ""
        if job.is_finished or job.state == Job.State.PREPARED
        else reverse("core:job_progress", args=[job.pk]),
        "may_cancel": not job.is_finished and not jobs.is_stopping(job),
        # What a list held for its person is not for others, not even for administrators.
        "file_url": reverse("core:job_file", args=[job.pk])
        if job.state == Job.State.DONE and job.result_file and _is_mine(request, job)
        else "",
        "page_url": job.parameters.get("page", ""),
    }


class JobView(HouseView):
    allowed = staticmethod(rights.can_look)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = visible_or_404(Job.objects.select_related("actor"), request.user, pk=pk)
        return render(request, "core/job_detail.html", progress_context(request, job))


class JobProgressView(HouseView):
    """The live part alone, asked for every two seconds while the work goes on."""

    allowed = staticmethod(rights.can_look)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = visible_or_404(Job.objects.all(), request.user, pk=pk)
        response = render(request, "core/_job_progress.html", progress_context(request, job))
        response["Cache-Control"] = "no-store"
        return response


class JobCancelView(HouseView):
    allowed = staticmethod(rights.can_look)

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        job = visible_or_404(Job.objects.all(), request.user, pk=pk)
        jobs.cancel(job)
        return see_other(request, reverse("core:job", args=[job.pk]))


class JobFileView(HouseView):
    """The result, for the person who asked for it: it was made with that person's rights, which are asked again."""

    allowed = staticmethod(rights.can_look)

    def get(self, request: HttpRequest, pk: int) -> FileResponse:
        job = visible_or_404(Job.objects.all(), request.user, pk=pk)
        if job.state != Job.State.DONE or not job.result_file or not _is_mine(request, job):
            raise Http404
        if not exports.may_carry_away(request.user, job) or not jobs.may_fetch(request.user, job):
            raise PermissionDenied
        try:
            file = job.result_file.open("rb")
        except FileNotFoundError:
            raise Http404 from None
        name = PurePath(job.result_file.name or "").name
        response = FileResponse(file, as_attachment=True, filename=name)
        response["Cache-Control"] = "no-store"
        return response
