"""Rows in bulk by COPY, lists of ids, blocks of them from the sequences, and commits that do not wait for the disk."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Model
from psycopg import sql

_FEW_ROWS = 60

# The sequence is looked up once and not for each id, and the ids come as one value and not as so many rows.
_TAKE_IDS = """
SELECT array_agg(nextval(sequence.name))
FROM (SELECT pg_get_serial_sequence(%s, %s)::regclass AS name OFFSET 0) sequence, generate_series(1, %s)
"""


def take_ids(model: type[Model], count: int) -> list[int]:
    """Take ``count`` fresh primary keys of ``model`` from its sequence; unused ones leave a harmless gap."""
    if count == 0:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_IDS, [model._meta.db_table, model._meta.pk.column, count])
        ids: list[int] = cursor.fetchone()[0]
    return ids


def id_array(ids: Iterable[int]) -> str:
    """An array literal for ``%s::bigint[]``: psycopg takes ten times as long to quote the numbers one by one."""
    return f"{{{','.join(map(str, ids))}}}"


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
        with connection.wrap_database_errors, raw.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
                written += 1
    return written


def write_rows(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[object]]) -> list[int]:
    """Write ``rows`` (values in the order of ``columns``, without the key) of ``model``; return their keys in order.

    A few go in one INSERT, which is one trip to the database; many go by COPY, which costs three and reads faster.
    """
    table, key = model._meta.db_table, str(model._meta.pk.column)
    if len(rows) > _FEW_ROWS:
        ids = take_ids(model, len(rows))
        copy_rows(table, (key, *columns), ((id_, *row) for id_, row in zip(ids, rows, strict=True)))
        return ids
    if not rows:
        return []
    statement = _insert_of(table, key, tuple(columns), len(rows))
    with connection.cursor() as cursor:
        values: list[Any] = [value for row in rows for value in row]
        cursor.execute(statement, values)
        return [id_ for (id_,) in cursor.fetchall()]


def add_rows(model: type[Model], columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Write ``rows`` of ``model`` whose keys nobody asks for: the table gives them by itself, in the same order."""
    if len(rows) > _FEW_ROWS:
        copy_rows(model._meta.db_table, columns, rows)
    else:
        write_rows(model, columns, rows)


@cache
def _insert_of(table: str, key: str, columns: tuple[str, ...], count: int) -> str:
    """The INSERT of so many rows that answers their keys; composing it takes longer than sending it."""
    row_of_values = sql.SQL("({})").format(sql.SQL(", ").join([sql.Placeholder()] * len(columns)))
    statement = sql.SQL("INSERT INTO {} ({}) VALUES {} RETURNING {}").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, columns)),
        sql.SQL(", ").join([row_of_values] * count),
        sql.Identifier(key),
    )
    return statement.as_string()


def flush_later() -> None:
    """Let the commit of the current transaction return before the disk has it.

    For the pieces of a work that ends in a commit of its own: that one waits for the disk, which takes what was written
    in order, so once the work is told to be over all of it is there. Until then a fall may take back whole pieces, the
    last ones: they must be safe to do again.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
