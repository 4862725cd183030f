"""What the desk stands on: what was seen, what the comprobante says, and how both statements explain a move."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from cauce.cashier.models import CashSession, Payment, Tender
from cauce.cashier.operations import (
    DebtChanged,
    PaymentShare,
    collect_payment,
    issue_payment_order,
    move_payment,
    record_receipt_print,
    reverse_payment,
    take_payment,
)
from cauce.cashier.queries.desk import accounts_due, accounts_of_person, last_moves, orders_due, who_pays
from cauce.cashier.queries.receipts import payment_of, prints_of, receipt_sheets, told_receipts
from cauce.cashier.queries.stories import stories_of
from cauce.cashier.rules import OrderLine, Tendered
from cauce.core.money import ZERO
from cauce.ledger.queries import CollectionLaw, balance, statement_movements
from cauce.registry.models import Account, AccountRole
from cauce.users.models import User
from tests.ledger.debts import a_debt, make_account, make_party, write_debts

AUGUST, SEPTEMBER = date(2026, 8, 9), date(2026, 9, 30)
TODAY = date(2026, 9, 20)
pytestmark = pytest.mark.django_db


@pytest.fixture
def pay(session: CashSession, law: CollectionLaw, cashier: User, at: datetime):
    def take(account: Account, amount: str, key: str = "k", *tenders: Tendered) -> Payment:
        return take_payment(
            shares=[PaymentShare(account=account, amount=Decimal(amount))],
            tenders=tenders or [Tendered(Tender.Method.CASH, Decimal(amount))],
            session=session,
            at=at,
            by=cashier,
            key=key,
        )

    return take


def test_the_exact_amount_leaves_out_what_a_former_holder_has_in_favour(account, pay, law, at, clerk):
    pay(account, "50.00", "former")
    account.holder = make_party()
    account.save(update_fields=["holder"])
    write_debts([a_debt(account, "AGUA", "116.00", SEPTEMBER)], at=at, by=clerk)
    due = accounts_due([account.pk], on=TODAY, law=law)[0]
    assert (due.exact, due.debt.advance) == (Decimal("116.00"), Decimal("50.00"))
    pay(account, str(due.exact), "new")
    after = accounts_due([account.pk], on=TODAY, law=law)[0]
    assert (after.exact, after.debt.total, after.debt.advance) == (ZERO, ZERO, Decimal("50.00"))


def test_what_moved_since_it_was_seen_is_not_collected(account, session, pay, law, cashier, at):
    seen = max(last_moves([account.pk], []).values(), default=0)
    pay(account, "10.00", "other")
    asked = {
        "shares": [PaymentShare(account=account, amount=Decimal("20.00"))],
        "tenders": [Tendered(Tender.Method.CASH, Decimal("20.00"))],
        "session": session,
        "at": at,
        "by": cashier,
        "key": "mine",
    }
    with pytest.raises(DebtChanged):
        collect_payment(**asked, seen=seen)
    now = max(last_moves([account.pk], []).values())
    payment = collect_payment(**asked, seen=now)
    assert collect_payment(**asked, seen=now) == payment
    assert balance(account.pk) == Decimal("-30.00")


def test_what_is_due_adds_the_surcharges_that_a_payment_posts(account, law, pay, at, clerk):
    write_debts(
        [a_debt(account, "AGUA", "100.00", AUGUST), a_debt(account, "AGUA", "50.00", SEPTEMBER)], at=at, by=clerk
    )
    (due,) = accounts_due([account.pk], on=TODAY, law=law)
    assert (due.exact, due.overdue) == (Decimal("156.00"), Decimal("106.00"))
    assert sum((charge.pending for charge in due.charges), ZERO) == due.exact
    pay(account, "156.00")
    (due,) = accounts_due([account.pk], on=TODAY, law=law)
    assert (due.exact, due.debt.periods) == (ZERO, ())
    assert balance(account.pk) == ZERO


def test_what_many_accounts_owe_takes_the_same_queries_as_one(law, at, clerk, django_assert_max_num_queries):
    accounts = [make_account() for _ in range(12)]
    write_debts([a_debt(account, "AGUA", "100.00", AUGUST) for account in accounts], at=at, by=clerk)
    with django_assert_max_num_queries(9):
        dues = accounts_due([account.pk for account in accounts], on=TODAY, law=law)
    assert [due.account for due in dues] == accounts


def test_the_comprobante_says_what_it_settled_by_period_and_what_is_left(account, pay, at, clerk):
    write_debts(
        [a_debt(account, "AGUA", "100.00", AUGUST), a_debt(account, "AGUA", "50.00", SEPTEMBER)], at=at, by=clerk
    )
    payment = payment_of(pay(account, "130.00").pk)
    pay(account, "5.00", "later")
    (told,) = told_receipts(payment)
    assert [(line.label, line.amount, line.note) for line in told.lines] == [
        ("Agosto de 2026", Decimal("106.00"), "incluye recargos $6.00"),
        ("Septiembre de 2026", Decimal("24.00"), ""),
    ]
    assert told.balance_after == Decimal("26.00")


def test_the_comprobante_says_how_it_was_paid_its_rounding_and_its_change(account, pay):
    cash = Tendered(Tender.Method.CASH, Decimal("45.30"), handed=Decimal("50.00"))
    card = Tendered(Tender.Method.CARD, Decimal("300.00"), "884412", "****1234")
    payment = payment_of(pay(account, "345.27", "mixed", cash, card).pk)
    (sheet,) = receipt_sheets(payment, {})
    assert {tender.method: tender.amount for tender in sheet.tenders} == {
        "Efectivo": Decimal("45.30"),
        "Tarjeta": Decimal("300.00"),
    }
    assert (sheet.rounding, sheet.tendered, sheet.change) == (Decimal("0.03"), Decimal("50.00"), Decimal("4.70"))
    assert (sheet.lines[0].label, sheet.balance_after) == ("Anticipo", Decimal("-345.27"))


def test_what_the_coins_take_off_does_not_count_as_money(account, pay):
    payment = payment_of(pay(account, "345.22", "down", Tendered(Tender.Method.CASH, Decimal("345.20"))).pk)
    (sheet,) = receipt_sheets(payment, {})
    assert (sheet.rounding, sheet.received) == (Decimal("-0.02"), Decimal("345.20"))


def test_a_print_is_an_original_once(account, pay, cashier, at):
    payment = payment_of(pay(account, "5.00").pk)
    receipts = list(payment.receipts.select_related("document"))
    marks = []
    for _ in range(3):
        record_receipt_print(receipts=receipts, at=at, by=cashier)
        (sheet,) = receipt_sheets(payment, prints_of([receipts[0].pk]))
        marks.append(sheet.reprint.number if sheet.reprint else None)
    assert marks == [None, 1, 2]


def test_an_order_without_account_has_its_comprobante(session, law, cashier, clerk, at):
    party = make_party("JUAN SIN CUENTA")
    line = OrderLine(
        concept="PIPA",
        description="Agua en pipa",
        quantity=Decimal(1),
        unit_price=Decimal("500.00"),
        vat_percent=Decimal(16),
    )
    order = issue_payment_order(
        party=party, account=None, lines=[line], expires_on=SEPTEMBER, at=at, by=clerk, key="order"
    )
    (due,) = orders_due([order.pk], on=TODAY)
    assert (due.amount, due.refusal) == (Decimal("580.00"), "")
    payment = take_payment(
        shares=[PaymentShare(party=party, amount=due.amount, directed_to=order.document)],
        tenders=[Tendered(Tender.Method.CASH, due.amount)],
        session=session,
        at=at,
        by=cashier,
        key="k",
    )
    (sheet,) = receipt_sheets(payment_of(payment.pk), {})
    assert (sheet.account, sheet.holder, sheet.balance_after) == (None, "JUAN SIN CUENTA", ZERO)
    assert [line.label for line in sheet.lines] == [f"Orden de pago {due.folio}"]
    (paid,) = orders_due([order.pk], on=TODAY)
    assert "ya se pagó" in paid.refusal


def test_both_statements_explain_a_moved_payment(account, pay, supervisor, at):
    right = make_account()
    wrong_receipt = pay(account, "50.00").receipts.select_related("document").get()
    moved = move_payment(
        receipt=wrong_receipt,
        to_account=right,
        reason="Se leyó otro recibo",
        at=at + timedelta(days=1),
        by=supervisor,
        key="move",
    )
    told = stories_of(statement_movements(account.pk))
    notes = " ".join(story.note for story in told.values())
    assert f"se trasladó a la cuenta {right.number} con el {moved.document.folio}" in notes
    told = stories_of(statement_movements(right.pk))
    assert [story.note for story in told.values()] == [
        f"trasladado de la cuenta {account.number}, comprobante {wrong_receipt.document.folio}"
    ]


def test_the_statement_says_why_a_payment_was_cancelled(account, pay, session, supervisor, at):
    payment = pay(account, "50.00")
    reverse_payment(payment=payment, session=session, reason="Se cobró dos veces", at=at, by=supervisor, key="undo")
    notes = [story.note for story in stories_of(statement_movements(account.pk)).values()]
    assert "del comprobante V1-000001: Se cobró dos veces" in notes


def test_whoever_holds_or_pays_accounts_may_pay_them_together(account):
    city = make_party("PRESIDENCIA MUNICIPAL")
    others = [make_account(), make_account()]
    for other in (account, *others):
        AccountRole.objects.create(
            account=other, customer=city, role=AccountRole.Role.PAYER, valid_from=date(2020, 1, 1)
        )
    assert [(payer.name, payer.accounts) for payer in who_pays(account.pk)] == [("PRESIDENCIA MUNICIPAL", 3)]
    assert accounts_of_person(city.pk, most=10) == [account.pk, *(other.pk for other in others)]
    assert accounts_of_person(city.pk, most=2) == [account.pk, others[0].pk]
