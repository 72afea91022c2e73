"""Holds, authorities, previews and incidents under history."""

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies = [("privacy", "0003_retention_and_incidents"), ("core", "0003_history")]

    operations = [
        TrackHistory("privacy_legalhold"),
        TrackHistory("privacy_heldsubject"),
        TrackHistory("privacy_dispositionauthority"),
        TrackHistory("privacy_retentionperiod"),
        TrackHistory("privacy_retentionrun"),
        TrackHistory("privacy_retentionrow"),
        TrackHistory("privacy_noticeduty"),
        TrackHistory("privacy_incident"),
        TrackHistory("privacy_incidentnotice"),
    ]
