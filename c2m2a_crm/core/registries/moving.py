"""What must be asked when somebody moves on, or a membership is over: each room contributes what is held there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from c2m2a_crm.core.registries.base import Registry

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as LazyText  # only the stubs know it

END: Final = "end"
KEEP: Final = "keep"
HAND_OVER: Final = "hand_over"


@dataclass(frozen=True, slots=True)
class Move:
    """A person leaves a party after ``last_day``, perhaps for another place (``to``), perhaps with a successor.

    ``to`` is the party of the new place, which may be the one that is left: then only the post changes.
    """

    person: Any
    left: Any
    last_day: date
    to: Any = None
    successor: Any = None

    @property
    def stays_with_the_party(self) -> bool:
        return self.to is not None and self.to == self.left


@dataclass(frozen=True, slots=True)
class DepartureRow:
    """One thing that somebody who moves on holds: what it is, what may become of it, and what does unless chosen.

    ``key`` tells it apart inside its effect. ``choices`` are of :data:`END`, :data:`KEEP`, :data:`HAND_OVER` with
    their words. A row whose choices are empty is only told.
    """

    key: int
    label: str
    note: str
    url: str
    choices: Sequence[tuple[str, LazyText | str]]
    default: str


@dataclass(frozen=True, slots=True)
class DepartureEffect:
    """What a room asks when somebody moves on (``members.services.moved_on``).

    ``rows`` takes (actor, :class:`Move`) and gives what the actor may know of and decide on. ``apply`` takes (actor,
    move, key of a row, choice) inside the operation; it is not called for what is kept. It raises an ``ActRefused``
    where the choice cannot be carried out, and then nothing is written at all.
    """

    key: str
    order: int
    label: LazyText | str
    rows: Callable[[Any, Move], Sequence[DepartureRow]]
    apply: Callable[[Any, Move, int, str], None]


@dataclass(frozen=True, slots=True)
class MembershipEnd:
    """A party is a member until ``last_day``, and none afterwards."""

    party: Any
    last_day: date


@dataclass(frozen=True, slots=True)
class MembershipEffect:
    """What a room asks when a membership is over (``members.memberships.ending``): what the party's people hold there.

    As :class:`DepartureEffect`; nothing ends unless somebody chose it, so the default of each row is :data:`KEEP`.
    """

    key: str
    order: int
    label: LazyText | str
    rows: Callable[[Any, MembershipEnd], Sequence[DepartureRow]]
    apply: Callable[[Any, MembershipEnd, int, str], None]


departure_effects: Registry[DepartureEffect] = Registry("departure effects")
membership_effects: Registry[MembershipEffect] = Registry("effects of the end of a membership")
