"""Mail to those who approve what retention rules list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.template.loader import render_to_string
from django.utils import translation

from c2m2a_crm.accounts.history_mail import keepers
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.outbox import Mail, queue_mail
from c2m2a_crm.privacy.models import RetentionRun

KIND: Final = "privacy.previews"


def tell_of_previews(runs: Sequence[RetentionRun]) -> int:
    """Queue one mail for each compliance officer, or administrator where there is none; once a month and person.

    It names rules and numbers, never rows. Returns how many people it is for; nobody where nothing is due.
    """
    waiting = [run for run in runs if run.proposed]
    if not waiting:
        return 0
    users = keepers()
    for user in users:
        with translation.override(user.language):
            context = {"user": user, "runs": waiting, "installation": Installation.current()}
            mail = Mail(
                to_address=user.email,
                to_name=user.name,
                language=user.language,
                subject=render_to_string("privacy/email/previews_subject.txt", context).strip(),
                body_text=render_to_string("privacy/email/previews_message.txt", context),
            )
        queue_mail(mail, kind=KIND, key=f"{KIND}:{waiting[0].month:%Y-%m}:{user.pk}")
    return len(users)
