"""Rhythms, agreed quiet and who is no prospect, under history."""

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies = [("engagement", "0013_rhythms"), ("core", "0003_history")]

    operations = [
        TrackHistory("engagement_rhythm"),
        TrackHistory("engagement_ownrhythm"),
        TrackHistory("engagement_agreedquiet"),
        TrackHistory("engagement_noprospect"),
    ]
