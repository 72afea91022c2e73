"""People, organizations, Nations and governments are found by all their names, addresses and numbers."""

from django.db import migrations

from c2m2a_crm.core.searching.feeding import FeedSearch, Source

_PEOPLE_OF_PARTY = "JOIN members_affiliation held ON held.party_id = it.id"

PERSON = FeedSearch(
    "person",
    table="members_person",
    parts={
        "names": """array_remove(ARRAY[
            btrim(origin.given_name || ' ' || origin.family_name),
            btrim(origin.family_name || ' ' || origin.given_name),
            CASE WHEN origin.preferred_name <> '' THEN btrim(origin.preferred_name || ' ' || origin.family_name) END
        ], NULL)""",
        # JT, jtremblay, and each address as a whole and up to its @.
        "initials": """core_search_initials(ARRAY[
            origin.given_name || ' ' || origin.family_name, origin.preferred_name || ' ' || origin.family_name
        ]) || replace(core_search_fold(left(origin.given_name, 1) || origin.family_name), ' ', '') || ARRAY(
            SELECT replace(core_search_fold(written), ' ', '') FROM members_addressuse use
            JOIN members_emailaddress email ON email.id = use.email_id,
            unnest(ARRAY[email.address, split_part(email.address, '@', 1)]) AS written
            WHERE use.person_id = origin.id
        )""",
        "beside": """concat_ws(' ', origin.honorific, origin.post_nominals, (
            SELECT string_agg(concat_ws(
                ' ', held.title_en, held.title_fr, held.unit, party.name_en, party.name_fr, party.autonym,
                party.acronym_en, party.acronym_fr
            ), ' ' ORDER BY held.id)
            FROM members_affiliation held JOIN members_party party ON party.id = held.party_id
            WHERE held.person_id = origin.id
        ), (
            SELECT string_agg(email.address, ' ' ORDER BY email.address) FROM members_addressuse use
            JOIN members_emailaddress email ON email.id = use.email_id WHERE use.person_id = origin.id
        ), (
            SELECT string_agg(place.city, ' ' ORDER BY place.id) FROM members_postaladdress place
            WHERE place.person_id = origin.id
        ))""",
        "phones": """ARRAY(
            SELECT phone.number FROM members_phonenumber phone WHERE phone.person_id = origin.id ORDER BY phone.number
        )""",
        "sort_on": "origin.last_open_contact_on",
        "is_archived": "origin.archived_at IS NOT NULL",
    },
    sources=[
        Source(
            "members_person",
            columns=(
                "honorific",
                "given_name",
                "family_name",
                "preferred_name",
                "post_nominals",
                "last_open_contact_on",
                "archived_at",
            ),
        ),
        Source(
            "members_affiliation",
            key="it.person_id",
            watched=("person_id",),
            columns=("id", "party_id", "title_en", "title_fr", "unit"),
        ),
        Source("members_addressuse", key="it.person_id", watched=("person_id",), columns=("id", "email_id")),
        Source("members_phonenumber", key="it.person_id", watched=("person_id",), columns=("id", "number")),
        Source("members_postaladdress", key="it.person_id", watched=("person_id",), columns=("id", "city")),
        Source(
            "members_emailaddress",
            key="use.person_id",
            columns=("address",),
            join="JOIN members_addressuse use ON use.email_id = it.id",
        ),
        Source(
            "members_party",
            key="held.person_id",
            columns=("name_en", "name_fr", "autonym", "acronym_en", "acronym_fr"),
            join=_PEOPLE_OF_PARTY,
        ),
    ],
)

_OF_PARTY = "JOIN members_party party ON party.id = it.party_id"


