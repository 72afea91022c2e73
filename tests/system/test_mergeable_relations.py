"""Whatever names a person or a party says how it fares when two of them are merged: nothing new is forgotten."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models

from c2m2a_crm.core.querysets import closing_parents, is_sealable
from c2m2a_crm.core.registries import OnMerge, mergeable_relations
from members.merging.fields import OWN, choices_of
from members.models import Party, Person

_TARGETS = (Person, Party)
# Numbers of rows of any table: what each names is said by another column, and how it fares in a merge is said here.
_GENERIC = {
    "core.SegmentPick.record_id": "moves, by the list of its segment",
    "core.SegmentDay.record_ids": "stays: who belonged on a day that has passed",
    "core.SearchEntry.object_id": "follows from the row that it finds",
    "core.History.row_id": "stays: history tells of the row as it was",
    "core.AuditEvent.subject_id": "stays: what was read was that row",
    "core.PublicLink.object_id": "names the record of its purpose; that of a check of details moves with its person",
    "privacy.AccessItem.row_id": "stays: the record as it read when it was found",
    "privacy.HeldSubject.row_id": "names records of higher rooms; people and parties have columns of their own",
    "privacy.RetentionRow.row_id": "stays: what a preview found on its day",
}
_NUMBERS = frozenset({"record_id", "record_ids", "row_id", "row_ids", "object_id", "subject_id"})


def _columns() -> Iterator[tuple[str, type[models.Model]]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy:
            continue
        for field in model._meta.local_concrete_fields:
            target = field.related_model
            if isinstance(target, type) and issubclass(target, models.Model):
                target = target._meta.concrete_model or target
                if target in _TARGETS:
                    yield f"{model._meta.label}.{field.attname}", target


def _declared() -> set[str]:
    return {f"{relation.model._meta.label}.{relation.column}" for relation in mergeable_relations}


def test_every_column_that_names_a_person_or_a_party_is_declared() -> None:
    missing = {name for name, _target in _columns()} - _declared()
    assert not missing, f"Declare how these fare in a merge (core.registries.MergeableRelation): {sorted(missing)}"


def test_every_generic_number_is_known() -> None:
    found = {
        f"{model._meta.label}.{field.attname}"
        for model in apps.get_models(include_auto_created=True)
        if not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if field.attname in _NUMBERS and not field.is_relation
    }
    assert found == set(_GENERIC), f"Say how these fare in a merge: {sorted(found ^ set(_GENERIC))}"


def test_a_declaration_is_of_a_column_that_is_there() -> None:
    columns = dict(_columns())
    for relation in mergeable_relations:
        name = f"{relation.model._meta.label}.{relation.column}"
        assert columns.get(name, relation.target) is relation.target, name
        for column in (*relation.same, *filter(None, (relation.overlaps, relation.other))):
            relation.model._meta.get_field(column)


def test_what_may_be_closed_to_somebody_is_counted_for_those_who_may_read_it() -> None:
    """Rows that cannot be without what a circle may close; what may be missing is shown apart from its row."""
    for relation in mergeable_relations:
        closes = is_sealable(relation.model) or any(not field.null for field in closing_parents(relation.model))
        if closes and relation.readable is None:
            rows = relation.model._default_manager.all()
            asked = {vars(each).get("visible_to") for each in type(rows).__mro__[:-1]} - {None}
            assert len(asked) > 1, f"{relation.key}: say who may read its rows."


def test_what_the_database_lets_stand_once_is_seen_before_it_moves() -> None:
    """A unique or exclusion constraint over the column would refuse a move that nobody has looked at."""
    for relation in mergeable_relations:
        if relation.on_merge is not OnMerge.MOVES:
            continue
        field = relation.column.removesuffix("_id")
        looks = bool(relation.same or relation.overlaps or relation.meets or relation.other)
        for constraint in relation.model._meta.constraints:
            fields = set(getattr(constraint, "fields", ()) or ())
            fields |= {str(name) for name, _operator in getattr(constraint, "expressions", ()) if isinstance(name, str)}
            if field in fields and "id" not in fields and not isinstance(constraint, models.CheckConstraint):
                assert looks, f"{relation.key}: {constraint.name}"


@pytest.mark.parametrize("model", _TARGETS, ids=["person", "party"])
def test_every_field_of_a_record_can_be_chosen_or_belongs_to_its_row(model: type[models.Model]) -> None:
    chosen = {column for choice in choices_of(model) for column in choice.columns}
    fields = {field.name for field in model._meta.concrete_fields}
    assert fields - chosen - OWN == set()
