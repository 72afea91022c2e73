"""What people answered about their details under history."""

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies = [("members", "0024_details"), ("core", "0003_history")]

    operations = [TrackHistory("members_detailsrequest"), TrackHistory("members_detailsdifference")]
