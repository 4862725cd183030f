"""An independent look at a proof: each figure against the printed tables, each operation done again.

Nothing here calls the pricing rules: it reads the tables and the parameters of the law by itself, so that a fault of
the pricing does not hide its own trace.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from cauce.tariffs.rules.values import (
    SHORT_HASH,
    VAT,
    WATER,
    AmountTable,
    BlockTable,
    RangeTable,
    Schedule,
)

_CENT = Decimal("0.01")
_NOTHING = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class StatedLine:
    """A line as a bill states it."""

    concept: str
    amount: Decimal
    vat_percent: Decimal
    vat: Decimal


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that does not follow: which concept, what is stated, what should be and why, in Spanish."""

    concept: str
    stated: Decimal | None
    expected: Decimal | None
    why: str


@dataclass(slots=True)
class _Sheet:
    """What the proof has come to so far."""

    laws: Sequence[Schedule]
    code: str
    period: date
    faults: list[Fault] = field(default_factory=list)
    terms: list[Decimal] = field(default_factory=list)
    by_law: dict[str, Decimal] = field(default_factory=dict)
    amounts: dict[str, Decimal] = field(default_factory=dict)
    vats: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    blocks: dict[str, Decimal] = field(default_factory=dict)
    shared: list[tuple[int, int]] = field(default_factory=list)
    dwellings: int = 1
    total: Decimal | None = None

    @property
    def law(self) -> Schedule:
        return self.laws[0]

    def law_of(self, month: str) -> Schedule | None:
        first = date.fromisoformat(f"{month}-01")
        return next((law for law in self.laws if law.rules_in(first)), None)

    def expect(self, concept: str, stated: Decimal, expected: Decimal, why: str) -> None:
        if stated != expected:
            self.faults.append(Fault(concept, stated, expected, why))

    def refuse(self, concept: str, why: str) -> None:
        self.faults.append(Fault(concept, None, None, why))

    def add(self, month: str, *amounts: Decimal) -> None:
        """A month's water: its terms, and what it comes to by the law of the month."""
        law = self.law_of(month)
        key = "" if law is None else law.sha256
        self.terms.extend(amount for amount in amounts if amount)
        self.by_law[key] = self.by_law.get(key, _NOTHING) + sum(amounts, _NOTHING)


def check_proof(
    proof: Mapping[str, Any], lines: Sequence[StatedLine], laws: Sequence[Schedule], *, period: date, tariff_code: str
) -> list[Fault]:
    """What of a bill's proof and lines does not follow from the law's tables; nothing when all of it does.

    ``laws`` are the bill's own law and those of the months that its readings reach back into.
    """
    sheet = _Sheet(laws, str(proof.get("code", "")), period)
    if sheet.code != tariff_code:
        sheet.refuse(WATER, f"La prueba es de la clave {sheet.code} y el recibo de la {tariff_code}.")
    if proof.get("period") != f"{period:%Y-%m}":
        sheet.refuse(WATER, f"La prueba es de {proof.get('period')} y el recibo de {period:%Y-%m}.")
    if proof.get("hash") != sheet.law.sha256[:SHORT_HASH]:
        sheet.refuse(WATER, "La prueba nombra otra ley que la del recibo.")
    for step in proof.get("steps", ()):
        check = _CHECKS.get(step[0])
        if check is None:
            sheet.refuse(WATER, f"La prueba trae un paso que no se conoce: «{step[0]}».")
            continue
        try:
            check(sheet, *step[1:])
        except (KeyError, IndexError, TypeError, ValueError, InvalidOperation):
            sheet.refuse(WATER, f"El paso «{step[0]}» de la prueba no se puede leer.")
    _check_lines(sheet, lines)
    return sheet.faults


