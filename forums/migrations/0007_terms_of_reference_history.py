"""Terms of reference under history."""

from typing import ClassVar

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies: ClassVar = [("forums", "0006_terms_of_reference"), ("core", "0003_history")]

    operations: ClassVar = [TrackHistory("forums_termsofreference")]
