"""Everything that changes an account: invitations, roles, teams, preferences, the first administrator."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import models, transaction
from django.db.models import F, Value
from django.db.models.expressions import CombinedExpression
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.accounts import circles, policies
from c2m2a_crm.accounts.models import Invitation, Role, RoleGrant, Team, TeamMembership, User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import AuditEvent, Installation
from c2m2a_crm.core.outbox import Mail, queue_mail
from c2m2a_crm.core.text import clean_line, fold

INVITATION_LASTS = timedelta(days=14)
FIRST_LINK_LASTS = timedelta(hours=24)
_FIRST_START = "first start"
_INVITATION = "invitation"
_PROVIDER = "sign-in provider"


class AccountError(Exception):
    """An act on an account that a rule forbids. ``str()`` is a sentence for the person who tried."""

    sentence: ClassVar[str | Promise] = ""

    def __str__(self) -> str:
        return str(self.sentence)


class AddressHasAccount(AccountError):
    sentence = _("This address already has an account.")


class LastAdministrator(AccountError):
    sentence = _("This is the last administrator. Give the role to somebody else first.")


class InvitationUsed(AccountError):
    sentence = _("This invitation was already used. Sign in with the account it made.")


class InvitationExpired(AccountError):
    sentence = _("This invitation has expired. Ask an administrator for a new one.")


class InvitationWithdrawn(AccountError):
    sentence = _("This invitation was withdrawn. Ask an administrator for a new one.")


class InvitationUnknown(AccountError):
    sentence = _("This link leads to no invitation. Check that the whole address was copied.")


# --- Invitations --------------------------------------------------------------------------------------------------


def digest(token: str) -> str:
    """What the database keeps of a token: whoever reads the table cannot use the link."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(
    *, actor: User, email: str, name: str = "", language: str = "en", roles: Iterable[str], base_url: str
) -> Invitation:
    """Invite one person by mail. An earlier open invitation to the same address is withdrawn.

    ``base_url`` is the address under which the product is reached, for the link in the mail.
    """
    policies.require(policies.can_administer(actor))
    address = clean_line(email).lower()
    validate_email(address)
    with recorded(actor):
        if User.objects.filter(email__iexact=address).exists():
            raise AddressHasAccount
        _withdraw_open(Invitation.objects.filter(email__iexact=address))
        invitation, token = _new_invitation(
            email=address,
            name=clean_line(name),
            language=language,
            roles=[Role(role).value for role in dict.fromkeys(roles)],
            invited_by=actor,
            lasts=INVITATION_LASTS,
        )
        _mail_invitation(invitation, _link(base_url, token))
    return invitation


def withdraw_invitation(*, actor: User, invitation: Invitation) -> Invitation:
    """Make the link useless. Withdrawing twice changes nothing; a used invitation cannot be withdrawn."""
    policies.require(policies.can_administer(actor))
    with recorded(actor):
        invitation = Invitation.objects.select_for_update().get(pk=invitation.pk)
        if invitation.accepted_at:
            raise InvitationUsed
        if not invitation.withdrawn_at:
            invitation.withdrawn_at = timezone.now()
            invitation.save(update_fields=["withdrawn_at"])
    return invitation


def usable_invitation(token: str, *, lock: bool = False) -> Invitation:
    """The invitation behind a link, or the reason why the link opens nothing."""
    rows = Invitation.objects.select_for_update() if lock else Invitation.objects.all()
    invitation = rows.filter(token_digest=digest(token)).first()
    if invitation is None:
        raise InvitationUnknown
    if invitation.accepted_at:
        raise InvitationUsed
    if invitation.withdrawn_at:
        raise InvitationWithdrawn
    if invitation.expires_at <= timezone.now():
        raise InvitationExpired
    if invitation.is_for_first_administrator and administrator_exists():
        raise InvitationUsed
    return invitation


