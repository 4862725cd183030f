"""The words of a notice for an account, and what its delivery comes to."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from cauce.core.es_mx import count_of, format_account, format_long_date, format_money

ENDED_WELL: Final = frozenset({"DELIVERED", "REFUSED"})
"""Outcomes that count as told: whoever refuses to take it was found, and the razón says so."""
OUTCOME_WORDS: Final[Mapping[str, str]] = {
    "DELIVERED": "se entregó",
    "REFUSED": "se negó a recibirlo, y se tiene por entregado",
    "VACANT": "no se entregó: casa sola",
    "RETURNED": "no se entregó: lo devolvieron",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeWords:
    """What the text of a notice may name, of one account as of the day it was issued. Amounts are pesos."""

    holder: str
    account: str
    place: str
    debt: Decimal
    months: int
    to_pay: Decimal
    charged: Decimal
    on: date
    folio: str
    utility: str


def text_of(template: str, words: NoticeWords) -> str:
    """The text with what it names filled in."""
    return template.format(
        titular=words.holder,
        cuenta=format_account(words.account),
        domicilio=words.place,
        adeudo=format_money(words.debt),
        meses=count_of(words.months, "mes", "meses") if words.months else "otros conceptos",
        a_pagar=format_money(words.to_pay),
        gastos=format_money(words.charged),
        fecha=format_long_date(words.on),
        folio=words.folio,
        organismo=words.utility,
    )


def state_after(outcome: str) -> str:
    """The state of the act after its delivery came to ``outcome``."""
    return "DELIVERED" if outcome in ENDED_WELL else "NOT_DELIVERED"


def sort_of_reason(sentence: str) -> str:
    """A reason without what is of one account alone, so that those of a batch can be counted."""
    alike = re.sub(r"^Debe \$[\d,.]+ vencidos y (.*) es desde", r"Debe menos de lo que pide: \1 es desde", sentence)
    return re.sub(r"^Tiene \d+ (?:mes|meses) de adeudo y (.*) es desde", r"Tiene menos meses: \1 es desde", alike)


def folio_number(written: str) -> int:
    """The number in a folio as it was typed or scanned («AV-000123», «123»); zero when it has none."""
    digits = "".join(filter(str.isdigit, written))
    return int(digits) if 0 < len(digits) <= 12 else 0


def cost_per_peso(cost: Decimal, brought: Decimal) -> Decimal | None:
    """What each peso that came in cost, in pesos to four places; None when nothing came in."""
    return None if brought <= 0 else round(cost / brought, 4)
