"""Applications for a seat, appeals and inquiries under history."""

from typing import ClassVar

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies: ClassVar = [("forums", "0010_joining"), ("core", "0003_history")]

    operations: ClassVar = [
        TrackHistory("forums_seatapplication", primary_key="application_id"),
        TrackHistory("forums_seatappeal"),
        TrackHistory("forums_inquiry"),
    ]
