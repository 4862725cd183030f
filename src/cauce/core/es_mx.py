"""How amounts, dates, periods and account numbers are written for people (Spanish of Mexico).

Screens, documents and messages all write through these functions, so that a figure reads the same wherever it
is found. They only write: nothing here parses, rounds or reads the clock.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Final

MONTH_NAMES: Final = (
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
)
MONTH_ABBREVIATIONS: Final = tuple(name[:3] for name in MONTH_NAMES)
WEEKDAY_NAMES: Final = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")

MINUS: Final = "−"
"""The real minus sign: as wide as a figure, and read aloud as «menos» by screen readers, which skip a hyphen."""

_CENT: Final = Decimal("0.01")


def format_money(amount: Decimal) -> str:
    """Write an amount in pesos: `$1,234.50`, and `−$1,234.50` below zero.

    :raises ValueError: the amount is finer than a centavo; whoever computed it rounds it, writing never does.
    """
    if amount != amount.quantize(_CENT):
        raise ValueError(f"{amount} is finer than a centavo: round it where it is computed")
    sign = MINUS if amount < 0 else ""
    return f"{sign}${abs(amount):,.2f}"


def format_price(price: Decimal) -> str:
    """Write a unit price in pesos with all its decimals, two at least: `$13.4275`, `$103.40`."""
    plain = f"{abs(price):,f}"
    whole, _, decimals = plain.partition(".")
    decimals = decimals.rstrip("0").ljust(2, "0")
    sign = MINUS if price < 0 else ""
    return f"{sign}${whole}.{decimals}"


def format_quantity(quantity: int | Decimal) -> str:
    """Write a count, a reading or a volume with thousands apart and without idle decimals: `1,284`, `0.5`."""
    plain = f"{abs(quantity):,f}" if isinstance(quantity, Decimal) else f"{abs(quantity):,d}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return f"{MINUS}{plain}" if quantity < 0 else plain


def format_volume(volume_m3: int | Decimal) -> str:
    """Write a volume in cubic metres: `18 m³`."""
    return f"{format_quantity(volume_m3)} m³"


def format_percent(percent: int | Decimal) -> str:
    """Write a percentage that is given as such (16 is sixteen per cent): `16 %`, `2.5 %`."""
    return f"{format_quantity(percent)} %"


def format_date(day: date) -> str:
    """Write a day: `24 nov 2026`."""
    return f"{day.day} {MONTH_ABBREVIATIONS[day.month - 1]} {day.year}"


def format_short_date(day: date) -> str:
    """Write a day whose year is known from what stands around it: `24 nov`."""
    return f"{day.day} {MONTH_ABBREVIATIONS[day.month - 1]}"


def format_long_date(day: date) -> str:
    """Write a day in full, as letters and certificates do: `24 de noviembre de 2026`."""
    return f"{day.day} de {MONTH_NAMES[day.month - 1]} de {day.year}"


def format_weekday_date(day: date) -> str:
    """Write a day with its name: `martes 24 de noviembre de 2026`."""
    return f"{WEEKDAY_NAMES[day.weekday()]} {format_long_date(day)}"


def format_time(moment: datetime) -> str:
    """Write the hour of a moment already in the utility's time zone: `9:14`."""
    return f"{moment.hour}:{moment.minute:02d}"


def format_datetime(moment: datetime) -> str:
    """Write a moment already in the utility's time zone: `24 nov 2026, 9:14`."""
    return f"{format_date(moment.date())}, {format_time(moment)}"


def format_period(period: date) -> str:
    """Write a billing period, given as the first day of its month: `sep 2026`."""
    return f"{MONTH_ABBREVIATIONS[period.month - 1]} {period.year}"


def format_long_period(period: date) -> str:
    """Write a billing period in full: `septiembre de 2026`."""
    return f"{MONTH_NAMES[period.month - 1]} de {period.year}"


def format_month(period: date) -> str:
    """Write only the month of a period: `sep`."""
    return MONTH_ABBREVIATIONS[period.month - 1]


def format_periods(periods: Iterable[date], *, at_most: int = 4) -> str:
    """List periods in order with each year said once: `dic 2025, ago, sep 2026`; many are told as a span.

    More than `at_most` periods are written by their ends and their number: `nov 2024 a sep 2026 (23 meses)`.
    """
    ordered = sorted(periods)
    if len(ordered) > at_most:
        return f"{format_period(ordered[0])} a {format_period(ordered[-1])} ({len(ordered)} meses)"
    parts = []
    for position, period in enumerate(ordered):
        is_last_of_year = position + 1 == len(ordered) or ordered[position + 1].year != period.year
        parts.append(format_period(period) if is_last_of_year else format_month(period))
    return ", ".join(parts)


def format_account(number: str) -> str:
    """Write an account number in groups of three from the right: `014 382`; text that is not digits is left alone."""
    if not (number.isascii() and number.isdigit()):
        return number
    head = len(number) % 3
    groups = [number[:head]] if head else []
    groups += [number[start : start + 3] for start in range(head, len(number), 3)]
    return " ".join(groups)


