"""A fictional office: small to look at, medium and large to measure with. Everybody in it is invented."""

from __future__ import annotations

from typing import Final

from django.db import transaction

from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.services import create_demo_accounts, create_demo_colleagues
from c2m2a_crm.dashboard.demo import office, volume
from c2m2a_crm.dashboard.demo.confided import add_circle
from c2m2a_crm.dashboard.demo.duplicates import add_duplicates
from c2m2a_crm.dashboard.demo.keeping import add_keeping
from c2m2a_crm.dashboard.demo.meetings import add_meetings
from c2m2a_crm.dashboard.demo.memberships import add_memberships
from c2m2a_crm.dashboard.demo.office import Office
from c2m2a_crm.dashboard.demo.offices import add_offices
from c2m2a_crm.dashboard.demo.papers import add_papers
from c2m2a_crm.dashboard.demo.positions import add_positions
from c2m2a_crm.dashboard.demo.profiles import add_profiles
from c2m2a_crm.dashboard.demo.requests import add_requests
from c2m2a_crm.dashboard.demo.rhythms import add_rhythms
from c2m2a_crm.dashboard.demo.rounds import add_rounds
from c2m2a_crm.dashboard.demo.sets import add_segments
from c2m2a_crm.dashboard.demo.tables import set_tables
from c2m2a_crm.engagement.models import Interaction
from members.models import Party, Person

SIZES: Final = ("small", *volume.SIZES)


class NotEmpty(Exception):
    """There are records that no demo made: they must not be mixed with invented ones."""


def is_wanted() -> bool:
    """False where the demo is there already. Raises :class:`NotEmpty` where there are records of somebody else."""
    if User.objects.filter(email="staff@demo.example").exists():
        return False
    if Person.objects.exists() or Interaction.objects.exists():
        raise NotEmpty
    return True


def build(*, password: str, size: str = "small", seed: int = 7, tell: volume.Telling = volume.say_nothing) -> bool:
    """Make the office, all of it or nothing. False where the demo's accounts are there already: nothing is added.

    Raises :class:`NotEmpty` where somebody else's people or contacts are on file.
    """
    if not is_wanted():
        return False
    with transaction.atomic():
        accounts = [*create_demo_accounts(password), *create_demo_colleagues()]
        made = Office({user.handle: user for user in accounts})
        office.fill(made, seed, set_tables)
        add_profiles(made)
        add_offices(made)
        add_circle(made)
        add_papers(made)
        add_meetings(made)
        add_positions(made)
        add_rounds(made)
        add_segments(made)
        add_requests(made)
        add_keeping(made)
        add_memberships(made)
        add_rhythms(made)
        add_duplicates(made)
        if size != "small":
            volume.fill(made, volume.SIZES[size], seed, tell)
    return True


def counts() -> dict[str, int]:
    return {
        "organizations and Nations": Party.objects.count(),
        "people": Person.objects.count(),
        "contacts": Interaction.objects.count(),
    }
