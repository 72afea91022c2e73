"""The page of the link under each message: one button stops the mail, at once and without an account.

RFC 8058: a mail program presses the button by a POST of ``List-Unsubscribe=One-Click``, without cookies, and gets 200
without a detour. The page's own buttons that stop mail send the same words, so that a page that stood open for a year
works; the link itself, which cannot be guessed, is the proof. Only taking it back must come from the page.

What all public links share (refusals, language, nothing written by looking) is ``core.public_links``.
"""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from c2m2a_crm.core.public_links import pages
from c2m2a_crm.core.public_links.limits import is_over
from c2m2a_crm.core.public_links.opening import OpenedLink
from c2m2a_crm.outreach import selectors, services
from c2m2a_crm.outreach.models import Delivery

CHANGES_OF_MIND = 20
_EVERYTHING = "everything"


def is_one_click(request: HttpRequest) -> bool:
    return request.POST.get("List-Unsubscribe") == "One-Click"


def answer(request: HttpRequest, opened: OpenedLink) -> HttpResponse:
    delivery: Delivery = opened.subject
    if request.method != "POST":
        return _page(request, opened, delivery)
    return _stop(request, delivery) if is_one_click(request) else _take_back(request, delivery)


def _page(request: HttpRequest, opened: OpenedLink, delivery: Delivery) -> HttpResponse:
    context = {
        "delivery": delivery,
        "address": masked(delivery.email.address if delivery.email else ""),
        "audience_name": delivery.campaign.audience_name,
        "stops": selectors.stops_of(delivery),
        "done": request.GET.get("done", ""),
    }
    return pages.show(request, "outreach/unsubscribe.html", opened, context)


def _stop(request: HttpRequest, delivery: Delivery) -> HttpResponse:
    is_page = request.POST.get("from") == "page"
    services.stop_by_link(
        delivery=delivery,
        scope=_scope(request, delivery),
        is_one_click=not is_page,
        evidence=_evidence(request, delivery),
    )
    if is_page:
        return redirect(pages.same_address(request, done="stop"))
    return HttpResponse(_("Unsubscribed."), content_type="text/plain; charset=utf-8")


def _take_back(request: HttpRequest, delivery: Delivery) -> HttpResponse:
    if request.POST.get("act") != "resume":
        return HttpResponse(status=422)
    if is_over("resubscribe", str(delivery.token), CHANGES_OF_MIND):
        return pages.busy(request)
    services.resume_by_link(delivery=delivery, scope=_scope(request, delivery), evidence=_evidence(request, delivery))
    return redirect(pages.same_address(request, done="resume"))


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
