"""What the search shows of people, organizations, Nations and governments."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from c2m2a_crm.core.registries import SearchHit
from members.models import Jurisdiction, Party, Person
from members.selectors import party_note, person_note, with_place


def people_hits(actor: Any, ids: Sequence[int]) -> Mapping[int, SearchHit]:
    rows = with_place(Person.objects.readable_by(actor).filter(pk__in=ids))
    return {row.pk: SearchHit(row.full_name, row.get_absolute_url(), person_note(row)) for row in rows}


def party_hits(nations: bool) -> Callable[[Any, Sequence[int]], Mapping[int, SearchHit]]:
    """For organizations or for Nations: a Nation's page and its words are its own."""

    def hits(actor: Any, ids: Sequence[int]) -> Mapping[int, SearchHit]:
        rows = Party.objects.readable_by(actor).filter(pk__in=ids).select_related("jurisdiction")
        rows = rows.nations() if nations else rows.organizations()
        return {
            row.pk: SearchHit(
                str(row),
                row.get_absolute_url(),
                " · ".join(filter(None, (row.acronym, party_note(row)))),
            )
            for row in rows
        }

    return hits


def party_texts(actor: Any, ids: Sequence[int]) -> Mapping[int, str]:
    return dict(Party.objects.readable_by(actor).filter(pk__in=ids).values_list("pk", "about"))


def jurisdiction_hits(actor: Any, ids: Sequence[int]) -> Mapping[int, SearchHit]:
    rows = Jurisdiction.objects.readable_by(actor).filter(pk__in=ids)
    return {row.pk: SearchHit(str(row), row.get_absolute_url(), row.short) for row in rows}


def jurisdiction_texts(actor: Any, ids: Sequence[int]) -> Mapping[int, str]:
    rows = Jurisdiction.objects.readable_by(actor).filter(pk__in=ids).prefetch_related("facts")
    return {row.pk: " ".join(fact.text.text for fact in row.facts.all()) for row in rows}
