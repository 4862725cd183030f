"""What work orders and the agenda tell the history."""

from cauce.events.rules import EventKind

WORK_ORDER_ISSUED = EventKind("WORK_ORDER_ISSUED", "Se emitió la orden {folio} para {area}: {type}. {matter}")
WORK_ORDERS_DELIVERED = EventKind("WORK_ORDERS_DELIVERED", "Se entregó a {area} la relación {folio} con {orders}")
DELIVERY_ACKNOWLEDGED = EventKind("DELIVERY_ACKNOWLEDGED", "{who} acusó recibo de la relación {folio} con {orders}")
WORK_ORDERS_PROGRAMMED = EventKind("WORK_ORDERS_PROGRAMMED", "Se programaron para el {day} con {crew}: {orders}")
WORK_ORDER_UNPROGRAMMED = EventKind("WORK_ORDER_UNPROGRAMMED", "Se quitó del programa la orden {folio}. {reason}")
WORK_ORDER_MOVED = EventKind("WORK_ORDER_MOVED", "La orden {folio} pasó al {day} con {crew}. {reason}")
WORK_ORDER_REASSIGNED = EventKind("WORK_ORDER_REASSIGNED", "La orden {folio} pasó de {before} a {area}: {reason}")
WORK_ORDER_STARTED = EventKind("WORK_ORDER_STARTED", "{crew} salió a la orden {folio}")
WORK_ORDER_DONE = EventKind("WORK_ORDER_DONE", "Se hizo la orden {folio}: {type}. {notes}")
WORK_ORDER_NOT_DONE = EventKind("WORK_ORDER_NOT_DONE", "No se pudo hacer la orden {folio} ({type}): {reason}. {notes}")
WORK_ORDER_RETRIED = EventKind("WORK_ORDER_RETRIED", "La orden {folio} se intentará de nuevo: {reason}")
WORK_ORDERS_REVIEWED = EventKind("WORK_ORDERS_REVIEWED", "Se revisaron: {orders}")
WORK_ORDERS_CLOSED = EventKind("WORK_ORDERS_CLOSED", "Se cerraron: {orders}")
WORK_ORDER_REOPENED = EventKind("WORK_ORDER_REOPENED", "Se reabrió la orden {folio}: {reason}")
WORK_ORDER_RECALLED = EventKind("WORK_ORDER_RECALLED", "Se retiró la orden {folio}: {reason}")
WORK_ORDER_RECALLED_LATE = EventKind(
    "WORK_ORDER_RECALLED_LATE", "No se pudo retirar la orden {folio}, que ya está {state}: {reason}"
)
WORK_ORDER_CANCELLED = EventKind("WORK_ORDER_CANCELLED", "Se canceló la orden {folio}: {reason}")
WORK_ORDERS_MERGED = EventKind("WORK_ORDERS_MERGED", "Se unieron a la orden {folio}: {orders}. {reason}")
WORK_ORDER_MERGED = EventKind("WORK_ORDER_MERGED", "La orden {folio} se unió a la {into}: {reason}")
WORK_ORDER_FILE_ADDED = EventKind("WORK_ORDER_FILE_ADDED", "Se agregó a la orden {folio}: {label}")
ORDER_CATALOGUE_LOADED = EventKind(
    "ORDER_CATALOGUE_LOADED", "Se cargó el catálogo de órdenes: {types} tipos y {materials} materiales cambiaron"
)
ORDER_TYPE_CHANGED = EventKind("ORDER_TYPE_CHANGED", "Se cambió el tipo de orden {code}: {name}")
CREW_CHANGED = EventKind("CREW_CHANGED", "Se cambió la cuadrilla {name}: {what}")

INSPECTION_BASIS_LOADED = EventKind(
    "INSPECTION_BASIS_LOADED",
    "Cambiaron las bases de los aforos: {litres} litros por persona al día y {tolerance} % de tolerancia al medidor",
)
TECHNICIAN_CHANGED = EventKind("TECHNICIAN_CHANGED", "Se cambió el técnico en medición {technician}: {what}")
AGENDA_OPENED = EventKind("AGENDA_OPENED", "Se abrió la agenda de aforos del {first} al {last}: {slots}, {places}")
AGENDA_SLOT_CHANGED = EventKind("AGENDA_SLOT_CHANGED", "Se cambió el medio día de aforos {slot}: {what}")
AGENDA_SLOT_CLOSED = EventKind("AGENDA_SLOT_CLOSED", "Se cerró a los aforos {slot}: {reason}")
AGENDA_SLOT_REOPENED = EventKind("AGENDA_SLOT_REOPENED", "Se volvió a abrir a los aforos {slot}")
INSPECTION_BOOKED = EventKind("INSPECTION_BOOKED", "Se agendó el aforo {folio} para {slot}: {matter}")
INSPECTION_BOOKED_OVER = EventKind(
    "INSPECTION_BOOKED_OVER", "Se agendó por encima del cupo el aforo {folio} para {slot}: {matter}"
)
INSPECTION_MOVED = EventKind("INSPECTION_MOVED", "El aforo {folio} pasó de {before} a {slot}: {reason}")
INSPECTION_MISSED = EventKind("INSPECTION_MISSED", "En el aforo {folio} de {slot} no se encontró a nadie. {note}")
INSPECTION_BOOKED_AGAIN = EventKind(
    "INSPECTION_BOOKED_AGAIN", "Se volvió a agendar para {slot} el aforo {folio}, en el que no se encontró a nadie"
)
INSPECTION_CANCELLED = EventKind("INSPECTION_CANCELLED", "Se canceló el aforo {folio} de {slot}: {reason}")
INSPECTION_REMINDED = EventKind("INSPECTION_REMINDED", "Se recordó el aforo {folio} ({means}). {outcome}")
INSPECTION_REPORTED = EventKind("INSPECTION_REPORTED", "Se capturó el acta {act} del aforo {folio}: {conclusion}")
