"""No transaction takes owners from a circle until fewer than two are left whose accounts are open.

The rule looks at other rows, so it is asked when the transaction ends: a hand-over may pass through any order of steps.
Transactions that end at the same time wait for one another on the circle's row, and each counts what the others left.
A circle of an earlier version with a single owner stays as it is until somebody takes that owner away.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION accounts_keep_two_owners() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    kept bigint;
    touched bigint[];
BEGIN
    IF TG_TABLE_NAME = 'core_circlemembership' THEN
        touched := ARRAY[OLD.circle_id];
    ELSE
        touched := ARRAY(
            SELECT circle_id FROM core_circlemembership
            WHERE user_id = NEW.id AND is_owner AND left_on IS NULL ORDER BY circle_id
        );
    END IF;
    FOREACH kept IN ARRAY touched LOOP
        PERFORM 1 FROM core_circle WHERE id = kept FOR NO KEY UPDATE;
        CONTINUE WHEN NOT FOUND;
        IF (
            SELECT count(*) FROM core_circlemembership place JOIN accounts_user person ON person.id = place.user_id
            WHERE place.circle_id = kept AND place.is_owner AND place.left_on IS NULL AND person.is_active
        ) < 2 THEN
            RAISE EXCEPTION USING
                ERRCODE = 'check_violation',
                CONSTRAINT = 'circle_keeps_two_owners',
                TABLE = 'core_circlemembership',
                MESSAGE = format('circle %s would be left with fewer than two owners', kept);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER circle_keeps_two_owners AFTER UPDATE ON core_circlemembership
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.is_owner AND OLD.left_on IS NULL
          AND (NOT NEW.is_owner OR NEW.left_on IS NOT NULL OR NEW.circle_id <> OLD.circle_id OR NEW.user_id <> OLD.user_id))
    EXECUTE FUNCTION accounts_keep_two_owners();

CREATE CONSTRAINT TRIGGER circle_keeps_two_owners_when_one_goes AFTER DELETE ON core_circlemembership
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.is_owner AND OLD.left_on IS NULL)
    EXECUTE FUNCTION accounts_keep_two_owners();

CREATE CONSTRAINT TRIGGER circle_keeps_two_owners_when_one_is_closed AFTER UPDATE OF is_active ON accounts_user
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.is_active AND NOT NEW.is_active)
    EXECUTE FUNCTION accounts_keep_two_owners();
"""

DROP = """
DROP TRIGGER circle_keeps_two_owners_when_one_is_closed ON accounts_user;
DROP TRIGGER circle_keeps_two_owners_when_one_goes ON core_circlemembership;
DROP TRIGGER circle_keeps_two_owners ON core_circlemembership;
DROP FUNCTION accounts_keep_two_owners();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_list_settings"),
        ("core", "0010_circles_that_people_keep"),
    ]

    operations = [migrations.RunSQL(CREATE, DROP)]
