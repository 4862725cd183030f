"""What the database itself does for the books: hold the history while one is closed, refuse acts in a closed day.

Who closes a book waits for whoever is writing to the history, and lets nobody begin until it is closed. In
production the site's role may only add to the history and read it, which does not let it lock the table: the function
does, with its owner's rights, and nothing else.

No act on a note counts in a day whose money is closed, nor in one whose auxiliar, or a later one, is closed.
"""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("books", "0001_initial"), ("events", "0001_initial"), ("agreements", "0001_initial"), ("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(
            sql="""
            CREATE FUNCTION books_hold_history() RETURNS void
            LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
            BEGIN
                LOCK TABLE events_event IN SHARE ROW EXCLUSIVE MODE;
            END
            $$
            """,
            reverse_sql="DROP FUNCTION books_hold_history()",
        ),
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
