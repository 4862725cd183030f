"""Bringing the tables up to date, and the processes that serve: the site and the worker."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

import click
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from pgtrigger import registry

from cauce.cli.output import emit, json_option, progress
from cauce.core.alone import alone
from cauce.core.errors import DomainError
from cauce.users.operations import sync_roles

DEFAULT_PORT = 8000
SECONDS_TO_END = 30.0


class TablesOutOfDate(DomainError):
    """The database lacks migrations of this version."""


class PortRefused(DomainError):
    """CAUCE_PORT is not a port, or somebody else has it."""


class ServerEnded(DomainError):
    """One of the processes that serve ended by itself."""


def pending_migrations() -> list[str]:
    """The migrations that the database has not applied, by the names of their files: quicker than loading them."""
    there = set()
    for application in apps.get_app_configs():
        files = (Path(application.path) / "migrations").glob("[0-9]*.py")
        there |= {(application.label, file.stem) for file in files}
    applied = set(MigrationRecorder(connection).applied_migrations())
    return sorted(f"{label}.{name}" for label, name in there - applied)


_INSTALLED_TRIGGERS = """
SELECT class.relname, trigger.tgname, obj_description(trigger.oid, 'pg_trigger')
FROM pg_trigger trigger
JOIN pg_class class ON class.oid = trigger.tgrelid
JOIN pg_namespace schema ON schema.oid = class.relnamespace AND schema.nspname = current_schema()
WHERE NOT trigger.tgisinternal AND trigger.tgparentid = 0 AND trigger.tgenabled = 'O'
    AND trigger.tgname LIKE 'pgtrigger\\_%'
"""


def astray_triggers() -> list[str]:
    """The triggers that the database lacks, has switched off, has of another version or has too many, as table.trigger.

    Every installed trigger carries the hash of its text as its comment.
    """
    said = {
        (model._meta.db_table, trigger.get_pgid(model), trigger.compile(model).hash)
        for model, trigger in registry.registered()
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSTALLED_TRIGGERS)
        there = set(cursor.fetchall())
    return sorted({f"{table}.{name}" for table, name, _ in said ^ there})


def refuse_if_out_of_date() -> None:
    """Do nothing if the tables and their triggers are those of this version.

    :raises TablesOutOfDate: if there are migrations to apply, or triggers that are not as the models say.
    """
    pending = pending_migrations()
    if pending:
        raise TablesOutOfDate(
            f"La base de datos no está al día (cambios por aplicar: {len(pending)}). Ejecute: cauce migrate."
        )
    astray = astray_triggers()
    if astray:
        raise TablesOutOfDate(
            f"Las guardas de la base de datos no son las de esta versión ({len(astray)}, entre ellas {astray[0]}). "
            "Ejecute: cauce migrate."
        )


def bring_up_to_date() -> int:
    """Apply the pending migrations and bring the roles up to date; return how many migrations were applied.

    May be run again, and by several processes at once.
    """
    with alone("migrate"):
        pending = pending_migrations()
        if pending:
            progress(f"Poniendo al día la base de datos ({len(pending)} cambios)…")
            call_command("migrate", interactive=False, verbosity=0)
        # They are installed after the last migration: whoever was killed in between left the tables without them.
        if astray_triggers():
            call_command("pgtrigger", "install")
        sync_roles()
    return len(pending)


@click.command()
@json_option
def migrate(as_json: bool) -> None:
    """Pone al día las tablas y los puestos; no carga ninguna ley."""
    applied = bring_up_to_date()
    emit({"applied": applied}, as_json=as_json, text=f"La base de datos está al día ({applied} cambios aplicados).")


@click.command()
@click.option(
    "--concurrency", type=click.IntRange(1), default=1, show_default=True, help="Tareas a la vez en este proceso."
)
def worker(concurrency: int) -> None:
    """Atiende las tareas en segundo plano hasta que se le pida terminar; puede haber varios."""
    call_command("procrastinate", "worker", "--concurrency", str(concurrency), "--shutdown-graceful-timeout", "20")


@click.command()
@click.option(
    "--workers",
    type=click.IntRange(0),
    default=1,
    show_default=True,
    help="Procesos que atienden tareas en segundo plano.",
)
@click.option(
    "--processes", type=click.IntRange(1), default=2, show_default=True, help="Procesos que atienden el sitio."
)
def serve(workers: int, processes: int) -> None:
    """Abre el sitio en http://127.0.0.1:CAUCE_PORT (8000 si no se indica) con sus trabajadores de tareas.

    :raises ServerEnded: if one of the processes ends by itself; the others are ended too.
    """
    run_site(port=port_of_environment(), workers=workers, processes=processes)


def port_of_environment() -> int:
    """The port of CAUCE_PORT, or the default.

    :raises PortRefused: if it is not a port.
    """
    text = os.environ.get("CAUCE_PORT", str(DEFAULT_PORT))
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise PortRefused(f"CAUCE_PORT debe ser un número de puerto, de 1 a 65535; se leyó «{text}».")
    return int(text)


def run_site(*, port: int, workers: int = 1, processes: int = 2) -> None:
    """Serve until told to end (SIGTERM or SIGINT), then end every process in order.

    :raises PortRefused: if somebody else has the port.
    :raises ServerEnded: if one of the processes ends by itself; the others are ended too.
    """
    _refuse_taken(port)
    call_command("collectstatic", interactive=False, verbosity=0)
    connection.close()
    site = [
        sys.executable, "-m", "gunicorn", "config.wsgi:application",
        "--bind", f"127.0.0.1:{port}", "--workers", str(processes), "--threads", "4",
        "--graceful-timeout", "20", "--no-control-socket", "--log-level", "warning",
    ]  # fmt: skip
    commands = [site, *([[sys.executable, "-m", "cauce.cli", "worker"]] * workers)]
    ended_by: list[int] = []

    def end(number: int, frame: FrameType | None) -> None:
        ended_by.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    # Each in its own session, so that Ctrl+C reaches them once, from here, and in order.
    running = [subprocess.Popen(command, start_new_session=True) for command in commands]
    open_yet = False
    try:
        while not ended_by and all(process.poll() is None for process in running):
            if not open_yet and _answers(port):
                open_yet = True
                progress(f"Cauce está en http://127.0.0.1:{port}  (Ctrl+C para terminar)")
            time.sleep(0.2)
    finally:
        _end_all(running)
    if not ended_by:
        raise ServerEnded("El sitio o un trabajador terminó por sí mismo; arriba dice por qué. Corríjalo y repita.")
    progress("Cauce terminó en orden.")


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        # As the site itself will: connections of a site that has just ended do not hold the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise PortRefused(f"El puerto {port} está ocupado o no se permite. Elija otro: CAUCE_PORT=8001.") from error


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _end_all(running: list[subprocess.Popen[bytes]]) -> None:
    for process in running:
        if process.poll() is None:
            process.terminate()
    limit = time.monotonic() + SECONDS_TO_END
    for process in running:
        try:
            process.wait(max(0.0, limit - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
