"""The search takes what a transaction changed a thousand at a time, and never by reading a table whole."""

from django.db import migrations

from c2m2a_crm.core.searching.database import FLUSH, REFRESH


class Migration(migrations.Migration):
    dependencies = [("core", "0019_words_of_rows_only_added")]

    operations = [migrations.RunSQL(REFRESH + FLUSH, migrations.RunSQL.noop)]
