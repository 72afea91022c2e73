"""How a person reads each list, kept with the account and outside history."""

from django.db import migrations, models

from c2m2a_crm.core.tracking import TrackHistory

WITHOUT = """
DROP TRIGGER accounts_user_history ON accounts_user;
DROP TRIGGER accounts_user_no_truncate ON accounts_user;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_grant_sources")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="list_settings",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.RunSQL(WITHOUT, TrackHistory("accounts_user", omit=("password", "last_login")).sql),
        TrackHistory("accounts_user", omit=("password", "last_login", "list_settings")),
    ]
