"""Partnerships under history. The constant kind of a partnership's initiative tells nothing and is left out."""

from typing import ClassVar

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies: ClassVar = [("partnerships", "0001_partnerships"), ("core", "0003_history")]

    operations: ClassVar = [
        TrackHistory("partnerships_partnership", primary_key="initiative_id", omit=("initiative_kind",)),
        TrackHistory("partnerships_cooperationarea"),
    ]
