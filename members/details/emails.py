"""The mail that asks somebody to check what is on file of them.

It offers nothing and encourages no commercial activity: it asks whether facts are right, for which the law asks no
consent (S.C. 2010, c. 23, s. 1(2); PIPEDA, Schedule 1, 4.6).
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.template.loader import render_to_string
from django.utils import translation

from c2m2a_crm.core.bilingual import LANGUAGES
from c2m2a_crm.core.models import Installation, OutboxMessage
from c2m2a_crm.core.outbox import Mail, queue_mail
from members.models import DetailsRequest

ASK: Final = "details.ask"
_BETWEEN: Final = "\n\n--\n\n"


def ask_by_mail(asked: DetailsRequest, *, link: str, until: datetime) -> OutboxMessage:
    """In the person's language; in both where it is not known."""
    person = asked.person
    languages = (person.language,) if person.language in LANGUAGES else LANGUAGES
    subjects, bodies = [], []
    for language in languages:
        with translation.override(language):
            context = {
                "person": person,
                "link": link,
                "until": until,
                "asked_by": asked.asked_by,
                "installation": Installation.current(),
            }
            subjects.append(render_to_string("members/email/details_subject.txt", context).strip())
            bodies.append(render_to_string("members/email/details_message.txt", context).strip())
    mail = Mail(
        to_address=asked.email.address,
        to_name=person.full_name,
        language=languages[0],
        subject=" / ".join(subjects),
        body_text=_BETWEEN.join(bodies) + "\n",
        sensitive_until=until,
    )
    return queue_mail(mail, kind=ASK, key=f"{ASK}:{asked.pk}")
