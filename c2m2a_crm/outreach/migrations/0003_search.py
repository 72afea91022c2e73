"""Notices are found by subject, audience and message, in both languages."""

from django.db import migrations

from c2m2a_crm.core.searching.feeding import FeedSearch, Source

CAMPAIGN = FeedSearch(
    "campaign",
    table="outreach_campaign",
    parts={
        "subject": "concat_ws(' ', origin.subject_en, origin.subject_fr)",
        "beside": "concat_ws(' ', origin.audience_name_en, origin.audience_name_fr)",
        "body": "concat_ws(' ', origin.body_en, origin.body_fr)",
        "sort_on": "(coalesce(origin.started_at, origin.created_at) AT TIME ZONE 'UTC')::date",
        "is_archived": "origin.cancelled_at IS NOT NULL",
        "sealed_circle_id": "origin.sealed_circle_id",
        "restricted_circle_id": "origin.restricted_circle_id",
    },
    sources=[
        Source(
            "outreach_campaign",
            columns=(
                "subject_en",
                "subject_fr",
                "audience_name_en",
                "audience_name_fr",
                "body_en",
                "body_fr",
                "started_at",
                "cancelled_at",
                "sealed_circle_id",
                "restricted_circle_id",
            ),
        )
    ],
)


class Migration(migrations.Migration):
    dependencies = [("core", "0012_search"), ("outreach", "0002_history")]

    operations = [CAMPAIGN]
