"""Meetings are found by their titles and forum, by their place, their agenda, and what their minutes say."""

from typing import ClassVar

from django.db import migrations

from c2m2a_crm.core.searching.feeding import FeedSearch, Source

MEETING = FeedSearch(
    "meeting",
    table="forums_meeting",
    join=(
        "JOIN engagement_initiative initiative ON initiative.id = origin.forum_id"
        " JOIN forums_forum forum ON forum.initiative_id = origin.forum_id"
    ),
    parts={
        "names": "array_remove(ARRAY[origin.title_en, origin.title_fr], '')",
        "beside": """concat_ws(
            ' ', initiative.name_en, initiative.name_fr, forum.code, forum.code_fr, origin.place_en, origin.place_fr
        )""",
        "body": """concat_ws(' ', (
            SELECT string_agg(concat_ws(' ', item.title_en, item.title_fr), ' ' ORDER BY item.position, item.id)
            FROM forums_agendaitem item WHERE item.meeting_id = origin.id
        ), (
            SELECT string_agg(concat_ws(' ', section.text_en, section.text_fr), ' ' ORDER BY section.id)
            FROM forums_minutessection section JOIN forums_minutes minutes ON minutes.id = section.minutes_id
            WHERE minutes.meeting_id = origin.id
        ))""",
        "sort_on": "(origin.starts_at AT TIME ZONE origin.zone)::date",
        "is_archived": "initiative.archived_at IS NOT NULL",
        "sealed_circle_id": "initiative.sealed_circle_id",
        "restricted_circle_id": "initiative.restricted_circle_id",
    },
    sources=[
        Source(
            "forums_meeting",
            watched=("id", "forum_id"),
            columns=("title_en", "title_fr", "place_en", "place_fr", "starts_at", "zone"),
        ),
        Source(
            "forums_agendaitem",
            key="it.meeting_id",
            watched=("meeting_id",),
            columns=("id", "title_en", "title_fr", "position"),
        ),
        Source(
            "forums_minutessection",
            key="minutes.meeting_id",
            join="JOIN forums_minutes minutes ON minutes.id = it.minutes_id",
            watched=("minutes_id",),
            columns=("id", "text_en", "text_fr", "position"),
        ),
        Source(
            "forums_forum",
            key="meeting.id",
            join="JOIN forums_meeting meeting ON meeting.forum_id = it.initiative_id",
            watched=("initiative_id",),
            columns=("code", "code_fr"),
        ),
        Source(
            "engagement_initiative",
            key="meeting.id",
            join="JOIN forums_meeting meeting ON meeting.forum_id = it.id",
            watched=("id",),
            columns=("name_en", "name_fr", "archived_at", "sealed_circle_id", "restricted_circle_id"),
        ),
    ],
)


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("core", "0012_search"),
        ("engagement", "0008_search"),
        ("forums", "0024_what_a_pack_is_of"),
    ]

    operations: ClassVar = [MEETING]
