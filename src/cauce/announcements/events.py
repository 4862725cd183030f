"""What Comunicación Social tells the history."""

from cauce.events.rules import EventKind

ANNOUNCEMENT_WRITTEN = EventKind("ANNOUNCEMENT_WRITTEN", "Se preparó el aviso {folio}: {title}, {when}")
ANNOUNCEMENT_PUBLISHED = EventKind("ANNOUNCEMENT_PUBLISHED", "Se publicó el aviso {folio}: {title}, {when}; {reach}")
ANNOUNCEMENT_WITHDRAWN = EventKind("ANNOUNCEMENT_WITHDRAWN", "Se retiró el aviso {folio}: {title}. {reason}")
OFFERING_ASKED = EventKind("OFFERING_ASKED", "{area} pidió {quantity} de «{name}»")
OFFERING_DELIVERED = EventKind("OFFERING_DELIVERED", "Se entregaron a {area} {quantity} de «{name}»")
OFFERING_REFUSED = EventKind("OFFERING_REFUSED", "No se entregó a {area} lo pedido de «{name}»: {reason}")
OFFERING_STOCKED = EventKind("OFFERING_STOCKED", "«{name}»: {movement}. {reason}")
