"""The hand-over pack of a seat: its page, and the paper in the language that is chosen."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core.actor import open_circles
from c2m2a_crm.core.bilingual import LANGUAGES, reader_language
from c2m2a_crm.core.pdf import PdfError
from c2m2a_crm.core.purposes import purpose_from, remember_purpose
from c2m2a_crm.core.views import HouseView
from forums import policies
from forums.handover.pack import pack_of
from forums.handover.paper import make_pack_pdf
from forums.models import Seat
from forums.views.pages import forum_context, seat_or_404


class PackView(HouseView):
    allowed = staticmethod(policies.can_see_forums)
    http_method_names = ("get", "head", "options")

    def get(self, request: HttpRequest, pk: int, seat_pk: int) -> HttpResponse:
        forum, seat = seat_or_404(request.user, pk, seat_pk)
        user: Any = request.user
        context = {
            **forum_context(forum, user),
            "seat": seat,
            "sections": pack_of(user, seat).sections,
            "paper_url": reverse("forums:pack_paper", args=[pk, seat_pk]) if can_export(user) else "",
        }
        return render(request, "forums/handover/pack.html", context)


class PackPaperView(HouseView):
    """GET asks in which language and what for; POST gives the paper."""

    allowed = staticmethod(can_export)
    http_method_names = ("get", "post", "options")

    def get(self, request: HttpRequest, pk: int, seat_pk: int) -> HttpResponse:
        return self._ask(seat_or_404(request.user, pk, seat_pk)[1])

    def post(self, request: HttpRequest, pk: int, seat_pk: int) -> HttpResponse:
        open_circles(request.user, ())  # what was opened in an emergency is read on its page and not carried away
        _forum, seat = seat_or_404(request.user, pk, seat_pk)
        purpose = purpose_from(request.POST)
        if not purpose:
            return self._ask(seat, is_missing=True, status=422)
        remember_purpose(request, purpose)
        language = request.POST.get("language", "")
        language = language if language in LANGUAGES else reader_language()
        user: Any = request.user
        try:
            data = make_pack_pdf(actor=user, seat=seat, language=language, purpose=purpose)
        except PdfError as error:
            return self._ask(seat, refused=str(error), status=503)
        response = HttpResponse(data, content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="seat-{seat.pk}-hand-over-{language}.pdf"'
        response["Cache-Control"] = "no-store"
        return response

    def _ask(self, seat: Seat, *, is_missing: bool = False, refused: str = "", status: int = 200) -> HttpResponse:
        context = {
            **forum_context(seat.forum, self.request.user),
            "seat": seat,
            "language": reader_language(),
            "is_missing": is_missing,
            "refused": refused,
            "pack_url": reverse("forums:pack", args=[seat.forum_id, seat.pk]),
            "page_errors": is_missing or bool(refused),
        }
        return render(self.request, "forums/handover/paper.html", context, status=status)
