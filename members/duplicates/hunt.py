"""The hunt: everybody read, those who share a key compared, what is likely written for the queue."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, transaction

from c2m2a_crm.core.validity import today
from members.duplicates.blocks import candidates, party_keys, party_order, person_keys, person_order
from members.duplicates.evidence import Comparison
from members.duplicates.parties import Parties, compare_parties
from members.duplicates.people import Crowd, compare_people
from members.duplicates.reading import read_parties, read_people
from members.duplicates.weights import LISTED
from members.models import DuplicatePair

KINDS: Final = ("people", "parties")

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Likely:
    """Two records, the lower key on the left, and what speaks for their being one."""

    left: int
    right: int
    comparison: Comparison


def look_for(kind: str, *, keys: Sequence[int] | None = None, tell: Tell | None = None) -> Iterator[Likely]:
    """Every pair of people or of parties that is likelier one than two, among all or among those of ``keys``.

    ``tell`` hears how many records are done, and of how many.
    """
    records: Sequence[Any]
    if kind == "people":
        records = read_people(keys)
        crowd: Any = Crowd(records, len(records))
        compare: Callable[..., Comparison] = compare_people
        pairs = candidates(records, person_keys, person_order)
    else:
        records = read_parties(keys)
        crowd, compare = Parties(records, len(records)), compare_parties
        pairs = candidates(records, party_keys, party_order)
    for done, (place, partners) in enumerate(pairs):
        one = records[place]
        for partner in partners:
            comparison = compare(one, records[partner], crowd)
            if comparison.bits >= LISTED:
                left, right = sorted((one.pk, records[partner].pk))
                yield Likely(left, right, comparison)
        if tell is not None and done % 1000 == 0:
            tell(done, len(records))


def renew(kind: str, *, tell: Tell | None = None) -> int:
    """Write what a hunt finds in place of what the one before found; how many pairs there are now.

    What is found again keeps the day on which it was found first. Two hunts at once wait for each other.
    """
    column = "person" if kind == "people" else "party"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"duplicates.{kind}"])
        found = [_row(each) for each in look_for(kind, tell=tell)]
        cursor.execute(
            "CREATE TEMPORARY TABLE duplicates_found (a bigint, b bigint, score int, evidence jsonb) ON COMMIT DROP"
        )
        with cursor.copy("COPY duplicates_found (a, b, score, evidence) FROM STDIN") as copy:
            for row in found:
                copy.write_row(row)
        table = DuplicatePair._meta.db_table
        names = {"table": table, "left": f"left_{column}_id", "right": f"right_{column}_id"}
        cursor.execute(
            "DELETE FROM {table} p WHERE {left} IS NOT NULL AND NOT EXISTS"  # noqa: S608  our own names
            " (SELECT FROM duplicates_found f WHERE f.a = p.{left} AND f.b = p.{right})".format(**names)
        )
        cursor.execute(
            "INSERT INTO {table} ({left}, {right}, score, evidence, found_on)"  # noqa: S608  our own names
            " SELECT a, b, score, evidence, %s FROM duplicates_found ORDER BY a, b"
            " ON CONFLICT ({left}, {right}) DO UPDATE SET score = excluded.score, evidence = excluded.evidence"
            " WHERE ({table}.score, {table}.evidence) IS DISTINCT FROM (excluded.score, excluded.evidence)".format(
                **names
            ),
            [today()],
        )
        cursor.execute("DROP TABLE duplicates_found")
    return len(found)


def _row(found: Likely) -> tuple[int, int, int, str]:
    evidence = json.dumps([row.to_json() for row in found.comparison.rows])
    return found.left, found.right, found.comparison.score, evidence
