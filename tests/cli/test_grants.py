"""The grants of production: the site's role adds to the books and cannot change them."""

import psycopg
import pytest
from psycopg import sql

from tests.architecture.source import ROOT

GRANTS = (ROOT / "docs" / "grants.sql").read_text(encoding="utf-8")


@pytest.mark.commits
def test_the_role_of_the_site_adds_to_the_books_and_cannot_change_or_empty_them(committed_database: str) -> None:
    with psycopg.connect(committed_database) as connection:
        # Roles belong to the whole server: made inside a transaction that is not kept.
        connection.execute("CREATE ROLE cauce_app")
        connection.execute(GRANTS)
        connection.execute("SET ROLE cauce_app")
        connection.execute("INSERT INTO users_area (name) VALUES ('Archivo')")
        for table in ("ledger_transfer", "ledger_posting", "ledger_allocation", "billing_bill", "events_event"):
            changes = connection.execute("SELECT has_any_column_privilege(%s, 'UPDATE')", [table]).fetchone()
            assert changes == (False,)
            for refused in ("DELETE FROM {}", "TRUNCATE {} CASCADE"):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                    connection.execute(sql.SQL(refused).format(sql.Identifier(table)))
        with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
            connection.execute("DROP TABLE users_area CASCADE")
        connection.rollback()
