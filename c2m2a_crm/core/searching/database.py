"""What the database itself does for the search: folding, vectors, marking what changed, refreshing, finding.

Every name is qualified, so that a restore, which empties the search path, can load the functions and the triggers.

A lexeme of ``vector`` says by its first character what it is:

====  =========================================================================================================
none  a word of any text, folded; stems in English and in French (with and without accents), of 4 letters and more
``@``  a word of a name, so that the beginning of a name is looked for among names alone
``#``  a whole name without spaces: weight A a name, B an acronym or another name, C the initials of a name
``%``  the digits of a telephone number, from the front; ``~`` the same from behind
``=``  the kind of the row
====  =========================================================================================================

Weights of words: A names and subjects, B acronyms and other names, C what is said beside (titles, places, addresses),
D running text. Stems have none.
"""

from __future__ import annotations

LONGEST_TEXT = 40_000
"""Letters of running text that are indexed: a vector beyond one megabyte is refused, and the writer with it."""

# Letters of Nations' alphabets that unaccent leaves alone become those that people type on other keyboards. Two
# characters that no keyboard has are kept: by them the texts of one document are folded in one go.
FOLD = r"""
CREATE FUNCTION core_search_fold(txt text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    folded text;
BEGIN
    IF octet_length(txt) = length(txt) THEN
        folded := lower(txt);
    ELSE
        folded := lower(public.unaccent('public.unaccent'::regdictionary, normalize(txt, NFKC)));
        IF octet_length(folded) <> length(folded) THEN
            folded := regexp_replace(normalize(folded, NFD), '[\u0300-\u036f]', '', 'g');
            folded := replace(replace(replace(folded, 'θ', 'th'), 'χ', 'x'), 'λ', 'l');
            folded := translate(folded, 'əɬłƛɨʉɛɔŋɣʷʔɂˀʼꞌ', 'ellliueongw');
            folded := regexp_replace(folded, '[\u0080-\u00bf\u2000-\u206f\u20a0-\u20bf\u3000-\u3002]+', ' ', 'g');
        END IF;
    END IF;
    RETURN btrim(regexp_replace(folded, '[\x01-\x1d\x20-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+', ' ', 'g'));
END $$;
"""

# Lower case and without punctuation, accents kept: what the French dictionary stems best.
SPOKEN = r"""
CREATE FUNCTION core_search_spoken(txt text) RETURNS text LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    RETURN btrim(regexp_replace(
        lower(normalize(txt, NFC)), '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\xbf\u2000-\u206f]+', ' ', 'g'
    ));
END $$;
"""

