"""Adjustments of issued bills, pure: their states, their kinds and limits, who decides, and what a bill comes to."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import chain
from typing import Any

from cauce.billing.rules.adjustment_kinds import KindRules
from cauce.core.es_mx import count_of, format_money
from cauce.core.money import ZERO, round_to_cents
from cauce.metering.rules import RightVolume
from cauce.tariffs.rules.errors import PricingError
from cauce.tariffs.rules.pricing import price
from cauce.tariffs.rules.usages import read_usage, usage_json, usage_of_proof
from cauce.tariffs.rules.values import Price, PriceLine, Schedule, Usage

# Each edge of an adjustment's life with the event it emits; the database refuses any other.
ADJUSTMENT_EDGES: Mapping[tuple[str, str], str] = {
    ("PROPOSED", "AUTHORISED"): "ADJUSTMENT_AUTHORISED",
    ("PROPOSED", "REFUSED"): "ADJUSTMENT_REFUSED",
    ("PROPOSED", "WITHDRAWN"): "ADJUSTMENT_WITHDRAWN",
    ("AUTHORISED", "APPLIED"): "ADJUSTMENT_APPLIED",
    ("AUTHORISED", "WITHDRAWN"): "ADJUSTMENT_WITHDRAWN",
}
# And those of a policy: the Director General approves it, and it rules once the Consejo Directivo resolves.
POLICY_EDGES: Mapping[tuple[str, str], str] = {
    ("PROPOSED", "APPROVED"): "ADJUSTMENT_POLICY_APPROVED",
    ("PROPOSED", "REFUSED"): "ADJUSTMENT_POLICY_REFUSED",
    ("APPROVED", "IN_FORCE"): "ADJUSTMENT_POLICY_IN_FORCE",
    ("APPROVED", "REFUSED"): "ADJUSTMENT_POLICY_REFUSED",
}

HEAD, DIRECTOR, BOARD = "jefe", "director", "consejo"
_PERCENT = Decimal(100)


class Formula(StrEnum):
    """How the corrected figures are reached."""

    REPRICE = "REPRICE"
    PERCENT = "PERCENT"
    AVERAGE = "AVERAGE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What is asked of one bill, besides what its kind says; None leaves a fact as the bill has it.

    ``m3`` is the right consumption and ``average_months`` how many months it is the average of; ``percent`` is what is
    taken off the concepts of the kind.
    """

    m3: int | None = None
    average_months: int = 0
    tariff_code: str | None = None
    category: str | None = None
    has_sewerage: bool | None = None
    has_treatment: bool | None = None
    percent: Decimal | None = None

    def as_json(self) -> dict[str, Any]:
        """The correction as it is kept."""
        return {name: None if value is None else str(value) for name, value in (("percent", self.percent),)} | {
            "m3": self.m3,
            "average_months": self.average_months,
            "tariff_code": self.tariff_code,
            "category": self.category,
            "has_sewerage": self.has_sewerage,
            "has_treatment": self.has_treatment,
        }


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A concept of a bill, with its VAT, in pesos."""

    concept: str
    amount: Decimal
    vat_percent: Decimal
    vat: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BilledFacts:
    """What a bill was made of: enough to price it again by its own law."""

    period: date
    tariff_code: str
    m3: int | None
    lines: tuple[BilledLine, ...]
    proof: Mapping[str, Any]
    usage: Mapping[str, Any] | None = None

    @property
    def total(self) -> Decimal:
        """What the bill charges, with its VAT."""
        return sum((line.amount + line.vat for line in self.lines), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFacts:
    """What the padrón says today of the account, for what the bill's proof does not tell."""

    category: str | None = None
    dwellings: int = 1
    exemption: str | None = None
    pupils: int | None = None
    discharge_m3: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Corrected:
    """What a bill comes to once corrected: its lines, its proof, and the facts that changed."""

    lines: tuple[BilledLine, ...]
    proof: Mapping[str, Any]
    tariff_code: str
    m3: int | None
    usage: Mapping[str, Any] | None = None
    is_estimated: bool = False
    note: str = ""

    @property
    def total(self) -> Decimal:
        """What it charges, with its VAT."""
        return sum((line.amount + line.vat for line in self.lines), ZERO)

    def as_json(self) -> dict[str, Any]:
        """The quote as it is kept: money as text."""
        return {
            "lines": [[line.concept, str(line.amount), str(line.vat_percent), str(line.vat)] for line in self.lines],
            "proof": dict(self.proof),
            "tariff_code": self.tariff_code,
            "m3": self.m3,
            "usage": None if self.usage is None else dict(self.usage),
            "is_estimated": self.is_estimated,
            "note": self.note,
        }


