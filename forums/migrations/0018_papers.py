"""Papers of meetings, and who opened them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0025_calendar_part"),
        ("forums", "0017_positions_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MeetingPaper",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="place in the list")),
                ("is_confidential", models.BooleanField(default=False, verbose_name="confidential")),
                ("is_pack", models.BooleanField(default=False, editable=False, verbose_name="pack of the meeting")),
                (
                    "withdrawn_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="withdrawn at"),
                ),
                (
                    "withdrawn_reason",
                    models.CharField(blank=True, editable=False, max_length=500, verbose_name="reason"),
                ),
                ("added_at", models.DateTimeField(auto_now_add=True, verbose_name="added on")),
                (
                    "added_by",
                    models.ForeignKey(
                        editable=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="meeting_papers",
                        to="core.document",
                        verbose_name="document",
                    ),
                ),
                (
                    "item",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="papers",
                        to="forums.agendaitem",
                        verbose_name="agenda item",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="papers",
                        to="forums.meeting",
                        verbose_name="meeting",
                    ),
                ),
            ],
            options={
                "verbose_name": "paper on an agenda",
                "verbose_name_plural": "papers on agendas",
                "ordering": ["meeting", "position", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("meeting", "document"),
                        name="meeting_paper_once",
                        violation_error_message="This document is a paper of this meeting already.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_pack", True)), fields=("meeting",), name="meeting_has_one_pack"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("withdrawn_at__isnull", True), ("withdrawn_reason", "")),
                            models.Q(
                                ("withdrawn_at__isnull", False), models.Q(("withdrawn_reason", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="paper_is_withdrawn_with_a_reason",
                        violation_error_message="Say why the paper is withdrawn.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PaperOpening",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("opened_at", models.DateTimeField(auto_now_add=True, verbose_name="opened at")),
                (
                    "invitation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="paper_openings",
                        to="forums.invitation",
                        verbose_name="invitation",
                    ),
                ),
                (
                    "meeting",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="forums.meeting",
                        verbose_name="meeting",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="core.documentversion",
                        verbose_name="version of a document",
                    ),
                ),
            ],
            options={
                "verbose_name": "opening of a paper",
                "verbose_name_plural": "openings of papers",
                "ordering": ["-opened_at", "-pk"],
            },
        ),
    ]
