"""Every change of a table under history is recorded by the database, whoever writes it and however."""

from __future__ import annotations

import io
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import rights
from c2m2a_crm.core.history import changes_in_words, history_of, image_at_version, recorded
from c2m2a_crm.core.models import AuditEvent, Circle, History, Installation, Operation

TABLE = "core_circle"


def rows() -> list[tuple[Any, ...]]:
    return list(
        History.objects.filter(tbl=TABLE)
        .order_by("id")
        .values_list("action", "actor_id", "writer", "operation_id", "reason")
    )


@pytest.fixture
def operation(staff: User) -> Operation:
    return Operation.objects.create(kind="import", actor=staff)


def by_objects() -> None:
    circle = Circle.objects.create(name="Alpha")
    circle.purpose = "to test"
    circle.save()
    circle.delete()


def in_bulk() -> None:
    Circle.objects.bulk_create([Circle(name="Alpha")])
    Circle.objects.filter(name="Alpha").update(purpose="to test")
    Circle.objects.all().delete()


def by_raw_sql() -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO core_circle (name, purpose, version, created_at) VALUES ('Alpha', '', 1, now())")
        cursor.execute("UPDATE core_circle SET purpose = 'to test'")
        cursor.execute("DELETE FROM core_circle")


def by_copy() -> None:
    with connection.cursor() as cursor:
        with cursor.copy("COPY core_circle (name, purpose, version, created_at) FROM STDIN") as copy:
            copy.write("Alpha\t\t1\t2026-01-01\n")
        cursor.execute("UPDATE core_circle SET purpose = 'to test'")
        cursor.execute("DELETE FROM core_circle")


@pytest.mark.parametrize("write", [by_objects, in_bulk, by_raw_sql, by_copy], ids=lambda write: write.__name__)
def test_every_way_to_write_is_recorded_with_who_why_and_operation(
    staff: User, operation: Operation, write: Any
) -> None:
    with recorded(staff, operation=operation, reason="spring cleaning"):
        write()
    assert rows() == [(action, staff.pk, "", operation.pk, "spring cleaning") for action in "IUD"]


def test_before_and_after_are_whole_rows(staff: User) -> None:
    with recorded(staff):
        circle = Circle.objects.create(name="Alpha", purpose="first")
        Circle.objects.filter(pk=circle.pk).update(purpose="second")
    change = history_of(circle).first()
    assert change is not None
    assert (change.before["purpose"], change.after["purpose"]) == ("first", "second")  # type: ignore[index]  # there in this test
    assert change.row_id == circle.pk
    assert [(field.label, field.before, field.after) for field in changes_in_words(Circle, change)] == [
        ("purpose", "first", "second")
    ]


def test_a_write_that_changes_nothing_leaves_no_row(staff: User) -> None:
    with recorded(staff):
        Circle.objects.create(name="Alpha")
        Circle.objects.update(name="Alpha")
    assert [row[0] for row in rows()] == ["I"]


def test_a_write_without_attribution_says_that_the_writer_is_unknown(db: None) -> None:
    Circle.objects.create(name="Alpha")
    assert rows() == [("I", None, "", None, "")]


def test_a_part_of_the_system_and_a_command_are_named(db: None) -> None:
    with recorded(None, system="reference data"):
        Circle.objects.create(name="Alpha")
    with recorded(rights.command_line("export")):
        Circle.objects.create(name="Beta")
    assert [(row[1], row[2]) for row in rows()] == [(None, "reference data"), (None, "manage.py export")]


def test_nobody_is_no_writer() -> None:
    with pytest.raises(ValueError, match="Name the actor"), recorded(None):
        pass


def test_inner_blocks_inherit_operation_and_reason_and_hand_the_outer_ones_back(
    staff: User, viewer: User, operation: Operation
) -> None:
    with recorded(staff, operation=operation, reason="outer"):
        with recorded(viewer):
            Circle.objects.create(name="Alpha")
        Circle.objects.create(name="Beta")
    assert rows() == [("I", viewer.pk, "", operation.pk, "outer"), ("I", staff.pk, "", operation.pk, "outer")]


def test_a_failed_block_leaves_neither_rows_nor_attribution(staff: User) -> None:
    def goes_wrong() -> None:
        with recorded(staff, reason="goes wrong"):
            Circle.objects.create(name="Alpha")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        goes_wrong()
    Circle.objects.create(name="Beta")
    assert rows() == [("I", None, "", None, "")]