def read_corrected(kept: Mapping[str, Any]) -> Corrected:
    """Read a quote back from what is kept."""
    return Corrected(
        lines=tuple(
            BilledLine(concept, Decimal(amount), Decimal(percent), Decimal(vat))
            for concept, amount, percent, vat in kept["lines"]
        ),
        proof=kept["proof"],
        tariff_code=kept["tariff_code"],
        m3=kept["m3"],
        usage=kept["usage"],
        is_estimated=kept["is_estimated"],
        note=kept["note"],
    )


class CorrectionFault(Exception):
    """Why a bill cannot be corrected as asked, in Spanish."""


def corrected_bill(
    facts: BilledFacts, *, kind: KindRules, asked: Correction, account: AccountFacts, laws: Sequence[Schedule]
) -> Corrected:
    """Correct a bill by the formula of its kind; ``laws`` begin with the bill's own.

    :raises CorrectionFault: if what is asked cannot be, changes nothing, or the law gives no price for it.
    """
    if kind.formula == Formula.PERCENT:
        made = _less_a_percentage(facts, kind, asked)
    else:
        made = _priced_again(facts, kind, asked, account, laws)
    if made.lines == facts.lines and made.m3 == facts.m3:
        raise CorrectionFault("Con esos datos el recibo queda igual: no hay nada que ajustar.")
    return made


def right_volume(
    kind: KindRules, corrected: Corrected, *, billed_m3: int | None, reading_note: Mapping[str, Any] | None
) -> RightVolume | None:
    """What the month's consumption should have been by a corrected bill; None when it was counted right.

    It was right when a percentage is taken off, or the kind lets go of what is taken off, or only the tariff changes;
    and a meter that serves several accounts is no single bill's.
    """
    is_of_others = bool(reading_note) and bool({"of_parts", "children"} & set(reading_note or ()))
    if kind.formula == Formula.PERCENT or kind.forgives or is_of_others or corrected.m3 is None or billed_m3 is None:
        return None
    if corrected.m3 == billed_m3 and not corrected.is_estimated:
        return None
    return RightVolume(corrected.m3, corrected.is_estimated)


def _less_a_percentage(facts: BilledFacts, kind: KindRules, asked: Correction) -> Corrected:
    percent = kind.percent if asked.percent is None else asked.percent
    if percent is None or percent <= 0:
        raise CorrectionFault("Escriba qué porcentaje se descuenta, mayor que cero.")
    if percent > _PERCENT:
        raise CorrectionFault(
            f"Un descuento de {percent.normalize():f} % es mayor que el recibo ({format_money(facts.total)}): "
            "a lo más se descuenta el 100 %."
        )
    if kind.percent is not None and percent > kind.percent:
        raise CorrectionFault(f"La política «{kind.name}» descuenta a lo más {kind.percent.normalize():f} %.")
    steps = [step for step in facts.proof["steps"] if step[0] not in ("vat", "total")]
    lines = []
    for line in facts.lines:
        amount = line.amount
        if line.concept in kind.concepts:
            amount = line.amount - round_to_cents(line.amount * percent / _PERCENT)
            steps.append(["adjusted", kind.name, line.concept, str(percent), str(line.amount), str(amount)])
        vat = round_to_cents(amount * line.vat_percent / _PERCENT)
        steps.append(["vat", line.concept, str(line.vat_percent), str(amount), str(vat)])
        lines.append(BilledLine(line.concept, amount, line.vat_percent, vat))
    subtotal, vat = sum((line.amount for line in lines), ZERO), sum((line.vat for line in lines), ZERO)
    steps.append(["total", str(subtotal), str(vat), str(subtotal + vat)])
    return Corrected(
        lines=tuple(lines),
        proof={**facts.proof, "steps": steps},
        tariff_code=facts.tariff_code,
        m3=facts.m3,
        usage=facts.usage,
        note=f"{percent.normalize():f} % menos",
    )


