"""What privacy does to the rest of the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.registries import (
    NavItem,
    PersonalData,
    RecordPanel,
    ReferenceData,
    TextHolder,
    mergeable_relations,
    navigation,
    personal_data,
    record_panels,
    reference_data,
    text_holders,
)
from c2m2a_crm.privacy import keeping, policies
from c2m2a_crm.privacy.merging import RELATIONS as MERGEABLE
from c2m2a_crm.privacy.models import AccessItem, OwnerAsk, UnresolvedChallenge
from c2m2a_crm.privacy.personal_data import feedback_found, feedback_of, held
from c2m2a_crm.privacy.reference import load_periods

# The package's jobs and the search's: every process must know how to run them.
from c2m2a_crm.privacy.services import gathering, package, retention
from members.models import Person

navigation.register(
    NavItem(
        key="access-requests",
        label=_("Access requests"),
        url_name="privacy:requests",
        icon="inbox",
        order=942,
        allowed=policies.can_handle_privacy,
        group="admin",
    )
)
navigation.register(
    NavItem(
        key="asks",
        label=_("Asked of circles"),
        url_name="privacy:asks",
        icon="help-circle",
        order=15,
        allowed=policies.can_be_asked,
        group="account",
        waiting=lambda user: OwnerAsk.objects.visible_to(user).waiting(),
    )
)

reference_data.register(ReferenceData("privacy.periods", 25, load_periods))


def _challenges(actor: Any, person: Person) -> dict[str, Any] | None:
    """What the person says is wrong stands where the record is read."""
    may_note = policies.can_handle_privacy(actor)
    rows = list(UnresolvedChallenge.objects.filter(person=person, resolved_on__isnull=True).select_related("noted_by"))
    return {"challenges": rows, "may_note": may_note, "person": person} if rows or may_note else None


record_panels.register(RecordPanel("challenges-person", 900, Person, "privacy/_challenges.html", _challenges))


def _forget(actor: Any, model: type[models.Model], keys: Sequence[int], columns: Sequence[str]) -> None:
    """A record's copy in a request loses its text with the record; its number and its mark stay."""
    copies = AccessItem.objects.filter(keeping.copies_of(model, keys))
    with recorded(actor):
        copies.update(title="", text="", source="", uses="", recipients="", passages="")


# The ground floor keeps it, and does not know the addresses by which people are found in it.
personal_data.register(PersonalData("feedback", 55, _("Accessibility feedback"), feedback_of, feedback_found))
personal_data.register(PersonalData("privacy", 60, _("Privacy"), held))
text_holders.register(TextHolder("access-requests", 30, _forget))

keeping.register()

for mergeable in MERGEABLE:
    mergeable_relations.register(mergeable)

__all__ = ["gathering", "package", "retention"]
