"""The words of vocabularies and the lists of governments as the product brings them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.reference import Loaded, read_rows, removed, settle
from c2m2a_crm.core.validity import valid_dates
from members.models import Concept, Jurisdiction, Listing

_FOLDER = Path(__file__).parent
_WRITER = "reference data"
_TEXTS = ("label_en", "label_fr", "symbol", "also", "note_en", "note_fr", "source")
_CONCEPT_FIELDS = (*_TEXTS, "is_confirmed", "position")
_LISTING_FIELDS = ("valid", "source", "is_confirmed")


def load_concepts() -> str:
    """Words by vocabulary and code. What somebody edited, retired or replaced stays so."""
    wanted: dict[tuple[str, str], Concept] = {}
    for row in read_rows(_FOLDER / "concepts.csv"):
        wanted[row["vocabulary"], row["code"]] = Concept(
            vocabulary=row["vocabulary"],
            code=row["code"],
            is_confirmed=row["confirmed"] == "1",
            position=int(row["position"]),
            **{name: row[name] for name in _TEXTS},
        )
    present = {(each.vocabulary, each.code): each for each in Concept.objects.all()}
    with recorded(None, system=_WRITER):
        return f"words of vocabularies: {settle(Concept, present, wanted, _CONCEPT_FIELDS)}"


def load_listings() -> str:
    """What stands on the lists of governments, by mineral, jurisdiction and standing.

    A place on a list that people took away does not come back, nor does one of a mineral that they replaced.
    """
    with recorded(None, system=_WRITER):
        return f"lists of governments: {_settle_listings()}"


def _settle_listings() -> Loaded:
    minerals = {each.code: each for each in Concept.objects.of(Concept.Vocabulary.MINERAL)}
    jurisdictions = dict(Jurisdiction.objects.values_list("code", "pk"))
    gone = removed(Listing, "concept_id", "jurisdiction_id", "standing")
    wanted: dict[tuple[int, int, str], Listing] = {}
    for row in read_rows(_FOLDER / "listings.csv"):
        mineral, place = minerals[row["code"]], jurisdictions[row["jurisdiction"]]
        if mineral.replaced_by_id or (str(mineral.pk), str(place), row["standing"]) in gone:
            continue
        wanted[mineral.pk, place, row["standing"]] = Listing(
            concept=mineral,
            jurisdiction_id=place,
            standing=row["standing"],
            valid=valid_dates(_day(row["first"]), _day(row["last"])),
            source=row["source"],
            is_confirmed=row["confirmed"] == "1",
        )
    present: dict[tuple[int, int, str], Listing] = {}
    for each in Listing.objects.order_by("valid", "pk"):
        present.setdefault((each.concept_id, each.jurisdiction_id, each.standing), each)
    return settle(Listing, present, wanted, _LISTING_FIELDS)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