def accept_invitation(*, token: str, name: str, password: str | None, email: str = "", language: str = "") -> User:
    """Make the invited person's account. ``email`` counts only for the first administrator, whom nobody could write to.

    Raises ``ValidationError`` keyed by field for a weak password or a bad address; an unusable link by its own error.
    """
    with transaction.atomic():
        invitation = usable_invitation(token, lock=True)
        first = invitation.is_for_first_administrator
        with recorded(None, system=_FIRST_START if first else _INVITATION):
            user = _new_user(
                email=email if first else invitation.email,
                name=name,
                language=language or invitation.language,
                password=password,
            )
            for role in invitation.roles:
                _grant(user, Role(role), granted_by=invitation.invited_by)
            invitation.accepted_at = timezone.now()
            invitation.accepted_by = user
            invitation.save(update_fields=["accepted_at", "accepted_by"])
    return user


def administrator_exists() -> bool:
    """Whether anybody can administer: an open grant on an active account."""
    return _open_administrators().exists()


def first_administrator_link(base_url: str) -> str | None:
    """A one-time link that makes the first administrator, or None once there is one.

    Only the digest is kept, so a link cannot be shown again: each call makes a new one, and the unused one before it
    stops working.
    """
    with recorded(None, system=_FIRST_START):
        if administrator_exists():
            return None
        _withdraw_open(Invitation.objects.filter(email=""))
        _invitation, token = _new_invitation(
            email="",
            name="",
            language="en",
            roles=[Role.ADMINISTRATOR.value],
            invited_by=None,
            lasts=FIRST_LINK_LASTS,
        )
    return _link(base_url, token)


def _new_invitation(
    *, email: str, name: str, language: str, roles: list[str], invited_by: User | None, lasts: timedelta
) -> tuple[Invitation, str]:
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        email=email,
        name=name,
        language=language,
        roles=roles,
        token_digest=digest(token),
        invited_by=invited_by,
        expires_at=timezone.now() + lasts,
    )
    invitation.save()
    return invitation, token


def _withdraw_open(rows: models.QuerySet[Invitation]) -> None:
    rows.filter(accepted_at__isnull=True, withdrawn_at__isnull=True).update(withdrawn_at=timezone.now())


def _link(base_url: str, token: str) -> str:
    return base_url.rstrip("/") + reverse("accounts:invitation", args=[token])


def _mail_invitation(invitation: Invitation, link: str) -> None:
    with translation.override(invitation.language):
        context = {"invitation": invitation, "link": link, "installation": Installation.current()}
        mail = Mail(
            to_address=invitation.email,
            to_name=invitation.name,
            language=invitation.language,
            subject=render_to_string("accounts/email/invitation_subject.txt", context),
            body_text=render_to_string("accounts/email/invitation_message.txt", context),
            sensitive_until=invitation.expires_at,
        )
    queue_mail(mail, kind="accounts.invitation", key=f"accounts.invitation:{invitation.pk}")


# --- Accounts -----------------------------------------------------------------------------------------------------


def _new_user(*, email: str, name: str, language: str, password: str | None) -> User:
    address = clean_line(email).lower()
    if User.objects.filter(email__iexact=address).exists():
        raise AddressHasAccount
    user = User(email=address, name=clean_line(name), language=language, handle=free_handle(name))
    errors: dict[str, list[str]] = {}
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as error:
            errors["password"] = error.messages
    try:
        user.full_clean(exclude=["password"])
    except ValidationError as error:
        errors |= error.message_dict
    if errors:
        raise ValidationError(errors)
    user.set_password(password)
    user.save()
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    return user


