"""What stands for the papers of which a pack was made."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("forums", "0023_positions_search")]

    operations = [
        migrations.AddField(
            model_name="meetingpaper",
            name="made_of",
            field=models.CharField(blank=True, editable=False, max_length=16),
        )
    ]
