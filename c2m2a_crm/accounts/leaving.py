"""Somebody leaves the office: what they held passes to successors, and the account closes, as one operation.

Each room contributes what can be held in it (``core.registries.Departure``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from c2m2a_crm.accounts import circles, policies
from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.services import AccountError, LastAdministrator, deactivate_user
from c2m2a_crm.core.models import Circle, CircleMembership, Operation, SavedView
from c2m2a_crm.core.operations.acting import operating
from c2m2a_crm.core.querysets import HouseQuerySet
from c2m2a_crm.core.registries import Departure, departures
from c2m2a_crm.core.sentences import Sentence
from c2m2a_crm.core.text import clean_line, free_name

LEAVING_KIND: Final = "leaving"
LONGEST_VIEW_NAME: Final = 80


class DepartureRefused(AccountError):
    """Something stands in the way of the departure; nothing was written."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.said = sentence

    def __str__(self) -> str:
        return self.said


@dataclass(frozen=True, slots=True)
class Holding:
    """What the leaver holds of one kind, as far as the actor may know of it; ``refused`` is a sentence or nothing."""

    departure: Departure
    count: int
    refused: str


def holdings_of(actor: User, leaving: User) -> list[Holding]:
    """What is to be handed over, by kind. What stands in the way is said, also of what the actor may not see."""
    found = []
    for departure in departures:
        refused = departure.refused(actor, leaving, None)
        count = departure.count(actor, leaving)
        if count or refused:
            found.append(Holding(departure, count, refused))
    return found


def possible_successors(leaving: User) -> QuerySet[User]:
    """Colleagues who may write, by name."""
    colleagues = User.objects.filter(is_active=True).with_any_role(policies.WRITERS)
    return colleagues.exclude(pk=leaving.pk).order_by("name", "pk")


def leave(
    *, actor: User, user: User, successor: User | None, others: Mapping[str, User] | None = None, reason: str
) -> Operation:
    """Hand everything over and close the account. ``others`` names successors for single kinds, by the departure's key.

    Raises :class:`DepartureRefused` where something cannot be handed over, ``LastAdministrator``.
    """
    policies.require(policies.can_administer(actor))
    if actor.pk == user.pk:
        raise DepartureRefused(_("Somebody else must see to your own departure."))
    chosen = dict(others or {})
    details = {"names": True, "user": user.pk, "successor": successor.pk if successor else None}
    with operating(
        actor,
        kind=LEAVING_KIND,
        reason=clean_line(reason),
        summary=Sentence(gettext_noop("Departure of %(name)s"), {"name": user.name}),
        details=details,
    ) as operation:
        leaver = User.objects.select_for_update().get(pk=user.pk)
        if not leaver.is_active:
            raise DepartureRefused(_("This account is closed already."))
        try:
            handed = {
                departure.key: _hand_over(actor, leaver, departure, chosen.get(departure.key) or successor)
                for departure in departures
            }
            deactivate_user(actor=actor, user=leaver, reason=clean_line(reason))
        except (circles.CircleError, LastAdministrator) as refused_by_rule:
            raise DepartureRefused(str(refused_by_rule)) from refused_by_rule
        operation.details["handed"] = {key: number for key, number in handed.items() if number}
    return operation


def _hand_over(actor: User, leaving: User, departure: Departure, successor: User | None) -> int:
    _refuse_unfit(leaving, successor)
    if refused := departure.refused(actor, leaving, successor):
        raise DepartureRefused(refused)
    if successor is None and departure.count(actor, leaving):
        raise DepartureRefused(_("Choose who takes over: %(what)s.") % {"what": departure.label})
    return departure.hand_over(actor, leaving, successor)


def _refuse_unfit(leaving: User, successor: User | None) -> None:
    if successor is None:
        return
    if successor.pk == leaving.pk:
        raise DepartureRefused(_("Choose somebody other than the person who leaves."))
    if not policies.can_write(successor):
        raise DepartureRefused(_("%(name)s may not write and can take over nothing.") % {"name": successor.name})


# --- Handing over rows -----------------------------------------------------------------------------------------------


