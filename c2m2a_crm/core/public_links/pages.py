"""The one door of all public links: who may pass, how often, in which language, and what nobody else learns.

A GET shows; the count of openings is all that it writes. A POST does something, and comes from the page itself. A link
that is wrong, broken off, expired, revoked, used up or to a record that was closed since is answered in one way.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from c2m2a_crm.core.bilingual import LANGUAGES, reader_language
from c2m2a_crm.core.models import Installation, PublicLink
from c2m2a_crm.core.public_links import limits, opening
from c2m2a_crm.core.public_links.opening import OpenedLink
from c2m2a_crm.core.public_links.services import LinkClosed

LANGUAGE = "language"
_GIVEN_BACK = 50


# No cookie stands for anybody here: the secret in the address does, and a press bears the key of the page.
@method_decorator([login_not_required, csrf_exempt, never_cache], name="dispatch")
class PublicLinkView(View):
    http_method_names = ("get", "head", "post", "options")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if (request.method or "").lower() not in self.http_method_names:
            return self.http_method_not_allowed(request)
        if request.method == "OPTIONS":
            return _kept_to_itself(self.options(request))
        opened = opening.find(kwargs["purpose"], kwargs["secret"])
        with translation.override(_language_of(request, opened)):
            response = self.answer(request, opened)
            response.headers.setdefault("Content-Language", reader_language())
        return _kept_to_itself(response)

    def get(self, request: HttpRequest, opened: OpenedLink) -> HttpResponseBase:
        response = opened.purpose.answer(request, opened)
        is_opening = request.method == "GET" and response.status_code == 200 and not opening.is_by_a_robot(request)
        if opened.link is not None and is_opening:
            PublicLink.objects.filter(pk=opened.link.pk).count_opening()
        return response

    def post(self, request: HttpRequest, opened: OpenedLink) -> HttpResponseBase:
        if not opened.may_press(request):
            return _page(request, "public/link_again.html", {"typed": _typed(request)}, status=403)
        try:
            return opened.purpose.answer(request, opened)
        except LinkClosed:
            return refused(request)

    def answer(self, request: HttpRequest, opened: OpenedLink | None) -> HttpResponseBase:
        if opened is None:
            return busy(request) if limits.guesses_too_often(request) else refused(request)
        if opened.link is not None and limits.opens_too_often(request, opened.digest):
            return busy(request)
        return self.post(request, opened) if request.method == "POST" else self.get(request, opened)


def refused(request: HttpRequest) -> HttpResponse:
    """The same to everybody whose link does not work, whatever the cause: what to do, and nothing of any record."""
    return _page(request, "public/link_refused.html", status=404)


def busy(request: HttpRequest) -> HttpResponse:
    response = _page(request, "public/link_busy.html", status=429)
    response["Retry-After"] = str(limits.PERIOD)
    return response


def show(
    request: HttpRequest, template: str, opened: OpenedLink, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page of a purpose; its template extends ``public/link_base.html``, its forms bear ``form_key``."""
    return _page(request, template, {"form_key": opened.form_key, **context}, status=status)


def _typed(request: HttpRequest) -> list[str]:
    """What somebody wrote in words, to give back where a press comes too late; a single word is soon written again."""
    said = (value.strip() for name, value in request.POST.items() if name != "form_key" and isinstance(value, str))
    return [text for text in said if " " in text][:_GIVEN_BACK]


def same_address(request: HttpRequest, **question: str) -> str:
    """The address of the page in the language that was chosen on it, for the way back after a press."""
    chosen = request.GET.get(LANGUAGE, "")
    query = {**question, **({LANGUAGE: chosen} if chosen in LANGUAGES else {})}
    return f"{request.path}?{urlencode(query)}" if query else request.path


def _page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    given = {"office": Installation.current(), "language_query": LANGUAGE, **(context or {})}
    return render(request, template, given, status=status)


def _language_of(request: HttpRequest, opened: OpenedLink | None) -> str:
    """Chosen on this page, else on this site, else the recipient's own, else the browser's.

    A link that does not work has no recipient any more: whose it was would show in the language.
    """
    chosen = request.GET.get(LANGUAGE, "")
    if chosen in LANGUAGES:
        return chosen
    kept = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if kept:
        return "fr" if kept.lower().startswith("fr") else "en"
    return (opened.language if opened else "") or reader_language()


def _kept_to_itself(response: HttpResponseBase) -> HttpResponseBase:
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    return response
