"""Positions and what hangs on them under history."""

from typing import ClassVar

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies: ClassVar = [("forums", "0016_positions"), ("core", "0003_history")]

    operations: ClassVar = [
        TrackHistory("forums_position"),
        TrackHistory("forums_positiontopic"),
        TrackHistory("forums_positionwording"),
        TrackHistory("forums_stance"),
        TrackHistory("forums_adoption"),
        TrackHistory("forums_dissent"),
        TrackHistory("forums_positionuse"),
    ]
