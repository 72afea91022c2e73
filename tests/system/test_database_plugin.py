"""Tests that commit leave nothing for the others, and the product's own role is the one that is tried."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection

from c2m2a_crm.accounts.models import User
from c2m2a_crm.core.models import History
from tests.factories import UserFactory


@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.django_db(transaction=True)
def test_committed_rows_and_their_history_are_gone_in_the_next_test(time: str) -> None:
    # Each of the two would find what the other one committed.
    assert not User.objects.exists()
    assert not History.objects.filter(tbl="accounts_user").exists()
    UserFactory()
    assert History.objects.filter(tbl="accounts_user").exists()


@pytest.mark.django_db(transaction=True)
def test_what_migrations_brought_is_there_in_each_transactional_test() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_content_type")
        assert cursor.fetchone()[0] > 10


def test_product_role_sees_what_was_committed_and_may_not_alter_it(
    app_role_connection: psycopg.Connection[tuple[object, ...]],
) -> None:
    user = UserFactory()
    assert app_role_connection.execute("SELECT current_user").fetchone() == ("crm_app",)
    seen = app_role_connection.execute("SELECT email FROM accounts_user WHERE id = %s", [user.pk]).fetchone()
    assert seen == (user.email,)
    for statement in ("DELETE FROM core_history", "UPDATE core_history SET id = 0", "DROP TABLE accounts_user"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app_role_connection.execute(statement)