def party(kind: str, which: str) -> FeedSearch:
    """``which`` is the condition on the column ``kind`` of a party, with the party's alias left open."""
    return FeedSearch(
        kind,
        table="members_party",
        where=which.format("origin"),
        join="LEFT JOIN members_jurisdiction place ON place.id = origin.jurisdiction_id",
        parts={
            "names": """array_remove(
                ARRAY[origin.name_en, origin.name_fr, origin.autonym, origin.legal_name], ''
            )""",
            "other_names": """array_remove(ARRAY[origin.acronym_en, origin.acronym_fr], '') || ARRAY(
                SELECT other.text FROM members_partyname other WHERE other.party_id = origin.id ORDER BY other.id
            )""",
            "initials": """core_search_initials(array_remove(ARRAY[origin.name_en, origin.name_fr], ''))
            || ARRAY(
                SELECT replace(core_search_fold(email.address), ' ', '') FROM members_addressuse use
                JOIN members_emailaddress email ON email.id = use.email_id WHERE use.party_id = origin.id
            )""",
            "beside": """concat_ws(' ', regexp_replace(origin.website, '^https?://(www\\.)?', ''),
                place.name_en, place.name_fr, place.short_en, place.short_fr, (
                SELECT string_agg(email.address, ' ' ORDER BY email.address) FROM members_addressuse use
                JOIN members_emailaddress email ON email.id = use.email_id WHERE use.party_id = origin.id
            ), (
                SELECT string_agg(address.city, ' ' ORDER BY address.id) FROM members_postaladdress address
                WHERE address.party_id = origin.id
            ))""",
            "phones": """ARRAY(
                SELECT phone.number FROM members_phonenumber phone WHERE phone.party_id = origin.id
                ORDER BY phone.number
            )""",
            "body": "concat_ws(' ', origin.name_en, origin.name_fr, origin.about)",
            "sort_on": "origin.last_open_contact_on",
            "is_archived": "origin.archived_at IS NOT NULL",
        },
        sources=[
            Source(
                "members_party",
                watched=("id", "kind"),
                where=which.format("it"),
                columns=(
                    "name_en",
                    "name_fr",
                    "autonym",
                    "legal_name",
                    "acronym_en",
                    "acronym_fr",
                    "website",
                    "jurisdiction_id",
                    "about",
                    "last_open_contact_on",
                    "archived_at",
                ),
            ),
            *(
                Source(
                    f"members_{table}",
                    key="it.party_id",
                    watched=("party_id",),
                    columns=("id", *columns),
                    join=_OF_PARTY,
                    where=which.format("party"),
                )
                for table, columns in (
                    ("partyname", ("text",)),
                    ("addressuse", ("email_id",)),
                    ("phonenumber", ("number",)),
                    ("postaladdress", ("city",)),
                )
            ),
            Source(
                "members_emailaddress",
                key="use.party_id",
                columns=("address",),
                join="JOIN members_addressuse use ON use.email_id = it.id JOIN members_party party ON party.id = use.party_id",
                where=which.format("party"),
            ),
        ],
    )


JURISDICTION = FeedSearch(
    "jurisdiction",
    table="members_jurisdiction",
    parts={
        "names": "array_remove(ARRAY[origin.name_en, origin.name_fr], '')",
        "other_names": "array_remove(ARRAY[origin.code, origin.short_en, origin.short_fr], '')",
        "body": """concat_ws(' ', origin.name_en, origin.name_fr, (
            SELECT string_agg(concat_ws(' ', fact.label_en, fact.label_fr, fact.text_en, fact.text_fr), ' '
                ORDER BY fact.id)
            FROM members_jurisdictionfact fact WHERE fact.jurisdiction_id = origin.id
        ))""",
    },
    sources=[
        Source("members_jurisdiction", columns=("code", "name_en", "name_fr", "short_en", "short_fr")),
        Source(
            "members_jurisdictionfact",
            key="it.jurisdiction_id",
            watched=("jurisdiction_id",),
            columns=("id", "label_en", "label_fr", "text_en", "text_fr"),
        ),
    ],
)


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0012_search"),
        ("members", "0007_statements_in_either_language"),
    ]

    operations = [
        PERSON,
        party("organization", "{}.kind <> 'nation'"),
        party("nation", "{}.kind = 'nation'"),
        JURISDICTION,
    ]
