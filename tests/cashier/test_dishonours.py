"""A returned cheque: the debt comes back with its dates, the good money stays, and the law's charges are lines."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cauce.cashier.models import CashMovement, ClearingMatch, Dishonour, ReceiptCancellation
from cauce.cashier.operations import (
    AlreadyDishonoured,
    BankDayOutside,
    NotThatMethod,
    OverLimit,
    PaymentShare,
    RefundedMeanwhile,
    TenderDishonoured,
    authorise_refund,
    correct_method,
    dishonour_payment,
    match_clearing,
    move_payment,
    pay_refund,
    request_refund,
    reverse_payment,
    take_payment,
)
from cauce.cashier.queries.clearing import in_transit
from cauce.cashier.queries.corrections import leaned_on
from cauce.cashier.rules import Tendered
from cauce.events.models import Event
from cauce.ledger.models import Book, Transfer
from cauce.ledger.operations import apply_advances, close_day
from cauce.ledger.queries import balance, open_charges, surcharges_due
from cauce.registry.models import Hold, StaffLink
from cauce.registry.operations import OwnAccount, declare_link, lift_hold, place_hold
from cauce.reports.queries import verify
from tests.cashier.correcting import Method, collect, held, moves, someone
from tests.cashier.test_payments import an_order
from tests.ledger.debts import a_debt, make_account, write_debts

AUGUST = date(2026, 8, 20)
TODAY = date(2026, 9, 20)
CHEQUE, CHARGEBACK = Dishonour.Kind.CHEQUE, Dishonour.Kind.CHARGEBACK
DISHONOURED = CashMovement.Kind.DISHONOURED
pytestmark = pytest.mark.django_db


@pytest.fixture
def accountant(db):
    return someone("eva", "contabilidad")


@pytest.fixture
def later(at):
    return at + timedelta(days=8)


@pytest.fixture
def bounce(accountant, later):
    def bounce(tender, kind=CHEQUE, **given):
        facts = {"bank_on": later.date(), "reason": "Fondos insuficientes", "at": later, "by": accountant, "key": "d"}
        return dishonour_payment(tender=tender, kind=kind, **{**facts, **given})

    return bounce


def pending(account):
    found = open_charges([account.pk]).get(account.pk, [])
    return {(charge.concept, charge.due_on): charge.pending for charge in found}


def nothing_broken() -> bool:
    return [check.name for check in verify() if check.broken] == []


def test_the_debt_comes_back_with_its_dates_and_the_law_charges_its_lines(
    account, law, session, bounce, later, at, clerk
):
    write_debts([a_debt(account, "AGUA", "1000.00", AUGUST)], at=at, by=clerk)
    payment = collect(session, [(account, "1030.00")], [(Method.CHEQUE, "1030.00")], key="p", at=at)
    assert balance(account.pk) == 0
    dishonour = bounce(payment.tenders.get())
    assert bounce(payment.tenders.get()) == dishonour
    due = later.date()
    assert pending(account) == {
        ("AGUA", AUGUST): Decimal("1000.00"),
        ("RECARGO", AUGUST): Decimal("30.00"),
        ("CHEQUE_INDEMNIZACION", due): Decimal("206.00"),
        ("COMISION_BANCARIA", due): Decimal("180.00"),
        ("IVA", due): Decimal("28.80"),
    }
    assert (dishonour.compensation, dishonour.commission, dishonour.vat) == (
        Decimal("206.00"),
        Decimal("180.00"),
        Decimal("28.80"),
    )
    assert dishonour.document.folio == "CHD-000001"
    assert moves(DISHONOURED) == [("CHEQUE", Decimal("-1030.00"), None)]
    assert held(Book.CLEARING_CHEQUES) == 0
    assert ReceiptCancellation.objects.get().cause == ReceiptCancellation.Cause.CHEQUE
    assert {row.booked_on for row in Transfer.objects.filter(document=dishonour.document)} == {due}
    (again,) = surcharges_due([account.pk], later.date() + timedelta(days=30), law.surcharges)
    assert again.amount == Decimal("60.00")  # as if it had never been paid: three started months less the one charged
    assert nothing_broken()


def test_what_the_good_methods_paid_is_settled_again_the_same_day(account, law, session, bounce, at, clerk):
    write_debts([a_debt(account, "AGUA", "100.00", date(2026, 9, 30))], at=at, by=clerk)
    payment = collect(
        session, [(account, "100.00")], [(Method.CASH, "40.00"), (Method.CHEQUE, "60.00")], key="p", at=at
    )
    bounce(payment.tenders.get(method="CHEQUE"))
    kept = payment.receipts.get(replaces__isnull=False)
    assert (kept.amount, kept.applied, kept.effective_on) == (Decimal("40.00"), Decimal("40.00"), TODAY)
    assert pending(account)["AGUA", date(2026, 9, 30)] == Decimal("60.00")
    assert moves(DISHONOURED) == [
        ("CASH", Decimal("-40.00"), None),
        ("CHEQUE", Decimal("-60.00"), None),
        ("CASH", Decimal("40.00"), None),
    ]
    assert held(Book.CASH) == Decimal("40.00")
    assert nothing_broken()


def test_in_a_shared_sum_only_what_the_cheque_paid_comes_back_and_charges_are_pro_rata(
    law, session, bounce, at, clerk, accountant
):
    untouched, first, second = make_account(), make_account(), make_account()
    due = date(2026, 9, 30)
    write_debts([a_debt(one, "AGUA", "100.00", due) for one in (untouched, first, second)], at=at, by=clerk)
    payment = collect(
        session,
        [(untouched, "100.00"), (first, "100.00"), (second, "100.00")],
        [(Method.CASH, "150.00"), (Method.CHEQUE, "60.00"), (Method.CHEQUE, "90.00")],
        key="p",
        at=at,
    )
    cheques = list(payment.tenders.filter(method="CHEQUE").order_by("pk"))
    bounce(cheques[0])
    assert pending(untouched) == {}
    assert pending(first)["AGUA", due] == Decimal("50.00")
    assert pending(second)["AGUA", due] == Decimal("10.00")
    assert [pending(one)["CHEQUE_INDEMNIZACION", date(2026, 9, 28)] for one in (first, second)] == [
        Decimal("10.00"),
        Decimal("2.00"),
    ]
    assert nothing_broken()
    bounce(cheques[1], key="d2")
    assert pending(first)["AGUA", due] == Decimal("50.00")
    assert pending(second)["AGUA", due] == Decimal("100.00")
    assert (held(Book.CASH), held(Book.CLEARING_CHEQUES)) == (Decimal("150.00"), 0)
    assert nothing_broken()


def test_a_cheque_that_the_bank_had_paid_leaves_the_bank_and_nothing_stays_in_transit(
    account, law, session, bounce, accountant, later, at
):
    payment = collect(session, [(account, "60.00")], [(Method.CHEQUE, "60.00")], key="p", at=at)
    tender = payment.tenders.get()
    match_clearing(
        kind=ClearingMatch.Kind.CHEQUES,
        tenders=[tender.pk],
        bank_on=at.date(),
        received=Decimal("60.00"),
        at=at,
        by=accountant,
        key="match",
    )
    assert held(Book.BANK) == Decimal("60.00")
    bounce(tender)
    assert (held(Book.BANK), held(Book.CLEARING_CHEQUES)) == (0, 0)
    assert in_transit(ClearingMatch.Kind.CHEQUES) == []
    assert nothing_broken()


def test_a_card_taken_back_charges_what_the_law_says_of_cards(account, law, session, bounce, at):
    payment = collect(session, [(account, "60.00")], [(Method.CARD, "60.00")], key="p", at=at)
    with pytest.raises(NotThatMethod):
        bounce(payment.tenders.get(), CHEQUE)
    dishonour = bounce(payment.tenders.get(), CHARGEBACK)
    assert (dishonour.compensation, dishonour.commission) == (0, Decimal("150.00"))
    assert balance(account.pk) == Decimal("174.00")
    assert nothing_broken()


def test_a_cheque_captured_as_cash_is_dishonoured_once_corrected(account, law, session, bounce, supervisor, at):
    payment = collect(session, [(account, "60.00")], [(Method.CASH, "60.00")], key="p", at=at)
    tender = payment.tenders.get()
    correct_method(
        tender=tender, method=Method.CHEQUE, reference="77", reason="Era cheque", at=at, by=supervisor, key="m"
    )
    bounce(tender)
    assert (held(Book.CASH), held(Book.CLEARING_CHEQUES)) == (0, 0)
    with pytest.raises(TenderDishonoured):
        correct_method(tender=tender, method=Method.CASH, reason="x", at=at, by=supervisor, key="n")
    assert nothing_broken()


def test_a_moved_cheque_comes_back_from_where_it_is_and_the_rest_can_still_be_cancelled(
    account, law, session, bounce, supervisor, at
):
    right = make_account()
    payment = collect(
        session, [(account, "100.00")], [(Method.CASH, "40.00"), (Method.CHEQUE, "60.00")], key="p", at=at
    )
    move_payment(receipt=payment.receipts.get(), to_account=right, reason="x", at=at, by=supervisor, key="m")
    bounce(payment.tenders.get(method="CHEQUE"))
    assert balance(account.pk) == 0
    assert balance(right.pk) == Decimal("-40.00") + Decimal("12.00") + Decimal("208.80")
    reverse_payment(payment=payment, session=session, reason="x", at=at, by=supervisor, key="c")
    assert (held(Book.CASH), held(Book.CLEARING_CHEQUES)) == (0, 0)
    assert nothing_broken()


def test_the_coins_stay_with_the_good_cash(account, law, session, bounce, at):
    payment = collect(
        session, [(account, "60.00"), (make_account(), "10.27")], [(Method.CHEQUE, "65.00"), (Method.CASH, "5.30")],
        key="p", at=at,
    )  # fmt: skip
    bounce(payment.tenders.get(method="CHEQUE"))
    assert (held(Book.CASH), held(Book.ROUNDING)) == (Decimal("5.30"), Decimal("-0.03"))
    assert nothing_broken()


def test_closed_days_stay_as_they_were(account, law, session, bounce, at, clerk):
    payment = collect(session, [(account, "60.00")], [(Method.CHEQUE, "60.00")], key="p", at=at)
    close_day(day=TODAY, at=at, by=clerk)
    before = repr(list(CashMovement.objects.filter(booked_on=TODAY).values()))
    bounce(payment.tenders.get())
    assert repr(list(CashMovement.objects.filter(booked_on=TODAY).values())) == before


def test_what_leaned_on_the_payment_is_told_before_and_after_and_in_the_event(
    account, law, session, bounce, later, at, clerk
):
    write_debts([a_debt(account, "AGUA", "100.00", AUGUST)], at=at, by=clerk)
    hold = place_hold(account=account, kind=Hold.Kind.COMPLAINT, reason="x", valid_from=AUGUST, at=at, by=clerk)
    payment = collect(session, [(account, "153.00")], [(Method.CHEQUE, "153.00")], key="p", at=at)
    lift_hold(hold=hold, on=TODAY + timedelta(days=1), reason="Ya pagó", at=at, by=clerk)
    write_debts([a_debt(account, "AGUA", "30.00", date(2026, 9, 30))], at=at, by=clerk)
    apply_advances(account_ids=[account.pk], effective_on=TODAY, order=law.order, key="a", at=at, by=clerk)
    before = [one.sentence for one in leaned_on(payment, on=later.date(), rule=law.surcharges)]
    bounce(payment.tenders.get())
    after = [one.sentence for one in leaned_on(payment, on=later.date(), rule=law.surcharges)]
    assert before == after
    assert before == [
        "Su saldo a favor se aplicó al adeudo (20 sep 2026, $30.00)",
        "Dejó de causar recargos de ago 2026 (20 sep 2026, $3.00)",
        "Se levantó la retención «inconformidad» (21 sep 2026)",
    ]
    told = Event.objects.get(kind="PAYMENT_DISHONOURED")
    assert told.account_id == account.pk
    assert "se cobran $239.40 de la ley" in told.sentence
    assert told.facts["leaned_on"] == "; ".join(before)


def test_it_is_refused_with_its_reason(account, law, session, bounce, accountant, supervisor, later, at):
    payment = collect(session, [(account, "60.00")], [(Method.CHEQUE, "60.00")], key="p", at=at)
    tender = payment.tenders.get()
    with pytest.raises(OverLimit):
        bounce(tender, by=supervisor)
    with pytest.raises(BankDayOutside):
        bounce(tender, bank_on=TODAY - timedelta(days=1))
    with pytest.raises(BankDayOutside):
        bounce(tender, bank_on=later.date() + timedelta(days=1))
    bounce(tender)
    with pytest.raises(AlreadyDishonoured, match="CHD-000001"):
        bounce(tender, key="again")
    declare_link(user=accountant, customer=account.holder, kind=StaffLink.Kind.SELF, at=at, by=supervisor)
    other = collect(session, [(account, "60.00")], [(Method.CHEQUE, "60.00")], key="q", at=at).tenders.get()
    with pytest.raises(OwnAccount):
        bounce(other, key="own")


def test_money_already_refunded_stops_it_until_it_is_collected(account, law, session, bounce, at):
    payment = collect(session, [(account, "60.00")], [(Method.CHEQUE, "60.00")], key="p", at=at)
    refund = request_refund(
        account=account,
        party=account.holder,
        amount=Decimal("50.00"),
        reason="x",
        at=at,
        by=someone("c", "coordinador"),
        key="r",
    )
    authorise_refund(refund=refund, at=at, by=someone("j", "jefe"))
    pay_refund(refund=refund, method=Method.CASH, session=session, at=at, by=session.cashier, key="pay")
    with pytest.raises(RefundedMeanwhile, match=r"DEV-000001 por \$50.00"):
        bounce(payment.tenders.get())
    collect(session, [(account, "50.00")], [(Method.CASH, "50.00")], key="q", at=at)
    bounce(payment.tenders.get(), key="again")
    assert balance(account.pk) == Decimal("12.00") + Decimal("208.80")
    assert nothing_broken()


def test_an_order_that_a_cheque_paid_owes_again(account, law, session, bounce, at, clerk):
    order = an_order(account.holder, account, at, clerk)
    payment = take_payment(
        shares=[PaymentShare(account=account, amount=Decimal("580.00"), directed_to=order.document)],
        tenders=[Tendered(Method.CASH, Decimal("80.00")), Tendered(Method.CHEQUE, Decimal("500.00"), "1", "B")],
        session=session,
        at=at,
        by=session.cashier,
        key="p",
    )
    bounce(payment.tenders.get(method="CHEQUE"))
    assert sum(pending(account).values()) == Decimal("500.00") + Decimal("100.00") + Decimal("208.80")
    leaning = leaned_on(payment, on=TODAY, rule=law.surcharges)
    assert leaning[0].sentence.startswith("Pagó la orden de pago OP-000001")
    assert nothing_broken()
