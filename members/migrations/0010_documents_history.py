"""Where documents are filed, under history."""

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies = [("members", "0009_documents"), ("core", "0003_history")]

    operations = [TrackHistory("members_partydocument")]
