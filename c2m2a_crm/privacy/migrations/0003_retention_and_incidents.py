"""Holds, disposition authorities, monthly previews, and the register of incidents."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0019_words_of_rows_only_added"),
        ("members", "0011_anonymised"),
        ("privacy", "0002_history"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("year", models.PositiveSmallIntegerField(editable=False, verbose_name="year")),
                ("number", models.PositiveIntegerField(editable=False, verbose_name="number")),
                (
                    "legal_kind",
                    models.CharField(
                        choices=[
                            ("nonprofit", "Non-profit organization"),
                            ("federal_institution", "Federal institution"),
                        ],
                        editable=False,
                        max_length=30,
                        verbose_name="legal form",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="in a few words")),
                ("what", models.TextField(verbose_name="what happened, and how")),
                ("happened_on", models.DateField(blank=True, null=True, verbose_name="happened on")),
                ("found_on", models.DateField(verbose_name="found on")),
                ("whose", models.TextField(verbose_name="whose information")),
                ("people_count", models.PositiveIntegerField(blank=True, null=True, verbose_name="how many people")),
                ("information", models.TextField(verbose_name="which information")),
                (
                    "sensitivity",
                    models.CharField(
                        blank=True,
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("", "Not assessed")],
                        default="",
                        max_length=6,
                        verbose_name="sensitivity",
                    ),
                ),
                ("sensitivity_note", models.TextField(blank=True, verbose_name="why so sensitive")),
                (
                    "misuse",
                    models.CharField(
                        blank=True,
                        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High"), ("", "Not assessed")],
                        default="",
                        max_length=6,
                        verbose_name="probability of misuse",
                    ),
                ),
                ("misuse_note", models.TextField(blank=True, verbose_name="why so probable")),
                (
                    "risk",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("real", "Real risk of significant harm"),
                            ("none", "No real risk of significant harm"),
                            ("", "Not assessed"),
                        ],
                        default="",
                        max_length=4,
                        verbose_name="risk of harm",
                    ),
                ),
                ("risk_note", models.TextField(blank=True, verbose_name="why")),
                ("assessed_on", models.DateField(blank=True, editable=False, null=True, verbose_name="assessed on")),
                ("steps", models.TextField(blank=True, verbose_name="what was done about it")),
                ("closed_on", models.DateField(blank=True, editable=False, null=True, verbose_name="closed on")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="recorded by",
                    ),
                ),
            ],
            options={
                "verbose_name": "incident",
                "verbose_name_plural": "incidents",
                "ordering": ["-year", "-number", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("reason", models.TextField(verbose_name="reason")),
                (
                    "words",
                    models.CharField(
                        blank=True,
                        help_text="Separated by commas. Records in which one of them stands.",
                        max_length=500,
                        verbose_name="words",
                    ),
                ),
                ("since", models.DateField(blank=True, null=True, verbose_name="from")),
                ("until", models.DateField(blank=True, null=True, verbose_name="to")),
                ("placed_at", models.DateTimeField(auto_now_add=True, verbose_name="placed at")),
                (
                    "released_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="released at"),
                ),
                ("release_reason", models.TextField(blank=True, editable=False, verbose_name="reason for the release")),
                (
                    "placed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="placed by",
                    ),
                ),
                (
                    "released_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="released by",
                    ),
                ),
            ],
            options={
                "verbose_name": "legal hold",
                "verbose_name_plural": "legal holds",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="HeldSubject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(blank=True, max_length=63, verbose_name="kind of record")),
                ("row_id", models.BigIntegerField(blank=True, null=True, verbose_name="number of the record")),
                (
                    "party",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.party",
                        verbose_name="organization or Nation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="members.person",
                        verbose_name="person",
                    ),
                ),
                (
                    "hold",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="subjects",
                        to="privacy.legalhold",
                        verbose_name="legal hold",
                    ),
                ),
            ],
            options={
                "verbose_name": "subject of a hold",
                "verbose_name_plural": "subjects of holds",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="NoticeDuty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("key", models.SlugField(max_length=40, verbose_name="key")),
                (
                    "legal_kind",
                    models.CharField(
                        choices=[
                            ("nonprofit", "Non-profit organization"),
                            ("federal_institution", "Federal institution"),
                        ],
                        max_length=30,
                        verbose_name="legal form",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("notice", "Notice"), ("record", "Record to be kept")],
                        default="notice",
                        max_length=8,
                        verbose_name="kind",
                    ),
                ),
                ("whom_en", models.CharField(max_length=250, verbose_name="whom, in English")),
                ("whom_fr", models.CharField(max_length=250, verbose_name="whom, in French")),
                ("when_en", models.CharField(max_length=250, verbose_name="when, in English")),
                ("when_fr", models.CharField(max_length=250, verbose_name="when, in French")),
                ("citation_en", models.CharField(max_length=250, verbose_name="section in English")),
                ("citation_fr", models.CharField(max_length=250, verbose_name="section in French")),
                ("days", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="days")),
                ("months", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="months")),
                (
                    "only_at_real_risk",
                    models.BooleanField(default=True, verbose_name="only at a real risk of significant harm"),
                ),
                ("is_confirmed", models.BooleanField(default=False, verbose_name="confirmed")),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="valid")),
            ],
            options={
                "verbose_name": "duty to inform",
                "verbose_name_plural": "duties to inform",
                "ordering": ["legal_kind", "kind", "pk"],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("key", "="), ("legal_kind", "="), ("valid", "&&")],
                        name="one_notice_duty_at_a_time",
                        violation_error_message="There is already a period for these days.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("told_on", models.DateField(verbose_name="told on")),
                ("how", models.CharField(max_length=500, verbose_name="how, and by whom")),
                ("noted_at", models.DateTimeField(auto_now_add=True)),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="privacy.incident",
                        verbose_name="incident",
                    ),
                ),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="noted by",
                    ),
                ),
                (
                    "duty",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="privacy.noticeduty",
                        verbose_name="duty to inform",
                    ),
                ),
            ],
            options={
                "verbose_name": "notice of an incident",
                "verbose_name_plural": "notices of incidents",
                "ordering": ["told_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="RetentionPeriod",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("rule", models.SlugField(max_length=40, verbose_name="rule")),
                (
                    "legal_kind",
                    models.CharField(
                        choices=[
                            ("nonprofit", "Non-profit organization"),
                            ("federal_institution", "Federal institution"),
                        ],
                        max_length=30,
                        verbose_name="legal form",
                    ),
                ),
                ("months", models.PositiveSmallIntegerField(verbose_name="months")),
                ("authority_en", models.CharField(blank=True, max_length=300, verbose_name="authority in English")),
                ("authority_fr", models.CharField(blank=True, max_length=300, verbose_name="authority in French")),
                ("is_confirmed", models.BooleanField(default=False, verbose_name="confirmed")),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="valid")),
            ],
            options={
                "verbose_name": "retention period",
                "verbose_name_plural": "retention periods",
                "ordering": ["rule", "legal_kind", "valid", "pk"],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("months__gte", 1)), name="retention_lasts_a_month"),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        expressions=[("rule", "="), ("legal_kind", "="), ("valid", "&&")],
                        name="one_retention_period_at_a_time",
                        violation_error_message="There is already a period for these days.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RetentionRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("rule", models.SlugField(max_length=40, verbose_name="rule")),
                ("month", models.DateField(verbose_name="month")),
                ("cutoff", models.DateField(verbose_name="last used before")),
                ("made_at", models.DateTimeField(auto_now_add=True, verbose_name="listed at")),
                ("proposed", models.PositiveIntegerField(default=0, verbose_name="rows")),
                ("approved_at", models.DateTimeField(blank=True, null=True, verbose_name="approved at")),
                ("authority", models.CharField(blank=True, max_length=300, verbose_name="authority")),
                ("reason", models.TextField(blank=True, verbose_name="reason")),
                ("finished_at", models.DateTimeField(blank=True, null=True, verbose_name="finished at")),
                (
                    "approved_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="approved by",
                    ),
                ),
                (
                    "job",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="core.job"
                    ),
                ),
                (
                    "period",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="privacy.retentionperiod",
                        verbose_name="retention period",
                    ),
                ),
            ],
            options={
                "verbose_name": "monthly preview",
                "verbose_name_plural": "monthly previews",
                "ordering": ["-month", "rule", "pk"],
            },
        ),
        migrations.CreateModel(
            name="RetentionRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("row_id", models.BigIntegerField(verbose_name="number of the record")),
                ("last_used", models.DateField(blank=True, null=True, verbose_name="last used")),
                (
                    "excluded_reason",
                    models.CharField(blank=True, max_length=300, verbose_name="reason for leaving it out"),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("disposed", "Disposed of"),
                            ("held", "Kept by a hold or rule"),
                            ("in_use", "In use again"),
                        ],
                        max_length=10,
                        verbose_name="outcome",
                    ),
                ),
                ("note", models.TextField(blank=True, verbose_name="note")),
                (
                    "excluded_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="left out by",
                    ),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="privacy.retentionrun",
                        verbose_name="preview",
                    ),
                ),
            ],
            options={
                "verbose_name": "row of a preview",
                "verbose_name_plural": "rows of previews",
                "ordering": ["pk"],
            },
        ),
        migrations.CreateModel(
            name="DispositionAuthority",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("number", models.CharField(max_length=60, verbose_name="number")),
                ("institution", models.CharField(max_length=250, verbose_name="institution")),
                ("covers", models.TextField(verbose_name="records covered")),
                ("source", models.CharField(blank=True, max_length=250, verbose_name="where it is kept")),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="valid")),
                (
                    "noted_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="noted by",
                    ),
                ),
            ],
            options={
                "verbose_name": "disposition authority",
                "verbose_name_plural": "disposition authorities",
                "ordering": ["number", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("number",),
                        name="disposition_authority_once",
                        violation_error_message="This authority is recorded already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid__isempty", False)),
                        name="disposition_authority_lasts_a_day",
                        violation_error_message="The last day must not lie before the first.",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.UniqueConstraint(fields=("year", "number"), name="incident_number_once"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("happened_on__isnull", True), ("happened_on__lte", models.F("found_on")), _connector="OR"
                ),
                name="incident_found_after_it_happened",
                violation_error_message="It cannot be found before it happened.",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("risk", ""),
                    models.Q(
                        models.Q(("sensitivity", ""), _negated=True),
                        models.Q(("misuse", ""), _negated=True),
                        ("assessed_on__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="incident_risk_rests_on_its_factors",
                violation_error_message="Say how sensitive the information is and how probable misuse is.",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("since__isnull", True), ("until__isnull", True), ("since__lte", models.F("until")), _connector="OR"
                ),
                name="hold_days_in_order",
                violation_error_message="The last day must not lie before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="legalhold",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("released_at__isnull", True),
                    models.Q(("released_by__isnull", False), models.Q(("release_reason", ""), _negated=True)),
                    _connector="OR",
                ),
                name="hold_released_by_somebody_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="heldsubject",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("party__isnull", True), ("person__isnull", False), ("row_id__isnull", True), ("table", "")
                    ),
                    models.Q(
                        ("party__isnull", False), ("person__isnull", True), ("row_id__isnull", True), ("table", "")
                    ),
                    models.Q(
                        ("party__isnull", True),
                        ("person__isnull", True),
                        ("row_id__isnull", False),
                        models.Q(("table", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="held_subject_is_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="heldsubject",
            constraint=models.UniqueConstraint(
                fields=("hold", "person", "party", "table", "row_id"), name="held_subject_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentnotice",
            constraint=models.UniqueConstraint(fields=("incident", "duty"), name="incident_duty_met_once"),
        ),
        migrations.AddConstraint(
            model_name="retentionrun",
            constraint=models.UniqueConstraint(fields=("rule", "month"), name="one_preview_of_a_rule_each_month"),
        ),
        migrations.AddConstraint(
            model_name="retentionrun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_at__isnull", True), ("approved_by__isnull", True)),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("approved_by__isnull", False),
                        models.Q(("authority", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="retention_approved_by_somebody_under_an_authority",
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionrun",
            constraint=models.CheckConstraint(
                condition=models.Q(("finished_at__isnull", True), ("approved_at__isnull", False), _connector="OR"),
                name="retention_done_after_approval",
            ),
        ),
        migrations.AddConstraint(
            model_name="retentionrow",
            constraint=models.UniqueConstraint(fields=("run", "row_id"), name="retention_row_once"),
        ),
        migrations.AddConstraint(
            model_name="retentionrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("excluded_by__isnull", True), models.Q(("excluded_reason", ""), _negated=True), _connector="OR"
                ),
                name="retention_row_left_out_with_a_reason",
            ),
        ),
    ]
