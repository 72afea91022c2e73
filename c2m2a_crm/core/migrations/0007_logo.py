"""The office's logo: the name of its file."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0006_imports")]

    operations = [
        migrations.AddField(
            model_name="installation",
            name="logo",
            field=models.FileField(blank=True, default="", editable=False, upload_to="", verbose_name="logo"),
            preserve_default=False,
        ),
    ]
