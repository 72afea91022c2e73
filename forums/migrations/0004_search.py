"""Forums are found by names and acronyms in both languages, by what they are for and by the categories of their seats."""

from django.db import migrations

from c2m2a_crm.core.searching.feeding import FeedSearch, Source

FORUM = FeedSearch(
    "forum",
    table="forums_forum",
    primary_key="initiative_id",
    join="JOIN engagement_initiative initiative ON initiative.id = origin.initiative_id",
    parts={
        "names": "array_remove(ARRAY[initiative.name_en, initiative.name_fr], '')",
        "other_names": "array_remove(ARRAY[origin.code, origin.code_fr], '')",
        "initials": "core_search_initials(array_remove(ARRAY[initiative.name_en, initiative.name_fr], ''))",
        "beside": """(
            SELECT string_agg(concat_ws(' ', category.name_en, category.name_fr), ' ' ORDER BY category.id)
            FROM forums_seatcategory category WHERE category.forum_id = origin.initiative_id
        )""",
        "body": """concat_ws(' ', initiative.name_en, initiative.name_fr, origin.purpose_en, origin.purpose_fr, (
            SELECT string_agg(concat_ws(' ', fact.text_en, fact.text_fr), ' ' ORDER BY fact.id)
            FROM engagement_initiativefact fact WHERE fact.initiative_id = origin.initiative_id
        ))""",
        "sort_on": "coalesce(initiative.starts_on, (initiative.created_at AT TIME ZONE 'UTC')::date)",
        "is_archived": "initiative.archived_at IS NOT NULL",
        "sealed_circle_id": "initiative.sealed_circle_id",
        "restricted_circle_id": "initiative.restricted_circle_id",
    },
    sources=[
        Source(
            "forums_forum",
            key="it.initiative_id",
            watched=("initiative_id",),
            columns=("code", "code_fr", "purpose_en", "purpose_fr"),
        ),
        Source(
            "forums_seatcategory",
            key="it.forum_id",
            watched=("forum_id",),
            columns=("id", "name_en", "name_fr"),
        ),
        Source(
            "engagement_initiative",
            watched=("id", "kind"),
            where="it.kind = 'forum'",
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
        ("forums", "0003_reference_key"),
    ]

    operations = [FORUM]
