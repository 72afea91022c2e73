"""Work in the background: the Celery application and the clock.

Due work is kept in our own tables, so the clock only says "look now"; each entry names what would go wrong without it.
Queues: ``default`` (short), ``mail`` (a slow mail server holds up nobody else), ``jobs`` (long work with progress).
"""

from __future__ import annotations

import os

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "c2m2a_crm.settings.dev")

app = Celery("c2m2a_crm")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

app.conf.task_routes = {
    "core.deliver_due_mail": {"queue": "mail"},
    "core.run_job": {"queue": "jobs"},
    "core.take_care": {"queue": "jobs"},
    "core.compare_search": {"queue": "jobs"},
    "core.note_segment_day": {"queue": "jobs"},
    "members.find_duplicates": {"queue": "jobs"},
    "privacy.make_previews": {"queue": "jobs"},
    "core.take_in_document": {"queue": "jobs"},
    "core.take_in_forgotten_documents": {"queue": "jobs"},
}
app.conf.beat_schedule = {
    # A message whose first try failed would wait for ever.
    "deliver-due-mail": {"task": "core.deliver_due_mail", "schedule": 60.0, "options": {"expires": 55}},
    # A job whose worker was killed would seem to run for ever.
    "sweep": {"task": "core.sweep", "schedule": 60.0, "options": {"expires": 55}},
    # What a killed worker had written would lie there for ever, and nobody could fetch it.
    "delete-stray-files": {"task": "core.delete_stray_files", "schedule": 3600.0, "options": {"expires": 3500}},
    # A change in no block yet could be altered without a trace.
    "close-history": {"task": "core.close_history", "schedule": 60.0, "options": {"expires": 55}},
    # The head of history would stay in the database with it. Asked for each hour, sent once a day.
    "send-history-heads": {"task": "accounts.send_history_heads", "schedule": 3600.0, "options": {"expires": 3500}},
    # Nobody would think of backups until the day after they were needed.
    "take-care": {"task": "core.take_care", "schedule": 3600.0, "options": {"expires": 3500}},
    # A document whose task was lost would never be found by its text, or stay held back for ever.
    "take-in-documents": {
        "task": "core.take_in_forgotten_documents",
        "schedule": 300.0,
        "options": {"expires": 290},
    },
    # A fault of a trigger would hide a record for ever.
    "compare-search": {"task": "core.compare_search", "schedule": crontab(hour=3, minute=10)},
    # Nobody could tell later who came into a segment and who left it. Asked for each hour, noted once a day.
    "note-segment-days": {"task": "core.note_segment_days", "schedule": 3600.0, "options": {"expires": 3500}},
    # Two records of one would be found by chance.
    "find-duplicates": {"task": "members.find_duplicates", "schedule": crontab(hour=3, minute=40)},
    # Members would lapse without having been told. Asked for each hour, sent once for each term and day.
    "send-membership-reminders": {
        "task": "members.send_membership_reminders",
        "schedule": 3600.0,
        "options": {"expires": 3500},
    },
    # A comment round would never open or be drafted. Asked for each hour; each opens and closes once.
    "keep-comment-rounds": {"task": "forums.keep_rounds", "schedule": 3600.0, "options": {"expires": 3500}},
    # What is kept too long would never be looked at. Asked for each day, listed once a month.
    "make-retention-previews": {"task": "privacy.make_previews", "schedule": crontab(hour=4, minute=20)},
}
# Signs of life for /healthz.
app.conf.beat_scheduler = "c2m2a_crm.core.worker_steps:Scheduler"
app.conf.beat_max_loop_interval = 5


@app.on_after_configure.connect
def _add_worker_steps(sender: Celery, **_kwargs: object) -> None:
    from c2m2a_crm.core.worker_steps import ReturnOfLostWork, WorkerHeartbeat

    sender.steps["consumer"].update((ReturnOfLostWork, WorkerHeartbeat))
