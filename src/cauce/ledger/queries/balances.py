"""Balances: sums of transfers, never kept."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db import connection

from cauce.core.money import ZERO

# What is owed less what is in favour; a transfer between two of these books (an advance applied) moves nothing.
# A day's balance is the one a statement of that day shows: by value date, but a reversal, and what takes the place of
# what it reversed, count from when they were made.
_OWED = """
    coalesce(sum(
        CASE WHEN debit_book IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS', 'ADVANCES') THEN amount ELSE 0 END
      - CASE WHEN credit_book IN ('RECEIVABLE', 'AGREEMENT', 'FORMER_AGREEMENTS', 'ADVANCES') THEN amount ELSE 0 END
    ), 0)
"""
_BY_THEN = "CASE WHEN reason IN ('REVERSAL', 'ADJUSTMENT') THEN booked_on ELSE effective_on END <= %(as_of)s"
_BALANCE = f"""
    SELECT account_id, {_OWED}
    FROM ledger_transfer
    WHERE account_id = ANY(%(ids)s) AND {_BY_THEN}
    GROUP BY account_id
"""  # noqa: S608
_PARTY_BALANCE = f"""
    SELECT {_OWED}
    FROM ledger_transfer
    WHERE account_id IS NULL AND party_id = %(party)s AND {_BY_THEN}
"""  # noqa: S608
_ADVANCES = """
    SELECT account_id, party_id,
           sum(CASE WHEN credit_book = 'ADVANCES' THEN amount ELSE -amount END) AS in_favour
    FROM ledger_transfer
    WHERE account_id = ANY(%(ids)s) AND (debit_book = 'ADVANCES' OR credit_book = 'ADVANCES')
    GROUP BY account_id, party_id
    HAVING sum(CASE WHEN credit_book = 'ADVANCES' THEN amount ELSE -amount END) <> 0
    ORDER BY account_id, party_id
"""


def balances(account_ids: Iterable[int], as_of: date | None = None) -> dict[int, Decimal]:
    """What each account owes in pesos, negative when money is in its favour, in one query; without movements, absent.

    With ``as_of``, what its statement of that day says.
    """
    with connection.cursor() as cursor:
        cursor.execute(_BALANCE, {"ids": list(account_ids), "as_of": date.max if as_of is None else as_of})
        return dict(cursor.fetchall())


def balance(account_id: int, as_of: date | None = None) -> Decimal:
    """What one account owes in pesos, negative when money is in its favour."""
    return balances([account_id], as_of).get(account_id, ZERO)


def party_balance(party_id: int, as_of: date | None = None) -> Decimal:
    """What a person owes apart from any account, in pesos."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTY_BALANCE, {"party": party_id, "as_of": date.max if as_of is None else as_of})
        owed: Decimal = cursor.fetchone()[0]
    return owed


def advance_balances(account_ids: Iterable[int]) -> dict[int, dict[int, Decimal]]:
    """Money in favour of each account, in pesos by the party that paid it, in one query; accounts without are left out.

    Money in favour of a former holder does not pay the debts of the next one.
    """
    found: dict[int, dict[int, Decimal]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCES, {"ids": list(account_ids)})
        for account_id, party_id, in_favour in cursor.fetchall():
            found.setdefault(account_id, {})[party_id] = in_favour
    return found
