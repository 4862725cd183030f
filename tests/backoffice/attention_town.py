"""The telephone and the radio of the small town: a call that is to be returned, a recado and a leak."""

from dataclasses import dataclass
from datetime import timedelta

from cauce.cases.models import Call, PhoneMessage, RadioMessage
from cauce.cases.operations import CallFacts, RadioFacts, leave_message, record_call, record_radio_message
from cauce.core import clock
from tests.backoffice.town import Town


@dataclass(frozen=True, slots=True)
class AttentionTown:
    """What the screens of the telephone and the radio show."""

    call: Call
    message: PhoneMessage
    radio: RadioMessage


def attention_town(town: Town) -> AttentionTown:
    """Make it, or give the one that was made."""
    now, by = clock.now(), town.staff["coordinador"]
    call = record_call(
        facts=CallFacts(
            started_at=now - timedelta(minutes=3),
            phone="411 555 7066",
            caller_name="Elena Zúñiga",
            account=town.account,
            matter="Recibo muy alto",
            notes="Dice que no ha usado más agua.",
            outcome=Call.Outcome.CALL_BACK,
            call_back_at=now + timedelta(hours=2),
        ),
        at=now,
        by=by,
        key="town/call",
    )
    message = call.messages.first() or leave_message(
        text="Que le llame a la señora Elena", for_user=town.staff["facturacion"], call=call, at=now, by=by
    )
    radio = record_radio_message(
        facts=RadioFacts(
            unit="C-1",
            matter=RadioMessage.Matter.LEAK,
            message="Fuga en la calle",
            place="Jilguero esquina Gorrión, S/N",
            heard_at=now,
        ),
        at=now,
        by=by,
        key="town/radio",
    )
    return AttentionTown(call, message, radio)
