"""What the accounts note of each request."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import cast

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.middleware import get_user
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from psycopg.errors import InFailedSqlTransaction, ReadOnlySqlTransaction

from c2m2a_crm.accounts import looking
from c2m2a_crm.accounts.policies import can_open_circles
from c2m2a_crm.accounts.requests import LookingRequest
from c2m2a_crm.core import ui
from c2m2a_crm.core.actor import open_circles, pair_behind
from c2m2a_crm.core.reads import note_held_back


class OpenedCirclesMiddleware:
    """Lets a reader see what was opened to them in an emergency, on pages that are looked at and nowhere else.

    A form that is sent, a file that is made and a task see what the person's own circles let them see. Whoever lost the
    role meanwhile has lost the sight with it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        opened = getattr(request.user, "opened", ()) if request.method in {"GET", "HEAD"} else ()
        if opened and pair_behind(request.user) is None and can_open_circles(request.user):
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


# Pages about the account itself, with sessions and keys.
_OWN_PAGES = ("/account/", "/accounts/")


class LookingAsMiddleware:
    """Shows the pages of a colleague to whoever looks as them (``accounts.looking``), and lets nothing else happen.

    The page is made in a transaction in which the database takes no write, whatever a view would do. Files are not
    handed out, forms are not taken, and the pages of the account itself are not shown. What is open to everybody
    (signing out, the language, the logo) stays one's own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        looker = request.user
        if not looker.is_authenticated or not looking.is_asked_for(request) or _is_own(request):
            return self.get_response(request)
        found = looking.look_of(request, looker)
        if found is None:
            looking.stop(request, actor=looker)
            ui.toast(request, _("You look as yourself again."))
            return self.get_response(request)
        looked_at = cast(LookingRequest, request)
        looked_at.user, looked_at.look = found
        if request.method not in {"GET", "HEAD", "OPTIONS"} or request.path.startswith(_OWN_PAGES):
            return _refused(request)
        response = self._read_only(request)
        note_held_back(request.user)
        return response

    def _read_only(self, request: HttpRequest) -> HttpResponse:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
            response = self.get_response(request)
            would_write = getattr(request, "would_have_written", False)
            if would_write:
                transaction.set_rollback(True)
        carries_away = response.streaming or "attachment" in response.get("Content-Disposition", "")
        return _refused(request) if would_write or carries_away else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        """A view that would have written is answered once its transaction is over.

        Elsewhere a database that takes no write is a fault, and stays one.
        """
        if not hasattr(request, "look"):
            return None
        refusals = (ReadOnlySqlTransaction, InFailedSqlTransaction)  # the second, where a view went on after the first
        if not isinstance(exception, DatabaseError) or not isinstance(exception.__cause__, refusals):
            return None
        cast(LookingRequest, request).would_have_written = True
        return HttpResponse(status=403)


def _is_own(request: HttpRequest) -> bool:
    """The way back, and every address for which nobody needs to be signed in."""
    try:
        found = resolve(request.path_info)
    except Resolver404:
        return False
    return found.view_name == "accounts:stop_looking" or not getattr(found.func, "login_required", True)


def _refused(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/looking_only.html", status=403)
