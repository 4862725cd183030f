from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from cauce.cashier.models import CashSession, Payment, PaymentOrderLine, Receipt, ReceiptCancellation, Tender
from cauce.cashier.operations import (
    AmountsDoNotAddUp,
    DocumentSettled,
    EmptyOrder,
    OrderNotExact,
    PaymentShare,
    ReasonMissing,
    ReceiptAlreadyCancelled,
    SessionClosed,
    SessionLeftOpen,
    end_channel_session,
    issue_payment_order,
    open_desk,
    reverse_payment,
    take_payment,
)
from cauce.cashier.queries.corrections import payments_of_amount
from cauce.cashier.queries.desk import accounts_due
from cauce.cashier.queries.receipts import told_receipts
from cauce.cashier.rules import OrderLine, Tendered
from cauce.documents.models import Document
from cauce.events.models import Event
from cauce.ledger.models import Allocation, Book, ClosedDay, Posting, Transfer
from cauce.ledger.operations import KeyReused, apply_advances
from cauce.ledger.queries import (
    advance_balances,
    balance,
    debt_summary,
    open_charges,
    party_balance,
    statement_movements,
)
from cauce.registry.models import Account
from tests.cashier.bank_files import assert_whole
from tests.ledger.debts import a_debt, make_account, make_party, transfers_of, write_debts

AUGUST, SEPTEMBER = date(2026, 8, 9), date(2026, 9, 30)
TODAY = date(2026, 9, 20)
pytestmark = pytest.mark.django_db


@pytest.fixture
def pay(session: CashSession, law, cashier, at):
    def take(account: Account, amount: str, key: str = "k", **given) -> Payment:
        facts = {"session": session, "at": at, "by": cashier, "key": key, **given}
        return take_payment(
            shares=[PaymentShare(account=account, amount=Decimal(amount))],
            tenders=[Tendered(Tender.Method.CASH, Decimal(amount))],
            **facts,
        )

    return take


def pending(account: Account) -> dict[str, Decimal]:
    return {charge.concept: charge.pending for charge in open_charges([account.pk]).get(account.pk, [])}


def test_a_payment_settles_the_oldest_period_first_after_its_surcharges(account, pay, at, clerk):
    write_debts(
        [a_debt(account, "AGUA", "100.00", AUGUST), a_debt(account, "AGUA", "50.00", SEPTEMBER)], at=at, by=clerk
    )
    receipt = pay(account, "110.00").receipts.get()
    assert (receipt.applied, receipt.advance) == (Decimal("110.00"), Decimal("0.00"))
    assert [(c.concept, c.due_on, c.pending) for c in open_charges([account.pk])[account.pk]] == [
        ("AGUA", SEPTEMBER, Decimal("46.00"))  # 6.00 of surcharges first: two started months on 100.00
    ]
    assert [movement.kind for movement in statement_movements(account.pk)] == ["BILL", "SURCHARGE", "PAYMENT"]


def test_what_is_left_stays_in_favour_and_the_receipt_says_so(account, pay):
    receipt = pay(account, "80.00").receipts.get()
    assert (receipt.applied, receipt.advance) == (Decimal("0.00"), Decimal("80.00"))
    assert advance_balances([account.pk]) == {account.pk: {account.holder_id: Decimal("80.00")}}
    assert balance(account.pk) == Decimal("-80.00")


def test_receipts_take_the_desks_folios_without_gaps_even_after_a_refusal(account, pay):
    first = pay(account, "1.00", "a").receipts.get().document
    with pytest.raises(AmountsDoNotAddUp), transaction.atomic():
        pay(account, "0.00", "b")
    with pytest.raises(KeyReused), transaction.atomic():
        pay(account, "2.00", "a")
    second = pay(account, "1.00", "c").receipts.get().document
    assert [first.folio, second.folio] == ["V1-000001", "V1-000002"]


def test_the_same_key_pays_once_and_another_body_is_refused(account, pay):
    first = pay(account, "10.00")
    assert pay(account, "10.00") == first
    with pytest.raises(KeyReused), transaction.atomic():
        pay(account, "11.00")
    with pytest.raises(KeyReused), transaction.atomic():
        pay(make_account(), "10.00")
    assert balance(account.pk) == Decimal("-10.00")