def free_handle(name: str) -> str:
    """A handle nobody has: ``dana``, else ``dana-fournier``, else ``dana2``, ``dana3`` …"""
    words = [re.sub(r"[^a-z0-9]+", "", word) for word in fold(name).split()]
    words = [word for word in words if word] or ["person"]
    wishes = [words[0][:40], "-".join((words[0], words[-1]))[:40]] if len(words) > 1 else [words[0][:40]]
    taken = set(User.objects.filter(handle__startswith=words[0][:30]).values_list("handle", flat=True))
    for wish in wishes:
        if wish not in taken:
            return wish
    number = 2
    while f"{words[0][:30]}{number}" in taken:
        number += 1
    return f"{words[0][:30]}{number}"


def set_profile(*, actor: User, user: User, name: str, title_en: str, title_fr: str) -> User:
    """Name and titles, by the person or by an administrator."""
    policies.require(policies.can_edit_account(actor, user))
    with recorded(actor):
        user = User.objects.select_for_update().get(pk=user.pk)
        user.name, user.title_en, user.title_fr = clean_line(name), clean_line(title_en), clean_line(title_fr)
        user.full_clean(exclude=["password"])
        user.save(update_fields=["name", "title_en", "title_fr"])
    return user


def set_preferences(*, user: User, language: str | None = None, single_keys: bool | None = None) -> User:
    """What a person sets for themselves; what is None stays as it is."""
    with recorded(user):
        user = User.objects.select_for_update().get(pk=user.pk)
        if language is not None:
            user.language = language
        if single_keys is not None:
            user.single_keys = single_keys
        user.full_clean(exclude=["password"])
        user.save(update_fields=["language", "single_keys"])
    return user


def keep_list_settings(*, user: User, list_key: str, settings: dict[str, Any]) -> None:
    """How the person reads that list from now on; what is known of other lists stays, also when two windows write."""
    with recorded(user):
        added = Value({list_key: settings}, output_field=models.JSONField())
        User.objects.filter(pk=user.pk).update(list_settings=CombinedExpression(F("list_settings"), "||", added))


def deactivate_user(*, actor: User, user: User, reason: str) -> User:
    """Close an account: no sign-in, every session ended at once. What the person wrote stays.

    Raises :class:`LastAdministrator`, or ``CircleError`` while the person owns a circle. Where it cannot wait, take the
    roles away: an account without a role sees nothing.
    """
    policies.require(policies.can_administer(actor))
    with circles.two_owners(), recorded(actor, reason=reason):
        _lock_administrators()
        user = User.objects.select_for_update().get(pk=user.pk)
        if not user.is_active:
            return user
        _refuse_if_last_administrator(user)
        circles.refuse_departure(user)
        user.is_active = False
        user.save(update_fields=["is_active"])
        end_sessions(user)
    return user


def reactivate_user(*, actor: User, user: User) -> User:
    """Open a closed account again, with the roles it had."""
    policies.require(policies.can_administer(actor))
    with recorded(actor):
        user = User.objects.select_for_update().get(pk=user.pk)
        user.is_active = True
        user.save(update_fields=["is_active"])
    return user


def sign_out_everywhere(*, actor: User, user: User) -> int:
    """End all sessions of an account, on an administrator's word. Returns how many there were."""
    policies.require(policies.can_administer(actor))
    with recorded(actor):
        AuditEvent.objects.create(
            actor=actor, verb="user.sessions_ended", subject_table=User._meta.db_table, subject_id=user.pk
        )
        return end_sessions(user)


def end_sessions(user: User) -> int:
    """Take away every session of the person; open pages find out at their next request."""
    sessions = list(UserSession.objects.filter(user=user))
    for session in sessions:
        session.end()
    return len(sessions)


# --- Roles --------------------------------------------------------------------------------------------------------


def grant_role(*, actor: User, user: User, role: Role) -> RoleGrant:
    """Give a role. Giving it again returns the grant that is open; one that the provider gave becomes the person's."""
    policies.require(policies.can_administer(actor))
    with recorded(actor):
        return _grant(user, role, granted_by=actor)