# Subject, beside and body are folded in one go: each call costs more than the letters in it.
VECTOR = rf"""
CREATE FUNCTION core_search_vector(
    kind text, names text[], other_names text[], initials text[], subject text, beside text, phones text[], body text
) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    said text := concat_ws(
        E'\x1f', coalesce(subject, ''), coalesce(beside, ''), left(coalesce(body, ''), {LONGEST_TEXT})
    );
    parts text[] := string_to_array(public.core_search_fold(said), E'\x1f');
    vector tsvector := ('''=' || kind || '''')::tsvector;
    stems tsvector;
    called text[];
    place int := 0;
    weight text;
    words text;
    one text;
BEGIN
    FOREACH weight IN ARRAY '{{A,B}}'::text[] LOOP
        called := CASE WHEN weight = 'A' THEN names ELSE other_names END;
        CONTINUE WHEN cardinality(called) = 0;
        words := public.core_search_fold(array_to_string(called, E'\x1e'));
        one := replace(words, E'\x1e', ' ');
        IF array_to_string(called, '') ~ '[''’ʼ]' THEN
            -- With and without apostrophes: Łutsël K'e is found by "k e", by "k'e" and by "ke".
            one := concat_ws(' ', one, public.core_search_fold(translate(array_to_string(called, ' '), '''’ʼ', '')));
        END IF;
        one := btrim(one);
        CONTINUE WHEN one = '';
        vector := vector || setweight(to_tsvector('pg_catalog.simple'::regconfig, one), weight::"char")
            || ('''@' || regexp_replace(one, ' +', ''':1' || weight || ' ''@', 'g') || ''':1' || weight)::tsvector;
        FOREACH one IN ARRAY string_to_array(words, E'\x1e') LOOP
            one := left(replace(one, ' ', ''), 250);
            CONTINUE WHEN one = '';
            vector := vector || ('''#' || one || ''':1' || weight)::tsvector;
        END LOOP;
    END LOOP;
    FOREACH one IN ARRAY initials LOOP
        CONTINUE WHEN one = '';
        vector := vector || ('''#' || left(one, 250) || ''':1C')::tsvector;
    END LOOP;
    FOREACH one IN ARRAY phones LOOP
        one := regexp_replace(one, '[^0-9]', '', 'g');
        CONTINUE WHEN one = '';
        vector := vector
            || ('''%' || regexp_replace(one, '^1', '') || ''':1C ''~' || reverse(one) || ''':1C')::tsvector;
    END LOOP;
    FOREACH one IN ARRAY parts LOOP
        place := place + 1;
        CONTINUE WHEN one = '';
        stems := to_tsvector('pg_catalog.simple'::regconfig, one);
        IF place < 3 THEN
            stems := setweight(stems, CASE place WHEN 1 THEN 'A'::"char" ELSE 'C'::"char" END);
        END IF;
        vector := vector || stems;
    END LOOP;
    -- What is said beside is names, titles and addresses: longer than most notes, and asked for as it stands.
    said := concat_ws(' ', subject, left(body, {LONGEST_TEXT}));
    one := btrim(parts[1] || ' ' || parts[3]);
    IF one = '' THEN
        RETURN vector;
    END IF;
    stems := strip(
        to_tsvector('pg_catalog.english'::regconfig, one) || to_tsvector('pg_catalog.french'::regconfig, one)
    );
    IF octet_length(said) <> length(said) THEN
        stems := stems || strip(to_tsvector('pg_catalog.french'::regconfig, public.core_search_spoken(said)));
    END IF;
    -- Short stems are other words: "re" of REE, "li" of lié. Short words are never asked for by their stem.
    RETURN vector || ts_delete(stems, ARRAY(
        SELECT lexeme FROM unnest(tsvector_to_array(stems)) AS lexeme WHERE length(lexeme) < 4
    ));
END $$;
"""

# Initials of a name: all its words (Jean-François Roy: jfr), and those that carry meaning (Mining Association of
# Manitoba: mam). Somebody who types two letters may mean either.
INITIALS = """
CREATE FUNCTION core_search_initials(names text[]) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    made text[] := '{}';
    every text;
    heavy text;
    name text;
    word text;
BEGIN
    FOREACH name IN ARRAY names LOOP
        every := '';
        heavy := '';
        FOREACH word IN ARRAY string_to_array(public.core_search_fold(name), ' ') LOOP
            every := every || left(word, 1);
            IF word <> ALL ('{the,of,and,for,in,on,to,le,la,les,l,de,du,des,d,et,sur,pour,en,au,aux,a}'::text[]) THEN
                heavy := heavy || left(word, 1);
            END IF;
        END LOOP;
        made := made || CASE WHEN length(every) BETWEEN 2 AND 12 THEN ARRAY[every] ELSE '{}' END
            || CASE WHEN heavy <> every AND length(heavy) BETWEEN 2 AND 12 THEN ARRAY[heavy] ELSE '{}' END;
    END LOOP;
    RETURN made;
END $$;
"""

# What a transaction changed, until its end. One row without a kind calls the flush, once.
PENDING = """
CREATE UNLOGGED TABLE core_search_pending (
    tick bigint NOT NULL, kind text NOT NULL, object_id bigint NOT NULL, PRIMARY KEY (tick, kind, object_id)
);
"""