def test_a_retry_after_the_session_was_closed_still_gives_the_first_payment(account, pay, session, cashier, at):
    first = pay(account, "10.00")
    end_channel_session(session=session, at=at, by=cashier)
    assert pay(account, "10.00") == first
    with pytest.raises(SessionClosed):
        pay(account, "10.00", "other")


def test_money_paid_in_time_but_loaded_later_earns_no_surcharge(account, pay, at, clerk):
    write_debts([a_debt(account, "AGUA", "100.00", AUGUST)], at=at, by=clerk)
    pay(account, "100.00", effective_on=AUGUST)
    assert balance(account.pk) == Decimal("0.00")
    assert not Transfer.objects.filter(concept="RECARGO").exists()


def test_one_sum_by_several_methods_pays_several_accounts_each_with_its_receipt(session, law, cashier, at, clerk):
    first, second = make_account(), make_account()
    write_debts([a_debt(one, "AGUA", "100.00", SEPTEMBER) for one in (first, second)], at=at, by=clerk)
    asked = {
        "shares": [
            PaymentShare(account=first, amount=Decimal("100.00")),
            PaymentShare(account=second, amount=Decimal("60.00")),
        ],
        "tenders": [
            Tendered(Tender.Method.CASH, Decimal("120.00")),
            Tendered(Tender.Method.TRANSFER, Decimal("40.00"), "SPEI 7"),
        ],
        "session": session,
        "at": at,
        "by": cashier,
        "key": "landlord",
    }
    payment = take_payment(**asked)
    assert take_payment(**asked) == payment
    receipts = list(payment.receipts.order_by("document_id"))
    assert [receipt.account for receipt in receipts] == [first, second]
    assert [(row.debit_book, row.amount) for row in transfers_of(receipts[1].posting)] == [
        (Book.CASH, Decimal("20.00")),
        (Book.CLEARING_TRANSFERS, Decimal("40.00")),
    ]
    assert (balance(first.pk), balance(second.pk)) == (Decimal("0.00"), Decimal("40.00"))
    assert Event.objects.filter(kind="PAYMENT_TAKEN", account_id=second.pk).count() == 1


def an_order(party, account, at, by, key="order"):
    line = OrderLine(
        concept="PIPA",
        description="Agua en pipa de 10 m³",
        quantity=Decimal(1),
        unit_price=Decimal("500.00"),
        vat_percent=Decimal(16),
    )
    return issue_payment_order(party=party, account=account, lines=[line], expires_on=SEPTEMBER, at=at, by=by, key=key)


def test_money_directed_to_a_payment_order_settles_that_one_only(account, session, law, cashier, at, clerk):
    write_debts([a_debt(account, "AGUA", "100.00", AUGUST)], at=at, by=clerk)
    order = an_order(account.holder, account, at, clerk)
    share = PaymentShare(account=account, amount=Decimal("580.00"), directed_to=order.document)
    asked = {
        "shares": [share],
        "tenders": [Tendered(Tender.Method.CASH, Decimal("580.00"))],
        "session": session,
        "at": at,
        "by": cashier,
    }
    receipt = take_payment(**asked, key="k").receipts.get()
    assert (receipt.applied, receipt.directed_to) == (Decimal("580.00"), order.document)
    assert pending(account) == {"AGUA": Decimal("100.00"), "RECARGO": Decimal("6.00")}
    with pytest.raises(DocumentSettled, match="OP-000001"):
        take_payment(**asked, key="again")


