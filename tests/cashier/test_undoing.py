"""Cancelling a payment: by whom, up to how much, out of which drawer and on which day."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from cauce.cashier.models import CashMovement, ReceiptCancellation
from cauce.cashier.operations import (
    DrawerMissing,
    OverLimit,
    ReceiptAlreadyCancelled,
    SamePerson,
    correct_method,
    open_desk,
    open_session,
    reverse_payment,
)
from cauce.ledger.models import Book
from cauce.ledger.operations import KeyReused
from cauce.ledger.queries import balance
from cauce.registry.models import StaffLink
from cauce.registry.operations import OwnAccount, declare_link
from cauce.reports.queries import verify
from cauce.users.models import User
from tests.cashier.correcting import Method, collect, held, moves, someone
from tests.ledger.debts import make_account

pytestmark = pytest.mark.django_db
CANCELLED = CashMovement.Kind.CANCELLED


def next_day_session(at):
    desk = open_desk(code="V2", name="Ventanilla 2", series="V2")
    other = User.objects.create(username="otro-cajero")
    return open_session(desk=desk, cashier=other, at=at + timedelta(days=1))


def closed(session):
    session.closed_at = session.opened_at + timedelta(hours=8)
    session.save(update_fields=["closed_at"])
    return session


def test_who_collected_does_not_cancel(account, law, session, cashier, at):
    payment = collect(session, [(account, "10.00")], [(Method.CASH, "10.00")], key="p", at=at)
    with pytest.raises(SamePerson, match="supervisor"):
        reverse_payment(payment=payment, session=session, reason="Error", at=at, by=cashier, key="c")


def test_an_amount_over_the_persons_limit_says_who_can(account, law, session, supervisor, at):
    payment = collect(session, [(account, "10000.10")], [(Method.CASH, "10000.10")], key="p", at=at)
    with pytest.raises(OverLimit, match="Jefe de Comercialización"):
        reverse_payment(payment=payment, session=session, reason="Error", at=at, by=supervisor, key="c")
    head = someone("jefa", "jefe")
    reverse_payment(payment=payment, session=session, reason="Error", at=at, by=head, key="c")
    assert balance(account.pk) == 0


def test_nobody_cancels_a_payment_of_a_relative(account, law, session, supervisor, at):
    declare_link(user=supervisor, customer=account.holder, kind=StaffLink.Kind.RELATIVE, at=at, by=supervisor)
    payment = collect(session, [(account, "10.00")], [(Method.CASH, "10.00")], key="p", at=at)
    with pytest.raises(OwnAccount):
        reverse_payment(payment=payment, session=session, reason="Error", at=at, by=supervisor, key="c")


def test_before_the_close_the_same_drawer_gives_the_cash_back_and_its_session_the_rest(
    account, law, session, supervisor, at
):
    payment = collect(session, [(account, "30.00")], [(Method.CASH, "10.00"), (Method.CARD, "20.00")], key="p", at=at)
    reverse_payment(payment=payment, session=session, reason="Error", at=at, by=supervisor, key="c")
    assert moves(CANCELLED) == [
        ("CASH", Decimal("-10.00"), session.pk),
        ("CARD", Decimal("-20.00"), session.pk),
    ]
    assert sum(move.amount for move in session.movements.all()) == 0


def test_a_card_cancelled_before_the_close_leaves_its_session_even_without_a_drawer(
    account, law, session, supervisor, at
):
    payment = collect(session, [(account, "20.00")], [(Method.CARD, "20.00")], key="p", at=at)
    reverse_payment(payment=payment, session=None, reason="Error", at=at, by=supervisor, key="c")
    assert moves(CANCELLED) == [("CARD", Decimal("-20.00"), session.pk)]


def test_after_the_close_the_cash_leaves_another_drawer_of_today_and_the_closed_session_stays(
    account, law, session, supervisor, at
):
    payment = collect(session, [(account, "30.00")], [(Method.CASH, "10.00"), (Method.CARD, "20.00")], key="p", at=at)
    before = list(session.movements.order_by("pk").values())
    other, tomorrow = next_day_session(at), at + timedelta(days=1)
    closed(session)
    with pytest.raises(DrawerMissing), transaction.atomic():
        reverse_payment(payment=payment, session=None, reason="Error", at=tomorrow, by=supervisor, key="c")
    reverse_payment(payment=payment, session=other, reason="Error", at=tomorrow, by=supervisor, key="c")
    assert moves(CANCELLED) == [("CASH", Decimal("-10.00"), other.pk), ("CARD", Decimal("-20.00"), None)]
    assert list(session.movements.order_by("pk").values()) == before
    assert {move.booked_on for move in CashMovement.objects.filter(kind=CANCELLED)} == {tomorrow.date()}


def test_a_drawer_left_open_from_another_day_does_not_give_money_back(account, law, session, supervisor, at):
    payment = collect(session, [(account, "10.00")], [(Method.CASH, "10.00")], key="p", at=at)
    closed(session)
    stale = next_day_session(at)
    with pytest.raises(DrawerMissing):
        reverse_payment(
            payment=payment, session=stale, reason="Error", at=at + timedelta(days=2), by=supervisor, key="c"
        )


def test_a_payment_corrected_to_cash_gives_cash_back(account, law, session, supervisor, at):
    payment = collect(session, [(account, "20.00")], [(Method.CARD, "20.00")], key="p", at=at)
    correct_method(
        tender=payment.tenders.get(), method=Method.CASH, reason="Pagó en efectivo", at=at, by=supervisor, key="m"
    )
    with pytest.raises(DrawerMissing), transaction.atomic():
        reverse_payment(payment=payment, session=None, reason="Error", at=at, by=supervisor, key="c")
    reverse_payment(payment=payment, session=session, reason="Error", at=at, by=supervisor, key="c")
    assert (held(Book.CASH), held(Book.CLEARING_CARDS)) == (0, 0)
    assert sum(move.amount for move in session.movements.filter(method="CASH")) == 0


def test_the_same_key_cancels_once_and_another_act_may_not_use_it(account, law, session, supervisor, at):
    first = collect(session, [(account, "10.00")], [(Method.CASH, "10.00")], key="p", at=at)
    second = collect(session, [(make_account(), "10.00")], [(Method.CASH, "10.00")], key="q", at=at)
    asked = {"session": session, "reason": "Error", "at": at, "by": supervisor}
    done = reverse_payment(payment=first, key="c", **asked)
    assert reverse_payment(payment=first, key="c", **asked) == done
    with pytest.raises(ReceiptAlreadyCancelled):
        reverse_payment(payment=first, key="d", **asked)
    with pytest.raises(KeyReused):
        reverse_payment(payment=second, key="c", **asked)
    assert ReceiptCancellation.objects.count() == 1
    assert [check.name for check in verify() if check.broken] == []
