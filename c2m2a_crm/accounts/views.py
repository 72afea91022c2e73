"""Pages of accounts: invitations, the own account, users and teams. Signing in itself is allauth's."""

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
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from c2m2a_crm.accounts import forms, looking, policies, services
from c2m2a_crm.accounts.adapters import remember_language
from c2m2a_crm.accounts.circles import CircleError
from c2m2a_crm.accounts.lists import USER_COLUMNS, UserFilterSet
from c2m2a_crm.accounts.models import Invitation, Role, Team, User
from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.accounts.selectors import (
    account_history,
    grants_of,
    open_invitations,
    second_factors,
    session_lines,
    sessions_of,
    teams_with_members,
)
from c2m2a_crm.core import ui
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.views import HouseView, ListView

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


class UserListView(ListView):
    allowed = staticmethod(policies.can_administer)
    list_key = "users"
    template_name = "accounts/user_list.html"
    filterset_class = UserFilterSet
    columns = USER_COLUMNS

    def rows(self) -> Any:
        return User.objects.all()

    def default_order(self) -> list[str]:
        return ["name"]

    def context(self, state: ListState) -> dict[str, Any]:
        return {"invitation_count": open_invitations().count()}


class _UserView(HouseView):
    """A page about one account."""

    allowed = staticmethod(policies.can_administer)

    def subject(self, pk: int) -> User:
        return get_object_or_404(User, pk=pk)

    def page(
        self,
        request: SignedInRequest,
        user: User,
        *,
        roles_form: BaseForm | None = None,
        close_form: BaseForm | None = None,
        look_form: BaseForm | None = None,
        status: int = 200,
    ) -> HttpResponse:
        grants = list(grants_of(user))
        held = [grant.role for grant in grants if not grant.revoked_at]
        context = {
            "subject": user,
            "grants": grants,
            "held": [Role(role).label for role in Role.values if role in held],
            "places": user.team_memberships.select_related("team").order_by("-joined_on", "-pk"),
            "second_factors": second_factors(user),
            "session_count": len(sessions_of(user)),
            "changes": account_history(user, request.user),
            "roles_form": roles_form or forms.RolesForm(initial={"roles": held}),
            "close_form": close_form or forms.DeactivateForm(prefix="close"),
            "look_form": look_form or forms.LookForm(prefix="look"),
            "may_look": policies.can_look_as(request.user, user),
            "page_errors": any(form and form.errors for form in (roles_form, close_form, look_form)),
        }
        return render(request, "accounts/user_detail.html", context, status=status)


class UserDetailView(_UserView):
    http_method_names = ["get", "head", "options"]

    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        return self.page(request, self.subject(pk))


class UserUpdateView(_UserView):
    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        user = self.subject(pk)
        return self._form(request, user, forms.ProfileForm(instance=user))

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        user = self.subject(pk)
        form = forms.ProfileForm(request.POST, instance=self.subject(pk))
        if not form.is_valid():
            return self._form(request, user, form)
        services.set_profile(actor=request.user, user=user, **form.cleaned_data)
        ui.toast(request, _("Account saved."))
        return redirect("accounts:user", pk)

    def _form(self, request: SignedInRequest, user: User, form: BaseForm) -> HttpResponse:
        context = {"subject": user, "form": form, "page_errors": bool(form.errors)}
        return render(request, "accounts/user_form.html", context)


class UserRolesView(_UserView):
    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        user = self.subject(pk)
        form = forms.RolesForm(request.POST)
        if form.is_valid():
            try:
                services.set_roles(
                    actor=request.user, user=user, roles=form.cleaned_data["roles"], reason=form.cleaned_data["reason"]
                )
            except (services.LastAdministrator, CircleError) as error:
                form.add_error("roles", str(error))
            else:
                ui.toast(request, _("Roles saved."))
                own_right_is_gone = user.pk == request.user.pk and Role.ADMINISTRATOR not in form.cleaned_data["roles"]
                return redirect("accounts:profile") if own_right_is_gone else redirect("accounts:user", pk)
        return self.page(request, user, roles_form=form)


class DeactivateUserView(_UserView):
    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        user = self.subject(pk)
        form = forms.DeactivateForm(request.POST, prefix="close")
        if form.is_valid():
            try:
                services.deactivate_user(actor=request.user, user=user, reason=form.cleaned_data["reason"])
            except (services.LastAdministrator, CircleError) as error:
                form.add_error(None, str(error))
            else:
                ui.toast(request, _("Account closed."), undo_url=reverse("accounts:reactivate_user", args=[pk]))
                return redirect("accounts:user", pk)
        return self.page(request, user, close_form=form)


class ReactivateUserView(_UserView):
    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        services.reactivate_user(actor=request.user, user=self.subject(pk))
        ui.toast(request, _("Account open again."))
        return redirect("accounts:user", pk)


class EndUserSessionsView(_UserView):
    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        services.sign_out_everywhere(actor=request.user, user=self.subject(pk))
        ui.toast(request, _("Signed out everywhere."))
        return redirect("accounts:user", pk)


