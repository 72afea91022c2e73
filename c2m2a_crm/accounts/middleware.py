"""What the accounts note of each request."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse


class SignOfLifeMiddleware:
    """Notes when each session was last used, every ``SIGN_OF_LIFE_SECONDS``, and at once when its address changes.

    In place of allauth's own, which does so on every request, with five statements.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and request.user.is_authenticated:
            told = f"{key} {request.META.get('REMOTE_ADDR', '')} {request.META.get('HTTP_X_FORWARDED_FOR', '')}"
            if cache.add(f"seen:{sha256(told.encode()).hexdigest()}", 1, settings.SIGN_OF_LIFE_SECONDS):
                UserSession.objects.create_from_request(request)
        return self.get_response(request)
