"""Names, honorifics and acronyms take what people write: 250 letters each.

The sort key is generated from two of these columns, and PostgreSQL alters no column that another is generated from; the
key goes and comes back, with the indexes that stand on it.
"""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations, models
from django.db.models import F, Value
from django.db.models.expressions import CombinedExpression

from c2m2a_crm.core.text import Fold

SORT_KEY = models.GeneratedField(
    expression=Fold(CombinedExpression(F("family_name"), "||", CombinedExpression(Value(" "), "||", F("given_name")))),
    output_field=models.TextField(),
    db_persist=True,
)
KEYED = (
    models.Index(fields=["sort_key", "id"], name="person_list"),
    GinIndex(OpClass(F("sort_key"), "gin_trgm_ops"), name="person_name_trigrams"),
)


def text(label, **options):
    return models.CharField(blank=True, max_length=250, verbose_name=label, **options)


class Migration(migrations.Migration):
    dependencies = [("members", "0003_versioned_affiliations")]

    operations = [
        *(migrations.RemoveIndex("person", index.name) for index in KEYED),
        migrations.RemoveField("person", "sort_key"),
        migrations.AlterField("person", "honorific", text("honorific", help_text="Chief, Hon., Elder, Dr.")),
        migrations.AlterField("person", "given_name", text("given name")),
        migrations.AlterField("person", "family_name", text("family name")),
        migrations.AlterField("person", "preferred_name", text("preferred name")),
        migrations.AlterField("person", "post_nominals", text("post-nominals")),
        migrations.AlterField("person", "pronunciation", text("pronunciation")),
        migrations.AddField("person", "sort_key", SORT_KEY),
        *(migrations.AddIndex("person", index) for index in KEYED),
        migrations.AlterField("party", "acronym_en", text("acronym in English")),
        migrations.AlterField("party", "acronym_fr", text("acronym in French")),
        migrations.AlterField("postaladdress", "city", text("city")),
        migrations.AlterField("postaladdress", "postal_code", text("postal code")),
    ]
