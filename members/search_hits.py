"""What the search shows of people, organizations, Nations and governments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from c2m2a_crm.core.prepared import Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.registries import SearchHit
from members.models import Affiliation, Jurisdiction, Office, Party, Person
from members.selectors import party_note, person_note, with_place

_PEOPLE = Statement(lambda actor, ids: with_place(Person.objects.readable_by(actor).filter(among("pk", ids))))


def people_hits(actor: Any, ids: Sequence[int]) -> Mapping[int, SearchHit]:
    """Who was found by the name of a record that was merged into theirs is shown under their own, once."""
    rows = {row.pk: row for row in _PEOPLE(actor, ids)}
    stand_in = {row.pk: row.merged_into_id for row in rows.values() if row.merged_into_id is not None}
    wanted = set(stand_in.values()) - rows.keys()
    if wanted:
        rows |= {row.pk: row for row in _PEOPLE(actor, wanted)}
    hits, shown = {}, set()
    for pk in ids:
        row = rows.get(stand_in.get(pk, pk) or pk)
        if pk in rows and row is not None and row.pk not in shown:
            shown.add(row.pk)
            hits[pk] = SearchHit(row.full_name, row.get_absolute_url(), person_note(row))
    return hits


def _parties(actor: Any, ids: Any, nations: bool) -> QuerySet[Party]:
    rows = Party.objects.readable_by(actor).filter(among("pk", ids), merged_into__isnull=True)
    rows = rows.select_related("jurisdiction")
    return rows.nations() if nations else rows.organizations()


_PARTIES = Statement(_parties)


def party_hits(nations: bool) -> Callable[[Any, Sequence[int]], Mapping[int, SearchHit]]:
    """For organizations or for Nations: a Nation's page and its words are its own."""

    def hits(actor: Any, ids: Sequence[int]) -> Mapping[int, SearchHit]:
        return {
            row.pk: SearchHit(
                str(row),
                row.get_absolute_url(),
                " · ".join(filter(None, (row.acronym, party_note(row)))),
            )
            for row in _PARTIES(actor, ids, nations)
        }

    return hits


def party_texts(actor: Any, ids: Sequence[int]) -> Mapping[int, str]:
    return dict(Party.objects.readable_by(actor).filter(pk__in=ids).values_list("pk", "about"))


def office_hits(actor: Any, ids: Sequence[int]) -> Mapping[int, SearchHit]:
    """With the party, and who holds it today."""
    rows = Office.objects.readable_by(actor).filter(pk__in=ids).select_related("party")
    held = Affiliation.objects.current().filter(office__in=ids, is_acting=False).select_related("person")
    holders = {row.office_id: row.person.full_name for row in held}
    return {
        row.pk: SearchHit(
            str(row), row.get_absolute_url(), " · ".join(filter(None, (str(row.party), holders.get(row.pk, ""))))
        )
        for row in rows
    }


def jurisdiction_hits(actor: Any, ids: Sequence[int]) -> Mapping[int, SearchHit]:
    rows = Jurisdiction.objects.readable_by(actor).filter(pk__in=ids)
    return {row.pk: SearchHit(str(row), row.get_absolute_url(), row.short) for row in rows}


def jurisdiction_texts(actor: Any, ids: Sequence[int]) -> Mapping[int, str]:
    rows = Jurisdiction.objects.readable_by(actor).filter(pk__in=ids).prefetch_related("facts")
    return {row.pk: " ".join(fact.text.text for fact in row.facts.all()) for row in rows}
