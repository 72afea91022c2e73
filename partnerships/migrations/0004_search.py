"""Partnerships are found by name, code and counterpart, and by what they cover."""

from django.db import migrations

from c2m2a_crm.core.searching.feeding import FeedSearch, Source

PARTNERSHIP = FeedSearch(
    "partnership",
    table="partnerships_partnership",
    primary_key="initiative_id",
    join="JOIN engagement_initiative initiative ON initiative.id = origin.initiative_id",
    parts={
        "names": "array_remove(ARRAY[initiative.name_en, initiative.name_fr], '')",
        "other_names": """array_remove(
            ARRAY[coalesce(origin.code, ''), origin.counterpart_en, origin.counterpart_fr], ''
        )""",
        "initials": "core_search_initials(array_remove(ARRAY[initiative.name_en, initiative.name_fr], ''))",
        "body": """concat_ws(' ', initiative.name_en, initiative.name_fr, (
            SELECT string_agg(concat_ws(' ', area.text_en, area.text_fr), ' ' ORDER BY area.id)
            FROM partnerships_cooperationarea area WHERE area.partnership_id = origin.initiative_id
        ), (
            SELECT string_agg(concat_ws(' ', fact.text_en, fact.text_fr), ' ' ORDER BY fact.id)
            FROM engagement_initiativefact fact WHERE fact.initiative_id = origin.initiative_id
        ))""",
        "sort_on": "coalesce(origin.signed_on, initiative.starts_on, (initiative.created_at AT TIME ZONE 'UTC')::date)",
        "is_archived": "initiative.archived_at IS NOT NULL",
        "sealed_circle_id": "initiative.sealed_circle_id",
        "restricted_circle_id": "initiative.restricted_circle_id",
    },
    sources=[
        Source(
            "partnerships_partnership",
            key="it.initiative_id",
            watched=("initiative_id",),
            columns=("code", "counterpart_en", "counterpart_fr", "signed_on"),
        ),
        Source(
            "partnerships_cooperationarea",
            key="it.partnership_id",
            watched=("partnership_id",),
            columns=("id", "text_en", "text_fr"),
        ),
        Source(
            "engagement_initiative",
            watched=("id", "kind"),
            where="it.kind = 'partnership'",
            columns=("name_en", "name_fr", "starts_on", "archived_at", "sealed_circle_id", "restricted_circle_id"),
        ),
        Source(
            "engagement_initiativefact",
            key="it.initiative_id",
            watched=("initiative_id",),
            columns=("id", "text_en", "text_fr"),
        ),
    ],
)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0012_search"),
        ("engagement", "0008_search"),
        ("partnerships", "0003_checked_areas"),
    ]

    operations = [PARTNERSHIP]
