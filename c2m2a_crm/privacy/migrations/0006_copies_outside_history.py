"""Nothing of a copied record stands in history: where it came from and who was told name people, too."""

from django.db import migrations
from django.db.migrations.operations import RunSQL

from c2m2a_crm.core.tracking import TrackHistory

COPIED = ("title", "text", "source", "uses", "recipients", "passages")
FORMER = TrackHistory("privacy_accessitem", omit=("title", "text", "passages"))


class Migration(migrations.Migration):
    dependencies = [("privacy", "0005_papers_of_the_secretariat")]

    operations = [
        RunSQL(sql=FORMER.reverse_sql, reverse_sql=FORMER.sql),
        TrackHistory("privacy_accessitem", omit=COPIED),
    ]
