"""Two people who decide the same thing at once, and a deposit that two doors bring: one decides, it is booked once."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from cauce.cashier.models import BankResolution, CreditVoucher, PaymentClaim, Refund, VoucherDeposit
from cauce.cashier.operations import (
    AlreadyDecided,
    BankFacts,
    ClaimDecided,
    ClaimedPayment,
    MovementTaken,
    RefundDecided,
    accept_claim,
    apply_voucher,
    approve_resolution,
    authorise_refund,
    import_bank,
    open_claim,
    propose_resolution,
    refuse_claim,
    refuse_refund,
    refuse_resolution,
    request_refund,
)
from cauce.cashier.queries.clearing import book_balances
from cauce.core.money import ZERO
from cauce.imports.rules import ImportOutcome
from cauce.ledger.models import Book, Transfer
from cauce.ledger.queries import balance
from cauce.registry.models import Account
from cauce.users.models import User
from tests.cashier.bank_files import assert_whole, owing, row, write_bank_file
from tests.cashier.bank_money import a_movement
from tests.cashier.correcting import Method, collect, someone
from tests.cashier.test_race import NOON, account, at_once, window
from tests.ledger.debts import make_account
from tests.races import after_waiting

__all__ = ["account"]
pytestmark = pytest.mark.commits
DEPOSITED = date(2026, 9, 18)
DEPOSIT = Decimal("116.00")
ROUNDS = 4


def clerk() -> User:
    return User.objects.get(username="cli-captura")


def approver() -> User:
    return User.objects.get(username="cli-autoriza")


def a_claim(account: Account) -> PaymentClaim:
    claimed = ClaimedPayment(amount=DEPOSIT, paid_on=DEPOSITED, institution="Banco Demo")
    return open_claim(account=account, claimed=claimed, at=NOON, by=clerk(), key=f"claim {account.number}")


def accept_by_hand(claim: PaymentClaim, number: str, by: User) -> CreditVoucher:
    facts = BankFacts(amount=DEPOSIT, deposited_on=DEPOSITED, reference=f"aut {number}")
    return accept_claim(claim=claim, facts=facts, at=NOON, by=by)


def in_the_bank() -> Decimal:
    return sum(Transfer.objects.filter(debit_book=Book.BANK).values_list("amount", flat=True), ZERO)


def test_a_claim_accepted_and_refused_at_once_is_decided_once(account: Account) -> None:
    claim, accountants = a_claim(account), [someone(f"c{n}", "contabilidad") for n in range(2)]
    outcome = after_waiting(
        lambda: accept_by_hand(claim, "77", accountants[0]),
        lambda: refuse_claim(claim=claim, reason="No está en el banco", at=NOON, by=accountants[1]),
    )
    assert isinstance(outcome, ClaimDecided)
    assert "encontrad" in outcome.message
    claim.refresh_from_db()
    assert (claim.state, in_the_bank()) == ("FOUND", DEPOSIT)
    assert claim.hold is not None
    assert claim.hold.lifted_by_id is None


def test_a_refund_authorised_and_refused_at_once_is_decided_once(account: Account) -> None:
    collect(window(1), [(account, "600.00")], [(Method.CASH, "600.00")], key="p", at=NOON)
    refund = request_refund(
        account=account,
        party=account.holder,
        amount=Decimal("50.00"),
        reason="Pagó de más",
        at=NOON,
        by=clerk(),
        key="r",
    )
    refuser = someone("jefa", "jefe")
    outcome = after_waiting(
        lambda: refuse_refund(refund=refund, note="Que se aplique", at=NOON, by=refuser),
        lambda: authorise_refund(refund=refund, at=NOON, by=approver()),
    )
    assert isinstance(outcome, RefundDecided)
    assert Refund.objects.get().decided_by == refuser


def test_a_resolution_approved_and_refused_at_once_moves_the_money_once(account: Account) -> None:
    movement = a_movement("100.00", DEPOSITED, at=NOON, by=clerk())
    returned = BankResolution.Action.RETURN
    proposal = propose_resolution(movement=movement, action=returned, reason="No es nuestro", at=NOON, by=clerk())
    refuser = someone("jefa", "jefe")
    outcome = after_waiting(
        lambda: approve_resolution(resolution=proposal, at=NOON, by=approver()),
        lambda: refuse_resolution(resolution=proposal, note="Sí es nuestro", at=NOON, by=refuser),
    )
    assert isinstance(outcome, AlreadyDecided)
    found = BankResolution.objects.get()
    assert (found.state, found.posting.operation) == ("APPROVED", "return_deposit")
    assert book_balances([Book.UNIDENTIFIED, Book.BANK]) == {"UNIDENTIFIED": ZERO, "BANK": ZERO}
    assert_whole()


def test_a_file_that_waits_for_the_claim_recognises_its_deposit(tmp_path: Path, account: Account) -> None:
    claim, accountant = a_claim(account), someone("contadora", "contabilidad")
    path = write_bank_file(tmp_path, [row(account, "116.00", "AUT77", on="18/09/2026")])
    outcome = after_waiting(
        lambda: accept_by_hand(claim, "77", accountant),
        lambda: import_bank(path=path, dry_run=False, at=NOON, by=clerk()),
    )
    assert isinstance(outcome, ImportOutcome), outcome
    assert in_the_bank() == DEPOSIT
    assert VoucherDeposit.objects.get().voucher.claim == claim
    assert_whole()


def test_a_deposit_of_a_claim_and_of_a_file_at_once_is_booked_once_and_never_lost(
    tmp_path: Path, account: Account
) -> None:
    accountant, cashier = someone("contadora", "contabilidad"), someone("cajera", "cajero")
    for turn in range(ROUNDS):
        debtor, number = make_account(), f"90{turn}"
        owing(debtor, at=NOON, by=clerk())
        claim = a_claim(debtor)
        path = write_bank_file(
            tmp_path, [row(debtor, "116.00", f"AUT{number}", on="18/09/2026")], name=f"banco_{turn}.csv"
        )
        doors = (
            lambda claim=claim, number=number: accept_by_hand(claim, number, accountant),
            lambda path=path: import_bank(path=path, dry_run=False, at=NOON, by=clerk()),
        )
        voucher, taken_in = at_once(lambda place, doors=doors: doors[place](), len(doors))
        assert isinstance(taken_in, ImportOutcome), taken_in
        assert in_the_bank() == DEPOSIT * (turn + 1)
        if isinstance(voucher, CreditVoucher):
            apply_voucher(voucher=voucher, at=NOON, by=cashier, key=f"use {turn}")
        else:
            assert isinstance(voucher, MovementTaken), voucher
        assert balance(debtor.pk) == ZERO
    assert_whole()
