"""Billing's own rules, pure: the states of a run, the draft of a bill, and why an account is not billed."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from cauce.core.money import ZERO
from cauce.core.periods import period_of
from cauce.ledger.rules import AGREEMENT_BOOK, INSTALMENT, AllocationOrder, OpenCharge, overdue_periods
from cauce.tariffs.rules.values import VAT, ConceptKind, Price

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

_INCIDENTS = {
    "01": "medidor ilegible",
    "02": "sin acceso",
    "03": "medidor parado",
    "04": "medidor invertido",
    "05": "toma directa",
    "06": "fuga visible",
    "07": "medidor no localizado",
    "08": "lote baldío",
    "09": "perro",
}


def rule_sentence(rule: str) -> str:
    """Tell in Spanish why an account was not billed."""
    if rule.startswith("INCIDENTE_"):
        incident = _INCIDENTS.get(rule.removeprefix("INCIDENTE_"), "desconocido")
        return f"El lecturista anotó un incidente ({incident}); decida qué se factura."
    return RULE_SENTENCES.get(rule, "La ley no da precio para este uso; revise la cuenta en el padrón.")


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Measure:
    """What was read for a bill: m³, the two readings with their days, the meter, and whether it was estimated."""

    volume_m3: int
    previous_value: int | None
    current_value: int | None
    previous_on: date | None
    current_on: date | None
    meter_serial: str
    is_estimated: bool

    def as_json(self) -> str:
        """The measure as the draft keeps it."""
        return _compact(
            [
                self.volume_m3,
                self.previous_value,
                self.current_value,
                self.previous_on and self.previous_on.isoformat(),
                self.current_on and self.current_on.isoformat(),
                self.meter_serial,
                self.is_estimated,
            ]
        )


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One concept of a draft bill."""

    concept: str
    amount: Decimal
    vat_percent: Decimal
    vat: Decimal


@dataclass(frozen=True, slots=True)
class DraftPrice:
    """The priced part of a draft bill (prefactura), in pesos: its lines, their sums, and what it charges by concept.

    The VAT of all the lines is one charge; what comes to nothing is not charged.
    """

    lines: tuple[DraftLine, ...]
    subtotal: Decimal
    vat: Decimal
    charges: tuple[tuple[str, Decimal], ...]


def price_json(price: Price, tariff_code: str) -> str:
    """The part of a draft that all equal uses share.

    Lines and proof are kept as the text they are: the bill takes them as they were written, and the database need not
    take them apart twice.
    """
    lines = [[line.concept, str(line.amount), str(line.vat_percent), str(line.vat)] for line in price.lines]
    return (
        f'"code":{json.dumps(tariff_code)},"lines":{json.dumps(_compact(lines))},"proof":{json.dumps(price.proof_json)}'
    )


def draft_json(shared: str, measure: Measure | None) -> str:
    """A whole draft as it is stored."""
    return f'{{{shared},"measure":{json.dumps(measure.as_json()) if measure else "null"}}}'


@lru_cache(maxsize=20_000)
def read_price(lines_json: str) -> DraftPrice:
    """Read the lines of a draft back from what is stored; equal uses share the result."""
    lines = tuple(
        DraftLine(concept, Decimal(amount), Decimal(percent), Decimal(vat))
        for concept, amount, percent, vat in json.loads(lines_json)
    )
    vat = sum((line.vat for line in lines), ZERO)
    charges = [(line.concept, line.amount) for line in lines] + [(VAT, vat)]
    return DraftPrice(
        lines,
        sum((line.amount for line in lines), ZERO),
        vat,
        tuple((concept, amount) for concept, amount in charges if amount > 0),
    )


def read_measure(measure_json: str | None) -> Measure | None:
    """Read what was measured back from what is stored; None for a flat fee."""
    if measure_json is None:
        return None
    m3, previous, current, previous_on, current_on, serial, estimated = json.loads(measure_json)
    return Measure(
        m3,
        previous,
        current,
        date.fromisoformat(previous_on) if previous_on else None,
        date.fromisoformat(current_on) if current_on else None,
        serial,
        estimated,
    )


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


_CAN_WAIT = (ConceptKind.INSTALMENT, ConceptKind.ONE_OFF)


@dataclass(slots=True)
class PreviousDebt:
    """What is asked of an account besides the month's charges, as its bill tells it; pesos.

    ``arrears`` are services and their VAT of the bill's fiscal year, ``prior_year`` (rezago) of earlier years;
    ``other`` holds what is not a service: reinstalación, pago vario, instalments that fall due with this bill.
    ``can_wait`` is what falls due later, by concept: it is not asked for and is in none of the sums.
    """

    arrears: Decimal = ZERO
    prior_year: Decimal = ZERO
    surcharges: Decimal = ZERO
    other: Decimal = ZERO
    periods: set[date] = field(default_factory=set)
    prior_year_periods: set[date] = field(default_factory=set)
    others: dict[str, Decimal] = field(default_factory=dict)
    overdue_periods: list[date] = field(default_factory=list)
    can_wait: dict[str, Decimal] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """All that is asked for."""
        return self.arrears + self.prior_year + self.surcharges + self.other

    def tell_what_was_paid_ahead(self, left: "PreviousDebt") -> None:
        """Count among the other charges what could wait and was paid all the same; ``left`` is what is owed since."""
        for concept, amount in self.can_wait.items():
            paid = amount - left.can_wait.get(concept, ZERO)
            if paid > 0:
                self.add_other(concept, paid)

    def add_other(self, concept: str, amount: Decimal) -> None:
        """Count pesos of a concept among the other charges."""
        self.other += amount
        self.others[concept] = self.others.get(concept, ZERO) + amount

    def detail_json(self) -> str | None:
        """The periods and other concepts behind the sums, as the bill keeps them; None when nothing was owed."""
        if not (self.periods or self.prior_year_periods or self.others):
            return None
        return _compact(
            {
                "periods": [day.isoformat() for day in sorted(self.periods)],
                "prior_year_periods": [day.isoformat() for day in sorted(self.prior_year_periods)],
                "others": {concept: str(amount) for concept, amount in sorted(self.others.items())},
            }
        )


def previous_debt(
    charges: Iterable[OpenCharge], order: AllocationOrder, *, issued_on: date, due_on: date, period: date
) -> PreviousDebt:
    """Sort what an account still owes into the parts its bill tells apart.

    An instalment or a one-off charge that falls due after the bill's own due date is not asked for yet and stays out.
    """
    open_now = list(charges)
    debt = PreviousDebt(overdue_periods=overdue_periods(open_now, order, issued_on))
    for charge in open_now:
        kind = order.kind_of(charge)
        owed_for = charge.period or period_of(charge.due_on)
        if kind is ConceptKind.SURCHARGE:
            debt.surcharges += charge.pending
        elif kind not in (ConceptKind.SERVICE, ConceptKind.TAX):
            # A note is one thing to who pays it: its principal, the VAT in it and its interest.
            concept = INSTALMENT if charge.book == AGREEMENT_BOOK else charge.concept
            if kind in _CAN_WAIT and charge.due_on > due_on:
                debt.can_wait[concept] = debt.can_wait.get(concept, ZERO) + charge.pending
            else:
                debt.add_other(concept, charge.pending)
        elif owed_for.year < period.year:
            debt.prior_year += charge.pending
            debt.prior_year_periods.add(owed_for)
        else:
            debt.arrears += charge.pending
            debt.periods.add(owed_for)
    return debt
