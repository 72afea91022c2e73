"""What somebody who leaves holds in the engagement record, and what an undo takes back together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from c2m2a_crm.accounts.leaving import simple_departure
from c2m2a_crm.accounts.models import User
from c2m2a_crm.accounts.policies import can_administer
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import RecordTables, UndoneRow
from c2m2a_crm.engagement import policies
from c2m2a_crm.engagement.models import (
    AgreedQuiet,
    Commitment,
    CommitmentEvent,
    Correction,
    FollowUp,
    Initiative,
    InitiativeFact,
    Interaction,
    NoProspect,
    OwnRhythm,
    Participant,
    Pillar,
    Point,
    Rhythm,
)
from c2m2a_crm.engagement.services.last_contact import refresh_last_contact


def _follow_ups(leaving: User) -> QuerySet[Any, Any]:
    return FollowUp.objects.open().filter(assignee=leaving)


def _commitments(leaving: User) -> QuerySet[Any, Any]:
    return Commitment.objects.open().filter(by_user=leaving)


def _points(leaving: User) -> QuerySet[Any, Any]:
    return Point.objects.filter(owner=leaving, answered_on__isnull=True)


def _initiatives(leaving: User) -> QuerySet[Any, Any]:
    """Forums and partnerships among them: each is an initiative."""
    return Initiative.objects.filter(lead=leaving, archived_at__isnull=True)


DEPARTURES = (
    simple_departure("follow-ups", 40, gettext_lazy("Open follow-ups"), _follow_ups, "assignee"),
    simple_departure("commitments", 50, gettext_lazy("Open commitments of ours"), _commitments, "by_user"),
    simple_departure("points", 60, gettext_lazy("Points without an answer"), _points, "owner"),
    simple_departure("initiatives", 70, gettext_lazy("Initiatives, forums and partnerships led"), _initiatives, "lead"),
)


# --- Undo -----------------------------------------------------------------------------------------------------------


def _closed_entries(actor: Any, keys: Sequence[int]) -> Mapping[int, str]:
    """A closed entry stays: somebody may have relied on it."""
    return {
        entry.pk: _("The entry is closed. It can only be corrected by an addition.")
        for entry in Interaction.objects.filter(among("id", keys))
        if entry.is_closed
    }


_COUNTED_OF_ENTRY = ("occurred_on", "kind", "archived_at", "sealed_circle_id", "restricted_circle_id")


def bring_last_contact_right(actor: Any, rows: Sequence[UndoneRow]) -> None:
    """When each person and party was last met follows from the contacts that are there now."""
    entries = {
        row.pk
        for row in rows
        if row.model is Interaction
        and any((row.until_now or {}).get(name) != (row.put_back or {}).get(name) for name in _COUNTED_OF_ENTRY)
    }
    met = [
        Participant(person_id=image.get("person_id"), party_id=image.get("party_id"))
        for row in rows
        if row.model is Participant
        for image in (row.until_now, row.put_back)
        if image
    ]
    met += Participant.objects.filter(among("interaction_id", entries))
    if met:
        with recorded(actor):
            refresh_last_contact(met)


RECORDS = (
    RecordTables(
        "engagement.interaction",
        100,
        Interaction,
        policies.can_log,
        parts={Participant: "interaction_id", Point: "interaction_id", Correction: "interaction_id"},
        refused=_closed_entries,
        after_undo=bring_last_contact_right,
    ),
    RecordTables("engagement.commitment", 110, Commitment, policies.can_log, parts={CommitmentEvent: "commitment_id"}),
    RecordTables("engagement.followup", 120, FollowUp, policies.can_log),
    RecordTables("engagement.initiative", 130, Initiative, policies.can_log, parts={InitiativeFact: "initiative_id"}),
    RecordTables("engagement.pillar", 140, Pillar, can_administer),
    RecordTables("engagement.rhythm", 141, Rhythm, policies.can_set_rhythms),
    RecordTables("engagement.ownrhythm", 142, OwnRhythm, policies.can_keep_rhythms),
    RecordTables("engagement.agreedquiet", 143, AgreedQuiet, policies.can_keep_rhythms),
    RecordTables("engagement.noprospect", 144, NoProspect, policies.can_keep_rhythms),
)
