"""By which reference data finds its own forums again."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("forums", "0002_history")]

    operations: ClassVar = [
        migrations.AddField(
            model_name="forum",
            name="reference_key",
            field=models.SlugField(blank=True, default="", editable=False, max_length=40),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="forum",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reference_key", ""), _negated=True),
                fields=("reference_key",),
                name="forum_of_the_reference_once",
            ),
        ),
    ]
