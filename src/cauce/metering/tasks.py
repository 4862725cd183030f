"""What a round sets off once its readings are in."""

from procrastinate.contrib.django import app

from cauce.events.models import Event
from cauce.metering import operations
from cauce.metering.models import ReadingRound


@app.task(name="metering.find_anomalies", pass_context=False)
def find_anomalies(event_id: int) -> int:
    """Look for what is odd in the round that was taken; running twice finds nothing twice.

    :returns: how many findings are new.
    """
    event = Event.objects.select_related("by").get(pk=event_id)
    reading_round = ReadingRound.objects.get(pk=event.subject_id)
    return operations.find_anomalies(reading_round=reading_round, at=event.at, by=event.by).found
