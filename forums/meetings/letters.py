"""Letters of a meeting that carry a personal link: in the language of whoever is written to, or in both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone, translation

from c2m2a_crm.core.bilingual import LANGUAGES, localized
from c2m2a_crm.core.models import Installation
from c2m2a_crm.core.outbox import Mail
from forums.models import Meeting
from members.models import Person

Words = Callable[[str], Mapping[str, Any]]
"""Takes the language, which is active then; gives what the template needs, and ``subject``."""


def letter(
    meeting: Meeting, person: Person, words: Words, template: str, *, address: str, sensitive_until: datetime | None
) -> Mail:
    """The letter as it leaves. The text with the link in it is not kept longer than ``sensitive_until``."""
    languages = (person.language,) if person.language in LANGUAGES else LANGUAGES
    office = Installation.current()
    subjects, bodies = [], []
    for language in languages:
        with translation.override(language):
            said = dict(words(language))
            context = {
                "title": localized(meeting, "title", language).text,
                "forum": localized(meeting.forum.initiative, "name", language).text,
                "when": meeting.when,
                "office": office,
                **said,
            }
            subjects.append(str(said["subject"]))
            bodies.append(render_to_string(template, context).strip())
    return Mail(
        to_address=address,
        to_name=person.full_name,
        language=languages[0],
        subject=" / ".join(dict.fromkeys(subjects)),
        body_text="\n\n---\n\n".join(bodies) + "\n",
        sensitive_until=sensitive_until,
        headers={
            "Content-Language": ", ".join(languages),
            **({"Reply-To": office.contact_email} if office.contact_email else {}),
        },
    )


def end_of(day: date | None) -> datetime | None:
    """The last moment of a day at the office."""
    return timezone.make_aware(datetime.combine(day, time.max)) if day else None
