"""Comment rounds and what hangs on them under history."""

from typing import ClassVar

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory

TABLES = (
    "forums_commentround",
    "forums_roundquestion",
    "forums_roundchange",
    "forums_roundseat",
    "forums_roundinvitation",
    "forums_roundnudge",
    "forums_roundanswer",
    "forums_roundreply",
    "forums_roundoutcome",
    "forums_whatweheard",
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("forums", "0020_comment_rounds"), ("core", "0003_history")]

    operations: ClassVar = [TrackHistory(table) for table in TABLES]
