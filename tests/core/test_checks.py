"""The one who runs the product is told when the application could change history."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks
from django.db import connection

from c2m2a_crm.core import checks
from c2m2a_crm.core.checks import history_is_out_of_reach

pytestmark = pytest.mark.django_db


def told(**words: Any) -> list[str | None]:
    return [message.id for message in history_is_out_of_reach(databases=["default"], **words)]


def test_a_role_that_does_not_exist_is_told(settings: Any) -> None:
    settings.DATABASE_APP_ROLE = "nobody_of_that_name"
    assert told() == ["core.W001"]


def test_an_owner_as_the_application_s_role_is_told(settings: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        settings.DATABASE_APP_ROLE = cursor.fetchone()[0]
    assert told() == ["core.W002"]


def test_a_role_made_too_late_to_lose_its_rights_is_told(settings: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"GRANT UPDATE ON core_history TO {connection.ops.quote_name(settings.DATABASE_APP_ROLE)}")
    assert told() == ["core.W002"]


def test_signing_in_as_the_owner_is_told() -> None:
    assert told() == ["core.W003"]


def test_signing_in_as_the_application_s_role_is_right(
    app_role_connection: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "connections", {"default": app_role_connection})
    assert told() == []


def test_the_check_belongs_to_deployment_and_to_a_named_database(settings: Any) -> None:
    settings.DATABASE_APP_ROLE = "nobody_of_that_name"
    assert history_is_out_of_reach() == []
    found = run_checks(tags=["database"], include_deployment_checks=True, databases=["default"])
    assert "core.W001" in [message.id for message in found]
    assert "core.W001" not in [message.id for message in run_checks(tags=["database"], databases=["default"])]
