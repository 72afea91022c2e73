"""Addresses of accounts and of signing in."""

from __future__ import annotations

from typing import Any

from c2m2a_crm.accounts import services
from c2m2a_crm.accounts.models import Invitation, Role, User
from tests.factories import TeamFactory, UserFactory
from tests.system.role_matrix import Expected, act, administrators, any_account, everybody, form, page


def an_account() -> dict[str, Any]:
    return {"pk": UserFactory(roles=[Role.STAFF]).pk}


def a_team() -> dict[str, Any]:
    return {"pk": TeamFactory().pk}


def an_invitation() -> dict[str, Any]:
    inviter = UserFactory(roles=[Role.ADMINISTRATOR])
    invitation = services.invite(
        actor=inviter, email="guest@office.example", roles=[Role.VIEWER], base_url="http://testserver"
    )
    return {"pk": invitation.pk}


def an_invitation_link() -> dict[str, Any]:
    invitation = Invitation.objects.get(**an_invitation())
    token = "a-token-for-the-matrix"
    invitation.token_digest = services.digest(token)
    invitation.save(update_fields=["token_digest"])
    return {"token": token}


def somebody_elses_session() -> dict[str, Any]:
    from allauth.usersessions.models import UserSession

    owner: User = UserFactory()
    session = UserSession.objects.create(user=owner, ip="192.0.2.1", session_key="k" * 32, user_agent="")
    return {"pk": session.pk}


def a_reset_link() -> dict[str, Any]:
    return {"uidb36": "1", "key": "set-password"}


def the_provider() -> dict[str, Any]:
    return {"provider_id": "unknown"}


def no_key() -> dict[str, Any]:
    return {"pk": 1}


MAKERS = {
    "account": an_account,
    "team": a_team,
    "invitation": an_invitation,
    "invitation_link": an_invitation_link,
    "foreign_session": somebody_elses_session,
    "reset_link": a_reset_link,
    "provider": the_provider,
    "no_key": no_key,
}


def signed_out(status: int, signed_in: int = 302) -> Expected:
    """Pages for people on their way in; who is in already is sent on."""
    return {**any_account(signed_in), "anonymous": status}


ROWS = {
    "account_login": form(signed_out(200)),
    "account_logout": form({**any_account(), "anonymous": 302}),
    "account_inactive": page(everybody()),
    "account_reauthenticate": form(any_account()),
    "account_change_password": form(any_account()),
    "account_set_password": form(any_account(302)),  # everybody in the matrix has one and is sent to change it
    "account_reset_password": form(everybody()),
    "account_reset_password_done": page(everybody()),
    "account_reset_password_from_key": form(everybody(), maker="reset_link"),
    "account_reset_password_from_key_done": page(everybody()),
    "mfa_index": page(any_account()),
    "mfa_authenticate": form(everybody(302)),  # nobody in the matrix is between password and second factor
    "mfa_reauthenticate": form(any_account(302)),  # nobody in the matrix has a second factor: by password, then
    "mfa_activate_totp": form(any_account(302)),  # to confirm that it is you
    "mfa_deactivate_totp": form(any_account(404)),  # nobody in the matrix has one
    "mfa_view_recovery_codes": page(any_account(404)),
    "mfa_generate_recovery_codes": form(any_account(302)),
    "mfa_download_recovery_codes": page(any_account(404)),
    "mfa_list_webauthn": page(any_account()),
    "mfa_add_webauthn": form(any_account(302)),
    "mfa_reauthenticate_webauthn": form(any_account(302)),
    "mfa_remove_webauthn": form(any_account(302), maker="no_key"),
    "mfa_edit_webauthn": form(any_account(302), maker="no_key"),
    "mfa_login_webauthn": form(everybody(302)),
    "socialaccount_login_cancelled": page(everybody()),
    "openid_connect_login": form(everybody(404), maker="provider"),  # this one is not configured
    "openid_connect_callback": page(everybody(404), maker="provider"),
    "accounts:invitation": form(everybody(), maker="invitation_link"),
    "accounts:profile": form(any_account()),
    "accounts:preferences": act(any_account(302), data={"language": "en", "theme": "system"}),
    "accounts:sessions": page(any_account()),
    "accounts:end_session": act(any_account(404), maker="foreign_session"),
    "accounts:end_other_sessions": act(any_account(302)),
    "accounts:users": page(administrators()),
    "accounts:user": page(administrators(), maker="account"),
    "accounts:edit_user": form(administrators(), maker="account"),
    "accounts:user_roles": act(administrators(302), maker="account", data={"roles": ["viewer"]}),
    "accounts:look_as": act(administrators(302), maker="account", data={"look-reason": "Cannot find a forum"}),
    "accounts:stop_looking": act(any_account(302)),
    "accounts:leaving": form(administrators(), maker="account"),
    "accounts:deactivate_user": act(administrators(302), maker="account", data={"close-reason": "Left the office"}),
    "accounts:reactivate_user": act(administrators(302), maker="account"),
    "accounts:end_user_sessions": act(administrators(302), maker="account"),
    "accounts:invite": form(administrators()),
    "accounts:invitations": page(administrators()),
    "accounts:withdraw_invitation": act(administrators(302), maker="invitation"),
    "accounts:resend_invitation": act(administrators(302), maker="invitation"),
    "accounts:teams": page(administrators()),
    "accounts:team": form(administrators(), maker="team"),
    "accounts:create_team": form(administrators()),
}
