"""A briefing as a page, and as a PDF in either language.

Neither holds what was opened to its reader in an emergency: that is read on its own page.
"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core.actor import open_circles
from c2m2a_crm.core.bilingual import LANGUAGES, reader_language
from c2m2a_crm.core.pdf import PdfError
from c2m2a_crm.core.purposes import purpose_from, remember_purpose
from c2m2a_crm.core.reads import note_readings
from c2m2a_crm.core.registries import BriefingAbout, briefing_subjects
from c2m2a_crm.core.views import HouseView
from c2m2a_crm.engagement.briefing.drawing import draw
from c2m2a_crm.engagement.briefing.paper import make_briefing_pdf, marks_of
from c2m2a_crm.engagement.policies import can_read_log


def _found(request: HttpRequest, about: str, pk: int) -> BriefingAbout:
    open_circles(request.user, ())
    subject = briefing_subjects.get(about)
    if subject is None:
        raise Http404
    return subject.find(request.user, pk)


class BriefingView(HouseView):
    allowed = staticmethod(can_read_log)

    def get(self, request: HttpRequest, about: str, pk: int) -> HttpResponse:
        user: Any = request.user
        briefing = draw(user, _found(request, about, pk))
        note_readings(user, briefing.confided)
        context = {
            "briefing": briefing,
            "marks": marks_of(user, briefing),
            "pdf_url": reverse("briefings:pdf", args=[about, pk]) if can_export(user) else "",
        }
        return render(request, "briefing/detail.html", context)


class BriefingPdfView(HouseView):
    """GET asks in which language and what for; POST gives the paper."""

    allowed = staticmethod(can_export)
    http_method_names = ("get", "post", "options")

    def get(self, request: HttpRequest, about: str, pk: int) -> HttpResponse:
        return self._ask(_found(request, about, pk), about)

    def post(self, request: HttpRequest, about: str, pk: int) -> HttpResponse:
        purpose = purpose_from(request.POST)
        if not purpose:
            return self._ask(_found(request, about, pk), about, is_missing=True, status=422)
        language = request.POST.get("language", "")
        language = language if language in LANGUAGES else reader_language()
        user: Any = request.user
        try:
            with translation.override(language):
                briefing = draw(user, _found(request, about, pk))
                data = make_briefing_pdf(actor=user, briefing=briefing, purpose=purpose)
        except PdfError as error:
            return self._ask(_found(request, about, pk), about, refused=str(error), status=503)
        remember_purpose(request, purpose)
        response = HttpResponse(data, content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="briefing-{about}-{pk}-{language}.pdf"'
        response["Cache-Control"] = "no-store"
        return response

    def _ask(
        self, found: BriefingAbout, about: str, *, is_missing: bool = False, refused: str = "", status: int = 200
    ) -> HttpResponse:
        context = {
            "about": found,
            "back": reverse("briefings:detail", args=[about, found.record.pk]),
            "language": reader_language(),
            "is_missing": is_missing,
            "refused": refused,
            "page_errors": is_missing or bool(refused),
        }
        return render(self.request, "briefing/paper.html", context, status=status)
