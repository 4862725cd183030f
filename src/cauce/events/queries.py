"""How the machine behind the screens is: its queue, its workers and its database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

SHOWN = 50

# The moment of a job is that of its last event: it was deferred, began, or failed.
_FAILED = """
SELECT job.id, job.task_name, max(event.at) AS failed_at, job.attempts
FROM procrastinate_jobs job JOIN procrastinate_events event ON event.job_id = job.id
WHERE job.status = 'failed'
GROUP BY job.id ORDER BY failed_at DESC LIMIT %s
"""
_OLDEST = """
SELECT min(event.at) FROM procrastinate_jobs job JOIN procrastinate_events event ON event.job_id = job.id
WHERE job.status = 'todo' AND (job.scheduled_at IS NULL OR job.scheduled_at <= now())
"""
_DATABASE = """
SELECT pg_database_size(current_database()), current_setting('server_version'),
       (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
       current_setting('max_connections')::int, pg_postmaster_start_time()
"""


@dataclass(frozen=True, slots=True)
class FailedJob:
    """A job that failed for good."""

    id: int
    task_name: str
    failed_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class QueueState:
    """How many jobs wait, run and failed; since when the oldest waits; how many workers live."""

    waiting: int
    running: int
    failed: int
    oldest_at: datetime | None
    workers: int
    last_failed: Sequence[FailedJob]


@dataclass(frozen=True, slots=True)
class DatabaseState:
    """How large the database is, and how many connections it has of those it admits."""

    size_bytes: int
    version: str
    connections: int
    most_connections: int
    started_at: datetime


def queue_state() -> QueueState:
    """The queue, in five queries."""
    counted = {status: ProcrastinateJob.objects.filter(status=status).count() for status in ("todo", "doing", "failed")}
    with connection.cursor() as cursor:
        cursor.execute(_OLDEST)
        (oldest_at,) = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'")
        (workers,) = cursor.fetchone()
        cursor.execute(_FAILED, [SHOWN])
        last_failed = [FailedJob(*row) for row in cursor.fetchall()]
    return QueueState(counted["todo"], counted["doing"], counted["failed"], oldest_at, workers, last_failed)


def database_state() -> DatabaseState:
    """The database, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_DATABASE)
        return DatabaseState(*cursor.fetchone())
