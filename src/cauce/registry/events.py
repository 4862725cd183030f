"""What the history says of the padrón."""

from typing import Final

from cauce.events.rules import EventKind

ACCOUNT_OPENED: Final = EventKind("ACCOUNT_OPENED", "Se dio de alta la cuenta {account} a nombre de {holder}.")
ACCOUNT_CHANGED: Final = EventKind("ACCOUNT_CHANGED", "Se cambió la cuenta {account} ({changes}). Motivo: {reason}")
CUSTOMER_REGISTERED: Final = EventKind("CUSTOMER_REGISTERED", "Se registró a {customer}.")
CUSTOMER_CHANGED: Final = EventKind(
    "CUSTOMER_CHANGED", "Se cambiaron los datos de la persona ({changes}). Motivo: {reason}"
)
PREMISES_CHANGED: Final = EventKind("PREMISES_CHANGED", "Se cambió el domicilio ({changes}). Motivo: {reason}")
ROLE_ASSIGNED: Final = EventKind("ROLE_ASSIGNED", "{customer} es {role} de la cuenta {account} desde el {valid_from}.")
ROLE_ENDED: Final = EventKind(
    "ROLE_ENDED", "{customer} dejó de ser {role} de la cuenta {account} el {valid_until}. Motivo: {reason}"
)
HOLD_PLACED: Final = EventKind("HOLD_PLACED", "Se puso una retención por {kind} a la cuenta {account}: {reason}")
HOLD_LIFTED: Final = EventKind("HOLD_LIFTED", "Se levantó la retención por {kind} de la cuenta {account}: {reason}")
FLAG_RESOLVED: Final = EventKind("FLAG_RESOLVED", "Se atendió el aviso {code} de la cuenta {account}: {resolution}")
SERVICE_REDUCED: Final = EventKind("SERVICE_REDUCED", "Se redujo el servicio de la cuenta {account}. {reason}")
SERVICE_RECONNECTED: Final = EventKind(
    "SERVICE_RECONNECTED", "Se reconectó el servicio de la cuenta {account}. {reason}"
)
COLONIES_LOADED: Final = EventKind("COLONIES_LOADED", "Se cargó el catálogo de colonias: {new} nuevas de {rows}.")
SECTORS_LOADED: Final = EventKind("SECTORS_LOADED", "Se cargaron {sectors} sectores: {routes} rutas cambiaron.")
CONNECTION_HUNG: Final = EventKind(
    "CONNECTION_HUNG", "La toma de la cuenta {account} sale de la de la cuenta {parent}. {reason}"
)
CONNECTION_LET_GO: Final = EventKind(
    "CONNECTION_LET_GO", "La toma de la cuenta {account} ya no depende de otra. {reason}"
)
LINK_DECLARED: Final = EventKind("LINK_DECLARED", "{user} declaró un vínculo con {customer} ({kind}).")
LINK_ENDED: Final = EventKind("LINK_ENDED", "Terminó el vínculo declarado de {user} con {customer}.")
ACT_BARRED: Final = EventKind("ACT_BARRED", "Se impidió a {user} {what}: es su cuenta o la de alguien cercano.")
ROUTE_RESEQUENCED: Final = EventKind(
    "ROUTE_RESEQUENCED", "Se ordenó la ruta {route}: {accounts} cuentas cambiaron de lugar. {reason}"
)
