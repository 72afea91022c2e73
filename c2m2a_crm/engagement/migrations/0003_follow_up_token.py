"""A form sent twice makes one follow-up."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("engagement", "0002_history")]

    operations = [
        migrations.AddField(
            model_name="followup",
            name="token",
            field=models.UUIDField(blank=True, editable=False, null=True, unique=True),
        ),
    ]