def revoke_role(*, actor: User, user: User, role: Role, reason: str = "") -> None:
    """Take a role back; the grant stays as history. The last administrator keeps the role.

    So does the only compliance officer of a circle that needs one (``CircleError``).
    """
    policies.require(policies.can_administer(actor))
    with recorded(actor, reason=reason):
        _lock_administrators()
        if role == Role.ADMINISTRATOR:
            _refuse_if_last_administrator(user)
        if role == Role.COMPLIANCE:
            circles.refuse_loss_of_compliance(user)
        user.role_grants.filter(role=role, revoked_at__isnull=True).update(revoked_at=timezone.now())
        _forget_roles(user)


def set_roles(*, actor: User, user: User, roles: Iterable[str], reason: str = "") -> None:
    """Make exactly these roles the open ones, all or nothing."""
    wanted = {Role(role) for role in roles}
    with recorded(actor, reason=reason):
        held = {Role(role) for role in user.role_grants.filter(revoked_at__isnull=True).values_list("role", flat=True)}
        for role in sorted(wanted - held):
            grant_role(actor=actor, user=user, role=role)
        for role in sorted(held - wanted):
            revoke_role(actor=actor, user=user, role=role, reason=reason)


def sync_provider_roles(*, user: User, roles: Iterable[str]) -> None:
    """Keep the roles that the sign-in provider gives in step with its groups; what a person granted is left alone.

    The last administrator keeps the role even when the group is gone: an installation nobody can administer is worse.
    """
    wanted = {Role(role) for role in roles}
    with recorded(None, system=_PROVIDER):
        _lock_administrators()
        open_grants = user.role_grants.select_for_update().filter(revoked_at__isnull=True)
        for grant in open_grants.filter(source=RoleGrant.Source.PROVIDER).exclude(role__in=wanted):
            if grant.role == Role.ADMINISTRATOR and not _others_administer(user):
                continue
            grant.revoked_at = timezone.now()
            grant.save(update_fields=["revoked_at"])
        for role in wanted - set(open_grants.values_list("role", flat=True)):
            _grant(user, Role(role), granted_by=None, source=RoleGrant.Source.PROVIDER)
        _forget_roles(user)


def create_account_from_provider(*, email: str, name: str, language: str, roles: Iterable[str]) -> User:
    """An account for somebody whom the sign-in provider vouches for and whose group gives a role."""
    with recorded(None, system=_PROVIDER):
        user = _new_user(email=email, name=name or email.split("@")[0], language=language, password=None)
        sync_provider_roles(user=user, roles=roles)
    return user


def _grant(user: User, role: Role, *, granted_by: User | None, source: str = RoleGrant.Source.PERSON) -> RoleGrant:
    grant = user.role_grants.select_for_update().filter(role=role, revoked_at__isnull=True).first()
    if grant is None:
        grant = RoleGrant.objects.create(user=user, role=role, granted_by=granted_by, source=source)
    elif grant.source == RoleGrant.Source.PROVIDER and source == RoleGrant.Source.PERSON:
        grant.source, grant.granted_by = source, granted_by
        grant.save(update_fields=["source", "granted_by"])
    _forget_roles(user)
    return grant


def _forget_roles(user: User) -> None:
    user.__dict__.pop("roles", None)


def _open_administrators() -> models.QuerySet[RoleGrant]:
    return RoleGrant.objects.filter(role=Role.ADMINISTRATOR, revoked_at__isnull=True, user__is_active=True)


def _lock_administrators() -> None:
    """Two administrators who take each other's role at the same moment wait for one another here."""
    list(_open_administrators().select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))


def _others_administer(user: User) -> bool:
    return _open_administrators().exclude(user=user).exists()


def _refuse_if_last_administrator(user: User) -> None:
    if _open_administrators().filter(user=user).exists() and not _others_administer(user):
        raise LastAdministrator


# --- Teams --------------------------------------------------------------------------------------------------------


