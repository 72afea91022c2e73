"""Requests to check details, and what was answered."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0023_offices_search"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DetailsRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="asked at")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="answered at"),
                ),
                ("is_all_right", models.BooleanField(default=False, editable=False, verbose_name="all is right")),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="asked by",
                    ),
                ),
                (
                    "email",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.emailaddress",
                        verbose_name="sent to",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="details_requests",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
            ],
            options={
                "verbose_name": "request to check details",
                "verbose_name_plural": "requests to check details",
                "ordering": ["-asked_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="DetailsDifference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "field",
                    models.CharField(
                        choices=[
                            ("name", "Name"),
                            ("preferred_name", "Preferred name"),
                            ("honorific", "Honorific"),
                            ("post_nominals", "Post-nominals"),
                            ("pronunciation", "Pronunciation"),
                            ("language", "Official language"),
                            ("title_en", "Title in English"),
                            ("title_fr", "Title in French"),
                            ("unit", "Branch or unit"),
                            ("left", "Has left the organization"),
                            ("organization", "Another organization"),
                            ("email", "E-mail address"),
                            ("phone", "Telephone"),
                            ("postal", "Postal address"),
                        ],
                        max_length=16,
                        verbose_name="field",
                    ),
                ),
                ("target", models.BigIntegerField(blank=True, editable=False, null=True, verbose_name="row")),
                ("old", models.JSONField(blank=True, default=dict, verbose_name="as it was shown")),
                ("new", models.JSONField(blank=True, default=dict, verbose_name="as they say")),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("accepted", "Accepted"), ("refused", "Refused")],
                        default="waiting",
                        max_length=8,
                        verbose_name="state",
                    ),
                ),
                ("decided_at", models.DateTimeField(editable=False, null=True, verbose_name="decided at")),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="decided by",
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="differences",
                        to="members.detailsrequest",
                    ),
                ),
            ],
            options={
                "verbose_name": "difference in details",
                "verbose_name_plural": "differences in details",
                "ordering": ["pk"],
            },
        ),
        migrations.AddIndex(
            model_name="detailsrequest",
            index=models.Index(fields=["person", "-asked_at"], name="details_of_a_person"),
        ),
        migrations.AddConstraint(
            model_name="detailsrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_all_right", False), ("answered_at__isnull", False), _connector="OR"),
                name="details_all_right_is_an_answer",
            ),
        ),
        migrations.AddIndex(
            model_name="detailsdifference",
            index=models.Index(condition=models.Q(("state", "waiting")), fields=["request"], name="details_that_wait"),
        ),
        migrations.AddConstraint(
            model_name="detailsdifference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by__isnull", True), ("state", "waiting")),
                    models.Q(
                        models.Q(("state", "waiting"), _negated=True),
                        ("decided_at__isnull", False),
                        ("decided_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="details_difference_is_decided_by_somebody",
            ),
        ),
    ]