def _check_lines(sheet: _Sheet, lines: Sequence[StatedLine]) -> None:
    stated = {line.concept: line for line in lines}
    for concept in sheet.amounts.keys() - stated.keys():
        sheet.faults.append(Fault(concept, None, sheet.amounts[concept], "La prueba lo cobra y el recibo no lo trae."))
    for concept, line in stated.items():
        if concept not in sheet.amounts:
            sheet.faults.append(Fault(concept, line.amount, None, "El recibo lo cobra y la prueba no lo explica."))
            continue
        sheet.expect(concept, line.amount, sheet.amounts[concept], "El renglón del recibo no es el de su prueba.")
        percent, vat = sheet.vats.get(concept, (Decimal(0), _NOTHING))
        if line.vat_percent != percent:
            why = f"La tasa de IVA de {concept} en el recibo es {line.vat_percent:f} % y en su prueba {percent:f} %."
            sheet.refuse(VAT, why)
        sheet.expect(VAT, line.vat, vat, f"El IVA de {concept} en el recibo no es el de su prueba.")


def _round(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, rounding=ROUND_HALF_UP)


def _of_table(law: Schedule, code: str, month: str, m3: int) -> tuple[Decimal, Decimal]:
    """The base and the consumption of some m³, as the printed table of the month gives them."""
    column = int(month[5:]) - 1
    table = law.metered[code]
    base = table.base[column]
    if isinstance(table, AmountTable):
        rows = table.amounts[column]
        if m3 == 0:
            return base, _NOTHING
        if m3 <= len(rows):
            return (base if law.parameters.adds_base_in_table else _NOTHING), rows[m3 - 1]
        above = _round(table.unit_price[column] * m3)
        return (base if law.parameters.adds_base_above_table else _NOTHING), above
    if isinstance(table, BlockTable):
        exact = sum(
            (
                block.prices[column] * (min(m3, m3 if block.last_m3 is None else block.last_m3) - block.first_m3 + 1)
                for block in table.blocks
                if m3 >= block.first_m3
            ),
            Decimal(0),
        )
        return base, _round(exact)
    for band in table.ranges:
        if m3 and m3 >= band.first_m3 and (band.last_m3 is None or m3 <= band.last_m3):
            return base, _round(band.prices[column] * m3)
    return base, _NOTHING


def _law(sheet: _Sheet, month: str, decree: str, short_hash: str, official: bool) -> None:
    law = sheet.law_of(month)
    if law is None or law.sha256[:SHORT_HASH] != short_hash:
        sheet.refuse(WATER, f"La prueba cobra {month} con {decree}, que no es la ley de ese mes.")


def _interval(sheet: _Sheet, since: str, until: str, limits: list[int], shares: list[list[Any]]) -> None:
    days = (date.fromisoformat(until) - date.fromisoformat(since)).days
    if sum(length for _, length, _ in shares) != days:
        sheet.refuse(WATER, f"Los días repartidos no son los {days} que van de una lectura a la otra.")
    if list(sheet.law.parameters.interval_days) != limits:
        sheet.refuse(WATER, "Los días de un mes de lectura no son los de la ley.")
    if limits[0] <= days <= limits[1]:
        sheet.refuse(WATER, f"{days} días son un mes: el consumo no se reparte.")


def _allotment(sheet: _Sheet, pupils: int, per: str, months: int, free: int, m3: int, charged: int) -> None:
    law_per_pupil = sheet.law.parameters.m3_per_pupil.get(sheet.code, Decimal(0))
    expected = int(law_per_pupil * pupils * months)
    sheet.expect(WATER, Decimal(per), law_per_pupil, "Los m³ por alumno no son los de la ley.")
    sheet.expect(WATER, Decimal(free), Decimal(expected), "La dotación escolar está mal multiplicada.")
    sheet.expect(WATER, Decimal(charged), Decimal(max(0, m3 - expected)), "Los m³ que exceden la dotación no cuadran.")


