"""What a killed worker left half done goes back to the queue."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from cauce.events.tasks import retry_stalled_jobs


def _jobs() -> list[tuple[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE task_name = 'billing.work_on_run'")
        return cursor.fetchall()


@pytest.mark.commits
def test_a_job_of_a_silent_worker_is_put_back_and_one_of_a_living_worker_is_not() -> None:
    with connection.cursor() as cursor:
        for silence in ("1 hour", "1 second"):
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id",
                [silence],
            )
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, args, status, worker_id) "
                "VALUES ('billing', 'billing.work_on_run', 0, '{\"run_id\": 1}', 'doing', %s)",
                [cursor.fetchone()[0]],
            )
    # In a thread of its own: a browser journey before this test may have left an event loop going in this one.
    with ThreadPoolExecutor(1) as aside:
        put_back = aside.submit(lambda: asyncio.run(retry_stalled_jobs.func(None, 0))).result()
    assert put_back == 1
    assert sorted(_jobs()) == [("doing",), ("todo",)]
