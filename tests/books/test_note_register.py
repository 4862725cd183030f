"""The auxiliar de pagarés ties with the ledger, is closed after the money of its day, and never changes."""

import json
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, connection, transaction

from cauce.agreements.models import NoteAct, PaymentAgreement
from cauce.agreements.operations import keep_notes, propose_agreement, sign_agreement
from cauce.agreements.rules import Terms
from cauce.books.models import NoteRegister
from cauce.books.operations import BookRefused, close_note_register
from cauce.books.papers import note_register_paper
from cauce.books.queries import note_register, registers_to_close
from cauce.books.rules import seal
from cauce.cashier.models import CashSession
from cauce.cli.main import cauce
from cauce.ledger.operations import close_day
from cauce.registry.models import Account
from cauce.reports.queries import verify
from cauce.users.models import User
from tests.agreements.conftest import (
    account,
    at,
    cashier,
    clerk,
    coordinator,
    debtor,
    desk,
    head,
    law,
    policy,
    session,
)
from tests.agreements.debtors import notes_of, pay

__all__ = [
    "account",
    "at",
    "cashier",
    "clerk",
    "coordinator",
    "debtor",
    "desk",
    "head",
    "law",
    "policy",
    "session",
]
pytestmark = pytest.mark.django_db
TODAY = date(2026, 10, 20)


@pytest.fixture
def signed(debtor: Account, coordinator: User, at: datetime) -> PaymentAgreement:
    terms = Terms(down_payment=Decimal("150.00"), instalments=3)
    agreement = propose_agreement(account=debtor, terms=terms, at=at, by=coordinator, key="convenio")
    return sign_agreement(agreement=agreement, at=at, by=coordinator, key="firma")


def nothing_is_broken() -> None:
    assert [(check.name, check.sample) for check in verify() if check.broken] == []


def amount(figure: dict[str, object]) -> tuple[object, object]:
    return figure["count"], figure["amount"]


def test_the_day_is_told_by_its_figures_and_ties_with_the_ledger(
    signed: PaymentAgreement, debtor: Account, session: CashSession, cashier: User, at: datetime
):
    pay(debtor, "150.00", session, at=at, by=cashier, key="a")
    first, _, last = notes_of(signed)
    pay(debtor, "40.00", session, at=at, by=cashier, key="b", note=first)
    pay(debtor, last.instalment.principal, session, at=at, by=cashier, key="c", note=last)
    register = note_register(TODAY)
    face = signed.financed + signed.interest
    closing = face - 40 - last.face
    assert amount(register.figures["opening"]) == (0, "0.00")
    assert amount(register.figures["issued"]) == (3, f"{face:.2f}")
    assert amount(register.figures["paid"]) == (1, f"{40 + last.instalment.principal:.2f}")
    assert amount(register.figures["cancelled"]) == (0, f"{last.instalment.interest:.2f}")
    assert amount(register.figures["closing"]) == (2, f"{closing:.2f}")
    assert register.is_tied and register.ledger == closing
    assert amount(note_register(TODAY - timedelta(days=1)).figures["closing"]) == (0, "0.00")
    assert amount(note_register(TODAY + timedelta(days=1)).figures["opening"]) == (2, f"{closing:.2f}")


def test_it_closes_after_the_money_and_continues_the_one_before(
    signed: PaymentAgreement, coordinator: User, head: User, clerk: User, at: datetime
):
    with pytest.raises(BookRefused, match="siguen abiertas"):
        close_note_register(day=TODAY, at=at, by=coordinator)
    close_day(day=TODAY, at=at, by=clerk)
    first = close_note_register(day=TODAY, at=at, by=coordinator)
    assert close_note_register(day=TODAY, at=at, by=coordinator) == first
    with pytest.raises(BookRefused, match="ya lo cerró"):
        close_note_register(day=TODAY, at=at, by=head)
    with pytest.raises(BookRefused, match="todavía no llega"):
        close_note_register(day=TODAY + timedelta(days=1), at=at, by=coordinator)
    # What is done after the close counts in the next day.
    keep_notes(agreement=signed, notes=notes_of(signed), where="Caja fuerte", at=at, by=coordinator)
    assert set(NoteAct.objects.filter(kind="KEPT").values_list("booked_on", flat=True)) == {date(2026, 10, 21)}
    later = at + timedelta(days=2)
    close_day(day=date(2026, 10, 22), at=later, by=clerk)
    assert registers_to_close(before=date(2026, 10, 22)) == [date(2026, 10, 21)]
    with pytest.raises(BookRefused, match="cierre primero el del 21 oct 2026"):
        close_note_register(day=date(2026, 10, 22), at=later, by=coordinator)
    close_day(day=date(2026, 10, 21), at=later, by=clerk)
    second = close_note_register(day=date(2026, 10, 21), at=later, by=coordinator)
    assert (second.number, second.previous_sha256) == (2, first.sha256)
    assert second.sha256 == seal(first.sha256, second.content)
    assert NoteRegister.objects.count() == 2
    nothing_is_broken()


@pytest.fixture
def closed(signed: PaymentAgreement, coordinator: User, clerk: User, at: datetime) -> NoteRegister:
    close_day(day=TODAY, at=at, by=clerk)
    return close_note_register(day=TODAY, at=at, by=coordinator)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE books_noteregister SET content = content || ' '",
        "DELETE FROM books_noteregister",
        "INSERT INTO agreements_noteact (note_id, kind, amount, whole, booked_on, remark, at, by_id) "
        "SELECT note_id, 'KEPT', 0, false, booked_on, '', at, by_id FROM agreements_noteact LIMIT 1",
    ],
)
def test_a_closed_one_and_its_day_cannot_be_changed_by_sql(closed: NoteRegister, statement: str):
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_its_paper_is_the_same_bytes_each_time(closed: NoteRegister):
    first = note_register_paper(closed).pdf()
    User.objects.update(full_name="Otro nombre")
    assert note_register_paper(NoteRegister.objects.get()).pdf() == first


def test_the_command_tells_it_and_its_seal_can_be_checked(closed: NoteRegister):
    printed = CliRunner().invoke(cauce, ["notes", "2026-10-20", "--json"]).stdout
    told = json.loads(printed)
    assert told["ledger"] == told["closing"]["amount"] and told["closing"]["count"] == 3
    assert {"opening", "issued", "paid", "cancelled", "replaced", "closing"} <= set(told)
    assert told["hash"] == seal(told["previous_hash"], told["content"])
    assert CliRunner().invoke(cauce, ["notes", "2026-10-20", "--json"]).stdout == printed
    assert "Libro de convenios" in CliRunner().invoke(cauce, ["notes", "2026-10-19"]).stdout
