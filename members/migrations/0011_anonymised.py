"""The day on which somebody was made anonymous."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("members", "0010_documents_history")]

    operations = [
        migrations.AddField(
            model_name="person",
            name="anonymised_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="made anonymous on"),
        )
    ]
