"""Windows that meet on one agreement, with real sessions: it is decided once, and the other is told in words."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.conf import settings
from django.contrib.auth.models import Group

from cauce.agreements.models import NoteAct, PaymentAgreement, PromissoryNote
from cauce.agreements.operations import (
    AgreementDebtChanged,
    AgreementNotReady,
    cancel_agreement,
    load_agreement_policy,
    propose_agreement,
    sign_agreement,
)
from cauce.agreements.queries import note_balances
from cauce.agreements.rules import Terms
from cauce.cashier.models import CashSession, Payment
from cauce.cashier.operations import open_desk, open_session
from cauce.core.errors import DomainError
from cauce.ledger.models import Book
from cauce.ledger.queries import balance
from cauce.registry.models import Account
from cauce.reports.queries import verify
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from tests.agreements.debtors import in_auxiliar, in_book, notes_of, owe_months, pay
from tests.ledger.debts import make_account
from tests.races import after_waiting

NOON = datetime(2026, 10, 20, 18, 0, tzinfo=UTC)
TERMS = Terms(down_payment=Decimal("150.00"), instalments=3)
State = PaymentAgreement.State
pytestmark = pytest.mark.commits


@pytest.fixture
def debtor(committed_database: str) -> Account:
    clerk = User.objects.get(username="cli-captura")
    load_law(
        directory=settings.LAW_DIR / "cortazar" / "2026",
        at=NOON,
        by=clerk,
        approved_by=User.objects.get(username="cli-autoriza"),
    )
    load_agreement_policy(path=settings.OFFICE_DIR / "cortazar" / "convenios.yaml", at=NOON, by=clerk)
    account = make_account("000123")
    owe_months(account, [date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)], at=NOON, by=clerk)
    return account


@pytest.fixture
def by(debtor: Account) -> User:
    user = User.objects.create(username="coordinadora", full_name="Coordinadora")
    user.groups.add(Group.objects.get(name="coordinador"))
    return user


@pytest.fixture
def session(debtor: Account) -> CashSession:
    return _window(1)


@pytest.fixture
def prepared(debtor: Account, by: User) -> PaymentAgreement:
    return propose_agreement(account=debtor, terms=TERMS, at=NOON, by=by, key="convenio")


def _window(number: int) -> CashSession:
    cashier = User.objects.create(username=f"cajera{number}", full_name="Cajera")
    desk = open_desk(code=f"V{number}", name=f"Ventanilla {number}", series=f"V{number}")
    return open_session(desk=desk, cashier=cashier, at=NOON)


def _paid(account: Account, amount: Decimal | str, window: CashSession, key: str, note: PromissoryNote | None = None):  # type: ignore[no-untyped-def]
    return pay(account, amount, window, at=NOON, by=window.cashier, key=key, note=note)


def _nothing_is_broken() -> None:
    assert [(check.name, check.sample) for check in verify() if check.broken] == []
    assert in_book(Book.AGREEMENT) == in_auxiliar()


def test_two_windows_that_sign_the_same_agreement_sign_it_once(prepared: PaymentAgreement, by: User) -> None:
    told = after_waiting(
        lambda: sign_agreement(agreement=prepared, at=NOON, by=by, key="una"),
        lambda: sign_agreement(agreement=prepared, at=NOON, by=by, key="otra"),
    )

    assert isinstance(told, AgreementNotReady)
    assert "firmar" in str(told)
    assert NoteAct.objects.filter(kind=NoteAct.Kind.SIGNED).count() == 3
    assert in_book(Book.AGREEMENT) == prepared.financed + prepared.interest
    _nothing_is_broken()


def test_one_signature_sent_twice_is_one(prepared: PaymentAgreement, by: User) -> None:
    again = after_waiting(
        lambda: sign_agreement(agreement=prepared, at=NOON, by=by, key="una"),
        lambda: sign_agreement(agreement=prepared, at=NOON, by=by, key="una"),
    )

    assert isinstance(again, PaymentAgreement) and again.state == State.SIGNED
    assert NoteAct.objects.filter(kind=NoteAct.Kind.SIGNED).count() == 3
    _nothing_is_broken()


def test_two_windows_that_ask_two_agreements_for_one_debt_have_one(debtor: Account, by: User) -> None:
    told = after_waiting(
        lambda: propose_agreement(account=debtor, terms=TERMS, at=NOON, by=by, key="una"),
        lambda: propose_agreement(account=debtor, terms=TERMS, at=NOON, by=by, key="otra"),
    )

    assert isinstance(told, AgreementNotReady)
    assert "ya tiene en trámite el convenio CONV-000001" in str(told)
    assert PaymentAgreement.objects.count() == 1
    assert PromissoryNote.objects.count() == 3
    _nothing_is_broken()


def test_a_second_agreement_asked_while_the_first_is_signed_is_refused(
    prepared: PaymentAgreement, debtor: Account, by: User
) -> None:
    told = after_waiting(
        lambda: sign_agreement(agreement=prepared, at=NOON, by=by, key="firma"),
        lambda: propose_agreement(account=debtor, terms=TERMS, at=NOON, by=by, key="otra"),
    )

    assert isinstance(told, DomainError)
    assert "Ya hay un convenio vigente" in str(told)
    assert PaymentAgreement.objects.count() == 1
    _nothing_is_broken()


def test_a_note_paid_at_two_windows_at_once_is_settled_once(
    prepared: PaymentAgreement, debtor: Account, by: User, session: CashSession
) -> None:
    signed = sign_agreement(agreement=prepared, at=NOON, by=by, key="firma")
    _paid(debtor, "150.00", session, "enganche")
    note, other = notes_of(signed)[0], _window(2)
    before = balance(debtor.pk)
    told = after_waiting(
        lambda: _paid(debtor, note.face, session, "a", note),
        lambda: _paid(debtor, note.face, other, "b", note),
    )

    assert isinstance(told, DomainError)
    assert note.document.folio in str(told)
    assert NoteAct.objects.filter(note=note, kind=NoteAct.Kind.PAID).count() == 1
    assert Payment.objects.count() == 2
    assert note_balances([note.pk])[note.pk].total == 0
    assert balance(debtor.pk) == before - note.face
    _nothing_is_broken()


def test_a_debt_paid_while_it_is_signed_changes_what_was_printed(
    prepared: PaymentAgreement, debtor: Account, by: User, session: CashSession
) -> None:
    told = after_waiting(
        lambda: _paid(debtor, "80.00", session, "a"),
        lambda: sign_agreement(agreement=prepared, at=NOON, by=by, key="firma"),
    )

    assert isinstance(told, AgreementDebtChanged)
    assert PaymentAgreement.objects.get().state == State.PREPARED
    assert not NoteAct.objects.filter(kind=NoteAct.Kind.SIGNED).exists()
    assert balance(debtor.pk) == prepared.debt - 80
    _nothing_is_broken()


def test_a_payment_that_waits_for_the_signature_goes_to_the_down_payment(
    prepared: PaymentAgreement, debtor: Account, by: User, session: CashSession
) -> None:
    paid = after_waiting(
        lambda: sign_agreement(agreement=prepared, at=NOON, by=by, key="firma"),
        lambda: _paid(debtor, "150.00", session, "a"),
    )

    assert isinstance(paid, Payment)
    assert PaymentAgreement.objects.get().state == State.IN_FORCE
    assert in_book(Book.AGREEMENT) == prepared.financed + prepared.interest
    _nothing_is_broken()


def test_a_note_paid_while_its_agreement_is_cancelled_settles_the_debt_or_is_refused(
    prepared: PaymentAgreement, debtor: Account, by: User, session: CashSession
) -> None:
    signed = sign_agreement(agreement=prepared, at=NOON, by=by, key="firma")
    _paid(debtor, "150.00", session, "enganche")
    note = notes_of(signed)[0]
    told = after_waiting(
        lambda: cancel_agreement(agreement=signed, reason="Lo pidió", at=NOON, by=by, key="fin"),
        lambda: _paid(debtor, note.face, session, "a", note),
    )

    assert isinstance(told, DomainError)
    assert Payment.objects.count() == 1
    assert balance(debtor.pk) == signed.debt - 150
    assert in_book(Book.AGREEMENT) == 0
    _nothing_is_broken()


def test_cancelling_what_is_being_paid_finds_the_payment(
    prepared: PaymentAgreement, debtor: Account, by: User, session: CashSession
) -> None:
    signed = sign_agreement(agreement=prepared, at=NOON, by=by, key="firma")
    _paid(debtor, "150.00", session, "enganche")
    note = notes_of(signed)[0]
    ended = after_waiting(
        lambda: _paid(debtor, note.face, session, "a", note),
        lambda: cancel_agreement(agreement=signed, reason="Lo pidió", at=NOON, by=by, key="fin"),
    )

    assert isinstance(ended, PaymentAgreement) and ended.state == State.CANCELLED
    assert balance(debtor.pk) == signed.debt - 150 - note.face
    assert in_book(Book.AGREEMENT) == 0
    _nothing_is_broken()
