"""A form sent twice adds one document."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0022_turns_of_waiting_files")]

    operations = [
        migrations.AddField(
            model_name="document",
            name="token",
            field=models.UUIDField(blank=True, editable=False, null=True, unique=True),
        ),
    ]
