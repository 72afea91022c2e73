"""Partnerships that every installation has from the start. What a person edited or removed stays as it was left."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from c2m2a_crm.core.facts import words_of
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import Fact
from c2m2a_crm.core.reference import Loaded, read_rows, removed, settle
from c2m2a_crm.engagement.models import Initiative, InitiativeFact
from partnerships.models import CooperationArea, Partnership

F = TypeVar("F", bound=Fact)

_FOLDER = Path(__file__).parent
_FIELDS = (
    "kind",
    "counterpart_en",
    "counterpart_fr",
    "counterpart_country",
    "instrument",
    "signed_on",
    "precision",
    "is_binding",
    "status",
)
_BINDING = {"yes": True, "no": False, "": None}


def load_partnerships() -> str:
    """Make what is missing and bring up to date what nobody edited; a line for the log of the start.

    The statements do not grow with the rows. A partnership is known by its code, whatever became of it.
    """
    rows = read_rows(_FOLDER / "partnerships.csv")
    with recorded(None, system="reference data"):
        known = {
            str(partnership.code): partnership
            for partnership in Partnership.objects.filter(code__in=[row["code"] for row in rows]).select_related(
                "initiative"
            )
        }
        made = _add([row for row in rows if row["code"] not in known])
        before = dict(known)
        known |= made
        names = settle(
            Initiative,
            {code: partnership.initiative for code, partnership in before.items()},
            {
                row["code"]: Initiative(name_en=row["name_en"], name_fr=row["name_fr"])
                for row in rows
                if row["code"] in before
            },
            ("name_en", "name_fr"),
        )
        particulars = settle(
            Partnership,
            before,
            {row["code"]: Partnership(code=row["code"], **_values(row)) for row in rows if row["code"] in before},
            _FIELDS,
        )
        _link(rows, known, set(made))
        statements = _settle_facts(InitiativeFact, "initiative_id", "partnership_facts.csv", known)
        areas = _settle_facts(CooperationArea, "partnership_id", "cooperation_areas.csv", known)
    loads = {
        "partnerships": Loaded(len(made), particulars.updated, particulars.kept),
        "names": names,
        "statements": statements,
        "areas of cooperation": areas,
    }
    return "; ".join(f"{what}: {load}" for what, load in loads.items())


def _values(row: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {name: row[name] for name in _FIELDS}
    values["signed_on"] = date.fromisoformat(row["signed_on"]) if row["signed_on"] else None
    values["is_binding"] = _BINDING[row["is_binding"]]
    return values


def _add(rows: list[dict[str, str]]) -> dict[str, Partnership]:
    kind = Initiative.Kind.PARTNERSHIP
    initiatives = [Initiative(kind=kind, name_en=row["name_en"], name_fr=row["name_fr"]) for row in rows]
    Initiative.objects.bulk_create(initiatives)
    made = [
        Partnership(initiative=initiative, code=row["code"], **_values(row))
        for initiative, row in zip(initiatives, rows, strict=True)
    ]
    Partnership.objects.bulk_create(made)
    return {row["code"]: partnership for row, partnership in zip(rows, made, strict=True)}


def _link(rows: list[dict[str, str]], known: dict[str, Partnership], made: set[str]) -> None:
    """What came after what, of those that were made just now: who edits a partnership decides of its successor."""
    linked = []
    for row in rows:
        if row["successor"] and row["code"] in made:
            partnership = known[row["code"]]
            partnership.successor = known[row["successor"]]
            linked.append(partnership)
    if linked:
        Partnership.objects.bulk_update(linked, ["successor"])


def _settle_facts(model: type[F], owner: str, file: str, known: dict[str, Partnership]) -> Loaded:
    """The statements of a file; ``owner`` is the column that names the partnership."""
    words = words_of(model)
    gone = removed(model, owner, "key")
    places: Counter[str] = Counter()
    wanted: dict[tuple[int, str], F] = {}
    for row in read_rows(_FOLDER / file):
        pk = known[row["code"]].pk
        places[row["code"]] += 1
        if (str(pk), row["key"]) in gone:
            continue
        said: dict[str, Any] = {name: row[name] for name in words} | {owner: pk}
        wanted[pk, row["key"]] = model(
            key=row["key"], position=places[row["code"]], is_confirmed=row["confirmed"] == "1", **said
        )
    stated = model._default_manager.filter(**{f"{owner}__in": [partnership.pk for partnership in known.values()]})
    present = {(getattr(fact, owner), fact.key): fact for fact in stated}
    return settle(model, present, wanted, (*words, "is_confirmed", "position"))
