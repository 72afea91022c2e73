"""Recusals, readers of draft minutes and their comments under history."""

from typing import ClassVar

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies: ClassVar = [("forums", "0012_recusals_and_review"), ("core", "0003_history")]

    operations: ClassVar = [
        TrackHistory("forums_recusal"),
        TrackHistory("forums_minutesreviewer"),
        TrackHistory("forums_minutescomment"),
    ]
