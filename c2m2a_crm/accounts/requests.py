"""A request as pages behind sign-in see it."""

from __future__ import annotations

from django.http import HttpRequest

from c2m2a_crm.accounts.models import User


class SignedInRequest(HttpRequest):
    """Only for annotations: ``LoginRequiredMiddleware`` has seen to it that somebody is signed in."""

    user: User
