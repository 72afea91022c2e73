"""What we add to Celery's worker and clock: signs of life, read by ``/healthz``, and the quick return of lost work.

Signs are given from inside the loop that does the work: a process that hangs falls silent as well as one that is dead.
Imported by worker and beat only.
"""

from __future__ import annotations

import logging
import os
from typing import Any

from celery import bootsteps
from celery.beat import PersistentScheduler
from redis.exceptions import RedisError

from c2m2a_crm.core.health import BEAT, HEARTBEAT_SECONDS, WORKER, sign_of_life

log = logging.getLogger(__name__)


def _give(part: str) -> None:
    try:
        sign_of_life(part)
    except (RedisError, OSError):
        log.warning("No sign of life could be given: the cache does not answer.")


class WorkerHeartbeat(bootsteps.StartStopStep):
    """Restarted with the consumer, which drops all timers when it loses the broker."""

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        super().__init__(parent, **kwargs)
        self._timer: Any = None

    def start(self, parent: Any) -> None:
        _give(WORKER)
        self._timer = parent.timer.call_repeatedly(HEARTBEAT_SECONDS, _give, (WORKER,))

    def stop(self, parent: Any) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None


class ReturnOfLostWork(bootsteps.StartStopStep):
    """The only worker of ``start`` puts back at once what was taken and never finished.

    With several workers nobody knows whether a message's worker is dead, so the broker waits ten minutes. Here whatever
    is out was taken by our predecessor, or by us before the broker died. Tasks are written to be done twice anyway.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def include_if(self, parent: Any) -> bool:
        return bool(os.environ.get("CRM_ONLY_WORKER"))

    def start(self, parent: Any) -> None:
        taken = parent.task_consumer.channel.qos
        with taken.channel.conn_or_acquire() as client:
            for tag in client.zrange(taken.unacked_index_key, 0, -1):
                taken.restore_by_tag(tag, client)


class Scheduler(PersistentScheduler):
    """Celery's own clock, which wakes at least every ``beat_max_loop_interval`` seconds."""

    def tick(self, *args: Any, **kwargs: Any) -> float:
        wait = super().tick(*args, **kwargs)
        _give(BEAT)
        return float(wait)
