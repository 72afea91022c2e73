"""``/healthz``: open to all, tells which part does not work."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client

from c2m2a_crm.core import health

pytestmark = pytest.mark.django_db


@pytest.fixture
def alive() -> None:
    health.sign_of_life(health.WORKER)
    health.sign_of_life(health.BEAT)


@pytest.mark.usefixtures("alive")
def test_all_parts_at_work_are_ok_for_anyone(client: Client) -> None:
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "broker": "ok", "worker": "ok", "beat": "ok"}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.usefixtures("alive")
@pytest.mark.parametrize("part", [health.WORKER, health.BEAT])
def test_silent_process_is_named(client: Client, part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.set(f"sign-of-life:{part}", 0)
    answer = client.get("/healthz")
    assert answer.status_code == 503
    others = {health.WORKER, health.BEAT} - {part}
    assert answer.json()["status"] == "degraded"
    assert answer.json()[part] == "silent"
    assert all(answer.json()[other] == "ok" for other in others)


@pytest.mark.usefixtures("alive")
def test_unreachable_broker_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health.current_app.conf, "broker_write_url", "redis+socket:///nowhere/valkey.sock")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["broker"] == "unreachable"
    assert answer.json()["database"] == "ok"


@pytest.mark.usefixtures("alive")
def test_health_is_read_only(client: Client) -> None:
    assert client.post("/healthz").status_code == 405
    assert client.head("/healthz").status_code == 200
