"""How the contact log fares when two people or two parties are merged.

The words of a contact stay as they were on its day: only whom they are about is one record afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import MergeableRelation
from c2m2a_crm.engagement.models import Commitment, FollowUp, Participant
from c2m2a_crm.engagement.services.last_contact import refresh_last_contact
from members.models import Party, Person


def _people_met(actor: Any, keys: Sequence[int]) -> None:
    refresh_last_contact([Participant(person_id=key) for key in keys])


def _parties_met(actor: Any, keys: Sequence[int]) -> None:
    refresh_last_contact([Participant(party_id=key) for key in keys])


RELATIONS: Final = (
    MergeableRelation(
        key="engagement.participant.person",
        order=300,
        model=Participant,
        column="person_id",
        target=Person,
        label=_("Contacts"),
        same=("interaction_id",),
        sentence=_("Both took part in one contact. It keeps both, under the names of that day."),
        after=_people_met,
    ),
    MergeableRelation(
        key="engagement.participant.party",
        order=310,
        model=Participant,
        column="party_id",
        target=Party,
        label=_("Contacts"),
        after=_parties_met,
    ),
    *(
        MergeableRelation(
            key=f"engagement.follow-up.{side}",
            order=order,
            model=FollowUp,
            column=f"{side}_id",
            target=target,
            label=_("Follow-ups"),
        )
        for target, side, order in ((Person, "person", 302), (Party, "party", 312))
    ),
    *(
        MergeableRelation(
            key=f"engagement.commitment.{column}",
            order=order,
            model=Commitment,
            column=f"{column}_id",
            target=target,
            label=label,
        )
        for target, column, order, label in (
            (Person, "by_person", 304, _("Commitments to us")),
            (Party, "by_party", 314, _("Commitments to us")),
            (Party, "to_party", 316, _("Commitments of ours")),
        )
    ),
)
