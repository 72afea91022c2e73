"""The engagement record of an organization, a Nation, a person or an initiative, as a PDF to hand over."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from c2m2a_crm.accounts.policies import can_export
from c2m2a_crm.core.actor import open_circles
from c2m2a_crm.core.pdf import PdfError
from c2m2a_crm.core.purposes import purpose_from, remember_purpose
from c2m2a_crm.core.views import HouseView, visible_or_404
from c2m2a_crm.engagement.models import Initiative
from c2m2a_crm.engagement.record_paper import Record, make_record_pdf
from members.models import Party, Person


class RecordPaperView(HouseView):
    """GET asks what the paper is for, POST gives it."""

    allowed = staticmethod(can_export)
    http_method_names = ("get", "post", "options")
    about = ""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._ask(self._record(pk))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        open_circles(request.user, ())  # what was opened in an emergency is read on its page and not carried away
        record = self._record(pk)
        purpose = purpose_from(request.POST)
        if not purpose:
            return self._ask(record, is_missing=True, status=422)
        remember_purpose(request, purpose)
        user: Any = request.user
        try:
            data = make_record_pdf(actor=user, record=record, purpose=purpose)
        except PdfError as error:
            return self._ask(record, refused=str(error), status=503)
        response = HttpResponse(data, content_type="application/pdf")
        name = f"engagement-record-{self.about}-{record.pk}-{timezone.localtime():%Y-%m-%d-%H%M}.pdf"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response

    def _record(self, pk: int) -> Record:
        user: Any = self.request.user
        row: Record
        if self.about == "initiative":
            initiative: Initiative = visible_or_404(Initiative.objects.all(), user, pk=pk)
            if not initiative.is_readable_by(user):
                raise Http404
            row = initiative
        elif self.about == "person":
            row = visible_or_404(Person.objects.all(), user, pk=pk)
        else:
            row = visible_or_404(Party.objects.all(), user, pk=pk)
        return row

    def _ask(self, record: Record, *, is_missing: bool = False, refused: str = "", status: int = 200) -> HttpResponse:
        context = {
            "record": record,
            "back": record.get_absolute_url(),
            "is_missing": is_missing,
            "refused": refused,
            "page_errors": is_missing or bool(refused),
        }
        return render(self.request, "engagement/record_paper.html", context, status=status)
