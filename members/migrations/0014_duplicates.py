"""Pairs of records that may be one, and pairs of which somebody said that they are two."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def _sides() -> list[tuple[str, models.Field]]:
    return [
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        *(
            (
                f"{side}_{kind}",
                models.ForeignKey(
                    null=True,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="+",
                    to=f"members.{kind}",
                ),
            )
            for kind in ("person", "party")
            for side in ("left", "right")
        ),
    ]


def _one_kind(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=models.Q(
            ("left_party__isnull", True),
            ("left_person__isnull", False),
            ("right_party__isnull", True),
            ("right_person__gt", models.F("left_person")),
            ("right_person__isnull", False),
        )
        | models.Q(
            ("left_party__isnull", False),
            ("left_person__isnull", True),
            ("right_party__gt", models.F("left_party")),
            ("right_party__isnull", False),
            ("right_person__isnull", True),
        ),
        name=name,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0014_merged"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DuplicatePair",
            fields=[
                *_sides(),
                ("score", models.PositiveSmallIntegerField(verbose_name="score")),
                ("evidence", models.JSONField(default=list, verbose_name="evidence")),
                ("found_on", models.DateField(verbose_name="found on")),
            ],
            options={
                "verbose_name": "possible duplicate",
                "verbose_name_plural": "possible duplicates",
                "indexes": [
                    models.Index(models.F("score").desc(), models.F("id"), name="duplicates_likeliest_first"),
                ],
                "constraints": [
                    _one_kind("duplicate_pair_of_one_kind"),
                    models.UniqueConstraint(fields=("left_person", "right_person"), name="duplicate_people_once"),
                    models.UniqueConstraint(fields=("left_party", "right_party"), name="duplicate_parties_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="NotTheSame",
            fields=[
                *_sides(),
                ("said_at", models.DateTimeField(auto_now_add=True, verbose_name="said on")),
                (
                    "reason",
                    models.CharField(blank=True, max_length=250, verbose_name="why they are not the same"),
                ),
                (
                    "said_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="said by",
                    ),
                ),
            ],
            options={
                "verbose_name": "pair that is not the same",
                "verbose_name_plural": "pairs that are not the same",
                "constraints": [
                    _one_kind("not_the_same_of_one_kind"),
                    models.UniqueConstraint(fields=("left_person", "right_person"), name="not_the_same_people_once"),
                    models.UniqueConstraint(fields=("left_party", "right_party"), name="not_the_same_parties_once"),
                ],
            },
        ),
    ]
