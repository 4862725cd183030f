"""What collection tells the history."""

from cauce.events.rules import EventKind

ARREARS_TAKEN = EventKind("ARREARS_TAKEN", "Se calculó la cartera vencida al {day}: {debt} en {accounts} cuentas")
CONTACT_LOGGED = EventKind("CONTACT_LOGGED", "Gestión de cobranza ({means}, {person}): {result}{promise}")
PROMISE_KEPT = EventKind("PROMISE_KEPT", "Cumplió su promesa de pago: prometió {amount} para el {day} y pagó {paid}")
PROMISE_BROKEN = EventKind(
    "PROMISE_BROKEN", "No cumplió su promesa de pago: prometió {amount} para el {day} y pagó {paid}"
)
SELECTION_SAVED = EventKind("SELECTION_SAVED", "Se guardó la selección de cartera «{name}»")
SELECTION_WITHDRAWN = EventKind("SELECTION_WITHDRAWN", "Se quitó la selección de cartera «{name}»")

LADDER_LOADED = EventKind("LADDER_LOADED", "Se cargó la escalera de cobranza: cambiaron {steps} peldaños")
LADDER_STEP_CHANGED = EventKind("LADDER_STEP_CHANGED", "Se cambió el peldaño de cobranza {code}: {name}")
BATCH_PREPARED = EventKind(
    "BATCH_PREPARED", "Se preparó la relación {folio} de «{step}» con {accounts} por {debt}; {excluded} sin incluir"
)
BATCH_ACT_EXCLUDED = EventKind("BATCH_ACT_EXCLUDED", "Se quitó de la relación {folio} de «{step}»: {reason}")
BATCH_APPROVED = EventKind("BATCH_APPROVED", "Se aprobó la relación {folio} de «{step}» con {accounts}")
BATCH_DISCARDED = EventKind("BATCH_DISCARDED", "Se descartó la relación {folio} de «{step}»: {reason}")
BATCH_ISSUE_STARTED = EventKind("BATCH_ISSUE_STARTED", "Se pidió emitir la relación {folio} de «{step}»")
BATCH_ISSUED = EventKind(
    "BATCH_ISSUED", "Se emitió la relación {folio} de «{step}»: {issued}; {dropped} no salieron al revisarlas otra vez"
)
BATCH_CLOSED = EventKind(
    "BATCH_CLOSED", "Se terminó la relación {folio} de «{step}»: nada queda pendiente de {accounts}"
)
BATCH_SENT = EventKind("BATCH_SENT", "Se enviaron los mensajes de la relación {folio} de «{step}»: {accounts}")
NOTICE_CAPTURED = EventKind("NOTICE_CAPTURED", "«{step}» {folio}: {outcome}, {day}. {note}")
LADDER_ORDER_ENDED = EventKind("LADDER_ORDER_ENDED", "«{step}»: {outcome} con la orden {folio}")
CREDENTIAL_ISSUED = EventKind(
    "CREDENTIAL_ISSUED", "Se expidió la constancia {folio} de {user} como {position}, hasta el {until}"
)
CREDENTIAL_REVOKED = EventKind("CREDENTIAL_REVOKED", "Se retiró la constancia {folio} de {user}: {reason}")
LEGAL_RECORD_ISSUED = EventKind("LEGAL_RECORD_ISSUED", "{kind} {folio} para {addressee}: {matter}")
LEGAL_RECORD_FILLED = EventKind("LEGAL_RECORD_FILLED", "Se asentó {kind} {folio}, practicada el {when}")
LEGAL_RECORD_VOIDED = EventKind("LEGAL_RECORD_VOIDED", "Quedó sin efecto {kind} {folio}: {reason}")

SERVICE_TABLE_LOADED = EventKind("SERVICE_TABLE_LOADED", "Cambió la tabla del servicio por uso: {count}")
REDUCTIONS_AUTHORISED = EventKind(
    "REDUCTIONS_AUTHORISED", "Se autorizaron {accounts} de la relación {folio} por {debt} vencidos"
)
REDUCTION_AUTHORISED = EventKind("REDUCTION_AUTHORISED", "Se autorizó en la relación {folio}: {what}")
REDUCTION_ORDERED = EventKind("REDUCTION_ORDERED", "Se emitió la orden {order} de la autorización {folio}")
REDUCTION_STOPPED = EventKind("REDUCTION_STOPPED", "No se emitió la orden autorizada en la relación {folio}: {reason}")
REDUCTION_CALLED_BACK = EventKind(
    "REDUCTION_CALLED_BACK", "La orden {folio} se retiró a tiempo, antes de hacerse: {cause}"
)
REDUCTION_HAD_BEEN_DONE = EventKind(
    "REDUCTION_HAD_BEEN_DONE", "La orden {folio} ya se había hecho cuando llegó el pago: {cause}"
)
REDUCTION_DONE_LATE = EventKind(
    "REDUCTION_DONE_LATE", "La cuadrilla hizo la orden {folio} que ya no procedía ({cause}): {note}"
)
RECALL_UNDONE = EventKind(
    "RECALL_UNDONE", "Se deshizo el pago que retiró la orden {folio}: {note} Hay que revisar la cuenta"
)
RECONNECTION_OPENED = EventKind(
    "RECONNECTION_OPENED", "Se emitió la reconexión {order} para el {day}: {cause}. Reinstalación: {fee}"
)
WATER_VOUCHER_ISSUED = EventKind(
    "WATER_VOUCHER_ISSUED", "Se emitió el vale de agua {folio}: {litres} litros al día del {first} al {last}"
)
WATER_VOUCHER_DELIVERED = EventKind("WATER_VOUCHER_DELIVERED", "Se entregó el vale de agua {folio} a {to}")
INFRACTION_FOUND = EventKind("INFRACTION_FOUND", "Se encontró una reconexión no autorizada ({folio}): {told}")
INFRACTION_NOTIFIED = EventKind(
    "INFRACTION_NOTIFIED", "Se notificó a {to} la reconexión no autorizada {folio}; puede manifestar hasta el {until}"
)
INFRACTION_HEARD = EventKind("INFRACTION_HEARD", "Se oyó al usuario en el procedimiento {folio}: {defence}")
INFRACTION_FINED = EventKind(
    "INFRACTION_FINED", "Se multó la reconexión no autorizada {folio} con {amount}: {decision}"
)
INFRACTION_DISMISSED = EventKind(
    "INFRACTION_DISMISSED", "No se sancionó la reconexión no autorizada {folio}: {decision}"
)
