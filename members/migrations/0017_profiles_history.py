"""Profiles, vocabularies and lists, under history."""

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies = [("members", "0016_profiles"), ("core", "0003_history")]

    operations = [
        TrackHistory("members_concept"),
        TrackHistory("members_listing"),
        TrackHistory("members_profileline"),
        TrackHistory("members_expertise"),
    ]
