"""The directory under history; generated keys and the log's own column are left out: they follow from other rows."""

from django.db import migrations

from c2m2a_crm.core.tracking import TrackHistory


class Migration(migrations.Migration):
    dependencies = [("members", "0001_directory"), ("core", "0003_history")]

    operations = [
        TrackHistory("members_jurisdiction"),
        TrackHistory("members_party", omit=("sort_en", "sort_fr", "last_open_contact_on")),
        TrackHistory("members_partyname"),
        TrackHistory("members_person", omit=("sort_key", "last_open_contact_on")),
        TrackHistory("members_affiliation"),
        TrackHistory("members_emailaddress"),
        TrackHistory("members_addressuse"),
        TrackHistory("members_phonenumber"),
        TrackHistory("members_postaladdress"),
        TrackHistory("members_outsideidentifier"),
    ]
