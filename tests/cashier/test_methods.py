"""Correcting the method of a payment: one book to another, in the session while it is open and in none afterwards."""

from datetime import timedelta
from decimal import Decimal

import pytest

from cauce.cashier.models import CashMovement, ClearingMatch, TenderCorrection
from cauce.cashier.operations import (
    MethodNotOfTheDesk,
    MethodUnchanged,
    OverLimit,
    ReasonMissing,
    ReceiptAlreadyCancelled,
    ReferenceMissing,
    TenderInTheBank,
    close_session,
    correct_method,
    match_clearing,
    reverse_payment,
)
from cauce.cashier.queries.corrections import tender_facts
from cauce.events.models import Event
from cauce.ledger.models import Book, Reason, Transfer
from cauce.ledger.queries import balance, party_balance
from cauce.registry.models import StaffLink
from cauce.registry.operations import OwnAccount, declare_link
from cauce.reports.queries import verify
from tests.cashier.correcting import Method, collect, held, moves, someone

METHOD = CashMovement.Kind.METHOD
pytestmark = pytest.mark.django_db


@pytest.fixture
def tender(account, law, session, at):
    return collect(session, [(account, "20.00")], [(Method.CASH, "20.00")], key="p", at=at).tenders.get()


def test_the_money_passes_to_the_right_book_in_the_open_session(tender, account, session, supervisor, at):
    asked = {
        "tender": tender,
        "method": Method.CARD,
        "reference": "AUT 77",
        "institution": "Banco Demo",
        "reason": "Pasó la tarjeta",
        "at": at,
        "by": supervisor,
        "key": "m",
    }
    correction = correct_method(**asked)
    assert correct_method(**asked) == correction
    assert moves(METHOD) == [("CASH", Decimal("-20.00"), session.pk), ("CARD", Decimal("20.00"), session.pk)]
    assert (held(Book.CASH), held(Book.CLEARING_CARDS)) == (0, Decimal("20.00"))
    assert Transfer.objects.get(reason=Reason.METHOD_CORRECTED).account is None
    assert balance(account.pk) == Decimal("-20.00")
    assert tender_facts(tender).method_name == "Tarjeta"
    said = Event.objects.get(kind="METHOD_CORRECTED")
    assert (said.account_id, "era efectivo y es tarjeta AUT 77" in said.sentence) == (account.pk, True)
    assert [check.name for check in verify() if check.broken] == []


def test_after_the_close_no_session_moves(tender, session, supervisor, at):
    session.closed_at = at
    session.save(update_fields=["closed_at"])
    tomorrow = at + timedelta(days=1)
    correct_method(
        tender=tender, method=Method.TRANSFER, reference="SPEI", reason="x", at=tomorrow, by=supervisor, key="m"
    )
    assert [session_id for _, _, session_id in moves(METHOD)] == [None, None]
    assert {move.booked_on for move in CashMovement.objects.filter(kind=METHOD)} == {tomorrow.date()}


def test_the_latest_correction_stands_and_a_wrong_reference_moves_no_money(tender, supervisor, at):
    first = {"method": Method.CARD, "reference": "AUT 1", "reason": "x", "at": at, "by": supervisor}
    correct_method(tender=tender, key="a", **first)
    correct_method(tender=tender, key="b", **{**first, "reference": "AUT 2"})
    assert tender_facts(tender).reference == "AUT 2"
    assert len(moves(METHOD)) == 2
    with pytest.raises(MethodUnchanged):
        correct_method(tender=tender, key="c", **{**first, "reference": "AUT 2"})
    correct_method(tender=tender, method=Method.CASH, reason="x", at=at, by=supervisor, key="d")
    assert (held(Book.CASH), held(Book.CLEARING_CARDS)) == (Decimal("20.00"), 0)
    assert [check.name for check in verify() if check.broken] == []


def test_a_correction_is_refused_with_its_reason(tender, account, session, supervisor, at):
    asked = {"tender": tender, "method": Method.CARD, "reference": "A", "reason": "x", "at": at, "by": supervisor}
    with pytest.raises(ReasonMissing, match="forma de pago"):
        correct_method(key="m", **{**asked, "reason": ""})
    with pytest.raises(ReferenceMissing):
        correct_method(key="m", **{**asked, "reference": " "})
    with pytest.raises(OverLimit):
        correct_method(key="m", **{**asked, "by": someone("coord", "coordinador")})
    with pytest.raises(MethodNotOfTheDesk):
        correct_method(key="m", **{**asked, "method": Method.VOUCHER})
    reverse_payment(payment=tender.payment, session=session, reason="x", at=at, by=supervisor, key="c")
    with pytest.raises(ReceiptAlreadyCancelled):
        correct_method(key="n", **asked)
    assert not TenderCorrection.objects.exists()
    declare_link(user=supervisor, customer=account.holder, kind=StaffLink.Kind.SELF, at=at, by=supervisor)
    other = collect(session, [(account, "5.00")], [(Method.CASH, "5.00")], key="q", at=at).tenders.get()
    with pytest.raises(OwnAccount):
        correct_method(key="o", **{**asked, "tender": other})


def test_what_the_bank_already_paid_is_not_corrected(account, law, session, supervisor, at):
    accountant = someone("eva", "contabilidad")
    tender = collect(session, [(account, "20.00")], [(Method.CARD, "20.00")], key="p", at=at).tenders.get()
    match_clearing(
        kind=ClearingMatch.Kind.CARDS,
        tenders=[tender.pk],
        bank_on=at.date(),
        received=Decimal("20.00"),
        at=at,
        by=accountant,
        key="match",
    )
    with pytest.raises(TenderInTheBank):
        correct_method(tender=tender, method=Method.CASH, reason="x", at=at, by=supervisor, key="m")


def _closed_with(session, counted: str, at):
    """Close the session declaring so much cash, with nothing in its float."""
    pieces = {"20": int(Decimal(counted)) // 20}
    return close_session(
        session=session,
        denominations={key: n for key, n in pieces.items() if n},
        declared={},
        at=at,
        by=session.cashier,
        key="corte",
    )


def test_a_card_taken_for_cash_and_found_after_the_close_pays_the_cashier_s_shortage(tender, session, supervisor, at):
    """The drawer was short of what never was cash: the book of cash ends at zero and nobody owes it."""
    _closed_with(session, "0", at)
    cashier = Transfer.objects.get(reason=Reason.SHORTAGE).party_id
    assert party_balance(cashier) == Decimal("20.00")
    tomorrow = at + timedelta(days=1)
    correct_method(tender=tender, method=Method.CARD, reference="A", reason="x", at=tomorrow, by=supervisor, key="m")
    assert (held(Book.CASH), held(Book.CLEARING_CARDS), party_balance(cashier)) == (0, Decimal("20.00"), 0)
    assert [check.name for check in verify() if check.broken] == []


def test_cash_taken_for_a_card_and_found_after_the_close_was_the_surplus(account, law, session, supervisor, at):
    tender = collect(session, [(account, "20.00")], [(Method.CARD, "20.00")], key="p", at=at).tenders.get()
    _closed_with(session, "20", at)
    assert held(Book.OVER_SHORT) == Decimal("-20.00")
    tomorrow = at + timedelta(days=1)
    correct_method(tender=tender, method=Method.CASH, reason="x", at=tomorrow, by=supervisor, key="m")
    assert (held(Book.CASH), held(Book.CLEARING_CARDS), held(Book.OVER_SHORT)) == (0, 0, 0)
    assert [check.name for check in verify() if check.broken] == []