class LookAsView(_UserView):
    """Begin to look as the person; the first page is their home."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        user = self.subject(pk)
        form = forms.LookForm(request.POST, prefix="look")
        if form.is_valid():
            try:
                looking.start(request, actor=request.user, colleague=user, reason=form.cleaned_data["reason"])
            except looking.CannotLook as refused:
                form.add_error(refused.field or None, str(refused))
            else:
                return redirect("/")
        return self.page(request, user, look_form=form)


class StopLookingView(View):
    """Look as oneself again, on the page of the person whose pages one saw; the home page where nobody looked."""

    http_method_names = ["post", "options"]

    def post(self, request: SignedInRequest) -> HttpResponse:
        colleague = looking.stop(request, actor=request.user)
        if colleague is None or not policies.can_administer(request.user):
            return redirect("/")
        ui.toast(request, _("You look as yourself again."))
        return redirect("accounts:user", colleague.pk)


class InvitationListView(HouseView):
    allowed = staticmethod(policies.can_administer)
    http_method_names = ["get", "head", "options"]

    def get(self, request: SignedInRequest) -> HttpResponse:
        return render(request, "accounts/invitation_list.html", {"invitations": open_invitations()})


class InviteView(HouseView):
    allowed = staticmethod(policies.can_administer)

    def get(self, request: SignedInRequest) -> HttpResponse:
        return self._page(request, forms.InviteForm(initial={"language": request.LANGUAGE_CODE, "roles": [Role.STAFF]}))

    def post(self, request: SignedInRequest) -> HttpResponse:
        form = forms.InviteForm(request.POST)
        if form.is_valid():
            try:
                invitation = services.invite(
                    actor=request.user, base_url=request.build_absolute_uri("/"), **form.cleaned_data
                )
            except services.AddressHasAccount as error:
                form.add_error("email", str(error))
            else:
                ui.toast(request, _("Invitation sent to %(address)s.") % {"address": invitation.email})
                return redirect("accounts:invitations")
        return self._page(request, form)

    def _page(self, request: SignedInRequest, form: BaseForm) -> HttpResponse:
        context = {"form": form, "page_errors": bool(form.errors), "days": services.INVITATION_LASTS.days}
        return render(request, "accounts/invite.html", context)


class _InvitationView(HouseView):
    allowed = staticmethod(policies.can_administer)
    http_method_names = ["post", "options"]

    def subject(self, pk: int) -> Invitation:
        return get_object_or_404(Invitation.objects.exclude(email=""), pk=pk)


class WithdrawInvitationView(_InvitationView):
    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        try:
            services.withdraw_invitation(actor=request.user, invitation=self.subject(pk))
        except services.InvitationUsed as error:
            ui.warn(request, str(error))
        else:
            ui.toast(request, _("Invitation withdrawn."))
        return redirect("accounts:invitations")


class ResendInvitationView(_InvitationView):
    """A new link to the same address; the one before stops working."""

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        old = self.subject(pk)
        try:
            services.invite(
                actor=request.user,
                email=old.email,
                name=old.name,
                language=old.language,
                roles=old.roles,
                base_url=request.build_absolute_uri("/"),
            )
        except services.AddressHasAccount as error:
            ui.warn(request, str(error))
        else:
            ui.toast(request, _("Invitation sent to %(address)s.") % {"address": old.email})
        return redirect("accounts:invitations")


# --- Teams --------------------------------------------------------------------------------------------------------


class TeamListView(HouseView):
    allowed = staticmethod(policies.can_administer)
    http_method_names = ["get", "head", "options"]

    def get(self, request: SignedInRequest) -> HttpResponse:
        return render(request, "accounts/team_list.html", {"teams": teams_with_members()})


class _TeamFormView(HouseView):
    allowed = staticmethod(policies.can_administer)

    def page(self, request: SignedInRequest, form: BaseForm, team: Team | None) -> HttpResponse:
        context = {"form": form, "team": team, "page_errors": bool(form.errors)}
        return render(request, "accounts/team_form.html", context)


class TeamCreateView(_TeamFormView):
    def get(self, request: SignedInRequest) -> HttpResponse:
        return self.page(request, forms.TeamForm(), None)

    def post(self, request: SignedInRequest) -> HttpResponse:
        form = forms.TeamForm(request.POST)
        if not form.is_valid():
            return self.page(request, form, None)
        services.create_team(actor=request.user, **form.cleaned_data)
        ui.toast(request, _("Team saved."))
        return redirect("accounts:teams")


class TeamUpdateView(_TeamFormView):
    def get(self, request: SignedInRequest, pk: int) -> HttpResponse:
        team = get_object_or_404(Team, pk=pk)
        return self.page(request, forms.TeamForm(instance=team), team)

    def post(self, request: SignedInRequest, pk: int) -> HttpResponse:
        team = get_object_or_404(Team, pk=pk)
        form = forms.TeamForm(request.POST, instance=get_object_or_404(Team, pk=pk))
        if not form.is_valid():
            return self.page(request, form, team)
        services.edit_team(actor=request.user, team=team, **form.cleaned_data)
        ui.toast(request, _("Team saved."))
        return redirect("accounts:teams")
