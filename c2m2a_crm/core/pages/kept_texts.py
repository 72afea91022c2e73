"""Where long texts are kept while they are typed, and asked for when their form is opened again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from c2m2a_crm.core import dates, kept_texts, rights
from c2m2a_crm.core.views import HouseView

# Fields of the form stand under this, so that none of them can be taken for one of ours.
_TEXT = "text:"


class KeptTextsView(HouseView):
    """GET ?place=…: what is kept at these places. POST: keep the texts of one place; without any, forget it."""

    allowed = staticmethod(rights.can_look)

    def get(self, request: HttpRequest) -> HttpResponse:
        found = kept_texts.kept_at(request.user, request.GET.getlist("place"))
        return JsonResponse(
            {
                "kept": [
                    {
                        "place": each.place,
                        "texts": dict(each.texts),
                        "said": _("On %(day)s at %(time)s.")
                        % {
                            "day": dates.long_date(timezone.localtime(each.at)),
                            "time": dates.time_of_day(timezone.localtime(each.at)),
                        },
                    }
                    for each in found
                ]
            }
        )

    def post(self, request: HttpRequest) -> HttpResponse:
        texts = {name.removeprefix(_TEXT): str(value) for name, value in request.POST.items() if name.startswith(_TEXT)}
        try:
            kept = kept_texts.keep(request.user, request.POST.get("place", ""), texts)
        except kept_texts.CannotKeep:
            return HttpResponse(
                _("Too long to be kept while you type. Save it, or keep a copy."), status=422, content_type="text/plain"
            )
        said = _("Kept at %(time)s, not saved yet.") % {"time": dates.time_of_day(timezone.localtime(kept.at))}
        return HttpResponse(said, content_type="text/plain; charset=utf-8")
