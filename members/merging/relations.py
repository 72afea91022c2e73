"""How what hangs on people and parties fares when two of them are merged: the directory's own part.

Each room declares its own columns in the same way; a test fails for a foreign key that nobody has declared.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import models
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat, Left
from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.models import Document, Segment, SegmentPick
from c2m2a_crm.core.registries import Meeting, MergeableRelation, OnMerge
from members.models import (
    AddressUse,
    Affiliation,
    DetailsRequest,
    DuplicatePair,
    Expertise,
    Membership,
    NameKey,
    NotTheSame,
    Office,
    OutsideIdentifier,
    Party,
    PartyDocument,
    PartyFact,
    PartyName,
    Person,
    PhoneNumber,
    PostalAddress,
    ProfileLine,
    Relationship,
)

_STILL_OPEN: Final = Q(valid__upper_inf=True)
_LISTED_ALREADY: Final = _("The other record has the same. This one stays with the record that is put aside.")

# What may hang on a person as on a party: (table, key, name, what makes two rows the same thing, which rows).
_SHARED: Final = (
    (AddressUse, "address-use", _("E-mail addresses"), ("email_id",), _STILL_OPEN),
    (PhoneNumber, "phone", _("Telephone numbers"), ("number", "extension"), _STILL_OPEN),
    (
        PostalAddress,
        "postal-address",
        _("Postal addresses"),
        ("lines", "city", "jurisdiction_id", "postal_code", "country"),
        _STILL_OPEN,
    ),
    (OutsideIdentifier, "outside-id", _("Identifiers in other systems"), (), Q()),
)


def _shared() -> list[MergeableRelation]:
    found = []
    for order, (model, key, label, same, among) in enumerate(_SHARED):
        for target, side, shift in ((Person, "person", 20), (Party, "party", 120)):
            found.append(
                MergeableRelation(
                    key=f"members.{key}.{side}",
                    order=shift + order,
                    model=model,
                    column=f"{side}_id",
                    target=target,
                    label=label,
                    same=same,
                    among=among,
                    sentence=_LISTED_ALREADY if same else "",
                )
            )
    return found


def _picks(actor: Any) -> QuerySet[Any]:
    return SegmentPick.objects.filter(segment__in=Segment.objects.visible_to(actor).order_by().values("pk"))


def _documents(actor: Any) -> QuerySet[Any]:
    return PartyDocument.objects.filter(document__in=Document.objects.readable_by(actor).order_by().values("pk"))


def _of_segments(target: type[models.Model], lists: tuple[str, ...], order: int) -> MergeableRelation:
    """Pins and blocks name a row of their list by its number."""
    return MergeableRelation(
        key=f"core.segment-pick.{target._meta.model_name}",
        order=order,
        model=SegmentPick,
        column="record_id",
        target=target,
        label=_("Pins and blocks of segments"),
        rows=Q(segment__list_key__in=lists),
        same=("segment_id",),
        sentence=_LISTED_ALREADY,
        readable=_picks,
    )


def _related_alike(rows: QuerySet[Any], keep: int, lose: int, kind: str, side: str) -> QuerySet[Any]:
    """Relations between the two, and those that the other record has with the same end on some of the same days."""
    far = "to" if side == "from" else "from"
    between = Q(**{f"{far}_{kind}_id": keep})
    own = Relationship.objects.filter(
        kind=OuterRef("kind"), valid__overlap=OuterRef("valid"), **{f"{side}_{kind}_id": keep}
    )
    crosswise = Relationship.objects.filter(
        kind=OuterRef("kind"),
        kind__in=Relationship.MUTUAL,
        valid__overlap=OuterRef("valid"),
        **{f"{far}_{kind}_id": keep},
    )
    alike = Q()
    for end in ("person", "party"):
        column = f"{far}_{end}_id"
        filled = Q(**{f"{column}__isnull": False})
        alike |= filled & Q(Exists(own.filter(**{column: OuterRef(column)})))
        alike |= filled & Q(Exists(crosswise.filter(**{f"{side}_{end}_id": OuterRef(column)})))
    return rows.filter(between | alike)


def _relationships() -> list[MergeableRelation]:
    def meets(kind: str, side: str) -> Any:
        return lambda rows, keep, lose: _related_alike(rows, keep, lose, kind, side)

    return [
        MergeableRelation(
            key=f"members.relationship.{side}-{kind}",
            order=shift + order,
            model=Relationship,
            column=f"{side}_{kind}_id",
            target=target,
            label=_("Relationships"),
            meets=meets(kind, side),
            sentence=_("Between the two records, or on file with the other one. It stays with the one put aside."),
        )
        for target, kind, shift in ((Person, "person", 40), (Party, "party", 140))
        for order, side in enumerate(("from", "to"))
    ]


def _pairs() -> list[MergeableRelation]:
    """Possible duplicates are found anew; that two records are not the same was said of these two as they were."""
    return [
        MergeableRelation(
            key=f"members.{key}.{side}-{kind}",
            order=shift + order,
            model=model,
            column=f"{side}_{kind}_id",
            target=target,
            label=model._meta.verbose_name_plural or "",
            on_merge=on_merge,
        )
        for model, key, on_merge, order in (
            (DuplicatePair, "duplicate-pair", OnMerge.DERIVED, 0),
            (NotTheSame, "not-the-same", OnMerge.STAYS, 2),
        )
        for target, kind, shift in ((Person, "person", 90), (Party, "party", 190))
        for side in ("left", "right")
    ]


def wholes_of(key: int) -> list[int]:
    """The party itself and what it is a part of, upwards."""
    found: list[int] = []
    above: int | None = key
    while above is not None and above not in found:
        found.append(above)
        above = Party.objects.filter(pk=above).values_list("parent_id", flat=True).first()
    return found


_TWO_MAIN: Final = _("Both are main affiliations on some of the same days. One of them moves as a further affiliation.")
_TWO_MEMBERSHIPS: Final = _("Both records have a membership on some of the same days. End one of them first.")

RELATIONS: Final = (
    MergeableRelation(
        key="members.affiliation.person",
        order=10,
        model=Affiliation,
        column="person_id",
        target=Person,
        label=_("Affiliations"),
        overlaps="valid",
        among=Q(is_primary=True),
        meeting=Meeting.CHANGES,
        changes={"is_primary": False},
        may_choose=True,
        sentence=_TWO_MAIN,
    ),
    MergeableRelation(
        key="members.affiliation.party",
        order=110,
        model=Affiliation,
        column="party_id",
        target=Party,
        label=_("People"),
        goes_with=("office_id", Office),
    ),
    MergeableRelation(
        key="members.office.party", order=112, model=Office, column="party_id", target=Party, label=_("Offices")
    ),
    *_shared(),
    *_relationships(),
    MergeableRelation(
        key="members.expertise.person",
        order=50,
        model=Expertise,
        column="person_id",
        target=Person,
        label=_("Fields of expertise"),
        same=("field_id",),
        sentence=_LISTED_ALREADY,
    ),
    MergeableRelation(
        key="members.membership.contact",
        order=55,
        model=Membership,
        column="contact_id",
        target=Person,
        label=_("Memberships with this contact person"),
    ),
    MergeableRelation(
        key="members.membership.party",
        order=155,
        model=Membership,
        column="party_id",
        target=Party,
        label=_("Memberships"),
        overlaps="term",
        meeting=Meeting.REFUSES,
        sentence=_TWO_MEMBERSHIPS,
    ),
    MergeableRelation(
        key="members.party-name.party",
        order=130,
        model=PartyName,
        column="party_id",
        target=Party,
        label=_("Other names"),
        same=("kind", "text"),
        sentence=_LISTED_ALREADY,
    ),
    MergeableRelation(
        key="members.party-fact.party",
        order=132,
        model=PartyFact,
        column="party_id",
        target=Party,
        label=_("Statements"),
        same=("key",),
        meeting=Meeting.CHANGES,
        # The statement keeps its words and its source, under a key of its own.
        changes={"key": Concat(Left("key", 40), Value("-"), Cast("id", CharField()))},
        sentence=_("Both records state this. Both statements stay, side by side."),
    ),
    MergeableRelation(
        key="members.party-document.party",
        order=134,
        model=PartyDocument,
        column="party_id",
        target=Party,
        label=_("Documents"),
        same=("document_id",),
        sentence=_LISTED_ALREADY,
        readable=_documents,
    ),
    MergeableRelation(
        key="members.profile-line.party",
        order=150,
        model=ProfileLine,
        column="party_id",
        target=Party,
        label=_("Lines of the profile"),
        same=("mineral_id", "stage_id", "jurisdiction_id", "sector_id"),
        sentence=_LISTED_ALREADY,
    ),
    MergeableRelation(
        key="members.party.parent",
        order=160,
        model=Party,
        column="parent_id",
        target=Party,
        label=_("Parts"),
        meets=lambda rows, keep, lose: rows.filter(pk__in=wholes_of(keep)),
        meeting=Meeting.CHANGES,
        changes={"parent_id": Subquery(Party.objects.filter(pk=OuterRef("parent_id")).values("parent_id")[:1])},
        sentence=_("The other record is a part of this one. It moves up, so that it is no part of itself."),
    ),
    MergeableRelation(
        key="members.details-request.person",
        order=57,
        model=DetailsRequest,
        column="person_id",
        target=Person,
        label=_("Requests to check details, with their answers"),
    ),
    MergeableRelation(
        key="members.person.merged-into",
        order=80,
        model=Person,
        column="merged_into_id",
        target=Person,
        label=_("Records merged into it before"),
    ),
    MergeableRelation(
        key="members.party.merged-into",
        order=180,
        model=Party,
        column="merged_into_id",
        target=Party,
        label=_("Records merged into it before"),
    ),
    _of_segments(Person, ("people",), 70),
    _of_segments(Party, ("organizations", "nations"), 170),
    *_pairs(),
    *(
        MergeableRelation(
            key=f"members.name-key.{side}",
            order=order,
            model=NameKey,
            column=f"{side}_id",
            target=target,
            label=_("Keys of names"),
            on_merge=OnMerge.DERIVED,
        )
        for target, side, order in ((Person, "person", 99), (Party, "party", 199))
    ),
)
