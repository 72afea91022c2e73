"""Lists carried away: a small one at once, a large one as a stored file."""

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
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.pdf import PdfError
from c2m2a_crm.core.purposes import purpose_from, remember_purpose
from c2m2a_crm.core.registries import ExportableList
from c2m2a_crm.core.views import HouseView, see_other

STREAMED_ROWS = 5_000
# Setting a page takes longer than writing a sheet: a second or two.
PDF_ROWS_AT_ONCE = 1_000


class ExportView(HouseView):
    """The list as the address (GET) or the field ``query`` (POST) describes it, with its rows in the audit.

    A list that may name people or hold what was confided asks first what the file is for, and is given by POST. Beyond
    :data:`STREAMED_ROWS` rows (a PDF: :data:`PDF_ROWS_AT_ONCE`) a job makes the file: nobody waits for minutes before a
    window.
    """

    allowed = staticmethod(rights.can_look)
    http_method_names = ("get", "post", "options")

    def get(self, request: HttpRequest, list_key: str, file_format: str) -> HttpResponseBase:
        entry = self._entry(list_key, file_format)
        open_circles(request.user, ())  # what was opened in an emergency is read on its page and not carried away
        query = request.GET.urlencode()
        if entry.asks_purpose:
            return self._ask(entry, file_format, query)
        state = entry.state(request)
        if not _is_small(state, file_format):
            return self._ask(entry, file_format, query, is_large=True, status=409)
        return self._file(entry, state, file_format)

    def post(self, request: HttpRequest, list_key: str, file_format: str) -> HttpResponseBase:
        entry = self._entry(list_key, file_format)
        query = request.POST.get("query", "")[:4000]
        purpose = purpose_from(request.POST)
        if entry.asks_purpose and not purpose:
            return self._ask(entry, file_format, query, is_missing=True, status=422)
        if purpose:
            remember_purpose(request, purpose)
        state = entry.state(exports.request_for(request.user, query, request.path))
        if _is_small(state, file_format):
            return self._file(entry, state, file_format, purpose)
        parameters = {"list": entry.key, "format": file_format, "query": query}
        job = jobs.start_job(
            actor=request.user,
            kind=exports.JOB_KIND,
            title=_("Export: %(list)s") % {"list": entry.label},
            parameters={**parameters, "purpose": purpose} if purpose else parameters,
        )
        return see_other(request, reverse("core:job", args=[job.pk]))

    def _ask(
        self,
        entry: ExportableList,
        file_format: str,
        query: str,
        *,
        is_large: bool = False,
        is_missing: bool = False,
        refused: str = "",
        status: int = 200,
    ) -> HttpResponse:
        context = {
            "entry": entry,
            "file_format": exports.FORMAT_WORDS[file_format],
            "query": query,
            "is_large": is_large,
            "is_missing": is_missing,
            "cards": "only" if file_format in exports.CARD_VERSIONS else "",
            "refused": refused,
            "page_errors": is_missing or bool(refused),
        }
        return render(self.request, "core/export_ask.html", context, status=status)

    def _file(self, entry: ExportableList, state: ListState, file_format: str, purpose: str = "") -> HttpResponseBase:
        user: Any = self.request.user
        response: StreamingHttpResponse | FileResponse
        if file_format == "csv":
            response = StreamingHttpResponse(exports.stream_csv(entry, state, user, purpose=purpose))
        else:
            try:
                response = FileResponse(exports.stored_file(entry, state, user, file_format, purpose=purpose))
            except PdfError as error:
                return self._ask(entry, file_format, state.query_string, refused=str(error), status=503)
        response["Content-Type"] = exports.CONTENT_TYPES[file_format]
        name = exports.file_name(entry, file_format, timezone.now())
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response

    def _entry(self, list_key: str, file_format: str) -> ExportableList:
        try:
            entry = exports.list_entry(list_key)
        except exports.UnknownList:
            raise Http404 from None
        if file_format not in exports.formats_of(entry):
            raise Http404
        user: Any = self.request.user
        if not entry.allowed(user):
            raise PermissionDenied
        return entry


def _is_small(state: ListState, file_format: str) -> bool:
    return state.total <= (min(PDF_ROWS_AT_ONCE, STREAMED_ROWS) if file_format == "pdf" else STREAMED_ROWS)
