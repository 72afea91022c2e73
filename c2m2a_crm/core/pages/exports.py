"""Lists carried away: at once by GET, as a stored file by POST."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core import exports, jobs, rights
from c2m2a_crm.core.actor import open_circles
from c2m2a_crm.core.registries import ExportableList
from c2m2a_crm.core.views import HouseView, see_other

STREAMED_ROWS = 5_000


class ExportView(HouseView):
    """GET is a plain download of the list as the address describes it, and leaves its audit rows. POST starts a job.

    Beyond :data:`STREAMED_ROWS` rows the page offers the job instead: nobody waits for minutes before a window.
    """

    allowed = staticmethod(rights.can_look)
    http_method_names = ("get", "post", "options")

    def get(self, request: HttpRequest, list_key: str, file_format: str) -> HttpResponseBase:
        entry = self._entry(list_key, file_format)
        open_circles(request.user, ())  # what was opened in an emergency is read on its page and not carried away
        state = entry.state(request)
        if state.total > STREAMED_ROWS:
            icon = {"csv": "file-text", "xlsx": "file-spreadsheet"}[file_format]
            context = {"entry": entry, "query": request.GET.urlencode(), "icon": icon}
            return render(request, "core/export_large.html", context, status=409)
        response: StreamingHttpResponse | FileResponse
        if file_format == "xlsx":
            response = FileResponse(exports.xlsx_file(entry, state, request.user))
        else:
            response = StreamingHttpResponse(exports.stream_csv(entry, state, request.user))
        response["Content-Type"] = exports.CONTENT_TYPES[file_format]
        name = exports.file_name(entry, file_format, timezone.now())
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response

    def post(self, request: HttpRequest, list_key: str, file_format: str) -> HttpResponse:
        entry = self._entry(list_key, file_format)
        job = jobs.start_job(
            actor=request.user,
            kind=exports.JOB_KIND,
            title=_("Export: %(list)s") % {"list": entry.label},
            parameters={"list": entry.key, "format": file_format, "query": request.POST.get("query", "")[:4000]},
        )
        return see_other(request, reverse("core:job", args=[job.pk]))

    def _entry(self, list_key: str, file_format: str) -> ExportableList:
        try:
            entry = exports.list_entry(list_key)
        except exports.UnknownList:
            raise Http404 from None
        if file_format not in exports.FORMATS:
            raise Http404
        user: Any = self.request.user
        if not entry.allowed(user):
            raise PermissionDenied
        return entry