def _priced_again(
    facts: BilledFacts, kind: KindRules, asked: Correction, account: AccountFacts, laws: Sequence[Schedule]
) -> Corrected:
    if asked.m3 is not None and asked.m3 < 0:
        raise CorrectionFault("El consumo corregido no puede ser negativo.")
    if asked.m3 is not None and facts.m3 is None and asked.tariff_code is None:
        raise CorrectionFault("El recibo es de cuota fija, sin consumo medido: no se corrige con metros cúbicos.")
    usage, note = billed_usage(facts, account, laws)
    usage = replace(
        usage,
        tariff_code=asked.tariff_code or usage.tariff_code,
        m3=usage.m3 if asked.m3 is None else asked.m3,
        category=usage.category if asked.category is None else asked.category or None,
        has_sewerage=usage.has_sewerage if asked.has_sewerage is None else asked.has_sewerage,
        has_treatment=usage.has_treatment if asked.has_treatment is None else asked.has_treatment,
    )
    try:
        made = price(laws[0], usage, laws[1:])
    except PricingError as error:
        raise CorrectionFault(str(error)) from error
    return Corrected(
        lines=_lines(made),
        proof=made.proof,
        tariff_code=usage.tariff_code,
        m3=usage.m3,
        usage=json.loads(usage_json(usage, laws[0].parameters.interval_days)),
        is_estimated=kind.formula == Formula.AVERAGE,
        note=note,
    )


def billed_usage(facts: BilledFacts, account: AccountFacts, laws: Sequence[Schedule]) -> tuple[Usage, str]:
    """The use that a bill priced, by its proof, and a warning when today's padrón no longer gives its figures."""
    told = _told_usage(facts, laws[0])
    of_padron = replace(
        told,
        category=account.category or told.category,
        dwellings=account.dwellings,
        exemption=account.exemption,
        pupils=account.pupils,
        discharge_m3=account.discharge_m3,
    )
    priced = _as_priced(facts)
    for usage in (told, of_padron):
        try:
            if _lines(price(laws[0], usage, laws[1:])) == priced:
                return usage, ""
        except PricingError:
            continue
    return of_padron, "El padrón cambió desde que se emitió: se usaron los datos de hoy de la cuenta."


def _as_priced(facts: BilledFacts) -> tuple[BilledLine, ...]:
    """The lines of a bill before any percentage was taken off them."""
    before: dict[str, Decimal] = {}
    for step in facts.proof["steps"]:
        if step[0] == "adjusted":
            before.setdefault(step[2], Decimal(step[4]))
    return tuple(
        BilledLine(
            line.concept,
            before[line.concept],
            line.vat_percent,
            round_to_cents(before[line.concept] * line.vat_percent / _PERCENT),
        )
        if line.concept in before
        else line
        for line in facts.lines
    )


def _told_usage(facts: BilledFacts, law: Schedule) -> Usage:
    """The use that the bill keeps, or that its proof went by."""
    if facts.usage is not None:
        return read_usage(facts.usage, tariff_code=facts.tariff_code, period=facts.period)
    return usage_of_proof(facts.proof, law, tariff_code=facts.tariff_code, period=facts.period, volume_m3=facts.m3)


def _lines(made: Price) -> tuple[BilledLine, ...]:
    return tuple(_line(line) for line in made.lines)


