"""Accounts and debts made to measure for the tests of the ledger and of the desk."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import count

from cauce.core.text import fold
from cauce.ledger.models import Book, Posting, Reason, Transfer
from cauce.ledger.operations import post
from cauce.ledger.rules import Entry
from cauce.registry.models import Account, Connection, Customer, Premises, Route
from cauce.tariffs.models import TariffCode
from cauce.users.models import User

_number = count(100_001)
_key = count(1)

SOURCE_OF = {"IVA": Book.VAT_PENDING, "RECARGO": Book.SURCHARGES}


def make_party(name: str = "ROSA ALBA MENDOZA") -> Customer:
    return Customer.objects.create(name=name, name_key=fold(name))


def make_account(number: str | None = None, *, holder: Customer | None = None) -> Account:
    code, _ = TariffCode.objects.get_or_create(code="001", defaults={"name": "Doméstico", "use_class": "DOMESTIC"})
    route, _ = Route.objects.get_or_create(number="01", defaults={"cycle": 1})
    number = number or f"{next(_number):06d}"
    return Account.objects.create(
        number=number,
        connection=Connection.objects.create(premises=Premises.objects.create(street="Jilguero", address_key="J")),
        holder=holder or make_party(),
        tariff_code=code,
        route=route,
        route_order=1,
        cycle=1,
        opened_on=date(2015, 1, 1),
        search_text=number,
    )


def a_debt(
    account: Account,
    concept: str,
    amount: str,
    due_on: date,
    *,
    period: date | None = None,
    on: date | None = None,
    book: Book = Book.RECEIVABLE,
    document_id: int | None = None,
) -> Entry:
    """A charge on ``account``; its period is the month it falls due in, unless given."""
    return Entry(
        debit_book=book,
        credit_book=SOURCE_OF.get(concept, Book.REVENUE),
        concept=concept,
        amount=Decimal(amount),
        effective_on=on or due_on.replace(day=1),
        reason=Reason.BILL,
        party_id=account.holder_id,
        account_id=account.pk,
        period=period or due_on.replace(day=1),
        due_on=due_on,
        document_id=document_id,
    )


def write_debts(entries: Sequence[Entry], *, at: datetime, by: User) -> list[Transfer]:
    """Post ``entries`` as one act and return their transfers in order."""
    key = f"debts/{next(_key)}"
    posting = post(operation="test", entries=entries, key=key, body={"key": key}, at=at, by=by)
    return transfers_of(posting)


def transfers_of(posting: Posting) -> list[Transfer]:
    return list(Transfer.objects.filter(posting=posting).order_by("id"))
