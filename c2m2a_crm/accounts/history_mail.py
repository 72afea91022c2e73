"""The head of history leaves the database: once a day by mail to those who answer for compliance."""

from __future__ import annotations

from typing import Final

from django.template.loader import render_to_string
from django.utils import timezone, translation

from c2m2a_crm.accounts.models import Role, User
from c2m2a_crm.core import blocks
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.outbox import Mail, queue_mail

KIND: Final = "accounts.history_head"
# The day's mail stands in the box when people come in; what ran late is sent later the same day.
_HOUR: Final = 6


def send_heads() -> int:
    """Queue today's mail with the newest head for each compliance officer, or each administrator where there is none.

    Once a day and person, however often it is called. Returns how many people it is for; nobody before the first block
    or before six in the morning.
    """
    now = timezone.localtime()
    head = blocks.head()
    if head is None or now.hour < _HOUR:
        return 0
    lag = blocks.lag()
    users = keepers()
    for user in users:
        with translation.override(user.language):
            context = {
                "user": user,
                "head": head,
                "lag": lag,
                "installation": Installation.current(),
                "command": f"python3 manage.py verify_history --head {head.hash}",
            }
            mail = Mail(
                to_address=user.email,
                to_name=user.name,
                language=user.language,
                subject=render_to_string("accounts/email/history_head_subject.txt", context),
                body_text=render_to_string("accounts/email/history_head_message.txt", context),
            )
        queue_mail(mail, kind=KIND, key=f"{KIND}:{now.date().isoformat()}:{user.pk}")
    return len(users)


def keepers() -> list[User]:
    """Who keeps the heads: a head that nobody gets would not leave the database."""
    active = User.objects.filter(is_active=True).order_by("pk")
    return list(active.with_open_role(Role.COMPLIANCE)) or list(active.with_open_role(Role.ADMINISTRATOR))
