"""A database of one's own for a benchmark: made, migrated, used and dropped, beside the real one."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

from cauce.core.database_url import format_database_url
from cauce.users.operations import sync_roles


@contextmanager
def scratch_database() -> Iterator[str]:
    """Point this process, and those it starts, at a fresh migrated database; drop it at the end.

    :returns: its address.
    """
    settings = connection.settings_dict
    real_name, real_url = str(settings["NAME"]), os.environ.get("DATABASE_URL")
    name = f"cauce_bench_{os.getpid()}"
    with _maintenance() as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
    try:
        connections.close_all()
        settings["NAME"] = name
        os.environ["DATABASE_URL"] = format_database_url(settings, name=name)
        call_command("migrate", verbosity=0, interactive=False)
        sync_roles()
        yield os.environ["DATABASE_URL"]
    finally:
        connections.close_all()
        settings["NAME"] = real_name
        if real_url is None:
            del os.environ["DATABASE_URL"]
        else:
            os.environ["DATABASE_URL"] = real_url
        with _maintenance() as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _maintenance() -> psycopg.Connection:
    return psycopg.connect(**connection.get_connection_params() | {"dbname": "postgres"}, autocommit=True)
