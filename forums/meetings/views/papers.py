"""Agenda and minutes as PDF or Word file, in the language that is chosen."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core.actor import open_circles
from c2m2a_crm.core.bilingual import LANGUAGES, reader_language
from c2m2a_crm.core.pdf import PdfError
from c2m2a_crm.core.purposes import purpose_from, remember_purpose
from c2m2a_crm.core.views import HouseView
from c2m2a_crm.core.word_papers import CONTENT_TYPE
from forums.meetings.paper import AGENDA, FORMATS, MINUTES, make_meeting_file
from forums.meetings.views.pages import meeting_context, meeting_or_404
from forums.models import Meeting


class MeetingPaperView(HouseView):
    """GET asks which paper, in which language and what for; POST gives it."""

    allowed = staticmethod(can_export)
    http_method_names = ("get", "post", "options")

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._ask(meeting_or_404(request.user, pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        open_circles(request.user, ())  # what was opened in an emergency is read on its page and not carried away
        meeting = meeting_or_404(request.user, pk)
        purpose = purpose_from(request.POST)
        if not purpose:
            return self._ask(meeting, is_missing=True, status=422)
        remember_purpose(request, purpose)
        what = MINUTES if request.POST.get("what") == MINUTES else AGENDA
        language = request.POST.get("language", "")
        language = language if language in LANGUAGES else reader_language()
        asked = request.POST.get("format", "")
        file_format = asked if asked in FORMATS else FORMATS[0]
        user: Any = request.user
        try:
            data = make_meeting_file(
                actor=user, meeting=meeting, what=what, language=language, purpose=purpose, file_format=file_format
            )
        except PdfError as error:
            return self._ask(meeting, refused=str(error), status=503)
        response = HttpResponse(data, content_type=CONTENT_TYPE if file_format == "docx" else "application/pdf")
        name = f"meeting-{meeting.pk}-{what}-{language}.{file_format}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response

    def _ask(self, meeting: Meeting, *, is_missing: bool = False, refused: str = "", status: int = 200) -> HttpResponse:
        context = {
            **meeting_context(meeting, self.request.user),
            "what": MINUTES if self.request.GET.get("what") == MINUTES else AGENDA,
            "language": reader_language(),
            "is_missing": is_missing,
            "refused": refused,
            "page_errors": is_missing or bool(refused),
        }
        return render(self.request, "meetings/paper.html", context, status=status)
