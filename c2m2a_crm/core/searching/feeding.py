"""The migration operation by which a room feeds the search.

A room says, for each kind of thing that is found, what its document is (one SELECT) and from which tables its text
comes. Statement triggers note which documents a transaction touched, and one set-based statement writes them at commit:
a person made by an import with address, telephone and affiliation is indexed once, not four times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.migrations.operations import RunSQL

# Columns that a document has by themselves, and what they are where the room says nothing.
_PARTS = {
    "names": "'{}'::text[]",
    "other_names": "'{}'::text[]",
    "initials": "'{}'::text[]",
    "subject": "''",
    "beside": "''",
    "phones": "'{}'::text[]",
    "body": "''",
    "sort_on": "NULL::date",
    "is_archived": "false",
    "sealed_circle_id": "NULL::bigint",
    "restricted_circle_id": "NULL::bigint",
}


@dataclass(frozen=True, slots=True)
class Source:
    """A table from which documents take text.

    ``key`` is the SQL of the document's number, over the changed rows, which are called ``it``; ``join`` may bring in
    further tables (``JOIN … ON … = it.id``). Of updates only those count that change one of ``columns`` or the
    columns in ``watched``, which ``key`` and ``join`` use. ``where`` narrows the changed rows.
    """

    table: str
    key: str = "it.id"
    columns: tuple[str, ...] = ()
    watched: tuple[str, ...] = ("id",)
    join: str = ""
    where: str = "true"


class FeedSearch(RunSQL):
    """Index documents of one kind from now on, and those that are there already.

    ``document`` gives, for the expressions of the names in ``_PARTS``, SQL over ``origin``: the table that the
    document stands for (``table`` with its number in ``primary_key``), joined by ``join`` where needed.
    The kind's name is part of a function's name and of every index entry: short, plain letters.
    """

    def __init__(
        self,
        kind: str,
        *,
        table: str,
        parts: dict[str, str],
        sources: Sequence[Source],
        primary_key: str = "id",
        join: str = "",
        where: str = "true",
    ) -> None:
        unknown = set(parts) - set(_PARTS)
        if unknown or not kind.isidentifier():
            raise ValueError(f"{kind}: a document has no {', '.join(sorted(unknown)) or 'such name'}.")
        said = _PARTS | parts
        columns = ",\n                    ".join(f"{said[name]} AS {name}" for name in _PARTS)
        clear = _clear(kind)
        make = [
            clear,
            f"""
            CREATE FUNCTION core_search_document_{kind}(ids bigint[]) RETURNS TABLE (
                object_id bigint, title_key text, vector tsvector, sort_on date, is_archived boolean,
                sealed_circle_id bigint, restricted_circle_id bigint
            ) LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
                SELECT part.object_id,
                    left(regexp_replace(core_search_fold(concat_ws(
                        ' ', array_to_string(part.names || part.other_names, ' '), part.subject
                    )), ' {{2,}}', ' ', 'g'), 400),
                    core_search_vector(
                        '{kind}', part.names, part.other_names, part.initials, part.subject, part.beside, part.phones,
                        part.body
                    ),
                    coalesce(part.sort_on, '1800-01-01'), part.is_archived, part.sealed_circle_id,
                    part.restricted_circle_id
                FROM (SELECT origin.{primary_key} AS object_id,
                    {columns}
                    FROM {table} AS origin {join}
                    WHERE origin.{primary_key} = ANY(ids) AND ({where}) OFFSET 0) AS part
            $$;
            """,
        ]
        make += [_mark(kind, f"core_search_mark_{kind}_{number}", source) for number, source in enumerate(sources)]
        # At once for all that is there; a table that is empty, as in a new installation, costs nothing.
        make.append(
            f"SELECT core_search_refresh('{kind}', coalesce(array_agg({primary_key}), '{{}}')::bigint[]) FROM {table};"
        )
        forget = f"DELETE FROM core_search_entry WHERE kind = '{kind}';"
        super().__init__(sql="\n".join(make), reverse_sql=f"{clear}\n{forget}")


def _clear(kind: str) -> str:
    """Take away what an earlier feeding of the same kind left, so that a room feeds anew by saying it anew."""
    return f"""
        DO $$ DECLARE former regprocedure; BEGIN
            FOR former IN SELECT oid::regprocedure FROM pg_catalog.pg_proc
                WHERE proname ~ '^core_search_(document_{kind}|mark_{kind}_[0-9]+_(new|old|both))$'
            LOOP EXECUTE format('DROP FUNCTION %s CASCADE', former); END LOOP;
        END $$;
    """


def _mark(kind: str, name: str, source: Source) -> str:
    """Three functions and their triggers: for new rows, for rows that go, for rows that change."""
    told = ", ".join(dict.fromkeys((*source.watched, *source.columns)))
    changed = (
        f"(SELECT {told} FROM changed EXCEPT SELECT {told} FROM gone"
        f" UNION ALL (SELECT {told} FROM gone EXCEPT SELECT {told} FROM changed))"
    )
    tables = {"new": "changed", "old": "gone", "both": changed}
    made = [
        f"""
        CREATE FUNCTION {name}_{which}() RETURNS trigger LANGUAGE plpgsql
        SET search_path = pg_catalog, public, pg_temp AS $$
        BEGIN
            INSERT INTO core_search_pending (tick, kind, object_id)
                SELECT DISTINCT pg_current_xact_id()::text::bigint, '{kind}', touched.object_id
                FROM (SELECT {source.key} AS object_id FROM {rows} AS it {source.join} WHERE {source.where}) AS touched
                WHERE touched.object_id IS NOT NULL
                ON CONFLICT DO NOTHING;
            IF FOUND THEN
                INSERT INTO core_search_pending (tick, kind, object_id)
                    VALUES (pg_current_xact_id()::text::bigint, '', 0) ON CONFLICT DO NOTHING;
            END IF;
            RETURN NULL;
        END $$;
        """
        for which, rows in tables.items()
    ]
    number = name.rpartition("_")[2]
    made.append(
        f"""
        CREATE TRIGGER search_{kind}_{number}_insert AFTER INSERT ON {source.table}
            REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION {name}_new();
        CREATE TRIGGER search_{kind}_{number}_update AFTER UPDATE ON {source.table}
            REFERENCING NEW TABLE AS changed OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION {name}_both();
        CREATE TRIGGER search_{kind}_{number}_delete AFTER DELETE ON {source.table}
            REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION {name}_old();
        """
    )
    return "\n".join(made)
