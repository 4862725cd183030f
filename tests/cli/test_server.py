"""The site and its worker as processes: they open, answer, and end in order."""

import os
import signal
import socket
import subprocess
import sys
import time
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from cauce.cli.server import PortRefused, port_of_environment, run_site


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("text", ["", "0", "65536", "ocho mil", "-1", "٣"])
def test_what_is_not_a_port_is_refused(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CAUCE_PORT", text)

    with pytest.raises(PortRefused, match="CAUCE_PORT"):
        port_of_environment()


def test_the_port_is_8000_unless_said_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CAUCE_PORT", raising=False)
    assert port_of_environment() == 8000
    monkeypatch.setenv("CAUCE_PORT", "8123")
    assert port_of_environment() == 8123


@pytest.mark.commits
def test_serving_answers_and_ends_in_order_when_told_to(committed_database: str) -> None:
    port = free_port()
    environment = os.environ | {
        "DATABASE_URL": committed_database,
        "CAUCE_PORT": str(port),
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
    }
    command = [sys.executable, "-m", "cauce.cli", "serve", "--processes", "1"]
    site = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert wait_for_answer(port) < 500
    finally:
        site.send_signal(signal.SIGTERM)
        _, told = site.communicate(timeout=60)

    assert site.returncode == 0, told
    assert "terminó en orden" in told
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def test_a_port_in_use_is_refused_before_anything_is_started() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(PortRefused, match="CAUCE_PORT"):
        run_site(port=taken.getsockname()[1])


@pytest.mark.commits
def test_when_a_process_ends_by_itself_the_others_are_ended_too(committed_database: str) -> None:
    environment = os.environ | {
        "DATABASE_URL": committed_database,
        "CAUCE_PORT": str(free_port()),
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        # gunicorn reads its own options from here too, and ends at once with one that it does not know.
        "GUNICORN_CMD_ARGS": "--no-such-option",
    }
    command = [sys.executable, "-m", "cauce.cli", "serve", "--processes", "1"]
    answer = subprocess.run(command, env=environment, check=False, capture_output=True, text=True, timeout=90)

    assert answer.returncode == 1
    assert "terminó por sí mismo" in answer.stderr


def wait_for_answer(port: int) -> int:
    limit = time.monotonic() + 30
    while True:
        try:
            with urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code
        except OSError:
            if time.monotonic() > limit:
                raise
            time.sleep(0.2)
