"""Papers of meetings and their openings under history."""

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies = [("forums", "0018_papers"), ("core", "0003_history")]

    operations = [TrackHistory("forums_meetingpaper"), TrackHistory("forums_paperopening")]
