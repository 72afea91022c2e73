"""History is closed into blocks, and a text leaves it by one way only, which leaves a tombstone."""

import django.contrib.postgres.fields
from django.conf import settings
from django.db import migrations, models

from c2m2a_crm.core.tracking import RECORD_FUNCTION, RECORD_FUNCTION_WITH_CLOCK, AppendOnly, TrackHistory

TABLES = ("core_historyclock", "core_historyblock", "core_historydigest", "core_historyremoval")
FOR_THE_APPLICATION = ("core_close_history()", "core_remove_from_history(bigint[], text[], boolean, text, text)")
FOR_THE_OWNER = ("core_follow_on_history()",)

# Moments in UTC and JSON as PostgreSQL keeps it: neither depends on the session. core.verification writes the same
# bytes by itself.
CANONICAL = """
CREATE FUNCTION core_canonical(change public.core_history) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.jsonb_build_array(
        change.id,
        pg_catalog.to_char(pg_catalog.timezone('UTC', change.at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        change.tick, change.actor_id, change.writer, change.operation_id, change.reason, change.tbl, change.row_id,
        change.action, change.before, change.after
    )::pg_catalog.text
$$;
CREATE FUNCTION core_salted_digest(salt bytea, change public.core_history) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT pg_catalog.sha256(salt || pg_catalog.convert_to(public.core_canonical(change), 'UTF8'))
$$;
-- Random bits of a version 4 UUID, 122 of them.
CREATE FUNCTION core_salt() RETURNS bytea LANGUAGE sql VOLATILE AS $$
    SELECT pg_catalog.uuid_send(pg_catalog.gen_random_uuid())
$$;
"""

CLOSE = """
CREATE OR REPLACE FUNCTION core_close_history(OUT block bigint, OUT changes bigint) RETURNS record
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    _most constant bigint := 10000;  -- changes of one block; those of one transaction stay together
    _last public.core_historyblock;
    _from bigint;
    _to bigint;
    _horizon bigint;
    _digest bytea;
    _previous bytea;
    _closed_at timestamptz;
BEGIN
    -- Another process is closing, or texts are being removed: the clock comes round again.
    IF NOT pg_try_advisory_xact_lock(4242, 1) THEN RETURN; END IF;
    -- Every transaction below is finished, so nothing can appear there any more.
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint + c.shift INTO STRICT _horizon
        FROM public.core_historyclock c;
    SELECT b.* INTO _last FROM public.core_historyblock b ORDER BY b.n DESC LIMIT 1;
    _from := coalesce(_last.to_tick, 0);
    -- The clock itself, not the horizon: a transaction that began before the clock was lifted, in any database of the
    -- server, holds the horizon below the blocks until it ends; closing then waits for it as for any other.
    IF (SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint + c.shift FROM public.core_historyclock c) < _from
    THEN
        RAISE EXCEPTION 'The transactions of this server stand below the blocks of history.'
            USING ERRCODE = 'object_not_in_prerequisite_state',
                HINT = 'History came from another server: as the owner, run SELECT core_follow_on_history().';
    END IF;
    IF _horizon <= _from THEN RETURN; END IF;
    SELECT h.tick + 1 INTO _to FROM public.core_history h WHERE h.tick >= _from AND h.tick < _horizon
        ORDER BY h.tick OFFSET _most - 1 LIMIT 1;
    _to := coalesce(_to, _horizon);
    block := coalesce(_last.n, 0) + 1;
    WITH salted AS MATERIALIZED (
        SELECT h.id, public.core_salt() AS salt FROM public.core_history h WHERE h.tick >= _from AND h.tick < _to
    )
    INSERT INTO public.core_historydigest (history_id, block, salt, digest)
        SELECT h.id, core_close_history.block, s.salt, public.core_salted_digest(s.salt, h)
        FROM salted s JOIN public.core_history h ON h.id = s.id;
    GET DIAGNOSTICS changes = ROW_COUNT;
    IF changes = 0 THEN
        block := NULL;
        RETURN;
    END IF;
    SELECT sha256(string_agg(d.digest, ''::bytea ORDER BY d.history_id)) INTO _digest
        FROM public.core_historydigest d WHERE d.block = core_close_history.block;
    _previous := coalesce(_last.hash, decode(repeat('00', 32), 'hex'));
    _closed_at := clock_timestamp();
    INSERT INTO public.core_historyblock (n, format, from_tick, to_tick, rows, closed_at, digest, previous, hash)
        VALUES (block, 1, _from, _to, changes, _closed_at, _digest, _previous, sha256(convert_to(concat_ws(
            '|', 1, block, _from, _to, changes,
            to_char(timezone('UTC', _closed_at), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
            encode(_digest, 'hex'), encode(_previous, 'hex')
        ), 'UTF8')));
END $$;
"""

