"""Files of applications for a seat, under history."""

from typing import ClassVar

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies: ClassVar = [("forums", "0014_files_of_applications"), ("core", "0003_history")]

    operations: ClassVar = [TrackHistory("forums_seatapplicationdocument")]