def _dwellings(sheet: _Sheet, dwellings: int, m3: int, volumes: list[list[int]]) -> None:
    sheet.dwellings = dwellings
    sheet.shared = [(volume, count) for volume, count in volumes]
    is_shared = sheet.law.parameters.dwellings.share_volume
    parts = sum(count for _, count in volumes)
    sizes = [volume for volume, _ in volumes]
    if sum(volume * count for volume, count in volumes) != m3 or parts != (dwellings if is_shared else 1):
        sheet.refuse(WATER, f"Las partes de las {dwellings} viviendas no suman {m3} m³.")
    if max(sizes) - min(sizes) > 1:
        sheet.refuse(WATER, "Las partes de las viviendas no son parejas.")


def _month_base(sheet: _Sheet, file: str, month: str, amount: str) -> None:
    law = sheet.law_of(month)
    if law is None:
        sheet.refuse(WATER, f"Ninguna ley del recibo rige {month}.")
        return
    printed = law.metered[sheet.code].base[int(month[5:]) - 1]
    sheet.expect(WATER, Decimal(amount), printed, f"La cuota base de {month} no es el renglón 0 de {file}.")
    if sheet.dwellings == 1:
        sheet.add(month, Decimal(amount))


def _row(sheet: _Sheet, file: str, month: str, m3: int, amount: str) -> None:
    law = sheet.law_of(month)
    assert law is not None
    printed = _of_table(law, sheet.code, month, m3)[1]
    sheet.expect(WATER, Decimal(amount), printed, f"El importe no es el renglón {m3} de {file} en {month}.")
    if sheet.dwellings == 1:
        sheet.add(month, Decimal(amount))


def _unit(sheet: _Sheet, file: str, month: str, row: int, m3: int, unit_price: str, amount: str) -> None:
    law = sheet.law_of(month)
    assert law is not None
    table = law.metered[sheet.code]
    assert isinstance(table, AmountTable)
    printed = table.unit_price[int(month[5:]) - 1]
    sheet.expect(WATER, Decimal(unit_price), printed, f"El precio no es el renglón {row} de {file} en {month}.")
    sheet.expect(WATER, Decimal(amount), _round(Decimal(unit_price) * m3), f"{m3} m³ × {unit_price} no da eso.")
    if m3 < row:
        sheet.refuse(WATER, f"{m3} m³ están en la tabla y no se multiplican por el renglón {row}.")
    if sheet.dwellings == 1:
        sheet.add(month, Decimal(amount))


def _block(sheet: _Sheet, file: str, month: str, first: int, last: int, volume: int, unit_price: str) -> None:
    law = sheet.law_of(month)
    assert law is not None
    table = law.metered[sheet.code]
    assert isinstance(table, BlockTable)
    column = int(month[5:]) - 1
    block = next((each for each in table.blocks if each.first_m3 == first), None)
    if block is None or volume != last - first + 1 or (block.last_m3 is not None and last > block.last_m3):
        sheet.refuse(WATER, f"El bloque del metro {first} al {last} no es de {file}.")
        return
    sheet.expect(WATER, Decimal(unit_price), block.prices[column], f"El precio del bloque {first} no es el de {file}.")
    if sheet.dwellings == 1:
        # The amount of the blocks is rounded once, over their sum.
        before = sheet.blocks.get(month, Decimal(0))
        sheet.blocks[month] = before + block.prices[column] * volume
        if _round(before):
            sheet.terms.remove(_round(before))
        sheet.by_law[law.sha256] = sheet.by_law.get(law.sha256, _NOTHING) - _round(before)
        sheet.add(month, _round(sheet.blocks[month]))


def _range(sheet: _Sheet, file: str, month: str, m3: int, unit_price: str, amount: str) -> None:
    law = sheet.law_of(month)
    assert law is not None
    table = law.metered[sheet.code]
    assert isinstance(table, RangeTable)
    prices = [
        band.prices[int(month[5:]) - 1]
        for band in table.ranges
        if m3 >= band.first_m3 and (band.last_m3 is None or m3 <= band.last_m3)
    ]
    for price in prices or [_NOTHING]:
        sheet.expect(WATER, Decimal(unit_price), price, f"El precio de {m3} m³ no es el de su rango en {file}.")
    printed = _of_table(law, sheet.code, month, m3)[1]
    sheet.expect(WATER, Decimal(amount), printed, f"{m3} m³ × {unit_price} no es el rango de {file} en {month}.")
    if sheet.dwellings == 1:
        sheet.add(month, Decimal(amount))


