"""A form sent twice opens one request, and notes one challenge."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("privacy", "0006_copies_outside_history")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="token",
            field=models.UUIDField(blank=True, editable=False, null=True, unique=True),
        )
        for name in ("accessrequest", "unresolvedchallenge")
    ]
