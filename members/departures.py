"""The relationships that somebody answered for who leaves the office."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.leaving import simple_departure
from c2m2a_crm.accounts.models import User
from members.models import Party, Person


def _parties(leaving: User) -> QuerySet[Any, Any]:
    return Party.objects.active().filter(owner=leaving)


def _people(leaving: User) -> QuerySet[Any, Any]:
    return Person.objects.active().filter(owner=leaving)


DEPARTURES = (
    simple_departure("parties", 30, gettext_lazy("Organizations and Nations"), _parties, "owner"),
    simple_departure("people", 32, gettext_lazy("People"), _people, "owner"),
)
