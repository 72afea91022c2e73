"""Pages of the own account: accepting an invitation, profile, preferences, sessions. Signing in itself is allauth's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import requests
import structlog
from allauth.account.utils import perform_login
from allauth.socialaccount.providers.openid_connect import views as provider_views
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from c2m2a_crm.accounts import forms, looking, services
from c2m2a_crm.accounts.adapters import remember_language
from c2m2a_crm.accounts.models import Invitation, User
from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.accounts.selectors import (
    grants_of,
    second_factors,
    session_lines,
    sessions_of,
)
from c2m2a_crm.core import ui

log = structlog.get_logger(__name__)

Page = Callable[..., HttpResponse]


def where_passwords_are_on(view: Page) -> Page:
    """The page exists only where people have passwords here (``LOCAL_PASSWORDS``); its own marks are kept."""

    @wraps(view)
    def gate(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.LOCAL_PASSWORDS:
            raise Http404
        return view(request, *args, **kwargs)

    return gate


def when_provider_answers(view: Page) -> Page:
    """A sign-in provider that is down or talks nonsense gets a page with a sentence, not a fault of the program."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except requests.RequestException as error:
            log.warning("sign-in provider does not answer", error=str(error))
            return render(request, "socialaccount/authentication_error.html", status=502)

    return guarded


start_at_provider = when_provider_answers(provider_views.login)
come_back_from_provider = when_provider_answers(provider_views.callback)


def _show_errors(form: BaseForm, error: ValidationError, fields: Mapping[str, str]) -> None:
    """Put a service's objection beside the field it is about; ``fields`` maps its names to the form's."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        own = fields.get(name, name)
        form.add_error(own if own in form.fields else None, errors)


# --- Invitations --------------------------------------------------------------------------------------------------


_hides_passwords = sensitive_post_parameters("password1", "password2")


@method_decorator([login_not_required, never_cache, _hides_passwords], name="dispatch")
class AcceptInvitationView(View):
    """The one page to which an invitation leads. Looking changes nothing; sending the form makes the account."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            invitation = services.usable_invitation(token)
        except services.AccountError as error:
            return self._refusal(request, error)
        return self._form(request, invitation, forms.AcceptInvitationForm(invitation=invitation))

    def post(self, request: HttpRequest, token: str) -> HttpResponse:
        try:
            invitation = services.usable_invitation(token)
            form = forms.AcceptInvitationForm(request.POST, invitation=invitation)
            if not form.is_valid():
                return self._form(request, invitation, form)
            user = services.accept_invitation(
                token=token,
                name=form.cleaned_data["name"],
                email=form.cleaned_data.get("email", ""),
                password=form.cleaned_data.get("password1"),
                language=request.LANGUAGE_CODE if invitation.is_for_first_administrator else "",
            )
        except ValidationError as error:
            _show_errors(form, error, {"password": "password1"})
            return self._form(request, invitation, form)
        except services.AddressHasAccount as error:
            form.add_error("email" if "email" in form.fields else None, str(error))
            return self._form(request, invitation, form)
        except services.AccountError as error:
            return self._refusal(request, error)
        if not settings.LOCAL_PASSWORDS:
            return redirect("account_login")
        response: HttpResponse = perform_login(request, user, email_verification="none")
        return response

    def _form(self, request: HttpRequest, invitation: Invitation, form: BaseForm) -> HttpResponse:
        context = {"form": form, "invitation": invitation, "page_errors": bool(form.errors)}
        return render(request, "accounts/invitation_accept.html", context)

    def _refusal(self, request: HttpRequest, error: services.AccountError) -> HttpResponse:
        status = 404 if isinstance(error, services.InvitationUnknown) else 410
        return render(request, "accounts/invitation_closed.html", {"reason": str(error)}, status=status)


# --- The own account ----------------------------------------------------------------------------------------------


class ProfileView(View):
    """Who I am here: name, titles, language, shortcuts, how I sign in, where I am signed in."""

    def get(self, request: SignedInRequest) -> HttpResponse:
        return self._page(request, forms.ProfileForm(instance=request.user))

    def post(self, request: SignedInRequest) -> HttpResponse:
        form = forms.ProfileForm(request.POST, instance=User.objects.get(pk=request.user.pk))
        if not form.is_valid():
            return self._page(request, form)
        services.set_profile(actor=request.user, user=request.user, **form.cleaned_data)
        ui.toast(request, _("Profile saved."))
        return redirect("accounts:profile")

    def _page(self, request: SignedInRequest, form: BaseForm) -> HttpResponse:
        user = request.user
        preferences = forms.PreferencesForm(
            initial={
                "language": user.language,
                "theme": request.COOKIES.get("theme") or "system",
                "single_keys": user.single_keys,
            }
        )
        context = {
            "form": form,
            "preferences": preferences,
            "page_errors": bool(form.errors),
            "grants": grants_of(user).filter(revoked_at__isnull=True),
            "places": user.team_memberships.filter(left_on__isnull=True).select_related("team"),
            "second_factors": second_factors(user),
            "session_count": len(sessions_of(user)),
            "has_password": user.has_usable_password(),
            "local_passwords": settings.LOCAL_PASSWORDS,
        }
        return render(request, "accounts/profile.html", context)


class PreferencesView(View):
    """Language, light or dark, single keys. The theme belongs to the device, hence to a cookie."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest) -> HttpResponse:
        form = forms.PreferencesForm(request.POST)
        if not form.is_valid():
            ui.warn(request, _("These preferences cannot be saved. Choose from what the page offers."))
            return redirect("accounts:profile")
        language = form.cleaned_data["language"]
        services.set_preferences(user=request.user, language=language, single_keys=form.cleaned_data["single_keys"])
        with translation.override(language):
            ui.toast(request, _("Preferences saved."))
        response = redirect("accounts:profile")
        remember_language(response, language)
        if form.cleaned_data["single_keys"]:
            response.delete_cookie("keys", samesite="Lax")  # the switch of this device, which would win otherwise
        theme = form.cleaned_data["theme"]
        if theme != "system":
            response.set_cookie("theme", theme, max_age=settings.LANGUAGE_COOKIE_AGE, samesite="Lax")
        else:
            response.delete_cookie("theme", samesite="Lax")
        return response


class SessionListView(View):
    """Where I am signed in, with a way out for each."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: SignedInRequest) -> HttpResponse:
        return render(
            request,
            "accounts/sessions.html",
            {
                "sessions": session_lines(request.user, request.session.session_key),
                "looks": looking.looks_at(request.user),
            },
        )


class EndSessionView(View):
    """End one of my sessions; somebody else's does not exist for me."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        session = get_object_or_404(UserSession, user=request.user, pk=pk)
        is_this_one = session.session_key == request.session.session_key
        session.end()
        if is_this_one:
            return redirect("account_login")
        ui.toast(request, _("Session ended."))
        return redirect("accounts:sessions")


class EndOtherSessionsView(View):
    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest) -> HttpResponse:
        here = request.session.session_key
        others = [session for session in sessions_of(request.user) if session.session_key != here]
        for session in others:
            session.end()
        ended = ngettext("%(count)d session ended.", "%(count)d sessions ended.", len(others)) % {"count": len(others)}
        ui.toast(request, ended)
        return redirect("accounts:sessions")


# --- Users, for administrators ------------------------------------------------------------------------------------
