"""A stop outlives the address that said it: a salted digest of the address keeps it; unsubscribes may lose words."""

from django.db import migrations, models

from c2m2a_crm.core.tracking import MayLoseWords, TrackHistory


class Migration(migrations.Migration):
    dependencies = [("outreach", "0003_search"), ("core", "0019_words_of_rows_only_added")]

    operations = [
        migrations.CreateModel(
            name="KeptStop",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("salt", models.BinaryField(editable=False, verbose_name="salt")),
                ("digest", models.BinaryField(editable=False, verbose_name="digest of the address")),
                ("audience_key", models.SlugField(blank=True, max_length=40, verbose_name="audience")),
                ("audience_id", models.BigIntegerField(null=True, verbose_name="number of the audience")),
                ("at", models.DateTimeField(auto_now_add=True, verbose_name="when")),
            ],
            options={
                "verbose_name": "kept unsubscribe",
                "verbose_name_plural": "kept unsubscribes",
                "ordering": ["-pk"],
                "indexes": [models.Index(fields=["digest"], name="kept_stops_of_an_address")],
            },
        ),
        TrackHistory("outreach_keptstop"),
        MayLoseWords("outreach_suppression", columns=("reason",), json=("evidence",)),
    ]
