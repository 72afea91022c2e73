"""What the accounts note of each request."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from c2m2a_crm.accounts.policies import can_open_circles
from c2m2a_crm.core.actor import open_circles


class OpenedCirclesMiddleware:
    """Lets a reader see what was opened to them in an emergency, on pages that are looked at and nowhere else.

    A form that is sent, a file that is made and a task see what the person's own circles let them see. Whoever lost the
    role meanwhile has lost the sight with it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        opened = getattr(request.user, "opened", ()) if request.method in {"GET", "HEAD"} else ()
        if opened and can_open_circles(request.user):
            open_circles(request.user, opened)
        return self.get_response(request)


class SignOfLifeMiddleware:
    """Notes when each session was last used, every ``SIGN_OF_LIFE_SECONDS``, and at once when its address changes.

    In place of allauth's own, which does so on every request, with five statements.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and request.user.is_authenticated:
            # Itself in place of Django's lazy stand-in, which a page would look through some thousand times.
            request.user = get_user(request)
            told = f"{key} {request.META.get('REMOTE_ADDR', '')} {request.META.get('HTTP_X_FORWARDED_FOR', '')}"
            if cache.add(f"seen:{sha256(told.encode()).hexdigest()}", 1, settings.SIGN_OF_LIFE_SECONDS):
                UserSession.objects.create_from_request(request)
        return self.get_response(request)
