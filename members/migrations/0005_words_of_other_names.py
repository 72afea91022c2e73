"""Words inside other names are looked up as those inside names are."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import migrations
from django.db.models import F

from c2m2a_crm.core.text import Fold


class Migration(migrations.Migration):
    dependencies = [("members", "0004_room_for_long_texts")]

    operations = [
        migrations.AddIndex(
            "partyname", GinIndex(OpClass(Fold(F("text")), "gin_trgm_ops"), name="other_name_trigrams")
        ),
    ]
