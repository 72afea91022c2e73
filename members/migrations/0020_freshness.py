"""When somebody last looked at what is on file of people and parties, and how long that counts."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0019_memberships_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="party",
            name="verified_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="checked by",
            ),
        ),
        migrations.AddField(
            model_name="party",
            name="verified_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="checked on"),
        ),
        migrations.AddField(
            model_name="person",
            name="verified_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="checked by",
            ),
        ),
        migrations.AddField(
            model_name="person",
            name="verified_on",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="checked on"),
        ),
        migrations.CreateModel(
            name="Cadence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "subject",
                    models.CharField(
                        choices=[
                            ("office_holder", "Public office holders"),
                            ("member", "Members, and people who work for them"),
                            ("nation", "Nations, and people who work for them"),
                            ("other", "Everybody else"),
                        ],
                        max_length=14,
                        verbose_name="for",
                    ),
                ),
                ("days", models.PositiveSmallIntegerField(verbose_name="days")),
                ("source", models.CharField(blank=True, max_length=300, verbose_name="source")),
                ("is_confirmed", models.BooleanField(default=False, verbose_name="confirmed")),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="valid")),
            ],
            options={
                "verbose_name": "cadence of checking",
                "verbose_name_plural": "cadences of checking",
                "ordering": ["subject", "valid", "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("days__gte", 1)),
                        name="cadence_of_a_day_at_least",
                        violation_error_message="Enter at least one day.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid__isempty", False)),
                        name="cadence_lasts_a_day",
                        violation_error_message="The last day must not lie before the first.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("subject", "="), ("valid", "&&")],
                        name="one_cadence_at_a_time",
                        violation_error_message="This is set for these days already.",
                    ),
                ],
            },
        ),
        TrackHistory("members_cadence"),
    ]
