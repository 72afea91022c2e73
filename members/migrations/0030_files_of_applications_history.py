"""Files of applications for membership, under history."""

from typing import ClassVar

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies: ClassVar = [("members", "0029_files_of_applications"), ("core", "0003_history")]

    operations: ClassVar = [TrackHistory("members_applicationdocument")]
