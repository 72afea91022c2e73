"""Sets of records that a stored filter describes, with what was pinned in and blocked out."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0014_public_links"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Segment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "archived_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="archived at"),
                ),
                ("archived_reason", models.TextField(blank=True, editable=False, verbose_name="reason for archiving")),
                ("list_key", models.CharField(max_length=60, verbose_name="list")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                ("purpose", models.TextField(blank=True, verbose_name="purpose")),
                ("query", models.TextField(verbose_name="rule")),
                ("is_shared", models.BooleanField(default=False, verbose_name="shared with the office")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="segments",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "segment",
                "verbose_name_plural": "segments",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="segment_has_a_name",
                        violation_error_message="Give the segment a name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("query", ""), _negated=True),
                        name="segment_has_a_rule",
                        violation_error_message="Choose at least one filter: without one, everything would belong.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("archived_at__isnull", True)),
                        fields=("list_key", "owner", "name"),
                        name="segment_once_by_name",
                        violation_error_message="You have a segment of this name. Choose another.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SegmentPick",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("pin", "Pinned in"), ("block", "Blocked out")], max_length=5, verbose_name="kind"
                    ),
                ),
                ("record_id", models.BigIntegerField(verbose_name="record")),
                ("reason", models.TextField(verbose_name="reason")),
                ("added_at", models.DateTimeField(auto_now_add=True, verbose_name="added at")),
                (
                    "added_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
                (
                    "segment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="picks",
                        to="core.segment",
                        verbose_name="segment",
                    ),
                ),
            ],
            options={
                "verbose_name": "exception of a segment",
                "verbose_name_plural": "exceptions of segments",
                "constraints": [
                    models.UniqueConstraint(fields=("segment", "record_id"), name="segment_picks_a_record_once"),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="segment_pick_has_a_reason",
                        violation_error_message="Say why.",
                    ),
                ],
            },
        ),
        TrackHistory("core_segment"),
        TrackHistory("core_segmentpick"),
    ]
