"""Nothing is lost by a merge, whatever hangs on the two records, and its undo brings every row back as it was."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from django.db import connection, models

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.operations import services as operations
from c2m2a_crm.core.registries import Meeting, mergeable_relations
from members.merging import services
from members.merging.moving import after_moving, relations_of
from members.models import NameKey, Party, PartyName, Person
from members.services.names import refresh_name_keys
from tests.members.merging.makers import World, makers

# What counts edits, or is made anew with another number.
_COUNTS = ("version", "updated_at")


def tables() -> list[type[models.Model]]:
    return list(dict.fromkeys([Person, Party, PartyName, *(relation.model for relation in mergeable_relations)]))


def everything() -> dict[str, list[dict[str, Any]]]:
    """All rows of these tables, but for what only counts."""
    found = {}
    with connection.cursor() as cursor:
        for model in tables():
            table = model._meta.db_table
            omit = ["id", *_COUNTS] if model is NameKey else list(_COUNTS)
            cursor.execute(f"SELECT (to_jsonb(t) - %s::text[])::text FROM {table} t", [omit])
            found[table] = sorted((json.loads(row) for (row,) in cursor.fetchall()), key=json.dumps)
    return found


def counts() -> dict[str, int]:
    return {table: len(rows) for table, rows in everything().items()}


def records(model: type[Any], author: User, rng: random.Random) -> tuple[Any, Any]:
    if model is Person:
        made = [
            Person.objects.create(
                given_name=rng.choice(["Amara", "", "Ama"]),
                family_name=rng.choice(["Tamarack", "Tamarak"]),
                honorific=rng.choice(["", "Dr."]),
                language=rng.choice(["", "en", "fr"]),
                owner=rng.choice([None, author]),
            )
            for _side in range(2)
        ]
    else:
        made = [
            Party.objects.create(
                kind=rng.choice(["business", "association"]),
                name_en=rng.choice(["Northline Nickel", "Northline"]),
                name_fr=rng.choice(["", "Nickel Northline"]),
                acronym_en=rng.choice(["", "NNR"]),
                about=rng.choice(["", "Refines nickel."]),
                website=rng.choice(["", "https://northline.example"]),
            )
            for _side in range(2)
        ]
    return made[0], made[1]


def fill(model: type[Any], world: World, pair: tuple[Any, Any], rng: random.Random) -> None:
    """Some rows of every relation for both, of which most have one that meets another."""
    make = makers(world)
    for relation in relations_of(model):
        shared, is_shared = next(world.fresh), rng.random() < 0.85
        for record in pair:
            for _row in range(rng.randint(1, 2)):
                make[relation.key](record, next(world.fresh))
            if is_shared:
                make[relation.key](record, shared)


def merge(author: User, pair: tuple[Any, Any], choices: dict[str, str]) -> Any:
    keep, lose = pair
    act: Any = services.merge_people if isinstance(keep, Person) else services.merge_parties
    return act(actor=author, keep=keep, lose=lose, choices=choices)


def test_every_relation_that_moves_has_a_row_made_here(staff: User) -> None:
    moving = {relation.key for model in (Person, Party) for relation in relations_of(model)}
    missing = moving - set(makers(World(staff)))
    assert not missing, f"Make a row of these in tests/members/merging/makers.py: {sorted(missing)}"


@pytest.mark.parametrize("model", [Person, Party], ids=["person", "party"])
def test_no_row_is_lost_and_the_undo_brings_each_back(staff: User, model: type[Any], exhaustive: bool) -> None:
    for seed in range(60 if exhaustive else 2):
        rng = random.Random(seed)
        with recorded(None, system="tests"):
            world = World(staff)
            world.fresh = iter(range(seed * 10_000 + 1, seed * 10_000 + 9_999))  # type: ignore[assignment]  # as count
            pair = records(model, staff, rng)
            fill(model, world, pair, rng)
            for record in pair:
                refresh_name_keys(record)
            after_moving(staff, model, [record.pk for record in pair])
        before = everything()
        answers = [relation.key for relation in relations_of(model)] + ["name", "name_en", "kind", "owner", "about"]
        choices = {key: rng.choice(["keep", "lose"]) for key in answers}
        operation = merge(staff, pair, choices)

        after = counts()
        for table, number in after.items():
            if table == PartyName._meta.db_table:
                assert number >= len(before[table]), table
            elif table != NameKey._meta.db_table:
                assert number == len(before[table]), table
        for relation in relations_of(model):
            left = relation.model._base_manager.filter(relation.rows, **{relation.column: pair[1].pk}).count()
            stays = relation.overlaps and relation.meeting is Meeting.STAYS
            had_to_stay = relation.same or relation.meets or stays
            assert left == 0 or had_to_stay, (seed, relation.key)

        operations.undo(actor=staff, operation=operation)
        assert everything() == before, seed
