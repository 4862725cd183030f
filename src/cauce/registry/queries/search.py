"""Finding an account by whatever the person at the window says: its number, a name, an address, a telephone."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from django.db import connection

from cauce.registry.models import Account
from cauce.registry.rules.search import Wanted, WantedNumber, WantedWords, wanted_of

CANDIDATES: Final = 200
"""How many accounts are looked at before the best are chosen: two of the commonest surnames have thousands."""


class AccountHit(NamedTuple):
    """An account as a list of results shows it."""

    id: int
    number: str
    holder_name: str
    address: str
    state: str
    tariff_code: str


# Each branch walks one index and stops at its limit; the first one that has an account decides how sure it is.
_BY_NUMBER = """
    SELECT id, min(rank) AS rank FROM (
        (SELECT id, 0 AS rank FROM registry_account WHERE number = %(exact)s)
        UNION ALL
        (SELECT id, 1 FROM registry_account WHERE old_number <> '' AND old_number = %(digits)s LIMIT %(limit)s)
        UNION ALL
        (SELECT id, 2 FROM registry_account WHERE number LIKE %(prefix)s ORDER BY number LIMIT %(limit)s)
        UNION ALL
        (SELECT id, 3 FROM registry_account WHERE delivery_code LIKE %(delivery)s
         ORDER BY delivery_code LIMIT %(limit)s)
        UNION ALL
        (SELECT role.account_id, 4
         FROM registry_customer AS customer
         JOIN registry_accountrole AS role ON role.customer_id = customer.id AND role.valid_until IS NULL
         WHERE customer.phone_digits <> '' AND reverse(customer.phone_digits) LIKE %(phone_end)s
         LIMIT %(limit)s)
    ) AS found
    GROUP BY id ORDER BY rank, id LIMIT %(limit)s
"""
# The index gives the accounts in no order, so the best are chosen among the first ones it gives: active ones, by name.
_BY_WORDS = """
    SELECT candidate.id
    FROM (SELECT id, state, holder_id FROM registry_account
          WHERE to_tsvector('simple'::regconfig, COALESCE(search_text, '')) @@ %(words)s::tsquery
          LIMIT %(candidates)s) AS candidate
    JOIN registry_customer AS holder ON holder.id = candidate.holder_id
    ORDER BY candidate.state = 'CLOSED', holder.name_key, candidate.id
    LIMIT %(limit)s
"""


def search_accounts(text: str, limit: int = 12) -> list[AccountHit]:
    """The accounts that answer to what was typed, the surest first; none when it is too little to look for.

    Digits are an account number (with or without zeros), an older number, the beginning of either, of the delivery
    code, or the end of a telephone; when no account has them, a number of the address. Words are looked for in the
    names of the account's people and in its address, in any order, each by its beginning. Two queries, three at most.
    """
    wanted = wanted_of(text)
    ids = _ids(wanted, limit)
    return account_hits(ids)


def account_hits(account_ids: Sequence[int]) -> list[AccountHit]:
    """The accounts with these ids as results, in the same order, in one query."""
    if not account_ids:
        return []
    accounts = Account.objects.filter(pk__in=account_ids).select_related("holder", "connection__premises")
    hits = {
        account.pk: AccountHit(
            account.pk,
            account.number,
            account.holder.name,
            account.connection.premises.address,
            account.state,
            account.tariff_code_id,
        )
        for account in accounts
    }
    return [hits[account_id] for account_id in dict.fromkeys(account_ids) if account_id in hits]


def _ids(wanted: Wanted, limit: int) -> list[int]:
    match wanted:
        case WantedNumber():
            return _ids_by_number(wanted, limit) or _ids_by_words(wanted.as_words, limit)
        case WantedWords():
            return _ids_by_words(wanted, limit)
        case None:
            return []


def _ids_by_number(wanted: WantedNumber, limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            _BY_NUMBER,
            {
                "digits": wanted.digits,
                "exact": wanted.account_number,
                "prefix": f"{wanted.digits}%",
                "delivery": f"{wanted.delivery_start}%" if wanted.delivery_start else None,
                "phone_end": f"{wanted.phone_end[::-1]}%" if wanted.phone_end else None,
                "limit": limit,
            },
        )
        return [row[0] for row in cursor.fetchall()]


def _ids_by_words(wanted: WantedWords, limit: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(_BY_WORDS, {"words": wanted.tsquery, "candidates": CANDIDATES, "limit": limit})
        return [row[0] for row in cursor.fetchall()]
