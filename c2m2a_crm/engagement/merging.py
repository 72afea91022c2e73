"""How the contact log fares when two people or two parties are merged.

The words of a contact stay as they were on its day: only whom they are about is one record afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import MergeableRelation
from c2m2a_crm.engagement.models import AgreedQuiet, Commitment, FollowUp, NoProspect, OwnRhythm, Participant
from c2m2a_crm.engagement.services.last_contact import refresh_last_contact
from members.models import Party, Person


def _people_met(actor: Any, keys: Sequence[int]) -> None:
    refresh_last_contact([Participant(person_id=key) for key in keys])


def _parties_met(actor: Any, keys: Sequence[int]) -> None:
    refresh_last_contact([Participant(party_id=key) for key in keys])


def _noted_of_both(rows: QuerySet[Any], keep: int, lose: int) -> QuerySet[Any]:
    """An organization is ruled out once: the record that stays keeps its own note."""
    noted = NoProspect.objects.standing().filter(party=keep)
    return rows.filter(ended_on__isnull=True) if noted.exists() else rows.none()


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
    *(
        MergeableRelation(
            key=f"engagement.own-rhythm.{side}",
            order=order,
            model=OwnRhythm,
            column=f"{side}_id",
            target=target,
            label=_("Rhythms of one’s own"),
            overlaps="valid",
            sentence=_(
                "Both have a rhythm of their own on some of the same days. The record that stays keeps its own."
            ),
        )
        for target, side, order in ((Person, "person", 320), (Party, "party", 330))
    ),
    *(
        MergeableRelation(
            key=f"engagement.agreed-quiet.{side}",
            order=order,
            model=AgreedQuiet,
            column=f"{side}_id",
            target=target,
            label=_("Agreed quiet"),
            overlaps="valid",
            among=Q(ended_on__isnull=True),
            sentence=_("Quiet is agreed with both on some of the same days. The record that stays keeps its own."),
        )
        for target, side, order in ((Person, "person", 322), (Party, "party", 332))
    ),
    MergeableRelation(
        key="engagement.no-prospect.party",
        order=334,
        model=NoProspect,
        column="party_id",
        target=Party,
        label=_("Why it is no prospect"),
        meets=_noted_of_both,
        sentence=_("Both are noted as no prospects. The record that stays keeps its own note."),
    ),
)
