"""Accounts under history, without what must never stand there: password hashes; and without noise: last sign-in."""

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_users_teams_roles"), ("core", "0003_history")]

    operations = [
        TrackHistory("accounts_user", omit=("password", "last_login")),
        TrackHistory("accounts_rolegrant"),
        TrackHistory("accounts_team"),
        TrackHistory("accounts_teammembership"),
        TrackHistory("accounts_invitation", omit=("token_digest",)),
    ]
