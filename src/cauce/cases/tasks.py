"""What is found in the street comes back to the case that sent for it, in the background."""

from procrastinate.contrib.django import app

from cauce.cases import operations
from cauce.events.models import Event


@app.task(name="cases.note_field_result", pass_context=False)
def note_field_result(event_id: int) -> None:
    """Write on its case what an order or an aforo found; as many times as it runs, it is written once."""
    operations.note_field_result(event=Event.objects.select_related("by").get(pk=event_id))
