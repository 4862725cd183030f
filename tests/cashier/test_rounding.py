"""Cash is paid in coins that exist: what they add or take off is a line of its own."""

from decimal import Decimal

import pytest
from django.db import transaction

from cauce.cashier.models import CashMovement, CashSession, Payment, Tender
from cauce.cashier.operations import AmountsDoNotAddUp, PaymentShare, reverse_payment, take_payment
from cauce.cashier.rules import Tendered
from cauce.ledger.models import Book, Transfer
from cauce.ledger.operations import KeyTooLong
from cauce.ledger.queries import balance
from cauce.reports.queries import verify
from tests.ledger.debts import make_account

CASH, CARD = Tender.Method.CASH, Tender.Method.CARD
pytestmark = pytest.mark.django_db


@pytest.fixture
def collect(session: CashSession, law, cashier, at):
    def take(amounts: list[str], tenders: list[tuple[Tender.Method, str]], key: str = "k") -> Payment:
        return take_payment(
            shares=[PaymentShare(account=make_account(), amount=Decimal(amount)) for amount in amounts],
            tenders=[Tendered(method, Decimal(amount)) for method, amount in tenders],
            session=session,
            at=at,
            by=cashier,
            key=key,
        )

    return take


def in_book(book: Book) -> Decimal:
    rows = Transfer.objects.all()
    came_in = sum((row.amount for row in rows if row.debit_book == book), Decimal(0))
    return came_in - sum((row.amount for row in rows if row.credit_book == book), Decimal(0))


def nothing_is_broken() -> bool:
    return [check.name for check in verify() if check.broken] == []


@pytest.mark.parametrize(
    ("amounts", "tenders", "rounding"),
    [
        (["345.27"], [(CASH, "345.30")], "0.03"),
        (["345.22"], [(CASH, "345.20")], "-0.02"),
        (["345.25"], [(CASH, "345.30")], "0.05"),
        (["345.20"], [(CASH, "345.20")], "0.00"),
        (["345.27"], [(CASH, "345.27")], "0.00"),
        (["100.11", "50.12"], [(CASH, "150.20")], "-0.03"),
        (["100.11", "50.17"], [(CASH, "150.30")], "0.02"),
        (["100.00", "20.08"], [(CARD, "100.00"), (CASH, "20.10")], "0.02"),
        (["100.00", "20.08"], [(CASH, "20.10"), (CARD, "100.00")], "0.02"),
        (["20.08", "0.03", "0.02"], [(CASH, "20.10")], "-0.03"),
        (["0.05"], [(CASH, "0.10")], "0.05"),
    ],
)
def test_what_the_coins_add_or_take_off_goes_to_its_book(amounts, tenders, rounding, collect):
    payment = collect(amounts, tenders)
    assert payment.rounding == Decimal(rounding)
    assert in_book(Book.ROUNDING) == -Decimal(rounding)
    cash = sum(Decimal(amount) for method, amount in tenders if method == CASH)
    assert in_book(Book.CASH) == cash
    assert sum(receipt.amount for receipt in payment.receipts.all()) == sum(map(Decimal, amounts))
    assert sum(balance(receipt.account_id) for receipt in payment.receipts.all()) == -sum(map(Decimal, amounts))
    assert nothing_is_broken()


def test_the_cents_that_the_coins_add_are_of_the_account_that_cash_pays(collect):
    payment = collect(["100.00", "20.08"], [(CARD, "100.00"), (CASH, "20.10")])
    by_card, in_cash = payment.receipts.order_by("document_id")
    assert not Transfer.objects.filter(document=by_card.document_id, credit_book=Book.ROUNDING).exists()
    assert Transfer.objects.get(document=in_cash.document_id, credit_book=Book.ROUNDING).amount == Decimal("0.02")


@pytest.mark.parametrize("tenders", [[(CASH, "345.30")], [(CASH, "300.00"), (CARD, "45.27")]])
def test_cancelling_gives_back_the_coins_that_were_received(tenders, collect, session, supervisor, at):
    payment = collect(["345.27"], tenders)
    reverse_payment(payment=payment, session=session, reason="Error", at=at, by=supervisor, key="undo")
    assert (in_book(Book.CASH), in_book(Book.ROUNDING)) == (Decimal("0.00"), Decimal("0.00"))
    assert sum(movement.amount for movement in CashMovement.objects.all()) == Decimal("0.00")
    assert nothing_is_broken()


@pytest.mark.parametrize(
    ("amounts", "tenders"),
    [
        (["345.27"], [(CASH, "345.40")]),
        (["345.27"], [(CARD, "345.30")]),
        (["0.04"], [(CASH, "0.00")]),
        (["0.04"], []),
        ([], []),
        (["10.00", "0.00"], [(CASH, "10.00")]),
        (["10.00", "-5.00"], [(CASH, "5.00")]),
        (["10.00"], [(CASH, "15.00"), (CARD, "-5.00")]),
        (["10.00"], [(CASH, "10.00"), (CARD, "0.00")]),
        (["10.005"], [(CARD, "10.005")]),
        (["1E+12"], [(CARD, "1E+12")]),
        (["NaN"], [(CASH, "NaN")]),
        (["Infinity"], [(CASH, "Infinity")]),
    ],
)
def test_what_is_not_the_rounding_of_its_cash_is_refused(amounts, tenders, collect):
    with pytest.raises(AmountsDoNotAddUp), transaction.atomic():
        collect(amounts, tenders)
    assert not Payment.objects.exists()


def test_the_largest_amount_is_received_to_the_cent(collect):
    payment = collect(["99999999999.99"], [(CARD, "99999999999.99")])
    assert balance(payment.receipts.get().account_id) == Decimal("-99999999999.99")


def test_a_key_without_room_for_its_parts_is_refused_at_once(collect):
    with pytest.raises(KeyTooLong), transaction.atomic():
        collect(["10.00"], [(CASH, "10.00")], key="k" * 97)
    collect(["10.00"], [(CASH, "10.00")], key="k" * 96)
