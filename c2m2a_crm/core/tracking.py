"""Migration operations that put tables under history.

Why our own triggers: they see bulk writes, COPY and raw SQL, they do not slow single edits, and application code cannot
switch them off (``docs/adr/0003-history.md``).
"""

from __future__ import annotations

from django.conf import settings
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunSQL
from django.db.migrations.state import ProjectState

_RECORD = """
CREATE OR REPLACE FUNCTION core_record_history() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    _omit text[] := coalesce(TG_ARGV[1], '{}')::text[];
    _before jsonb;
    _after jsonb;
BEGIN
    IF TG_OP <> 'INSERT' THEN _before := to_jsonb(OLD) - _omit; END IF;
    IF TG_OP <> 'DELETE' THEN _after := to_jsonb(NEW) - _omit; END IF;
    IF _before IS NOT DISTINCT FROM _after THEN RETURN NULL; END IF;
    INSERT INTO public.core_history
        (at, tick, actor_id, writer, operation_id, reason, tbl, row_id, action, before, after)
    VALUES (
        clock_timestamp(),
        <tick>,
        nullif(current_setting('crm.actor', true), '')::bigint,
        coalesce(current_setting('crm.writer', true), ''),
        nullif(current_setting('crm.operation', true), '')::bigint,
        coalesce(current_setting('crm.reason', true), ''),
        TG_TABLE_NAME,
        (coalesce(_after, _before) ->> TG_ARGV[0])::bigint,
        left(TG_OP, 1),
        _before,
        _after
    );
    RETURN NULL;
END $$;
"""
_TRANSACTION = "pg_current_xact_id()::text::bigint"

# As the first migration of history makes it, before there is a clock.
RECORD_FUNCTION = _RECORD.replace("<tick>", _TRANSACTION)
# Transaction numbers begin anew in a new cluster; the clock's shift carries on above those of the one before.
_SHIFT = "(SELECT shift FROM public.core_historyclock)"
RECORD_FUNCTION_WITH_CLOCK = _RECORD.replace("<tick>", f"{_TRANSACTION} + {_SHIFT}")

REFUSE_FUNCTION = """
CREATE OR REPLACE FUNCTION core_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION '% on % is refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'insufficient_privilege';
END $$;
"""


# As the first migration makes it, but for the owner's functions that take words out of rows by law (MayLoseWords).
REFUSE_FUNCTION_WITH_A_DOOR = """
CREATE OR REPLACE FUNCTION core_refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND current_setting('crm.loses_words', true) = TG_TABLE_NAME
        AND pg_get_userbyid((SELECT c.relowner FROM pg_class c WHERE c.oid = TG_RELID)) = current_user
    THEN RETURN NULL; END IF;
    RAISE EXCEPTION '% on % is refused: %', TG_OP, TG_TABLE_NAME, TG_ARGV[0] USING ERRCODE = 'insufficient_privilege';
END $$;
"""


class TrackHistory(RunSQL):
    """Record every change of ``table``; columns in ``omit`` (password hashes, last sign-in) are never stored."""

    def __init__(self, table: str, *, primary_key: str = "id", omit: tuple[str, ...] = ()) -> None:
        omitted = "{" + ",".join(omit) + "}"
        super().__init__(
            sql=f"""
            CREATE TRIGGER {table}_history AFTER INSERT OR UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION core_record_history('{primary_key}', '{omitted}');
            CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION core_refuse('history would not see it');
            """,
            reverse_sql=f"""
            DROP TRIGGER {table}_history ON {table};
            DROP TRIGGER {table}_no_truncate ON {table};
            """,
        )


class AppendOnly(RunSQL):
    """Rows of ``table`` are added and never changed, by whomever; only a superuser could get round it."""

    def __init__(self, table: str) -> None:
        super().__init__(
            sql=f"""
            CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION core_refuse('rows are only added');
            """,
            reverse_sql=f"DROP TRIGGER {table}_append_only ON {table};",
        )


class MayLoseWords(RunSQL):
    """Rows of an append-only ``table`` may lose what somebody wrote in ``columns``, by a lawful removal alone.

    Makes ``<table>_lose_words(ids)``, a function of the owner that writes a fixed mark over these columns, so that
    nobody can write anything else by it; history tells who called it. ``core.removal.lose_words`` calls it.
    """

    def __init__(self, table: str, columns: tuple[str, ...], json: tuple[str, ...] = ()) -> None:
        self.function = f"{table}_lose_words(bigint[])"
        marks = [f"{column} = CASE {column} WHEN '' THEN '' ELSE '[…]' END" for column in columns]
        marks += [f"{column} = '{{}}'" for column in json]
        super().__init__(
            sql=f"""
            CREATE FUNCTION {table}_lose_words(_ids bigint[]) RETURNS integer
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
            DECLARE
                _rows integer;
            BEGIN
                IF coalesce(current_setting('crm.actor', true), '') = ''
                    AND coalesce(current_setting('crm.writer', true), '') = ''
                THEN
                    RAISE EXCEPTION 'A removal names who removes.';
                END IF;
                PERFORM set_config('crm.loses_words', '{table}', true);
                UPDATE public.{table} SET {", ".join(marks)} WHERE id = ANY(_ids);
                GET DIAGNOSTICS _rows = ROW_COUNT;
                PERFORM set_config('crm.loses_words', '', true);
                RETURN _rows;
            END $$;
            REVOKE EXECUTE ON FUNCTION {self.function} FROM PUBLIC;
            """,  # noqa: S608  names from migrations
            reverse_sql=f"DROP FUNCTION {self.function};",
        )

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        super().database_forwards(app_label, schema_editor, from_state, to_state)
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [settings.DATABASE_APP_ROLE]
            )
            if cursor.fetchone():
                role = schema_editor.quote_name(settings.DATABASE_APP_ROLE)
                cursor.execute(f"GRANT EXECUTE ON FUNCTION {self.function} TO {role}")
