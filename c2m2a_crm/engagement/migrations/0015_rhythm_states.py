"""The rule of a rhythm, said once: which day is due, and which state a day is in.

As functions, so that a statement asks for what they need (last touch, days, end of quiet) once and not for each case.
"""

from django.db import migrations

_DUE = """
CREATE FUNCTION rhythm_due(last_on date, days integer, free_on date) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN days IS NOT NULL THEN GREATEST(last_on + days, free_on) END
$$
"""
_STATE = """
CREATE FUNCTION rhythm_state(day date, last_on date, days integer, free_on date) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN free_on > day THEN 'quiet'
        WHEN days IS NULL THEN NULL
        WHEN GREATEST(last_on + days, free_on) < day THEN 'overdue'
        WHEN GREATEST(last_on + days, free_on) - days / 4 <= day THEN 'soon'
        ELSE 'on'
    END
$$
"""
_STANDING = """
CREATE FUNCTION rhythm_standing(day date, last_on date, days integer, free_on date) RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT jsonb_build_object(
        'state', public.rhythm_state(day, last_on, days, free_on),
        'due', public.rhythm_due(last_on, days, free_on)
    )
$$
"""


class Migration(migrations.Migration):
    dependencies = [("engagement", "0014_rhythms_history")]

    operations = [
        migrations.RunSQL(_DUE, "DROP FUNCTION rhythm_due(date, integer, date)"),
        migrations.RunSQL(_STATE, "DROP FUNCTION rhythm_state(date, date, integer, date)"),
        migrations.RunSQL(_STANDING, "DROP FUNCTION rhythm_standing(date, date, integer, date)"),
    ]
