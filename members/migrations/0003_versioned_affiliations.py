"""Affiliations count their edits, so that two editors of one title or one pair of dates do not overwrite each other."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0002_history")]

    operations = [
        migrations.AddField("affiliation", "version", models.PositiveIntegerField(default=1, editable=False)),
    ]
