"""What the accounts note of each request."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

# How long a sign of life holds, in seconds: it costs five statements, and a minute is close enough.
SEEN_FOR = 60


class SignOfLifeMiddleware:
    """Notes where and when each session was last used, once a minute and whenever its address changes.

    In place of allauth's own, which does so on every request.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and request.user.is_authenticated:
            told = f"{key} {request.META.get('REMOTE_ADDR', '')} {request.META.get('HTTP_X_FORWARDED_FOR', '')}"
            if cache.add(f"seen:{sha256(told.encode()).hexdigest()}", 1, SEEN_FOR):
                UserSession.objects.create_from_request(request)
        return self.get_response(request)
