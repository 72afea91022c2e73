"""Documents on the pages of organizations and Nations."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0016_documents"),
        ("members", "0008_search"),
    ]

    operations = [
        migrations.CreateModel(
            name="PartyDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("filed_at", models.DateTimeField(auto_now_add=True, verbose_name="filed on")),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="%(app_label)s_%(class)s_rows",
                        to="core.document",
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="document_links",
                        to="members.party",
                        verbose_name="organization or Nation",
                    ),
                ),
            ],
            options={
                "verbose_name": "document filed",
                "verbose_name_plural": "documents filed",
                "constraints": [models.UniqueConstraint(fields=("party", "document"), name="party_document_once")],
            },
        ),
    ]
