"""Which role may do what. Every room's own ``policies.py`` asks these; nobody compares role names elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied

from c2m2a_crm.accounts.models import Role
from c2m2a_crm.core.actor import pair_behind

if TYPE_CHECKING:
    from c2m2a_crm.accounts.models import User
    from c2m2a_crm.core.models import Circle

    Visitor = User | AnonymousUser

EVERY_ROLE = tuple(Role)
# Writing in the log and the directory is everybody's work but the viewer's.
WRITERS = frozenset({Role.STAFF, Role.SECRETARIAT, Role.COMPLIANCE, Role.ADMINISTRATOR})


class NotAllowed(PermissionDenied):
    """The actor's roles do not cover the act. A page answers it with 403, which says whom to ask."""


def has_role(actor: Visitor, *roles: Role) -> bool:
    """One of these roles; of somebody who looks as a colleague, both people must have one of them."""
    pair = pair_behind(actor)
    if pair is not None:
        return all(has_role(cast("User", each), *roles) for each in pair)
    return bool(actor.is_authenticated and actor.is_active and actor.roles.intersection(roles))


def is_signed_in(actor: Visitor) -> bool:
    """The pages of the own account need no role."""
    return bool(actor.is_authenticated and actor.is_active)


def can_look(actor: Visitor) -> bool:
    """Any role at all; an account without a role sees only its own account pages."""
    return has_role(actor, *EVERY_ROLE)


def can_write(actor: Visitor) -> bool:
    return has_role(actor, *WRITERS)


def can_administer(actor: Visitor) -> bool:
    """Users, roles, installation settings, public texts."""
    return has_role(actor, Role.ADMINISTRATOR)


def can_look_as(actor: Visitor, colleague: User) -> bool:
    """See the product as a colleague does, within one's own rights: an administrator, while that account is open."""
    return can_administer(actor) and pair_behind(actor) is None and colleague.is_active and actor.pk != colleague.pk


def can_edit_account(actor: Visitor, user: User) -> bool:
    """Name and titles: one's own, or anybody's for an administrator."""
    return can_administer(actor) or bool(actor.is_authenticated and actor.is_active and actor.pk == user.pk)


def can_export(actor: Visitor) -> bool:
    """Carry lists out of the product; every export is written into the audit."""
    return can_write(actor)


def can_read_audit(actor: Visitor) -> bool:
    return has_role(actor, Role.ADMINISTRATOR, Role.COMPLIANCE)


def can_open_circles(actor: Visitor) -> bool:
    """Know every circle by its name, and open one in an emergency: compliance alone, never an administrator."""
    return has_role(actor, Role.COMPLIANCE)


def can_read_secretariat(actor: Visitor) -> bool:
    """Papers of the secretariat: its own people and administrators."""
    return has_role(actor, Role.SECRETARIAT, Role.ADMINISTRATOR)


def can_dispose(actor: Visitor) -> bool:
    """Take personal information away for good, hold it, and approve what retention rules propose: compliance alone."""
    return has_role(actor, Role.COMPLIANCE)


def can_make_circles(actor: Visitor) -> bool:
    return can_write(actor)


def is_owner_of(actor: Visitor, circle: Circle) -> bool:
    if not actor.is_authenticated or not can_write(actor):
        return False
    return circle.memberships.filter(user=actor, is_owner=True, left_on__isnull=True).exists()


# Name, purpose, members, owners: the owners' business alone, not an administrator's.
can_keep_circle = is_owner_of


def can_hand_over_circle(actor: Visitor, circle: Circle, successor: User) -> bool:
    """An owner, or a compliance officer for somebody who leaves the office; never to themselves."""
    return is_owner_of(actor, circle) or (can_open_circles(actor) and actor.pk != successor.pk)


def require(allowed: bool) -> None:
    """Raise :class:`NotAllowed` unless a policy said yes; services begin with it."""
    if not allowed:
        raise NotAllowed
