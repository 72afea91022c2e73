"""How mail fares when two people are merged. Consent and stops belong to the address and need nothing."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import MergeableRelation
from c2m2a_crm.outreach.models import Delivery
from members.models import Person

RELATIONS: Final = (
    MergeableRelation(
        key="outreach.delivery.person",
        order=200,
        model=Delivery,
        column="person_id",
        target=Person,
        label=_("Copies of campaigns"),
    ),
)
