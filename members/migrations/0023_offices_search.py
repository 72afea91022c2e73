"""Offices are found by their titles, unit, party and addresses."""

from django.db import migrations

from c2m2a_crm.core.searching.feeding import FeedSearch, Source

OFFICE = FeedSearch(
    "office",
    table="members_office",
    join="JOIN members_party party ON party.id = origin.party_id",
    parts={
        "names": "array_remove(ARRAY[origin.title_en, origin.title_fr], '')",
        "initials": """ARRAY(
            SELECT replace(core_search_fold(email.address), ' ', '') FROM members_addressuse use
            JOIN members_emailaddress email ON email.id = use.email_id WHERE use.office_id = origin.id
        )""",
        "beside": """concat_ws(' ', origin.unit, party.name_en, party.name_fr, party.autonym, party.acronym_en,
            party.acronym_fr, (
            SELECT string_agg(email.address, ' ' ORDER BY email.address) FROM members_addressuse use
            JOIN members_emailaddress email ON email.id = use.email_id WHERE use.office_id = origin.id
        ))""",
        "phones": """ARRAY(
            SELECT phone.number FROM members_phonenumber phone WHERE phone.office_id = origin.id ORDER BY phone.number
        )""",
        "is_archived": "origin.archived_at IS NOT NULL",
    },
    sources=[
        Source("members_office", columns=("title_en", "title_fr", "unit", "archived_at"), watched=("id", "party_id")),
        Source("members_addressuse", key="it.office_id", watched=("office_id",), columns=("id", "email_id")),
        Source("members_phonenumber", key="it.office_id", watched=("office_id",), columns=("id", "number")),
        Source(
            "members_emailaddress",
            key="use.office_id",
            columns=("address",),
            join="JOIN members_addressuse use ON use.email_id = it.id",
        ),
        Source(
            "members_party",
            key="post.id",
            columns=("name_en", "name_fr", "autonym", "acronym_en", "acronym_fr"),
            join="JOIN members_office post ON post.party_id = it.id",
        ),
    ],
)


class Migration(migrations.Migration):
    dependencies = [("core", "0020_search_in_parts"), ("members", "0022_applications_history")]

    operations = [OFFICE]
