"""Outgoing mail under history; what was said of stopping it is only ever added."""

from django.db import migrations

from c2m2a_crm.core.tracking import AppendOnly, TrackHistory


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_campaigns"), ("core", "0003_history")]

    operations = [
        TrackHistory("outreach_campaign"),
        TrackHistory("outreach_delivery"),
        TrackHistory("outreach_suppression"),
        AppendOnly("outreach_suppression"),
    ]
