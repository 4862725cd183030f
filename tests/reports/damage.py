"""Breaking what the database protects, and asking what the invariants say of it."""

from collections.abc import Mapping

from django.db import connection

from cauce.reports.queries import verify


def broken() -> Mapping[str, int]:
    """How many things break each invariant, of those that are broken."""
    return {check.name: check.broken for check in verify() if check.broken}


def damage(*statements: str) -> None:
    """Do by force what the database refuses."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET LOCAL session_replication_role = origin")
