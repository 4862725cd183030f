"""How the system is: its queue, its workers, its database, its disk and its last backup."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from cauce.core import clock
from cauce.core.es_mx import count_of, format_datetime
from cauce.events.queries import DatabaseState, QueueState, database_state, queue_state
from cauce.ui.access import screen
from cauce.ui.templatetags.ui import size_of_file, whole

SEE = "users.view_user"
LEAST_FREE_PERCENT = 15
LONGEST_WAIT = timedelta(minutes=10)
OLDEST_BACKUP = timedelta(hours=26)
MOST_CONNECTIONS_PERCENT = 80


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that is looked at: how it is, whether that is well, and what to do when it is not."""

    name: str
    icon: str
    is_well: bool
    value: str
    advice: str = ""


@screen(SEE)
def health(request: HttpRequest) -> HttpResponse:
    """Every sign, those that are wrong first, and the jobs that failed."""
    queue = queue_state()
    signs = [*_signs_of_queue(queue), *_signs_of_database(database_state()), _disk(), _backup()]
    context = {"signs": sorted(signs, key=lambda sign: sign.is_well), "failed": queue.last_failed}
    return render(request, "backoffice/health/health.html", context)


def _signs_of_queue(queue: QueueState) -> Iterator[Sign]:
    yield Sign(
        "Trabajadores",
        "users",
        queue.workers > 0,
        count_of(queue.workers, "en marcha", "en marcha"),
        "Ninguno atiende las tareas: impresiones, avisos e importaciones esperan. Arranque «cauce worker».",
    )
    waited = timedelta() if queue.oldest_at is None else clock.now() - queue.oldest_at
    yield Sign(
        "Tareas en espera",
        "hourglass",
        waited < LONGEST_WAIT,
        f"{whole(queue.waiting)} en espera, {whole(queue.running)} en curso",
        "La más antigua lleva más de diez minutos. Revise que los trabajadores no estén atorados o agregue otro.",
    )
    yield Sign(
        "Tareas que fallaron",
        "alert-triangle",
        queue.failed == 0,
        whole(queue.failed),
        "Están abajo. Lo que las causó está en la bitácora del servidor, con su número.",
    )


def _signs_of_database(state: DatabaseState) -> Iterator[Sign]:
    used = 100 * state.connections // state.most_connections
    yield Sign(
        "Base de datos",
        "database-import",
        is_well=True,
        value=f"{size_of_file(state.size_bytes)} · PostgreSQL {state.version} desde {_told(state.started_at)}",
    )
    yield Sign(
        "Conexiones",
        "link",
        used < MOST_CONNECTIONS_PERCENT,
        f"{whole(state.connections)} de {whole(state.most_connections)}",
        "Quedan pocas: reinicie los procesos que sobren o suba el límite del servidor.",
    )


def _disk() -> Sign:
    usage = shutil.disk_usage(settings.CAUCE_HOME)
    free_percent = 100 * usage.free // usage.total
    return Sign(
        "Disco",
        "files",
        free_percent >= LEAST_FREE_PERCENT,
        f"{size_of_file(usage.free)} libres ({free_percent} %)",
        "Queda poco espacio: libere o agregue antes de la próxima facturación.",
    )


def _backup() -> Sign:
    folder = Path(settings.BACKUPS_DIR)
    newest = max((path.stat().st_mtime for path in folder.glob("*.dump")), default=None) if folder.is_dir() else None
    if newest is None:
        advice = f"No hay respaldos en {folder.name}/. Prográmelos como dice el manual de operación."
        return Sign("Último respaldo", "shield-lock", is_well=False, value="ninguno", advice=advice)
    taken = datetime.fromtimestamp(newest, UTC)
    return Sign(
        "Último respaldo",
        "shield-lock",
        clock.now() - taken < OLDEST_BACKUP,
        _told(taken),
        "El último tiene más de un día: revise la tarea que los hace.",
    )


def _told(at: datetime) -> str:
    return format_datetime(timezone.localtime(at))
