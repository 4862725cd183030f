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
ADJUSTMENT_PROPOSED = EventKind(
    "ADJUSTMENT_PROPOSED", "Se propuso el ajuste {folio}, «{what}», por {amount} a {authoriser}: {reason}"
)
ADJUSTMENT_AUTHORISED = EventKind("ADJUSTMENT_AUTHORISED", "Se autorizó el ajuste {folio} por {amount}: {note}")
ADJUSTMENT_REFUSED = EventKind("ADJUSTMENT_REFUSED", "Se negó el ajuste {folio} por {amount}: {note}")
ADJUSTMENT_WITHDRAWN = EventKind("ADJUSTMENT_WITHDRAWN", "Se retiró el ajuste {folio} sin aplicarse: {note}")
ADJUSTMENT_APPLIED = EventKind("ADJUSTMENT_APPLIED", "Se aplicó el ajuste {folio} por {amount}: {bills}")
ADJUSTMENT_POLICY_PROPOSED = EventKind(
    "ADJUSTMENT_POLICY_PROPOSED", "Se propuso la política de ajustes «{name}», desde el {from}"
)
ADJUSTMENT_POLICY_APPROVED = EventKind(
    "ADJUSTMENT_POLICY_APPROVED", "El Director General aprobó la política de ajustes «{name}»; falta el acuerdo"
)
ADJUSTMENT_POLICY_REFUSED = EventKind(
    "ADJUSTMENT_POLICY_REFUSED", "Se rechazó la política de ajustes «{name}»: {reason}"
)
ADJUSTMENT_POLICY_IN_FORCE = EventKind(
    "ADJUSTMENT_POLICY_IN_FORCE", "Rige desde el {from} la política de ajustes «{name}», acuerdo {resolution} del {on}"
)
TARIFFS_SWEPT = EventKind(
    "TARIFFS_SWEPT", "Se volvieron a calcular {bills} recibos, de {first} a {last}: {found} con la ley"
)
WATCH_LIST_REVIEWED = EventKind(
    "WATCH_LIST_REVIEWED", "Se revisó la vigilancia de tarifas: {found} nuevos, {ended} que ya no se ven"
)
WATCH_FINDING_DISMISSED = EventKind(
    "WATCH_FINDING_DISMISSED", "Se descartó de la vigilancia de tarifas «{rule}»: {reason}"
)
LAWS_COMPARED = EventKind(
    "LAWS_COMPARED",
    "Se comparó {new} con {old} sobre un año de consumo de {accounts} cuentas: {difference} de diferencia",
)
CALENDAR_GENERATED = EventKind(
    "CALENDAR_GENERATED", "Se hizo el calendario de ciclos de {first} a {last}: {added} nuevos, {updated} al día"
)
CALENDAR_CHANGED = EventKind(
    "CALENDAR_CHANGED", "Se movió la {stage} de {period}, ciclo {cycle}: del {from} al {until}. Motivo: {reason}"
)
CYCLE_DELIVERED = EventKind(
    "CYCLE_DELIVERED", "Se terminaron de repartir los recibos de {period}, ciclo {cycle}, el {on}"
)
CHANGES_ACKNOWLEDGED = EventKind(
    "CHANGES_ACKNOWLEDGED", "Facturación se enteró de {changes} cambios del padrón antes de {period}, ciclo {cycle}"
)
GUARD_SIGNED = EventKind(
    "GUARD_SIGNED", "Se firmó que {accounts} cuentas quedan sin recibo de {period}, ciclo {cycle}: {reason}"
)
DRAFT_BOUNDS_LOADED = EventKind("DRAFT_BOUNDS_LOADED", "Se cargaron los límites de la prefactura «{resolution}»")
UNUSUAL_DRAFTS_LOOKED_AT = EventKind(
    "UNUSUAL_DRAFTS_LOOKED_AT",
    "Se vieron {drafts} prefacturas fuera de lo común de {period}, ciclo {cycle}: {note}",
)
SAMPLED_DRAFT_CHECKED = EventKind(
    "SAMPLED_DRAFT_CHECKED", "Se revisó a mano la prefactura de {period}, ciclo {cycle}: {result}"
)