def create_team(*, actor: User, name_en: str, name_fr: str, members: Iterable[User] = ()) -> Team:
    policies.require(policies.can_administer(actor))
    with recorded(actor):
        team = Team(name_en=clean_line(name_en), name_fr=clean_line(name_fr))
        team.full_clean()
        team.save()
        _set_members(team, members)
    return team


def edit_team(*, actor: User, team: Team, name_en: str, name_fr: str, members: Iterable[User]) -> Team:
    """New names and exactly these members; whoever leaves keeps the dated place in history."""
    policies.require(policies.can_administer(actor))
    with recorded(actor):
        team = Team.objects.select_for_update().get(pk=team.pk)
        team.name_en, team.name_fr = clean_line(name_en), clean_line(name_fr)
        team.full_clean()
        team.save(update_fields=["name_en", "name_fr"])
        _set_members(team, members)
    return team


def _set_members(team: Team, members: Iterable[User]) -> None:
    wanted = {user.pk for user in members}
    places = team.memberships.filter(left_on__isnull=True)
    held = set(places.values_list("user_id", flat=True))
    places.exclude(user_id__in=wanted).update(left_on=timezone.localdate())
    for user_id in sorted(wanted - held):
        TeamMembership.objects.create(team=team, user_id=user_id)


# --- Demonstration ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DemoAccount:
    role: Role
    name: str
    handle: str
    language: str
    title_en: str
    title_fr: str

    @property
    def email(self) -> str:
        local = "admin" if self.role == Role.ADMINISTRATOR else self.role.value
        return f"{local}@demo.example"


DEMO_ACCOUNTS = (
    DemoAccount(Role.VIEWER, "Tom Whitford", "tom", "en", "Research fellow", "Chercheur invité"),
    DemoAccount(Role.STAFF, "Dana Fournier", "dana", "en", "Engagement adviser", "Conseillère en mobilisation"),
    DemoAccount(Role.SECRETARIAT, "Omar Haddad", "omar", "en", "Forum secretary", "Secrétaire de forum"),
    DemoAccount(Role.COMPLIANCE, "Priya Nair", "priya", "en", "Compliance officer", "Agente de conformité"),
    DemoAccount(Role.ADMINISTRATOR, "Éloïse Bergeron", "eloise", "fr", "Office manager", "Gestionnaire de bureau"),
)


def create_demo_accounts(password: str) -> list[User]:
    """The five accounts of the demonstration, one role each. Repeatable: what exists is left as it is."""
    users = []
    with recorded(None, system="demonstration"):
        for account in DEMO_ACCOUNTS:
            user = User.objects.filter(email=account.email).first()
            if user is None:
                user = User.objects.create_user(
                    account.email,
                    password,
                    name=account.name,
                    handle=account.handle,
                    language=account.language,
                    title_en=account.title_en,
                    title_fr=account.title_fr,
                )
                EmailAddress.objects.create(user=user, email=account.email, verified=True, primary=True)
                _grant(user, account.role, granted_by=None)
            users.append(user)
    return users


# name, handle, language, title in English, title in French
DEMO_COLLEAGUES = (
    ("Maren Feldspar", "maren", "en", "Member relations, West", "Relations avec les membres, Ouest"),
    (
        "Noor Galena",
        "noor",
        "en",
        "Member relations, Atlantic and North",
        "Relations avec les membres, Atlantique et Nord",
    ),
)


def create_demo_colleagues() -> list[User]:
    """People of the fictional office who keep relationships and cannot sign in: they have no password. Repeatable."""
    users = []
    with recorded(None, system="demonstration"):
        for name, handle, language, title_en, title_fr in DEMO_COLLEAGUES:
            email = f"{handle}@demo.example"
            user = User.objects.filter(email=email).first()
            if user is None:
                facts = {"name": name, "handle": handle, "language": language}
                user = User.objects.create_user(email, None, **facts, title_en=title_en, title_fr=title_fr)
                _grant(user, Role.STAFF, granted_by=None)
            users.append(user)
    return users
