"""Documents under history; the text read out of a file follows from the file and is left out."""

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies = [("core", "0016_documents")]

    operations = [
        TrackHistory("core_document", omit=("updated_at",)),
        TrackHistory("core_documentversion", omit=("text", "reading", "pages")),
    ]
