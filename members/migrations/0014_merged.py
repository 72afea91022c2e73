"""The record into which another was merged: it stands for it from then on."""

import django.db.models.deletion
from django.db import migrations, models


def _merged_into(model: str) -> migrations.AddField:
    return migrations.AddField(
        model_name=model,
        name="merged_into",
        field=models.ForeignKey(
            blank=True,
            editable=False,
            null=True,
            on_delete=django.db.models.deletion.PROTECT,
            related_name="merged",
            to=f"members.{model}",
            verbose_name="merged into",
        ),
    )


def _is_put_aside(model: str) -> migrations.AddConstraint:
    return migrations.AddConstraint(
        model_name=model,
        constraint=models.CheckConstraint(
            condition=models.Q(
                ("merged_into__isnull", True),
                models.Q(("archived_at__isnull", False), models.Q(("merged_into", models.F("id")), _negated=True)),
                _connector="OR",
            ),
            name=f"merged_{model}_is_put_aside",
        ),
    )


class Migration(migrations.Migration):
    dependencies = [("members", "0013_offices_history")]

    operations = [
        _merged_into("person"),
        _merged_into("party"),
        _is_put_aside("person"),
        _is_put_aside("party"),
    ]
