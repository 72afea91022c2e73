"""Hand work to Celery once the rows it needs are committed."""

from __future__ import annotations

from typing import Any

from django.db import transaction


def after_commit(task: Any, *arguments: Any) -> None:
    """Queue ``task`` when the transaction is committed.

    A broker that is away is logged and does not fail the request: what is due stands in our own tables, and the clock
    looks there every minute.
    """

    def queue() -> None:  # not a partial: Django names the function when it logs the failure
        task.delay(*arguments)

    transaction.on_commit(queue, robust=True)
