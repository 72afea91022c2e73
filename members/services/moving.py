"""Somebody moves on: the old place ends, the new one begins, and what hung on the old one is seen to, as one operation.

What a person holds in other rooms (seats, follow-ups, promises) is asked through ``core.registries.departure_effects``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import require
from c2m2a_crm.core import dates
from c2m2a_crm.core.models import Operation
from c2m2a_crm.core.operations.acting import NAMING, operating
from c2m2a_crm.core.registries import DepartureEffect, DepartureRow, Move, departure_effects
from c2m2a_crm.core.registries.moving import KEEP
from c2m2a_crm.core.sentences import Sentence
from c2m2a_crm.core.validity import last_day
from members.models import Affiliation, Office, Party, Person
from members.policies import can_edit_directory
from members.services.addresses import add_email, refuse_anonymised
from members.services.affiliations import add_affiliation, end_affiliation
from members.services.errors import DatesReversed, OfficeHeld, PlaceIsOver, RecordIsArchived

MOVED_KIND: Final = "moved_on"

Choices = Mapping[str, str]
"""By :func:`choice_key`, what becomes of each thing; of those that are not named, their default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlace:
    """Where somebody goes. With an office they hold it; without titles they bear the office's."""

    party: Party
    first: date
    office: Office | None = None
    title_en: str = ""
    title_fr: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to be decided on, with the room that asks."""

    effect: DepartureEffect
    row: DepartureRow

    @property
    def key(self) -> str:
        return choice_key(self.effect, self.row)


def choice_key(effect: DepartureEffect, row: DepartureRow) -> str:
    return f"{effect.key}-{row.key}"


def what_is_asked(actor: User, move: Move) -> list[Asked]:
    """What the person holds that depends on the place, as far as the actor may know of it, room by room."""
    return [Asked(effect, row) for effect in departure_effects for row in effect.rows(actor, move)]


def moved_on(
    *,
    actor: User,
    affiliation: Affiliation,
    last: date,
    to: NewPlace | None = None,
    successor: Person | None = None,
    choices: Choices | None = None,
) -> Operation:
    """End somebody's place after ``last``, with every other one at the same party unless they stay there.

    A ``successor`` takes over what is chosen to be handed over, and the office where the person held one.
    Raises :class:`PlaceIsOver`, :class:`DatesReversed`, what :func:`members.services.add_affiliation` raises, and what
    the rooms refuse; then nothing at all is written.
    """
    require(can_edit_directory(actor))
    person = affiliation.person
    names = {"name": str(person), "party": str(affiliation.party)}
    summary = Sentence(gettext_noop("Moved on: %(name)s, %(party)s"), names)
    with operating(actor, kind=MOVED_KIND, summary=summary, details=NAMING | {"person": person.pk}) as operation:
        _leave(actor, affiliation, last, to, successor, choices or {})
        if to is not None:
            _arrive(actor, affiliation, to, last)
        if successor is not None and affiliation.office is not None:
            _succeed(actor, affiliation.office, successor, last + timedelta(days=1), is_acting=affiliation.is_acting)
    return operation


def change_holder(
    *,
    actor: User,
    office: Office,
    successor: Person,
    first: date,
    is_acting: bool = False,
    ends_present_main: bool = True,
    choices: Choices | None = None,
) -> Operation:
    """Somebody holds the office from ``first`` on; who held it then moves on the day before.

    Somebody who is acting stands beside the titular holder, and follows whoever was acting.
    Raises as :func:`moved_on` does.
    """
    require(can_edit_directory(actor))
    names = {"office": str(office), "name": str(successor)}
    summary = Sentence(gettext_noop("New holder: %(office)s, %(name)s"), names)
    details = NAMING | {"office": office.pk}
    with operating(actor, kind=MOVED_KIND, summary=summary, details=details) as operation:
        present = holder_on(office, first, is_acting=is_acting)
        if present is not None:
            if present.person_id == successor.pk:
                raise OfficeHeld(_("%(name)s holds this office then already.") % {"name": successor}, field="successor")
            _leave(actor, present, first - timedelta(days=1), None, successor, choices or {}, only_this=True)
        _succeed(actor, office, successor, first, is_acting=is_acting, ends_present_main=ends_present_main)
    return operation


def holder_on(office: Office, day: date, *, is_acting: bool = False) -> Affiliation | None:
    """Who holds the office, or is acting in it, on that day."""
    held = Affiliation.objects.on(day).filter(office=office, is_acting=is_acting)
    return held.select_related("person", "party", "office").first()


def _leave(
    actor: User,
    affiliation: Affiliation,
    last: date,
    to: NewPlace | None,
    successor: Person | None,
    choices: Choices,
    *,
    only_this: bool = False,
) -> None:
    refuse_anonymised(affiliation.person)
    until = last_day(affiliation.valid)
    if until is not None and until <= last:
        raise PlaceIsOver(_("This affiliation ended on %(day)s already.") % {"day": dates.short_date(until)})
    goes_to = affiliation.party if only_this else to.party if to else None
    move = Move(affiliation.person, affiliation.party, last, goes_to, successor)
    asked = what_is_asked(actor, move)
    end_affiliation(actor=actor, affiliation=affiliation, last=last)
    if not move.stays_with_the_party:
        after = Q(valid__endswith__isnull=True) | Q(valid__endswith__gt=last + timedelta(days=1))
        others = Affiliation.objects.filter(after, person=affiliation.person, party=affiliation.party)
        for other in others.exclude(pk=affiliation.pk).filter(valid__contains=last).order_by("pk"):
            end_affiliation(actor=actor, affiliation=other, last=last)
    for each in asked:
        offered = {value for value, _label in each.row.choices}
        choice = choices.get(each.key, each.row.default)
        if choice != KEEP and choice in offered:
            each.effect.apply(actor, move, each.row.key, choice)


def _arrive(actor: User, left: Affiliation, to: NewPlace, last: date) -> None:
    if to.first <= last:
        raise DatesReversed(
            _("The first day at the new place must lie after the last day at the old one."), field="first"
        )
    if to.party.is_archived:
        raise RecordIsArchived(_("%(name)s is archived. Restore the record first.") % {"name": to.party}, field="party")
    add_affiliation(
        actor=actor,
        person=left.person,
        party=to.party,
        office=to.office,
        title_en=to.title_en,
        title_fr=to.title_fr,
        first=to.first,
        is_primary=left.is_primary,
    )
    if to.email:
        add_email(actor=actor, owner=left.person, address=to.email, valid_from=to.first)


def _succeed(
    actor: User,
    office: Office,
    successor: Person,
    first: date,
    *,
    is_acting: bool = False,
    ends_present_main: bool = True,
) -> None:
    """An acting holder keeps their own place; a titular one leaves their main affiliation unless told otherwise."""
    if successor.is_archived:
        raise RecordIsArchived(
            _("%(name)s is archived. Restore the record first.") % {"name": successor}, field="successor"
        )
    has_main = Affiliation.objects.filter(person=successor, is_primary=True, valid__endswith__isnull=True).exists()
    has_main = has_main or Affiliation.objects.on(first).filter(person=successor, is_primary=True).exists()
    ends = ends_present_main and not is_acting
    add_affiliation(
        actor=actor,
        person=successor,
        party=office.party,
        office=office,
        is_acting=is_acting,
        first=first,
        is_primary=ends or not has_main,
        end_present_main=ends,
    )
