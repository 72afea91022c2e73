"""Who belonged to a segment on a day, noted by the clock."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0020_search_in_parts"),
    ]

    operations = [
        migrations.CreateModel(
            name="SegmentDay",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("on", models.DateField(verbose_name="noted on")),
                ("last_on", models.DateField(verbose_name="the same until")),
                (
                    "record_ids",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(), size=None, verbose_name="records"
                    ),
                ),
                ("rule_digest", models.CharField(max_length=64, verbose_name="digest of the rules")),
                (
                    "segment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="days",
                        to="core.segment",
                        verbose_name="segment",
                    ),
                ),
            ],
            options={
                "verbose_name": "members of a segment on a day",
                "verbose_name_plural": "members of segments on days",
                "constraints": [
                    models.UniqueConstraint(fields=("segment", "on"), name="segment_noted_once_a_day"),
                    models.CheckConstraint(
                        condition=models.Q(("last_on__gte", models.F("on"))), name="segment_day_not_reversed"
                    ),
                ],
            },
        ),
    ]
