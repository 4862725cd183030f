"""The part of ``cauce bench payments`` that goes through the site: cashiers who sign in, look, check and collect."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from html import unescape
from http.client import HTTPConnection
from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from cauce.cli.bench.figures import percentile
from cauce.cli.bench.payments import PROCESSES, debtors
from cauce.users.models import User

EVERY_SECONDS: Final = 20
_SECONDS: Final = 80
_CHECK: Final = "/caja/cobro/revisar/"
_TAKE: Final = "/caja/cobro/hecho/"
_INPUT: Final = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE: Final = re.compile(r'\b(name|value|type)="([^"]*)"')


def run(cashiers: Sequence[str], places: range) -> dict[str, object]:
    """Serve the site and collect in it; the times of what a cashier waits for: the check and the payment."""
    with _site() as port:
        times: list[Decimal] = []
        failures: list[str] = []
        windows = len(cashiers)
        threads = [
            threading.Thread(
                target=_cashier,
                args=(name, places[place::windows], place * EVERY_SECONDS / windows, port, times, failures),
            )
            for place, name in enumerate(cashiers)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    if failures:
        raise RuntimeError(f"a window could not collect: {failures[0]}")
    times.sort()
    return {
        "http_posts": len(times),
        "http_p50_ms": percentile(times, 50),
        "http_p95_ms": percentile(times, 95),
        "http_slowest_ms": times[-1],
    }


@contextmanager
def _site() -> Iterator[int]:
    """The site as it is served, on a port of its own; it ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    command = [sys.executable, "-m", "cauce.cli", "serve", "--processes", str(PROCESSES)]
    server = subprocess.Popen(command, env={**os.environ, "CAUCE_PORT": str(port)}, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield port
    finally:
        server.terminate()
        server.wait(60)


def _cashier(name: str, places: range, wait: float, port: int, times: list[Decimal], failures: list[str]) -> None:
    """Collect one payment every so many seconds, each window a little after the one before."""
    try:
        browser = _Browser(port, _cookie_of(name))
        accounts = debtors(places)
        # The first one warms what a day at work has warm.
        browser.collect(next(accounts).pk)
        begun = time.monotonic() + wait
        for number in range(_SECONDS // EVERY_SECONDS):
            time.sleep(max(0.0, begun + number * EVERY_SECONDS - time.monotonic()))
            times.extend(browser.collect(next(accounts).pk))
    except Exception as error:
        failures.append(f"{name}: {error!r}")
    finally:
        connection.close()


def _cookie_of(name: str) -> str:
    """Sign a cashier in, as the door does after password and code."""
    user = User.objects.get(username=name)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.create()
    return f"{settings.SESSION_COOKIE_NAME}={store.session_key}"


class _Browser:
    """A cashier's browser: keeps its cookies, and its connection while it collects one account."""

    def __init__(self, port: int, cookie: str) -> None:
        self._port = port
        self._cookies = [cookie]

    def collect(self, account_id: int) -> list[Decimal]:
        """Open an account, check and collect what it owes; the milliseconds of the check and of the payment."""
        # The server lets go of connections that say nothing for two seconds.
        self._connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
        status, page, _ = self._ask("GET", f"/caja/cobro/?{urlencode({'cuentas': account_id})}")
        if status != 200:
            raise RuntimeError(f"the account answered {status}")
        status, checked, check_ms = self._ask("POST", _CHECK, _fields(page, _CHECK))
        if status != 200:
            raise RuntimeError(f"the check answered {status}")
        status, _, take_ms = self._ask("POST", _TAKE, _fields(checked, _TAKE))
        if status not in (204, 302):
            raise RuntimeError(f"the payment answered {status}")
        self._connection.close()
        return [check_ms, take_ms]

    def _ask(self, method: str, path: str, fields: Sequence[tuple[str, str]] | None = None) -> tuple[int, str, Decimal]:
        headers = {"Cookie": "; ".join(self._cookies), "Referer": "http://127.0.0.1/"}
        body = None
        if fields is not None:
            body = urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        spent = round(Decimal(time.perf_counter() - started) * 1000, 1)
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                pair = value.partition(";")[0]
                known = pair.partition("=")[0]
                self._cookies = [cookie for cookie in self._cookies if cookie.partition("=")[0] != known] + [pair]
        return answer.status, text, spent


def _fields(page: str, action: str) -> list[tuple[str, str]]:
    """What the page's form for ``action`` sends: its hidden, typed and chosen inputs."""
    form = page[page.rindex("<form", 0, page.index(f'action="{action}"')) :]
    fields = []
    for tag in _INPUT.findall(form[: form.index("</form>")]):
        found = {name: unescape(value) for name, value in _ATTRIBUTE.findall(tag)}
        is_choice = found.get("type") in ("radio", "checkbox")
        if found.get("name") and (not is_choice or " checked" in tag):
            fields.append((found["name"], found.get("value", "")))
    return fields
