"""Partnerships of the tests, made through the services; no real one is taken for an example of conduct."""

from __future__ import annotations

from datetime import date

import pytest

from c2m2a_crm.accounts.models import User
from partnerships import services
from partnerships.models import Partnership


@pytest.fixture
def compact(secretariat: User) -> Partnership:
    """A bilateral one, known to the month."""
    return services.create_partnership(
        actor=secretariat,
        kind="bilateral",
        name_en="Canada-Norland Compact on Magnets",
        name_fr="Pacte Canada-Norland sur les aimants",
        code="CA-NL-CM",
        counterpart_en="Norland",
        counterpart_fr="Norlande",
        counterpart_country="NO",
        instrument="understanding",
        signed_on=date(2024, 3, 1),
        precision="month",
    )


@pytest.fixture
def circle_of_five(secretariat: User) -> Partnership:
    """A multilateral one of which only the English name is known."""
    return services.create_partnership(actor=secretariat, kind="multilateral", name_en="Circle of Five")
