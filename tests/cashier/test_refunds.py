"""Money in favour given back: asked for, authorised by another, looked at again, and paid once."""

from datetime import timedelta
from decimal import Decimal

import pytest

from cauce.cashier.models import CashMovement, Refund
from cauce.cashier.operations import (
    DrawerMissing,
    FavourGone,
    NothingToRefund,
    NotInFavour,
    OverLimit,
    ReasonMissing,
    RefundDecided,
    RefundMethod,
    RefundNotAuthorised,
    SamePerson,
    apply_favour,
    authorise_refund,
    pay_refund,
    refuse_refund,
    request_refund,
)
from cauce.cashier.queries.corrections import favour_of
from cauce.events.models import Event
from cauce.ledger.models import Book
from cauce.ledger.operations import KeyReused
from cauce.ledger.queries import balance, statement_movements
from cauce.registry.models import StaffLink
from cauce.registry.operations import OwnAccount, declare_link
from cauce.reports.queries import verify
from tests.cashier.correcting import Method, collect, held, moves, someone
from tests.ledger.debts import a_debt, write_debts

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(db):
    return someone("coord", "coordinador")


@pytest.fixture
def head(db):
    return someone("jefa", "jefe")


@pytest.fixture
def ask(account, law, session, coordinator, at):
    collect(session, [(account, "300.00")], [(Method.CASH, "300.00")], key="p", at=at)

    def ask(amount="300.00", **given):
        facts = {"account": account, "party": account.holder, "reason": "Pagó dos veces", "at": at, "key": "r"}
        return request_refund(amount=Decimal(amount), **{"by": coordinator, **facts, **given})

    return ask


def test_a_refund_in_cash_leaves_the_drawer_of_who_pays_it(ask, account, session, head, at):
    refund = ask()
    assert ask() == refund
    authorise_refund(refund=refund, at=at, by=head)
    asked = {"refund": refund, "method": Method.CASH, "session": session, "at": at, "by": session.cashier, "key": "pay"}
    paid = pay_refund(**asked)
    assert pay_refund(**asked) == paid
    assert (paid.state, paid.document.folio) == (Refund.State.PAID, "DEV-000001")
    assert moves(CashMovement.Kind.REFUNDED) == [("CASH", Decimal("-300.00"), session.pk)]
    assert (held(Book.CASH), favour_of(account_id=account.pk, party_id=account.holder_id)) == (0, 0)
    last = statement_movements(account.pk)[-1]
    assert (last.kind, last.folio, last.amount) == ("REFUND", "DEV-000001", Decimal("300.00"))
    kinds = ["REFUND_REQUESTED", "REFUND_AUTHORISED", "REFUND_PAID"]
    assert list(Event.objects.filter(kind__startswith="REFUND").order_by("pk").values_list("kind", flat=True)) == kinds
    assert [check.name for check in verify() if check.broken] == []


def test_a_refund_by_transfer_leaves_the_bank(ask, head, at):
    refund = ask()
    authorise_refund(refund=refund, at=at, by=head)
    accountant = someone("eva", "contabilidad")
    with pytest.raises(RefundMethod):
        pay_refund(refund=refund, method=Method.TRANSFER, at=at, by=accountant, key="pay")
    pay_refund(refund=refund, method=Method.TRANSFER, reference="SPEI 9", at=at, by=accountant, key="pay")
    assert moves(CashMovement.Kind.REFUNDED) == [("BANK_FILE", Decimal("-300.00"), None)]
    assert held(Book.BANK) == Decimal("-300.00")
    assert [check.name for check in verify() if check.broken] == []


def test_two_people_decide_within_their_limits(ask, account, coordinator, head, session, law, at):
    refund = ask()
    with pytest.raises(SamePerson):
        authorise_refund(refund=refund, at=at, by=coordinator)
    with pytest.raises(OverLimit):
        authorise_refund(refund=refund, at=at, by=someone("sup", "supervisor-cajas"))
    with pytest.raises(ReasonMissing):
        refuse_refund(refund=refund, note=" ", at=at, by=head)
    authorise_refund(refund=refund, at=at, by=head)
    assert authorise_refund(refund=refund, at=at, by=head).decided_at == at
    assert refuse_refund(refund=refund, note="Ya no hay dinero", at=at, by=head).state == "REFUSED"
    with pytest.raises(RefundDecided, match="rechazada"):
        authorise_refund(refund=refund, at=at, by=head)
    collect(session, [(account, "6000.00")], [(Method.CASH, "6000.00")], key="q", at=at)
    large = ask("5000.10", key="large")
    with pytest.raises(OverLimit, match="Director General"):
        authorise_refund(refund=large, at=at, by=head)
    refused = refuse_refund(refund=large, note="Se aplica a lo que debe", at=at, by=head)
    with pytest.raises(RefundNotAuthorised, match="rechazada"):
        pay_refund(refund=refused, method=Method.CASH, session=session, at=at, by=session.cashier, key="pay")


def test_asking_does_not_hold_the_money_but_paying_looks_again(ask, account, session, head, at, clerk):
    refund = ask()
    authorise_refund(refund=refund, at=at, by=head)
    write_debts([a_debt(account, "AGUA", "120.00", (at + timedelta(days=9)).date())], at=at, by=clerk)
    assert apply_favour(account=account, at=at, by=session.cashier, key="a") == Decimal("120.00")
    assert apply_favour(account=account, at=at, by=session.cashier, key="a") == 0
    with pytest.raises(FavourGone, match=r"\$180.00"):
        pay_refund(refund=refund, method=Method.CASH, session=session, at=at, by=session.cashier, key="pay")
    assert balance(account.pk) == Decimal("-180.00")


def test_money_in_favour_pays_the_surcharges_first(ask, account, session, at, clerk):
    write_debts([a_debt(account, "AGUA", "100.00", (at - timedelta(days=40)).date())], at=at, by=clerk)
    assert apply_favour(account=account, at=at, by=session.cashier, key="a") == Decimal("106.00")


def test_it_is_refused_with_its_reason(ask, account, coordinator, session, head, at):
    with pytest.raises(NotInFavour, match=r"\$300.00"):
        ask("300.01")
    with pytest.raises(NothingToRefund):
        ask("0.00")
    with pytest.raises(ReasonMissing):
        ask(reason="")
    refund = ask()
    with pytest.raises(KeyReused):
        ask("20.00")
    authorise_refund(refund=refund, at=at, by=head)
    asked = {"refund": refund, "method": Method.CASH, "at": at, "by": session.cashier, "key": "pay"}
    with pytest.raises(DrawerMissing):
        pay_refund(**asked)
    with pytest.raises(DrawerMissing):
        pay_refund(**{**asked, "session": session, "by": someone("otra", "cajero")})
    declare_link(user=session.cashier, customer=account.holder, kind=StaffLink.Kind.SELF, at=at, by=head)
    with pytest.raises(OwnAccount):
        pay_refund(**asked, session=session)
    assert refund.document.folio == "DEV-000001"