def _flat(sheet: _Sheet, file: str, month: str, code: str, category: str | None, amount: str) -> None:
    months = sheet.law.flat_fees.fees.get((sheet.code, category))
    printed = None if months is None else months[int(month[5:]) - 1]
    if printed is None or code != sheet.code:
        sheet.refuse(WATER, f"{file} no tiene cuota fija para la clave {code}.")
    else:
        sheet.expect(WATER, Decimal(amount), printed, f"La cuota fija de {month} no es la de {file}.")
    sheet.add(month, Decimal(amount))


def _shared(sheet: _Sheet, month: str, bases: str, consumption: str, amount: str) -> None:
    law = sheet.law_of(month)
    if law is None:
        sheet.refuse(WATER, f"Ninguna ley del recibo rige {month}.")
        return
    rule = law.parameters.dwellings
    printed = [(_of_table(law, sheet.code, month, m3), count) for m3, count in sheet.shared]
    expected = sum((charge[1] * count for charge, count in printed), _NOTHING)
    if rule.base_per_dwelling:
        owed = [charge[0] * (count if rule.share_volume else sheet.dwellings) for charge, count in printed]
        base = sum(owed, _NOTHING)
    else:
        base = max(charge[0] for charge, _ in printed)
    sheet.expect(WATER, Decimal(bases), base, f"Las cuotas base de las viviendas en {month} no son las de la tabla.")
    sheet.expect(WATER, Decimal(consumption), expected, f"El consumo de las viviendas en {month} no es el de la tabla.")
    sheet.expect(WATER, Decimal(amount), Decimal(bases) + Decimal(consumption), "La suma de las viviendas no cuadra.")
    sheet.add(month, Decimal(bases), Decimal(consumption))
    sheet.dwellings, sheet.shared = 1, []


def _flat_fees(sheet: _Sheet, fee: str, dwellings: int, amount: str) -> None:
    expected = Decimal(fee) * dwellings
    sheet.expect(WATER, Decimal(amount), expected, f"{fee} × {dwellings} viviendas no da eso.")
    sheet.terms = [Decimal(amount)]
    sheet.by_law = {sheet.law.sha256: Decimal(amount)}


def _sum_of(sheet: _Sheet, terms: Iterable[str], amount: str) -> None:
    stated = [Decimal(term) for term in terms]
    if [term for term in stated if term] != sheet.terms:
        sheet.refuse(WATER, "Los sumandos del agua no son los pasos que los preceden.")
    sheet.expect(WATER, Decimal(amount), sum(sheet.terms, _NOTHING), "El agua no es la suma de sus sumandos.")


def _line(sheet: _Sheet, concept: str, terms: list[str], amount: str) -> None:
    _sum_of(sheet, terms, amount)
    sheet.amounts[concept] = Decimal(amount)


def _notional(sheet: _Sheet, m3: int, terms: list[str], amount: str) -> None:
    _sum_of(sheet, terms, amount)


def _percent(sheet: _Sheet, concept: str, percent: str, water: str, amount: str) -> None:
    laws = [law for law in sheet.laws if sheet.by_law.get(law.sha256) == Decimal(water)]
    rates = {
        law.parameters.sewerage_percent if concept == "ALCANTARILLADO" else law.parameters.treatment_percent
        for law in laws
    }
    if not laws:
        sheet.refuse(concept, f"El porcentaje se aplicó a ${water}, que no es el agua de ninguna ley del recibo.")
    elif Decimal(percent) not in rates:
        sheet.refuse(concept, f"El {percent} % no es el de la ley.")
    expected = _round(Decimal(water) * Decimal(percent) / 100)
    sheet.expect(concept, Decimal(amount), expected, f"{percent} % de ${water} no da eso.")
    sheet.amounts[concept] = sheet.amounts.get(concept, _NOTHING) + Decimal(amount)


