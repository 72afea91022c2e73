"""Addresses of this room: signing in (allauth, only what is used), the own account, users and teams."""

from allauth.account import views as account_views
from allauth.mfa.webauthn import views as key_views
from allauth.socialaccount import views as provider_views
from django.urls import URLPattern, URLResolver, include, path, re_path

from c2m2a_crm.accounts import views

# allauth looks its addresses up by these names, so they stand outside the namespace. Sign-up, further addresses and
# connected accounts are left out: an account begins with an invitation and has one address.
signing_in: list[URLPattern | URLResolver] = [
    path("login/", account_views.login, name="account_login"),
    path("logout/", account_views.logout, name="account_logout"),
    path("inactive/", account_views.account_inactive, name="account_inactive"),
    path("reauthenticate/", account_views.reauthenticate, name="account_reauthenticate"),
    path("password/change/", views.with_passwords(account_views.password_change), name="account_change_password"),
    path("password/set/", views.with_passwords(account_views.password_set), name="account_set_password"),
    path("password/reset/", views.with_passwords(account_views.password_reset), name="account_reset_password"),
    path(
        "password/reset/done/",
        views.with_passwords(account_views.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.with_passwords(account_views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        views.with_passwords(account_views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    # Before allauth's own line for it: where only the provider counts, no passkey opens the door alone.
    path("2fa/webauthn/login/", views.with_passwords(key_views.login_webauthn), name="mfa_login_webauthn"),
    path("2fa/", include("allauth.mfa.urls")),
    path("sso/cancelled/", provider_views.login_cancelled, name="socialaccount_login_cancelled"),
    path("sso/error/", provider_views.login_error, name="socialaccount_login_error"),
    path("", include("allauth.socialaccount.providers.openid_connect.urls")),
]

own: list[URLPattern | URLResolver] = [
    path("p/invitations/<str:token>/", views.AcceptInvitationView.as_view(), name="invitation"),
    path("account/", views.ProfileView.as_view(), name="profile"),
    path("account/preferences/", views.PreferencesView.as_view(), name="preferences"),
    path("account/sessions/", views.SessionListView.as_view(), name="sessions"),
    path("account/sessions/end-others/", views.EndOtherSessionsView.as_view(), name="end_other_sessions"),
    path("account/sessions/<int:pk>/end/", views.EndSessionView.as_view(), name="end_session"),
    path("users/", views.UserListView.as_view(), name="users"),
    path("users/invite/", views.InviteView.as_view(), name="invite"),
    path("users/invitations/", views.InvitationListView.as_view(), name="invitations"),
    path("users/invitations/<int:pk>/withdraw/", views.WithdrawInvitationView.as_view(), name="withdraw_invitation"),
    path("users/invitations/<int:pk>/resend/", views.ResendInvitationView.as_view(), name="resend_invitation"),
    path("users/<int:pk>/", views.UserDetailView.as_view(), name="user"),
    path("users/<int:pk>/edit/", views.UserUpdateView.as_view(), name="edit_user"),
    path("users/<int:pk>/roles/", views.UserRolesView.as_view(), name="user_roles"),
    path("users/<int:pk>/close/", views.DeactivateUserView.as_view(), name="deactivate_user"),
    path("users/<int:pk>/open/", views.ReactivateUserView.as_view(), name="reactivate_user"),
    path("users/<int:pk>/end-sessions/", views.EndUserSessionsView.as_view(), name="end_user_sessions"),
    path("teams/", views.TeamListView.as_view(), name="teams"),
    path("teams/new/", views.TeamCreateView.as_view(), name="create_team"),
    path("teams/<int:pk>/", views.TeamUpdateView.as_view(), name="team"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("accounts/", include(signing_in)),
    path("", include((own, "accounts"))),
]
