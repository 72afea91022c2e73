"""No column of any list lets a formula out, and what is carried away is read back as it was.

Every list that can be carried away is filled with the payloads, wherever a table has room for words: a list that is
added tomorrow is held to it without anybody thinking of it.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, models, transaction
from django.http import QueryDict

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core import exports
from c2m2a_crm.core.history import recorded
from c2m2a_crm.core.imports import read_table
from c2m2a_crm.core.registries import ExportableList, exportable_lists
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.services import Attendee, Entry, NextStep, Promise, log_interaction
from members.models import Party
from members.services import create_party, create_person

PAYLOADS = [
    *(Path(__file__).parents[1] / "data/csv-injection-payloads/csv-payload.txt").read_text("utf-8").splitlines()[1:],
    "+44 20 7946 0000",
    "\t=1+1",
    "＝1+1",
    "'=1+1",
]
ROOMS = {"members", "engagement", "forums", "partnerships", "outreach", "reports"}
# What a spreadsheet program may run, written apart from the product's own rule.
LIVE = re.compile(r"^[\s\x00-\x1f\u00a0\u200b\ufeff]*[=+\-@＝＋－＠]")


@pytest.fixture
def world(staff: User) -> User:
    call_command("seed_reference", verbosity=0)
    company = create_party(actor=staff, kind=Party.Kind.BUSINESS, name_en="Company", owner=staff)
    create_party(actor=staff, kind=Party.Kind.NATION, name_en="Nation", distinction="inuit", autonym="Own")
    person = create_person(actor=staff, given_name="Given", family_name="Family", organization=company, owner=staff)
    log_interaction(
        actor=staff,
        entry=Entry(
            subject="Subject",
            attendees=[Attendee(person), Attendee(company)],
            promises=[Promise("Promise")],
            next_steps=[NextStep("Step", staff, today() + timedelta(days=3))],
        ),
    )
    return staff


def fill(payload: str) -> int:
    """Write the payload into every column of words of every row. Returns how many columns took it."""
    filled = 0
    for model in apps.get_models():
        if model._meta.app_label not in ROOMS or model._meta.proxy:
            continue
        for column in model._meta.local_concrete_fields:
            if type(column) not in (models.CharField, models.TextField) or column.choices or column.unique:
                continue
            try:
                with transaction.atomic(), recorded(None, system="tests"):
                    filled += bool(model._base_manager.update(**{column.name: payload}))
            except DatabaseError:  # no room for it, a code that a constraint knows, or a row that is frozen
                continue
    return filled


def test_no_column_of_any_list_lets_a_formula_out(world: User, exhaustive: bool) -> None:
    for payload in PAYLOADS if exhaustive else PAYLOADS[::-3]:
        assert fill(payload) > 30
        carried = set()
        for entry in exportable_lists:
            sent = carried_away(entry, world)
            if any(payload in cell for row in sent for cell in row):
                carried.add(entry.key)
        assert {"organizations", "people", "nations", "contact-log", "follow-ups", "commitments"} <= carried


def carried_away(entry: ExportableList, actor: User) -> list[list[str]]:
    """The rows of the list with every column it has, after a look at the file in which they left."""
    query = QueryDict(mutable=True)
    every = entry.state(exports.request_for(actor, "")).all_columns
    query.setlist("column", [column.key for column in every])
    state = entry.state(exports.request_for(actor, query.urlencode()))
    assert {column.key for column in state.file_columns} == {column.key for column in every}
    data = b"".join(exports.stream_csv(entry, state, actor))
    raw = [cell for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) for cell in row]
    assert not [cell for cell in raw if LIVE.match(cell) and not is_number(cell)], entry.key
    chunks = exports.Rows(state, actor).chunks()
    sent = [[exports.as_text(value) for value in row] for chunk in chunks for row in zip(*chunk, strict=True)]
    assert [list(row.cells) for row in read_table(data).rows] == sent, entry.key
    return sent


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True


def test_a_workbook_keeps_them_as_words(world: User) -> None:
    fill(PAYLOADS[0])
    for name in ("organizations", "people", "contact-log"):
        entry = exportable_lists[name]
        state = entry.state(exports.request_for(world, ""))
        with exports.stored_file(entry, state, world, "xlsx") as file:
            table = read_table(file.read())
        assert any(PAYLOADS[0] in cell for row in table.rows for cell in row.cells)