@pytest.mark.django_db(transaction=True)
def test_attribution_ends_with_its_transaction(staff: User) -> None:
    with recorded(staff):
        Circle.objects.create(name="Alpha")
    Circle.objects.create(name="Beta")
    assert [row[1] for row in rows()] == [staff.pk, None]


def test_a_version_is_found_again_as_it_stood(staff: User) -> None:
    with recorded(staff):
        installation = Installation.objects.create(pk=1, name_en="One")
        Installation.objects.update(name_en="Two", version=2)
    assert image_at_version(installation, 1)["name_en"] == "One"  # type: ignore[index]  # there in this test
    assert image_at_version(installation, 2)["name_en"] == "Two"  # type: ignore[index]  # there in this test
    assert image_at_version(installation, 3) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_history SET reason = 'another'",
        "DELETE FROM core_history",
        "TRUNCATE core_history",
        "UPDATE core_auditevent SET verb = 'another'",
        "DELETE FROM core_auditevent",
        "TRUNCATE core_circle CASCADE",
        "TRUNCATE members_party CASCADE",
    ],
)
def test_even_the_owner_cannot_rewrite_history(staff: User, statement: str) -> None:
    with recorded(staff):
        Circle.objects.create(name="Alpha")
    AuditEvent.objects.create(actor=staff, verb="list.exported")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO core_history (at, tick, writer, reason, tbl, row_id, action)"
        " VALUES (now(), 1, '', '', 'core_circle', 1, 'U')",
        "UPDATE core_history SET reason = 'another'",
        "DELETE FROM core_history",
        "TRUNCATE core_history",
        "UPDATE core_auditevent SET verb = 'another'",
        "DELETE FROM core_auditevent",
        "TRUNCATE core_circle CASCADE",
        "ALTER TABLE core_circle DISABLE TRIGGER ALL",
        "DROP TRIGGER core_circle_history ON core_circle",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION core_record_history() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE TABLE public.mine (id int)",
    ],
)
def test_the_products_own_role_is_refused(
    app_role_connection: psycopg.Connection[tuple[object, ...]], statement: str
) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_role_connection.execute(statement)


def test_what_the_products_own_role_writes_is_recorded_by_the_trigger(
    app_role_connection: psycopg.Connection[tuple[object, ...]],
) -> None:
    file = io.StringIO("Alpha\t\t1\t2026-01-01\n")
    with app_role_connection.transaction():
        app_role_connection.execute("SELECT set_config('crm.writer', 'a test', true)")
        with app_role_connection.cursor().copy(
            "COPY core_circle (name, purpose, version, created_at) FROM STDIN"
        ) as copy:
            copy.write(file.read())
        app_role_connection.execute("UPDATE core_circle SET purpose = 'to test'")
    assert [(row[0], row[2]) for row in rows()] == [("I", "a test"), ("U", "a test")]


# Tables of ours that stand outside history, each with its reason.
OUTSIDE = {
    "core_history": "is history",
    "core_historyblock": "closes history, and is only added to",
    "core_historydigest": "closes history, and is only added to",
    "core_historyclock": "counts for history, and only goes forward",
    "core_auditevent": "is only added to",
    "core_operation": "is only added to, and named by the history of what it did",
    "core_job": "tells of work, not of the office; its progress would drown the record",
    "core_outboxmessage": "keeps its own states and times; its cause is recorded",
    "core_draft": "what nobody has saved yet",
    "core_search_entry": "derived from what it finds",
    "core_segmentday": "derived each day from who belongs to a segment",
    "core_import": "tells of work on a file; what it wrote is recorded under its operation",
    "core_importrow": "a row of somebody's file while it is checked",
    "core_importmapping": "how somebody's columns were read last time",
    "core_accessibilityfeedback": "comes from outside and is only added to",
    "members_namekey": "derived from the names",
    "members_duplicatepair": "derived each night from the records that look like one",
}


def test_every_table_of_ours_is_under_history_or_says_why_not(db: None) -> None:
    from django.apps import apps

    ours = {
        model._meta.db_table
        for config in apps.get_app_configs()
        if config.name.split(".")[0] in {"c2m2a_crm", "members", "forums", "partnerships"}
        for model in config.get_models(include_auto_created=True)
        if not model._meta.proxy
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE t.tgname = c.relname || '_history' AND t.tgenabled = 'O'"
        )
        tracked = {name for (name,) in cursor.fetchall()}
    assert ours - tracked == set(OUTSIDE)