# The rows are locked first and read afterwards, in another statement: of two writers who change one record at once, the
# second to commit sees what the first one wrote.
# In the transaction that fills a table the planner takes it for empty, and would read it whole for each part.
REFRESH = """
CREATE OR REPLACE FUNCTION core_search_refresh(wanted text, ids bigint[]) RETURNS bigint LANGUAGE plpgsql
SET enable_seqscan = off AS $$
DECLARE
    changed bigint;
BEGIN
    PERFORM 1 FROM public.core_search_entry
        WHERE kind = wanted AND object_id = ANY(ids) ORDER BY object_id FOR UPDATE;
    EXECUTE format($sql$
        WITH document AS MATERIALIZED (SELECT * FROM public.core_search_document_%1$s($1)),
        gone AS (
            DELETE FROM public.core_search_entry AS entry WHERE entry.kind = $2 AND entry.object_id = ANY($1)
                AND NOT EXISTS (SELECT 1 FROM document WHERE document.object_id = entry.object_id)
            RETURNING 1
        ),
        put AS (
            INSERT INTO public.core_search_entry AS entry
                (kind, object_id, title_key, vector, sort_on, is_archived, sealed_circle_id, restricted_circle_id)
            SELECT $2, object_id, title_key, vector, sort_on, is_archived, sealed_circle_id, restricted_circle_id
            FROM document
            ON CONFLICT (kind, object_id) DO UPDATE SET
                title_key = excluded.title_key, vector = excluded.vector, sort_on = excluded.sort_on,
                is_archived = excluded.is_archived, sealed_circle_id = excluded.sealed_circle_id,
                restricted_circle_id = excluded.restricted_circle_id
            WHERE (entry.title_key, entry.vector, entry.sort_on, entry.is_archived, entry.sealed_circle_id,
                entry.restricted_circle_id) IS DISTINCT FROM (excluded.title_key, excluded.vector, excluded.sort_on,
                excluded.is_archived, excluded.sealed_circle_id, excluded.restricted_circle_id)
            RETURNING 1
        )
        SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM put)
    $sql$, wanted) INTO changed USING ids, wanted;
    RETURN changed;
END $$;
"""

# A thousand at a time: what one statement does with its rows may grow with their square.
FLUSH = """
CREATE OR REPLACE FUNCTION core_search_flush() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    now_tick bigint := pg_current_xact_id_if_assigned()::text::bigint;
    marked record;
BEGIN
    IF now_tick IS NULL THEN RETURN; END IF;
    FOR marked IN
        WITH taken AS (DELETE FROM public.core_search_pending WHERE tick = now_tick RETURNING kind, object_id),
        placed AS (
            SELECT kind, object_id, (row_number() OVER (PARTITION BY kind ORDER BY object_id) - 1) / 1000 AS part
            FROM taken WHERE kind <> ''
        )
        SELECT kind, array_agg(object_id ORDER BY object_id) AS ids
        FROM placed GROUP BY kind, part ORDER BY kind, part
    LOOP
        PERFORM public.core_search_refresh(marked.kind, marked.ids);
    END LOOP;
END $$;
"""

FLUSH_AT_COMMIT = """
CREATE FUNCTION core_search_flush_at_commit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM public.core_search_flush();
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER core_search_flush AFTER INSERT ON core_search_pending
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.kind = '') EXECUTE FUNCTION core_search_flush_at_commit();
"""

# Rows whose text is not what the table would say now, and rows of what is no more.
DIFFERING = """
CREATE FUNCTION core_search_differing(wanted text, ids bigint[]) RETURNS SETOF bigint LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN QUERY EXECUTE format($sql$
        SELECT coalesce(document.object_id, entry.object_id)
        FROM public.core_search_document_%1$s($1) AS document
        FULL JOIN (SELECT * FROM public.core_search_entry WHERE kind = $2 AND object_id = ANY($1)) AS entry
            ON entry.object_id = document.object_id
        WHERE (entry.object_id, entry.title_key, entry.vector, entry.sort_on, entry.is_archived, entry.sealed_circle_id,
            entry.restricted_circle_id) IS DISTINCT FROM (document.object_id, document.title_key, document.vector,
            document.sort_on, document.is_archived, document.sealed_circle_id, document.restricted_circle_id)
    $sql$, wanted) USING ids, wanted;
END $$;
"""

