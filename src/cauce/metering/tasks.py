"""What a round sets off once its readings are in."""

from procrastinate.contrib.django import app

from cauce.core.clock import now, today
from cauce.events.models import Event
from cauce.metering import operations
from cauce.metering.models import Reading, ReadingRound
from cauce.metering.queries.park import park_table_on
from cauce.users.models import User
from cauce.users.operations import CAPTURE_USER


@app.task(name="metering.find_anomalies", pass_context=False)
def find_anomalies(event_id: int) -> int:
    """Look for what is odd in the round that was taken; running twice finds nothing twice.

    :returns: how many findings are new.
    """
    event = Event.objects.select_related("by").get(pk=event_id)
    reading_round = ReadingRound.objects.get(pk=event.subject_id)
    return operations.find_anomalies(reading_round=reading_round, at=event.at, by=event.by).found


@app.periodic(cron="10 9 * * *")
@app.task(name="metering.take_park", queueing_lock="metering.take_park", pass_context=False)
def take_park(timestamp: int) -> None:
    """Each night take the park of meters, once the office loaded its table (the clock of tasks is UTC)."""
    if park_table_on(today()) is not None:
        operations.take_park(at=now(), by=User.objects.get(username=CAPTURE_USER))


@app.task(name="metering.find_anomalies_of_reading", pass_context=False)
def find_anomalies_of_reading(event_id: int) -> int:
    """Look for what is odd in a reading that was captured; running twice finds nothing twice.

    :returns: how many findings are new.
    """
    event = Event.objects.select_related("by").get(pk=event_id)
    reading = Reading.objects.select_related("round").get(pk=event.subject_id)
    return operations.find_anomalies_of_reading(reading=reading, at=event.at, by=event.by).found
