"""Reading the rows of a bank's or store's file and saying what each one is, as the utility's format orders."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b
from typing import Final, NamedTuple

from cauce.cashier.rules.bank_layout import FIELDS, Decimals, Layout, Shape, Thousands
from cauce.core.es_mx import format_date, format_money
from cauce.core.money import CENT, ZERO

_BLANKS: Final = " \t"
# The account's part of a reference is all but the period and the check digit.
_AFTER_ACCOUNT: Final = 5
_DOUBLED: Final = {str(digit): digit * 2 - (9 if digit > 4 else 0) for digit in range(10)}
_MOST_PESOS: Final = Decimal("999999999999.99")
_GROUPS: Final = {Thousands.COMMA: ",", Thousands.POINT: r"\."}
_POINTS: Final = {Decimals.POINT: r"\.", Decimals.COMMA: ","}
_DATES: Final = {
    "DD/MM/AAAA": re.compile(r"(?P<d>\d{2})/(?P<m>\d{2})/(?P<y>\d{4})", re.ASCII),
    "AAAA-MM-DD": re.compile(r"(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})", re.ASCII),
    "AAAAMMDD": re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})", re.ASCII),
    "DDMMAAAA": re.compile(r"(?P<d>\d{2})(?P<m>\d{2})(?P<y>\d{4})", re.ASCII),
}
_TIMES: Final = {
    "HH:MM": re.compile(r"(\d{2}):(\d{2})()", re.ASCII),
    "HH:MM:SS": re.compile(r"(\d{2}):(\d{2}):(\d{2})", re.ASCII),
    "HHMM": re.compile(r"(\d{2})(\d{2})()", re.ASCII),
    "HHMMSS": re.compile(r"(\d{2})(\d{2})(\d{2})", re.ASCII),
}


class RowClass(StrEnum):
    """APPLIED entered an account, REVIEW waits for a person, REJECTED cannot be applied as it came."""

    APPLIED = "APPLIED"
    REVIEW = "REVIEW"
    REJECTED = "REJECTED"


class Code(StrEnum):
    """Why a row is rejected, under review or flagged; the first six are the format's own."""

    AMOUNT = "IMPORTE_INVALIDO"
    CHECK_DIGIT = "DIGITO_VERIFICADOR"
    UNKNOWN_ACCOUNT = "CUENTA_DESCONOCIDA"
    REVERSAL = "REVERSO"
    CLOSED_ACCOUNT = "CUENTA_CANCELADA"
    ADVANCE = "ANTICIPO"
    CLAIMED = "ACLARACION"
    COLUMNS = "COLUMNAS"
    DATE = "FECHA_INVALIDA"
    FUTURE = "FECHA_FUTURA"
    REPEATED = "AUTORIZACION_REPETIDA"
    WITHOUT_AUTHORIZATION = "AUTORIZACION_VACIA"


# Rows whose money is in the bank though nobody knows yet whose it is.
_UNIDENTIFIED: Final = frozenset(
    {Code.CHECK_DIGIT, Code.UNKNOWN_ACCOUNT, Code.CLOSED_ACCOUNT, Code.WITHOUT_AUTHORIZATION}
)


class Verdict(NamedTuple):
    """What a row is: its class, its code (blank when it just applies), the column to look at and the sentence."""

    row_class: RowClass
    code: str = ""
    field: str = ""
    sentence: str = ""


APPLIED: Final = Verdict(RowClass.APPLIED)
CLAIMED: Final = Verdict(
    RowClass.REVIEW,
    Code.CLAIMED,
    "",
    "Ese depósito ya estaba en los libros: Contabilidad lo aceptó con el vale de una aclaración. Se reconoció y no se "
    "aplicó otra vez; vea cuál en la página del movimiento.",
)


