"""Comment rounds are found by their titles, their forum, their questions and what they are about."""

from typing import ClassVar

from django.db import migrations

from c2m2a_crm.core.searching.feeding import FeedSearch, Source

ROUND = FeedSearch(
    "commentround",
    table="forums_commentround",
    join="JOIN engagement_initiative initiative ON initiative.id = origin.forum_id",
    parts={
        "names": "array_remove(ARRAY[origin.title_en, origin.title_fr], '')",
        "initials": "core_search_initials(array_remove(ARRAY[origin.title_en, origin.title_fr], ''))",
        "beside": "concat_ws(' ', initiative.name_en, initiative.name_fr)",
        "body": """concat_ws(' ', origin.about_en, origin.about_fr, (
            SELECT string_agg(concat_ws(' ', question.text_en, question.text_fr), ' ' ORDER BY question.id)
            FROM forums_roundquestion question WHERE question.round_id = origin.id
        ))""",
        "sort_on": "origin.closes_on",
        "is_archived": "initiative.archived_at IS NOT NULL",
        "sealed_circle_id": "initiative.sealed_circle_id",
        "restricted_circle_id": "initiative.restricted_circle_id",
    },
    sources=[
        Source(
            "forums_commentround",
            watched=("id", "forum_id"),
            columns=("title_en", "title_fr", "about_en", "about_fr", "closes_on"),
        ),
        Source("forums_roundquestion", key="it.round_id", watched=("round_id",), columns=("id", "text_en", "text_fr")),
        Source(
            "engagement_initiative",
            key="round.id",
            join="JOIN forums_commentround round ON round.forum_id = it.id",
            watched=("id",),
            columns=("name_en", "name_fr", "archived_at", "sealed_circle_id", "restricted_circle_id"),
        ),
    ],
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("core", "0012_search"),
        ("engagement", "0008_search"),
        ("forums", "0021_comment_rounds_history"),
    ]

    operations: ClassVar = [ROUND]
