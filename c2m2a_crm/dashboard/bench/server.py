"""Product and floors behind one server: the address says which of the two answers.

The floors have their own short chain of middleware: a session, and who is signed in by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.test import override_settings

from c2m2a_crm.core.web_process import settle
from c2m2a_crm.dashboard.bench.floors import PREFIX

FLOOR_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "c2m2a_crm.dashboard.bench.server.floor_account",
    "c2m2a_crm.dashboard.bench.server.floor_addresses",
]


def floor_account(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: who is signed in, as Django itself asks, not as the product does with roles and circles."""
    # These need the apps, which a web server loads after this module.
    from django.contrib.auth import SESSION_KEY
    from django.contrib.auth.backends import ModelBackend
    from django.contrib.auth.models import AnonymousUser

    def answered(request: HttpRequest) -> HttpResponse:
        key = request.session.get(SESSION_KEY)
        request.user = (ModelBackend().get_user(key) if key else None) or AnonymousUser()
        return get_response(request)

    return answered


def floor_addresses(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the request is answered by the floors' own addresses."""

    def answered(request: HttpRequest) -> HttpResponse:
        request.urlconf = "c2m2a_crm.dashboard.bench.floors"
        return get_response(request)

    return answered


class Application:
    """A WSGI application of two."""

    def __init__(self) -> None:
        self.product = get_wsgi_application()
        with override_settings(MIDDLEWARE=FLOOR_MIDDLEWARE):
            self.floors = WSGIHandler()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        chosen = self.floors if environ["PATH_INFO"].startswith(PREFIX) else self.product
        return chosen(environ, start_response)


def application() -> Application:
    """What gunicorn calls."""
    made = Application()
    settle()
    return made
