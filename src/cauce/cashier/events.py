"""What the desk tells the history."""

from cauce.events.rules import EventKind

SESSION_OPENED = EventKind("SESSION_OPENED", "{cashier} abrió turno en {desk}")
SESSION_CLOSED = EventKind("SESSION_CLOSED", "{cashier} cerró turno en {desk}")
PAYMENT_ORDER_ISSUED = EventKind("PAYMENT_ORDER_ISSUED", "Se emitió la orden de pago {folio} por {total}")
PAYMENT_TAKEN = EventKind("PAYMENT_TAKEN", "Se cobró {amount} con el comprobante {folio}")
PAYMENT_REVERSED = EventKind("PAYMENT_REVERSED", "Se canceló el comprobante {folio} por {amount}: {reason}")
