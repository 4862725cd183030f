"""An adjustment and its undo leave an account where it was, with money that comes before, between and after."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cauce.billing.models import Bill
from cauce.billing.operations import apply_adjustment
from cauce.billing.queries import live_bills
from cauce.cashier.models import Payment
from cauce.cashier.operations import reverse_payment
from cauce.core.money import ZERO
from cauce.ledger.models import Book, Reason, Transfer
from cauce.ledger.operations import accrue_surcharges
from cauce.ledger.queries import CollectionLaw, balance, surcharge_states
from cauce.metering.models import Consumption
from cauce.registry.models import Account
from cauce.users.models import User
from tests.billing.adjustments.correcting import (
    applied,
    charged_by,
    load_policies,
    nothing_is_broken,
    owed_by_month,
    pay,
    proposed,
    undone,
)
from tests.billing.cycles import SEPTEMBER, an_account, issued, read

OCTOBER = date(2026, 10, 1)


@dataclass(frozen=True)
class Office:
    """Who does what in these stories."""

    clerk: User
    coordinator: User
    head: User
    supervisor: User
    law: CollectionLaw
    at: datetime


@pytest.fixture
def office(
    law: CollectionLaw, clerk: User, coordinator: User, head: User, supervisor: User, approver: User, at: datetime
) -> Office:
    load_policies(at=at, by=clerk)
    return Office(clerk, coordinator, head, supervisor, law, at)


@pytest.fixture
def twins(office: Office, approver: User) -> tuple[Account, Account]:
    """Two accounts with the same September and October, each counted by itself."""
    pair = tuple(an_account(m3=60, has_sewerage=True) for _ in range(2))
    for account in pair:
        read(account, 40, OCTOBER)
    Consumption.objects.filter(period=OCTOBER).update(previous_value=5000, current_value=5040)
    issued(at=office.at, by=office.clerk, approved_by=approver)
    issued(at=office.at + timedelta(days=20), by=office.clerk, approved_by=approver, period=OCTOBER)
    return pair  # type: ignore[return-value]


# Days after the last bill, in order; some pesos paid or nothing, and whether surcharges are charged first.
_MOMENT = st.tuples(st.integers(0, 40), st.sampled_from([0, 50, 200, 433, 900, 2500]), st.booleans())


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    before=st.lists(_MOMENT, max_size=2),
    between=st.lists(_MOMENT, max_size=2),
    after=st.lists(_MOMENT, max_size=1),
    m3=st.sampled_from([0, 5, 20, 59, 90]),
    is_first=st.booleans(),
)
@pytest.mark.django_db
def test_adjusting_and_undoing_leaves_the_balance_and_the_tables_where_they_were(
    office: Office,
    twins: tuple[Account, Account],
    before: list[tuple[int, int, bool]],
    between: list[tuple[int, int, bool]],
    after: list[tuple[int, int, bool]],
    m3: int,
    is_first: bool,
) -> None:
    with transaction.atomic():
        corrected, untouched = twins
        at = office.at + timedelta(days=21)
        at = _lives(office, twins, before, at, "a")
        bill = _bill_of(corrected, SEPTEMBER if is_first else OCTOBER)
        made = applied(proposed(bill, at=at, by=office.coordinator, m3=m3), at=at, by=office.clerk, head=office.head)
        _each_bill_is_its_charges(corrected)
        at = _lives(office, twins, between, at, "b")
        undone(made, at=at, by=office.coordinator, head=office.head)
        at = _lives(office, twins, after, at, "c")

        assert _without_surcharges(corrected) == _without_surcharges(untouched)
        if between:
            # What came between paid as the corrected bill asked: its surcharges are those that the law gives for that.
            _surcharges_are_by_the_law(office, corrected, at)
        else:
            assert balance(corrected.pk) == balance(untouched.pk)
            assert owed_by_month(corrected) == owed_by_month(untouched)
        _each_bill_is_its_charges(corrected)
        nothing_is_broken()
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_each_payment_cancelled_afterwards_leaves_what_is_owed_where_it_was(
    office: Office, twins: tuple[Account, Account]
) -> None:
    corrected, untouched = twins
    at = office.at + timedelta(days=60)
    payments = {account.pk: _pays(office, account, 900, at, "a") for account in twins}
    bill = _bill_of(corrected, SEPTEMBER)
    made = applied(proposed(bill, at=at, by=office.coordinator, m3=5), at=at, by=office.clerk, head=office.head)
    undone(made, at=at, by=office.coordinator, head=office.head)
    for account in twins:
        reverse_payment(
            payment=payments[account.pk], session=None, reason="Se equivocó", at=at, by=office.supervisor,
            key=f"r{account.pk}",
        )  # fmt: skip

    assert owed_by_month(corrected) == owed_by_month(untouched)
    nothing_is_broken()


@pytest.mark.django_db
def test_a_payment_cancelled_between_the_adjustment_and_its_undo_leaves_what_is_owed_where_it_was(
    office: Office, twins: tuple[Account, Account]
) -> None:
    corrected, untouched = twins
    at = office.at + timedelta(days=60)
    payments = {account.pk: _pays(office, account, 2500, at, "a") for account in twins}
    bill = _bill_of(corrected, SEPTEMBER)
    made = applied(proposed(bill, at=at, by=office.coordinator, m3=5), at=at, by=office.clerk, head=office.head)
    for account in twins:
        reverse_payment(
            payment=payments[account.pk], session=None, reason="Se equivocó", at=at, by=office.supervisor,
            key=f"r{account.pk}",
        )  # fmt: skip
    undone(made, at=at, by=office.coordinator, head=office.head)

    assert balance(corrected.pk) == balance(untouched.pk)
    assert owed_by_month(corrected) == owed_by_month(untouched)
    nothing_is_broken()


@pytest.mark.django_db
def test_an_adjustment_that_fails_half_way_leaves_nothing(office: Office, twins: tuple[Account, Account]) -> None:
    corrected, _ = twins
    at = office.at + timedelta(days=30)
    made = proposed(_bill_of(corrected, SEPTEMBER), at=at, by=office.coordinator, m3=5)
    before = owed_by_month(corrected)
    with pytest.raises(Exception, match="no se puede aplicar"):
        apply_adjustment(adjustment=made, at=at, by=office.clerk, key="k")

    assert owed_by_month(corrected) == before
    assert Bill.objects.filter(account=corrected).count() == 2
    nothing_is_broken()


def _bill_of(account: Account, period: date) -> Bill:
    return live_bills(period).select_related("document", "run", "account").get(account=account)


def _pays(office: Office, account: Account, pesos: int, at: datetime, key: str) -> Payment:
    return pay(account, Decimal(pesos), at=at, by=office.clerk, key=f"{key}{account.pk}")


def _lives(
    office: Office, twins: tuple[Account, Account], moments: list[tuple[int, int, bool]], at: datetime, key: str
) -> datetime:
    """The same happens to both accounts."""
    for place, (days, pesos, accrues) in enumerate(moments):
        at += timedelta(days=days)
        for account in twins:
            if accrues:
                accrue_surcharges(
                    account_ids=[account.pk], to=at.date(), rule=office.law.surcharges,
                    key=f"s{key}{place}/{account.pk}", at=at, by=office.clerk,
                )  # fmt: skip
            if pesos:
                _pays(office, account, pesos, at, f"{key}{place}/")
    return at


def _without_surcharges(account: Account) -> Decimal:
    """What the bills and the payments alone leave owed."""
    late = (Reason.SURCHARGE, Reason.SURCHARGE_RETURNED)
    rows = (
        Transfer.objects.filter(account=account).exclude(reason__in=late).exclude(pk__in=_reversals_of(account, late))
    )
    owed = ZERO
    for debit, credit, amount in rows.values_list("debit_book", "credit_book", "amount"):
        owed += amount if debit in (Book.RECEIVABLE, Book.ADVANCES) else ZERO
        owed -= amount if credit in (Book.RECEIVABLE, Book.ADVANCES) else ZERO
    return owed


def _reversals_of(account: Account, reasons: tuple[str, ...]) -> list[int]:
    rows = Transfer.objects.filter(account=account, reverses__reason__in=reasons)
    return list(rows.values_list("pk", flat=True))


def _surcharges_are_by_the_law(office: Office, account: Account, at: datetime) -> None:
    rule, day = office.law.surcharges, at.date()
    accrue_surcharges(account_ids=[account.pk], to=day, rule=rule, key="last", at=at, by=office.clerk)
    states = surcharge_states([account.pk], day, rule)
    assert [(state.period, state.posted) for state in states] == [(state.period, state.accrued) for state in states]


def _each_bill_is_its_charges(account: Account) -> None:
    for bill in Bill.objects.filter(account=account):
        lines = bill.lines.all()
        assert bill.total == sum((line.amount + line.vat for line in lines), ZERO)
        assert charged_by(bill) == (ZERO if hasattr(bill, "replaced_by") else bill.total)
