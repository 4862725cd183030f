"""Órdenes de pago: what is ordered, what the desk receives, and what becomes of what nobody pays."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from cauce.cashier.models import Payment, PaymentOrder, PaymentOrderCancellation, ReceiptCancellation, Tender
from cauce.cashier.operations import (
    DocumentSettled,
    EmptyOrder,
    OrderAlreadyEnded,
    OrderAlreadyExpired,
    OrderChanged,
    OrderNotExact,
    OrderNotPayable,
    OrderOfAnother,
    OrderOutgrown,
    OrderStillOwed,
    PaymentShare,
    ReasonMissing,
    cancel_payment_order,
    expire_payment_orders,
    issue_advance_order,
    issue_debt_order,
    issue_payment_order,
    issue_service_order,
    reverse_payment,
    take_payment,
)
from cauce.cashier.operations.corrections.undoing import undo_receipts
from cauce.cashier.queries.orders import debt_by_period, history_of_order, order_due, payable_orders, priced_services
from cauce.cashier.queries.receipts import live_receipts
from cauce.cashier.rules import OrderLine, Tendered
from cauce.core.money import CENT
from cauce.events.models import Event
from cauce.ledger.operations import ChargeSettled, KeyReused
from cauce.ledger.queries import advance_balances, balance, open_charges, party_balance, statement_movements
from cauce.registry.models import StaffLink
from cauce.registry.operations import OwnAccount, declare_link
from cauce.reports.queries import verify
from cauce.users.models import User
from tests.ledger.debts import a_debt, make_account, make_party, write_debts

TODAY = date(2026, 9, 20)
AUGUST, SEPTEMBER = date(2026, 8, 9), date(2026, 9, 30)
LAST_DAY = TODAY + timedelta(days=5)
CERTIFIED = {"A04": Decimal("1"), "O10": Decimal("10.5")}
pytestmark = pytest.mark.django_db


@pytest.fixture
def supervisor(db: None) -> User:
    return User.objects.create(username="supervisora", full_name="Marta Supervisora")


@pytest.fixture
def order_services(account, law, at, clerk):
    def issue(key="order", services=CERTIFIED, **given) -> PaymentOrder:
        facts = {"party": account.holder, "account": account, "at": at, "by": clerk, **given}
        return issue_service_order(services=services, key=key, **facts)

    return issue


@pytest.fixture
def pay_order(session, cashier, at):
    def take(order: PaymentOrder, amount: Decimal | None = None, key="pay", method=Tender.Method.CASH, **given):
        when = given.get("at", at)
        amount = order.total if amount is None else amount
        share = PaymentShare(
            account=order.account,
            party=None if order.account else order.party,
            amount=amount,
            directed_to=order.document,
        )
        facts = {"session": session, "at": when, "by": cashier, "key": key} | given
        return take_payment(shares=[share], tenders=[Tendered(method, amount)], **facts)

    return take


def state_of(order: PaymentOrder, on: date = TODAY) -> str:
    return PaymentOrder.objects.with_state(on).get(pk=order.pk).state


def owed(account) -> dict[str, Decimal]:
    return {charge.concept: charge.pending for charge in open_charges([account.pk]).get(account.pk, [])}


def test_services_are_priced_by_the_law_each_line_with_its_own_vat(account, order_services):
    order = order_services()
    lines = list(order.lines.order_by("pk"))
    assert [(line.concept, line.amount, line.vat) for line in lines] == [
        ("A04", Decimal("230.91"), Decimal("36.95")),
        ("O10", Decimal("251.16"), Decimal("40.19")),
    ]
    assert order.total == Decimal("559.21")
    assert owed(account) == {"A04": Decimal("230.91"), "O10": Decimal("251.16"), "IVA": Decimal("77.14")}
    assert (order.expires_on, order.document.folio, state_of(order)) == (LAST_DAY, "OP-000001", "PENDING")


@given(
    quantity=st.decimals("0.01", "9999.99", places=2),
    price=st.decimals("0.01", "99999.9999", places=4),
    vat=st.sampled_from([Decimal(0), Decimal(8), Decimal(16)]),
)
def test_a_line_is_rounded_once_and_its_vat_is_of_what_it_says(quantity, price, vat):
    line = OrderLine(concept="X", description="X", quantity=quantity, unit_price=price, vat_percent=vat)
    assert abs(line.amount - quantity * price) <= CENT / 2
    assert abs(line.vat - line.amount * vat / 100) <= CENT / 2
    assert (line.amount + line.vat) == (line.amount + line.vat).quantize(CENT)


@given(first=st.decimals("0.01", "5000", places=2), more=st.decimals("0.01", "4999", places=2))
def test_more_of_a_service_never_costs_less(first, more):
    def total(quantity):
        line = OrderLine(
            concept="X", description="X", quantity=quantity, unit_price=Decimal("23.92"), vat_percent=Decimal(16)
        )
        return line.amount + line.vat

    assert total(first + more) >= total(first)


def test_a_service_the_law_does_not_know_is_not_charged(law, order_services):
    assert priced_services({"ZZ9": Decimal(1)}, TODAY) == []
    with pytest.raises(EmptyOrder):
        order_services(services={"ZZ9": Decimal(1)})


def test_the_same_key_orders_once_and_other_data_is_refused(order_services):
    first = order_services()
    assert order_services() == first
    with pytest.raises(KeyReused), transaction.atomic():
        order_services(services={"A04": Decimal(2)})
    assert PaymentOrder.objects.count() == 1


def test_what_was_shown_is_what_is_ordered(order_services):
    with pytest.raises(OrderChanged, match=r"\$559\.21"):
        order_services(expected=Decimal("500.00"))
    assert not PaymentOrder.objects.exists()


def test_an_order_does_not_expire_before_today(account, law, at, clerk):
    line = OrderLine(concept="A04", description="X", quantity=Decimal(1), unit_price=Decimal(1), vat_percent=Decimal(0))
    with pytest.raises(OrderAlreadyExpired):
        issue_payment_order(
            party=account.holder,
            account=account,
            lines=[line],
            expires_on=TODAY - timedelta(days=1),
            at=at,
            by=clerk,
            key="late",
        )


def test_an_order_is_received_whole_and_exact_and_once(account, order_services, pay_order, at, clerk):
    write_debts([a_debt(account, "AGUA", "100.00", AUGUST)], at=at, by=clerk)
    order = order_services()
    for wrong in ("100.00", "559.20", "559.22"):
        with pytest.raises(OrderNotExact, match=r"\$559\.21"), transaction.atomic():
            pay_order(order, Decimal(wrong))
    receipt = pay_order(order).receipts.get()
    assert (receipt.applied, receipt.advance, receipt.directed_to) == (order.total, Decimal("0.00"), order.document)
    assert owed(account) == {"AGUA": Decimal("100.00"), "RECARGO": Decimal("6.00")}
    assert state_of(order) == "PAID"
    with pytest.raises(DocumentSettled, match="OP-000001"):
        pay_order(order, key="again")


def test_money_of_another_account_does_not_pay_the_order(order_services, pay_order):
    order = order_services()
    order.account = make_account()
    with pytest.raises(OrderOfAnother):
        pay_order(order)


def test_a_person_without_account_owes_and_pays(law, order_services, pay_order):
    person = make_party("JUAN SIN CUENTA")
    order = order_services(party=person, account=None)
    assert party_balance(person.pk) == order.total == order_due(order, TODAY)
    receipt = pay_order(order).receipts.get()
    assert (receipt.account, receipt.party) == (None, person)
    assert party_balance(person.pk) == Decimal("0.00")


def test_an_advance_stays_in_favour_whatever_the_account_owes(account, law, pay_order, at, clerk):
    write_debts([a_debt(account, "AGUA", "100.00", AUGUST)], at=at, by=clerk)
    order = issue_advance_order(
        party=account.holder, account=account, amount=Decimal("300.00"), at=at, by=clerk, key="advance"
    )
    with pytest.raises(OrderNotExact), transaction.atomic():
        pay_order(order, Decimal("299.00"))
    receipt = pay_order(order).receipts.get()
    assert (receipt.applied, receipt.advance) == (Decimal("0.00"), Decimal("300.00"))
    assert advance_balances([account.pk]) == {account.pk: {account.holder_id: Decimal("300.00")}}
    assert owed(account)["AGUA"] == Decimal("100.00")
    with pytest.raises(DocumentSettled):
        pay_order(order, key="again")


@pytest.fixture
def order_debt(account, law, at, clerk):
    write_debts(
        [
            a_debt(account, "AGUA", "100.00", AUGUST),
            a_debt(account, "AGUA", "50.00", date(2026, 8, 22), period=date(2026, 7, 1)),
            a_debt(account, "AGUA", "70.00", SEPTEMBER),
        ],
        at=at,
        by=clerk,
    )

    def issue(as_of=TODAY, periods=(date(2026, 7, 1), date(2026, 8, 1)), key="debt", **given) -> PaymentOrder:
        facts = {"account": account, "at": at, "by": clerk, **given}
        return issue_debt_order(as_of=as_of, periods=periods, key=key, **facts)

    return issue


def test_a_debt_is_ordered_to_a_day_with_its_surcharges_and_charges_nothing(account, law, order_debt):
    before = balance(account.pk)
    order = order_debt()
    # August: two started months of 3 % on 100.00; July's charge fell due on the 22nd: one started month on 50.00.
    assert order.total == Decimal("157.50")
    assert balance(account.pk) == before
    assert [(line.concept, line.amount) for line in order.lines.order_by("pk")] == [
        ("ADEUDO", Decimal("50.00")),
        ("RECARGO", Decimal("1.50")),
        ("ADEUDO", Decimal("100.00")),
        ("RECARGO", Decimal("6.00")),
    ]
    assert (order.as_of, order.expires_on) == (TODAY, TODAY)
    assert order_due(order, TODAY) == order.total


def test_a_debt_order_settles_its_periods_and_no_other(account, order_debt, pay_order):
    order = order_debt()
    pay_order(order)
    assert owed(account) == {"AGUA": Decimal("70.00")}
    assert state_of(order) == "PAID"


def test_a_debt_ordered_to_a_later_day_is_less_if_paid_before_a_month_of_surcharge_starts(
    account, order_debt, pay_order
):
    order = order_debt(as_of=LAST_DAY)
    assert order.total == Decimal("159.00")  # on the 23rd the second month of July's charge starts
    assert order_due(order, TODAY) == Decimal("157.50")
    with pytest.raises(OrderNotExact, match=r"pide \$157\.50 .*decía \$159\.00 al 25 sep 2026"), transaction.atomic():
        pay_order(order)
    receipt = pay_order(order, Decimal("157.50")).receipts.get()
    assert receipt.advance == Decimal("0.00")
    assert owed(account) == {"AGUA": Decimal("70.00")}


def test_a_debt_ordered_to_a_later_day_is_whole_on_that_day(account, law, order_debt, pay_order, at, cashier, desk):
    order = order_debt(as_of=LAST_DAY)
    later = at + timedelta(days=5)
    assert order_due(order, LAST_DAY) == order.total
    pay_order(order, at=later, session=None, desk=desk, method=Tender.Method.TRANSFER)
    assert owed(account) == {"AGUA": Decimal("70.00")}


def test_a_debt_that_was_paid_in_part_meanwhile_asks_for_what_is_left(account, order_debt, pay_order, session, cashier):
    order = order_debt()
    take_payment(
        shares=[PaymentShare(account=account, amount=Decimal("60.00"))],
        tenders=[Tendered(Tender.Method.CASH, Decimal("60.00"))],
        session=session,
        at=session.opened_at,
        by=cashier,
        key="other",
    )
    assert order_due(order, TODAY) == Decimal("97.50")
    with pytest.raises(OrderNotExact, match=r"pide \$97\.50"), transaction.atomic():
        pay_order(order)
    pay_order(order, Decimal("97.50"))
    assert owed(account) == {"AGUA": Decimal("70.00")}


def test_a_debt_that_grew_because_a_payment_was_undone_is_not_received(
    account, order_debt, pay_order, session, cashier, at, clerk
):
    earlier = take_payment(
        shares=[PaymentShare(account=account, amount=Decimal("60.00"))],
        tenders=[Tendered(Tender.Method.CASH, Decimal("60.00"))],
        session=session,
        at=at,
        by=cashier,
        key="earlier",
    )
    order = order_debt()
    assert order.total == Decimal("97.50")
    reverse_payment(payment=earlier, session=session, reason="Error", at=at, by=clerk, key="undo")
    with pytest.raises(OrderOutgrown, match=r"por \$97\.50 y hoy sus periodos deben \$106\.00"), transaction.atomic():
        pay_order(order, Decimal("106.00"))


def test_a_debt_order_leaves_the_orders_of_services_to_themselves(account, law, order_debt, order_services):
    order_services()
    assert [debt.total for debt in debt_by_period(account.pk, TODAY, law)] == [
        Decimal("51.50"),
        Decimal("106.00"),
        Decimal("70.00"),
    ]


def test_a_debt_is_not_ordered_beyond_the_laws_days_nor_before_today(order_debt):
    for day in (TODAY - timedelta(days=1), LAST_DAY + timedelta(days=1)):
        with pytest.raises(OrderAlreadyExpired), transaction.atomic():
            order_debt(as_of=day)


def test_a_debt_that_changed_since_it_was_shown_is_not_ordered(order_debt):
    with pytest.raises(OrderChanged):
        order_debt(expected=Decimal("150.00"))
    assert not PaymentOrder.objects.exists()


def test_periods_that_owe_nothing_are_not_ordered(order_debt):
    with pytest.raises(EmptyOrder):
        order_debt(periods=[date(2026, 1, 1)])


def test_a_cancelled_order_is_owed_no_more_and_its_statement_says_so(account, order_services, pay_order, at, clerk):
    order = order_services()
    asked = {"order": order, "reason": "Ya no quiere la pipa", "at": at, "by": clerk, "key": "cancel"}
    ended = cancel_payment_order(**asked)
    assert cancel_payment_order(**asked) == ended
    assert (state_of(order), balance(account.pk)) == ("CANCELLED", Decimal("0.00"))
    assert [(row.kind, row.folio, row.amount) for row in statement_movements(account.pk)] == [
        ("SERVICE", "OP-000001", order.total),
        ("REVERSAL", "OP-000001", -order.total),
    ]
    with pytest.raises(OrderNotPayable, match="se canceló"), transaction.atomic():
        pay_order(order)
    with pytest.raises(OrderAlreadyEnded, match="cancelada"):
        cancel_payment_order(**{**asked, "key": "twice"})


def test_an_order_is_not_cancelled_without_a_reason_nor_once_paid(order_services, pay_order, at, clerk):
    order = order_services()
    with pytest.raises(ReasonMissing):
        cancel_payment_order(order=order, reason="  ", at=at, by=clerk, key="c")
    pay_order(order)
    with pytest.raises(OrderAlreadyEnded, match="pagada"):
        cancel_payment_order(order=order, reason="Se arrepintió", at=at, by=clerk, key="c")


def test_an_order_that_other_money_paid_in_part_is_neither_cancelled_nor_expired(
    account, order_services, pay_order, session, cashier, at, clerk
):
    order = order_services()
    take_payment(
        shares=[PaymentShare(account=account, amount=Decimal("59.21"))],
        tenders=[Tendered(Tender.Method.CASH, Decimal("59.21"))],
        session=session,
        at=at,
        by=cashier,
        key="undirected",
    )
    with pytest.raises(ChargeSettled), transaction.atomic():
        cancel_payment_order(order=order, reason="Error", at=at, by=clerk, key="c")
    later = at + timedelta(days=9)
    assert expire_payment_orders(at=later, by=clerk) == 0
    assert state_of(order, later.date()) == "PENDING"
    assert order_due(order, later.date()) == Decimal("500.00")


def test_an_order_expires_after_its_day_and_stops_being_owed(account, order_services, pay_order, at, clerk, desk):
    order = order_services()
    on_its_day, after = at + timedelta(days=5), at + timedelta(days=6)
    assert expire_payment_orders(at=on_its_day, by=clerk) == 0
    # Before anybody ends it the desk knows already.
    with pytest.raises(OrderNotPayable, match="venció el 25 sep 2026"), transaction.atomic():
        pay_order(order, at=after, session=None, desk=desk, method=Tender.Method.TRANSFER)
    assert expire_payment_orders(at=after, by=clerk) == 1
    assert expire_payment_orders(at=after, by=clerk) == 0
    assert (state_of(order, after.date()), balance(account.pk)) == ("EXPIRED", Decimal("0.00"))
    assert PaymentOrderCancellation.objects.get().expired
    assert [event.kind for event in history_of_order(order)] == ["PAYMENT_ORDER_ISSUED", "PAYMENT_ORDER_EXPIRED"]
    assert Event.objects.of_account(account.pk).first().sentence == (
        "Venció sin pagarse la orden de pago OP-000001 por $559.21; lo que cobraba dejó de deberse"
    )
    assert not verify_failures()


def test_orders_of_debt_and_of_advances_expire_without_touching_the_account(account, order_debt, at, clerk):
    order_debt()
    issue_advance_order(party=account.holder, account=account, amount=Decimal("9.00"), at=at, by=clerk, key="a")
    before = balance(account.pk)
    assert expire_payment_orders(at=at + timedelta(days=9), by=clerk) == 2
    assert balance(account.pk) == before


def test_orders_expire_in_batches(order_services, at, clerk):
    for number in range(5):
        order_services(key=f"order {number}")
    after = at + timedelta(days=6)
    assert [expire_payment_orders(at=after, by=clerk, at_most=2) for _ in range(4)] == [2, 2, 1, 0]


def test_an_order_whose_payment_was_cancelled_waits_again_and_may_expire(order_services, pay_order, session, at, clerk):
    order = order_services()
    payment = pay_order(order)
    reverse_payment(payment=payment, session=session, reason="Error", at=at, by=clerk, key="undo")
    assert state_of(order) == "PENDING"
    assert pay_order(order, key="second").receipts.get().directed_to == order.document
    assert state_of(order) == "PAID"


def test_an_order_paid_with_a_cheque_that_came_back_is_owed_until_it_is_paid(
    account, order_services, pay_order, session, at, clerk, desk, supervisor
):
    order = order_services()
    payment: Payment = pay_order(order, method=Tender.Method.CHEQUE)
    after = at + timedelta(days=8)
    undo_receipts(
        receipts=live_receipts(payment),
        session=None,
        kind="DISHONOURED",
        cause=ReceiptCancellation.Cause.CHEQUE,
        reason="Sin fondos",
        at=after,
        by=supervisor,
        key="bounced",
    )
    assert expire_payment_orders(at=after, by=clerk) == 0
    assert (state_of(order, after.date()), balance(account.pk)) == ("PENDING", order.total)
    with pytest.raises(OrderStillOwed), transaction.atomic():
        cancel_payment_order(order=order, reason="X", at=after, by=clerk, key="c")
    pay_order(order, key="again", at=after, session=None, desk=desk, method=Tender.Method.TRANSFER)
    assert state_of(order, after.date()) == "PAID"


def test_who_declared_a_link_neither_orders_nor_cancels_nor_collects(
    account, order_services, order_debt, pay_order, cashier, at, clerk
):
    order = order_services()
    for person in (clerk, cashier):
        declare_link(user=person, customer=account.holder, kind=StaffLink.Kind.RELATIVE, at=at, by=cashier)
    with pytest.raises(OwnAccount), transaction.atomic():
        order_services(key="own")
    with pytest.raises(OwnAccount), transaction.atomic():
        order_debt(key="own debt")
    with pytest.raises(OwnAccount), transaction.atomic():
        issue_advance_order(party=account.holder, account=account, amount=Decimal(1), at=at, by=clerk, key="own a")
    with pytest.raises(OwnAccount), transaction.atomic():
        cancel_payment_order(order=order, reason="X", at=at, by=clerk, key="own c")
    with pytest.raises(OwnAccount), transaction.atomic():
        pay_order(order)


def test_the_orders_that_wait_are_told_with_the_first_to_expire_first(account, order_services, order_debt, at, clerk):
    services, debt = order_services(), order_debt()
    cancel_payment_order(order=order_services(key="c"), reason="Error", at=at, by=clerk, key="cancel")
    assert list(payable_orders(account.pk, TODAY)) == [debt, services]


def test_ordering_paying_and_expiring_leaves_the_books_whole(account, order_services, order_debt, pay_order, at, clerk):
    pay_order(order_services())
    pay_order(order_debt(), key="debt paid")
    order_services(key="unpaid")
    expire_payment_orders(at=at + timedelta(days=6), by=clerk)
    assert not verify_failures()


def verify_failures() -> list[str]:
    return [check.name for check in verify() if check.broken]


def test_the_state_of_many_orders_takes_one_query(order_services, at: datetime, django_assert_num_queries):
    for number in range(3):
        order_services(key=f"order {number}")
    with django_assert_num_queries(1):
        assert {order.state for order in PaymentOrder.objects.with_state(TODAY)} == {"PENDING"}
