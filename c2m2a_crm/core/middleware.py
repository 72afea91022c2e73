"""Per-request context: an identifier for the logs, and the reader's language."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

GetResponse = Callable[[HttpRequest], HttpResponse]
_REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")


class RequestIdMiddleware:
    """Gives each request an identifier, taken from the proxy when it sends a sensible one."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _REQUEST_ID.match(given) else uuid.uuid4().hex
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


class LanguageMiddleware:
    """The language is a preference (cookie, else the browser's wish), never a part of the address."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) or _first_wish(request)
        language = "fr" if wanted.lower().startswith("fr") else "en"
        translation.activate(language)
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def _first_wish(request: HttpRequest) -> str:
    for wish in request.headers.get("Accept-Language", "").split(","):
        language = wish.split(";")[0].strip().lower()
        if language[:2] in {"en", "fr"}:
            return language
    return settings.LANGUAGE_CODE


class UploadLimitMiddleware:
    """Refuses a body that is too large by the length it announces, before anything of it is read.

    A body that announces none is not read at all: nobody could tell where to cut it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or ""
        # The form around a file of the largest size takes some kilobytes of its own.
        if announced.isdecimal() and int(announced) > (settings.UPLOAD_MAX_MB + 1) * 1024**2:
            return render(request, "413.html", {"size": settings.UPLOAD_MAX_MB}, status=413)
        if not announced and "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return render(request, "413.html", {"size": settings.UPLOAD_MAX_MB, "has_no_length": True}, status=411)
        return self.get_response(request)
