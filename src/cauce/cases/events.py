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