def test_a_person_without_account_owes_and_pays_an_order(session, law, cashier, at, clerk):
    party = make_party("JUAN SIN CUENTA")
    order = an_order(party, None, at, clerk)
    assert an_order(party, None, at, clerk) == order
    assert party_balance(party.pk) == Decimal("580.00")
    asked = {"session": session, "at": at, "by": cashier}
    with pytest.raises(OrderNotExact, match=r"OP-000001 pide \$580.00"), transaction.atomic():
        take_payment(
            shares=[PaymentShare(party=party, amount=Decimal("600.00"), directed_to=order.document)],
            tenders=[Tendered(Tender.Method.CASH, Decimal("600.00"))],
            **asked,
            key="k",
        )
    payment = take_payment(
        shares=[
            PaymentShare(party=party, amount=Decimal("580.00"), directed_to=order.document),
            PaymentShare(party=party, amount=Decimal("20.00")),
        ],
        tenders=[Tendered(Tender.Method.CASH, Decimal("600.00"))],
        **asked,
        key="k",
    )
    paid, kept = payment.receipts.order_by("document_id")
    assert (paid.account, paid.party, paid.advance) == (None, party, Decimal("0.00"))
    assert (kept.applied, kept.advance) == (Decimal("0.00"), Decimal("20.00"))
    assert party_balance(party.pk) == Decimal("-20.00")
    collected = Transfer.objects.get(credit_book=Book.VAT_COLLECTED)
    assert collected.amount == Decimal("80.00")


def test_an_order_that_charges_nothing_is_refused(account, at, clerk):
    with pytest.raises(EmptyOrder):
        issue_payment_order(
            party=account.holder, account=account, lines=[], expires_on=SEPTEMBER, at=at, by=clerk, key="k"
        )


def test_a_partly_allocated_payment_is_undone_whole_with_its_true_dates(account, pay, session, supervisor, at, clerk):
    write_debts(
        [a_debt(account, "AGUA", "100.00", SEPTEMBER), a_debt(account, "IVA", "16.00", SEPTEMBER)], at=at, by=clerk
    )
    payment = pay(account, "58.00")
    tomorrow = at + timedelta(days=1)
    asked = {"payment": payment, "session": session, "reason": "Cuenta equivocada", "by": supervisor, "key": "undo"}
    (cancellation,) = reverse_payment(at=tomorrow, **asked)
    assert pending(account) == {"AGUA": Decimal("100.00"), "IVA": Decimal("16.00")}
    assert balance(account.pk) == Decimal("116.00")
    undone = transfers_of(cancellation.posting)
    assert {(row.effective_on, row.booked_on) for row in undone} == {(TODAY, TODAY + timedelta(days=1))}
    assert {row.document.kind for row in undone} == {Document.Kind.REVERSAL}
    assert [(m.kind, m.on, m.amount) for m in statement_movements(account.pk)][1:] == [
        ("PAYMENT", TODAY, Decimal("-58.00")),
        ("REVERSAL", TODAY + timedelta(days=1), Decimal("58.00")),
    ]
    assert balance(account.pk, as_of=TODAY) == Decimal("58.00")
    assert reverse_payment(at=tomorrow, **asked) == [cancellation]
    with pytest.raises(ReceiptAlreadyCancelled, match="V1-000001"):
        reverse_payment(at=tomorrow, **{**asked, "key": "twice"})
    assert Allocation.objects.live().count() == 0


def test_undoing_a_payment_first_undoes_what_its_money_in_favour_paid_and_applies_the_rest_again(
    account, pay, session, law, supervisor, at, clerk
):
    kept, wrong = pay(account, "30.00", "kept"), pay(account, "50.00", "wrong")
    write_debts([a_debt(account, "AGUA", "70.00", AUGUST)], at=at, by=clerk)
    apply_advances(account_ids=[account.pk], effective_on=AUGUST, order=law.order, key="bill", at=at, by=clerk)
    assert pending(account) == {}
    reverse_payment(payment=wrong, session=session, reason="Cheque devuelto", at=at, by=supervisor, key="undo")
    assert pending(account) == {"AGUA": Decimal("40.00")}
    assert advance_balances([account.pk]) == {}
    assert balance(account.pk) == Decimal("40.00")
    again = Allocation.objects.live().get()
    assert (again.amount, again.effective_on) == (Decimal("30.00"), AUGUST)
    assert not ReceiptCancellation.objects.filter(receipt__payment=kept).exists()


