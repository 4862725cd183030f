"""Rows in bulk through PostgreSQL's COPY, and blocks of ids from the tables' own sequences."""

from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import Model
from psycopg import sql


def take_ids(model: type[Model], count: int) -> list[int]:
    """Take ``count`` fresh primary keys of ``model`` from its sequence; unused ones leave a harmless gap."""
    if count == 0:
        return []
    table = model._meta.db_table
    column = model._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, column, count]
        )
        return [row[0] for row in cursor.fetchall()]


def copy_rows(table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write ``rows`` (values in the order of ``columns``) into ``table`` by COPY in the current transaction.

    :returns: how many rows were written. Constraints and triggers apply as to any INSERT.
    """
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    written = 0
    with connection.cursor() as cursor:
        raw = cursor.cursor
        with raw.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
                written += 1
    return written
