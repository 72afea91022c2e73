"""Corrections and what became of promises are only added; by law they may lose what somebody wrote in them."""

from django.db import migrations

from c2m2a_crm.core.tracking import MayLoseWords


class Migration(migrations.Migration):
    dependencies = [("engagement", "0010_documents_history"), ("core", "0019_words_of_rows_only_added")]

    operations = [
        MayLoseWords("engagement_correction", columns=("before", "after", "reason")),
        MayLoseWords("engagement_commitmentevent", columns=("note",)),
    ]
