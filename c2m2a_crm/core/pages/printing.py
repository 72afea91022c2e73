"""A print that is noted: what it is for, then the page with the browser's own dialog."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from c2m2a_crm.core import printing, rights
from c2m2a_crm.core.purposes import purpose_from, remember_purpose
from c2m2a_crm.core.views import HouseView, see_other


class PrintView(HouseView):
    """POST with the mark of the page (``printing.Printable``) and the purpose; leads back to the page."""

    allowed = staticmethod(rights.can_look)
    http_method_names = ("post", "options")

    def post(self, request: HttpRequest) -> HttpResponse:
        page = printing.printable_from(request.POST.get("mark", ""))
        purpose = purpose_from(request.POST)
        if not purpose:
            return render(request, "core/print_purpose.html", {"mark": page.sealed(), "back": page.path}, status=422)
        event = printing.note_print(request.user, page, purpose)
        remember_purpose(request, purpose)
        joint = "&" if "?" in page.path else "?"
        return see_other(request, f"{page.path}{joint}{printing.PRINT}={event.pk}")
