"""Who closes a book waits for whoever is writing to the history, and lets nobody begin until it is closed.

In production the site's role may only add to the history and read it, which does not let it lock the table: this
function does, with its owner's rights, and nothing else.
"""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('books', '0002_annex_states'),
        ('events', '0001_initial'),
    ]

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
    ]
