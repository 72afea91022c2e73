"""What the palette (Ctrl K) finds besides the commands that stand on the page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from c2m2a_crm.core import rights
from c2m2a_crm.core.registries import palette_sources
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.core.views import HouseView

HITS_OF_A_KIND = 5
LONGEST_QUESTION = 200


class PaletteView(HouseView):
    """A fragment: a few hits of every kind that a room contributes; each source shows what the reader may see."""

    allowed = staticmethod(rights.can_look)

    def get(self, request: HttpRequest) -> HttpResponse:
        typed = clean_line(request.GET.get("q", ""))[:LONGEST_QUESTION]
        sources = palette_sources if typed else ()
        found = [(source, source.find(request.user, typed, HITS_OF_A_KIND)) for source in sources]
        groups = [{"label": source.label, "icon": source.icon, "hits": hits} for source, hits in found if hits]
        return render(request, "components/palette_results.html", {"groups": groups})
