"""What the service desk tells the history."""

from cauce.events.rules import EventKind

SYSTEM_REQUEST_ASKED = EventKind("SYSTEM_REQUEST_ASKED", "{area} pidió a Informática ({folio}): {matter}")
SYSTEM_REQUEST_ACCEPTED = EventKind(
    "SYSTEM_REQUEST_ACCEPTED", "Informática aceptó la solicitud {folio}: {matter}; esfuerzo: {effort}"
)
SYSTEM_REQUEST_STARTED = EventKind("SYSTEM_REQUEST_STARTED", "Informática trabaja en la solicitud {folio}: {matter}")
SYSTEM_REQUEST_RETURNED = EventKind(
    "SYSTEM_REQUEST_RETURNED", "Informática dejó para después la solicitud {folio}: {matter}. {note}"
)
SYSTEM_REQUEST_DONE = EventKind("SYSTEM_REQUEST_DONE", "Informática terminó la solicitud {folio}: {matter}. {answer}")
SYSTEM_REQUEST_REFUSED = EventKind(
    "SYSTEM_REQUEST_REFUSED", "Informática no hará la solicitud {folio}: {matter}. {answer}"
)
POST_HANDED_OVER = EventKind(
    "POST_HANDED_OVER", "{substitute} suple a {absent} ({post}) del {first} al {last}, por el oficio {document}"
)
POST_TAKEN_BACK = EventKind("POST_TAKEN_BACK", "Terminó la suplencia de {absent} ({post}) por {substitute}")
CASE_OPENED = EventKind("CASE_OPENED", "Se recibió {kind} {folio}: {type}. {matter}")
CASE_TAKEN = EventKind("CASE_TAKEN", "{who} tomó el caso {folio}: {matter}")
CASE_ROUTED = EventKind("CASE_ROUTED", "El caso {folio} pasó de {before} a {area}: {note}")
CASE_ACCEPTED = EventKind("CASE_ACCEPTED", "{area} aceptó el caso {folio}: {matter}")
CASE_RETURNED = EventKind("CASE_RETURNED", "{before} devolvió el caso {folio} a {area}: {note}")
CASE_PAUSED = EventKind("CASE_PAUSED", "El caso {folio} quedó en espera del usuario: {note}")
CASE_RESUMED = EventKind("CASE_RESUMED", "Se reanudó el caso {folio}; vence el {due}. {note}")
CASE_NOTED = EventKind("CASE_NOTED", "Nota en el caso {folio}: {note}")
CASE_REPEATED = EventKind("CASE_REPEATED", "Volvieron a preguntar por el caso {folio} ({channel}). {note}")
CASE_RESOLVED = EventKind("CASE_RESOLVED", "Se resolvió el caso {folio} ({outcome}): {resolution}")
CASE_CLOSED = EventKind("CASE_CLOSED", "Se cerró el caso {folio}: {matter}")
CASE_REOPENED = EventKind("CASE_REOPENED", "Se reabrió el caso {folio}: {note}")
CASE_DUPLICATED = EventKind("CASE_DUPLICATED", "El caso {folio} es duplicado del {original}. {note}")
CASE_WITHDRAWN = EventKind("CASE_WITHDRAWN", "El usuario desistió del caso {folio}: {note}")
CASE_FILE_ADDED = EventKind("CASE_FILE_ADDED", "Se agregó al caso {folio}: {document}")
CASE_ORDER_OPENED = EventKind("CASE_ORDER_OPENED", "El caso {folio} abrió la orden {order}: {type}")
CASE_INSPECTION_BOOKED = EventKind("CASE_INSPECTION_BOOKED", "El caso {folio} agendó el aforo {inspection}")
ANSWER_WRITTEN = EventKind("ANSWER_WRITTEN", "Se emitió la respuesta {answer} al caso {folio}, para {addressee}")
ANSWER_DELIVERED = EventKind("ANSWER_DELIVERED", "Se entregó la respuesta {answer} del caso {folio} a {received_by}")
CASE_CATALOGUE_LOADED = EventKind(
    "CASE_CATALOGUE_LOADED", "Se cargó el catálogo de casos: cambiaron {types} tipos y {templates} plantillas"
)
CASE_TYPE_CHANGED = EventKind("CASE_TYPE_CHANGED", "Se cambió el tipo de caso {code}: {name}")
ANSWER_TEMPLATE_CHANGED = EventKind("ANSWER_TEMPLATE_CHANGED", "Se cambió la plantilla de respuesta {code}: {name}")
CALL_ATTENDED = EventKind("CALL_ATTENDED", "{direction} {who}: {matter}. Resultado: {outcome}{until}")
CALL_RETURNED = EventKind("CALL_RETURNED", "Se devolvió la llamada que se prometió a {who}: {matter}")
MESSAGE_LEFT = EventKind("MESSAGE_LEFT", "Se dejó recado para {whom}: {text}")
MESSAGE_TAKEN = EventKind("MESSAGE_TAKEN", "Se tomó el recado: {text}")
RADIO_MESSAGE = EventKind("RADIO_MESSAGE", "Radio, la unidad {unit} {direction} ({matter}): {message}{place}")
RADIO_ACKNOWLEDGED = EventKind("RADIO_ACKNOWLEDGED", "Enterado del mensaje de la unidad {unit}: {message}")
