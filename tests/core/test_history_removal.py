"""A text is taken out of history by one way, which leaves a tombstone; every other way is found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import verification
from c2m2a_crm.core.history import changes_in_words, history_of, lost_columns, recorded
from c2m2a_crm.core.models import Circle, History, HistoryDigest, HistoryRemoval
from c2m2a_crm.core.registries import TextHolder, text_holders
from c2m2a_crm.core.removal import AuthorityMissing, Texts, remove_from_history, text_columns
from tests.core.test_history_blocks import broken, change, close_all, forge, said

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "He was ill in spring."
AUTHORITY = "Privacy Act, subsection 6(3)"


@pytest.fixture
def circle(staff: User) -> Circle:
    """A circle whose purpose told too much, corrected since, in closed blocks."""
    with recorded(staff, reason="He told me himself."):
        circle = Circle.objects.create(name="Alpha", purpose=SECRET)
    close_all()
    with recorded(staff):
        Circle.objects.filter(pk=circle.pk).update(purpose="Wage talks")
    close_all()
    return circle


def remove(actor: User, circle: Circle, **words: Any) -> int:
    texts = [Texts(Circle, [circle.pk], ["purpose"])]
    return remove_from_history(actor=actor, texts=texts, **{"authority": AUTHORITY, "reason": "He asked.", **words})


def everything() -> str:
    """All text of history and its tombstones, as a thief of the database would read it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT string_agg(h::text, ' ') FROM core_history h)"
            " || (SELECT coalesce(string_agg(r::text, ' '), '') FROM core_historyremoval r)"
        )
        return str(cursor.fetchone()[0])


def test_a_text_is_gone_and_history_is_whole(circle: Circle, compliance: User) -> None:
    assert SECRET in everything()
    assert remove(compliance, circle) == 2
    assert SECRET not in everything()
    assert "He told me himself." not in everything()
    assert said().startswith("The history is whole:")
    assert "2 removed lawfully." in said()
    close_all()
    assert "2 removed lawfully." in said()


def test_the_tombstone_says_who_when_why_and_what_and_is_itself_in_a_block(circle: Circle, compliance: User) -> None:
    numbers = sorted(history_of(circle).values_list("pk", flat=True))
    remove(compliance, circle)
    tombstone = HistoryRemoval.objects.get()
    assert (tombstone.actor_id, tombstone.authority, tombstone.reason) == (compliance.pk, AUTHORITY, "He asked.")
    assert (tombstone.columns, tombstone.rows) == (["purpose"], 2)
    assert sorted(map(int, tombstone.cleared)) == numbers
    told = history_of(tombstone).get()
    assert (told.actor_id, told.action) == (compliance.pk, History.Action.CREATED)
    close_all()
    assert HistoryDigest.objects.filter(history_id=told.pk).exists()


