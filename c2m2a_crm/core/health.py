"""Whether the product works: ``/healthz`` for people, supervisors and load balancers.

200 when every part works, else 503, and which part does not. Open to everyone and therefore silent about the why.
"""

from __future__ import annotations

import time
from typing import Final

from celery import current_app
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError as BrokerError
from redis.exceptions import RedisError

WORKER: Final = "worker"
BEAT: Final = "beat"
HEARTBEAT_SECONDS: Final = 5
# Four heartbeats may be missed: on a busy machine a process is late before it is dead.
_SILENCE_SECONDS: Final = 4 * HEARTBEAT_SECONDS + 2


def sign_of_life(part: str) -> None:
    """Say that worker or beat is at work. Raises if the cache does not answer."""
    cache.set(_key(part), time.time(), timeout=3600)


def state_of_parts() -> dict[str, str]:
    """``ok``, ``unreachable`` (a server), ``silent`` (worker or beat gave no sign of life) for each part."""
    return {
        "database": _database(),
        "broker": _broker(),
        **processes(),
    }


def processes() -> dict[str, str]:
    """The same of worker and beat alone, without asking a server for a connection: what a page can afford."""
    return {WORKER: _heard_of(WORKER), BEAT: _heard_of(BEAT)}


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    parts = state_of_parts()
    healthy = all(state == "ok" for state in parts.values())
    response = JsonResponse({"status": "ok" if healthy else "degraded", **parts}, status=200 if healthy else 503)
    # Whoever asks reads the answer; without Django's own mark each 503 would also be logged as an error of ours.
    setattr(response, "_has_been_logged", True)  # noqa: B010  the mark is not in the type stubs
    return response


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        connection.close()
        return "unreachable"
    return "ok"


def _broker() -> str:
    try:
        with current_app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    except (BrokerError, RedisError, OSError):
        return "unreachable"
    return "ok"


def _heard_of(part: str) -> str:
    try:
        heard = cache.get(_key(part))
    except (RedisError, OSError):
        return "unknown"
    return "ok" if heard is not None and time.time() - heard < _SILENCE_SECONDS else "silent"


def _key(part: str) -> str:
    return f"sign-of-life:{part}"
