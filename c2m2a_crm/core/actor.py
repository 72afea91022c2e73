"""Who acts: the shape of a user as the ground floor knows it, which stands below the room of accounts."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

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


class Pair(NamedTuple):
    """The two behind an actor who looks as somebody else: the colleague whose pages they are, and who looks at them."""

    colleague: Actor
    looker: Actor


def looking_as(colleague: Actor, looker: Actor) -> Actor:
    """The colleague as an actor who sees, and may do, only what the looker sees and may do as well.

    Every ``visible_to``, ``readable_by`` and ``open_to`` asks both (``core.querysets``), every role is asked of both
    (``accounts.policies``), and a circle counts where both belong to it. What was opened to either in an emergency
    does not count.
    """
    common = set(membership_circle_ids_of(colleague)) & set(membership_circle_ids_of(looker))
    alone = _who_knows(colleague, _opened_circle_ids=())
    return _who_knows(alone, _circle_ids=tuple(sorted(common)), _pair=Pair(alone, looker))


def _who_knows(actor: Actor, **known: object) -> Actor:
    """A copy of the actor's object that has these answers at hand, where the functions of this module look for them."""
    seen = copy.copy(actor)
    vars(seen).update(known)
    return seen


def pair_behind(actor: Actor) -> Pair | None:
    """Who is behind an actor that looks as somebody else; None of everybody who looks as themselves."""
    return getattr(actor, "_pair", None)


def reader_behind(actor: Actor) -> Actor:
    """Whoever really reads: in whose name a reading is noted."""
    pair = pair_behind(actor)
    return pair.looker if pair else actor


def without_circles(actor: Actor) -> Actor:
    """The actor as somebody who belongs to no circle, and to whom none was opened: what the whole office may know."""
    pair = pair_behind(actor)
    of_both = Pair(without_circles(pair.colleague), without_circles(pair.looker)) if pair else None
    return _who_knows(actor, _circle_ids=(), _opened_circle_ids=(), _pair=of_both)