def _line(line: PriceLine) -> BilledLine:
    return BilledLine(line.concept, line.amount, line.vat_percent, line.vat)


@dataclass(frozen=True, slots=True)
class ConceptChange:
    """What a concept of a bill was and is, in pesos before VAT; the VAT of all is a row of its own."""

    concept: str
    before: Decimal
    after: Decimal

    @property
    def difference(self) -> Decimal:
        """What it rises, negative when it falls."""
        return self.after - self.before


def changes_of(before: Sequence[BilledLine], after: Sequence[BilledLine]) -> list[ConceptChange]:
    """What changes from some lines to others, concept by concept, with the VAT at the end."""
    concepts = list(dict.fromkeys(line.concept for line in chain(before, after)))
    rows = [ConceptChange(concept, _of(before, concept), _of(after, concept)) for concept in concepts]
    vat = ConceptChange("IVA", sum((line.vat for line in before), ZERO), sum((line.vat for line in after), ZERO))
    return [*rows, vat] if vat.before or vat.after else rows


def _of(lines: Sequence[BilledLine], concept: str) -> Decimal:
    return sum((line.amount for line in lines if line.concept == concept), ZERO)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at to say who decides, in Spanish, and whether the policy holds."""

    met: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Level:
    """Who decides an adjustment, whether the Consejo's resolution is needed, and why."""

    post: str
    needs_board: bool
    findings: tuple[Finding, ...]


def level_of(*, kind: KindRules, difference: Decimal, periods: Sequence[date], today: date, earlier: int) -> Level:
    """Say who decides: the post that the policy names while it holds, then the Director General, then the Consejo.

    ``difference`` is what the bills change altogether; ``earlier`` are the account's adjustments of this kind in the
    months that the policy counts.
    """
    amount = abs(difference)
    oldest = min(periods)
    age = (today.year - oldest.year) * 12 + today.month - oldest.month
    reached = "la política no pone límite" if kind.limit is None else f"la política llega a {format_money(kind.limit)}"
    findings = [Finding(kind.limit is None or amount <= kind.limit, f"Cambia {format_money(amount)}; {reached}.")]
    if kind.months_back is not None:
        findings.append(
            Finding(
                age <= kind.months_back,
                f"El recibo más antiguo es de hace {count_of(age, 'mes', 'meses')}; la política alcanza "
                f"{count_of(kind.months_back, 'mes', 'meses')}.",
            )
        )
    if kind.most_bills is not None:
        bills = count_of(len(periods), "recibo", "recibos")
        findings.append(
            Finding(len(periods) <= kind.most_bills, f"Ajusta {bills}; la política deja {kind.most_bills} a la vez.")
        )
    if kind.once_in_months is not None:
        told = "no se ha usado" if earlier == 0 else f"ya se usó {count_of(earlier, 'vez', 'veces')}"
        findings.append(Finding(earlier == 0, f"En los últimos {kind.once_in_months} meses {told} con esta cuenta."))
    post = kind.decides if all(finding.met for finding in findings) else DIRECTOR
    needs_board = kind.director_limit is not None and amount > kind.director_limit
    if needs_board:
        post = DIRECTOR
        assert kind.director_limit is not None
        findings.append(
            Finding(
                False,
                f"Pasa de {format_money(kind.director_limit)}, límite del Director General: necesita el acuerdo del "
                "Consejo Directivo.",
            )
        )
    return Level(post, needs_board, tuple(findings))


def reaches(posts: set[str], post: str) -> bool:
    """Whether somebody with these posts may decide what ``post`` decides: that post, or the Director General."""
    return post in posts or (post == HEAD and DIRECTOR in posts)


def average_of(volumes: Sequence[int]) -> int:
    """The average of some months' cubic metres, rounded half up to a whole one.

    :raises ValueError: if there are none.
    """
    if not volumes:
        raise ValueError("an average needs at least one month")
    return int(Decimal(sum(volumes) / Decimal(len(volumes)) + Decimal("0.5")).to_integral_value(rounding="ROUND_FLOOR"))
