"""How allauth behaves in this house: no open sign-up, mail through the outbox, roles from the provider's groups."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse, SignupClosedException
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.encoding import force_bytes
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts import policies, services
from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.bilingual import reader_language
from c2m2a_crm.core.models import AuditEvent, Installation
from c2m2a_crm.core.outbox import Mail, queue_mail


class AccountAdapter(DefaultAccountAdapter):
    """Accounts begin with an invitation; everything allauth mails goes through the outbox."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("This account is closed. Ask an administrator to open it again."),
        "email_password_mismatch": _("This e-mail address and this password do not belong together."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This code is not right, or no longer. Enter the one shown now."),
        "incorrect_password": _("This is not your password."),
        "invalid_login": _("This e-mail address and this password do not belong together."),
        "invalid_password_reset": _("This link was already used, or is too old. Ask for a new one."),
        "too_many_login_attempts": _("Too many failed attempts. Wait five minutes, then try again."),
        "rate_limited": _("Too many attempts. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Home; for people without a role, to whom home is closed, their own account, which says so."""
        return resolve_url(settings.LOGIN_REDIRECT_URL if policies.can_look(request.user) else "accounts:profile")

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """The ways to confirm that it is you, in our words."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [{**method, "description": _WAYS_TO_CONFIRM[method["id"]]} for method in methods]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the message in the language of the person whose address it is and put it into the outbox."""
        user = context.get("user")
        if not isinstance(user, User):
            user = User.objects.filter(email__iexact=email).first()
        language = user.language if user else reader_language()
        with translation.override(language):
            words = {**context, "user": user, "email": email, "installation": Installation.current()}
            subject = render_to_string(f"{template_prefix}_subject.txt", words)
            body = render_to_string(f"{template_prefix}_message.txt", words)
        mail = Mail(
            to_address=email,
            to_name=user.name if user else "",
            language=language,
            subject=subject,
            body_text=body.strip() + "\n",
            sensitive_until=timezone.now() + timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
            if "password_reset_url" in context
            else None,
        )
        kind = "accounts." + template_prefix.rsplit("/", 1)[-1]
        queue_mail(mail, kind=kind, key=f"{kind}:{uuid.uuid4().hex}")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note whose account was tried. What was typed is not kept: people type passwords into the wrong field."""
        user = User.objects.filter(email__iexact=credentials.get("email", "")).first()
        AuditEvent.objects.create(
            verb="account.sign_in_refused",
            subject_table=User._meta.db_table,
            subject_id=user.pk if user else None,
            details={"address": self.get_client_ip(request)},
        )

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Note the sign-in, and let the pages speak the person's language from now on."""
        AuditEvent.objects.create(
            actor=user, verb="account.signed_in", subject_table=User._meta.db_table, subject_id=user.pk
        )
        response: HttpResponse = super().post_login(request, user, **kwargs)
        remember_language(response, user.language)
        return response


_WAYS_TO_CONFIRM = {
    "reauthenticate": _("Use your password"),
    "mfa_reauthenticate": _("Use a code of your app"),
    "mfa_reauthenticate:webauthn": _("Use your security key"),
}


def remember_language(response: HttpResponse, language: str) -> None:
    """Set the cookie by which every page knows its language."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of authenticator apps and recovery codes are encrypted at rest with a key made from ``SECRET_KEY``."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": AccountAdapter.error_messages["incorrect_code"],
        "unverified_email": _("Confirm your e-mail address first."),
        "add_email_blocked": _("Turn the second factor off first."),
        "cannot_delete_authenticator": _("The second factor cannot be turned off for this account."),
        "cannot_generate_recovery_codes": _("Set up a second factor first. Recovery codes stand in for it."),
    }

    def get_totp_issuer(self) -> str:
        return Installation.current().name

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Key %(number)d") % {"number": number}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": Installation.current().name}

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()


def _box() -> MultiFernet:
    """Encrypts with the present key; reads what a former one (``SECRET_KEY_FALLBACKS``) wrote."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    derived = (hashlib.sha256(b"accounts.mfa:" + force_bytes(key)).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in derived])


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Single sign-on: a verified address, an account or a group that gives one, roles kept in step with the groups."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find or make the account, then bring its roles in step, before anybody is signed in.

        Raises ``SignupClosedException`` for people who have neither an account nor a group that gives a role.
        """
        if sociallogin.state.get("process") == AuthProcess.CONNECT:
            raise ImmediateHttpResponse(redirect("accounts:profile"))  # accounts are joined by their address only
        roles = roles_of_groups(groups_of(sociallogin))
        if not sociallogin.is_existing:
            user = _account_for(sociallogin, roles)
            sociallogin.connect(request, user)
        if sociallogin.user.is_active:
            services.sync_provider_roles(user=User.objects.get(pk=sociallogin.user.pk), roles=roles)


def _account_for(sociallogin: SocialLogin, roles: set[Role]) -> User:
    claims = _claims(sociallogin)
    address = str(claims.get("email") or "").strip().lower()
    # Some providers send the answer as text, and the text "false" is no answer to be taken for yes.
    if not address or claims.get("email_verified") not in (True, "true"):
        raise SignupClosedException
    user: User | None = User.objects.filter(email__iexact=address).first()
    if user is not None:
        return user
    if not roles:
        raise SignupClosedException
    return services.create_account_from_provider(
        email=address, name=str(claims.get("name") or ""), language=_language(claims), roles=roles
    )


def _claims(sociallogin: SocialLogin) -> dict[str, Any]:
    """What the provider told, from the ID token and the user-info answer; the answer wins."""
    data: dict[str, Any] = sociallogin.account.extra_data or {}
    return {**data, **(data.get("id_token") or {}), **(data.get("userinfo") or {})}


def _language(claims: dict[str, Any]) -> str:
    wish = str(claims.get("locale") or "")[:2].lower()
    return wish if wish in {"en", "fr"} else reader_language()


def groups_of(sociallogin: SocialLogin) -> set[str]:
    """The person's groups at the provider: a list, or names in one text separated by commas or spaces."""
    groups = _claims(sociallogin).get(settings.OIDC_GROUPS_CLAIM) or []
    if isinstance(groups, str):
        groups = groups.replace(",", " ").split()
    return {str(group) for group in groups}


def roles_of_groups(groups: Iterable[str]) -> set[Role]:
    return {Role(settings.OIDC_GROUP_ROLES[group]) for group in groups if group in settings.OIDC_GROUP_ROLES}