def pass_on(rows: QuerySet[Any, Any], field: str, leaving: User, successor: User | None) -> int:
    """Put the successor in ``field`` of these rows and count their version up, one statement for each circle.

    What is sealed in a circle or restricted to it passes to the successor if they belong to it, else to an owner of the
    circle: it must not fall to somebody who cannot read it.
    """
    model: Any = rows.model
    names = {each.name for each in model._meta.concrete_fields}
    values: dict[str, Any] = {"version": F("version") + 1} if "version" in names else {}
    keys = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
    locked = model._base_manager.filter(pk__in=keys)
    if not {"sealed_circle", "restricted_circle"} <= names:
        return locked.update(**{field: successor}, **values) if successor is not None and keys else 0
    passed = 0
    pairs = set(locked.order_by().values_list("sealed_circle_id", "restricted_circle_id"))
    for sealed, restricted in sorted(pairs, key=str):
        heir = heir_within([circle for circle in (sealed, restricted) if circle], leaving, successor)
        if heir is not None:
            within = locked.filter(sealed_circle_id=sealed, restricted_circle_id=restricted)
            passed += within.update(**{field: heir}, **values)
    return passed


def heir_within(circle_ids: list[int], leaving: User, successor: User | None) -> User | None:
    """The successor where all these circles are theirs, else the first other owner who is in all of them."""
    if not circle_ids:
        return successor
    candidates = [successor] if successor is not None else []
    owners = circles.owners_of(Circle.objects.get(pk=circle_ids[0]))
    candidates += [owner for owner in owners if owner.pk != leaving.pk]
    for candidate in candidates:
        places = CircleMembership.objects.filter(user=candidate, left_on__isnull=True, circle_id__in=circle_ids)
        if candidate.is_active and places.count() == len(set(circle_ids)):
            return candidate
    return None


def simple_departure(
    key: str, order: int, label: Any, rows: Callable[[User], QuerySet[Any, Any]], field: str
) -> Departure:
    """The departure of rows that name the leaver in ``field``. ``rows`` takes the leaver; counted are readable ones."""

    def count(actor: Any, leaving: Any) -> int:
        found = rows(leaving)
        return found.readable_by(actor).count() if isinstance(found, HouseQuerySet) else found.count()

    def hand_over(actor: Any, leaving: Any, successor: Any) -> int:
        return pass_on(rows(leaving), field, leaving, successor)

    return Departure(key, order, label, count, hand_over)


# --- What the ground floor and this room hold ------------------------------------------------------------------------


def _circles_refused(actor: User, leaving: User, successor: User | None) -> str:
    """A circle is handed over by its owners; who may not do it is told that one must."""
    if all(policies.can_hand_over_circle(actor, circle, successor or leaving) for circle in _owned(leaving)):
        return ""
    return _("This person owns a circle. An owner of it or a compliance officer must hand it over first.")


def _owned(leaving: User) -> list[Circle]:
    return list(circles.circles_owned_by(leaving))


def _count_circles(actor: User, leaving: User) -> int:
    return len([circle for circle in _owned(leaving) if policies.can_hand_over_circle(actor, circle, leaving)])


def _hand_over_circles(actor: User, leaving: User, successor: User | None) -> int:
    owned = _owned(leaving)
    if successor is None:
        return 0
    for circle in owned:
        circles.hand_over(actor=actor, circle=circle, leaver=leaving, successor=successor)
    return len(owned)


def _shared_views(leaving: User) -> QuerySet[SavedView]:
    return SavedView.objects.filter(owner=leaving, is_shared=True, archived_at__isnull=True)


def _hand_over_views(actor: User, leaving: User, successor: User | None) -> int:
    """Views shared with the office; one whose name the successor uses already gets the leaver's beside it."""
    if successor is None:
        return 0
    taken = set(SavedView.objects.filter(owner=successor, archived_at__isnull=True).values_list("list_key", "name"))
    views = list(_shared_views(leaving).select_for_update().order_by("pk"))
    for view in views:
        used = {name for list_key, name in taken if list_key == view.list_key}
        view.name = free_name(view.name, used, beside=leaving.name, longest=LONGEST_VIEW_NAME)
        taken.add((view.list_key, view.name))
        view.owner = successor
        view.save(update_fields=["owner", "name"])
    return len(views)


# After the work in them: nobody leaves a circle in which they have work.
CIRCLES = Departure(
    "circles", 90, gettext_lazy("Circles"), _count_circles, _hand_over_circles, refused=_circles_refused
)
VIEWS = Departure(
    "views",
    20,
    gettext_lazy("Views shared with the office"),
    lambda actor, leaving: _shared_views(leaving).count(),
    _hand_over_views,
)
