"""Keeping the queue going after a worker was killed."""

from procrastinate import JobContext
from procrastinate.contrib.django import app

# A worker tells every ten seconds that it lives; one silent for this long was killed or lost its machine.
_SILENCE_SECONDS = 60


@app.periodic(cron="* * * * *")
@app.task(name="events.retry_stalled_jobs", queueing_lock="events.retry_stalled_jobs", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> int:
    """Put back in the queue what killed workers left half done; every task may run twice.

    :returns: how many jobs were put back.
    """
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=_SILENCE_SECONDS)
    put_back = 0
    for job in stalled:
        await app.job_manager.retry_job(job)
        put_back += 1
    return put_back
