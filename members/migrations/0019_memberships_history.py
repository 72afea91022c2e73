"""Membership, under history."""

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies = [("members", "0018_memberships"), ("core", "0003_history")]

    operations = [
        TrackHistory("members_membershiptier"),
        TrackHistory("members_duesrate"),
        TrackHistory("members_membershipclock"),
        TrackHistory("members_membership"),
        TrackHistory("members_membershipdecision"),
    ]
