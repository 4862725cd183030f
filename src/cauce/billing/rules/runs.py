"""The states of a run, what it does with each account and why one is not billed, and what it comes to."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from cauce.core.money import ZERO
from cauce.metering.rules import FINDINGS, INCIDENTS

# Each edge of a run's life with the event it emits; the database refuses any other. A phase that any number of
# workers share is told once, by whoever ends it: the edges into COMPUTING emit nothing.
RUN_EDGES: Mapping[tuple[str, str], str | None] = {
    ("DRAFT", "COMPUTING"): None,
    ("COMPUTING", "COMPUTED"): "RUN_COMPUTED",
    ("COMPUTED", "COMPUTING"): None,
    ("COMPUTED", "APPROVED"): "RUN_APPROVED",
    ("APPROVED", "ISSUING"): "RUN_ISSUE_ORDERED",
    ("ISSUING", "ISSUED"): "RUN_ISSUED",
    ("DRAFT", "CANCELLED"): "RUN_CANCELLED",
    ("COMPUTED", "CANCELLED"): "RUN_CANCELLED",
}


class Outcome(StrEnum):
    """What a run did with an account: every account of the cycle ends in exactly one."""

    BILLED = "BILLED"
    PARKED = "PARKED"
    HELD = "HELD"
    EXEMPT = "EXEMPT"


class Rule(StrEnum):
    """Why an account is not billed, besides the codes of doubtful readings and of prices that cannot be given."""

    VOLUNTARY_SUSPENSION = "SUSPENSION_VOLUNTARIA"
    CLOSED = "CUENTA_CANCELADA"
    HOLD = "RETENCION"
    WITHDRAWN = "RETENIDA_EN_REVISION"
    ALREADY_BILLED = "YA_FACTURADA"


RULE_SENTENCES: Mapping[str, str] = {
    Rule.VOLUNTARY_SUSPENSION: "La cuenta está en suspensión voluntaria: no se factura y conserva su adeudo.",
    Rule.CLOSED: "La cuenta está cancelada: no se factura y conserva su adeudo.",
    Rule.HOLD: "La cuenta tiene una retención que detiene la facturación; levántela para facturarla.",
    Rule.WITHDRAWN: "La apartó quien revisó la prefactura; su motivo está en la cuenta de la corrida.",
    Rule.ALREADY_BILLED: "La cuenta ya se facturó este periodo en otro ciclo; revise su cambio de ciclo en el padrón.",
    "SIN_LINEA": "El archivo de lecturas no trae ninguna línea de la cuenta; mande leerla.",
    "SIN_LECTURA_UTIL": "Todas las líneas de la cuenta se rechazaron; mande leerla de nuevo.",
    "SIN_CONSUMO_COMPARTIDO": "El medidor que comparte no tiene consumo del mes; revise la lectura de la "
    "cuenta que lo tiene.",
    "SIN_CONSUMO_DERIVADAS": "Falta el consumo de alguna de las tomas que mide; revise sus lecturas.",
    "SIN_LECTURA": "La lectura vino en blanco y sin incidente; mande leerla de nuevo.",
    "SIN_LECTURA_ANTERIOR": "No hay lectura correcta del mes anterior para restarla; revise de dónde parte la cuenta.",
    "LECTURAS_DISTINTAS": "El archivo trae dos lecturas distintas de la cuenta; diga cuál vale.",
    "MEDIDOR_NO_COINCIDE": "La serie leída no es la del medidor de la cuenta; compruebe el medidor en la toma.",
    "VUELTA_MEDIDOR": "El medidor parece haber dado la vuelta; confirme el consumo propuesto.",
    "LECTURA_RETROCEDE": "La lectura es menor que la anterior; mande comprobarla.",
    "CONSUMO_CERO": "El consumo es cero; compruebe que la toma no se use o que el medidor ande.",
    "CONSUMO_ALTO": "El consumo pasa de tres veces el promedio; confírmelo antes de facturarlo.",
    "CLAVE_DESCONOCIDA": "La clave de tarifa no está en la ley vigente; corríjala en el padrón.",
    "CLAVE_SIN_TARIFA_MEDIDA": "La ley no tiene tarifa medida para la clave; revise la clave o la ley.",
    "CLAVE_SIN_CUOTA_FIJA": "La ley no tiene cuota fija para la clave y categoría; revise el padrón o la ley.",
    "SIN_LEY_VIGENTE": "Falta la ley de alguno de los meses que cubre la lectura; cárguela.",
}


def rule_sentence(rule: str) -> str:
    """Tell in Spanish why an account was not billed."""
    if rule.startswith("INCIDENTE_"):
        incident = INCIDENTS.get(rule.removeprefix("INCIDENTE_"), "desconocido")
        return f"El lecturista anotó un incidente ({incident}); decida qué se factura."
    if rule in FINDINGS:
        return f"Un hallazgo detiene la lectura ({FINDINGS[rule].lower()}); atiéndalo en la revisión de lecturas."
    return RULE_SENTENCES.get(rule, "La ley no da precio para este uso; revise la cuenta en el padrón.")


@dataclass(slots=True)
class RunTally:
    """How many accounts ended where, and how much was drafted by concept and tariff code."""

    counts: dict[str, int] = field(default_factory=lambda: {outcome.value: 0 for outcome in Outcome})
    by_rule: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    amounts: list[dict[str, object]] = field(default_factory=list)
    total: Decimal = ZERO

    def count(self, outcome: str, rule: str, accounts: int) -> None:
        """So many accounts more with this outcome."""
        self.counts[outcome] += accounts
        if rule:
            self.by_rule[rule] += accounts

    def add(self, concept: str, code: str, *, bills: int, amount: Decimal, vat: Decimal) -> None:
        """What a concept came to in the drafts of a tariff code."""
        self.amounts.append({"concept": concept, "code": code, "bills": bills, "amount": str(amount), "vat": str(vat)})
        self.total += amount + vat

    def as_json(self) -> dict[str, object]:
        """The tally as the run keeps it: money as text."""
        return {
            "counts": self.counts,
            "by_rule": dict(sorted(self.by_rule.items())),
            "amounts": sorted(self.amounts, key=lambda cell: (str(cell["concept"]), str(cell["code"]))),
            "total": str(self.total),
        }
