"""Partnerships that every installation has from the start. What a person edited or removed stays as it was left."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.reference import Loaded, read_rows, removed, settle
from c2m2a_crm.engagement.models import Initiative, InitiativeFact
from partnerships.models import CooperationArea, Partnership

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
_FACT_FIELDS = ("label_en", "label_fr", "text_en", "text_fr", "source", "is_confirmed", "position")
_AREA_FIELDS = ("text_en", "text_fr", "source", "is_confirmed", "position")
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
        statements = _settle_facts(known)
        areas = _settle_areas(known)
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


def _settle_facts(known: dict[str, Partnership]) -> Loaded:
    wanted: dict[tuple[int, str], InitiativeFact] = {}
    gone = removed(InitiativeFact, "initiative_id", "key")
    places: Counter[str] = Counter()
    for row in read_rows(_FOLDER / "partnership_facts.csv"):
        initiative_id = known[row["code"]].pk
        places[row["code"]] += 1
        if (str(initiative_id), row["key"]) in gone:
            continue
        wanted[initiative_id, row["key"]] = InitiativeFact(
            initiative_id=initiative_id,
            key=row["key"],
            position=places[row["code"]],
            is_confirmed=row["confirmed"] == "1",
            **{name: row[name] for name in ("label_en", "label_fr", "text_en", "text_fr", "source")},
        )
    present = {
        (fact.initiative_id, fact.key): fact
        for fact in InitiativeFact.objects.filter(initiative__in=[partnership.pk for partnership in known.values()])
    }
    return settle(InitiativeFact, present, wanted, _FACT_FIELDS)


def _settle_areas(known: dict[str, Partnership]) -> Loaded:
    wanted: dict[tuple[int, str], CooperationArea] = {}
    gone = removed(CooperationArea, "partnership_id", "key")
    places: Counter[str] = Counter()
    for row in read_rows(_FOLDER / "cooperation_areas.csv"):
        partnership_id = known[row["code"]].pk
        places[row["code"]] += 1
        if (str(partnership_id), row["key"]) in gone:
            continue
        wanted[partnership_id, row["key"]] = CooperationArea(
            partnership_id=partnership_id,
            key=row["key"],
            position=places[row["code"]],
            is_confirmed=row["confirmed"] == "1",
            **{name: row[name] for name in ("text_en", "text_fr", "source")},
        )
    present = {
        (area.partnership_id, area.key): area
        for area in CooperationArea.objects.filter(partnership__in=[partnership.pk for partnership in known.values()])
    }
    return settle(CooperationArea, present, wanted, _AREA_FIELDS)
