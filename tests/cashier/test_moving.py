"""Moving a payment to the right account: both sides tell it and closed days stay as they were."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from cauce.cashier.models import CashMovement, CashSession, Receipt, ReceiptCancellation, SessionClose
from cauce.cashier.operations import (
    OverLimit,
    PaymentShare,
    ReasonMissing,
    ReceiptAlreadyCancelled,
    SameAccount,
    SamePerson,
    authorise_refund,
    close_session,
    move_payment,
    open_desk,
    pay_refund,
    request_refund,
    reverse_payment,
    take_payment,
)
from cauce.cashier.queries.days import cash_day
from cauce.cashier.queries.stories import stories_of
from cauce.cashier.rules import Tendered
from cauce.events.models import Event
from cauce.ledger.models import Book, Transfer
from cauce.ledger.operations import AdvanceSpent, accrue_surcharges, close_day
from cauce.ledger.queries import balance, statement_movements
from cauce.registry.models import StaffLink
from cauce.registry.operations import OwnAccount, declare_link
from cauce.reports.queries import verify
from tests.cashier.correcting import Method, collect, held, moves, someone
from tests.ledger.debts import a_debt, make_account, make_party, write_debts

AUGUST = date(2026, 8, 20)
TODAY = date(2026, 9, 20)
pytestmark = pytest.mark.django_db


@pytest.fixture
def wrong(db):
    return make_account("000123")


@pytest.fixture
def right(db):
    return make_account("000124")


@pytest.fixture
def payment(wrong, right, law, session, at, clerk):
    """$345.20 in cash that went to the wrong account; the right one owes it."""
    write_debts([a_debt(right, "AGUA", "345.20", date(2026, 9, 30))], at=at, by=clerk)
    return collect(session, [(wrong, "345.20")], [(Method.CASH, "345.20")], key="p", at=at)


def test_the_right_account_is_paid_and_the_wrong_one_is_as_it_was(payment, wrong, right, supervisor, at):
    tomorrow = at + timedelta(days=1)
    asked = {"receipt": payment.receipts.get(), "to_account": right, "reason": "Otra cuenta", "by": supervisor}
    new = move_payment(at=tomorrow, key="m", **asked)
    assert move_payment(at=tomorrow, key="m", **asked) == new
    assert (balance(wrong.pk), balance(right.pk)) == (0, 0)
    assert (new.payment, new.account, new.applied, new.effective_on) == (payment, right, Decimal("345.20"), TODAY)
    assert new.document.folio == "V1-000002"
    assert new.replaces.cancellation.cause == ReceiptCancellation.Cause.MOVED
    assert moves(CashMovement.Kind.MOVED) == [("CASH", Decimal("-345.20"), None), ("CASH", Decimal("345.20"), None)]
    assert held(Book.CASH) == Decimal("345.20")
    assert [check.name for check in verify() if check.broken] == []


def test_both_accounts_tell_the_move_with_the_folios_and_numbers_of_the_other(payment, wrong, right, supervisor, at):
    move_payment(
        receipt=payment.receipts.get(), to_account=right, reason="Se tecleó mal", at=at, by=supervisor, key="m"
    )
    told = dict(Event.objects.filter(kind__startswith="PAYMENT_MOVED").values_list("account_id", "sentence"))
    assert told[wrong.pk] == (
        "El pago V1-000001 por $345.20 se trasladó a la cuenta 000124, donde es el comprobante V1-000002: Se tecleó mal"
    )
    assert "V1-000001 por $345.20 de la cuenta 000123" in told[right.pk]
    away, here = statement_movements(wrong.pk)[-1], statement_movements(right.pk)[-1]
    told_away, told_here = stories_of([away])[away.document_id].note, stories_of([here])[here.document_id].note
    assert told_away == "del comprobante V1-000001: se trasladó a la cuenta 000124 con el V1-000002. Se tecleó mal"
    assert told_here == "trasladado de la cuenta 000123, comprobante V1-000001"
    assert Event.objects.filter(kind__in=["PAYMENT_REVERSED", "PAYMENT_TAKEN"]).count() == 1


def test_a_closed_day_and_its_close_stay_byte_by_byte(payment, right, session, supervisor, at, clerk):
    close_session(
        session=session,
        denominations={"200": 1, "100": 1, "20": 2, "5": 1, "0.2": 1},
        declared={},
        bag="B-1",
        at=at,
        by=session.cashier,
        key="close",
    )
    close_day(day=TODAY, at=at, by=clerk)

    def yesterday() -> list[object]:
        return [
            list(CashMovement.objects.filter(booked_on=TODAY).order_by("pk").values()),
            list(Transfer.objects.filter(booked_on=TODAY).order_by("pk").values()),
            list(session.movements.order_by("pk").values()),
            list(SessionClose.objects.order_by("pk").values()),
            list(CashSession.objects.order_by("pk").values()),
            cash_day(TODAY),
        ]

    before = repr(yesterday())
    tomorrow = at + timedelta(days=1)
    move_payment(
        receipt=payment.receipts.get(), to_account=right, reason="Otra cuenta", at=tomorrow, by=supervisor, key="m"
    )
    assert repr(yesterday()) == before
    assert sum(move.amount for move in CashMovement.objects.filter(booked_on=TODAY + timedelta(days=1))) == 0


def test_a_surcharge_charged_meanwhile_on_what_it_pays_is_put_right(payment, wrong, law, supervisor, at, clerk):
    late = make_account("000125")
    write_debts([a_debt(late, "AGUA", "345.20", TODAY)], at=at, by=clerk)
    in_october = at + timedelta(days=12)
    accrue_surcharges(
        account_ids=[late.pk], to=in_october.date(), rule=law.surcharges, key="recargos", at=in_october, by=clerk
    )
    assert balance(late.pk) > Decimal("345.20")
    move_payment(
        receipt=payment.receipts.get(), to_account=late, reason="Otra cuenta", at=in_october, by=supervisor, key="m"
    )
    assert balance(late.pk) == 0


def test_a_payment_is_moved_to_a_person_without_account(payment, wrong, supervisor, at):
    someone_else = make_party("PABLO RIVERA")
    new = move_payment(
        receipt=payment.receipts.get(),
        to_account=None,
        to_party=someone_else,
        reason="Era de una pipa",
        at=at,
        by=supervisor,
        key="m",
    )
    assert (new.account, new.party, new.advance) == (None, someone_else, Decimal("345.20"))
    assert balance(wrong.pk) == 0
    assert [check.name for check in verify() if check.broken] == []


def test_one_receipt_of_a_shared_sum_is_moved_with_its_own_methods(wrong, right, law, session, supervisor, at):
    payment = collect(
        session,
        [(wrong, "50.00"), (make_account(), "70.00")],
        [(Method.CASH, "30.00"), (Method.CARD, "90.00")],
        key="p",
        at=at,
    )
    first = payment.receipts.order_by("document_id")[0]
    new = move_payment(receipt=first, to_account=right, reason="Otra cuenta", at=at, by=supervisor, key="m")
    debits = Transfer.objects.filter(posting=new.posting).order_by("pk").values_list("debit_book", "amount")
    assert list(debits) == [("CASH", Decimal("30.00")), ("CLEARING_CARDS", Decimal("20.00"))]
    reverse_payment(payment=payment, session=session, reason="Nada", at=at, by=supervisor, key="c")
    assert not Receipt.objects.filter(cancellation__isnull=True).exists()
    assert (held(Book.CASH), held(Book.CLEARING_CARDS)) == (0, 0)
    assert [check.name for check in verify() if check.broken] == []


def test_the_coins_of_a_rounded_payment_go_with_it(right, law, session, supervisor, at):
    for place, (amount, cash) in enumerate([("10.27", "10.30"), ("10.32", "10.30")]):
        account = make_account()
        payment = collect(session, [(account, amount)], [(Method.CASH, cash)], key=f"p{place}", at=at)
        new = move_payment(
            receipt=payment.receipts.get(), to_account=right, reason="Otra", at=at, by=supervisor, key=f"m{place}"
        )
        assert (new.amount, balance(account.pk)) == (Decimal(amount), 0)
    assert held(Book.CASH) == Decimal("20.60")
    assert [check.name for check in verify() if check.broken] == []


def test_a_move_is_refused_with_its_reason(payment, wrong, right, cashier, supervisor, at):
    receipt = payment.receipts.get()
    asked = {"receipt": receipt, "to_account": right, "reason": "x", "at": at, "by": supervisor, "key": "m"}
    with pytest.raises(ReasonMissing, match="se traslada"):
        move_payment(**{**asked, "reason": " "})
    with pytest.raises(SameAccount):
        move_payment(**{**asked, "to_account": wrong})
    with pytest.raises(SamePerson):
        move_payment(**{**asked, "by": cashier})
    with pytest.raises(OverLimit):
        move_payment(**{**asked, "by": someone("coord", "coordinador")})
    declare_link(user=supervisor, customer=right.holder, kind=StaffLink.Kind.RELATIVE, at=at, by=supervisor)
    with pytest.raises(OwnAccount):
        move_payment(**asked)


def test_a_receipt_is_moved_once(payment, right, supervisor, at):
    receipt = payment.receipts.get()
    move_payment(receipt=receipt, to_account=right, reason="x", at=at, by=supervisor, key="m")
    with pytest.raises(ReceiptAlreadyCancelled, match="V1-000001"):
        move_payment(receipt=receipt, to_account=make_account(), reason="x", at=at, by=supervisor, key="n")


def test_a_payment_whose_money_in_favour_was_refunded_is_not_moved(
    payment, wrong, right, supervisor, session, at, clerk
):
    coordinator, head = someone("coord", "coordinador"), someone("jefa", "jefe")
    refund = request_refund(
        account=wrong, party=wrong.holder, amount=Decimal("45.20"), reason="x", at=at, by=coordinator, key="r"
    )
    authorise_refund(refund=refund, at=at, by=head)
    pay_refund(refund=refund, method=Method.CASH, session=session, at=at, by=session.cashier, key="pay")
    with pytest.raises(AdvanceSpent, match=r"DEV-000001 por \$45.20"):
        move_payment(receipt=payment.receipts.get(), to_account=right, reason="x", at=at, by=supervisor, key="m")


def test_what_the_banks_file_brought_is_moved_in_the_books_of_the_bank(wrong, right, law, supervisor, at, clerk):
    channel = open_desk(code="BAN", name="Banco", series="BA", is_attended=False)
    payment = take_payment(
        shares=[PaymentShare(account=wrong, amount=Decimal("80.00"))],
        tenders=[Tendered(Method.BANK_FILE, Decimal("80.00"), "124040")],
        session=None,
        desk=channel,
        effective_on=AUGUST,
        at=at,
        by=clerk,
        key="bank",
    )
    write_debts([a_debt(right, "AGUA", "80.00", AUGUST)], at=at, by=clerk)
    new = move_payment(
        receipt=payment.receipts.get(), to_account=right, reason="Otra referencia", at=at, by=supervisor, key="m"
    )
    assert (new.effective_on, new.document.series) == (AUGUST, "BA")
    assert (balance(right.pk), held(Book.BANK)) == (0, Decimal("80.00"))
    assert [check.name for check in verify() if check.broken] == []