FOLLOW_ON = """
CREATE FUNCTION core_follow_on_history() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
    UPDATE public.core_historyclock SET shift = greatest(shift, 1 - pg_current_xact_id()::text::bigint + greatest(
        (SELECT max(h.tick) FROM public.core_history h), (SELECT max(b.to_tick) FROM public.core_historyblock b), 0
    ))
    RETURNING shift
$$;
CREATE FUNCTION core_only_forward() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF NEW.shift < OLD.shift THEN
        RAISE EXCEPTION 'The clock of history only goes forward.' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER core_historyclock_only_forward BEFORE UPDATE ON core_historyclock
    FOR EACH ROW EXECUTE FUNCTION core_only_forward();
CREATE TRIGGER core_historyclock_stays BEFORE DELETE OR TRUNCATE ON core_historyclock
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse('without it nothing can be recorded');
"""

REMOVE = """
-- An image of a row without the text of some columns, which it names; the image itself where there is none of them.
CREATE FUNCTION core_without(image jsonb, columns text[]) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN count(*) = 0 THEN image ELSE
        image || pg_catalog.jsonb_object_agg(hit.key, NULL::pg_catalog.text) || pg_catalog.jsonb_build_object(
            'removed_from_history', (
                SELECT pg_catalog.jsonb_agg(DISTINCT named.key ORDER BY named.key) FROM (
                    SELECT pg_catalog.jsonb_array_elements_text(image -> 'removed_from_history') AS key
                    UNION ALL SELECT pg_catalog.unnest(pg_catalog.array_agg(hit.key))
                ) named
            )
        )
    END
    FROM pg_catalog.jsonb_each(image) hit
    WHERE hit.key = ANY (columns) AND hit.key <> 'removed_from_history'
        AND hit.value NOT IN ('null'::pg_catalog.jsonb, '""'::pg_catalog.jsonb)
$$;

-- A change may lose a text only if a tombstone of the same transaction names it, and then nothing else.
CREATE FUNCTION core_only_lawfully() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM public.core_historyremoval r
        WHERE r.tick = pg_current_xact_id()::text::bigint + (SELECT c.shift FROM public.core_historyclock c)
            AND r.cleared ? OLD.id::text
            AND NEW.before IS NOT DISTINCT FROM public.core_without(OLD.before, r.columns)
            AND NEW.after IS NOT DISTINCT FROM public.core_without(OLD.after, r.columns)
            AND NEW.reason = CASE WHEN r.with_reasons THEN '' ELSE OLD.reason END;
    IF NOT FOUND
        OR (NEW.id, NEW.at, NEW.tick, NEW.writer, NEW.tbl, NEW.row_id, NEW.action)
            <> (OLD.id, OLD.at, OLD.tick, OLD.writer, OLD.tbl, OLD.row_id, OLD.action)
        OR (NEW.actor_id, NEW.operation_id) IS DISTINCT FROM (OLD.actor_id, OLD.operation_id)
    THEN
        RAISE EXCEPTION 'UPDATE on core_history is refused: rows are only added'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION core_only_salt() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    PERFORM 1 FROM public.core_historyremoval r
        WHERE r.tick = pg_current_xact_id()::text::bigint + (SELECT c.shift FROM public.core_historyclock c)
            AND r.cleared ? OLD.history_id::text;
    IF NOT FOUND OR (NEW.history_id, NEW.block, NEW.digest) <> (OLD.history_id, OLD.block, OLD.digest) THEN
        RAISE EXCEPTION 'UPDATE on core_historydigest is refused: rows are only added'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER core_history_append_only ON core_history;
CREATE TRIGGER core_history_append_only BEFORE DELETE OR TRUNCATE ON core_history
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse('rows are only added');
CREATE TRIGGER core_history_only_lawfully BEFORE UPDATE ON core_history
    FOR EACH ROW EXECUTE FUNCTION core_only_lawfully();
CREATE TRIGGER core_historydigest_append_only BEFORE DELETE OR TRUNCATE ON core_historydigest
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse('rows are only added');
CREATE TRIGGER core_historydigest_only_salt BEFORE UPDATE ON core_historydigest
    FOR EACH ROW EXECUTE FUNCTION core_only_salt();

CREATE FUNCTION core_remove_from_history(
    _changes bigint[], _columns text[], _with_reasons boolean, _authority text, _reason text
) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    _actor bigint := nullif(current_setting('crm.actor', true), '')::bigint;
    _writer text := coalesce(current_setting('crm.writer', true), '');
    _change public.core_history;
    _salt bytea;
    _ids bigint[] := '{}';
    _salts bytea[] := '{}';
    _cleared jsonb := '{}';
    _left text;
BEGIN
    IF trim(coalesce(_authority, '')) = '' THEN
        RAISE EXCEPTION 'A removal from history names its authority.' USING ERRCODE = 'check_violation';
    END IF;
    IF _actor IS NULL AND _writer = '' THEN
        RAISE EXCEPTION 'A removal from history names who removes.' USING ERRCODE = 'check_violation';
    END IF;
    -- No block is closed meanwhile, or it would keep the digest of a text that is going.
    PERFORM pg_advisory_xact_lock(4242, 1);
    FOR _change IN
        SELECT h.* FROM public.core_history h
        WHERE h.id = ANY (_changes) AND h.tbl <> 'core_historyremoval' ORDER BY h.id
    LOOP
        CONTINUE WHEN public.core_without(_change.before, _columns) IS NOT DISTINCT FROM _change.before
            AND public.core_without(_change.after, _columns) IS NOT DISTINCT FROM _change.after
            AND (_change.reason = '' OR NOT _with_reasons);
        _change.before := public.core_without(_change.before, _columns);
        _change.after := public.core_without(_change.after, _columns);
        IF _with_reasons THEN _change.reason := ''; END IF;
        _salt := public.core_salt();
        _left := NULL;
        IF EXISTS (SELECT 1 FROM public.core_historydigest d WHERE d.history_id = _change.id) THEN
            _left := encode(public.core_salted_digest(_salt, _change), 'hex');
        END IF;
        _ids := _ids || _change.id;
        _salts := _salts || _salt;
        _cleared := _cleared || jsonb_build_object(_change.id::text, _left);
    END LOOP;
    IF _ids = '{}' THEN RETURN 0; END IF;
    -- The tombstone first: the triggers let through what it names.
    INSERT INTO public.core_historyremoval
        (at, tick, actor_id, writer, authority, reason, columns, with_reasons, rows, cleared)
    SELECT clock_timestamp(), pg_current_xact_id()::text::bigint + c.shift, _actor, _writer, trim(_authority),
        coalesce(_reason, ''), _columns, _with_reasons, cardinality(_ids), _cleared
    FROM public.core_historyclock c;
    UPDATE public.core_history h
        SET before = public.core_without(h.before, _columns),
            after = public.core_without(h.after, _columns),
            reason = CASE WHEN _with_reasons THEN '' ELSE h.reason END
        WHERE h.id = ANY (_ids);
    UPDATE public.core_historydigest d SET salt = s.salt
        FROM unnest(_ids, _salts) AS s(id, salt) WHERE d.history_id = s.id;
    RETURN cardinality(_ids);
END $$;
"""

