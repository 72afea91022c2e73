"""What papers do to the rest of the house; ``forums.contributions`` calls it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from c2m2a_crm.core.registries import (
    AnonymisedTexts,
    PersonalData,
    RecordTables,
    anonymised_texts,
    link_purposes,
    personal_data,
    record_tables,
)
from forums.meetings.policies import can_run_meetings
from forums.models import MeetingPaper, PaperOpening
from forums.papers.links import PURPOSE
from forums.papers.pack import jobs  # noqa: F401  declares the runner of the pack
from forums.papers.personal_data import find, held, stays, words_of


def register() -> None:
    link_purposes.register(PURPOSE)
    personal_data.register(PersonalData("meeting-papers", 43, _("Papers of meetings"), held, find))
    anonymised_texts.register(AnonymisedTexts("meeting-papers", 53, words_of, stays=stays))
    record_tables.register(RecordTables("forums.paper", 243, MeetingPaper, can_run_meetings))
    record_tables.register(RecordTables("forums.paper_opening", 244, PaperOpening, can_run_meetings))
