"""Forums and seats under history. The constant kind of a forum's initiative tells nothing and is left out."""

from typing import ClassVar

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies: ClassVar = [("forums", "0001_seats"), ("core", "0003_history")]

    operations: ClassVar = [
        TrackHistory("forums_forum", primary_key="initiative_id", omit=("initiative_kind",)),
        TrackHistory("forums_seatcategory"),
        TrackHistory("forums_seat"),
        TrackHistory("forums_seatterm"),
    ]
