"""The three sides of the directory: organizations, Nations, people. Pages share their making and differ in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.models import Party, Person
from members.services.addresses import Owner


@dataclass(frozen=True, slots=True)
class Room:
    """``key`` is the namespace of the addresses, the name of the list and the key of the navigation."""

    key: str
    title: str | Promise
    add: str | Promise
    rows: Callable[[], QuerySet[Any, Any]]

    @property
    def is_people(self) -> bool:
        return self.key == "people"

    @property
    def is_parties(self) -> bool:
        return not self.is_people

    @property
    def is_nations(self) -> bool:
        return self.key == "nations"

    def url(self, page: str, *arguments: int) -> str:
        return reverse(f"{self.key}:{page}", args=arguments)


ORGANIZATIONS = Room(
    key="organizations",
    title=_("Organizations"),
    add=_("Add organization"),
    rows=lambda: Party.objects.organizations(),
)
NATIONS = Room(
    key="nations",
    title=_("Nations"),
    add=_("Add Nation"),
    rows=lambda: Party.objects.nations(),
)
PEOPLE = Room(
    key="people",
    title=_("People"),
    add=_("Add person"),
    rows=lambda: Person.objects.all(),
)


def room_of(record: Owner) -> Room:
    if isinstance(record, Person):
        return PEOPLE
    return NATIONS if record.is_nation else ORGANIZATIONS
