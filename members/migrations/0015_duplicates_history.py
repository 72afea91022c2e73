"""What was said not to be the same, under history. Candidate pairs are derived and stand outside it."""

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies = [("members", "0014_duplicates"), ("core", "0003_history")]

    operations = [TrackHistory("members_notthesame")]
