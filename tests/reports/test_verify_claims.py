"""The invariants of money in transit, of the deposits nobody identified and of the vouchers notice what breaks them."""

from datetime import date
from decimal import Decimal

import pytest

from cauce.cashier.models import BankResolution, ClearingMatch, CreditVoucher, Payment, Tender, VoucherDeposit
from cauce.cashier.operations import (
    BankFacts,
    ClaimedPayment,
    PaymentShare,
    accept_claim,
    apply_voucher,
    approve_resolution,
    match_clearing,
    open_claim,
    propose_resolution,
    reverse_match,
    reverse_payment,
    take_payment,
)
from cauce.cashier.queries.clearing import in_transit, unidentified
from cauce.cashier.rules import Tendered
from cauce.core.money import ZERO
from cauce.users.models import User
from tests.cashier.bank_money import a_movement
from tests.ledger.debts import a_debt, make_account, write_debts
from tests.reports.damage import broken, damage

pytestmark = pytest.mark.django_db

CARDS = ClearingMatch.Kind.CARDS
ON = date(2026, 8, 19)


@pytest.fixture
def town(law, session, cashier, clerk, at) -> None:
    """Cards on their way and arrived, one match undone; a voucher used, one waiting, one by hand, a row unresolved."""
    accountant = User.objects.create(username="contadora", full_name="Eva Luna")
    for number in range(3):
        account = make_account()
        write_debts([a_debt(account, "AGUA", "100.00", date(2026, 8, 20))], at=at, by=clerk)
        share = PaymentShare(account=account, amount=Decimal("50.00"))
        tenders = [Tendered(Tender.Method.CARD, Decimal("50.00"))]
        take_payment(shares=[share], tenders=tenders, session=session, at=at, by=cashier, key=f"card {number}")
    cards = [item.id for item in in_transit(CARDS)]
    for position, tender in enumerate(cards[:2]):
        done = match_clearing(
            kind=CARDS,
            tenders=[tender],
            bank_on=at.date(),
            received=Decimal("48.50"),
            fee=Decimal("1.50"),
            at=at,
            by=accountant,
            key=f"match {position}",
        )
    reverse_match(match=done, reason="Era de otra terminal", at=at, by=accountant, key="undo")
    a_movement("77.00", ON, at=at, by=clerk)
    vouchers = [_voucher(number, at, clerk, accountant) for number in range(3)]
    apply_voucher(voucher=vouchers[0], at=at, by=cashier, key="use")
    row = a_movement("30.00", ON, at=at, by=clerk, outcome="REVIEW", code="ACLARACION", receipt=None)
    VoucherDeposit.objects.create(voucher=vouchers[2], movement=row, recognised_at=at)


def _voucher(number: int, at, clerk: User, accountant: User) -> CreditVoucher:
    account = make_account()
    claimed = ClaimedPayment(amount=Decimal("30.00"), paid_on=ON, institution="Banco Demo")
    claim = open_claim(account=account, claimed=claimed, at=at, by=clerk, key=f"claim {number}")
    if number == 2:
        facts = BankFacts(amount=Decimal("30.00"), deposited_on=ON, reference="TRF 1")
        return accept_claim(claim=claim, facts=facts, at=at, by=accountant)
    return accept_claim(claim=claim, movement=a_movement("30.00", ON, at=at, by=clerk), at=at, by=accountant)


