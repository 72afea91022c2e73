"""Files that wait for the scanner take turns by when each was last tried, which is kept outside history."""

from django.db import migrations, models

from c2m2a_crm.core.tracking import TrackHistory

WITHOUT = """
DROP TRIGGER core_documentversion_history ON core_documentversion;
DROP TRIGGER core_documentversion_no_truncate ON core_documentversion;
"""
OMITTED = ("text", "reading", "pages")


class Migration(migrations.Migration):
    dependencies = [("core", "0021_days_of_segments")]

    operations = [
        migrations.AddField(
            model_name="documentversion",
            name="tried_at",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunSQL(WITHOUT, TrackHistory("core_documentversion", omit=OMITTED).sql),
        TrackHistory("core_documentversion", omit=(*OMITTED, "tried_at")),
    ]
