"""Pages of users, invitations and teams, for administrators."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from c2m2a_crm.accounts import forms, looking, policies, services
from c2m2a_crm.accounts.circles import CircleError
from c2m2a_crm.accounts.lists import USER_COLUMNS, UserFilterSet
from c2m2a_crm.accounts.models import Invitation, Role, Team, User
from c2m2a_crm.accounts.requests import SignedInRequest
from c2m2a_crm.accounts.selectors import (
    account_history,
    grants_of,
    open_invitations,
    second_factors,
    sessions_of,
    teams_with_members,
)
from c2m2a_crm.core import ui
from c2m2a_crm.core.lists import ListState
from c2m2a_crm.core.views import HouseView, ListView


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
