"""The databases of the tests: a template migrated once per state of the code, and clones of it.

Every run of pytest (and every worker of xdist) works on its own clone. A test marked ``commits`` works on a clone of
its own, thrown away afterwards: the ledger refuses TRUNCATE, so there is no cleaning up after what was committed.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection, connections
from django.test.testcases import LiveServerThread
from psycopg import sql

from cauce.core.database_url import format_database_url

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = "cauce_template_"
OWN = "cauce_test_"
BUILDING_LOCK = 4_111_901


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Give this process its clone of the template, instead of pytest-django's migrating anew each time."""
    with django_db_blocker.unblock():
        template = _ready_template()
        own = f"{OWN}{os.getpid()}"
        _drop_left_behind()
        _clone(template, own)
        with _connected_to(own):
            yield
        _drop(own)


@pytest.fixture
def committed_database(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[str]:
    """A clone in which what is committed stays until the test ends; its address, for other processes to join."""
    with django_db_blocker.unblock():
        own = str(connection.settings_dict["NAME"])
        clone = f"{own}_commits"
        connections.close_all()
        _clone(own, clone)
        with _connected_to(clone):
            yield _address_of(clone)
        _drop(clone)


@pytest.fixture
def live_site(committed_database: str) -> Iterator[str]:
    """The site answering by HTTP from a thread, on a clone of its own; its address, without the last bar."""
    server = LiveServerThread("127.0.0.1", StaticFilesHandler, port=0)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://127.0.0.1:{server.port}"
    server.terminate()


@pytest.fixture(autouse=True)
def _commits_on_a_clone(request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker("commits") is not None:
        request.getfixturevalue("committed_database")


def _ready_template() -> str:
    """Return the template of the code's present state, having migrated it if nobody has yet."""
    template = TEMPLATE + _state_of_the_code()
    with _maintenance() as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [BUILDING_LOCK])
        if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
            return template
        for (old,) in admin.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [TEMPLATE + "%"]
        ).fetchall():
            with suppress(psycopg.errors.ObjectInUse):
                admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(old)))
        draft = f"{TEMPLATE}draft"
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(draft)))
        with _connected_to(draft):
            from cauce.cli.server import bring_up_to_date

            bring_up_to_date()
        admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(template)))
    return template


def _state_of_the_code() -> str:
    """A digest of all that decides what a migrated database looks like."""
    digest = hashlib.sha256()
    files = [*ROOT.glob("src/cauce/*/migrations/*.py"), *ROOT.glob("src/cauce/users/*.py"), ROOT / "requirements.lock"]
    for file in sorted(files):
        digest.update(f"{file.relative_to(ROOT)}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _maintenance() -> Iterator[psycopg.Connection]:
    with psycopg.connect(**_parameters("template1"), autocommit=True) as admin:
        yield admin


def _parameters(name: str) -> dict[str, str]:
    database = settings.DATABASES["default"]
    wanted = {
        "dbname": name,
        "user": database["USER"],
        "password": database["PASSWORD"],
        "host": database["HOST"],
        "port": str(database["PORT"]),
    }
    return {key: value for key, value in wanted.items() if value} | database["OPTIONS"]


def _address_of(name: str) -> str:
    return format_database_url(settings.DATABASES["default"], name=name)


@contextmanager
def _connected_to(name: str) -> Iterator[None]:
    connections.close_all()
    before = connection.settings_dict["NAME"]
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before


def _clone(template: str, name: str) -> None:
    with _maintenance() as admin:
        # A thread of an earlier test may have left its connection open, and a database in use cannot be copied.
        admin.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [template])
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template)))
        # What the tests prove does not need every commit on the disk.
        admin.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(sql.Identifier(name)))


def _drop(name: str) -> None:
    with _maintenance() as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _drop_left_behind() -> None:
    """Drop the clones of runs that were killed."""
    with _maintenance() as admin:
        names = admin.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [OWN + "%"]).fetchall()
    for (name,) in names:
        number = name.removeprefix(OWN).partition("_")[0]
        if not number.isdigit() or not Path(f"/proc/{number}").exists():
            _drop(name)
