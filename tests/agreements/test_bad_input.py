"""What cannot be agreed or paid is refused in a Spanish sentence, and nothing of it stays written."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from cauce.agreements.models import AgreedDebt, AgreementStep, Instalment, NoteAct, PaymentAgreement, PromissoryNote
from cauce.agreements.operations import AgreementRefused, propose_agreement, sign_agreement
from cauce.agreements.rules import Terms
from cauce.cashier.models import CashSession, Payment, Receipt
from cauce.cashier.operations.taking import DirectedTooMuch, DocumentSettled
from cauce.core.errors import DomainError
from cauce.documents.models import Document
from cauce.events.models import Event
from cauce.ledger.models import Allocation, Posting, Transfer
from cauce.registry.models import Account
from cauce.users.models import User
from tests.agreements.debtors import notes_of, pay
from tests.ledger.debts import make_party

pytestmark = pytest.mark.django_db
TABLES = (
    PaymentAgreement, AgreementStep, AgreedDebt, Instalment, PromissoryNote, NoteAct, Document, Event,
    Posting, Transfer, Allocation, Payment, Receipt,
)  # fmt: skip
TERMS = Terms(down_payment=Decimal("150.00"), instalments=3)


@contextmanager
def refused(kind: type[DomainError], said: str) -> Iterator[None]:
    """It is refused with these words, and every table has the rows that it had."""
    before = [table.objects.count() for table in TABLES]
    with pytest.raises(kind, match=said):
        yield
    assert [table.objects.count() for table in TABLES] == before


@pytest.fixture
def signed(debtor: Account, coordinator: User, at: datetime) -> PaymentAgreement:
    asked = propose_agreement(account=debtor, terms=TERMS, at=at, by=coordinator, key="convenio")
    return sign_agreement(agreement=asked, at=at, by=coordinator, key="firma")


def test_a_period_not_billed_is_not_agreed(debtor: Account, coordinator: User, at: datetime) -> None:
    terms = Terms(Decimal("150.00"), 3, also=(date(2026, 12, 1),))
    with refused(AgreementRefused, "sin facturar"):
        propose_agreement(account=debtor, terms=terms, reason="Lo pide", at=at, by=coordinator, key="c")


def test_somebody_elses_debt_is_not_agreed(debtor: Account, coordinator: User, at: datetime) -> None:
    daughter = make_party("ANA MENDOZA RUIZ")
    with refused(AgreementRefused, "no es el titular: debe firmar como obligado o presentar carta poder"):
        propose_agreement(account=debtor, terms=TERMS, obligor=daughter, at=at, by=coordinator, key="c")


def test_instalments_in_the_past_are_not_agreed(debtor: Account, coordinator: User, at: datetime) -> None:
    terms = Terms(Decimal("150.00"), 3, first_due_on=date(2026, 10, 1))
    with refused(AgreementRefused, "después del día"):
        propose_agreement(account=debtor, terms=terms, reason="Lo pide", at=at, by=coordinator, key="c")


def test_parts_that_do_not_add_up_are_not_agreed(debtor: Account, coordinator: User, at: datetime) -> None:
    with refused(AgreementRefused, "mayor que el adeudo"):
        propose_agreement(
            account=debtor, terms=Terms(Decimal("5000.00"), 3), reason="Lo pide", at=at, by=coordinator, key="c"
        )


def test_the_database_keeps_an_agreement_that_adds_up(signed: PaymentAgreement) -> None:
    with pytest.raises(IntegrityError, match="agreement_adds_up"), transaction.atomic():
        PaymentAgreement.objects.filter(pk=signed.pk).update(financed=signed.financed + 1)


def test_one_debt_is_not_agreed_twice(
    signed: PaymentAgreement, debtor: Account, coordinator: User, at: datetime
) -> None:
    with refused(AgreementRefused, "Ya hay un convenio vigente"):
        propose_agreement(account=debtor, terms=TERMS, at=at, by=coordinator, key="otro")


def test_a_note_is_not_paid_twice(
    signed: PaymentAgreement, debtor: Account, session: CashSession, cashier: User, at: datetime
) -> None:
    pay(debtor, "150.00", session, at=at, by=cashier, key="enganche")
    note = notes_of(signed)[0]
    with refused(DirectedTooMuch, note.document.folio):
        pay(debtor, note.face + 1, session, at=at, by=cashier, key="de más", note=note)
    pay(debtor, note.face, session, at=at, by=cashier, key="a", note=note)
    with refused(DocumentSettled, f"{note.document.folio} ya no tiene nada por pagar"):
        pay(debtor, note.face, session, at=at, by=cashier, key="b", note=note)
