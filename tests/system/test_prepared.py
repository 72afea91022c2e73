"""Statements that are kept: whoever asks, they read as if Django had built them for this reader alone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db.models import QuerySet
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core.models import Draft
from c2m2a_crm.core.prepared import STATEMENTS, Statement
from c2m2a_crm.core.querysets import among
from c2m2a_crm.core.validity import today
from c2m2a_crm.engagement.services import NextStep, Promise
from members.models import Party
from members.services import create_party, create_person
from tests.engagement.making import circle_of, log
from tests.factories import UserFactory
from tests.system.test_role_matrix import ADDRESSES, ROWS, subject_of

pytestmark = pytest.mark.django_db


def pages() -> list[str]:
    """Home, every list, a segment, records, what is searched for, a filter,
    and a column that is not shown unless asked for."""
    lists = [name for name, row in ROWS.items() if name in ADDRESSES and name.endswith(":list") and row.asks == "get"]
    lists += ["segments:detail", "organizations:detail", "people:detail", "forums:detail"]
    asked_for = f"{reverse('organizations:list')}?column=name&column=email"
    return [
        reverse("dashboard:home"),
        asked_for,
        f"{reverse('organizations:list')}?jurisdiction=ON&no_contact=90&forum=none",
        *(f"{reverse('core:search')}?q={word}" for word in ("northline", "amara", "offtake")),
        *(reverse(name, kwargs=subject_of(ROWS[name])) for name in sorted(lists)),
    ]


def told(rows: QuerySet[Any]) -> tuple[str, tuple[Any, ...]]:
    """The statement and its values; Django sets what is no plain value in brackets."""
    sql, parameters = rows.query.get_compiler(rows.db).as_sql()
    return sql.replace("(%s)", "%s"), tuple(parameters)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Statement]:
    """The statements asked, each compared with what its builder makes for the person who asks."""
    seen: list[Statement] = []
    kept = Statement.__call__

    def compared(self: Statement, actor: Any, keys: Any = (), *shape: Any) -> QuerySet[Any]:
        rows = kept(self, actor, keys, *shape)
        alone = self.build(actor, list(keys), *shape)
        if not rows.query.is_empty() and not alone.query.is_empty():
            assert told(rows) == told(alone)
        seen.append(self)
        return rows

    monkeypatch.setattr(Statement, "__call__", compared)
    return seen


def every_statement() -> set[Statement]:
    return {statement for statement in STATEMENTS if not statement.build.__module__.startswith("tests.")}


def test_a_kept_statement_is_that_of_its_reader(asked: list[Statement], client_of: Any) -> None:
    """The second of two colleagues, in the evening of the same day, with circles of his own."""
    morning = timezone.make_aware(datetime(2026, 5, 4, 8, 0))
    addresses, clerk = pages(), UserFactory(roles=[Role.STAFF])
    northline = create_party(actor=clerk, kind=Party.Kind.BUSINESS, name_en="Northline Graphite", country="CA")
    amara = create_person(actor=clerk, given_name="Amara", family_name="Okafor")
    for role in (Role.STAFF, Role.COMPLIANCE):
        first, second = UserFactory(roles=[role]), UserFactory(roles=[role])
        circle_of(second, first, name=f"Permits {role}", owner=second)
        circle_of(second, name=f"Royalties {role}", owner=second)
        for user in (first, second):
            with time_machine.travel(morning - timedelta(days=3), tick=False):
                promise, step = Promise("the criteria", due_on=today()), NextStep("Call back", user, today())
                log(user, northline, amara, promises=[promise], next_steps=[step])
        for hours, user in ((0, first), (10, second)):
            with time_machine.travel(morning + timedelta(hours=hours), tick=False):
                browser: Client = client_of(user)
                for address in addresses:
                    assert browser.get(address).status_code in (200, 403), address
    assert not {statement.build.__qualname__ for statement in every_statement() - set(asked)}


def test_what_is_prepared_cannot_be_narrowed(staff: User) -> None:
    statement = Statement(lambda actor, keys: Draft.objects.visible_to(actor))
    with pytest.raises(TypeError, match="asked as it is"):
        statement(staff).filter(form="log_contact")


def test_a_builder_knows_no_more_of_its_reader_than_roles_and_places(staff: User) -> None:
    statement = Statement(lambda actor, keys: Draft.objects.filter(user__email=actor.email))
    with pytest.raises(AttributeError, match="email"):
        statement(staff)


def test_places_are_filled_anew_each_time(staff: User, viewer: User) -> None:
    statement = Statement(lambda actor, keys: User.objects.filter(among("pk", keys)).order_by("pk"))
    for keys in ([staff.pk], [viewer.pk, staff.pk], []):
        assert [user.pk for user in statement(staff, keys)] == sorted(keys)


def test_where_no_row_can_be_nothing_is_asked(staff: User, django_assert_num_queries: Any) -> None:
    statement = Statement(lambda actor, keys: Draft.objects.none())
    assert staff.roles  # known, as a page knows them by now
    with django_assert_num_queries(0):
        assert not list(statement(staff)) + list(statement(staff))
