"""Addresses of this room: signing in (allauth, only what is used), the own account, users and teams."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as keys
from allauth.socialaccount import views as social
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.http import require_http_methods, require_safe

from c2m2a_crm.accounts import circle_views, leaving_views, user_views, views

# A page with a form: looked at and sent. Django's form views would take PUT for POST.
form = require_http_methods(["GET", "HEAD", "POST"])
page = require_safe
where_passwords_are_on = views.where_passwords_are_on

# allauth looks its addresses up by these names, so they stand outside the namespace. Sign-up, further addresses and
# connected accounts are left out: an account begins with an invitation and has one address.
signing_in: list[URLPattern | URLResolver] = [
    path("login/", form(account.login), name="account_login"),
    path("logout/", form(account.logout), name="account_logout"),
    path("inactive/", page(account.account_inactive), name="account_inactive"),
    path("reauthenticate/", form(account.reauthenticate), name="account_reauthenticate"),
]

passwords: list[URLPattern | URLResolver] = [
    path("change/", where_passwords_are_on(form(account.password_change)), name="account_change_password"),
    path("set/", where_passwords_are_on(form(account.password_set)), name="account_set_password"),
    path("reset/", where_passwords_are_on(form(account.password_reset)), name="account_reset_password"),
    path("reset/done/", where_passwords_are_on(page(account.password_reset_done)), name="account_reset_password_done"),
    path(
        "reset/key/done/",
        where_passwords_are_on(page(account.password_reset_from_key_done)),
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        where_passwords_are_on(form(account.password_reset_from_key)),
        name="account_reset_password_from_key",
    ),
]

second_factor: list[URLPattern | URLResolver] = [
    path("", page(mfa.index), name="mfa_index"),
    path("authenticate/", form(mfa.authenticate), name="mfa_authenticate"),
    path("reauthenticate/", form(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("totp/activate/", form(totp.activate_totp), name="mfa_activate_totp"),
    path("totp/deactivate/", form(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("recovery-codes/", page(codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path("recovery-codes/generate/", form(codes.generate_recovery_codes), name="mfa_generate_recovery_codes"),
    path("recovery-codes/download/", page(codes.download_recovery_codes), name="mfa_download_recovery_codes"),
    path("webauthn/", page(keys.list_webauthn), name="mfa_list_webauthn"),
    path("webauthn/add/", form(keys.add_webauthn), name="mfa_add_webauthn"),
    # Where only the provider counts, no passkey opens the door alone.
    path("webauthn/login/", where_passwords_are_on(form(keys.login_webauthn)), name="mfa_login_webauthn"),
    path("webauthn/reauthenticate/", form(keys.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("webauthn/keys/<int:pk>/edit/", form(keys.edit_webauthn), name="mfa_edit_webauthn"),
    path("webauthn/keys/<int:pk>/remove/", form(keys.remove_webauthn), name="mfa_remove_webauthn"),
]

single_sign_on: list[URLPattern | URLResolver] = [
    path("<slug:provider_id>/login/", form(views.start_at_provider), name="openid_connect_login"),
    path("<slug:provider_id>/login/callback/", page(views.come_back_from_provider), name="openid_connect_callback"),
    path("cancelled/", page(social.login_cancelled), name="socialaccount_login_cancelled"),
]

own: list[URLPattern | URLResolver] = [
    path("p/invitations/<str:token>/", views.AcceptInvitationView.as_view(), name="invitation"),
    path("account/", views.ProfileView.as_view(), name="profile"),
    path("account/preferences/", views.PreferencesView.as_view(), name="preferences"),
    path("account/sessions/", views.SessionListView.as_view(), name="sessions"),
    path("account/sessions/end-others/", views.EndOtherSessionsView.as_view(), name="end_other_sessions"),
    path("account/sessions/<int:pk>/end/", views.EndSessionView.as_view(), name="end_session"),
    path("users/", user_views.UserListView.as_view(), name="users"),
    path("users/invite/", user_views.InviteView.as_view(), name="invite"),
    path("users/invitations/", user_views.InvitationListView.as_view(), name="invitations"),
    path(
        "users/invitations/<int:pk>/withdraw/", user_views.WithdrawInvitationView.as_view(), name="withdraw_invitation"
    ),
    path("users/invitations/<int:pk>/resend/", user_views.ResendInvitationView.as_view(), name="resend_invitation"),
    path("users/<int:pk>/", user_views.UserDetailView.as_view(), name="user"),
    path("users/<int:pk>/edit/", user_views.UserUpdateView.as_view(), name="edit_user"),
    path("users/<int:pk>/roles/", user_views.UserRolesView.as_view(), name="user_roles"),
    path("users/<int:pk>/look/", user_views.LookAsView.as_view(), name="look_as"),
    path("users/look/stop/", user_views.StopLookingView.as_view(), name="stop_looking"),
    path("users/<int:pk>/leaving/", leaving_views.LeavingView.as_view(), name="leaving"),
    path("users/<int:pk>/close/", user_views.DeactivateUserView.as_view(), name="deactivate_user"),
    path("users/<int:pk>/open/", user_views.ReactivateUserView.as_view(), name="reactivate_user"),
    path("users/<int:pk>/end-sessions/", user_views.EndUserSessionsView.as_view(), name="end_user_sessions"),
    path("teams/", user_views.TeamListView.as_view(), name="teams"),
    path("teams/new/", user_views.TeamCreateView.as_view(), name="create_team"),
    path("teams/<int:pk>/", user_views.TeamUpdateView.as_view(), name="team"),
]

circles: list[URLPattern | URLResolver] = [
    path("", circle_views.CircleListView.as_view(), name="circles"),
    path("new/", circle_views.CircleCreateView.as_view(), name="create_circle"),
    path("<int:pk>/", circle_views.CircleDetailView.as_view(), name="circle"),
    path("<int:pk>/edit/", circle_views.CircleUpdateView.as_view(), name="edit_circle"),
    path("<int:pk>/members/", circle_views.AddMemberView.as_view(), name="add_to_circle"),
    path("<int:pk>/members/<int:user>/", circle_views.MemberView.as_view(), name="circle_member"),
    path("<int:pk>/open/", circle_views.OpenCircleView.as_view(), name="open_circle"),
    path("<int:pk>/accesses/<int:access>/end/", circle_views.EndAccessView.as_view(), name="end_access"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include(signing_in)),
    path("accounts/password/", include(passwords)),
    path("accounts/2fa/", include(second_factor)),
    path("accounts/oidc/", include(single_sign_on)),
    path("", include(([*own, path("circles/", include(circles))], "accounts"))),
]
