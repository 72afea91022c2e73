"""How things stand is said from the rows themselves, so that a statement finds each of them once and not again for its day.
"""

from django.db import migrations

_OF_FACTS = """
CREATE FUNCTION rhythm_standing(day date, last_on date, days integer, free_on date) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT jsonb_build_object(
        'state', public.rhythm_state(day, last_on, days, free_on),
        'due', public.rhythm_due(last_on, days, free_on)
    )
$$
"""
_DROP_OF_FACTS = "DROP FUNCTION rhythm_standing(date, date, integer, date)"
# Stable, not immutable: how a text is read as a date depends on the session.
_OF_ROWS = """
CREATE FUNCTION rhythm_standing(day date, added_on date, own jsonb, tier jsonb, touch jsonb, quiet jsonb) RETURNS jsonb
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT jsonb_build_object(
        'state', public.rhythm_state(day, facts.last_on, facts.days, facts.free_on),
        'due', public.rhythm_due(facts.last_on, facts.days, facts.free_on),
        'own', own, 'tier', tier, 'touch', touch, 'quiet', quiet
    )
    FROM (
        SELECT
            COALESCE((touch ->> 'on')::date, added_on) AS last_on,
            COALESCE((own ->> 'days')::integer, (tier ->> 'days')::integer) AS days,
            (quiet ->> 'free_on')::date AS free_on
    ) AS facts
$$
"""
_DROP_OF_ROWS = "DROP FUNCTION rhythm_standing(date, date, jsonb, jsonb, jsonb, jsonb)"


class Migration(migrations.Migration):
    dependencies = [("engagement", "0015_rhythm_states")]

    operations = [
        migrations.RunSQL(_DROP_OF_FACTS, _OF_FACTS),
        migrations.RunSQL(_OF_ROWS, _DROP_OF_ROWS),
    ]
