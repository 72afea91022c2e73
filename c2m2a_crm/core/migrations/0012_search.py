"""One table by which everything is found, and what the database does to keep it."""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.expressions
from django.db import migrations, models

from c2m2a_crm.core.searching.database import FLUSH, FLUSH_AT_COMMIT, FUNCTIONS, PENDING, REMOVE


class Migration(migrations.Migration):
    dependencies = [("core", "0011_history_blocks")]

    operations = [
        migrations.CreateModel(
            name="SearchEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=40)),
                ("object_id", models.BigIntegerField()),
                ("title_key", models.TextField(blank=True)),
                ("vector", django.contrib.postgres.search.SearchVectorField()),
                ("sort_on", models.DateField()),
                ("is_archived", models.BooleanField(default=False)),
                ("sealed_circle_id", models.BigIntegerField(null=True)),
                ("restricted_circle_id", models.BigIntegerField(null=True)),
            ],
            options={
                "db_table": "core_search_entry",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["vector"], name="search_words"),
                    django.contrib.postgres.indexes.GinIndex(
                        django.contrib.postgres.indexes.OpClass(models.F("title_key"), "gin_trgm_ops"),
                        name="search_alike",
                    ),
                    models.Index(
                        models.F("kind"),
                        models.F("is_archived"),
                        django.db.models.expressions.OrderBy(models.F("sort_on"), descending=True),
                        django.db.models.expressions.OrderBy(models.F("object_id"), descending=True),
                        name="search_newest_first",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "object_id"), name="search_entry_once"),
                ],
            },
        ),
        *(migrations.RunSQL(function, migrations.RunSQL.noop) for function in FUNCTIONS),
        migrations.RunSQL(migrations.RunSQL.noop, REMOVE),
        migrations.RunSQL(PENDING, "DROP TABLE core_search_pending;"),
        migrations.RunSQL(
            FLUSH + FLUSH_AT_COMMIT,
            "DROP TRIGGER core_search_flush ON core_search_pending; DROP FUNCTION core_search_flush_at_commit;"
            " DROP FUNCTION core_search_flush;",
        ),
    ]
