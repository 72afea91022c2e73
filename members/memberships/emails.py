"""Mail about applications and memberships: facts, to whoever asked for them, in their own language.

None of it encourages a commercial activity: it answers an application or states facts of a membership, for which the
law asks no consent (S.C. 2010, c. 23, s. 6(6); SOR/2013-221, s. 3(b)).
"""

from __future__ import annotations

from typing import Any, Final

from django.template.loader import render_to_string
from django.utils import translation

from c2m2a_crm.core.models import Installation, OutboxMessage
from c2m2a_crm.core.outbox import Mail, queue_mail
from members.models import Application, Membership

RECEIVED: Final = "memberships.received"
WELCOME: Final = "memberships.welcome"
DECLINED: Final = "memberships.declined"


def tell_received(application: Application, *, base_url: str) -> OutboxMessage:
    return _tell(application, RECEIVED, "received", base_url)


def tell_declined(application: Application, *, base_url: str) -> OutboxMessage:
    return _tell(application, DECLINED, "declined", base_url)


def welcome(application: Application, membership: Membership, *, base_url: str) -> OutboxMessage:
    return _tell(application, WELCOME, "welcome", base_url, membership=membership)


def _tell(application: Application, kind: str, name: str, base_url: str, **more: Any) -> OutboxMessage:
    """One mail of that kind for each application."""
    from members.memberships.intake import state_path  # which calls this module

    link = base_url.rstrip("/") + state_path(application)
    with translation.override(application.language):
        context = {"application": application, "link": link, "installation": Installation.current(), **more}
        mail = Mail(
            to_address=application.email,
            to_name=application.applicant,
            language=application.language,
            subject=render_to_string(f"memberships/email/{name}_subject.txt", context).strip(),
            body_text=render_to_string(f"memberships/email/{name}_message.txt", context),
        )
    return queue_mail(mail, kind=kind, key=f"{kind}:{application.pk}")
