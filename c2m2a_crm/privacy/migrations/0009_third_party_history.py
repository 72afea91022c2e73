"""Letters to third parties under history."""

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies = [("privacy", "0008_third_party_notices"), ("core", "0003_history")]

    operations = [TrackHistory("privacy_thirdpartynotice"), TrackHistory("privacy_noticedrecord")]
