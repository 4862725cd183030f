"""The invariants of agreements, their notes and their auxiliar notice what breaks them."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from cauce.agreements.models import PaymentAgreement
from cauce.agreements.operations import propose_agreement, request_waiver, sign_agreement
from cauce.agreements.rules import Terms
from cauce.books.operations import close_note_register
from cauce.cashier.models import CashSession
from cauce.ledger.operations import close_day
from cauce.registry.models import Account
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
from tests.reports.damage import broken, damage

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

CHECKS = [
    ("notes_promise_their_charges", "UPDATE agreements_promissorynote SET face = face + 1 WHERE number = 2"),
    ("notes_are_what_was_agreed", "UPDATE agreements_instalment SET principal = principal + 1 WHERE number = 2"),
    ("agreed_debts_add_up", "UPDATE agreements_agreeddebt SET pending = pending + 1, financed = financed + 1"),
    ("auxiliary_of_notes_is_the_ledger", "UPDATE agreements_noteact SET amount = amount + 1 WHERE kind = 'SIGNED'"),
    ("agreements_book_is_the_notes", "UPDATE agreements_noteact SET amount = amount - 1 WHERE kind = 'SIGNED'"),
    ("paid_notes_owe_nothing", "UPDATE agreements_promissorynote SET state = 'SIGNED' WHERE number = 1"),
    ("paid_notes_owe_nothing", "UPDATE agreements_promissorynote SET state = 'PAID' WHERE number = 2"),
    ("waivers_are_their_acts", "UPDATE agreements_surchargewaiver SET amount = amount + 1"),
    ("registers_are_chained", "UPDATE books_noteregister SET sha256 = repeat('0', 64) WHERE number = 1"),
    ("registers_follow_one_another", "UPDATE books_noteregister SET balance = balance + 1 WHERE number = 1"),
    ("registers_tell_the_acts", "UPDATE agreements_noteact SET amount = amount + 1 WHERE kind = 'PAID'"),
    ("registers_close_with_the_ledger", "UPDATE books_noteregister SET balance = balance + 1 WHERE number = 2"),
]


@pytest.fixture
def agreed(
    debtor: Account, coordinator: User, session: CashSession, cashier: User, clerk: User, at: datetime
) -> PaymentAgreement:
    """An agreement in force with a note paid, a waiver before it, and the registers of two days closed."""
    request_waiver(account=debtor, amount=Decimal("1.00"), reason="Error nuestro", at=at, by=coordinator, key="w")
    terms = Terms(down_payment=Decimal("150.00"), instalments=3)
    agreement = propose_agreement(account=debtor, terms=terms, at=at, by=coordinator, key="convenio")
    signed = sign_agreement(agreement=agreement, at=at, by=coordinator, key="firma")
    pay(debtor, "150.00", session, at=at, by=cashier, key="a")
    first = notes_of(signed)[0]
    pay(debtor, first.face, session, at=at, by=cashier, key="b", note=first)
    for days in range(2):
        day = date(2026, 10, 20) + timedelta(days=days)
        close_day(day=day, at=at + timedelta(days=days, hours=3), by=clerk)
        close_note_register(day=day, at=at + timedelta(days=days, hours=4), by=coordinator)
    return PaymentAgreement.objects.get(pk=signed.pk)


def test_nothing_is_broken_in_an_agreement_that_is_paid(agreed):
    # The window of the day is still open: that is another invariant's.
    assert not {name for name, _ in CHECKS} & set(broken())


@pytest.mark.parametrize(("check", "harm"), CHECKS)
def test_each_invariant_of_agreements_notices_what_breaks_it(agreed, check, harm):
    damage(harm)
    assert broken()[check] >= 1