UNDO = """
DROP FUNCTION core_remove_from_history(bigint[], text[], boolean, text, text);
DROP TRIGGER core_historydigest_only_salt ON core_historydigest;
DROP TRIGGER core_historydigest_append_only ON core_historydigest;
DROP TRIGGER core_history_only_lawfully ON core_history;
DROP TRIGGER core_history_append_only ON core_history;
CREATE TRIGGER core_history_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON core_history
    FOR EACH STATEMENT EXECUTE FUNCTION core_refuse('rows are only added');
DROP FUNCTION core_only_salt();
DROP FUNCTION core_only_lawfully();
DROP FUNCTION core_without(jsonb, text[]);
DROP TRIGGER core_historyclock_stays ON core_historyclock;
DROP TRIGGER core_historyclock_only_forward ON core_historyclock;
DROP FUNCTION core_only_forward();
DROP FUNCTION core_follow_on_history();
DROP FUNCTION core_close_history();
DROP FUNCTION core_salt();
DROP FUNCTION core_salted_digest(bytea, core_history);
DROP FUNCTION core_canonical(core_history);
"""


def take_back_rights(apps, schema_editor):
    """The application's role may read these tables and call what the owner made to write them."""
    role = settings.DATABASE_APP_ROLE
    with schema_editor.connection.cursor() as cursor:
        for function in (*FOR_THE_APPLICATION, *FOR_THE_OWNER):
            cursor.execute(f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC")
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [role])
        if cursor.fetchone() is None:
            return
        name = schema_editor.quote_name(role)
        for table in TABLES:
            cursor.execute(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {table} FROM {name}")
        cursor.execute(f"REVOKE USAGE ON SEQUENCE core_historyremoval_id_seq FROM {name}")
        for function in FOR_THE_APPLICATION:
            cursor.execute(f"GRANT EXECUTE ON FUNCTION {function} TO {name}")


class Migration(migrations.Migration):
    dependencies = [("core", "0010_circles_that_people_keep")]

    operations = [
        migrations.CreateModel(
            name="HistoryBlock",
            fields=[
                ("n", models.BigIntegerField(primary_key=True, serialize=False)),
                ("format", models.SmallIntegerField()),
                ("from_tick", models.BigIntegerField()),
                ("to_tick", models.BigIntegerField()),
                ("rows", models.BigIntegerField()),
                ("closed_at", models.DateTimeField()),
                ("digest", models.BinaryField()),
                ("previous", models.BinaryField()),
                ("hash", models.BinaryField()),
            ],
            options={"db_table": "core_historyblock", "ordering": ["-n"]},
        ),
        migrations.CreateModel(
            name="HistoryClock",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("shift", models.BigIntegerField(default=0)),
            ],
            options={
                "db_table": "core_historyclock",
                "constraints": [models.CheckConstraint(condition=models.Q(("id", 1)), name="one_history_clock")],
            },
        ),
        migrations.CreateModel(
            name="HistoryDigest",
            fields=[
                ("history_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("block", models.BigIntegerField()),
                ("salt", models.BinaryField()),
                ("digest", models.BinaryField()),
            ],
            options={
                "db_table": "core_historydigest",
                "ordering": ["history_id"],
                "indexes": [models.Index(fields=["block", "history_id"], name="digests_of_a_block")],
            },
        ),
        migrations.CreateModel(
            name="HistoryRemoval",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("tick", models.BigIntegerField()),
                ("actor_id", models.BigIntegerField(null=True)),
                ("writer", models.TextField(default="")),
                ("authority", models.TextField(verbose_name="authority")),
                ("reason", models.TextField(default="", verbose_name="reason")),
                (
                    "columns",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), default=list, size=None
                    ),
                ),
                ("with_reasons", models.BooleanField(default=False)),
                ("rows", models.IntegerField(verbose_name="changes")),
                ("cleared", models.JSONField()),
            ],
            options={
                "verbose_name": "removal from history",
                "verbose_name_plural": "removals from history",
                "db_table": "core_historyremoval",
                "ordering": ["-id"],
                "indexes": [models.Index(fields=["tick"], name="removals_of_a_transaction")],
            },
        ),
        migrations.RunSQL("INSERT INTO core_historyclock (id, shift) VALUES (1, 0)", migrations.RunSQL.noop),
        migrations.RunSQL(RECORD_FUNCTION_WITH_CLOCK, RECORD_FUNCTION),
        migrations.RunSQL(CANONICAL + CLOSE + FOLLOW_ON + REMOVE, UNDO),
        AppendOnly("core_historyblock"),
        AppendOnly("core_historyremoval"),
        TrackHistory("core_historyremoval"),
        migrations.RunPython(take_back_rights, migrations.RunPython.noop),
    ]
