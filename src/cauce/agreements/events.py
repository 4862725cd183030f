"""What agreements and their pagarés tell the history."""

from cauce.events.rules import EventKind

POLICY_LOADED = EventKind("POLICY_LOADED", "Entró en vigor la política de convenios: {resolution}")
AGREEMENT_REQUESTED = EventKind(
    "AGREEMENT_REQUESTED", "Se pidió autorizar el convenio {folio} por {debt} a {authoriser}: {reason}"
)
AGREEMENT_AUTHORISED = EventKind("AGREEMENT_AUTHORISED", "Se autorizó el convenio {folio}: {note}")
AGREEMENT_REFUSED = EventKind("AGREEMENT_REFUSED", "Se negó el convenio {folio}: {note}")
AGREEMENT_PREPARED = EventKind(
    "AGREEMENT_PREPARED", "Se preparó el convenio {folio}: {debt} con {down} de enganche y {count} pagarés"
)
AGREEMENT_WITHDRAWN = EventKind("AGREEMENT_WITHDRAWN", "Se retiró sin firmar el convenio {folio}: {reason}")
AGREEMENT_SIGNED = EventKind(
    "AGREEMENT_SIGNED", "{obligor} firmó el convenio {folio} por {financed} en {count} pagarés"
)
AGREEMENT_IN_FORCE = EventKind("AGREEMENT_IN_FORCE", "El convenio {folio} quedó vigente")
AGREEMENT_WITHOUT_DOWN_PAYMENT = EventKind(
    "AGREEMENT_WITHOUT_DOWN_PAYMENT", "El convenio {folio} volvió a esperar su enganche: se deshizo el pago"
)
AGREEMENT_KEPT = EventKind("AGREEMENT_KEPT", "Se cumplió el convenio {folio}: sus pagarés están pagados")
AGREEMENT_BROKEN = EventKind(
    "AGREEMENT_BROKEN", "Se incumplió el convenio {folio}: {reason} Regresaron al adeudo {amount}"
)
AGREEMENT_CANCELLED = EventKind(
    "AGREEMENT_CANCELLED", "Se canceló el convenio {folio}: {reason} Regresaron al adeudo {amount}"
)
AGREEMENT_RESTRUCTURED = EventKind("AGREEMENT_RESTRUCTURED", "El convenio {folio} se reestructuró con el {new_folio}")
NOTE_PAID = EventKind("NOTE_PAID", "Se pagó el pagaré {folio} ({number} de {of}) por {amount}")
NOTE_PAID_IN_PART = EventKind(
    "NOTE_PAID_IN_PART", "Se abonaron {amount} al pagaré {folio} ({number} de {of}); quedan {pending}"
)
NOTE_PAYMENT_UNDONE = EventKind("NOTE_PAYMENT_UNDONE", "Se deshizo un pago de {amount} del pagaré {folio}")
NOTE_INTEREST_FORGIVEN = EventKind(
    "NOTE_INTEREST_FORGIVEN", "Se pagó antes el pagaré {folio}: no se cobran {amount} de interés no devengado"
)
NOTE_OVERDUE = EventKind("NOTE_OVERDUE", "Venció sin pagarse el pagaré {folio} ({number} de {of}) por {pending}")
NOTES_KEPT = EventKind("NOTES_KEPT", "Quedaron en resguardo {count} pagarés del convenio {folio}: {where}")
NOTE_RETURNED = EventKind("NOTE_RETURNED", "Se devolvió a {to} el pagaré {folio}, pagado")
WAIVER_REQUESTED = EventKind(
    "WAIVER_REQUESTED", "Se pidió condonar {amount} de recargos ({folio}) a {authoriser}: {reason}"
)
WAIVER_APPLIED = EventKind("WAIVER_APPLIED", "Se condonaron {amount} de recargos ({folio}): {reason}")
WAIVER_REFUSED = EventKind("WAIVER_REFUSED", "Se negó condonar {amount} de recargos ({folio}): {note}")
PREPAYMENT_OFFERED = EventKind(
    "PREPAYMENT_OFFERED", "Se ofreció el pago anticipado {folio}: {months} meses por {net}, con {discount} de descuento"
)
PREPAYMENT_BEGUN = EventKind("PREPAYMENT_BEGUN", "Entró en vigor el pago anticipado {folio} por {net}")
PREPAYMENT_ENDED = EventKind("PREPAYMENT_ENDED", "Terminó el pago anticipado {folio}: {reason}")
PREPAYMENT_EXPIRED = EventKind("PREPAYMENT_EXPIRED", "El pago anticipado {folio} no se pagó a más tardar el {day}")
PREPAYMENT_CANCELLED = EventKind("PREPAYMENT_CANCELLED", "Se canceló el pago anticipado {folio}: {reason}")
