"""Requests under history, but for the texts of what was found: those are copies, and leave with their originals."""

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies = [("privacy", "0001_access_requests"), ("core", "0003_history")]

    operations = [
        TrackHistory("privacy_legalperiod"),
        TrackHistory("privacy_accessrequest"),
        TrackHistory("privacy_accessperson"),
        TrackHistory("privacy_accessitem", omit=("title", "text", "passages")),
        TrackHistory("privacy_ownerask"),
        TrackHistory("privacy_unresolvedchallenge"),
    ]
