"""What two people decide about the bank's doubtful movements."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from cauce.cashier.models import BankMovement, BankResolution, CashMovement, Payment, Receipt, ReceiptCancellation
from cauce.cashier.operations import (
    AlreadyDecided,
    MovementSettled,
    ResolutionImpossible,
    SamePerson,
    approve_resolution,
    propose_resolution,
    refuse_resolution,
)
from cauce.cashier.queries.bank_resolutions import candidate_accounts
from cauce.ledger.models import Book, Transfer
from cauce.ledger.queries import CollectionLaw, balance
from cauce.registry.models import Account
from cauce.users.models import User
from tests.cashier.bank_files import assert_whole, movement_of, owing, reference_of, row, take_in

pytestmark = pytest.mark.django_db
Action = BankResolution.Action
LATER = timedelta(days=3)


def held(book: Book) -> Decimal:
    amounts = Transfer.objects.filter(debit_book=book).values_list("amount", flat=True)
    out = Transfer.objects.filter(credit_book=book).values_list("amount", flat=True)
    return sum(amounts, Decimal(0)) - sum(out, Decimal(0))


def propose(movement: BankMovement, action: str, by: User, at: datetime, **facts: object) -> BankResolution:
    return propose_resolution(
        movement=movement,
        action=Action(action),
        reason="Ficha 12",
        at=at,
        by=by,
        **facts,  # type: ignore[arg-type]
    )


def test_money_of_nobody_known_is_applied_with_the_deposits_date(
    tmp_path: Path, law: CollectionLaw, account: Account, at: datetime, clerk: User, supervisor: User
) -> None:
    owing(account, at=at, by=clerk, due_on=date(2026, 9, 20))
    wrong = f"{reference_of(account.number)[:-1]}{(int(reference_of(account.number)[-1]) + 1) % 10}"
    take_in(tmp_path, row(account, "116.00", "1", reference=wrong), at=at, by=clerk)
    movement = movement_of("1")
    assert candidate_accounts(movement)[0].account == account
    assert held(Book.UNIDENTIFIED) == Decimal("-116.00")
    resolution = propose(movement, "APPLY", clerk, at + LATER, account=account)
    assert propose(movement, "APPLY", clerk, at + LATER, account=account) == resolution
    assert balance(account.pk) == Decimal("116.00")
    done = approve_resolution(resolution=resolution, at=at + LATER, by=supervisor)
    assert approve_resolution(resolution=resolution, at=at + LATER, by=supervisor).receipt == done.receipt
    assert balance(account.pk) == 0
    assert (held(Book.UNIDENTIFIED), held(Book.BANK)) == (0, Decimal("116.00"))
    assert done.receipt is not None
    assert done.receipt.effective_on == date(2026, 9, 20)
    assert not BankMovement.objects.unresolved().exists()
    with pytest.raises(MovementSettled):
        propose(movement, "RETURN", clerk, at + LATER)
    assert_whole()


def test_an_amount_that_could_not_be_read_is_that_of_the_banks_statement(
    tmp_path: Path, law: CollectionLaw, account: Account, at: datetime, clerk: User, supervisor: User
) -> None:
    take_in(tmp_path, row(account, "45O.00", "1"), row(account, "45.00", "2", on="31/02/2026"), at=at, by=clerk)
    unreadable, undated = movement_of("1"), movement_of("2")
    with pytest.raises(ResolutionImpossible, match="importe no se pudo leer"):
        propose(unreadable, "APPLY", clerk, at, account=account)
    with pytest.raises(ResolutionImpossible, match="día no se pudo leer"):
        propose(undated, "APPLY", clerk, at, account=account)
    with pytest.raises(ResolutionImpossible, match="no llega"):
        propose(undated, "APPLY", clerk, at, account=account, effective_on=date(2026, 9, 21))
    for resolution in (
        propose(unreadable, "APPLY", clerk, at, account=account, amount=Decimal("450.00")),
        propose(undated, "APPLY", clerk, at, account=account, effective_on=date(2026, 9, 19)),
    ):
        approve_resolution(resolution=resolution, at=at, by=supervisor)
    assert balance(account.pk) == Decimal("-495.00")
    assert held(Book.BANK) == Decimal("495.00")
    assert set(Receipt.objects.values_list("effective_on", flat=True)) == {date(2026, 9, 19), date(2026, 9, 20)}
    assert_whole()


def test_a_reversal_undoes_the_payment_of_its_reference_and_amount(
    tmp_path: Path, law: CollectionLaw, account: Account, at: datetime, clerk: User, supervisor: User
) -> None:
    owing(account, at=at, by=clerk)
    lines = (row(account, "116.00", "1"), row(account, "50.00", "2"), row(account, "-116.00", "3"))
    take_in(tmp_path, *lines, at=at, by=clerk)
    reversal = movement_of("3")
    other = Payment.objects.get(amount=50)
    with pytest.raises(ResolutionImpossible, match="misma referencia"):
        propose(reversal, "REVERSE", clerk, at, payment=other)
    with pytest.raises(ResolutionImpossible, match="quita dinero"):
        propose(reversal, "APPLY", clerk, at, account=account)
    resolution = propose(reversal, "REVERSE", clerk, at, payment=Payment.objects.get(amount=116))
    done = approve_resolution(resolution=resolution, at=at + LATER, by=supervisor)
    assert done.posting is not None
    assert ReceiptCancellation.objects.get().cause == ReceiptCancellation.Cause.BANK
    assert (balance(account.pk), held(Book.BANK)) == (Decimal("66.00"), Decimal("50.00"))
    assert sum(CashMovement.objects.values_list("amount", flat=True)) == Decimal("50.00")
    assert_whole()


def test_money_that_is_not_ours_goes_back_and_what_moved_nothing_is_dismissed(
    tmp_path: Path, law: CollectionLaw, account: Account, at: datetime, clerk: User, supervisor: User
) -> None:
    take_in(tmp_path, row("999999", "30.00", "1"), row(account, "N/D", "2"), at=at, by=clerk)
    unknown, unreadable = movement_of("1"), movement_of("2")
    with pytest.raises(ResolutionImpossible, match="ya está en los libros"):
        propose(unknown, "DISMISS", clerk, at)
    with pytest.raises(ResolutionImpossible, match="no hay dinero"):
        propose(unreadable, "RETURN", clerk, at)
    for resolution in (propose(unknown, "RETURN", clerk, at), propose(unreadable, "DISMISS", clerk, at)):
        approve_resolution(resolution=resolution, at=at, by=supervisor)
    assert (held(Book.UNIDENTIFIED), held(Book.BANK)) == (0, 0)
    assert not BankMovement.objects.unresolved().exists()
    assert_whole()


def test_nobody_decides_on_what_they_proposed_and_a_refused_one_leaves_the_movement_waiting(
    tmp_path: Path, law: CollectionLaw, account: Account, at: datetime, clerk: User, supervisor: User
) -> None:
    take_in(tmp_path, row("999999", "30.00", "1"), at=at, by=clerk)
    resolution = propose(movement_of("1"), "APPLY", supervisor, at, account=account)
    with pytest.raises(SamePerson):
        approve_resolution(resolution=resolution, at=at, by=supervisor)
    with pytest.raises(MovementSettled):
        propose(movement_of("1"), "RETURN", clerk, at)
    refuse_resolution(resolution=resolution, note="No es su ficha", at=at, by=clerk)
    with pytest.raises(AlreadyDecided):
        approve_resolution(resolution=resolution, at=at, by=clerk)
    assert BankMovement.objects.unresolved().count() == 1
    assert propose(movement_of("1"), "RETURN", supervisor, at).state == BankResolution.State.PROPOSED


def test_a_proposal_says_why_and_for_which_account(
    tmp_path: Path, law: CollectionLaw, account: Account, at: datetime, clerk: User
) -> None:
    take_in(tmp_path, row("999999", "30.00", "1"), row(account, "20.00", "2"), at=at, by=clerk)
    with pytest.raises(ResolutionImpossible, match="a qué cuenta"):
        propose(movement_of("1"), "APPLY", clerk, at)
    with pytest.raises(ResolutionImpossible, match="por qué"):
        propose_resolution(movement=movement_of("1"), action=Action.RETURN, reason=" ", at=at, by=clerk)
    with pytest.raises(ResolutionImpossible, match="no se cambia"):
        propose(movement_of("1"), "APPLY", clerk, at, account=account, amount=Decimal("31.00"))
    with pytest.raises(MovementSettled, match="ya se aplicó"):
        propose(movement_of("2"), "APPLY", clerk, at, account=account)
