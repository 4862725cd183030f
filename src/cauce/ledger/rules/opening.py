"""How a line of the old system's balances reads: an opening debt, or the reason why it cannot enter."""

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cauce.core.periods import format_period, last_day, parse_period

HEADER = "CUENTA|CONCEPTO|PERIODO|VENCE|IMPORTE"
COLUMNS = tuple(HEADER.split("|"))

# The old system knows these and no other; an unknown one is never booked under a guess.
OPENING_CONCEPTS = frozenset(
    {"AGUA", "ALCANTARILLADO", "TRATAMIENTO", "IVA", "RECARGO", "REINSTALACION", "CONVENIO", "VARIO"}
)
# One line a period: a second one with another amount contradicts the first.
ONCE_A_PERIOD = frozenset({"AGUA", "ALCANTARILLADO", "TRATAMIENTO", "IVA", "RECARGO"})

_PERIOD = re.compile(r"\d{6}", re.ASCII)
_DAY = re.compile(r"(\d{2})/(\d{2})/(\d{4})", re.ASCII)
_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,2})?", re.ASCII)
_NUMBER = re.compile(r"\d{1,10}", re.ASCII)


@dataclass(frozen=True, slots=True)
class OpeningDebt:
    """What an account owed when the old system was left, in pesos."""

    account: str
    concept: str
    period: date
    due_on: date
    amount: Decimal

    @property
    def identity(self) -> tuple[str, date, date]:
        """What tells it from the account's other opening debts, whatever its amount."""
        return self.concept, self.period, self.due_on


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a line cannot enter: a stable code, the column at fault and a sentence in Spanish."""

    code: str
    field: str
    message: str


def read_opening_debt(fields: list[str], known_accounts: Container[str]) -> OpeningDebt | Refusal:
    """Read one line of the balances; the first thing wrong with it is the reason given.

    ``known_accounts`` holds the accepted account numbers, six digits or more. An amount that is not a positive number
    is refused: it never becomes zero.
    """
    if len(fields) != len(COLUMNS):
        return Refusal("COLUMNAS", "", f"La línea trae {len(fields)} columnas y deben ser {len(COLUMNS)}; corríjala.")
    account, concept, period_text, due_text, amount_text = (field.strip(" \t") for field in fields)
    number = account.zfill(6) if _NUMBER.fullmatch(account) else account
    if number not in known_accounts:
        return Refusal(
            "CUENTA_DESCONOCIDA",
            "CUENTA",
            f"La cuenta «{account}» no está en el padrón aceptado; corrija la cuenta o dé de alta la del padrón.",
        )
    if concept not in OPENING_CONCEPTS:
        return Refusal(
            "CONCEPTO_DESCONOCIDO",
            "CONCEPTO",
            f"El concepto «{concept}» no existe; use uno de: {', '.join(sorted(OPENING_CONCEPTS))}.",
        )
    period = _read_period(period_text)
    if period is None:
        return Refusal(
            "PERIODO_INVALIDO", "PERIODO", f"«{period_text}» no es un periodo; escríbalo como AAAAMM: 202608."
        )
    due_on = _read_day(due_text)
    if due_on is None:
        return Refusal(
            "FECHA_INVALIDA", "VENCE", f"«{due_text}» no es una fecha que exista; escríbala como DD/MM/AAAA."
        )
    if not _AMOUNT.fullmatch(amount_text) or Decimal(amount_text) == 0:
        return Refusal(
            "IMPORTE_INVALIDO",
            "IMPORTE",
            f"«{amount_text}» no es un adeudo: escriba pesos con punto decimal, mayores que cero.",
        )
    return OpeningDebt(number, concept, period, due_on, Decimal(amount_text).quantize(Decimal("0.01")))


def contradicts(debt: OpeningDebt, stored: Iterable[Decimal]) -> Refusal | None:
    """Say why ``debt`` cannot stand beside the ``stored`` amounts of the same account, concept, period and due date."""
    amounts = list(stored)
    if not amounts or debt.amount in amounts or debt.concept not in ONCE_A_PERIOD:
        return None
    return Refusal(
        "IMPORTES_DISTINTOS",
        "IMPORTE",
        f"{debt.concept} de {format_period(debt.period)} ya entró con {amounts[0]} y esta línea dice {debt.amount}; "
        "se conserva el primero. Si está mal, corríjalo con un ajuste.",
    )


def duplicate(debt: OpeningDebt) -> Refusal:
    """Say that the same line was already in the file."""
    return Refusal(
        "LINEA_DUPLICADA",
        "",
        f"{debt.concept} de {format_period(debt.period)} por {debt.amount} ya venía en este archivo; se tomó una vez.",
    )


def cut_date(lines: Iterable[list[str]]) -> date | None:
    """The day the balances speak of: the last of the latest period with water; ``None`` if no line has one.

    The file carries no date of its own. The last period billed is the one before the first that Cauce will bill.
    """
    latest: date | None = None
    for fields in lines:
        if len(fields) != len(COLUMNS) or fields[1].strip(" \t") != "AGUA":
            continue
        period = _read_period(fields[2].strip(" \t"))
        if period is not None and (latest is None or period > latest):
            latest = period
    return None if latest is None else last_day(latest)


def _read_period(text: str) -> date | None:
    if not _PERIOD.fullmatch(text):
        return None
    try:
        return parse_period(text)
    except ValueError:
        return None


def _read_day(text: str) -> date | None:
    found = _DAY.fullmatch(text)
    if found is None:
        return None
    try:
        return date(int(found[3]), int(found[2]), int(found[1]))
    except ValueError:
        return None
