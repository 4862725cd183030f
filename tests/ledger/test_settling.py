from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.events.models import Event
from cauce.ledger.models import Book, Posting, Transfer
from cauce.ledger.operations import apply_advances, begin_posting, settle, settle_from_advances
from cauce.ledger.queries import CollectionLaw, advance_balances, balance, debt_summary, open_charges
from cauce.ledger.rules import Source, allocate
from cauce.registry.models import Account
from cauce.users.models import User
from tests.ledger.debts import a_debt, make_account, transfers_of, write_debts

DUE = date(2026, 8, 20)
LATER = date(2026, 10, 20)
TODAY = date(2026, 9, 20)
pytestmark = pytest.mark.django_db


def pay(account: Account, *sources: Source, law: CollectionLaw, at: datetime, by: User) -> Posting:
    document = create_document(kind=Document.Kind.PAYMENT, series="T", issued_on=TODAY, at=at, by=by)
    posting, _ = begin_posting(operation="test", key=f"pay/{document.pk}", body={}, at=at, by=by)
    charges = {charge.id: charge for charge in open_charges([account.pk]).get(account.pk, [])}
    amount = sum(source.amount for source in sources)
    settle(
        posting=posting,
        sources=sources,
        parts=[(charges[id_], part) for id_, part in allocate(amount, charges.values(), law.order, on=TODAY)],
        party_id=account.holder_id,
        account_id=account.pk,
        document_id=document.pk,
        effective_on=TODAY,
        booked_on=TODAY,
    )
    return posting


def moves(posting: Posting) -> list[tuple[str, str, Decimal]]:
    return [(row.debit_book, row.credit_book, row.amount) for row in transfers_of(posting)]


def test_a_payment_settles_charges_collects_their_vat_and_keeps_the_rest(account, law, at, clerk):
    write_debts([a_debt(account, "AGUA", "100.00", DUE), a_debt(account, "IVA", "16.00", DUE)], at=at, by=clerk)
    posting = pay(account, Source(Book.CASH, Decimal("150.00")), law=law, at=at, by=clerk)
    assert moves(posting) == [
        ("CASH", "RECEIVABLE", Decimal("116.00")),
        ("VAT_PENDING", "VAT_COLLECTED", Decimal("16.00")),
        ("CASH", "ADVANCES", Decimal("34.00")),
    ]
    assert balance(account.pk) == Decimal("-34.00")
    assert open_charges([account.pk]) == {}


def test_each_method_and_each_book_of_debts_has_its_own_credit(account, law, at, clerk):
    write_debts(
        [
            a_debt(account, "AGUA", "100.00", DUE),
            a_debt(account, "CONVENIO", "50.00", DUE, book=Book.FORMER_AGREEMENTS),
        ],
        at=at,
        by=clerk,
    )
    sources = (Source(Book.CASH, Decimal("60.00")), Source(Book.BANK, Decimal("90.00")))
    posting = pay(account, *sources, law=law, at=at, by=clerk)
    assert sorted(moves(posting)) == [
        ("BANK", "FORMER_AGREEMENTS", Decimal("50.00")),
        ("BANK", "RECEIVABLE", Decimal("40.00")),
        ("CASH", "RECEIVABLE", Decimal("60.00")),
    ]
    assert balance(account.pk) == Decimal("0.00")


def test_money_in_favour_pays_later_debts_in_the_laws_order(account, law, at, clerk):
    pay(account, Source(Book.CASH, Decimal("50.00")), law=law, at=at, by=clerk)
    write_debts(
        [a_debt(account, "AGUA", "30.00", DUE), a_debt(account, "REINSTALACION", "40.00", DUE)], at=at, by=clerk
    )
    asked = {"account_ids": [account.pk], "effective_on": TODAY, "order": law.order, "key": "k", "at": at, "by": clerk}
    assert apply_advances(**asked) == {account.pk: Decimal("50.00")}
    pending = {charge.concept: charge.pending for charge in open_charges([account.pk])[account.pk]}
    assert pending == {"AGUA": Decimal("20.00")}
    assert advance_balances([account.pk]) == {}
    assert apply_advances(**asked) == {}
    assert Event.objects.get(kind="ADVANCES_APPLIED").sentence == "Se aplicó saldo a favor por $50.00"
    assert balance(account.pk) == Decimal("20.00")


def test_money_in_favour_of_a_former_holder_does_not_pay_the_next_ones_debts(account, law, at, clerk):
    pay(account, Source(Book.CASH, Decimal("50.00")), law=law, at=at, by=clerk)
    former = account.holder_id
    account.holder = make_account().holder
    write_debts([a_debt(account, "AGUA", "30.00", DUE)], at=at, by=clerk)
    applied = apply_advances(account_ids=[account.pk], effective_on=TODAY, order=law.order, key="k", at=at, by=clerk)
    assert applied == {}
    assert advance_balances([account.pk]) == {account.pk: {former: Decimal("50.00")}}


def test_what_a_former_holder_left_in_favour_settles_nothing_of_the_new_ones(account, law, at, clerk):
    pay(account, Source(Book.CASH, Decimal("70.00")), law=law, at=at, by=clerk)
    write_debts([a_debt(account, "AGUA", "30.00", LATER)], at=at, by=clerk)
    account.holder = make_account().holder
    account.save(update_fields=["holder"])
    write_debts([a_debt(account, "AGUA", "116.00", LATER)], at=at, by=clerk)
    summary = debt_summary(account.pk, on=TODAY, law=law)
    assert (summary.total, summary.advance) == (Decimal("146.00"), Decimal("70.00"))
    assert (summary.covered, summary.exact) == (Decimal("30.00"), Decimal("116.00"))


def test_applying_to_many_accounts_takes_the_same_queries_as_to_one(law, at, clerk):
    def queries(count: int) -> int:
        accounts = [make_account() for _ in range(count)]
        for account in accounts:
            pay(account, Source(Book.CASH, Decimal("50.00")), law=law, at=at, by=clerk)
        write_debts([a_debt(account, "AGUA", "30.00", DUE) for account in accounts], at=at, by=clerk)
        document = create_document(kind=Document.Kind.BILL, series="R", issued_on=TODAY, at=at, by=clerk)
        posting, _ = begin_posting(operation="test", key=f"many/{count}", body={}, at=at, by=clerk)
        with CaptureQueriesContext(connection) as captured:
            applied = settle_from_advances(
                posting=posting,
                account_ids=[account.pk for account in accounts],
                documents={account.pk: document.pk for account in accounts},
                order=law.order,
                effective_on=TODAY,
                booked_on=TODAY,
            )
        assert applied == {account.pk: Decimal("30.00") for account in accounts}
        assert Transfer.objects.filter(posting=posting, document=document).count() == count
        return len(captured)

    assert queries(1) == queries(7) <= 4
