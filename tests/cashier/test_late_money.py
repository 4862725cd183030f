"""Money that arrives with an earlier date: what it pays earned no surcharge since, whatever was charged meanwhile."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from cauce.cashier.models import CashSession, Payment, Tender
from cauce.cashier.operations import PaymentShare, open_desk, reverse_payment, take_payment
from cauce.cashier.rules import Tendered
from cauce.events.models import Event
from cauce.ledger.models import Allocation, Book, Reason, Transfer
from cauce.ledger.operations import ChargeSettled, accrue_surcharges, reverse_posting
from cauce.ledger.queries import advance_balances, balance, collection_law, open_charges, statement_movements
from cauce.registry.models import Account, Hold
from cauce.reports.queries import verify
from cauce.users.models import User
from tests.cashier.bank_files import movement_of, row, take_in
from tests.cashier.plain_ledger import Charge, PlainAccount
from tests.ledger.debts import a_debt, make_account, write_debts

DUE = date(2026, 7, 9)
TODAY = date(2026, 9, 20)
pytestmark = pytest.mark.django_db


@pytest.fixture
def pay(session: CashSession, law, cashier, at):
    def take(account: Account, amount: str, key: str, on: date | None = None) -> Payment:
        return take_payment(
            shares=[PaymentShare(account=account, amount=Decimal(amount))],
            tenders=[Tendered(Tender.Method.CASH, Decimal(amount))],
            session=session,
            effective_on=on,
            at=at,
            by=cashier,
            key=key,
        )

    return take


@pytest.fixture
def charged(account: Account, law, at, clerk):
    """Owe 100.00 since July, with the 9.00 of surcharges of three started months already charged."""
    write_debts([a_debt(account, "AGUA", "100.00", DUE)], at=at, by=clerk)
    accrue_surcharges(account_ids=[account.pk], to=TODAY, rule=law.surcharges, key="bill", at=at, by=clerk)
    assert balance(account.pk) == Decimal("109.00")
    return account


def pending(account: Account) -> dict[str, Decimal]:
    owed: dict[str, Decimal] = {}
    for charge in open_charges([account.pk]).get(account.pk, []):
        owed[charge.concept] = owed.get(charge.concept, Decimal(0)) + charge.pending
    return owed


def nothing_is_broken() -> bool:
    return [check.name for check in verify() if check.broken] == []


def test_what_was_paid_in_time_owes_no_surcharge_though_it_had_been_charged(charged, pay):
    pay(charged, "100.00", "bank", DUE)
    assert pending(charged) == {}
    assert balance(charged.pk) == Decimal("0.00")
    assert Event.objects.filter(kind="SURCHARGES_TAKEN_BACK", account_id=charged.pk).count() == 1
    assert [movement.kind for movement in statement_movements(charged.pk)][-1] in {"REVERSAL", "PAYMENT"}
    assert nothing_is_broken()


def test_what_was_paid_a_month_late_owes_that_month_only(charged, pay):
    receipt = pay(charged, "103.00", "bank", date(2026, 8, 9)).receipts.get()
    assert (receipt.applied, receipt.effective_on) == (Decimal("103.00"), date(2026, 8, 9))
    assert balance(charged.pk) == Decimal("0.00")


def test_what_is_paid_in_part_earns_surcharges_on_what_is_left(charged, pay):
    pay(charged, "40.00", "bank", DUE)
    assert pending(charged) == {"AGUA": Decimal("60.00"), "RECARGO": Decimal("5.40")}
    assert Transfer.objects.live().get(reason=Reason.SURCHARGE).effective_on == TODAY


def test_surcharges_paid_in_vain_come_back_as_money_in_favour(charged, pay):
    pay(charged, "109.00", "desk")
    pay(charged, "100.00", "bank", DUE)
    assert advance_balances([charged.pk]) == {charged.pk: {charged.holder_id: Decimal("109.00")}}
    returned = Transfer.objects.get(reason=Reason.SURCHARGE_RETURNED)
    assert (returned.debit_book, returned.credit_book) == (Book.SURCHARGES, Book.ADVANCES)
    assert (returned.amount, returned.period) == (Decimal("9.00"), date(2026, 7, 1))
    assert nothing_is_broken()


def test_of_a_surcharge_paid_in_part_what_was_paid_comes_back_and_the_rest_is_no_longer_owed(charged, pay):
    pay(charged, "4.00", "desk")
    assert pending(charged) == {"AGUA": Decimal("100.00"), "RECARGO": Decimal("5.00")}
    pay(charged, "100.00", "bank", DUE)
    assert pending(charged) == {}
    assert balance(charged.pk) == Decimal("-4.00")
    assert nothing_is_broken()


def test_a_bank_file_settles_what_the_window_would_though_a_later_surcharge_was_paid_in_part(
    charged, pay, tmp_path, at, clerk
):
    pay(charged, "4.00", "desk")
    take_in(tmp_path, row(charged, "100.00", "1", on=f"{DUE:%d/%m/%Y}"), at=at, by=clerk)
    receipt = movement_of("1").receipt
    assert receipt is not None
    assert (receipt.applied, receipt.advance) == (Decimal("100.00"), Decimal("0.00"))
    paid = Allocation.objects.filter(credit__document_id=receipt.document_id).values_list("charge__concept", "amount")
    assert list(paid) == [("AGUA", Decimal("100.00"))]
    assert (pending(charged), balance(charged.pk)) == ({}, Decimal("-4.00"))
    assert nothing_is_broken()


def test_what_was_returned_is_not_returned_again_nor_charged_again(charged, pay, law, at, clerk):
    pay(charged, "9.00", "desk")
    pay(charged, "40.00", "first", DUE)
    assert balance(charged.pk) == Decimal("56.40")
    pay(charged, "60.00", "second", DUE)
    assert (pending(charged), balance(charged.pk)) == ({}, Decimal("-9.00"))
    accrue_surcharges(account_ids=[charged.pk], to=TODAY, rule=law.surcharges, key="again", at=at, by=clerk)
    assert balance(charged.pk) == Decimal("-9.00")
    assert nothing_is_broken()


def test_periods_that_the_money_does_not_reach_keep_their_surcharges(account, pay, law, at, clerk):
    write_debts(
        [a_debt(account, "AGUA", "100.00", DUE), a_debt(account, "AGUA", "50.00", date(2026, 8, 9))], at=at, by=clerk
    )
    accrue_surcharges(account_ids=[account.pk], to=TODAY, rule=law.surcharges, key="bill", at=at, by=clerk)
    pay(account, "100.00", "bank", DUE)
    assert pending(account) == {"AGUA": Decimal("50.00"), "RECARGO": Decimal("3.00")}


def test_another_account_of_the_same_payment_is_left_alone(charged, session, law, cashier, at, clerk):
    other = make_account()
    write_debts([a_debt(other, "AGUA", "10.00", date(2026, 9, 30))], at=at, by=clerk)
    take_payment(
        shares=[
            PaymentShare(account=charged, amount=Decimal("100.00")),
            PaymentShare(account=other, amount=Decimal("10.00")),
        ],
        tenders=[Tendered(Tender.Method.TRANSFER, Decimal("110.00"), "SPEI 1")],
        session=session,
        effective_on=DUE,
        at=at,
        by=cashier,
        key="two",
    )
    assert (balance(charged.pk), balance(other.pk)) == (Decimal("0.00"), Decimal("0.00"))
    assert nothing_is_broken()


def test_a_hold_pauses_what_is_charged_again_too(charged, pay, at, clerk):
    Hold.objects.create(
        account=charged,
        kind=Hold.Kind.PAYMENT_TRACED,
        reason="Pago en aclaración",
        stops_surcharges=True,
        valid_from=date(2026, 8, 1),
        placed_by=clerk,
    )
    pay(charged, "40.00", "bank", DUE)
    assert pending(charged) == {"AGUA": Decimal("60.00"), "RECARGO": Decimal("1.80")}


def test_a_repeated_late_payment_changes_nothing(charged, pay):
    first = pay(charged, "40.00", "bank", DUE)
    before = Transfer.objects.count()
    assert pay(charged, "40.00", "bank", DUE) == first
    assert Transfer.objects.count() == before


def test_money_of_today_puts_nothing_right(charged, pay):
    pay(charged, "40.00", "desk")
    assert not Transfer.objects.filter(reason__in=[Reason.REVERSAL, Reason.SURCHARGE_RETURNED]).exists()


def test_cancelling_the_late_payment_lets_the_surcharges_be_charged_again(charged, pay, session, supervisor, law, at):
    payment = pay(charged, "100.00", "bank", DUE)
    reverse_payment(payment=payment, session=session, reason="Era de otra cuenta", at=at, by=supervisor, key="undo")
    assert balance(charged.pk) == Decimal("100.00")
    accrue_surcharges(account_ids=[charged.pk], to=TODAY, rule=law.surcharges, key="again", at=at, by=supervisor)
    assert balance(charged.pk) == Decimal("109.00")
    assert nothing_is_broken()


def test_a_surcharge_that_was_returned_is_not_undone_besides(charged, pay, law, at, clerk):
    """Undoing what charged it would give the same pesos back twice."""
    pay(charged, "9.00", "desk")
    pay(charged, "100.00", "bank", DUE)
    surcharge = Transfer.objects.get(reason=Reason.SURCHARGE)
    with pytest.raises(ChargeSettled):
        reverse_posting(posting=surcharge.posting, document_id=None, order=law.order, key="undo", at=at, by=clerk)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("60.00", DUE), ("50.00", date(2026, 7, 2))),
        (("60.00", date(2026, 8, 20)), ("50.00", date(2026, 8, 25))),
        (("20.00", date(2026, 7, 20)), ("30.00", date(2026, 8, 5))),
        (("60.00", DUE), ("50.00", date(2026, 8, 20))),
        (("109.00", TODAY), ("100.00", DUE)),
    ],
)
def test_two_late_payments_in_either_order_leave_the_same_debt(first, second, charged, pay, law, at, clerk):
    again = make_account()
    write_debts([a_debt(again, "AGUA", "100.00", DUE)], at=at, by=clerk)
    accrue_surcharges(account_ids=[again.pk], to=TODAY, rule=law.surcharges, key="again", at=at, by=clerk)
    pay(charged, *_as_given(first, "a"))
    pay(charged, *_as_given(second, "b"))
    pay(again, *_as_given(second, "c"))
    pay(again, *_as_given(first, "d"))
    assert balance(charged.pk) == balance(again.pk)
    assert nothing_is_broken()


def _as_given(payment: tuple[str, date], key: str) -> tuple[str, str, date]:
    return payment[0], key, payment[1]


acts = st.lists(
    st.tuples(
        st.sampled_from(["charge", "surcharges", "pay", "pay late", "pay late", "pay late"]),
        st.integers(1, 30_000),
        st.integers(1, 100),
    ),
    min_size=3,
    max_size=12,
)


@hypothesis_settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(acts=acts)
def test_late_money_leaves_what_plain_integers_say(acts, law, cashier):
    account, plain, day = make_account(), PlainAccount(), date(2026, 2, 1)
    desk = open_desk(code="BANCO", name="Banco", series="BANCO", is_attended=False)
    for number, (act, cents, days) in enumerate(acts):
        day += timedelta(days=days % 35)
        at, key, pesos = datetime.combine(day, time(18), UTC), f"{account.number}/{number}", Decimal(cents) / 100
        if act == "charge":
            due_on = day + timedelta(days=10)
            write_debts([a_debt(account, "AGUA", str(pesos), due_on, on=day)], at=at, by=cashier)
            plain.charges.append(Charge("AGUA", due_on.replace(day=1), due_on, cents, 0, day))
        elif act == "surcharges":
            _accrue(account, day, at, cashier, key)
            plain.post_surcharges(day, 0)
        else:
            value_date = day - timedelta(days=days) if act == "pay late" else day
            take_payment(
                shares=[PaymentShare(account=account, amount=pesos)],
                tenders=[Tendered(Tender.Method.BANK_FILE, pesos)],
                session=None,
                desk=desk,
                effective_on=max(value_date, date(2026, 1, 1)),
                at=at,
                by=cashier,
                key=key,
            )
            value_date = max(value_date, date(2026, 1, 1))
            plain.pay(cents, key, value_date, is_today=value_date == day)
        owed = sorted(
            (c.concept, c.period, int(c.pending * 100)) for c in open_charges([account.pk]).get(account.pk, [])
        )
        assert owed == sorted((c.concept, c.period, c.pending) for c in plain.charges if c.pending)
        assert int(balance(account.pk) * 100) == plain.balance
    assert nothing_is_broken()


def _accrue(account: Account, day: date, at: datetime, by: User, key: str) -> None:
    rule = collection_law(day).surcharges
    accrue_surcharges(account_ids=[account.pk], to=day, rule=rule, key=key, at=at, by=by)
