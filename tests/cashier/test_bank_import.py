"""The bank's file taken in: each movement counts once, with its own date, and what cannot be read moves no money."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cauce.cashier.models import BankMovement, CashMovement, Payment, Receipt
from cauce.cashier.operations import UnknownBankFile, import_bank
from cauce.cashier.operations.bank import importing
from cauce.core.money import ZERO
from cauce.documents.models import Document
from cauce.events.models import Event
from cauce.imports.models import ImportFinding
from cauce.imports.operations import UnexpectedHeader
from cauce.ledger.models import Book, Transfer
from cauce.ledger.operations import accrue_surcharges, close_day
from cauce.ledger.queries import CollectionLaw, advance_balances, balance, statement_movements
from cauce.registry.models import Account
from cauce.users.models import User
from tests.cashier.bank_files import (
    HEADER,
    assert_whole,
    movement_of,
    owing,
    reference_of,
    row,
    take_in,
)
from tests.ledger.debts import make_account

pytestmark = pytest.mark.django_db
SEPTEMBER = date(2026, 9, 20)


def test_a_payment_settles_what_is_owed_with_its_own_date_and_its_receipt(
    tmp_path: Path, law: CollectionLaw, account: Account, at: datetime, clerk: User
) -> None:
    owing(account, at=at, by=clerk)
    outcome = take_in(tmp_path, row(account, "116.00", "1", on="18/09/2026"), at=at, by=clerk)
    assert (outcome.rows, outcome.taken, outcome.new, outcome.rejected, outcome.flagged) == (1, 1, 1, 0, 0)
    assert outcome.as_json()["applied_total"] == "116.00"
    assert balance(account.pk) == 0
    receipt = Receipt.objects.select_related("document", "payment__desk").get()
    assert (receipt.effective_on, receipt.applied, receipt.advance) == (date(2026, 9, 18), Decimal("116.00"), ZERO)
    assert (receipt.document.kind, receipt.document.series) == (Document.Kind.PAYMENT, "BCO")
    assert receipt.payment.desk.is_attended is False
    movement = movement_of("1")
    assert (movement.outcome, movement.account, movement.receipt) == ("APPLIED", account, receipt)
    assert CashMovement.objects.get().amount == Decimal("116.00")
    assert [moved.kind for moved in statement_movements(account.pk)][-1] == "PAYMENT"
    assert Event.objects.filter(kind="BANK_FILE_IMPORTED").count() == 1
    assert_whole()


def test_the_same_file_twice_counts_once_and_says_the_same(
    tmp_path: Path, law: CollectionLaw, account: Account, at: datetime, clerk: User
) -> None:
    owing(account, at=at, by=clerk)
    lines = (
        row(account, "500.00", "1"),
        row(account, "N/D", "2"),
        row("999999", "50.00", "3"),
        row(account, "-500.00", "4"),
        row(account, "1.00", "1"),
        row(account, "40.00", ""),
        "torn;line",
        "",
    )
    first = take_in(tmp_path, *lines, at=at, by=clerk)
    before = (Transfer.objects.count(), Document.objects.count(), BankMovement.objects.count())
    again = take_in(tmp_path, *lines, at=at + timedelta(days=1), by=clerk)
    assert first.by_code == again.by_code
    assert first.by_code == {
        "ANTICIPO": 1,
        "IMPORTE_INVALIDO": 1,
        "CUENTA_DESCONOCIDA": 1,
        "REVERSO": 1,
        "AUTORIZACION_REPETIDA": 1,
        "AUTORIZACION_VACIA": 1,
        "COLUMNAS": 1,
    }
    assert (again.rows, again.taken, again.new, again.rejected) == (first.rows, first.taken, 0, first.rejected)
    assert (again.extra, first.new) == (first.extra, 3)
    assert (Transfer.objects.count(), Document.objects.count(), BankMovement.objects.count()) == before
    assert_whole()


def test_two_equal_payments_with_different_numbers_both_count(
    tmp_path: Path, law: CollectionLaw, account: Account, at: datetime, clerk: User
) -> None:
    owing(account, at=at, by=clerk)
    outcome = take_in(tmp_path, row(account, "100.00", "1"), row(account, "100.00", "2"), at=at, by=clerk)
    assert outcome.by_code == {"ANTICIPO": 1}
    assert balance(account.pk) == Decimal("-84.00")
    assert advance_balances([account.pk])[account.pk][account.holder_id] == Decimal("84.00")
    assert Receipt.objects.count() == 2


def test_what_a_longer_file_repeats_is_not_taken_off_twice(
    tmp_path: Path, law: CollectionLaw, account: Account, at: datetime, clerk: User
) -> None:
    owing(account, at=at, by=clerk)
    first = row(account, "60.00", "1")
    take_in(tmp_path, first, at=at, by=clerk)
    for is_trial in (True, False):
        outcome = take_in(
            tmp_path, first, row(account, "56.00", "2"), row(account, "0.01", "3"), at=at, by=clerk, dry_run=is_trial
        )
        assert (outcome.by_code, outcome.new) == ({"ANTICIPO": 1}, 2)


def test_a_number_that_comes_with_other_data_is_told_and_not_applied(
    tmp_path: Path, law: CollectionLaw, account: Account, at: datetime, clerk: User
) -> None:
    take_in(tmp_path, row(account, "100.00", "1"), at=at, by=clerk)
    outcome = take_in(tmp_path, row(account, "90.00", "1"), row(account, "80.00", "1"), at=at, by=clerk)
    assert outcome.by_code == {"AUTORIZACION_REPETIDA": 2}
    assert (outcome.new, outcome.extra["applied_total"]) == (0, "0.00")
    assert balance(account.pk) == Decimal("-100.00")
    again = take_in(tmp_path, row(account, "80.00", "1"), at=at, by=clerk)
    assert again.by_code == {"AUTORIZACION_REPETIDA": 1}
    assert BankMovement.objects.count() == 3


def test_money_of_nobody_known_waits_in_its_book_and_what_cannot_be_read_moves_nothing(
    tmp_path: Path, law: CollectionLaw, account: Account, at: datetime, clerk: User
) -> None:
    closed = make_account()
    closed.state = Account.State.CLOSED
    closed.save()
    outcome = take_in(
        tmp_path,
        row("999999", "10.00", "1"),
        row(account, "20.00", "2", reference="12345678901"),
        row(closed, "30.00", "3"),
        row(account, "45O.00", "4"),
        row(account, "-10.00", "5"),
        row(account, "60.00", "6", on="21/09/2026"),
        row(account, "70.00", "7", on="31/02/2026"),
        at=at,
        by=clerk,
    )
    assert outcome.extra["unidentified_total"] == "60.00"
    moved = Transfer.objects.values_list("debit_book", "credit_book", "amount", "account_id")
    assert sorted(amount for _, _, amount, _ in moved) == [Decimal(10), Decimal(20), Decimal(30)]
    assert {(debit, credit, whose) for debit, credit, _, whose in moved} == {(Book.BANK, Book.UNIDENTIFIED, None)}
    assert set(outcome.by_code) == {
        "CUENTA_DESCONOCIDA",
        "DIGITO_VERIFICADOR",
        "CUENTA_CANCELADA",
        "IMPORTE_INVALIDO",
        "REVERSO",
        "FECHA_FUTURA",
        "FECHA_INVALIDA",
    }
    assert BankMovement.objects.unresolved().count() == 7
    assert not CashMovement.objects.exists()
    assert_whole()


def test_a_trial_counts_the_same_and_writes_nothing(
    tmp_path: Path, law: CollectionLaw, account: Account, at: datetime, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    owing(account, at=at, by=clerk)
    monkeypatch.setattr(importing, "CHUNK_LINES", 2)
    lines = [row(account, "60.00", "1"), row(account, "56.00", "2"), row(account, "0.01", "3"), row("9", "1", "4")]
    trial = take_in(tmp_path, *lines, at=at, by=clerk, dry_run=True)
    assert not BankMovement.objects.exists()
    assert not Payment.objects.exists()
    real = take_in(tmp_path, *lines, at=at, by=clerk)
    assert trial.by_code == real.by_code == {"ANTICIPO": 1, "DIGITO_VERIFICADOR": 1}
    assert (trial.taken, trial.new, trial.extra) == (real.taken, real.new, real.extra)


def test_what_was_paid_in_time_earns_no_surcharge_though_one_was_charged_since(
    tmp_path: Path, law: CollectionLaw, account: Account, at: datetime, clerk: User
) -> None:
    owing(account, at=at, by=clerk, due_on=date(2026, 9, 15))
    accrue_surcharges(account_ids=[account.pk], to=SEPTEMBER, rule=law.surcharges, key="s", at=at, by=clerk)
    assert balance(account.pk) == Decimal("119.00")
    take_in(tmp_path, row(account, "116.00", "1", on="15/09/2026"), at=at, by=clerk)
    assert balance(account.pk) == 0
    assert not advance_balances([account.pk])
    assert_whole()


def test_a_late_payment_pays_the_surcharge_of_its_own_date(
    tmp_path: Path, law: CollectionLaw, account: Account, at: datetime, clerk: User
) -> None:
    owing(account, at=at, by=clerk, due_on=date(2026, 9, 10))
    outcome = take_in(tmp_path, row(account, "119.00", "1", on="11/09/2026"), at=at, by=clerk)
    assert balance(account.pk) == 0
    assert outcome.by_code == {"ANTICIPO": 1}


def test_rows_of_several_days_settle_in_the_order_of_their_days(
    tmp_path: Path, law: CollectionLaw, account: Account, at: datetime, clerk: User
) -> None:
    owing(account, at=at, by=clerk, due_on=date(2026, 9, 15))
    take_in(
        tmp_path,
        row(account, "16.00", "1", on="20/09/2026"),
        row(account, "100.00", "2", on="14/09/2026"),
        at=at,
        by=clerk,
    )
    # What was left on the 15th was 16 pesos, 13.79 of them of water: a month of that is what remains.
    assert balance(account.pk) == Decimal("0.41")
    assert_whole()


def test_the_money_of_a_closed_day_enters_the_books_of_the_next_open_one(
    tmp_path: Path, law: CollectionLaw, account: Account, at: datetime, clerk: User
) -> None:
    close_day(day=SEPTEMBER, at=at, by=clerk)
    take_in(tmp_path, row(account, "50.00", "1"), at=at, by=clerk)
    moved = Transfer.objects.get()
    assert (moved.effective_on, moved.booked_on) == (SEPTEMBER, date(2026, 9, 21))
    assert CashMovement.objects.get().booked_on == date(2026, 9, 21)


def test_a_bigger_chunk_asks_no_more_questions(
    tmp_path: Path, law: CollectionLaw, at: datetime, clerk: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts = [make_account() for _ in range(30)]
    owing(*accounts, at=at, by=clerk, due_on=date(2026, 9, 10))
    take_in(tmp_path, row(accounts[0], "1.00", "0"), at=at, by=clerk)
    counts = []
    for first, last in ((1, 3), (3, 30)):
        with CaptureQueriesContext(connection) as asked:
            take_in(
                tmp_path,
                *(row(account, "500.00", f"{first}{account.number}") for account in accounts[first:last]),
                row("999999", "5.00", f"x{first}"),
                at=at,
                by=clerk,
            )
        counts.append(len(asked))
    assert counts[1] - counts[0] <= 2


def test_a_file_that_nothing_tells_is_refused_and_a_layout_may_be_forced(
    tmp_path: Path, law: CollectionLaw, account: Account, at: datetime, clerk: User
) -> None:
    path = tmp_path / "abonos.txt"
    path.write_text(row(account, "50.00", "1", on="19/09/2026") + "\n", encoding="utf-8")
    with pytest.raises(UnknownBankFile, match="legado o tienda"):
        import_bank(path=path, dry_run=False, at=at, by=clerk)
    with pytest.raises(UnknownBankFile, match="No existe el formato"):
        import_bank(path=path, dry_run=False, at=at, by=clerk, layout="otro")
    assert import_bank(path=path, dry_run=False, at=at, by=clerk, layout="legado").new == 1
    path.write_text(HEADER.replace("ABONO", "CARGO") + "\n", encoding="utf-8")
    with pytest.raises(UnexpectedHeader, match="FECHA;HORA"):
        import_bank(path=path, dry_run=False, at=at, by=clerk)


def test_a_stores_file_gives_receipts_of_its_own_series(
    tmp_path: Path, law: CollectionLaw, account: Account, at: datetime, clerk: User
) -> None:
    path = tmp_path / "tienda_20260920.txt"
    reference = f"{reference_of(account.number):<15}"
    path.write_text(
        f"HTIENDA20260920\nD2026092010150000417000000000009{reference}000000005050A\nT000001\n", encoding="ascii"
    )
    outcome = import_bank(path=path, dry_run=False, at=at, by=clerk)
    assert (outcome.rows, outcome.extra["applied_total"], outcome.extra["layout"]) == (1, "50.50", "tienda")
    assert Receipt.objects.get().document.folio == "TDA-000001"
    assert ImportFinding.objects.count() == 1
