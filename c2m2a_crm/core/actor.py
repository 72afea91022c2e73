"""Who acts: the shape of a user as the ground floor knows it, which stands below the room of accounts."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence


@runtime_checkable
class Actor(Protocol):
    """A user, or the anonymous visitor, whose ``pk`` is None."""

    @property
    def pk(self) -> int | None: ...

    @property
    def is_authenticated(self) -> bool: ...

    @property
    def is_active(self) -> bool: ...


def circle_ids_of(actor: Actor) -> Sequence[int]:
    """Ids of the circles whose rows the actor may read: one's own, and those opened to one in an emergency.

    A user object never outlives a request or a task, so someone removed from a circle loses sight at the next one.
    """
    own = membership_circle_ids_of(actor)
    opened: Sequence[int] = getattr(actor, "_opened_circle_ids", ())
    return (*own, *opened) if opened else own


def membership_circle_ids_of(actor: Actor) -> Sequence[int]:
    """Ids of the circles the actor belongs to, resolved once per user object, that is once per request."""
    if not actor.is_authenticated or actor.pk is None:
        return ()
    known: Sequence[int] | None = getattr(actor, "_circle_ids", None)
    if known is None:
        from c2m2a_crm.core.models import CircleMembership  # models import this module

        known = tuple(
            CircleMembership.objects.filter(user_id=actor.pk, left_on__isnull=True).values_list("circle_id", flat=True)
        )
        actor._circle_ids = known  # type: ignore[attr-defined]  # a cache on the object, not part of its contract
    return known


def open_circles(actor: Actor, circle_ids: Sequence[int]) -> None:
    """Let this object of the actor read what belongs to these circles, too.

    Only pages that are looked at do so. Writes, files and tasks never call it, so that access in an emergency neither
    changes nor carries away anything.
    """
    actor._opened_circle_ids = tuple(circle_ids)  # type: ignore[attr-defined]  # as above


def without_circles(actor: Actor) -> Actor:
    """The actor as somebody who belongs to no circle, and to whom none was opened: what the whole office may know."""
    seen = copy.copy(actor)
    seen._circle_ids = ()  # type: ignore[attr-defined]  # as above
    open_circles(seen, ())
    return seen
