"""When each person and party was last met, kept beside their names so that lists can sort by it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import connection
from django.db.models import Max

from c2m2a_crm.engagement.models import Interaction, Participant
from members.models import Party, Person


def refresh_last_contact(participants: Iterable[Participant]) -> None:
    """Bring ``last_open_contact_on`` of everybody who took part up to date.

    Only two-way contacts that everybody may read count: a date that a sealed contact moved would betray it.
    """
    people = {participant.person_id for participant in participants if participant.person_id}
    parties = {participant.party_id for participant in participants if participant.party_id}
    for model, ids, lookup in ((Person, people, "person"), (Party, parties, "party")):
        if not ids:
            continue
        # Two contacts saved at once: the later one counts after the earlier one is committed.
        list(model._default_manager.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk").values_list("pk"))
        counted = Participant.objects.filter(
            **{f"{lookup}_id__in": ids},
            role=Participant.Role.PRESENT,
            interaction__archived_at__isnull=True,
            interaction__sealed_circle__isnull=True,
            interaction__restricted_circle__isnull=True,
        ).exclude(interaction__kind=Interaction.Kind.ATTEMPT)
        latest = dict(counted.values_list(f"{lookup}_id").annotate(day=Max("interaction__occurred_on")).order_by())
        for pk in sorted(ids):
            model._default_manager.filter(pk=pk).update(last_open_contact_on=latest.get(pk))


def note_new_contacts(rows: Iterable[tuple[Interaction, Participant]]) -> None:
    """As :func:`refresh_last_contact` for contacts that were just written: they can only move the day forward.

    Nothing is counted anew, so that the cost does not grow with the contacts on file.
    """
    people: dict[int, date] = {}
    parties: dict[int, date] = {}
    for interaction, row in rows:
        if interaction.is_attempt or interaction.sealed_circle_id or interaction.restricted_circle_id:
            continue
        if row.role != Participant.Role.PRESENT:
            continue
        for days, pk in ((people, row.person_id), (parties, row.party_id)):
            if pk is not None:
                days[pk] = max(days.get(pk, interaction.occurred_on), interaction.occurred_on)
    for model, days in ((Person, people), (Party, parties)):
        if not days:
            continue
        # Locked, and in one order, for the reason given above; the lock is what a withdrawal at this moment waits for.
        rows_now = model._default_manager.select_for_update(of=("self",)).filter(pk__in=days).order_by("pk")
        known = dict(rows_now.values_list("pk", "last_open_contact_on"))
        later = {pk: days[pk] for pk, last in known.items() if last is None or last < days[pk]}
        if later:
            with connection.cursor() as cursor:
                cursor.execute(
                    f"UPDATE {model._meta.db_table} AS met SET last_open_contact_on = seen.day"  # noqa: S608  a table of ours
                    " FROM unnest(%s::bigint[], %s::date[]) AS seen (id, day) WHERE met.id = seen.id",
                    [list(later), list(later.values())],
                )