# Two steps for each kind: fetch at most so many rows and rank them; where there are more, the rows that bear the words
# as a name first, then the newest. EXECUTE plans each question by itself. A plan that reads the whole table is never
# right here: the planner takes a word it does not know for a frequent one. ``after_…`` is the last row of the page
# before, where one kind is read on.
FIND = """
CREATE FUNCTION core_search_find(
    kinds text[], question tsquery, named tsquery, whole tsquery, exact tsquery, begins tsquery,
    initials tsquery,
    circles bigint[], wanted int, most int,
    after_archived boolean, after_score real, after_day date, after_id bigint
) RETURNS TABLE (kind text, object_id bigint, score real, is_archived boolean, sort_on date, found int)
LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
DECLARE
    one text;
    asked tsquery;
    rows tid[];
    named_rows tid[];
    probe constant text := $sql$
        SELECT array_agg(place) FROM (
            SELECT entry.ctid AS place FROM public.core_search_entry AS entry
            WHERE entry.vector @@ $1
                AND (entry.sealed_circle_id IS NULL OR entry.sealed_circle_id = ANY($2))
                AND (entry.restricted_circle_id IS NULL OR entry.restricted_circle_id = ANY($2))
            LIMIT $3
        ) AS probed
    $sql$;
    after_tail constant text := $sql$
        WHERE $10 IS NULL
            OR (ranked.is_archived::int, -ranked.score, date '9999-01-01' - ranked.sort_on, -ranked.object_id)
            > ($10::int, -$11, date '9999-01-01' - $12, -$13)
        ORDER BY ranked.is_archived, ranked.score DESC, ranked.sort_on DESC, ranked.object_id DESC LIMIT $9
    $sql$;
    rank constant text := $sql$
        SELECT $2, ranked.object_id, ranked.score, ranked.is_archived, ranked.sort_on, $8
        FROM (SELECT entry.object_id, (
                CASE WHEN entry.vector @@ $3 THEN 8 WHEN entry.vector @@ $4 THEN 4
                    WHEN entry.vector @@ $14 THEN 3.5 WHEN entry.vector @@ $5 THEN 2 ELSE 0 END
                + CASE WHEN entry.vector @@ $6 THEN 1 ELSE 0 END
                + ts_rank('{0.05, 0.2, 0.6, 1.0}', entry.vector, $7, 33)
            )::real AS score,
            entry.is_archived, entry.sort_on
        FROM public.core_search_entry AS entry WHERE entry.ctid = ANY($1)) AS ranked
    $sql$ || after_tail;
BEGIN
    FOREACH one IN ARRAY kinds LOOP
        asked := ('''=' || one || '''')::tsquery && question;
        EXECUTE probe INTO rows USING asked, circles, most;
        CONTINUE WHEN rows IS NULL;
        IF cardinality(rows) < most THEN
            RETURN QUERY EXECUTE rank
                USING rows, one, exact, whole, named, begins, question, cardinality(rows), wanted,
                    after_archived, after_score, after_day, after_id, initials;
            CONTINUE;
        END IF;
        EXECUTE probe INTO named_rows USING asked && (exact || whole || initials), circles, most;
        IF cardinality(named_rows) < most AND (after_id IS NULL OR after_score > 0) THEN
            RETURN QUERY EXECUTE rank
                USING named_rows, one, exact, whole, named, begins, question, most, wanted,
                    after_archived, after_score, after_day, after_id, initials;
        END IF;
        RETURN QUERY EXECUTE $sql$
            SELECT $1, entry.object_id, 0::real, entry.is_archived, entry.sort_on, $5
            FROM public.core_search_entry AS entry
            WHERE entry.kind = $1 AND entry.vector @@ $2
                AND (entry.sealed_circle_id IS NULL OR entry.sealed_circle_id = ANY($3))
                AND (entry.restricted_circle_id IS NULL OR entry.restricted_circle_id = ANY($3))
                AND NOT entry.ctid = ANY($6)
                AND ($8 IS NULL OR entry.is_archived > $7
                    OR entry.is_archived = $7 AND (entry.sort_on, entry.object_id) < ($9, $8))
            ORDER BY entry.is_archived, entry.sort_on DESC, entry.object_id DESC LIMIT $4
        $sql$ USING one, question, circles, wanted, most,
            CASE WHEN cardinality(named_rows) < most THEN named_rows ELSE '{}'::tid[] END,
            after_archived, CASE WHEN after_score > 0 THEN NULL ELSE after_id END, after_day;
    END LOOP;
END $$;
"""

FUNCTIONS = (FOLD, SPOKEN, VECTOR, INITIALS, REFRESH, DIFFERING, FIND)

REMOVE = """
DROP FUNCTION core_search_find;
DROP FUNCTION core_search_differing;
DROP FUNCTION core_search_refresh;
DROP FUNCTION core_search_initials;
DROP FUNCTION core_search_vector;
DROP FUNCTION core_search_spoken;
DROP FUNCTION core_search_fold;
"""
