"""What the pages of accounts show, read in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import Invitation, RoleGrant, Team, TeamMembership, User
from c2m2a_crm.core.actor import Actor
from c2m2a_crm.core.history import FieldChange, changes_in_words, history_of, names_in, writer_in_words


# What the system calls itself where no person wrote.
@dataclass(frozen=True, slots=True)
class AccountChange:
    """One recorded change of an account: when, by whom, why, and the fields it touched."""

    at: datetime
    who: str
    reason: str
    is_creation: bool
    fields: Sequence[FieldChange]


def grants_of(user: User) -> QuerySet[RoleGrant]:
    """Every role the person was ever given, newest first."""
    return user.role_grants.select_related("granted_by").order_by("-granted_at", "-pk")


def account_history(user: User, reader: Actor, limit: int = 50) -> list[AccountChange]:
    """The newest changes of the account itself; roles and teams have lists of their own."""
    rows = list(history_of(user)[:limit])
    names = dict(User.objects.filter(pk__in={row.actor_id for row in rows if row.actor_id}).values_list("pk", "name"))
    pointed_at = names_in(((User, row) for row in rows), reader)
    changes = []
    for row in rows:
        is_creation = row.action == "I"
        words = [] if is_creation else changes_in_words(User, row, pointed_at)
        label = writer_in_words(row.writer)
        who = names.get(row.actor_id, label) if row.actor_id else label
        changes.append(AccountChange(row.at, who, row.reason, is_creation, words))
    return changes


def open_invitations() -> QuerySet[Invitation]:
    """Invitations to an address that are neither used nor withdrawn, expired ones too; newest first."""
    return (
        Invitation.objects.exclude(email="")
        .filter(accepted_at__isnull=True, withdrawn_at__isnull=True)
        .select_related("invited_by")
    )


def teams_with_members() -> QuerySet[Team]:
    """Teams with the people who are in them now, as ``open_places``."""
    places = TeamMembership.objects.filter(left_on__isnull=True).select_related("user").order_by("user__name", "pk")
    return Team.objects.prefetch_related(Prefetch("memberships", queryset=places, to_attr="open_places"))


@dataclass(frozen=True, slots=True)
class SecondFactors:
    """How an account is protected beyond its password."""

    has_app: bool
    key_count: int

    @property
    def any(self) -> bool:
        return self.has_app or bool(self.key_count)


def second_factors(user: User) -> SecondFactors:
    kinds = list(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    return SecondFactors(Authenticator.Type.TOTP in kinds, kinds.count(Authenticator.Type.WEBAUTHN))


@dataclass(frozen=True, slots=True)
class SessionLine:
    """A session as its owner sees it. ``is_here`` is the one that asks."""

    pk: int
    device: str
    ip: str
    created_at: datetime
    last_seen_at: datetime
    is_here: bool


def sessions_of(user: User) -> list[UserSession]:
    """The sessions that still live, last seen first. Ended ones are taken off the list as it is read."""
    live = UserSession.objects.purge_and_list(user)
    return sorted(live, key=lambda session: session.last_seen_at, reverse=True)


def session_lines(user: User, session_key: str | None) -> list[SessionLine]:
    return [
        SessionLine(
            pk=session.pk,
            device=device_of(session.user_agent),
            ip=session.ip,
            created_at=session.created_at,
            last_seen_at=session.last_seen_at,
            is_here=session.session_key == session_key,
        )
        for session in sessions_of(user)
    ]


# First match wins: Edge and Opera call themselves Chrome, and Chrome calls itself Safari; Android calls itself Linux.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_of(user_agent: str) -> str:
    """“Firefox, Windows”: enough to recognize one's own device. What is unknown is named so, never guessed."""
    browser = next((name for mark, name in _BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part) or _("Unknown device")