def test_the_old_text_cannot_be_guessed_from_its_digest(circle: Circle, compliance: User) -> None:
    row = history_of(circle).earliest("pk")
    old = HistoryDigest.objects.get(history_id=row.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT core_canonical(h) FROM core_history h WHERE id = %s", [row.pk])
        text = cursor.fetchone()[0].encode()
    assert hashlib.sha256(bytes(old.salt) + text).digest() == bytes(old.digest)
    remove(compliance, circle)
    new = HistoryDigest.objects.get(history_id=row.pk)
    assert (bytes(new.digest), new.block) == (bytes(old.digest), old.block)
    assert hashlib.sha256(bytes(new.salt) + text).digest() != bytes(new.digest)


def test_the_change_itself_stays_and_says_that_a_text_is_gone(circle: Circle, compliance: User, staff: User) -> None:
    remove(compliance, circle)
    first, second = history_of(circle).order_by("pk")
    assert (first.actor_id, first.action, first.after["name"]) == (staff.pk, "I", "Alpha")  # type: ignore[index]  # there in this test
    assert lost_columns(first.after) == {"purpose"}
    words = {word.label: (word.before, word.after) for word in changes_in_words(Circle, first)}
    assert words["name"] == ("", "Alpha")
    assert words["purpose"] == ("", "Removed from history")
    assert [(word.before, word.after) for word in changes_in_words(Circle, second)] == [
        ("Removed from history", "Removed from history")
    ]


def test_the_change_that_took_the_text_out_of_the_row_goes_through_the_same_door(staff: User, compliance: User) -> None:
    with recorded(staff):
        circle = Circle.objects.create(name="Alpha", purpose=SECRET)
    with recorded(compliance):
        Circle.objects.filter(pk=circle.pk).update(purpose="")
        assert remove(compliance, circle) == 2
    assert SECRET not in everything()
    close_all()
    assert "2 removed lawfully." in said()


def test_a_text_removed_before_its_block_was_closed_is_no_break(staff: User, compliance: User) -> None:
    circle = change(staff, "Alpha")
    with recorded(staff):
        Circle.objects.filter(pk=circle.pk).update(purpose=SECRET)
    assert remove(compliance, circle) == 2  # the reason of the first, the text of the second
    close_all()
    assert "2 removed lawfully." in said()


def test_the_same_change_may_lose_another_text_later(circle: Circle, compliance: User) -> None:
    remove(compliance, circle)
    close_all()
    texts = [Texts(Circle, [circle.pk], ["name"])]
    assert remove_from_history(actor=compliance, texts=texts, authority=AUTHORITY) == 2
    assert "2 removed lawfully." in said()
    assert [lost_columns(row.after) for row in history_of(circle)] == [{"name", "purpose"}] * 2
    assert remove_from_history(actor=compliance, texts=texts, authority=AUTHORITY) == 0
    assert HistoryRemoval.objects.count() == 2


def test_without_columns_every_text_goes_and_what_is_none_stays(circle: Circle, compliance: User) -> None:
    assert text_columns(Circle) >= ["name", "purpose"]
    remove_from_history(actor=compliance, texts=[Texts(Circle, [circle.pk])], authority=AUTHORITY)
    image = history_of(circle).earliest("pk").after
    assert image is not None
    assert (image["name"], image["purpose"], image["id"]) == (None, None, circle.pk)
    assert "Alpha" not in everything()


def test_an_authority_is_needed(circle: Circle, compliance: User) -> None:
    with pytest.raises(AuthorityMissing):
        remove(compliance, circle, authority="  ")
    with pytest.raises(DatabaseError, match="names its authority"), connection.cursor() as cursor:
        cursor.execute("SELECT core_remove_from_history('{1}', '{purpose}', true, ' ', '')")
    with pytest.raises(DatabaseError, match="names who removes"), connection.cursor() as cursor:
        cursor.execute("SELECT core_remove_from_history('{1}', '{purpose}', true, 'law', '')")
    assert SECRET in everything()


def test_a_removal_that_breaks_off_leaves_everything(circle: Circle, compliance: User) -> None:
    def goes_wrong() -> None:
        with transaction.atomic():
            remove(compliance, circle)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        goes_wrong()
    assert SECRET in everything()
    assert "0 removed lawfully." in said()


@pytest.fixture
def holder() -> Iterator[list[Any]]:
    calls: list[Any] = []
    entry = TextHolder("test", 1, lambda actor, model, keys, columns: calls.append((actor, model, keys, columns)))
    text_holders.register(entry)
    yield calls
    del text_holders._entries["test"]


def test_every_other_place_that_holds_the_text_is_told(circle: Circle, compliance: User, holder: list[Any]) -> None:
    remove(compliance, circle)
    assert holder == [(compliance, Circle, [circle.pk], ["purpose"])]


EMPTIED = (
    'UPDATE core_history SET after = after || \'{"purpose": null, "removed_from_history": ["purpose"]}\''
    " WHERE tbl = 'core_circle' AND row_id = %s"
)


def test_an_image_emptied_without_a_tombstone_is_an_alteration(circle: Circle) -> None:
    forge(EMPTIED, circle.pk)
    assert "was altered." in broken()


def test_a_digest_salted_anew_without_a_tombstone_is_an_alteration(circle: Circle) -> None:
    row = history_of(circle).earliest("pk")
    forge(
        "UPDATE core_historydigest SET salt = core_salt() WHERE history_id = %s", row.pk, tables=("core_historydigest",)
    )
    assert f"Change {row.pk} (core_circle {circle.pk})" in broken()


def test_what_is_left_after_a_removal_is_guarded_as_before(circle: Circle, compliance: User) -> None:
    remove(compliance, circle)
    close_all()
    forge(
        "UPDATE core_history SET after = after || '{\"name\": \"Omega\"}' WHERE tbl = 'core_circle' AND row_id = %s",
        circle.pk,
    )
    assert "was altered after a text had been lawfully removed from it." in broken()


def test_a_tombstone_taken_away_or_changed_is_found(circle: Circle, compliance: User) -> None:
    remove(compliance, circle)
    close_all()
    number = HistoryRemoval.objects.get().pk
    table = ("core_historyremoval",)
    forge("UPDATE core_historyremoval SET cleared = '{}' WHERE id = %s", number, tables=table)
    assert f"Removal {number} is not what history says of it." in broken()
    forge("DELETE FROM core_historyremoval WHERE id = %s", number, tables=table)
    assert f"Removal {number} is missing." in broken()
    forge("DELETE FROM core_history WHERE tbl = 'core_historyremoval'")
    assert "was altered." in broken()


def test_a_tombstone_that_was_never_recorded_excuses_nothing(circle: Circle) -> None:
    row = history_of(circle).earliest("pk")
    forge(EMPTIED, circle.pk)
    forge(
        "INSERT INTO core_historyremoval"
        " (at, tick, writer, authority, reason, columns, with_reasons, rows, cleared)"
        " SELECT now(), 1, 'x', 'mine', '', '{purpose}', false, 1, jsonb_build_object(h.id::text,"
        " encode(core_salted_digest(d.salt, h), 'hex')) FROM core_history h"
        " JOIN core_historydigest d ON d.history_id = h.id WHERE h.id = %s",
        row.pk,
        tables=("core_historyremoval",),
    )
    assert "is not what history says of it." in broken()


def test_the_owner_may_not_use_a_tombstone_for_anything_else(circle: Circle, compliance: User) -> None:
    """Even in the transaction of a removal, nothing but what it names may change."""
    other = "UPDATE core_history SET reason = 'another' WHERE tbl = 'core_circle'"
    more = "UPDATE core_history SET after = after || '{\"name\": null}' WHERE tbl = 'core_circle'"

    def remove_and(statement: str) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            remove(compliance, circle)
            cursor.execute(statement)

    for statement in (other, more, "UPDATE core_historydigest SET digest = 'x'"):
        with pytest.raises(DatabaseError, match="refused"):
            remove_and(statement)
    assert "0 removed lawfully." in said()


def test_no_setting_of_the_products_own_role_opens_the_door(
    circle: Circle, app_role_connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_role_connection.execute("SELECT set_config('session_replication_role', 'replica', false)")
    app_role_connection.execute("SELECT set_config('crm.actor', '1', false), set_config('crm.removal', 'on', false)")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_role_connection.execute("UPDATE core_history SET after = NULL")


def test_the_products_own_role_removes_by_the_owners_function_and_leaves_the_tombstone(
    circle: Circle, app_role_connection: psycopg.Connection[tuple[object, ...]]
) -> None:
    numbers = list(history_of(circle).values_list("pk", flat=True))
    with app_role_connection.transaction():
        app_role_connection.execute("SELECT set_config('crm.writer', 'a test', true)")
        removed = app_role_connection.execute(
            "SELECT core_remove_from_history(%s, '{purpose}', false, 'Privacy Act', '')", [numbers]
        ).fetchone()
    assert removed == (2,)
    assert HistoryRemoval.objects.get().writer == "a test"
    assert "2 removed lawfully." in said()
    assert verification.verify().removed == 2


def test_a_tombstone_cannot_be_removed(circle: Circle, compliance: User) -> None:
    remove(compliance, circle)
    texts = [Texts(HistoryRemoval, [HistoryRemoval.objects.get().pk])]
    assert remove_from_history(actor=compliance, texts=texts, authority=AUTHORITY) == 0
