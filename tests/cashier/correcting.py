"""People, payments and days for the tests of what puts a payment right."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.contrib.auth.models import Group

from cauce.cashier.models import CashMovement, CashSession, Payment, Tender
from cauce.cashier.operations import PaymentShare, take_payment
from cauce.cashier.rules import Tendered
from cauce.ledger.models import Book, Transfer
from cauce.registry.models import Account
from cauce.users.models import User

Method = Tender.Method


def someone(username: str, role: str) -> User:
    """A member of the staff with a role, made once."""
    user, _ = User.objects.get_or_create(username=username, defaults={"full_name": username.title()})
    user.groups.add(Group.objects.get(name=role))
    return user


def collect(
    session: CashSession,
    shares: Sequence[tuple[Account, str]],
    tenders: Sequence[tuple[Method, str]],
    *,
    key: str,
    at: datetime,
) -> Payment:
    """Take a payment in a session; what is not cash has a reference."""
    return take_payment(
        shares=[PaymentShare(account=account, amount=Decimal(amount)) for account, amount in shares],
        tenders=[
            Tendered(method, Decimal(amount), "" if method == Method.CASH else f"REF {place}", "Banco Demo")
            for place, (method, amount) in enumerate(tenders)
        ],
        session=session,
        at=at,
        by=session.cashier,
        key=key,
    )


def held(book: Book) -> Decimal:
    """What a book holds, in pesos."""
    came_in = sum((row.amount for row in Transfer.objects.filter(debit_book=book)), Decimal(0))
    return came_in - sum((row.amount for row in Transfer.objects.filter(credit_book=book)), Decimal(0))


def moves(kind: CashMovement.Kind) -> list[tuple[str, Decimal, int | None]]:
    """Method, pesos and session of each movement of a kind, in order."""
    return list(CashMovement.objects.filter(kind=kind).order_by("pk").values_list("method", "amount", "session"))
