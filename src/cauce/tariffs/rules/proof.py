"""What a proof says, in the words of the utility.

A proof is what ``price`` stored on the bill, as JSON: ``law`` (decree), ``hash`` (first characters of the law's
sha256), ``official``, ``code``, ``period`` and ``steps``. A step is a list: its name and its operands, in the order
in which they were computed; money is text with its decimals, months are ``2026-09``.

========== ============================================================================
step       operands
========== ============================================================================
law        month, decree, hash, official: the month is priced by another law
interval   first reading's day, last reading's day, [least, most days], [[month, days, m³]…]
allotment  pupils, m³ per pupil, months, free m³, consumed m³, charged m³
dwellings  dwellings, m³, [[m³, how many dwellings]…]
base       file, month, amount (row 0)
row        file, month, m³ (the row), amount
unit       file, month, row, m³, price per m³, amount
block      file, month, from m³, to m³, volume, price per m³
range      file, month, m³, price per m³, amount
flat       file, month, clave, category, amount
shared     month, base charges, consumption, their sum
flat_fees  fee, dwellings, amount
line       AGUA, terms, amount
notional   discharged m³, terms, what that water would cost
percent    concept, percent, water, amount
fixed      concept, clave, amount
exempt     exemption, concept, percent, before, after
adjusted   kind of adjustment, concept, percent, before, after
vat        concept, percent, amount, VAT
total      subtotal, VAT, total
========== ============================================================================
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from cauce.core.es_mx import (
    count_of,
    format_date,
    format_long_period,
    format_money,
    format_percent,
    format_price,
    format_volume,
    join_words,
)
from cauce.core.periods import parse_period
from cauce.tariffs.rules.values import SEWERAGE, TREATMENT, WATER

_SERVICE_NAMES = {WATER: "agua", SEWERAGE: "alcantarillado", TREATMENT: "tratamiento"}


def explain(proof: Mapping[str, Any]) -> list[str]:
    """Tell a proof in Spanish, one sentence a step, beginning with the law it was priced by."""
    official = "" if proof["official"] else " Tarifas de DEMOSTRACIÓN, NO OFICIALES."
    opening = (
        f"Clave {proof['code']}, periodo {_month(proof['period'])}, "
        f"según {proof['law']} (huella {proof['hash']}).{official}"
    )
    return [opening, *(_SENTENCES[step[0]](*step[1:]) for step in proof["steps"])]


def arithmetic(proof: Mapping[str, Any]) -> dict[str, str]:
    """The arithmetic of each line of a bill in a few words, for the small print beside its amount.

    ``{"AGUA": "cuota base $104.56 + 23 m³ de la tabla de septiembre $206.11", "ALCANTARILLADO": "20 % de $310.67"}``
    """
    water_terms: list[str] = []
    words: dict[str, list[str]] = {}
    is_shared = False
    for name, *operands in proof["steps"]:
        if name == "dwellings":
            is_shared = True
        elif name == "shared":
            is_shared = False
            water_terms.append(_shared_term(*operands))
        elif name in _WATER_TERMS and not is_shared:
            water_terms.append(_WATER_TERMS[name](*operands))
        elif name == "flat_fees":
            water_terms.append(f"{water_terms.pop()} × {operands[1]} viviendas")
        elif name == "line":
            words[operands[0]] = water_terms
        elif name in _CONCEPT_TERMS:
            concept, term = _CONCEPT_TERMS[name](*operands)
            words.setdefault(concept, []).append(term)
    return {concept: " + ".join(terms) for concept, terms in words.items()}


def _money(amount: str) -> str:
    return format_money(Decimal(amount))


def _month(period: str) -> str:
    return format_long_period(parse_period(period))


def _volume(m3: int) -> str:
    return format_volume(m3)


def _percent(percent: str) -> str:
    return format_percent(Decimal(percent))


def _service(concept: str) -> str:
    return _SERVICE_NAMES[concept]


def _law(month: str, decree: str, short_hash: str, official: bool) -> str:
    demonstration = "" if official else ", DEMOSTRACIÓN, NO OFICIAL"
    return f"El mes de {_month(month)} se cobra con {decree} (huella {short_hash}){demonstration}."


def _interval(read_from: str, read_until: str, limits: list[int], shares: list[list[Any]]) -> str:
    since, until = date.fromisoformat(read_from), date.fromisoformat(read_until)
    days = (until - since).days
    opening = (
        f"Entre la lectura del {format_date(since)} y la del {format_date(until)} pasaron "
        f"{count_of(days, 'día', 'días')}, fuera de los {limits[0]} a {limits[1]} de un mes"
    )
    if len(shares) == 1:
        return f"{opening}: se cobra una sola cuota base, con el precio de {_month(shares[0][0])}."
    parts = [f"{_month(month)} {_volume(m3)} ({count_of(length, 'día', 'días')})" for month, length, m3 in shares]
    return f"{opening}: el consumo se reparte por días entre {join_words(parts)}."


def _allotment(pupils: int, per_pupil: str, months: int, allotment: int, m3: int, charged: int) -> str:
    times = "" if months == 1 else f" × {months} meses"
    return (
        f"Dotación escolar sin costo: {count_of(pupils, 'alumno', 'alumnos')} × {per_pupil} m³{times} = "
        f"{_volume(allotment)}; de {_volume(m3)} consumidos se cobran {_volume(charged)}."
    )


def _dwellings(dwellings: int, m3: int, volumes: list[list[int]]) -> str:
    parts = [f"{count_of(count, 'parte', 'partes')} de {_volume(volume)}" for volume, count in volumes]
    return f"La toma sirve a {dwellings} viviendas: {_volume(m3)} en {join_words(parts)}."


def _base(file: str, month: str, amount: str) -> str:
    return f"Cuota base ({file}, renglón 0, {_month(month)}): {_money(amount)}."


def _row(file: str, month: str, m3: int, amount: str) -> str:
    return f"Importe de {_volume(m3)} ({file}, renglón {m3}, {_month(month)}): {_money(amount)}."


def _unit(file: str, month: str, row: int, m3: int, unit_price: str, amount: str) -> str:
    return (
        f"Más de {row - 1} m³: todos se multiplican por el renglón {row} ({file}, {_month(month)}): "
        f"{_volume(m3)} × {format_price(Decimal(unit_price))} = {_money(amount)}."
    )


def _block(file: str, month: str, first: int, last: int, volume: int, unit_price: str) -> str:
    product = f"{_volume(volume)} × {format_price(Decimal(unit_price))}"
    return f"Del metro {first} al {last} ({file}, {_month(month)}): {product}."


def _range(file: str, month: str, m3: int, unit_price: str, amount: str) -> str:
    return (
        f"Todo el consumo al precio de su rango ({file}, {_month(month)}): "
        f"{_volume(m3)} × {format_price(Decimal(unit_price))} = {_money(amount)}."
    )


def _flat(file: str, month: str, code: str, category: str | None, amount: str) -> str:
    kind = f", categoría {category}" if category else ""
    return f"Cuota fija, sin medidor ({file}, clave {code}{kind}, {_month(month)}): {_money(amount)}."


def _shared(month: str, bases: str, consumption: str, amount: str) -> str:
    terms = f"cuotas base {_money(bases)} + consumo {_money(consumption)}"
    return f"Las viviendas, {_month(month)}: {terms} = {_money(amount)}."


def _flat_fees(fee: str, dwellings: int, amount: str) -> str:
    return f"Una cuota fija por vivienda: {_money(fee)} × {dwellings} = {_money(amount)}."


def _line(concept: str, terms: list[str], amount: str) -> str:
    if len(terms) < 2:
        return f"{_service(concept).capitalize()}: {_money(amount)}."
    return f"{_service(concept).capitalize()}: {' + '.join(map(_money, terms))} = {_money(amount)}."


def _notional(m3: int, terms: list[str], amount: str) -> str:
    sum_of = f"{' + '.join(map(_money, terms))} = " if len(terms) > 1 else ""
    return (
        f"La cuenta sólo descarga: {_volume(m3)} de agua costarían {sum_of}{_money(amount)}, "
        "que no se cobran y son la base de los porcentajes."
    )


def _percentage(concept: str, percent: str, water: str, amount: str) -> str:
    return f"{_service(concept).capitalize()}: {_percent(percent)} de {_money(water)} = {_money(amount)}."


def _fixed(concept: str, code: str, amount: str) -> str:
    return (
        f"{_service(concept).capitalize()} de quien sólo descarga, sin aforo (clave {code}): {_money(amount)} al mes."
    )


def _exempt(exemption: str, concept: str, percent: str, before: str, after: str) -> str:
    left = f"de {_money(before)} quedan {_money(after)}"
    return f"Exención «{exemption}», {_percent(percent)} de {_service(concept)}: {left}."


def _adjusted(kind: str, concept: str, percent: str, before: str, after: str) -> str:
    left = f"de {_money(before)} quedan {_money(after)}"
    return f"Ajuste «{kind}», {_percent(percent)} menos de {_service(concept)}: {left}."


def _vat(concept: str, percent: str, amount: str, vat: str) -> str:
    return f"IVA de {_service(concept)}: {_percent(percent)} de {_money(amount)} = {_money(vat)}."


def _total(subtotal: str, vat: str, total: str) -> str:
    return f"Total: {_money(subtotal)} + IVA {_money(vat)} = {_money(total)}."


_SENTENCES: Mapping[str, Callable[..., str]] = {
    "law": _law,
    "interval": _interval,
    "allotment": _allotment,
    "dwellings": _dwellings,
    "base": _base,
    "row": _row,
    "unit": _unit,
    "block": _block,
    "range": _range,
    "flat": _flat,
    "shared": _shared,
    "flat_fees": _flat_fees,
    "line": _line,
    "notional": _notional,
    "percent": _percentage,
    "fixed": _fixed,
    "exempt": _exempt,
    "adjusted": _adjusted,
    "vat": _vat,
    "total": _total,
}


def _month_name(month: str) -> str:
    return _month(month).split(" de ")[0]


_WATER_TERMS: Mapping[str, Callable[..., str]] = {
    "base": lambda _file, _month_, amount: f"cuota base {_money(amount)}",
    "row": lambda _file, month, m3, amount: f"{_volume(m3)} de la tabla de {_month_name(month)} {_money(amount)}",
    "unit": lambda _file, month, _row_, m3, unit_price, _amount: (
        f"{_volume(m3)} × {format_price(Decimal(unit_price))} de {_month_name(month)}"
    ),
    "block": lambda _file, _month_, _first, _last, volume, unit_price: (
        f"{_volume(volume)} × {format_price(Decimal(unit_price))}"
    ),
    "range": lambda _file, month, m3, unit_price, _amount: (
        f"{_volume(m3)} × {format_price(Decimal(unit_price))} de {_month_name(month)}"
    ),
    "flat": lambda _file, month, _code, _category, amount: f"cuota fija de {_month_name(month)} {_money(amount)}",
}


def _shared_term(month: str, bases: str, consumption: str, _amount: str) -> str:
    return f"viviendas en {_month_name(month)}: cuotas base {_money(bases)}, consumo {_money(consumption)}"


_CONCEPT_TERMS: Mapping[str, Callable[..., tuple[str, str]]] = {
    "percent": lambda concept, percent, water, _amount: (concept, f"{_percent(percent)} de {_money(water)}"),
    "fixed": lambda concept, _code, _amount: (concept, "cuota fija de descarga"),
}
