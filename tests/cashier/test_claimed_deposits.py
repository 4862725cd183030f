"""A deposit that Contabilidad put in the books by hand and a file of the bank brings afterwards counts once."""

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cauce.cashier.models import BankMovement, BankResolution, CreditVoucher, Receipt, VoucherDeposit
from cauce.cashier.operations import (
    BankFacts,
    ClaimedPayment,
    MovementSettled,
    MovementTaken,
    accept_claim,
    apply_voucher,
    open_claim,
    propose_resolution,
)
from cauce.cashier.queries.claims import IN_VOUCHER, candidates_for
from cauce.core.money import ZERO
from cauce.events.models import Event
from cauce.imports.models import ImportFinding
from cauce.ledger.models import Book, Transfer
from cauce.ledger.queries import CollectionLaw, balance
from cauce.registry.models import Account
from cauce.users.models import User
from tests.cashier.bank_files import assert_whole, movement_of, owing, row, take_in
from tests.ledger.debts import make_account

pytestmark = pytest.mark.django_db
DEPOSITED = date(2026, 9, 18)


@pytest.fixture
def accountant(db: None) -> User:
    return User.objects.create(username="contadora", full_name="Eva Luna")


@pytest.fixture
def debtor(law: CollectionLaw, account: Account, at: datetime, clerk: User) -> Account:
    owing(account, at=at, by=clerk)
    return account


def by_hand(
    account: Account, at: datetime, clerk: User, accountant: User, *, reference: str = "aut 77"
) -> CreditVoucher:
    claimed = ClaimedPayment(amount=Decimal("116.00"), paid_on=DEPOSITED, institution="Banco Demo")
    claim = open_claim(account=account, claimed=claimed, at=at, by=clerk, key=f"claim {account.pk} {reference}")
    facts = BankFacts(amount=Decimal("116.00"), deposited_on=DEPOSITED, reference=reference)
    return accept_claim(claim=claim, facts=facts, at=at, by=accountant)


def in_the_bank() -> Decimal:
    return sum(Transfer.objects.filter(debit_book=Book.BANK).values_list("amount", flat=True), ZERO)


@pytest.mark.parametrize("is_applied", [False, True])
def test_the_row_is_recognised_and_books_nothing_again(
    tmp_path: Path, debtor, at, clerk, accountant, cashier, is_applied: bool
) -> None:
    voucher = by_hand(debtor, at, clerk, accountant)
    if is_applied:
        apply_voucher(voucher=voucher, at=at, by=cashier, key="use")
    outcome = take_in(tmp_path, row(debtor, "116.00", "AUT77", on="18/09/2026"), at=at, by=clerk)
    assert (outcome.rows, outcome.new, outcome.rejected, outcome.flagged) == (1, 1, 0, 1)
    assert outcome.as_json()["applied_total"] == outcome.as_json()["unidentified_total"] == "0.00"
    assert dict(outcome.by_code) == {"ACLARACION": 1}
    assert in_the_bank() == Decimal("116.00")
    movement = movement_of("AUT77")
    assert (movement.outcome, movement.receipt, movement.posting) == ("REVIEW", None, None)
    assert movement.voucher_deposit.voucher == voucher
    assert not BankMovement.objects.unresolved().exists()
    assert Event.objects.get(kind="DEPOSIT_RECOGNISED").facts["folio"] == "VALE-000001"
    assert Event.objects.get(kind="BANK_FILE_IMPORTED").facts["waiting"] == 0
    if not is_applied:
        apply_voucher(voucher=voucher, at=at, by=cashier, key="use")
    assert balance(debtor.pk) == ZERO
    assert Receipt.objects.count() == 1
    assert_whole()


def test_the_same_file_says_the_same_and_a_trial_too(tmp_path: Path, debtor, at, clerk, accountant) -> None:
    by_hand(debtor, at, clerk, accountant)
    line = row(debtor, "116.00", "AUT77", on="18/09/2026")
    trial = take_in(tmp_path, line, at=at, by=clerk, dry_run=True)
    first = take_in(tmp_path, line, at=at, by=clerk)
    again = take_in(tmp_path, line, at=at, by=clerk)
    said = [(told.by_code, told.flagged, told.extra["applied_total"]) for told in (trial, first, again)]
    assert said == [({"ACLARACION": 1}, 1, "0.00")] * 3
    assert len(set(ImportFinding.objects.filter(code="ACLARACION").values_list("message", flat=True))) == 1
    assert VoucherDeposit.objects.count() == 1
    assert_whole()


def test_one_voucher_is_recognised_in_one_row(tmp_path: Path, debtor, at, clerk, accountant) -> None:
    by_hand(debtor, at, clerk, accountant, reference="12326")
    reference = row(debtor, "116.00", "1").split(";")[3]
    twin = by_hand(make_account(), at, clerk, accountant, reference=reference)
    lines = [row(debtor, "116.00", number, on="18/09/2026") for number in ("A1", "A2")]
    outcome = take_in(tmp_path, *lines, at=at, by=clerk)
    assert dict(outcome.by_code) == {"ACLARACION": 1}
    assert outcome.extra["applied_total"] == "116.00"
    assert VoucherDeposit.objects.get().voucher == twin
    assert_whole()


@pytest.mark.parametrize(
    "line",
    [("116.01", "AUT77", "18/09/2026"), ("116.00", "AUT78", "18/09/2026"), ("116.00", "AUT77", "17/09/2026")],
)
def test_another_amount_day_or_number_is_another_deposit(
    tmp_path: Path, debtor, at, clerk, accountant, line: tuple[str, str, str]
) -> None:
    by_hand(debtor, at, clerk, accountant)
    amount, authorization, on = line
    outcome = take_in(tmp_path, row(debtor, amount, authorization, on=on), at=at, by=clerk)
    assert outcome.extra["applied_total"] == amount
    assert not VoucherDeposit.objects.exists()


def test_money_of_nobody_known_is_recognised_too(tmp_path: Path, debtor, at, clerk, accountant) -> None:
    by_hand(debtor, at, clerk, accountant)
    outcome = take_in(tmp_path, row("999999", "116.00", "AUT77", on="18/09/2026"), at=at, by=clerk)
    assert outcome.extra["unidentified_total"] == "0.00"
    assert in_the_bank() == Decimal("116.00")
    assert_whole()


def test_the_recognised_row_is_nobody_elses_money(tmp_path: Path, debtor, at, clerk, accountant, cashier) -> None:
    by_hand(debtor, at, clerk, accountant)
    take_in(tmp_path, row(debtor, "116.00", "AUT77", on="18/09/2026"), at=at, by=clerk)
    movement = movement_of("AUT77")
    with pytest.raises(MovementSettled, match="vale"):
        propose_resolution(
            movement=movement,
            action=BankResolution.Action.APPLY,
            account=debtor,
            reason="Es de esta cuenta",
            at=at,
            by=cashier,
        )
    claimed = ClaimedPayment(amount=Decimal("116.00"), paid_on=DEPOSITED, institution="Banco Demo")
    other = open_claim(account=make_account(), claimed=claimed, at=at, by=clerk, key="other")
    assert [(found.state, found.voucher.document.folio) for found in candidates_for(other)] == [
        (IN_VOUCHER, "VALE-000001")
    ]
    with pytest.raises(MovementTaken, match="VALE-000001"):
        accept_claim(claim=other, movement=movement, at=at, by=accountant)
