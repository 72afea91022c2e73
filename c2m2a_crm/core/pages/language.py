"""The language switch: a preference, kept in a cookie and, for those who are signed in, with the account."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.views import View

from c2m2a_crm.core import rights
from c2m2a_crm.core.views import return_url


@method_decorator(login_not_required, name="dispatch")
class LanguageView(View):
    """Back to the same page with its filters, in the other language. An unknown language changes nothing."""

    http_method_names = ("post", "options")

    def post(self, request: HttpRequest) -> HttpResponse:
        response = redirect(return_url(request, "/"))
        language = request.POST.get("language", "")
        if language in dict(settings.LANGUAGES):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                language,
                max_age=settings.LANGUAGE_COOKIE_AGE,
                samesite="Lax",
                secure=settings.LANGUAGE_COOKIE_SECURE,
            )
            if request.user.is_authenticated:
                rights.remember_language(request.user, language)
        return response
