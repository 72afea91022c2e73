"""The pair that composite keys of forums and partnerships refer to."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("engagement", "0004_sourced_facts")]

    operations: ClassVar = [
        migrations.AddConstraint(
            model_name="initiative",
            constraint=models.UniqueConstraint(fields=("id", "kind"), name="initiative_is_of_one_kind"),
        ),
    ]
