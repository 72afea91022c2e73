"""Uses of positions may be taken back; positions are found by their question, their wordings and their topics."""

from django.db import migrations, models

from c2m2a_crm.core.searching.feeding import FeedSearch, Source

POSITION = FeedSearch(
    "position",
    table="forums_position",
    join="LEFT JOIN engagement_initiative initiative ON initiative.id = origin.initiative_id",
    parts={
        "names": "array_remove(ARRAY[origin.question_en, origin.question_fr], '')",
        "beside": """(
            SELECT string_agg(
                concat_ws(' ', concept.label_en, concept.label_fr, place.name_en, place.name_fr), ' ' ORDER BY topic.id
            )
            FROM forums_positiontopic topic
            LEFT JOIN members_concept concept ON concept.id = topic.concept_id
            LEFT JOIN members_jurisdiction place ON place.id = topic.jurisdiction_id
            WHERE topic.position_id = origin.id
        )""",
        "body": """concat_ws(' ', origin.question_en, origin.question_fr, (
            SELECT string_agg(concat_ws(' ', wording.text_en, wording.text_fr), ' ' ORDER BY wording.number)
            FROM forums_positionwording wording WHERE wording.position_id = origin.id
        ))""",
        "sort_on": "origin.opened_on",
        "is_archived": "origin.archived_at IS NOT NULL OR initiative.archived_at IS NOT NULL",
        "sealed_circle_id": "initiative.sealed_circle_id",
        "restricted_circle_id": "initiative.restricted_circle_id",
    },
    sources=[
        Source(
            "forums_position",
            watched=("id",),
            columns=("question_en", "question_fr", "opened_on", "archived_at", "initiative_id"),
        ),
        Source(
            "forums_positionwording",
            key="it.position_id",
            watched=("position_id",),
            columns=("id", "text_en", "text_fr"),
        ),
        Source(
            "forums_positiontopic",
            key="it.position_id",
            watched=("position_id",),
            columns=("id", "concept_id", "jurisdiction_id"),
        ),
        Source(
            "engagement_initiative",
            key="filed.id",
            join="JOIN forums_position filed ON filed.initiative_id = it.id",
            watched=("id",),
            columns=("archived_at", "sealed_circle_id", "restricted_circle_id"),
        ),
    ],
)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0012_search"),
        ("engagement", "0008_search"),
        ("forums", "0022_comment_rounds_search"),
    ]

    operations = [
        migrations.AddField("positionuse", "withdrawn_at", models.DateTimeField(blank=True, editable=False, null=True)),
        migrations.AddField(
            "positionuse",
            "withdrawn_reason",
            models.CharField(
                blank=True, editable=False, max_length=500, verbose_name="why it was noted in error", default=""
            ),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            "positionuse",
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_reason="")
                | models.Q(withdrawn_at__isnull=False) & ~models.Q(withdrawn_reason=""),
                name="use_is_taken_back_with_a_reason",
                violation_error_message="Say why it was noted in error.",
            ),
        ),
        POSITION,
    ]
