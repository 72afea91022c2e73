"""Who may read a contact or an initiative: open, restricted to a circle, or sealed in one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core.actor import membership_circle_ids_of
from c2m2a_crm.core.documents.services import close_filed_documents
from c2m2a_crm.core.editing import lock
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Circle, CircleMembership, Sealable
from c2m2a_crm.core.text import clean_line
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.models import Commitment, FollowUp, Initiative, Interaction, Participant, Point
from c2m2a_crm.engagement.services.entry import EntryRefused
from c2m2a_crm.engagement.services.entry_rows import require_compliance_officer
from c2m2a_crm.engagement.services.last_contact import refresh_last_contact
from c2m2a_crm.outreach.services import confide_campaigns

COLUMNS = ("sealed_circle_id", "restricted_circle_id")


def change_access(
    *,
    actor: User,
    interaction: Interaction,
    sealed_circle: Circle | None = None,
    restricted_circle: Circle | None = None,
    reason: str = "",
) -> Interaction:
    """Seal a contact, restrict it, or open it, with everything born in it. Raises :class:`EntryRefused`.

    Closing it further needs no reason; letting others read it does. A closed entry may be sealed like any other: that
    changes nothing of what it says.
    """
    with recorded(actor, reason=clean_line(reason)):
        current = lock(interaction)
        require(policies.can_change_access(actor, current))
        wanted = _wanted(actor, current, sealed_circle, restricted_circle, reason)
        initiative = current.initiative
        if initiative is not None and _circle_of(initiative) and not _is_as_closed(wanted, initiative):
            raise EntryRefused(
                "access",
                _("It is filed under an initiative of a circle, and is closed with it. File it elsewhere first."),
            )
        if wanted == _columns(current):
            return current
        _close([current], wanted, sealed_circle or restricted_circle)
        current.refresh_from_db()
    return current


def change_initiative_access(
    *,
    actor: User,
    initiative: Initiative,
    sealed_circle: Circle | None = None,
    restricted_circle: Circle | None = None,
    reason: str = "",
) -> Initiative:
    """Seal an initiative (a forum, a partnership, a file), restrict it, or open it. Raises :class:`EntryRefused`.

    Closing it takes along the contacts filed there that are open or of the same circle, what was born in them, the
    documents filed there, and the notices to it. Opening it opens the initiative alone: what was confided stays so
    until somebody says otherwise.
    """
    with recorded(actor, reason=clean_line(reason)):
        current = lock(initiative)
        require(policies.can_change_initiative_access(actor, current))
        wanted = _wanted(actor, current, sealed_circle, restricted_circle, reason)
        if wanted == _columns(current):
            return current
        circle = sealed_circle or restricted_circle
        if circle is not None:
            ours = dict.fromkeys(COLUMNS, circle.pk)
            open_or_ours = Q(sealed_circle=None, restricted_circle=None)
            for column in COLUMNS:
                other = COLUMNS[1 - COLUMNS.index(column)]
                open_or_ours |= Q(**{column: ours[column], f"{other.removesuffix('_id')}__isnull": True})
            filed = list(current.interactions.select_for_update(of=("self",)).filter(open_or_ours).order_by("pk"))
            if restricted_circle is not None:  # what is sealed already is closed further than this
                filed = [row for row in filed if row.sealed_circle_id is None]
            _close(filed, wanted, circle)
            confide_campaigns(actor=actor, record_id=current.pk, **wanted)
            close_filed_documents(actor=actor, record=current, **wanted)
        for column, value in wanted.items():
            setattr(current, column, value)
        current.version += 1
        current.save(update_fields=[*COLUMNS, "version"])
    return current


def must_say_why(row: Sealable, sealed_circle: Circle | None, restricted_circle: Circle | None) -> bool:
    """Whether somebody may read it afterwards who may not now."""
    before = _circle_of(row)
    after = (sealed_circle or restricted_circle).pk if sealed_circle or restricted_circle else None  # type: ignore[union-attr]  # one of them is there
    return before is not None and (after != before or bool(row.sealed_circle_id and not sealed_circle))


def _wanted(
    actor: User, current: Any, sealed_circle: Circle | None, restricted_circle: Circle | None, reason: str
) -> dict[str, int | None]:
    if sealed_circle and restricted_circle:
        raise EntryRefused("access", _("Choose either restricted or sealed."))
    circle = sealed_circle or restricted_circle
    wanted = {
        "sealed_circle_id": sealed_circle.pk if sealed_circle else None,
        "restricted_circle_id": restricted_circle.pk if restricted_circle else None,
    }
    if wanted == _columns(current):
        return wanted
    if circle is not None and circle.pk not in membership_circle_ids_of(actor):
        raise EntryRefused("access", _("Choose a circle that you belong to."))
    if must_say_why(current, sealed_circle, restricted_circle):
        require(policies.can_open_to_others(actor, current))
        if not clean_line(reason):
            raise EntryRefused("reason", _("Say why others may read it from now on."))
    return wanted


def _columns(row: Any) -> dict[str, int | None]:
    return {column: getattr(row, column) for column in COLUMNS}


def _circle_of(row: Sealable) -> int | None:
    return row.sealed_circle_id or row.restricted_circle_id


def _is_as_closed(wanted: dict[str, int | None], initiative: Initiative) -> bool:
    """Sealed like the initiative, or closed to the circle to which the initiative is restricted."""
    if initiative.sealed_circle_id:
        return wanted["sealed_circle_id"] == initiative.sealed_circle_id
    return initiative.restricted_circle_id in wanted.values()


def _close(rows: Collection[Interaction], wanted: dict[str, int | None], circle: Circle | None) -> None:
    """Give the contacts and all that was born in them these circles."""
    keys = [row.pk for row in rows]
    if circle is not None:
        circle = Circle.objects.select_for_update().get(pk=circle.pk)  # nobody leaves it at this moment
        _require_workers_inside(keys, circle)
    if wanted["sealed_circle_id"] is not None:
        met = Participant.objects.filter(interaction__in=keys, holds_public_office=True).exists()
        require_compliance_officer(circle, met_public_office=met)
    for row in rows:
        for column, value in wanted.items():
            setattr(row, column, value)
        row.version += 1
        row.save(update_fields=[*COLUMNS, "version"])
    for children in (Point, Commitment, FollowUp):
        children._default_manager.filter(interaction__in=keys).update(**wanted)
    refresh_last_contact(Participant.objects.filter(interaction__in=keys))


def _require_workers_inside(keys: Collection[int], circle: Circle) -> None:
    """Work would be left with somebody who cannot see it."""
    inside = CircleMembership.objects.filter(circle=circle, left_on__isnull=True).values("user")
    left_out = FollowUp.objects.open().filter(interaction__in=keys).exclude(assignee__in=inside)
    names = sorted(set(left_out.values_list("assignee__name", flat=True)))
    if names:
        raise EntryRefused(
            "access",
            _("%(names)s would not see an open follow-up any more. Hand it over, or have them let into the circle.")
            % {"names": ", ".join(names)},
        )