def test_money_in_favour_not_used_yet_is_simply_taken_back(account, pay, session, supervisor, at):
    payment = pay(account, "50.00")
    reverse_payment(payment=payment, session=session, reason="Error", at=at, by=supervisor, key="undo")
    assert balance(account.pk) == Decimal("0.00")
    assert advance_balances([account.pk]) == {}


def test_money_is_not_given_back_without_a_reason(account, pay, session, supervisor, at):
    with pytest.raises(ReasonMissing):
        reverse_payment(payment=pay(account, "5.00"), session=session, reason=" ", at=at, by=supervisor, key="undo")


def test_a_payment_on_a_closed_day_enters_the_next_ones_books_with_its_own_value_date(account, pay, cashier, at):
    ClosedDay.objects.create(day=TODAY, closed_at=at, closed_by=cashier)
    receipt = pay(account, "5.00").receipts.select_related("document").get()
    (row,) = transfers_of(receipt.posting)
    assert (row.effective_on, row.booked_on) == (TODAY, TODAY + timedelta(days=1))
    assert receipt.document.issued_on == TODAY + timedelta(days=1)


def test_a_payment_takes_the_same_queries_whatever_the_debts(account, pay, at, clerk, django_assert_max_num_queries):
    write_debts(
        [a_debt(account, "AGUA", "10.00", AUGUST - timedelta(days=30 * month)) for month in range(24)], at=at, by=clerk
    )
    with django_assert_max_num_queries(26):
        pay(account, "200.00")


def test_money_in_favour_is_applied_first_so_that_paying_exactly_leaves_nothing(
    account, pay, session, law, at, clerk, supervisor
):
    pay(account, "30.00", "before")
    write_debts([a_debt(account, "AGUA", "100.00", SEPTEMBER)], at=at, by=clerk)
    (due,) = accounts_due([account.pk], on=TODAY, law=law)
    assert due.exact == Decimal("70.00")
    payment = pay(account, "70.00", "exact")
    assert not debt_summary(account.pk, on=TODAY, law=law).charges
    assert advance_balances([account.pk]) == {}
    receipt = payment.receipts.get()
    assert (receipt.applied, receipt.advance) == (Decimal("70.00"), Decimal("0.00"))
    (told,) = told_receipts(payment)
    assert (told.favour_used, told.balance_after) == (Decimal("30.00"), Decimal("0.00"))
    applied = Posting.objects.get(operation="apply_advances")
    assert applied.key == f"exact/a-favor/{account.pk}"
    assert Event.objects.get(kind="ADVANCES_APPLIED").account_id == account.pk
    assert pay(account, "70.00", "exact") == payment
    assert_whole()
    reverse_payment(payment=payment, session=session, reason="Error", at=at, by=supervisor, key="undo")
    assert balance(account.pk) == Decimal("70.00")
    assert sum(move.amount for move in statement_movements(account.pk)) == Decimal("70.00")
    assert sum(charge.pending for charge in debt_summary(account.pk, on=TODAY, law=law).charges) == Decimal("70.00")
    assert_whole()


def test_money_in_favour_waits_when_what_is_paid_has_a_direction_or_an_earlier_date(account, pay, session, at, clerk):
    pay(account, "30.00", "before")
    write_debts([a_debt(account, "AGUA", "100.00", SEPTEMBER)], at=at, by=clerk)
    pay(account, "10.00", "late", effective_on=AUGUST)
    assert not Posting.objects.filter(operation="apply_advances").exists()
    assert advance_balances([account.pk])[account.pk][account.holder_id] == Decimal("30.00")


def test_where_nothing_is_in_favour_a_payment_asks_one_query_more_and_where_all_is_settled_none(
    account, pay, at, clerk
):
    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as queries:
            pay(account, "5.00", f"k{at}{Payment.objects.count()}")
        return [query["sql"] for query in queries if "AS in_favour" in query["sql"]]

    write_debts([a_debt(account, "AGUA", "5.00", SEPTEMBER)], at=at, by=clerk)
    assert len(asked()) == 1
    assert len(asked()) == 0


