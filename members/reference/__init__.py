"""Rows that every installation has from the start. What a person edited or removed stays as it was left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.db.models.fields.json import KT

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.models import History
from c2m2a_crm.core.name_keys import name_key
from c2m2a_crm.core.reference import Loaded, read_rows, removed, settle
from members.models import Jurisdiction, JurisdictionFact, NameKey, Party, PartyFact, PartyName
from members.services.names import refresh_name_keys, write_keys_of_new

_FOLDER = Path(__file__).parent
_WRITER = "reference data"
_FACT_FIELDS = ("label_en", "label_fr", "text_en", "text_fr", "source", "is_confirmed", "position")
_NAMES = ("name_en", "name_fr", "acronym_en", "acronym_fr")


def load_jurisdictions() -> str:
    """Make the jurisdictions that are missing, by code; return what was done as a line for the log of the start."""
    rows = read_rows(_FOLDER / "jurisdictions.csv")
    known = set(Jurisdiction.objects.values_list("code", flat=True))
    missing = [Jurisdiction(**row) for row in rows if row["code"] not in known]
    if missing:
        with recorded(None, system=_WRITER):
            Jurisdiction.objects.bulk_create(missing, ignore_conflicts=True)
    return f"{len(missing)} of {len(rows)} jurisdictions added"


def load_jurisdiction_facts() -> str:
    """What is known of each jurisdiction's ministry, strategy and table; the statements do not grow with the rows."""
    codes = dict(Jurisdiction.objects.values_list("code", "pk"))
    gone = removed(JurisdictionFact, "jurisdiction_id", "key")
    places: Counter[str] = Counter()
    wanted: dict[tuple[int, str], JurisdictionFact] = {}
    for row in read_rows(_FOLDER / "jurisdiction_facts.csv"):
        places[row["code"]] += 1
        pk = codes[row["code"]]
        if (str(pk), row["key"]) not in gone:
            values = _fact_values(row) | {"key": row["key"], "position": places[row["code"]]}
            wanted[pk, row["key"]] = JurisdictionFact(jurisdiction_id=pk, **values)
    present = {(fact.jurisdiction_id, fact.key): fact for fact in JurisdictionFact.objects.all()}
    with recorded(None, system=_WRITER):
        return f"facts of jurisdictions: {settle(JurisdictionFact, present, wanted, _FACT_FIELDS)}"


def _fact_values(row: dict[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {name: row[name] for name in ("label_en", "label_fr", "text_en", "text_fr", "source")}
    return values | {"is_confirmed": row["confirmed"] == "1"}


# --- Institutions -----------------------------------------------------------------------------------------------------


def load_institutions() -> str:
    """Federal institutions and the ministries of provinces and territories, as organizations, with what is known.

    One that stands in the directory already, whoever made it, is not doubled: it is known by its name in either
    language within its jurisdiction, or, where somebody renamed it since, by the name it came with. The statements do
    not grow with the rows, but for those whose names follow a newer release.
    """
    rows = read_rows(_FOLDER / "institutions.csv")
    codes = dict(Jurisdiction.objects.values_list("code", "pk"))
    with recorded(None, system=_WRITER):
        came_with = _came_with()
        found = _found(rows, codes, came_with)
        missing = [row for row in rows if row["key"] not in found]
        made = _add(missing, codes)
        renewed = _renew(
            (row, found[row["key"]])
            for row in rows
            if row["key"] in found and found[row["key"]].pk in came_with.values()
        )
        facts = _settle_party_facts(rows, found | made)
    return f"{len(made)} of {len(rows)} institutions added, {renewed} brought up to date; their facts: {facts}"


def _came_with() -> dict[tuple[str, str], int]:
    """The parties that reference data made: by the English name and the jurisdiction they were made with."""
    born = History.objects.filter(tbl=Party._meta.db_table, action=History.Action.CREATED, writer=_WRITER)
    told = born.values_list(KT("after__name_en"), KT("after__jurisdiction_id"), "row_id")
    return {(name or "", jurisdiction or ""): pk for name, jurisdiction, pk in told}


def _found(
    rows: list[dict[str, str]], codes: dict[str, int], came_with: dict[tuple[str, str], int]
) -> dict[str, Party]:
    """The institutions that are in the directory, by their key in the file."""
    keys = {row["key"]: {name_key(row["name_en"]), name_key(row["name_fr"])} for row in rows}
    namesakes = Counter(key for names in keys.values() for key in names)
    named: dict[str, list[Party]] = {}
    bearers = NameKey.objects.filter(key__in=set().union(*keys.values()), form="full", party__isnull=False)
    for bearer in bearers.select_related("party").order_by("party__archived_at", "party_id"):
        named.setdefault(bearer.key, []).append(bearer.party)  # type: ignore[arg-type]  # filtered
    originals = Party.objects.in_bulk(came_with.values())
    found = {}
    for row in rows:
        jurisdiction = codes.get(row["jurisdiction"])
        original = came_with.get((row["name_en"], str(jurisdiction or "")))
        if original in originals:
            found[row["key"]] = originals[original]
            continue
        for key in sorted(keys[row["key"]]):
            for party in named.get(key, ()):
                # Two provinces have ministries of one name: without its province such a one is nobody's.
                is_same = party.jurisdiction_id == jurisdiction or (
                    party.jurisdiction_id is None and namesakes[key] == 1 and not party.is_nation
                )
                if is_same:
                    found.setdefault(row["key"], party)
    return found


def _add(rows: list[dict[str, str]], codes: dict[str, int]) -> dict[str, Party]:
    parties = [
        Party(
            kind=Party.Kind.GOVERNMENT,
            government_level=row["government_level"],
            jurisdiction_id=codes.get(row["jurisdiction"]),
            **{name: row[name] for name in _NAMES},
        )
        for row in rows
    ]
    Party.objects.bulk_create(parties)
    names = [
        [PartyName(party=party, kind=row["other_name_kind"], text=row["other_name"], language="en")]
        if row["other_name"]
        else []
        for row, party in zip(rows, parties, strict=True)
    ]
    PartyName.objects.bulk_create([name for each in names for name in each])
    write_keys_of_new(parties=list(zip(parties, names, strict=True)))
    return {row["key"]: party for row, party in zip(rows, parties, strict=True)}


def _renew(pairs: Iterable[tuple[dict[str, str], Party]]) -> int:
    """Names and acronyms of institutions that came with the product and that nobody edited follow the release."""
    stale = []
    for row, party in pairs:
        if party.version == 1 and any(getattr(party, name) != row[name] for name in _NAMES):
            for name in _NAMES:
                setattr(party, name, row[name])
            stale.append(party)
    if stale:
        Party.objects.bulk_update(stale, _NAMES)
    for party in stale:
        refresh_name_keys(party)
    return len(stale)


def _settle_party_facts(rows: list[dict[str, str]], parties: dict[str, Party]) -> Loaded:
    gone = removed(PartyFact, "party_id", "key")
    wanted: dict[tuple[int, str], PartyFact] = {}
    for row in rows:
        pk = parties[row["key"]].pk
        if (str(pk), row["fact"]) not in gone:
            wanted[pk, row["fact"]] = PartyFact(party_id=pk, key=row["fact"], position=1, **_fact_values(row))
    present = {
        (fact.party_id, fact.key): fact
        for fact in PartyFact.objects.filter(party__in=[party.pk for party in parties.values()])
    }
    return settle(PartyFact, present, wanted, _FACT_FIELDS)