def format_phone(number: str) -> str:
    """Write a telephone of ten digits: `411 155 0050`; any other text is left alone."""
    if len(number) != 10 or not (number.isascii() and number.isdigit()):
        return number
    return f"{number[:3]} {number[3:6]} {number[6:]}"


def count_of(count: int, singular: str, plural: str) -> str:
    """Write a number with its noun: `1 mes`, `3 meses`, `1,200 recibos`."""
    return f"{format_quantity(count)} {singular if abs(count) == 1 else plural}"


def join_words(words: Sequence[str], *, conjunction: str = "y") -> str:
    """Join words as Spanish does: `agua`, `agua y drenaje`, `agua, drenaje y saneamiento`.

    `y` becomes `e` before the sound *i*, and `o` becomes `u` before the sound *o*.
    """
    if len(words) < 2:
        return "".join(words)
    last = words[-1]
    if conjunction == "y" and _sounds_like_i(last):
        conjunction = "e"
    elif conjunction == "o" and last.lower().startswith(("o", "ó", "ho", "hó", "8")):
        conjunction = "u"
    return f"{', '.join(words[:-1])} {conjunction} {last}"


def _sounds_like_i(word: str) -> bool:
    start = word.lower()
    return start.startswith(("i", "í", "hi", "hí")) and not start.startswith(("hia", "hie", "hio", "ia", "ie", "io"))


_UNITS: Final = [
    "cero",
    "uno",
    "dos",
    "tres",
    "cuatro",
    "cinco",
    "seis",
    "siete",
    "ocho",
    "nueve",
    "diez",
    "once",
    "doce",
    "trece",
    "catorce",
    "quince",
    "dieciséis",
    "diecisiete",
    "dieciocho",
    "diecinueve",
    "veinte",
    "veintiuno",
    "veintidós",
    "veintitrés",
    "veinticuatro",
    "veinticinco",
    "veintiséis",
    "veintisiete",
    "veintiocho",
    "veintinueve",
]
_TENS: Final = ["_", "_", "_", "treinta", "cuarenta", "cincuenta", "sesenta", "setenta", "ochenta", "noventa"]
_HUNDREDS: Final = [
    "_",
    "ciento",
    "doscientos",
    "trescientos",
    "cuatrocientos",
    "quinientos",
    "seiscientos",
    "setecientos",
    "ochocientos",
    "novecientos",
]


def number_in_words(number: int) -> str:
    """Write a whole number below a million millions in words: `mil cuatrocientos noventa y nueve`.

    :raises ValueError: it is negative or has more than twelve digits.
    """
    if not 0 <= number < 10**12:
        raise ValueError(f"{number} cannot be written in words")
    if number == 0:
        return _UNITS[0]
    millions, below_million = divmod(number, 10**6)
    parts = []
    if millions == 1:
        parts.append("un millón")
    elif millions:
        parts.append(f"{_shorten_one(_below_million(millions))} millones")
    if below_million:
        parts.append(_below_million(below_million))
    return " ".join(parts)


def amount_in_words(amount: Decimal) -> str:
    """Write a positive amount in pesos as notes and receipts must: `Doscientos treinta y un pesos 05/100 M.N.`

    :raises ValueError: it is negative, finer than a centavo, or too large to be written.
    """
    cents = amount * 100
    if cents != cents.to_integral_value():
        raise ValueError(f"{amount} is finer than a centavo: round it where it is computed")
    pesos, remainder = divmod(int(cents), 100)
    words = _shorten_one(number_in_words(pesos))
    if pesos and pesos % 10**6 == 0:
        words += " de"
    noun = "peso" if pesos == 1 else "pesos"
    return f"{words[0].upper()}{words[1:]} {noun} {remainder:02d}/100 M.N."


def _below_million(number: int) -> str:
    thousands, below_thousand = divmod(number, 1000)
    parts = []
    if thousands == 1:
        parts.append("mil")
    elif thousands:
        parts.append(f"{_shorten_one(_below_thousand(thousands))} mil")
    if below_thousand:
        parts.append(_below_thousand(below_thousand))
    return " ".join(parts)


def _below_thousand(number: int) -> str:
    if number == 100:
        return "cien"
    hundreds, below_hundred = divmod(number, 100)
    parts = [_HUNDREDS[hundreds]] if hundreds else []
    if 0 < below_hundred < 30:
        parts.append(_UNITS[below_hundred])
    elif below_hundred:
        tens, units = divmod(below_hundred, 10)
        parts.append(f"{_TENS[tens]} y {_UNITS[units]}" if units else _TENS[tens])
    return " ".join(parts)


def _shorten_one(words: str) -> str:
    """Shorten a final *uno* before a noun: `veintiún mil`, `treinta y un pesos`."""
    if words.endswith("veintiuno"):
        return words.removesuffix("veintiuno") + "veintiún"
    return words[:-1] if words.endswith("uno") else words
