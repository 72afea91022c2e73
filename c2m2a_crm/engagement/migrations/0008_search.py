"""Contacts are found by what was said in them, follow-ups and advocacy files by their words."""

from django.db import migrations

from c2m2a_crm.core.searching.feeding import FeedSearch, Source

# What was raised and promised in a contact is as open as the contact itself, or stands in no index under its name.
_SAME_CIRCLES = """
    said.sealed_circle_id IS NOT DISTINCT FROM origin.sealed_circle_id
    AND said.restricted_circle_id IS NOT DISTINCT FROM origin.restricted_circle_id
"""

CONTACT = FeedSearch(
    "contact",
    table="engagement_interaction",
    parts={
        "subject": "origin.subject",
        "beside": """concat_ws(' ', origin.place, (
            SELECT string_agg(concat_ws(
                ' ', part.name, part.title_en, part.title_fr, part.party_name_en, part.party_name_fr
            ), ' ' ORDER BY part.id)
            FROM engagement_participant part WHERE part.interaction_id = origin.id
        ))""",
        "body": f"""concat_ws(' ', origin.notes, (
            SELECT string_agg(concat_ws(' ', said.text, said.answer), ' ' ORDER BY said.id)
            FROM engagement_point said WHERE said.interaction_id = origin.id AND {_SAME_CIRCLES}
        ), (
            SELECT string_agg(said.text, ' ' ORDER BY said.id)
            FROM engagement_commitment said WHERE said.interaction_id = origin.id AND {_SAME_CIRCLES}
        ))""",
        "sort_on": "origin.occurred_on",
        "is_archived": "origin.archived_at IS NOT NULL",
        "sealed_circle_id": "origin.sealed_circle_id",
        "restricted_circle_id": "origin.restricted_circle_id",
    },
    sources=[
        Source(
            "engagement_interaction",
            columns=(
                "subject",
                "notes",
                "place",
                "occurred_on",
                "archived_at",
                "sealed_circle_id",
                "restricted_circle_id",
            ),
        ),
        Source(
            "engagement_participant",
            key="it.interaction_id",
            watched=("interaction_id",),
            columns=("id", "name", "title_en", "title_fr", "party_name_en", "party_name_fr"),
        ),
        Source(
            "engagement_point",
            key="it.interaction_id",
            watched=("interaction_id",),
            columns=("id", "text", "answer", "sealed_circle_id", "restricted_circle_id"),
        ),
        Source(
            "engagement_commitment",
            key="it.interaction_id",
            watched=("interaction_id",),
            columns=("id", "text", "sealed_circle_id", "restricted_circle_id"),
        ),
    ],
)

FOLLOW_UP = FeedSearch(
    "followup",
    table="engagement_followup",
    parts={
        "subject": "origin.text",
        "sort_on": "coalesce(origin.due_on, (origin.created_at AT TIME ZONE 'UTC')::date)",
        "is_archived": "origin.withdrawn_at IS NOT NULL",
        "sealed_circle_id": "origin.sealed_circle_id",
        "restricted_circle_id": "origin.restricted_circle_id",
    },
    sources=[
        Source(
            "engagement_followup",
            columns=("text", "due_on", "withdrawn_at", "sealed_circle_id", "restricted_circle_id"),
        )
    ],
)

# Forums and partnerships are fed by their own rooms, under their own kinds.
INITIATIVE = FeedSearch(
    "initiative",
    table="engagement_initiative",
    where="origin.kind IN ('file', 'project')",
    parts={
        "names": "array_remove(ARRAY[origin.name_en, origin.name_fr], '')",
        "initials": "core_search_initials(array_remove(ARRAY[origin.name_en, origin.name_fr], ''))",
        "body": "concat_ws(' ', origin.name_en, origin.name_fr)",
        "sort_on": "coalesce(origin.starts_on, (origin.created_at AT TIME ZONE 'UTC')::date)",
        "is_archived": "origin.archived_at IS NOT NULL",
        "sealed_circle_id": "origin.sealed_circle_id",
        "restricted_circle_id": "origin.restricted_circle_id",
    },
    sources=[
        Source(
            "engagement_initiative",
            watched=("id", "kind"),
            where="it.kind IN ('file', 'project')",
            columns=("name_en", "name_fr", "starts_on", "archived_at", "sealed_circle_id", "restricted_circle_id"),
        )
    ],
)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0012_search"),
        ("engagement", "0007_contacts_with_public_office"),
    ]

    operations = [CONTACT, FOLLOW_UP, INITIATIVE]
