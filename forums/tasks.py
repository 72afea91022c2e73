"""Work of the forums that Celery runs. A task calls one service each, nothing else."""

from __future__ import annotations

from celery import shared_task

from forums.rounds.services.ending import close_due
from forums.rounds.services.opening import open_due


@shared_task(name="forums.keep_rounds", time_limit=600)
def keep_rounds() -> dict[str, int]:
    """Comment rounds whose day has come open, and those whose last day has passed are closed.

    Asked for each hour, for a machine may sleep at night.
    """
    return {"opened": open_due(), "closed": close_due()}