BOOKS = "clearing_books_are_their_things"
MATCHES = "matches_are_their_things_and_transfers"
UNIDENTIFIED = "unidentified_money_is_told_line_by_line"
DEPOSITS = "deposits_written_by_hand_count_once"
VOUCHERS = "vouchers_are_used_once_and_whole"
A_CARD = "(SELECT min(id) FROM ledger_transfer WHERE debit_book = 'CLEARING_CARDS')"
LAST_CARD = "(SELECT max(id) FROM cashier_tender WHERE method = 'CARD')"
FIRST_VOUCHER = "(SELECT min(document_id) FROM cashier_creditvoucher)"
LAST_VOUCHER = "(SELECT max(document_id) FROM cashier_creditvoucher)"
USER = "(SELECT max(used_by_id) FROM cashier_voucheruse)"
CHECKS = [
    (BOOKS, f"UPDATE ledger_transfer SET debit_book = 'BANK' WHERE id = {A_CARD}"),
    (BOOKS, "DELETE FROM cashier_clearingmatchreversal"),
    (BOOKS, f"UPDATE cashier_tender SET method = 'CHEQUE' WHERE id = {LAST_CARD}"),
    (MATCHES, "UPDATE cashier_clearingmatchitem SET amount = amount - 1"),
    (MATCHES, "UPDATE cashier_clearingmatch SET received = received + 1, fee = fee - 1"),
    (MATCHES, "DELETE FROM cashier_clearingmatchreversal"),
    (UNIDENTIFIED, "UPDATE cashier_bankmovement SET posting_id = NULL WHERE amount = 77"),
    (UNIDENTIFIED, "UPDATE cashier_creditvoucher SET amount = 31 WHERE posting_id IS NOT NULL"),
    (UNIDENTIFIED, "DELETE FROM cashier_voucheruse"),
    (VOUCHERS, f"UPDATE cashier_voucheruse SET voucher_id = {LAST_VOUCHER}"),
    (VOUCHERS, "UPDATE cashier_paymentclaim SET state = 'REFUSED' WHERE state = 'FOUND'"),
    (VOUCHERS, "UPDATE cashier_creditvoucher SET effective_on = '2026-01-01'"),
    (VOUCHERS, f"UPDATE cashier_creditvoucher SET issued_by_id = {USER}"),
    (VOUCHERS, f"UPDATE cashier_creditvoucher SET replaces_id = {FIRST_VOUCHER} WHERE document_id = {LAST_VOUCHER}"),
    (DEPOSITS, "DELETE FROM cashier_voucherdeposit"),
    (DEPOSITS, "UPDATE cashier_bankmovement SET moved_on = '2026-01-01' WHERE code = 'ACLARACION'"),
    (DEPOSITS, "UPDATE cashier_bankmovement SET posting_id = (SELECT min(id) FROM ledger_posting)"),
]


def test_nothing_is_broken_where_claims_and_matches_work(town):
    assert ClearingMatch.objects.count() == 2
    assert broken() == {}
    assert len(in_transit(CARDS)) == 2
    assert sum((item.amount for item in in_transit(CARDS)), ZERO) == Decimal("100.00")


@pytest.mark.parametrize(("check", "statement"), CHECKS)
def test_each_invariant_notices_what_breaks_it(town, check: str, statement: str):
    damage(statement)
    assert check in broken()


def test_what_two_people_apply_or_return_is_told_too_and_comes_back_when_its_payment_is_undone(
    law, session, cashier, clerk, at
):
    proposer = User.objects.create(username="propone", full_name="Eva Luna")
    applied, returned = (a_movement(amount, ON, at=at, by=clerk, layout="legado") for amount in ("40.00", "25.00"))
    for movement, action, account in (
        (applied, BankResolution.Action.APPLY, make_account()),
        (returned, BankResolution.Action.RETURN, None),
    ):
        proposed = propose_resolution(
            movement=movement, action=action, account=account, reason="Confirmado", at=at, by=proposer
        )
        approve_resolution(resolution=proposed, at=at, by=clerk)
    assert unidentified().lines == () and broken() == {}
    payment = Payment.objects.get(receipts__account__isnull=False)
    reverse_payment(payment=payment, session=None, reason="No era de esa cuenta", at=at, by=clerk, key="undo")
    assert [(line.what, line.amount) for line in unidentified().lines] == [("RESOLVED", Decimal("40.00"))]
    assert broken() == {}
