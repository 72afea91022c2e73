"""Applications and reminders, under history."""

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies = [("members", "0021_applications"), ("core", "0003_history")]

    operations = [
        TrackHistory("members_application"),
        TrackHistory("members_applicationcheck"),
        TrackHistory("members_applicationconflict"),
        TrackHistory("members_membershipreminder"),
    ]
