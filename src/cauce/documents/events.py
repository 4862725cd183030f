"""What papers that wait for a signature tell the history."""

from cauce.events.rules import EventKind

SIGNATURE_REQUESTED = EventKind("SIGNATURE_REQUESTED", "Se pidió la firma de {role}: {title}")
DOCUMENT_SIGNED = EventKind("DOCUMENT_SIGNED", "Se firmó: {title}")
DOCUMENT_RETURNED = EventKind("DOCUMENT_RETURNED", "Se devolvió sin firmar: {title}. {note}")
SIGNATURE_WITHDRAWN = EventKind("SIGNATURE_WITHDRAWN", "Se retiró de la firma: {title}")
NORM_TEXT_KEPT = EventKind("NORM_TEXT_KEPT", "Se guardó el texto de «{norm}»: {file}")