def test_nothing_is_received_in_the_session_of_an_earlier_day(account, session, law, cashier, at):
    tomorrow = at + timedelta(days=1)
    with pytest.raises(SessionLeftOpen, match="haga su corte de caja"), transaction.atomic():
        take_payment(
            shares=[PaymentShare(account=account, amount=Decimal(10))],
            tenders=[Tendered(Tender.Method.CARD, Decimal(10))],
            session=session,
            at=tomorrow,
            by=cashier,
            key="tomorrow",
        )
    assert not Payment.objects.exists()


@pytest.mark.parametrize(
    "table",
    [
        "cashier_payment",
        "cashier_tender",
        "cashier_receipt",
        "cashier_receiptcancellation",
        "cashier_paymentorder",
        "cashier_paymentorderline",
    ],
)
@pytest.mark.parametrize("verb", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}", "TRUNCATE {0} CASCADE"])
def test_what_the_desk_wrote_is_neither_changed_nor_erased(table, verb, account, pay, session, supervisor, at):
    an_order(account.holder, account, at, supervisor)
    reverse_payment(payment=pay(account, "5.00"), session=session, reason="Error", at=at, by=supervisor, key="undo")
    assert PaymentOrderLine.objects.exists()
    column = {"cashier_payment": "key", "cashier_tender": "method"}.get(
        table, {"cashier_receiptcancellation": "reason", "cashier_paymentorder": "total"}.get(table, "amount")
    )
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(verb.format(table, column))


def test_the_database_refuses_a_receipt_that_does_not_add_up_or_pays_nothing(account, pay, session, cashier, at):
    receipt = pay(account, "5.00").receipts.get()
    with pytest.raises(IntegrityError, match="payment_amount_positive"), transaction.atomic():
        Payment.objects.create(
            key="x", desk=session.desk, session=session, amount=0, booked_on=TODAY, received_at=at, by=cashier
        )
    with pytest.raises(IntegrityError, match="tender_amount_positive"), transaction.atomic():
        Tender.objects.create(payment=receipt.payment, method="CASH", amount=0)
    receipt.applied = Decimal("1.00")
    receipt.document = Document.objects.create(
        kind="PAYMENT", series="X", number=1, issued_on=TODAY, created_at=at, by=cashier
    )
    with pytest.raises(IntegrityError, match="receipt_adds_up"), transaction.atomic():
        Receipt.objects.bulk_create([receipt])


def test_money_of_a_channel_without_cashier_has_its_own_series_and_goes_to_the_bank(account, law, cashier, at):
    payment = take_payment(
        shares=[PaymentShare(account=account, amount=Decimal("10.00"))],
        tenders=[Tendered(Tender.Method.BANK_FILE, Decimal("10.00"), "AUT 55")],
        session=None,
        desk=open_desk(code="BANCO", name="Banco", series="BANCO", is_attended=False),
        effective_on=AUGUST,
        at=at,
        by=cashier,
        key="bank/55",
    )
    receipt = payment.receipts.select_related("document").get()
    assert (receipt.document.folio, receipt.effective_on) == ("BANCO-000001", AUGUST)
    (row,) = transfers_of(receipt.posting)
    assert (row.debit_book, row.effective_on, row.booked_on) == (Book.BANK, AUGUST, TODAY)


def test_a_payment_is_found_by_any_of_its_amounts_without_reading_them_all(session, law, cashier, at):
    shares = [PaymentShare(account=make_account(), amount=Decimal(amount)) for amount in ("30.00", "12.00")]
    tenders = [Tendered(Tender.Method.CARD, Decimal("35.00")), Tendered(Tender.Method.TRANSFER, Decimal("7.00"))]
    payment = take_payment(shares=shares, tenders=tenders, session=session, at=at, by=cashier, key="k")
    for amount in ("42.00", "30.00", "12.00", "35.00", "7.00"):
        assert list(Payment.objects.filter(pk__in=payments_of_amount(Decimal(amount)))) == [payment]
    assert not payments_of_amount(Decimal("42.01"))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = Payment.objects.filter(pk__in=payments_of_amount(Decimal("30.00"))).order_by("-pk").explain()
    assert all(index in plan for index in ("payment_by_amount", "receipt_by_amount", "tender_by_amount"))