def _fixed(sheet: _Sheet, concept: str, code: str, amount: str) -> None:
    by_code = sheet.law.parameters.drainage_only.fixed.get(concept)
    printed = None if by_code is None else by_code.of(code)
    if printed is None:
        sheet.refuse(concept, f"La ley no fija {concept} a quien sólo descarga con la clave {code}.")
    else:
        sheet.expect(concept, Decimal(amount), printed, "La cuota fija de descarga no es la de la ley.")
    sheet.amounts[concept] = Decimal(amount)


def _exempt(sheet: _Sheet, name: str, concept: str, percent: str, before: str, after: str) -> None:
    exemption = next((item for item in sheet.law.parameters.exemptions.values() if item.name == name), None)
    if exemption is None or concept not in exemption.concepts or exemption.percent != Decimal(percent):
        sheet.refuse(concept, f"La exención «{name}» de {percent} % no es de la ley.")
    sheet.expect(concept, Decimal(before), sheet.amounts[concept], "La exención partió de otro importe.")
    expected = Decimal(before) - _round(Decimal(before) * Decimal(percent) / 100)
    sheet.expect(concept, Decimal(after), expected, f"Lo que queda después de {percent} % no es eso.")
    sheet.amounts[concept] = Decimal(after)


def _adjusted(sheet: _Sheet, kind: str, concept: str, percent: str, before: str, after: str) -> None:
    sheet.expect(concept, Decimal(before), sheet.amounts[concept], f"El ajuste «{kind}» partió de otro importe.")
    expected = Decimal(before) - _round(Decimal(before) * Decimal(percent) / 100)
    sheet.expect(concept, Decimal(after), expected, f"Lo que queda después de {percent} % no es eso.")
    sheet.amounts[concept] = Decimal(after)


def _vat(sheet: _Sheet, concept: str, percent: str, amount: str, vat: str) -> None:
    rate = sheet.law.parameters.vat_percent[concept].of(sheet.code)
    if rate != Decimal(percent):
        sheet.refuse(VAT, f"La tasa de IVA de {concept} es {percent} % y la de la ley {rate} %.")
    sheet.expect(VAT, Decimal(amount), sheet.amounts[concept], f"El IVA de {concept} se calculó sobre otro importe.")
    expected = _round(Decimal(amount) * Decimal(percent) / 100)
    sheet.expect(VAT, Decimal(vat), expected, f"El IVA de {concept}: {percent} % de ${amount} no da eso.")
    sheet.vats[concept] = (Decimal(percent), Decimal(vat))


def _total(sheet: _Sheet, subtotal: str, vat: str, total: str) -> None:
    sheet.expect("SUBTOTAL", Decimal(subtotal), sum(sheet.amounts.values(), _NOTHING), "El subtotal no suma.")
    sheet.expect(VAT, Decimal(vat), sum((each for _, each in sheet.vats.values()), _NOTHING), "El IVA no suma.")
    sheet.expect("TOTAL", Decimal(total), Decimal(subtotal) + Decimal(vat), "El total no es el subtotal más el IVA.")
    sheet.total = Decimal(total)


_CHECKS: Mapping[str, Callable[..., None]] = {
    "law": _law,
    "interval": _interval,
    "allotment": _allotment,
    "dwellings": _dwellings,
    "base": _month_base,
    "row": _row,
    "unit": _unit,
    "block": _block,
    "range": _range,
    "flat": _flat,
    "shared": _shared,
    "flat_fees": _flat_fees,
    "line": _line,
    "notional": _notional,
    "percent": _percent,
    "fixed": _fixed,
    "exempt": _exempt,
    "adjusted": _adjusted,
    "vat": _vat,
    "total": _total,
}
