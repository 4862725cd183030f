"""No act on a note counts in a day whose money is closed, nor in one whose auxiliar, or a later one, is closed."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('books', '0004_note_registers'),
        ('agreements', '0001_initial'),
        ('ledger', '0005_agreement_reasons'),
    ]

    operations = [
        migrations.RunSQL(
            sql="""
            CREATE FUNCTION books_open_note_days_only() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                -- The same lock as who books into a day, and who closes it.
                PERFORM pg_advisory_xact_lock_shared(hashtext('cauce.day'), NEW.booked_on - DATE '2000-01-01');
                IF EXISTS (SELECT 1 FROM ledger_closedday WHERE day = NEW.booked_on)
                    OR EXISTS (SELECT 1 FROM books_noteregister WHERE day >= NEW.booked_on) THEN
                    RAISE EXCEPTION 'no act on a note counts in a closed day' USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
            END
            $$;
            CREATE TRIGGER books_open_note_days_only BEFORE INSERT ON agreements_noteact
            FOR EACH ROW EXECUTE FUNCTION books_open_note_days_only();
            """,
            reverse_sql="""
            DROP TRIGGER books_open_note_days_only ON agreements_noteact;
            DROP FUNCTION books_open_note_days_only();
            """,
        ),
    ]
