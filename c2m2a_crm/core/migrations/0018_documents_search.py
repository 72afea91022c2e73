"""Documents are found by titles, names of files, by whom they came from, and by what stands in their newest files.

Papers of the secretariat are a kind of their own, which only those who may read them ask: a count tells nobody else.
"""

from django.db import migrations

from c2m2a_crm.core.searching.feeding import FeedSearch, Source

# The file that counts for each language: the newest that is in it.
_NEWEST = """
    core_documentversion newest WHERE newest.document_id = origin.id AND newest.number IN (
        SELECT unnest(ARRAY[
            max(each.number) FILTER (WHERE each.language <> 'fr'), max(each.number) FILTER (WHERE each.language <> 'en')
        ]) FROM core_documentversion each WHERE each.document_id = origin.id
    )
"""


def _documents(kind: str, where: str) -> FeedSearch:
    return FeedSearch(
        kind,
        table="core_document",
        where=where,
        parts={
            "names": "array_remove(ARRAY[origin.title_en, origin.title_fr], '')",
            "beside": f"""concat_ws(' ', origin.received_from, (
                SELECT string_agg(translate(newest.original_name, '._-', '   '), ' ' ORDER BY newest.id) FROM {_NEWEST}
            ))""",
            # Both languages share the room that the search has for a text.
            "body": f"""concat_ws(' ',
                (SELECT string_agg(left(newest.text, 20000), ' ' ORDER BY newest.id) FROM {_NEWEST}),
                (SELECT string_agg(substr(newest.text, 20001, 20000), ' ' ORDER BY newest.id) FROM {_NEWEST})
            )""",
            "sort_on": "(origin.updated_at AT TIME ZONE 'UTC')::date",
            "is_archived": "origin.archived_at IS NOT NULL",
            "sealed_circle_id": "origin.sealed_circle_id",
            "restricted_circle_id": "origin.restricted_circle_id",
        },
        sources=[
            Source(
                "core_document",
                columns=(
                    "title_en",
                    "title_fr",
                    "received_from",
                    "audience",
                    "updated_at",
                    "archived_at",
                    "sealed_circle_id",
                    "restricted_circle_id",
                ),
            ),
            Source(
                "core_documentversion",
                key="it.document_id",
                watched=("document_id",),
                columns=("id", "number", "language", "text", "original_name"),
            ),
        ],
    )


class Migration(migrations.Migration):
    dependencies = [("core", "0017_documents_history")]

    operations = [
        _documents("document", "origin.audience <> 'secretariat'"),
        _documents("secretariatpaper", "origin.audience = 'secretariat'"),
    ]
