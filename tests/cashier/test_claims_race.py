"""Claims and matches that meet: real connections, on a database of their own; one wins, the other is told."""

from datetime import date
from decimal import Decimal

import pytest

from cauce.cashier.models import ClearingMatch, CreditVoucher, PaymentClaim, Receipt, Tender, VoucherUse
from cauce.cashier.operations import (
    ClaimedPayment,
    MovementTaken,
    NotInTransit,
    PaymentShare,
    VoucherUsed,
    accept_claim,
    apply_voucher,
    match_clearing,
    open_claim,
    take_payment,
)
from cauce.cashier.queries.clearing import book_balances, in_transit
from cauce.cashier.rules import Tendered
from cauce.ledger.models import Book
from cauce.ledger.queries import balance
from cauce.registry.models import Account
from cauce.users.models import User
from tests.cashier.bank_money import a_movement
from tests.cashier.test_race import NOON, account, at_once, window
from tests.ledger.debts import make_account

__all__ = ["account"]
pytestmark = pytest.mark.commits

AT_ONCE = 8
PAID_ON = date(2026, 8, 20)


def a_claim(account: Account, key: str) -> PaymentClaim:
    claimed = ClaimedPayment(amount=Decimal("100.00"), paid_on=PAID_ON, institution="Banco Demo")
    return open_claim(account=account, claimed=claimed, at=NOON, by=clerk(), key=key)


def clerk() -> User:
    return User.objects.get(username="cli-captura")


def someone(name: str) -> User:
    return User.objects.create(username=name, full_name=name)


def test_a_voucher_applied_at_several_windows_at_once_is_applied_once(account: Account):
    accountant = someone("contadora")
    movement = a_movement("100.00", PAID_ON, at=NOON, by=clerk())
    voucher = accept_claim(claim=a_claim(account, "claim"), movement=movement, at=NOON, by=accountant)
    cashiers = [someone(f"cajero{number}") for number in range(AT_ONCE)]
    outcomes = at_once(
        lambda number: apply_voucher(voucher=voucher, at=NOON, by=cashiers[number], key=f"apply {number}"), AT_ONCE
    )
    assert sum(isinstance(outcome, Receipt) for outcome in outcomes) == 1, outcomes
    assert sum(isinstance(outcome, VoucherUsed) for outcome in outcomes) == AT_ONCE - 1
    assert VoucherUse.objects.count() == Receipt.objects.count() == 1
    assert balance(account.pk) == Decimal("400.00")


def test_one_voucher_with_one_key_several_times_at_once_is_one_receipt(account: Account):
    accountant, cashier = someone("contadora"), someone("cajera")
    movement = a_movement("100.00", PAID_ON, at=NOON, by=clerk())
    voucher = accept_claim(claim=a_claim(account, "claim"), movement=movement, at=NOON, by=accountant)
    outcomes = at_once(lambda number: apply_voucher(voucher=voucher, at=NOON, by=cashier, key="apply"), AT_ONCE)
    assert {getattr(outcome, "pk", outcome) for outcome in outcomes} == {Receipt.objects.get().pk}


def test_one_movement_claimed_by_two_accounts_at_once_makes_one_voucher(account: Account):
    accountant = someone("contadora")
    movement = a_movement("100.00", PAID_ON, at=NOON, by=clerk())
    claims = [a_claim(account, "claim 0"), a_claim(make_account(), "claim 1")]
    outcomes = at_once(lambda number: accept_claim(claim=claims[number], movement=movement, at=NOON, by=accountant), 2)
    assert sum(isinstance(outcome, CreditVoucher) for outcome in outcomes) == 1, outcomes
    assert sum(isinstance(outcome, MovementTaken) for outcome in outcomes) == 1
    assert sorted(PaymentClaim.objects.values_list("state", flat=True)) == ["FOUND", "OPEN"]


def test_the_same_card_matched_twice_at_once_reaches_the_bank_once(account: Account):
    session, accountant = window(1), someone("contadora")
    take_payment(
        shares=[PaymentShare(account=account, amount=Decimal("100.00"))],
        tenders=[Tendered(Tender.Method.CARD, Decimal("100.00"))],
        session=session,
        at=NOON,
        by=session.cashier,
        key="card",
    )
    tenders = [item.id for item in in_transit(ClearingMatch.Kind.CARDS)]

    def match(number: int) -> ClearingMatch:
        return match_clearing(
            kind=ClearingMatch.Kind.CARDS,
            tenders=tenders,
            bank_on=NOON.date(),
            received=Decimal("100.00"),
            at=NOON,
            by=accountant,
            key=f"match {number}",
        )

    outcomes = at_once(match, AT_ONCE)
    assert sum(isinstance(outcome, ClearingMatch) for outcome in outcomes) == 1, outcomes
    assert sum(isinstance(outcome, NotInTransit) for outcome in outcomes) == AT_ONCE - 1
    assert book_balances([Book.CLEARING_CARDS, Book.BANK]) == {"CLEARING_CARDS": 0, "BANK": Decimal("100.00")}
