"""A request as pages behind sign-in see it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

from c2m2a_crm.accounts.models import User

if TYPE_CHECKING:
    from c2m2a_crm.accounts.looking import Look


class SignedInRequest(HttpRequest):
    """Only for annotations: ``LoginRequiredMiddleware`` has seen to it that somebody is signed in."""

    user: User


class SignedIn:
    """For views that only users reach, as their policy has it."""

    request: HttpRequest

    def actor(self) -> User:
        user: User = self.request.user  # type: ignore[assignment]  # the policy let only users in
        return user


class LookingRequest(SignedInRequest):
    """Only for annotations: somebody looks as a colleague (``accounts.looking``), who is the ``user``."""

    look: Look
    would_have_written: bool
