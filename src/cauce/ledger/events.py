"""What the ledger tells the history."""

from cauce.events.rules import EventKind

BALANCES_IMPORTED = EventKind("BALANCES_IMPORTED", "Entraron {new} adeudos del sistema anterior, al {cut}")
POSTING_REVERSED = EventKind("POSTING_REVERSED", "Se canceló el movimiento {key}")
