"""What an order that was done changed elsewhere, and which kinds of order would undo it."""

from typing import NamedTuple

from cauce.core.es_mx import format_quantity
from cauce.workorders.models import WorkOrder, WorkOrderResult, WorkOrderType

_Effect = WorkOrderType.Effect
_UNDONE_BY: dict[str, tuple[str, ...]] = {
    _Effect.METER_INSTALLED: (_Effect.METER_REMOVED, _Effect.METER_CHANGED),
    _Effect.METER_CHANGED: (_Effect.METER_CHANGED,),
    _Effect.METER_REMOVED: (_Effect.METER_INSTALLED,),
    _Effect.RECONNECTED: (_Effect.REDUCED,),
    _Effect.REDUCED: (_Effect.RECONNECTED,),
}


class Changed(NamedTuple):
    """What being done changed, as it is said, and the kinds of order that would change it back."""

    did: str
    undone_by: list[WorkOrderType]


def changed_by(order: WorkOrder) -> Changed | None:
    """What an order changed in a meter or an account when it was done; None if it was not, or changes nothing."""
    if order.type.effect == _Effect.NONE:
        return None
    done = order.results.filter(is_done=True).order_by("-pk").first()
    if done is None:
        return None
    kinds = WorkOrderType.objects.filter(effect__in=_UNDONE_BY[order.type.effect], is_active=True)
    return Changed(_told(order.type.effect, done), list(kinds.order_by("name")))


def _told(effect: str, done: WorkOrderResult) -> str:
    installed = f"instaló el medidor {done.meter_serial} con lectura inicial {_reading(done.initial_reading)}"
    sentences = {
        _Effect.METER_INSTALLED: installed,
        _Effect.METER_CHANGED: f"retiró el medidor anterior con lectura {_reading(done.reading)} e {installed}",
        _Effect.METER_REMOVED: f"retiró el medidor con lectura {_reading(done.reading)}",
        _Effect.RECONNECTED: "reconectó la cuenta",
        _Effect.REDUCED: "redujo el servicio de la cuenta",
    }
    return sentences[_Effect(effect)]


def _reading(reading: int | None) -> str:
    return "—" if reading is None else format_quantity(reading)
