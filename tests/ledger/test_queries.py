from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cauce.ledger.models import Book
from cauce.ledger.operations import accrue_surcharges, apply_advances, post, reverse_posting
from cauce.ledger.queries import (
    balance,
    balances,
    collection_law,
    debt_summary,
    open_charges,
    open_charges_of_parties,
    party_balance,
    statement_movements,
)
from cauce.ledger.rules import Allotment
from cauce.tariffs.rules import NoLawInForce
from tests.ledger.debts import a_debt, make_account, make_party, write_debts
from tests.ledger.test_posting import a_credit

JULY, AUGUST, SEPTEMBER = date(2026, 7, 10), date(2026, 8, 9), date(2026, 9, 30)
TODAY = date(2026, 9, 20)
pytestmark = pytest.mark.django_db


def pay(charge, amount: str, on: date, at, by, key: str = "pay"):
    return post(
        operation="test",
        entries=[a_credit(charge.account, amount, on)],
        allocations=[Allotment(0, charge.pk, Decimal(amount), on)],
        key=key,
        body={},
        at=at,
        by=by,
    )


def test_what_was_owed_on_a_day_counts_only_what_was_worth_by_then(account, at, clerk):
    charge = write_debts([a_debt(account, "AGUA", "100.00", JULY)], at=at, by=clerk)[0]
    pay(charge, "30.00", AUGUST, at, clerk)
    for day, pending in ((AUGUST - timedelta(days=1), "100.00"), (AUGUST, "70.00")):
        assert [c.pending for c in open_charges([account.pk], as_of=day)[account.pk]] == [Decimal(pending)]
        assert balance(account.pk, as_of=day) == Decimal(pending)
        assert statement_movements(account.pk, as_of=day)[-1].balance == Decimal(pending)
    assert open_charges([account.pk], as_of=date(2026, 6, 30)) == {}
    assert balances([account.pk], as_of=date(2026, 6, 30)) == {}
    assert statement_movements(account.pk, as_of=date(2026, 6, 30)) == []


def test_a_reversal_gives_the_debt_its_dates_back_and_the_statement_its_own(account, law, at, clerk):
    charge = write_debts([a_debt(account, "AGUA", "100.00", JULY)], at=at, by=clerk)[0]
    paid = pay(charge, "30.00", AUGUST, at, clerk)
    reverse_posting(posting=paid, document_id=None, order=law.order, key="undo", at=at, by=clerk)
    assert [c.pending for c in open_charges([account.pk], as_of=AUGUST)[account.pk]] == [Decimal("100.00")]
    movements = [(movement.kind, movement.on, movement.balance) for movement in statement_movements(account.pk)]
    assert movements == [
        ("BILL", date(2026, 7, 1), Decimal("100.00")),
        ("PAYMENT", AUGUST, Decimal("70.00")),
        ("REVERSAL", TODAY, Decimal("100.00")),
    ]


def test_the_summary_tells_each_period_with_the_surcharges_that_paying_today_would_post(account, law, at, clerk):
    write_debts(
        [
            a_debt(account, "AGUA", "100.00", JULY),
            a_debt(account, "IVA", "16.00", JULY),
            a_debt(account, "REINSTALACION", "267.54", AUGUST),
            a_debt(account, "AGUA", "50.00", SEPTEMBER),
            a_debt(account, "CONVENIO", "383.00", date(2026, 10, 10), book=Book.FORMER_AGREEMENTS),
        ],
        at=at,
        by=clerk,
    )
    accrue_surcharges(account_ids=[account.pk], to=date(2026, 8, 10), rule=law.surcharges, key="old", at=at, by=clerk)
    summary = debt_summary(account.pk, on=TODAY, law=law)
    rows = [
        (row.due_on, row.services, row.surcharges, row.surcharges_to_post, row.others, row.is_overdue)
        for row in summary.periods
    ]
    zero = Decimal("0.00")
    assert rows == [
        (JULY, Decimal("116.00"), Decimal("3.00"), Decimal("6.00"), zero, True),
        (AUGUST, zero, zero, zero, Decimal("267.54"), True),
        (SEPTEMBER, Decimal("50.00"), zero, zero, zero, False),
        (date(2026, 10, 10), zero, zero, zero, Decimal("383.00"), False),
    ]
    assert summary.total == Decimal("825.54")
    assert summary.overdue == Decimal("392.54")
    assert (summary.overdue_months, summary.advance) == (1, zero)


def test_an_account_without_debts_owes_nothing(account, law):
    summary = debt_summary(account.pk, on=TODAY, law=law)
    assert (summary.periods, summary.total, summary.overdue_months) == ((), Decimal("0.00"), 0)
    assert balance(account.pk) == Decimal("0.00")


def test_what_a_person_owes_without_an_account_is_apart(account, at, clerk):
    party = make_party()
    debt = a_debt(account, "PIPA", "500.00", SEPTEMBER)._replace(party_id=party.pk, account_id=None)
    write_debts([debt], at=at, by=clerk)
    assert party_balance(party.pk) == Decimal("500.00")
    assert party_balance(account.holder_id) == Decimal("0.00")
    assert [charge.pending for charge in open_charges_of_parties([party.pk])[party.pk]] == [Decimal("500.00")]
    assert open_charges([account.pk]) == {}


def test_a_chunk_of_accounts_is_read_in_one_query(at, clerk):
    accounts = [make_account() for _ in range(5)]
    write_debts([a_debt(account, "AGUA", "10.00", JULY) for account in accounts], at=at, by=clerk)
    with CaptureQueriesContext(connection) as captured:
        found = open_charges([account.pk for account in accounts])
    assert (len(captured), len(found)) == (1, 5)


def test_the_desk_goes_on_under_the_last_law_until_the_next_is_loaded(law):
    assert collection_law(date(2027, 1, 15)).surcharges == law.surcharges
    with pytest.raises(NoLawInForce):
        collection_law(date(2025, 12, 31))


def test_undoing_a_charge_paid_with_money_in_favour_gives_it_back_and_uses_it_again(account, law, at, clerk):
    charge, other = (
        write_debts([a_debt(account, "AGUA", amount, day)], at=at, by=clerk)[0]
        for amount, day in (("100.00", JULY), ("60.00", SEPTEMBER))
    )
    post(
        operation="test",
        entries=[a_credit(account, "80.00")._replace(credit_book=Book.ADVANCES)],
        key="favour",
        body={},
        at=at,
        by=clerk,
    )
    apply_advances(account_ids=[account.pk], effective_on=AUGUST, order=law.order, key="use", at=at, by=clerk)
    reverse_posting(posting=charge.posting, document_id=None, order=law.order, key="undo", at=at, by=clerk)
    assert open_charges([account.pk]) == {}
    assert balance(account.pk) == Decimal("-20.00")
    assert other.allocations.get().effective_on == AUGUST
