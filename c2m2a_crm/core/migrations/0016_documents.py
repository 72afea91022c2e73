"""Documents, their versions, and what the installation says of them."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0015_segments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Document",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                (
                    "archived_at",
                    models.DateTimeField(blank=True, editable=False, null=True, verbose_name="archived at"),
                ),
                ("archived_reason", models.TextField(blank=True, editable=False, verbose_name="reason for archiving")),
                ("title_en", models.CharField(blank=True, max_length=200, verbose_name="title in English")),
                ("title_fr", models.CharField(blank=True, max_length=200, verbose_name="title in French")),
                (
                    "audience",
                    models.CharField(
                        choices=[("public", "Public"), ("members", "Members"), ("secretariat", "Secretariat")],
                        default="members",
                        max_length=12,
                        verbose_name="class",
                    ),
                ),
                (
                    "marking",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Unmarked"),
                            (10, "Protected A"),
                            (20, "Protected B"),
                            (30, "Protected C"),
                            (40, "Confidential"),
                            (50, "Secret"),
                            (60, "Top Secret"),
                        ],
                        default=0,
                        verbose_name="security marking",
                    ),
                ),
                (
                    "third_party_confidential",
                    models.BooleanField(default=False, verbose_name="third-party confidential"),
                ),
                ("received_from", models.CharField(blank=True, max_length=200, verbose_name="received from")),
                ("received_on", models.DateField(blank=True, null=True, verbose_name="received on")),
                (
                    "state_en",
                    models.CharField(
                        choices=[
                            ("missing", "missing"),
                            ("draft", "draft"),
                            ("approved", "approved"),
                            ("stale", "stale"),
                        ],
                        default="missing",
                        max_length=10,
                        verbose_name="state (English)",
                    ),
                ),
                (
                    "state_fr",
                    models.CharField(
                        choices=[
                            ("missing", "missing"),
                            ("draft", "draft"),
                            ("approved", "approved"),
                            ("stale", "stale"),
                        ],
                        default="missing",
                        max_length=10,
                        verbose_name="state (French)",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                ("removed_at", models.DateTimeField(blank=True, editable=False, null=True, verbose_name="removed at")),
            ],
            options={
                "verbose_name": "document",
                "verbose_name_plural": "documents",
                "ordering": ["-updated_at", "-pk"],
            },
        ),
        migrations.CreateModel(
            name="DocumentVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("fr", "French"), ("both", "English and French")],
                        max_length=4,
                        verbose_name="language",
                    ),
                ),
                ("number", models.PositiveIntegerField(verbose_name="version")),
                (
                    "file",
                    models.FileField(blank=True, editable=False, max_length=120, upload_to="", verbose_name="file"),
                ),
                ("original_name", models.CharField(blank=True, max_length=200, verbose_name="name of the file")),
                ("size", models.PositiveBigIntegerField(verbose_name="size in bytes")),
                ("sha256", models.CharField(editable=False, max_length=64, verbose_name="checksum (SHA-256)")),
                ("content_type", models.CharField(editable=False, max_length=100, verbose_name="kind of file")),
                ("pages", models.PositiveIntegerField(editable=False, null=True, verbose_name="pages")),
                ("text", models.TextField(blank=True, editable=False, verbose_name="text")),
                (
                    "reading",
                    models.CharField(
                        choices=[
                            ("waiting", "Its text is being read."),
                            ("read", "Its text is searched."),
                            ("empty", "No text found in it: it may be a scan or a picture."),
                            ("locked", "No text found in it: it is protected by a password."),
                            ("failed", "No text found in it: the file could not be read."),
                        ],
                        default="waiting",
                        editable=False,
                        max_length=8,
                    ),
                ),
                (
                    "scan",
                    models.CharField(
                        choices=[
                            ("none", "Not scanned: no virus scanner is set up."),
                            ("clean", "The virus scanner found nothing."),
                            ("waiting", "Held back until the virus scanner has answered."),
                            ("infected", "Held back: the virus scanner found something in it."),
                        ],
                        default="none",
                        editable=False,
                        max_length=8,
                        verbose_name="virus scan",
                    ),
                ),
                (
                    "scan_words",
                    models.CharField(blank=True, editable=False, max_length=200, verbose_name="the scanner’s words"),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="what changed")),
                ("uploaded_at", models.DateTimeField(auto_now_add=True, verbose_name="added on")),
            ],
            options={
                "verbose_name": "version of a document",
                "verbose_name_plural": "versions of documents",
                "ordering": ["-number"],
            },
        ),
        migrations.AddField(
            model_name="installation",
            name="document_ceiling",
            field=models.PositiveSmallIntegerField(
                choices=[
                    (0, "Unmarked"),
                    (10, "Protected A"),
                    (20, "Protected B"),
                    (30, "Protected C"),
                    (40, "Confidential"),
                    (50, "Secret"),
                    (60, "Top Secret"),
                ],
                default=20,
                help_text="Documents marked higher are refused before anything of them is stored. It must not be above what this machine and this office were assessed for. The first value is unconfirmed: ask your security officer.",
                verbose_name="highest security marking",
            ),
        ),
        migrations.AddField(
            model_name="installation",
            name="document_max_mb",
            field=models.PositiveSmallIntegerField(
                default=25,
                help_text="A larger file is refused with a sentence. The server may set a lower limit for all uploads.",
                verbose_name="largest document (MB)",
            ),
        ),
        migrations.AddConstraint(
            model_name="installation",
            constraint=models.CheckConstraint(
                condition=models.Q(("document_max_mb__gte", 1)),
                name="document_of_a_megabyte_at_least",
                violation_error_message="Enter at least one megabyte.",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="added_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="added by",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="restricted_circle",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.circle",
                verbose_name="restricted to",
            ),
        ),
        migrations.AddField(
            model_name="document",
            name="sealed_circle",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.circle",
                verbose_name="sealed in",
            ),
        ),
        migrations.AddField(
            model_name="documentversion",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="core.document"
            ),
        ),
        migrations.AddField(
            model_name="documentversion",
            name="uploaded_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="added by",
            ),
        ),
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                models.OrderBy(models.F("updated_at"), descending=True),
                models.OrderBy(models.F("id"), descending=True),
                include=("sealed_circle", "restricted_circle", "audience"),
                name="documents_newest_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("title_en", ""), ("title_fr", ""), _negated=True),
                    ("removed_at__isnull", False),
                    _connector="OR",
                ),
                name="document_has_a_title",
                violation_error_message="Enter a title in at least one language.",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("third_party_confidential", False),
                    models.Q(("received_from", ""), _negated=True),
                    ("removed_at__isnull", False),
                    _connector="OR",
                ),
                name="confidential_document_names_its_source",
                violation_error_message="Say from whom it was received in confidence.",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sealed_circle__isnull", True), ("restricted_circle__isnull", True), _connector="OR"
                ),
                name="document_is_closed_in_one_way",
            ),
        ),
        migrations.AddIndex(
            model_name="documentversion",
            index=models.Index(
                condition=models.Q(("reading", "waiting"), ("scan", "waiting"), _connector="OR"),
                fields=["uploaded_at"],
                name="document_versions_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="documentversion",
            constraint=models.UniqueConstraint(fields=("document", "number"), name="document_version_once"),
        ),
    ]
