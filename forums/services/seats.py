"""Categories and seats: what the table looks like, whoever sits at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Max, Q
from django.utils.translation import gettext as _

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import editing
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.validity import first_day, last_day, today, valid_dates
from forums.models import Forum, Seat, SeatCategory, SeatTerm, TermsOfReference
from forums.policies import can_manage_forum
from forums.services.errors import (
    CategoryOfAnotherForum,
    DatesReversed,
    MoreSeatsThanAllowed,
    OutsideTheSeat,
    SeatBelongsToOne,
    refusals,
)
from members.models import Jurisdiction, Party
from members.services.names import cleaned

_SETTLED = {"forum", "category", "party", "jurisdiction"}


def add_category(
    *,
    actor: User,
    forum: Forum,
    name_en: str = "",
    name_fr: str = "",
    seats_planned: int | None = None,
    operation: Operation | None = None,
) -> SeatCategory:
    """Name a constituency of the forum; it stands last."""
    require(can_manage_forum(actor, forum))
    category = SeatCategory(
        forum=forum, seats_planned=seats_planned, **cleaned({"name_en": name_en, "name_fr": name_fr})
    )
    category.clean_fields(exclude={"forum"})
    category.validate_constraints()
    with recorded(actor, operation=operation), refusals():
        Forum.objects.select_for_update(of=("self",)).get(pk=forum.pk)
        last = SeatCategory.objects.filter(forum=forum).aggregate(last=Max("position"))["last"]
        category.position = (last or 0) + 1
        category.save(force_insert=True)
    return category


def edit_category(
    *, actor: User, category: SeatCategory, version: int, changes: Mapping[str, Any], operation: Operation | None = None
) -> SeatCategory:
    """Change names, ``seats_planned`` or ``position``. Raises :class:`c2m2a_crm.core.editing.EditConflict`."""
    require(can_manage_forum(actor, category.forum))
    with recorded(actor, operation=operation), refusals():
        current = editing.lock(category)
        editing.apply(current, editing.changes_to_keep(current, cleaned(changes), version=version))
    return current


def add_seats(
    *,
    actor: User,
    forum: Forum,
    number: int = 1,
    category: SeatCategory | None = None,
    jurisdictions: Sequence[Jurisdiction] = (),
    party: Party | None = None,
    capacity: str = Seat.Capacity.REPRESENTATIVE,
    title_en: str = "",
    title_fr: str = "",
    is_ours: bool = False,
    first: date | None = None,
    last: date | None = None,
    operation: Operation | None = None,
) -> list[Seat]:
    """Add so many like seats, numbered on from those of the category; with ``jurisdictions`` one for each of them.

    Both days are included; None leaves that side open. Raises ``ValidationError``, :class:`DatesReversed`,
    :class:`CategoryOfAnotherForum`, :class:`SeatBelongsToOne`, :class:`MoreSeatsThanAllowed`.
    """
    require(can_manage_forum(actor, forum))
    if category is not None and category.forum_id != forum.pk:
        raise CategoryOfAnotherForum
    if jurisdictions and party is not None:
        raise SeatBelongsToOne
    like = {
        "forum": forum,
        "category": category,
        "party": party,
        "capacity": capacity,
        "is_ours": is_ours,
        "valid": valid_dates(first, last, refusal=DatesReversed),
        **cleaned({"title_en": title_en, "title_fr": title_fr}),
    }
    with recorded(actor, operation=operation), refusals():
        Forum.objects.select_for_update(of=("self",)).get(pk=forum.pk)
        taken = Seat.objects.filter(forum=forum, category=category).aggregate(last=Max("number"))["last"] or 0
        owners: Sequence[Jurisdiction | None] = jurisdictions or [None] * number
        _refuse_too_many(forum, first or today(), len(owners))
        seats = [Seat(number=taken + place, jurisdiction=owner, **like) for place, owner in enumerate(owners, 1)]
        for seat in seats[:1]:
            seat.clean_fields(exclude=_SETTLED)  # all are alike but for their number
        made: list[Seat] = Seat.objects.bulk_create(seats)
    return made


def _refuse_too_many(forum: Forum, day: date, more: int) -> None:
    """By the terms of reference in force on the first day of the new seats."""
    terms = TermsOfReference.objects.filter(forum=forum).on(day).first()
    if terms is None or terms.max_seats is None:
        return
    there = Seat.objects.filter(forum=forum).on(day).count()
    if there + more > terms.max_seats:
        raise MoreSeatsThanAllowed(
            _("The terms of reference allow %(most)d seats; there are %(there)d on that day.")
            % {"most": terms.max_seats, "there": there}
        )


def edit_seat(
    *, actor: User, seat: Seat, version: int, changes: Mapping[str, Any], operation: Operation | None = None
) -> Seat:
    """Change category, number, titles, party, jurisdiction, capacity or dates (``first``, ``last``).

    Raises :class:`c2m2a_crm.core.editing.EditConflict`, :class:`OutsideTheSeat` where a term would be left outside,
    :class:`NumberTaken`, :class:`SeatBelongsToOne`, :class:`CategoryOfAnotherForum`, :class:`DatesReversed`.
    """
    require(can_manage_forum(actor, seat.forum))
    with recorded(actor, operation=operation), refusals():
        current = editing.lock(seat)
        wanted = cleaned(changes)
        if wanted.keys() & {"first", "last"}:
            wanted["valid"] = valid_dates(
                wanted.pop("first", first_day(current.valid)),
                wanted.pop("last", last_day(current.valid)),
                refusal=DatesReversed,
            )
        keep = editing.changes_to_keep(current, wanted, version=version)
        if not keep:
            return current
        for name, value in keep.items():
            setattr(current, name, value)
        if current.category is not None and current.category.forum_id != current.forum_id:
            raise CategoryOfAnotherForum
        if current.party_id and current.jurisdiction_id:
            raise SeatBelongsToOne
        current.clean_fields(exclude=_SETTLED)
        if (
            "valid" in keep
            and SeatTerm.objects.filter(seat=current).exclude(valid__contained_by=current.valid).exists()
        ):
            raise OutsideTheSeat(_("Somebody sits there outside these days. Change or end that term first."))
        current.version += 1
        current.save(update_fields=[*keep, "version"])
    return current


def close_seat(*, actor: User, seat: Seat, last: date, operation: Operation | None = None) -> Seat:
    """The seat's last day; terms that run longer end with it. Raises :class:`OutsideTheSeat` where one begins later."""
    require(can_manage_forum(actor, seat.forum))
    with recorded(actor, operation=operation), refusals():
        current = editing.lock(seat)
        current.valid = valid_dates(first_day(current.valid), last, refusal=DatesReversed)
        running = Q(valid__endswith__isnull=True) | Q(valid__endswith__gt=current.valid.upper)
        for term in SeatTerm.objects.select_for_update(of=("self",)).filter(running, seat=current):
            began = first_day(term.valid)
            if began is not None and began > last:
                raise OutsideTheSeat(_("A term begins after that day. Take it back first, or choose a later day."))
            term.valid = valid_dates(began, last)
            term.version += 1
            term.save(update_fields=["valid", "version"])
        current.version += 1
        current.save(update_fields=["valid", "version"])
    return current
