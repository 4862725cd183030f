"""What the lineamientos tell the history."""

from cauce.events.rules import EventKind

GUIDELINE_WRITTEN = EventKind("GUIDELINE_WRITTEN", "Se escribió el lineamiento «{title}», versión {number}")
GUIDELINE_SUBMITTED = EventKind("GUIDELINE_SUBMITTED", "Se envió a revisión el lineamiento «{title}», versión {number}")
GUIDELINE_RETURNED = EventKind(
    "GUIDELINE_RETURNED", "Se devolvió para corregirse el lineamiento «{title}», versión {number}: {reason}"
)
GUIDELINE_AUTHORISED = EventKind(
    "GUIDELINE_AUTHORISED", "Se autorizó el lineamiento «{title}», versión {number}: rige desde el {since}"
)
GUIDELINE_WITHDRAWN = EventKind("GUIDELINE_WITHDRAWN", "Se retiró el lineamiento «{title}», versión {number}: {reason}")
GUIDELINE_ACKNOWLEDGED = EventKind(
    "GUIDELINE_ACKNOWLEDGED", "{person} leyó el lineamiento «{title}», versión {number}, y se obligó a cumplirlo"
)
CHECKLIST_CAPTURED = EventKind(
    "CHECKLIST_CAPTURED", "Se capturó la lista de verificación de «{title}», {month}: {answered} de {asked} puntos"
)
CHECKLIST_CLOSED = EventKind("CHECKLIST_CLOSED", "Se cerró la lista de verificación de «{title}», {month}: {outcome}")
