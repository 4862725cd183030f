"""Why an account is late, as far as the records tell: the first rule that fits, in this order."""

from dataclasses import dataclass
from typing import Final

STOPPED_AFTER_DAYS: Final = 90
ESTIMATED_IN_A_ROW: Final = 3


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause of being late: its code, its name, and the rule that gives it, as it is printed."""

    code: str
    label: str
    rule: str


CAUSES: Final = (
    Cause(
        "RETURNED_CHEQUE",
        "Cheque devuelto o contracargo",
        "Su último pago lo devolvió el banco y después no ha llegado otro.",
    ),
    Cause("BROKEN_AGREEMENT", "Convenio incumplido", "Un convenio suyo se incumplió y no tiene otro vigente."),
    Cause("AGREEMENT_LATE", "Atrasada en su convenio", "Tiene convenio vigente y parcialidades vencidas."),
    Cause(
        "FORMER_AGREEMENT",
        "Convenio del sistema anterior",
        "La mitad o más de lo vencido es de un convenio del sistema anterior.",
    ),
    Cause(
        "DISPUTED",
        "En aclaración o recurso",
        "Tiene una retención vigente por inconformidad, recurso, amparo o pago en aclaración.",
    ),
    Cause("DEAD_HOLDER", "Titular fallecido", "Tiene una retención vigente por fallecimiento del titular."),
    Cause("CLOSED", "Cuenta cancelada con adeudo", "La cuenta está cancelada."),
    Cause("SUSPENDED", "Suspensión voluntaria con adeudo", "La cuenta está en suspensión voluntaria."),
    Cause(
        "ESTIMATED",
        "Meses de consumo estimado",
        f"Sus últimos {ESTIMATED_IN_A_ROW} consumos son estimados: nadie ha leído el medidor.",
    ),
    Cause("ONE_OFF", "Sólo cargos sueltos", "No debe recibos: debe servicios, parcialidades o gastos."),
    Cause("NEVER_PAID", "Nunca ha pagado", "No hay ningún pago suyo en los libros."),
    Cause(
        "STOPPED_PAYING",
        "Dejó de pagar",
        f"Pagaba, y su último pago tiene más de {STOPPED_AFTER_DAYS} días.",
    ),
    Cause(
        "LATE",
        "Paga tarde o en partes",
        f"Su último pago es de los últimos {STOPPED_AFTER_DAYS} días y no lo cubrió todo.",
    ),
)
CAUSE_NAMES: Final = {cause.code: cause.label for cause in CAUSES}
