"""The link under each message: looking changes nothing, one button stops the mail, at once and without an account.

RFC 8058: a mail program presses the button by a POST of ``List-Unsubscribe=One-Click``, without cookies, and gets 200
without a detour. The page's own buttons that stop mail send the same words, so that they work where cookies do not;
the link itself, which cannot be guessed, is the proof. Only taking it back asks for the usual protection.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.pages.texts import too_often
from c2m2a_crm.outreach import selectors, services
from c2m2a_crm.outreach.models import Delivery

GUESSES = 20
CHANGES_OF_MIND = 20
_PERIOD = 600
_EVERYTHING = "everything"


@method_decorator([login_not_required, csrf_exempt, never_cache], name="dispatch")
class UnsubscribeView(View):
    http_method_names = ("get", "head", "post", "options")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        delivery = selectors.delivery_of_link(kwargs["signed"])
        if delivery is None:
            if request.method in {"GET", "HEAD", "POST"} and too_often(request, "unsubscribe", GUESSES, _PERIOD):
                return render(request, "429.html", status=429)
            if (request.method or "").lower() not in self.http_method_names:
                return self.http_method_not_allowed(request)
            return _unlisted(render(request, "outreach/unsubscribe_unknown.html", _office(), status=404))
        with translation.override(_language_of(request, delivery)):
            response = super().dispatch(request, delivery)
            response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return _unlisted(response)

    def get(self, request: HttpRequest, delivery: Delivery) -> HttpResponse:
        context = _office() | {
            "delivery": delivery,
            "address": masked(delivery.email.address if delivery.email else ""),
            "audience_name": delivery.campaign.audience_name,
            "stops": selectors.stops_of(delivery),
            "done": request.GET.get("done", ""),
        }
        return render(request, "outreach/unsubscribe.html", context)

    def post(self, request: HttpRequest, delivery: Delivery) -> HttpResponse:
        if request.POST.get("List-Unsubscribe") != "One-Click":
            return self._take_back(request, delivery)
        scope = _scope(request, delivery)
        is_page = request.POST.get("from") == "page"
        services.stop_by_link(
            delivery=delivery, scope=scope, is_one_click=not is_page, evidence=_evidence(request, delivery)
        )
        if is_page:
            return redirect(f"{request.path}?done=stop")
        return HttpResponse(_("Unsubscribed."), content_type="text/plain; charset=utf-8")

    @method_decorator(csrf_protect)
    def _take_back(self, request: HttpRequest, delivery: Delivery) -> HttpResponse:
        if request.POST.get("act") != "resume":
            return HttpResponse(status=422)
        if too_often(request, "resubscribe", CHANGES_OF_MIND, _PERIOD):
            return render(request, "429.html", status=429)
        scope = _scope(request, delivery)
        services.resume_by_link(delivery=delivery, scope=scope, evidence=_evidence(request, delivery))
        return redirect(f"{request.path}?done=resume")


def masked(address: str) -> str:
    """Enough for its owner to know it: whoever was forwarded the message learns no address."""
    local, _at, domain = address.rpartition("@")
    return f"{local[:1]}…@{domain}"


def _scope(request: HttpRequest, delivery: Delivery) -> services.Scope:
    if request.POST.get("scope") == _EVERYTHING:
        return services.EVERYTHING
    return services.Scope(delivery.campaign)


def _evidence(request: HttpRequest, delivery: Delivery) -> dict[str, Any]:
    """What shows that it was pressed, and on what: kept with the row."""
    return {
        "copy": delivery.pk,
        "language": translation.get_language(),
        "audience": delivery.campaign.audience_name.text,
        "network_address": get_adapter().get_client_ip(request),
        "program": request.headers.get("User-Agent", "")[:300],
    }


def _language_of(request: HttpRequest, delivery: Delivery) -> str:
    """The recipient's own, unless the visitor chose one on this site."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if chosen:
        return "fr" if chosen.lower().startswith("fr") else "en"
    return delivery.language or translation.get_language() or "en"


def _office() -> dict[str, Any]:
    return {"office": Installation.current()}


def _unlisted(response: HttpResponseBase) -> HttpResponseBase:
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
