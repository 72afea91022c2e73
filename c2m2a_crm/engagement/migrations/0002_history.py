"""The engagement record under history; corrections and what became of promises are only ever added."""

from django.db import migrations

from c2m2a_crm.core.tracking import AppendOnly, TrackHistory


class Migration(migrations.Migration):
    dependencies = [("engagement", "0001_record"), ("core", "0003_history")]

    operations = [
        TrackHistory("engagement_pillar"),
        TrackHistory("engagement_initiative"),
        TrackHistory("engagement_interaction"),
        TrackHistory("engagement_participant"),
        TrackHistory("engagement_correction"),
        TrackHistory("engagement_point"),
        TrackHistory("engagement_commitment"),
        TrackHistory("engagement_commitmentevent"),
        TrackHistory("engagement_followup"),
        AppendOnly("engagement_correction"),
        AppendOnly("engagement_commitmentevent"),
    ]
