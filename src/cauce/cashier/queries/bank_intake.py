"""What the intake of a bank's file needs to know, in a few queries whatever the number of rows."""

from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.db import connection

from cauce.cashier.rules.bank_layout import Layout, read_layouts

# Owed at the end of the month before, as the former system told it: without the surcharges that Cauce charges itself,
# nor what the month charges, and less all that has been received. What somebody paid of the month's own orders was for
# them and takes nothing off the rest.
_OWED = """
    SELECT account_id, sum(pesos)
    FROM (
        SELECT account_id,
               CASE WHEN debit_book IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS', 'ADVANCES')
                    THEN amount ELSE 0 END
             - CASE WHEN credit_book IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS', 'ADVANCES')
                    THEN amount ELSE 0 END AS pesos
        FROM ledger_transfer moved
        WHERE account_id = ANY(%(ids)s)
          AND reason NOT IN ('REVERSAL', 'SURCHARGE', 'SURCHARGE_RETURNED', 'WAIVER')
          AND NOT EXISTS (SELECT 1 FROM ledger_transfer reversal WHERE reversal.reverses_id = moved.id)
          AND (
              reason = 'OPENING'
              OR debit_book NOT IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS')
              OR CASE WHEN reason IN ('BILL', 'ADJUSTMENT') THEN coalesce(period, effective_on)
                      ELSE effective_on END < %(month)s
          )
        UNION ALL
        SELECT charge.account_id, allocation.amount
        FROM ledger_transfer charge
        JOIN ledger_allocation allocation ON allocation.charge_id = charge.id
        WHERE charge.account_id = ANY(%(ids)s)
          AND charge.debit_book IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS')
          AND charge.reason NOT IN ('OPENING', 'BILL', 'ADJUSTMENT', 'SURCHARGE', 'REVERSAL')
          AND charge.effective_on >= %(month)s
    ) moves
    GROUP BY account_id
"""
_STORED = """
    SELECT identity, raw, outcome, code, amount
    FROM cashier_bankmovement
    WHERE layout = %s AND identity = ANY(%s)
"""


class StoredMovement(NamedTuple):
    """A row that had already come in."""

    raw: str
    outcome: str
    code: str
    amount: Decimal | None


def bank_layouts() -> tuple[Layout, ...]:
    """Every layout of the folder of banks, as it is written now.

    :raises LayoutsRejected: if one of them has a fault.
    """
    return read_layouts(_descriptions(Path(settings.BANKS_DIR)))


def owed_before(account_ids: Collection[int], month: date) -> dict[int, Decimal]:
    """What each account owed when ``month`` (its first day) began, less all that has been received until now, in pesos.

    Negative when more was received; an account without movements is left out. It is the same whether or not the month
    has been billed. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OWED, {"ids": list(account_ids), "month": month})
        return dict(cursor.fetchall())


def stored_movements(layout: str, identities: Collection[str]) -> dict[str, StoredMovement]:
    """The rows of a layout that are stored among ``identities``, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_STORED, [layout, list(identities)])
        return {row[0]: StoredMovement._make(row[1:]) for row in cursor.fetchall()}


def _descriptions(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.glob("*.yaml")):
        yield path.name, path.read_text(encoding="utf-8")
