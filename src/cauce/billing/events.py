"""What billing tells the history."""

from cauce.events.rules import EventKind

RUN_COMPUTED = EventKind(
    "RUN_COMPUTED", "Se calculó la prefactura de {period}, ciclo {cycle}: {billed} cuentas, ${total}"
)
RUN_APPROVED = EventKind("RUN_APPROVED", "Se aprobó la corrida de {period}, ciclo {cycle}: {billed} recibos, ${total}")
RUN_ISSUE_ORDERED = EventKind(
    "RUN_ISSUE_ORDERED", "Se mandó emitir la corrida de {period}, ciclo {cycle}: {billed} recibos, ${total}"
)
RUN_ISSUED = EventKind("RUN_ISSUED", "Se emitieron {billed} recibos de {period}, ciclo {cycle}, por ${total}")
RUN_CANCELLED = EventKind("RUN_CANCELLED", "Se descartó la corrida de {period}, ciclo {cycle}: {reason}")
DRAFT_WITHDRAWN = EventKind(
    "DRAFT_WITHDRAWN", "Se apartó de la corrida de {period} la prefactura de la cuenta: {reason}"
)
DRAFT_RETURNED = EventKind("DRAFT_RETURNED", "Volvió a la corrida de {period} la prefactura de la cuenta")
