"""What the ledger tells the history."""

from cauce.events.rules import EventKind

BALANCES_IMPORTED = EventKind("BALANCES_IMPORTED", "Entraron {new} adeudos del sistema anterior, al {cut}")
SURCHARGES_POSTED = EventKind("SURCHARGES_POSTED", "Se cargaron recargos por {amount}, calculados al {to}")
ADVANCES_APPLIED = EventKind("ADVANCES_APPLIED", "Se aplicó saldo a favor por {amount}")
SURCHARGES_TAKEN_BACK = EventKind(
    "SURCHARGES_TAKEN_BACK", "Se cancelaron recargos por {amount}: llegó un pago del {on}, anterior a ellos"
)
DAY_CLOSED = EventKind("DAY_CLOSED", "Se cerraron los libros del {day}")
