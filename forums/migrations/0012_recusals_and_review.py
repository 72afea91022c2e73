"""Who steps aside for an item; who reads draft minutes by link, and what they say of them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0025_calendar_part"),
        ("forums", "0011_joining_history"),
        ("members", "0028_applications_for_seats"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MinutesComment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("quote", models.CharField(blank=True, max_length=500, verbose_name="line")),
                ("text", models.TextField(verbose_name="comment")),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                (
                    "verdict",
                    models.CharField(
                        blank=True,
                        choices=[("", "Not answered yet"), ("taken_up", "Taken up"), ("not_taken_up", "Not taken up")],
                        default="",
                        max_length=12,
                        verbose_name="answer",
                    ),
                ),
                ("answer", models.CharField(blank=True, max_length=500, verbose_name="in a few words")),
                (
                    "answered_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="answered at"),
                ),
            ],
            options={
                "verbose_name": "comment on minutes",
                "verbose_name_plural": "comments on minutes",
                "ordering": ["minutes", "pk"],
            },
        ),
        migrations.CreateModel(
            name="MinutesReviewer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("language", models.CharField(blank=True, max_length=2, verbose_name="language")),
                (
                    "told_of",
                    models.DateTimeField(blank=True, null=True, verbose_name="last written to about the review of"),
                ),
            ],
            options={
                "verbose_name": "reader of draft minutes",
                "verbose_name_plural": "readers of draft minutes",
                "ordering": ["minutes", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Recusal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(max_length=500, verbose_name="reason")),
                ("noted_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "stepping aside",
                "verbose_name_plural": "stepping aside",
                "ordering": ["item", "pk"],
            },
        ),
        migrations.AddField(
            model_name="minutes",
            name="approved_en_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="English approved at"),
        ),
        migrations.AddField(
            model_name="minutes",
            name="approved_fr_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="French approved at"),
        ),
        migrations.AddField(
            model_name="minutes",
            name="comments_until",
            field=models.DateField(blank=True, null=True, verbose_name="comments are taken until"),
        ),
        migrations.AddConstraint(
            model_name="agendaitem",
            constraint=models.UniqueConstraint(fields=("id", "meeting"), name="agenda_item_of_one_meeting"),
        ),
        migrations.AddField(
            model_name="minutescomment",
            name="answered_by",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="answered by",
            ),
        ),
        migrations.AddField(
            model_name="minutescomment",
            name="minutes",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="comments",
                to="forums.minutes",
                verbose_name="minutes",
            ),
        ),
        migrations.AddField(
            model_name="minutescomment",
            name="section",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="comments",
                to="forums.minutessection",
                verbose_name="section of minutes",
            ),
        ),
        migrations.AddField(
            model_name="minutesreviewer",
            name="message",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="core.outboxmessage",
                verbose_name="message",
            ),
        ),
        migrations.AddField(
            model_name="minutesreviewer",
            name="minutes",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reviewers",
                to="forums.minutes",
                verbose_name="minutes",
            ),
        ),
        migrations.AddField(
            model_name="minutesreviewer",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="minutes_to_review",
                to="members.person",
                verbose_name="person",
            ),
        ),
        migrations.AddField(
            model_name="minutescomment",
            name="reviewer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="comments",
                to="forums.minutesreviewer",
                verbose_name="comment by",
            ),
        ),
        migrations.AddField(
            model_name="recusal",
            name="item",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="recusals",
                to="forums.agendaitem",
                verbose_name="agenda item",
            ),
        ),
        migrations.AddField(
            model_name="recusal",
            name="meeting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="recusals",
                to="forums.meeting",
                verbose_name="meeting",
            ),
        ),
        migrations.AddField(
            model_name="recusal",
            name="noted_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="recusal",
            name="person",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="recusals",
                to="members.person",
                verbose_name="person",
            ),
        ),
        migrations.AddIndex(
            model_name="minutesreviewer",
            index=models.Index(fields=["person", "-id"], name="reviews_of_a_person"),
        ),
        migrations.AddConstraint(
            model_name="minutesreviewer",
            constraint=models.UniqueConstraint(fields=("minutes", "person"), name="reviews_minutes_once"),
        ),
        migrations.AddConstraint(
            model_name="minutescomment",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="comment_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="minutescomment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("answer", ""), ("answered_at__isnull", True), ("answered_by__isnull", True), ("verdict", "")
                    ),
                    models.Q(
                        models.Q(("verdict", ""), _negated=True),
                        ("answered_at__isnull", False),
                        ("answered_by__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="comment_is_answered_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="minutescomment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verdict", "not_taken_up"), _negated=True),
                    models.Q(("answer", ""), _negated=True),
                    _connector="OR",
                ),
                name="comment_is_declined_with_a_word",
                violation_error_message="Say why it is not taken up.",
            ),
        ),
        migrations.AddIndex(
            model_name="recusal",
            index=models.Index(fields=["person", "-id"], name="recusals_of_a_person"),
        ),
        migrations.AddConstraint(
            model_name="recusal",
            constraint=models.UniqueConstraint(
                fields=("item", "person"),
                name="steps_aside_once",
                violation_error_message="This person steps aside for this item already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="recusal",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True),
                name="recusal_has_a_reason",
                violation_error_message="Say why this person steps aside.",
            ),
        ),
        migrations.RunSQL(
            sql="""
            ALTER TABLE forums_recusal ADD CONSTRAINT recusal_item_is_its_meetings
                FOREIGN KEY (item_id, meeting_id) REFERENCES forums_agendaitem (id, meeting_id) ON DELETE CASCADE
                DEFERRABLE INITIALLY DEFERRED;
            """,
            reverse_sql="ALTER TABLE forums_recusal DROP CONSTRAINT recusal_item_is_its_meetings;",
        ),
    ]