@dataclass(frozen=True, slots=True)
class BankRow:
    """One movement as the file tells it.

    ``amount`` is in pesos, negative when it undoes a payment, None when it cannot be read; ``moved_on`` is None when
    the day does not exist. ``account_number`` is None when the reference is not one. ``identity`` tells it from every
    other movement of the layout, blank without authorization. ``fingerprint`` is what it says, in sixteen bytes.
    """

    date_text: str
    moved_on: date | None
    moved_at: time | None
    branch: str
    reference: str
    description: str
    amount_text: str
    amount: Decimal | None
    authorization: str
    account_number: str | None
    identity: str
    fingerprint: bytes


class RowReader:
    """Reads the rows of one layout; everything that the layout decides is decided here once."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._cut = _cutter(layout)
        positions = layout.positions
        self._places = tuple(positions.get(name, len(layout.columns)) for name in FIELDS)
        self._identity = tuple(FIELDS.index(name) for name in layout.identity)
        self._amount = _amount_reader(layout)
        self._day = _day_reader(layout.date_format)
        self._time = _time_reader(layout.time_format)

    def is_row(self, text: str) -> bool:
        """Whether a line is a movement: not blank, nor a heading or total that the layout tells to skip."""
        return bool(text.strip()) and not (self._layout.ignored and text.startswith(self._layout.ignored))

    def read(self, text: str) -> BankRow | None:
        """Read a line; None when it does not have the columns of the layout (COLUMNAS)."""
        columns = self._cut(text)
        if columns is None:
            return None
        columns.append("")
        values = [columns[place].strip(_BLANKS) for place in self._places]
        date_text, time_text, branch, reference, description, amount_text, authorization = values
        amount = self._amount(amount_text)
        reversal = self._layout.reversal_position
        if reversal is not None and amount is not None:
            if amount < 0:
                amount = None
            elif columns[reversal].strip(_BLANKS) in self._layout.reversal_values:
                amount = -amount
        said = "\x1f".join(column.strip(_BLANKS) for column in columns)
        return BankRow(
            date_text=date_text,
            moved_on=self._day(date_text),
            moved_at=self._time(time_text),
            branch=branch,
            reference=reference,
            description=description,
            amount_text=amount_text,
            amount=amount,
            authorization=authorization,
            account_number=self._account_of(reference),
            identity="/".join(values[place] for place in self._identity) if authorization else "",
            fingerprint=blake2b(said.encode(), digest_size=16).digest(),
        )

    def _account_of(self, reference: str) -> str | None:
        if not self._layout.least_digits <= len(reference) <= self._layout.most_digits:
            return None
        if not (reference.isascii() and reference.isdigit() and _is_luhn(reference)):
            return None
        return reference[:-_AFTER_ACCOUNT]


def refuse_shape(row: BankRow, layout: Layout, *, last_day: date) -> Verdict | None:
    """Refuse what cannot be told without looking outside the row, in the format's order; None when it may go on.

    ``last_day`` is the day of the file: no movement is later.
    """
    if row.amount is None or row.amount == 0:
        said = f"El importe «{row.amount_text}» no es un número" if row.amount is None else "El importe es cero"
        return Verdict(
            RowClass.REJECTED,
            Code.AMOUNT,
            layout.column_of("amount"),
            f"{said}: no se aplicó. Lea el importe en el estado de cuenta del banco y resuélvalo en «Archivos del "
            "banco».",
        )
    if row.moved_on is None:
        return Verdict(
            RowClass.REJECTED,
            Code.DATE,
            layout.column_of("date"),
            f"La fecha «{row.date_text}» no existe o no está escrita como {layout.date_format}: no se aplicó. Lea el "
            "día en el estado de cuenta del banco y resuélvalo en «Archivos del banco».",
        )
    if row.moved_on > last_day:
        return Verdict(
            RowClass.REJECTED,
            Code.FUTURE,
            layout.column_of("date"),
            f"La fecha {format_date(row.moved_on)} es posterior al día del archivo ({format_date(last_day)}): no se "
            "aplicó. Confirme el día con el banco y resuélvalo en «Archivos del banco».",
        )
    if row.account_number is None:
        digits = (
            f"{layout.least_digits}"
            if layout.least_digits == layout.most_digits
            else f"{layout.least_digits} a {layout.most_digits}"
        )
        return Verdict(
            RowClass.REJECTED,
            Code.CHECK_DIGIT,
            layout.column_of("reference"),
            f"La referencia «{row.reference}» no es de {digits} dígitos o su dígito verificador no coincide. El dinero "
            "quedó en depósitos no identificados: busque de qué cuenta es.",
        )
    return None


def judge_account(
    row: BankRow, layout: Layout, *, is_known: bool, is_closed: bool, owed: Decimal | None = None
) -> Verdict:
    """Say what a well-formed row is, given its account: the rest of the format's order.

    ``owed`` is what the account owed at the end of the month before the payment, less what has been received since;
    None when nobody needs to know whether it is an advance.
    """
    assert row.amount is not None
    field = layout.column_of("reference")
    if not is_known:
        return Verdict(
            RowClass.REJECTED,
            Code.UNKNOWN_ACCOUNT,
            field,
            f"La cuenta {row.account_number} no está en el padrón. El dinero quedó en depósitos no identificados: "
            "busque de qué cuenta es.",
        )
    if row.amount < 0:
        return Verdict(
            RowClass.REVIEW,
            Code.REVERSAL,
            layout.column_of("amount"),
            f"El banco deshace un pago de {format_money(-row.amount)} de la cuenta {row.account_number}; no se aplica "
            "solo: confirme cuál y propóngalo en «Archivos del banco».",
        )
    if is_closed:
        return Verdict(
            RowClass.REVIEW,
            Code.CLOSED_ACCOUNT,
            field,
            f"La cuenta {row.account_number} está cancelada. El dinero quedó en depósitos no identificados: decida si "
            "se le aplica o se devuelve.",
        )
    if not row.authorization:
        return Verdict(
            RowClass.REVIEW,
            Code.WITHOUT_AUTHORIZATION,
            layout.column_of("authorization"),
            "El renglón no trae autorización y no se puede saber si ya se había recibido. El dinero quedó en depósitos "
            "no identificados: confírmelo con el banco.",
        )
    if owed is not None and row.amount > owed:
        return Verdict(
            RowClass.APPLIED,
            Code.ADVANCE,
            layout.column_of("amount"),
            f"Pagó {format_money(row.amount)} y debía {format_money(max(owed, ZERO))} al terminar el mes anterior: se "
            "aplicó todo y lo que sobra queda a favor de la cuenta.",
        )
    return APPLIED


def wrong_columns(layout: Layout) -> Verdict:
    """The verdict of a line that does not have the columns of its layout."""
    expected = (
        f"{layout.width} caracteres"
        if layout.shape is Shape.FIXED
        else f"{len(layout.columns)} columnas ({layout.separator.join(layout.columns)})"
    )
    return Verdict(
        RowClass.REJECTED,
        Code.COLUMNS,
        "",
        f"El renglón no tiene {expected}: quizá el archivo llegó cortado. No se aplicó; pida el archivo completo.",
    )


def repeated_authorization(row: BankRow, layout: Layout, *, where: str) -> Verdict:
    """The verdict of a row whose identity is that of another movement; ``where`` says of which."""
    return Verdict(
        RowClass.REJECTED,
        Code.REPEATED,
        layout.column_of("authorization"),
        f"La autorización {row.authorization} ya es de otro movimiento ({where}). Éste no se aplicó: aclare con el "
        "banco si son dos depósitos.",
    )


def _is_luhn(digits: str) -> bool:
    """Whether the last digit is the Luhn one of the rest: `stdnum` says the same in seven times as long."""
    return (sum(map(int, digits[-1::-2])) + sum(map(_DOUBLED.__getitem__, digits[-2::-2]))) % 10 == 0


def _cutter(layout: Layout) -> Callable[[str], list[str] | None]:
    count = len(layout.columns)
    if layout.shape is Shape.FIXED:
        width = layout.width
        ends = [sum(layout.widths[: place + 1]) for place in range(count)]
        cuts = tuple(slice(end - size, end) for end, size in zip(ends, layout.widths, strict=True))
        return lambda text: [text[cut] for cut in cuts] if len(text) == width else None
    separator = layout.separator

    def cut(text: str) -> list[str] | None:
        columns = _unquoted(text, separator) if layout.quotes and '"' in text else text.split(separator)
        return columns if len(columns) == count else None

    return cut


def _unquoted(text: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=separator, strict=True))
    except csv.Error:
        return []


def _amount_reader(layout: Layout) -> Callable[[str], Decimal | None]:
    if layout.decimals is Decimals.IMPLIED:
        implied = re.compile(r"[+-]?[0-9]{1,14}")
        return lambda text: _within(Decimal(text) * CENT) if implied.fullmatch(text) else None
    point = _POINTS[layout.decimals]
    whole = "[0-9]+"
    group = _GROUPS.get(layout.thousands)
    if group is not None:
        whole = f"(?:[0-9]{{1,3}}(?:{group}[0-9]{{3}})+|[0-9]+)"
    written = re.compile(f"[+-]?(?:{whole}(?:{point}[0-9]{{1,2}})?|{point}[0-9]{{1,2}})")
    drop = "." if layout.thousands is Thousands.POINT else ","
    is_comma = layout.decimals is Decimals.COMMA

    def read(text: str) -> Decimal | None:
        if written.fullmatch(text) is None:
            return None
        if is_comma:
            text = text.replace(".", "").replace(",", ".")
        elif drop in text:
            text = text.replace(drop, "")
        return _within(Decimal(text))

    return read


def _within(amount: Decimal) -> Decimal | None:
    return amount.quantize(CENT) if abs(amount) <= _MOST_PESOS else None


def _day_reader(written: str) -> Callable[[str], date | None]:
    pattern = _DATES[written]

    @lru_cache(maxsize=1024)
    def read(text: str) -> date | None:
        found = pattern.fullmatch(text)
        if found is None:
            return None
        try:
            return date(int(found["y"]), int(found["m"]), int(found["d"]))
        except ValueError:
            return None

    return read


def _time_reader(written: str) -> Callable[[str], time | None]:
    pattern = _TIMES.get(written)
    if pattern is None:
        return lambda text: None

    @lru_cache(maxsize=4096)
    def read(text: str) -> time | None:
        found = pattern.fullmatch(text)
        if found is None:
            return None
        try:
            return time(int(found[1]), int(found[2]), int(found[3] or 0))
        except ValueError:
            return None

    return read


def goes_unidentified(row: BankRow, verdict: Verdict) -> bool:
    """Whether a row that is not applied is money all the same: it is in the bank, of nobody known yet."""
    return verdict.code in _UNIDENTIFIED and row.amount is not None and row.amount > 0 and row.moved_on is not None


def likely_accounts(reference: str) -> dict[str, str]:
    """The account numbers that a reference may have meant, with why: its own, one digit away, two digits swapped.

    The ones away are those whose whole reference, so corrected, has its check digit.
    """
    if not (
        _AFTER_ACCOUNT + 6 <= len(reference) <= _AFTER_ACCOUNT + 10 and reference.isascii() and reference.isdigit()
    ):
        return {}
    end = len(reference) - _AFTER_ACCOUNT
    likely = {reference[:end]: "la cuenta que dice la referencia"}
    for place in range(end):
        for digit in "0123456789":
            other = f"{reference[:place]}{digit}{reference[place + 1 :]}"
            if other != reference and _is_luhn(other):
                likely.setdefault(other[:end], "un dígito de diferencia")
    for place in range(end - 1):
        other = f"{reference[:place]}{reference[place + 1]}{reference[place]}{reference[place + 2 :]}"
        if other != reference and _is_luhn(other):
            likely[other[:end]] = "dos dígitos cambiados de lugar"
    return likely
