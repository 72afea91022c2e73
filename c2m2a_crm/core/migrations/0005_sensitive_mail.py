"""Links that open accounts leave the outbox with their message, or when they expire."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0004_prepared_jobs")]

    operations = [
        migrations.AddField(
            model_name="outboxmessage",
            name="sensitive_until",
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
