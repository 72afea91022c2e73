"""What organizations and people do, in the words of vocabularies; what stood on whose list when."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("members", "0015_duplicates_history"),
    ]

    operations = [
        migrations.CreateModel(
            name="Concept",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "vocabulary",
                    models.CharField(
                        choices=[
                            ("mineral", "Minerals and materials"),
                            ("stage", "Stages of the value chain"),
                            ("sector", "Sectors"),
                            ("expertise", "Fields of expertise"),
                        ],
                        max_length=12,
                        verbose_name="vocabulary",
                    ),
                ),
                ("code", models.SlugField(max_length=60, verbose_name="code")),
                ("label_en", models.CharField(max_length=120, verbose_name="English label")),
                ("label_fr", models.CharField(max_length=120, verbose_name="French label")),
                ("symbol", models.CharField(blank=True, max_length=12, verbose_name="symbol")),
                (
                    "also",
                    models.CharField(
                        blank=True,
                        help_text="Other names in either language, each after a semicolon. Imports and the search know them.",
                        max_length=500,
                        verbose_name="also written",
                    ),
                ),
                ("note_en", models.CharField(blank=True, max_length=500, verbose_name="note in English")),
                ("note_fr", models.CharField(blank=True, max_length=500, verbose_name="note in French")),
                ("source", models.CharField(blank=True, max_length=500, verbose_name="source")),
                ("is_confirmed", models.BooleanField(default=False, verbose_name="confirmed")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="place in the list")),
                ("retired_on", models.DateField(blank=True, null=True, verbose_name="no longer offered since")),
                (
                    "replaced_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="replaces",
                        to="members.concept",
                        verbose_name="replaced by",
                    ),
                ),
            ],
            options={
                "verbose_name": "word of a vocabulary",
                "verbose_name_plural": "words of vocabularies",
                "ordering": ["vocabulary", "position", "code"],
            },
        ),
        migrations.CreateModel(
            name="Expertise",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("source", models.CharField(blank=True, max_length=250, verbose_name="source")),
                ("stated_on", models.DateField(verbose_name="as of")),
                (
                    "field",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="experts",
                        to="members.concept",
                        verbose_name="field of expertise",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="expertise", to="members.person"
                    ),
                ),
            ],
            options={
                "verbose_name": "field of expertise",
                "verbose_name_plural": "fields of expertise",
                "ordering": ["person", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Listing",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "standing",
                    models.CharField(
                        choices=[("critical", "Critical"), ("strategic", "Strategic"), ("priority", "Priority")],
                        default="critical",
                        max_length=10,
                        verbose_name="standing",
                    ),
                ),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField(verbose_name="valid")),
                ("source", models.CharField(blank=True, max_length=500, verbose_name="source")),
                ("is_confirmed", models.BooleanField(default=False, verbose_name="confirmed")),
                (
                    "concept",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="listings",
                        to="members.concept",
                        verbose_name="mineral",
                    ),
                ),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="listings",
                        to="members.jurisdiction",
                        verbose_name="jurisdiction",
                    ),
                ),
            ],
            options={
                "verbose_name": "place on a list",
                "verbose_name_plural": "places on lists",
                "ordering": [models.OrderBy(models.F("valid"), descending=True), "pk"],
            },
        ),
        migrations.CreateModel(
            name="ProfileLine",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("source", models.CharField(blank=True, max_length=250, verbose_name="source")),
                ("stated_on", models.DateField(verbose_name="as of")),
                (
                    "jurisdiction",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="profile_lines",
                        to="members.jurisdiction",
                        verbose_name="jurisdiction",
                    ),
                ),
                (
                    "mineral",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mineral_lines",
                        to="members.concept",
                        verbose_name="mineral",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="profile_lines", to="members.party"
                    ),
                ),
                (
                    "sector",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sector_lines",
                        to="members.concept",
                        verbose_name="sector",
                    ),
                ),
                (
                    "stage",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="stage_lines",
                        to="members.concept",
                        verbose_name="stage of the value chain",
                    ),
                ),
            ],
            options={
                "verbose_name": "line of a profile",
                "verbose_name_plural": "lines of profiles",
                "ordering": ["party", "pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="concept",
            constraint=models.UniqueConstraint(
                fields=("vocabulary", "code"),
                name="concept_code_once",
                violation_error_message="This vocabulary already has a word with this code.",
            ),
        ),
        migrations.AddConstraint(
            model_name="concept",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("replaced_by__isnull", True),
                    models.Q(("replaced_by", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="concept_is_not_replaced_by_itself",
                violation_error_message="A word cannot be replaced by itself.",
            ),
        ),
        migrations.AddConstraint(
            model_name="expertise",
            constraint=models.UniqueConstraint(
                fields=("person", "field"), name="expertise_once", violation_error_message="This is already stated."
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                expressions=[("concept", "="), ("jurisdiction", "="), ("standing", "="), ("valid", "&&")],
                name="on_a_list_once_at_a_time",
                violation_error_code="listed_already",
                violation_error_message="It already stands on this list in those dates.",
            ),
        ),
        migrations.AddConstraint(
            model_name="listing",
            constraint=models.CheckConstraint(
                condition=models.Q(("valid__isempty", False)),
                name="listing_lasts_a_day",
                violation_error_message="The last day must not lie before the first.",
            ),
        ),
        migrations.AddConstraint(
            model_name="profileline",
            constraint=models.UniqueConstraint(
                fields=("party", "mineral", "stage", "jurisdiction", "sector"),
                name="profile_line_once",
                nulls_distinct=False,
                violation_error_message="This is already stated.",
            ),
        ),
        migrations.AddConstraint(
            model_name="profileline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("mineral__isnull", False),
                    ("stage__isnull", False),
                    ("jurisdiction__isnull", False),
                    ("sector__isnull", False),
                    _connector="OR",
                ),
                name="profile_line_says_something",
                violation_error_message="Choose a mineral, a stage, a place or a sector.",
            ),
        ),
    ]
