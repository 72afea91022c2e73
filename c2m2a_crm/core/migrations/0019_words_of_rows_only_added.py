"""What is only ever added may lose words by a lawful removal: rooms name their columns (``MayLoseWords``)."""

from django.db import migrations

from c2m2a_crm.core.tracking import REFUSE_FUNCTION, REFUSE_FUNCTION_WITH_A_DOOR


class Migration(migrations.Migration):
    dependencies = [("core", "0018_documents_search")]

    operations = [migrations.RunSQL(REFUSE_FUNCTION_WITH_A_DOOR, REFUSE_FUNCTION)]
