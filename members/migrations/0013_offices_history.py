"""Offices and relationships under history."""

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies = [("members", "0012_offices"), ("core", "0003_history")]

    operations = [TrackHistory("members_office"), TrackHistory("members_relationship")]
