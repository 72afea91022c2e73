"""Entries of the contact log for tests, made through the services, each fact set by the test that asserts it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.utils import timezone

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Circle, CircleMembership, Installation
from c2m2a_crm.engagement import services
from c2m2a_crm.engagement.models import Initiative, Interaction
from members.models import Party, Person


def log(actor: User, *who: Person | Party, subject: str = "Graphite offtake", **facts: Any) -> Interaction:
    """One contact with ``who``; further facts are those of ``services.Entry``."""
    attendees = [services.Attendee(each) for each in who]
    return services.log_interaction(actor=actor, entry=services.Entry(subject=subject, attendees=attendees, **facts))


def circle_of(*users: User, name: str = "Permits", owner: User | None = None) -> Circle:
    with recorded(None, system="tests"):
        circle = Circle.objects.create(name=name)
        for user in users:
            CircleMembership.objects.create(circle=circle, user=user, is_owner=user == owner)
            user.__dict__.pop("_circle_ids", None)
    return circle


def initiative(name: str = "Processing tax credit", **facts: Any) -> Initiative:
    with recorded(None, system="tests"):
        return Initiative.objects.create(name_en=name, name_fr=name, **facts)


def days_after_closing(days: int = 1) -> datetime:
    """A moment at which an entry recorded now is closed."""
    return timezone.now() + timedelta(days=Installation.current().entry_closes_after_days + days)


def closed(actor: User, *who: Person | Party, **facts: Any) -> Interaction:
    """An entry that was recorded so long ago that it is closed today."""
    past = timezone.now() - timedelta(days=Installation.current().entry_closes_after_days + 1)
    with time_machine.travel(past, tick=True):
        return log(actor, *who, **facts)
