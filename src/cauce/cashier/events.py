"""What the desk tells the history."""

from cauce.events.rules import EventKind

SESSION_OPENED = EventKind("SESSION_OPENED", "{cashier} abrió turno en {desk}")
SESSION_CLOSED = EventKind("SESSION_CLOSED", "{cashier} cerró turno en {desk}")
CASH_WITHDRAWN = EventKind(
    "CASH_WITHDRAWN", "Se retiraron {amount} de {desk} en la bolsa {bag} ({folio}): entregó {cashier}, recibió {taker}"
)
DRAWER_COUNTED = EventKind("DRAWER_COUNTED", "{counter} hizo un arqueo en {desk} ({folio}): {outcome}")
SESSION_BALANCED = EventKind("SESSION_BALANCED", "Corte {folio} de {desk}, turno de {cashier}: {outcome}")
SESSION_REVIEWED = EventKind("SESSION_REVIEWED", "{reviewer} revisó el corte {folio} de {desk}")
CONTINGENCY_PRINTED = EventKind(
    "CONTINGENCY_PRINTED", "Se imprimieron los recibos de contingencia {folios} para {desk}"
)
CONTINGENCY_CAPTURED = EventKind(
    "CONTINGENCY_CAPTURED", "Se capturó el recibo de contingencia {folio} por {amount}, recibido el {received}"
)
CONTINGENCY_SPOILT = EventKind("CONTINGENCY_SPOILT", "Se inutilizó el recibo de contingencia {folio}: {reason}")
PAYMENT_ORDER_ISSUED = EventKind("PAYMENT_ORDER_ISSUED", "Se emitió la orden de pago {folio} por {total}")
PAYMENT_ORDER_CANCELLED = EventKind(
    "PAYMENT_ORDER_CANCELLED", "Se canceló la orden de pago {folio} por {total}: {reason}"
)
PAYMENT_ORDER_EXPIRED = EventKind(
    "PAYMENT_ORDER_EXPIRED", "Venció sin pagarse la orden de pago {folio} por {total}; {outcome}"
)
PAYMENT_ORDER_REPRINTED = EventKind("PAYMENT_ORDER_REPRINTED", "Se reimprimió la orden de pago {folio}")
PAYMENT_TAKEN = EventKind("PAYMENT_TAKEN", "Se cobró {amount} con el comprobante {folio}")
RECEIPT_PRINTED = EventKind("RECEIPT_PRINTED", "Se imprimió el comprobante {folio} ({copy})")
CASH_PAPER_PRINTED = EventKind("CASH_PAPER_PRINTED", "Se imprimió {paper} {folio} ({copy})")
PAYMENT_REVERSED = EventKind("PAYMENT_REVERSED", "Se canceló el comprobante {folio} por {amount}: {reason}")
PAYMENT_MOVED_AWAY = EventKind(
    "PAYMENT_MOVED_AWAY",
    "El pago {folio} por {amount} se trasladó a {to}, donde es el comprobante {new_folio}: {reason}",
)
PAYMENT_MOVED_HERE = EventKind(
    "PAYMENT_MOVED_HERE",
    "Llegó por traslado el pago {folio} por {amount} de {origin}, con el comprobante {new_folio}: {reason}",
)
METHOD_CORRECTED = EventKind(
    "METHOD_CORRECTED", "Se corrigió la forma de pago de {amount} ({folio}): era {before} y es {after}. {reason}"
)
PAYMENT_DISHONOURED = EventKind(
    "PAYMENT_DISHONOURED", "{what} por {amount} que pagó el comprobante {folio}: el adeudo vuelve{charges}. {reason}"
)
REFUND_REQUESTED = EventKind("REFUND_REQUESTED", "Se pidió devolver {amount} a favor ({folio}): {reason}")
REFUND_AUTHORISED = EventKind("REFUND_AUTHORISED", "Se autorizó la devolución {folio} por {amount}")
REFUND_REFUSED = EventKind("REFUND_REFUSED", "No se autorizó la devolución {folio} por {amount}: {note}")
REFUND_PAID = EventKind("REFUND_PAID", "Se pagó la devolución {folio} por {amount} ({method})")
BANK_FILE_IMPORTED = EventKind(
    "BANK_FILE_IMPORTED",
    "Entró el archivo del banco «{file_name}»: {new} movimientos, {applied} aplicados y {waiting} por resolver",
)
RESOLUTION_PROPOSED = EventKind(
    "RESOLUTION_PROPOSED", "Se propuso para el movimiento del banco {reference} por {amount}: {action}. {reason}"
)
RESOLUTION_APPROVED = EventKind(
    "RESOLUTION_APPROVED", "Se aprobó para el movimiento del banco {reference} por {amount}: {action}"
)
RESOLUTION_REFUSED = EventKind(
    "RESOLUTION_REFUSED", "No se aprobó para el movimiento del banco {reference} por {amount}: {action}. {note}"
)
CLAIM_OPENED = EventKind(
    "CLAIM_OPENED", "Se recibió la aclaración {folio}: un pago de {amount} del {on} en {institution}"
)
CLAIM_REFUSED = EventKind("CLAIM_REFUSED", "No procedió la aclaración {folio} por {amount}: {reason}")
CLAIM_CLOSED_BY_MOVE = EventKind(
    "CLAIM_CLOSED_BY_MOVE",
    "La aclaración {folio} terminó: el pago se trasladó a esta cuenta con el comprobante {receipt}",
)
VOUCHER_ISSUED = EventKind(
    "VOUCHER_ISSUED", "Se expidió el vale {folio} por {amount}, depositados el {on}, de la aclaración {claim}"
)
VOUCHER_APPLIED = EventKind("VOUCHER_APPLIED", "Se aplicó el vale {folio} por {amount} con el comprobante {receipt}")
VOUCHER_REPLACED = EventKind(
    "VOUCHER_REPLACED",
    "Se expidió el vale {folio} por {amount} en lugar del {before}, cuyo pago se canceló, de la aclaración {claim}: "
    "{reason}",
)
DEPOSIT_RECOGNISED = EventKind(
    "DEPOSIT_RECOGNISED",
    "El archivo del banco trajo, en el renglón {line}, el depósito de {amount} del vale {folio} (aclaración {claim}): "
    "no se aplicó otra vez",
)
CLEARING_MATCHED = EventKind("CLEARING_MATCHED", "Se concilió {folio}: {kind}, {received} abonados el {on}")
CLEARING_REVERSED = EventKind("CLEARING_REVERSED", "Se deshizo la conciliación {folio} por {received}: {reason}")
