"""Meetings and what hangs on them under history; additions to adopted minutes are only added."""

from typing import ClassVar

from django.db import migrations

from c2m2a_crm.core.tracking import AppendOnly, MayLoseWords, TrackHistory

TABLES = (
    "forums_meetingseries",
    "forums_standingitem",
    "forums_meeting",
    "forums_agendaitem",
    "forums_meetingdocument",
    "forums_invitation",
    "forums_attendance",
    "forums_minutes",
    "forums_minutessection",
    "forums_minutesaddition",
    "forums_decision",
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("forums", "0008_meetings"), ("core", "0019_words_of_rows_only_added")]

    operations: ClassVar = [
        *map(TrackHistory, TABLES),
        AppendOnly("forums_minutesaddition"),
        MayLoseWords("forums_minutesaddition", ("text_en", "text_fr", "reason")),
    ]
