"""Forums, seats and people for the tests of this room, made through the services."""

from __future__ import annotations

from datetime import date
from typing import Any

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Circle
from c2m2a_crm.engagement.models import Initiative
from forums import services
from forums.models import Forum, Seat, SeatTerm
from members.models import Party, Person
from members.services import create_party, create_person
from tests.engagement.making import circle_of

SPRING = date(2026, 4, 1)


class Making:
    """What a test needs of forums, each in one line; everything that matters is said by the test."""

    def __init__(self, actor: User) -> None:
        self.actor = actor

    def forum(self, name: str = "Drill Core Forum", **facts: Any) -> Forum:
        return services.create_forum(actor=self.actor, **{"kind": Forum.Kind.INDUSTRY, "name_en": name, **facts})

    def seat(self, forum: Forum, **facts: Any) -> Seat:
        return services.add_seats(actor=self.actor, forum=forum, **facts)[0]

    def person(self, name: str, **facts: Any) -> Person:
        given, _space, family = name.partition(" ")
        return create_person(actor=self.actor, given_name=given, family_name=family, **facts)

    def party(self, name: str, **facts: Any) -> Party:
        return create_party(actor=self.actor, **{"kind": Party.Kind.BUSINESS, "name_en": name, **facts})

    def term(self, seat: Seat, person: Person | str, first: date | None = SPRING, **facts: Any) -> SeatTerm:
        sitting = self.person(person) if isinstance(person, str) else person
        return services.appoint(actor=self.actor, seat=seat, person=sitting, first=first, **facts)

    def seal(self, forum: Forum, *members: User, restricted: bool = False) -> Circle:
        """Seal the forum's initiative in a circle of these people, or restrict it to them."""
        circle = circle_of(*members, name=f"Circle of {forum.pk}")
        column = "restricted_circle" if restricted else "sealed_circle"
        with recorded(None, system="test"):
            Initiative.objects.filter(pk=forum.pk).update(**{column: circle})
        return circle
