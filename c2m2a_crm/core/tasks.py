"""Work of the ground floor that Celery runs. A task loads and calls one service, nothing else."""

from __future__ import annotations

from celery import shared_task

from c2m2a_crm.core import blocks, exports, jobs, outbox
from c2m2a_crm.core.backup import jobs as backups
from c2m2a_crm.core.documents import reading
from c2m2a_crm.core.imports import services as imports
from c2m2a_crm.core.searching import keeping
from c2m2a_crm.core.segments import days


@shared_task(name="core.deliver_due_mail")
def deliver_due_mail() -> int:
    """Deliver what is due; called after each queued message and every minute for retries."""
    return outbox.deliver_due()


@shared_task(name="core.sweep")
def sweep() -> None:
    """Free what a dead worker held and what was never queued, and forget what is kept for a time only."""
    outbox.free_silent()
    outbox.forget_sensitive()
    jobs.fail_silent()
    jobs.queue_forgotten()
    exports.delete_old_files()
    imports.forget_old()


@shared_task(name="core.delete_stray_files")
def delete_stray_files() -> int:
    return jobs.delete_stray_files()


# Once only: a second one beside it would do the same work again.
@shared_task(name="core.take_care", acks_late=False, time_limit=3600)
def take_care() -> None:
    """Back up and try the backup when it is time; asked for each hour, for a machine may sleep at night."""
    backups.take_care()


@shared_task(name="core.close_history")
def close_history() -> int:
    """Finished changes go into a block; until then an alteration would not be found."""
    return blocks.close_blocks()


@shared_task(name="core.compare_search", time_limit=3600)
def compare_search() -> dict[str, int]:
    """What the index of the search does not say as the records do is written anew and told to the audit."""
    return keeping.compare()


@shared_task(name="core.take_in_document", time_limit=120)
def take_in_document(version_id: int) -> None:
    """Ask the scanner again where it has not answered, and read the text for the search."""
    reading.take_in(version_id)


@shared_task(name="core.take_in_forgotten_documents", time_limit=540)
def take_in_forgotten_documents() -> int:
    return reading.take_in_forgotten()


@shared_task(name="core.note_segment_days", time_limit=120)
def note_segment_days() -> int:
    """Hand over each segment of which nobody noted today who belongs; asked for each hour, for a machine may sleep."""
    return days.take_notes()


@shared_task(name="core.note_segment_day")
def note_segment_day(segment_id: int) -> bool:
    """A task for each segment: one whose question fails keeps no other from being noted."""
    return days.note_day(segment_id)


# Taken at once, so never handed out twice; a file of 200,000 rows may take longer than other tasks may.
@shared_task(name="core.run_job", acks_late=False, time_limit=3600)
def run_job(job_id: int) -> None:
    jobs.run(job_id)
