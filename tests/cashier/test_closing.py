"""The close of a session: blind, once, and its money out of the desk's books."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from threading import Event as Signal

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from cauce.cashier.models import BankDeposit, CashSession, Payment, SessionClose, Tender
from cauce.cashier.operations import (
    CloseReviewed,
    CountUnreadable,
    DeclaredAmountWrong,
    NoteMissing,
    PaymentShare,
    SamePerson,
    SessionClosed,
    close_session,
    count_drawer,
    open_desk,
    open_session,
    review_session,
    take_payment,
    withdraw_cash,
)
from cauce.cashier.queries.sessions import close_lines
from cauce.cashier.rules import (
    DENOMINATIONS,
    Tendered,
    as_pieces,
    bundle_for_bank,
    denominations_total,
    less,
    set_apart,
    together,
)
from cauce.events.models import Event
from cauce.ledger.models import Book, Transfer
from cauce.ledger.operations import KeyReused
from cauce.ledger.queries import party_balance
from cauce.reports.queries import verify
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from tests.cashier.test_race import at_once
from tests.ledger.debts import a_debt, make_account, write_debts

NOTHING = {"CARD": Decimal(0), "CHEQUE": Decimal(0), "TRANSFER": Decimal(0)}
database = pytest.mark.django_db


@pytest.fixture
def supervisor(db: None) -> User:
    return User.objects.create(username="supervisora", full_name="Elena Mora")


@pytest.fixture
def opened(law, desk, cashier, at) -> CashSession:
    """A session with a float of 500 pesos."""
    return open_session(desk=desk, cashier=cashier, denominations={"100": 4, "50": 2}, at=at)


@pytest.fixture
def collect(opened, account, cashier, at) -> Callable[..., Payment]:
    def collect(amount: str, key: str, method: str = "CASH") -> Payment:
        return take_payment(
            shares=[PaymentShare(account=account, amount=Decimal(amount))],
            tenders=[Tendered(method, Decimal(amount), "123")],
            session=opened,
            at=at,
            by=cashier,
            key=key,
        )

    return collect


@pytest.fixture
def close(opened, cashier, at) -> Callable[..., SessionClose]:
    def close(pieces: dict[str, int], key: str = "corte", **declared: str) -> SessionClose:
        told = NOTHING | {name: Decimal(amount) for name, amount in declared.items()}
        return close_session(session=opened, denominations=pieces, declared=told, bag="B-9", at=at, by=cashier, key=key)

    return close


def in_book(book: Book) -> Decimal:
    zero = Decimal("0.00")
    into = Transfer.objects.filter(debit_book=book).aggregate(total=Sum("amount"))["total"] or zero
    return into - (Transfer.objects.filter(credit_book=book).aggregate(total=Sum("amount"))["total"] or zero)


def broken() -> list[str]:
    return [f"{check.name}: {check.sample}" for check in verify() if check.broken]


@database
def test_a_close_that_matches_sends_everything_but_the_float_to_the_bank(
    opened, collect, close, supervisor, cashier, at
):
    collect("800.00", "one")
    collect("200.00", "two", "CARD")
    collect("150.00", "three", "CHEQUE")
    withdraw_cash(
        session=opened, bag="B-1", denominations={"500": 1}, received_by=supervisor, at=at, by=cashier, key="retiro"
    )
    done = close({"100": 7, "50": 2}, CARD="200.00", CHEQUE="150.00")
    deposit = opened.deposit
    opened.refresh_from_db()
    assert (done.document.folio, done.difference, opened.closed_at) == ("CC-V1-000001", 0, at)
    assert done.difference_document is None
    assert [(line.label, line.expected, line.difference) for line in close_lines(done)] == [
        ("Efectivo", Decimal("800.00"), 0),
        ("Tarjeta", Decimal("200.00"), 0),
        ("Cheque", Decimal("150.00"), 0),
        ("Transferencia", Decimal("0.00"), 0),
    ]
    assert (deposit.document.folio, deposit.cash, deposit.cheques) == (
        "FD-V1-000001",
        Decimal("800.00"),
        Decimal("150.00"),
    )
    assert deposit.bags == [{"bag": "B-1", "amount": "500.00"}, {"bag": "B-9", "amount": "450.00"}]
    assert deposit.denominations == {"500": 1, "100": 3}
    assert (in_book(Book.CASH), in_book(Book.CLEARING_DEPOSITS)) == (0, Decimal("800.00"))
    assert broken() == []


@database
def test_a_shortage_is_the_cashiers_own_debt_due_today_with_its_act(opened, collect, close, cashier):
    collect("300.00", "one")
    done = close({"100": 7, "50": 1})
    transfer = Transfer.objects.get(reason="SHORTAGE")
    assert (done.difference, done.difference_document.folio) == (Decimal("-50.00"), "AC-V1-000001")
    assert (transfer.amount, transfer.concept, transfer.due_on) == (Decimal("50.00"), "FALTANTE", date(2026, 9, 20))
    assert (transfer.party.name, transfer.account_id, transfer.document) == (
        "Lucía Ferrer",
        None,
        done.difference_document,
    )
    assert party_balance(transfer.party_id) == Decimal("50.00")
    assert (in_book(Book.CASH), in_book(Book.CLEARING_DEPOSITS)) == (0, Decimal("250.00"))
    assert "faltaron $50.00" in Event.objects.get(kind="SESSION_BALANCED").sentence
    assert broken() == []


@database
def test_a_surplus_goes_to_its_own_book_with_its_act(opened, collect, close):
    collect("300.00", "one")
    done = close({"100": 8, "20": 1})
    assert (done.difference, done.difference_document.folio) == (Decimal("20.00"), "AC-V1-000001")
    assert (in_book(Book.OVER_SHORT), in_book(Book.CASH)) == (Decimal("-20.00"), 0)
    assert opened.deposit.cash == Decimal("320.00")
    assert broken() == []


@database
def test_a_spent_float_comes_back_from_the_deposits_to_come(opened, close):
    done = close({"100": 4, "50": 1})
    assert (done.difference, opened.deposit.cash) == (Decimal("-50.00"), Decimal("-50.00"))
    assert (in_book(Book.CASH), in_book(Book.CLEARING_DEPOSITS)) == (0, Decimal("-50.00"))
    assert opened.deposit.bags == []
    assert broken() == []


@database
def test_an_idle_session_closes_without_a_deposit_nor_money_moved(opened, close):
    done = close({"100": 4, "50": 2})
    assert (done.difference, BankDeposit.objects.count(), Transfer.objects.count()) == (0, 0, 0)
    assert broken() == []


@database
def test_a_difference_of_vouchers_moves_no_money_but_is_told(collect, close):
    collect("200.00", "one", "CARD")
    done = close({"100": 4, "50": 2}, CARD="150.00")
    assert [(line.label, line.difference) for line in close_lines(done) if line.difference] == [
        ("Tarjeta", Decimal("-50.00"))
    ]
    assert (done.difference, done.difference_document) == (0, None)


@database
def test_closing_again_with_the_same_key_is_the_same_close(close):
    first = close({"100": 5})
    assert close({"100": 5}) == first
    with pytest.raises(KeyReused), transaction.atomic():
        close({"100": 4})
    with pytest.raises(SessionClosed), transaction.atomic():
        close({"100": 5}, key="other tab")
    assert SessionClose.objects.count() == 1


@database
def test_a_count_or_an_amount_that_cannot_be_closes_nothing(opened, close):
    with pytest.raises(CountUnreadable):
        close({"100": 1, "3": 2})
    with pytest.raises(DeclaredAmountWrong):
        close({}, CARD="-1")
    opened.refresh_from_db()
    assert opened.closed_at is None


@database
def test_a_surprise_count_leaves_the_difference_for_the_close(opened, close, supervisor, at):
    count_drawer(session=opened, denominations={"100": 4}, at=at, by=supervisor, key="arqueo")
    assert close({"100": 4}).difference == Decimal("-100.00")
    assert Transfer.objects.filter(reason="SHORTAGE").count() == 1


@database
def test_a_close_is_reviewed_once_by_somebody_else_who_explains_its_differences(close, supervisor, cashier, at):
    done = close({"100": 4})
    with pytest.raises(SamePerson):
        review_session(close=done, note="bien", at=at, by=cashier)
    with pytest.raises(NoteMissing):
        review_session(close=done, at=at, by=supervisor)
    review = review_session(close=done, note="Contado dos veces", at=at, by=supervisor)
    assert review_session(close=done, at=at, by=supervisor) == review
    with pytest.raises(CloseReviewed, match="Elena Mora"):
        review_session(close=done, at=at, by=User.objects.create(username="otro"))


PILES = st.dictionaries(st.sampled_from([f"{value.normalize():f}" for value in DENOMINATIONS]), st.integers(0, 6))


@given(PILES, PILES)
def test_what_is_set_apart_is_among_the_pieces_and_adds_up(held, wanted):
    goal = denominations_total(wanted)
    kept = set_apart(together(held, wanted), goal)
    assert kept is not None
    assert denominations_total(kept) == goal
    assert denominations_total(less(together(held, wanted), kept)) == denominations_total(held)


@given(PILES, st.lists(PILES, max_size=3), st.integers(0, 20_000))
def test_the_pieces_for_the_bank_are_worth_what_goes_to_it(counted, withdrawn, tenths):
    float_total = Decimal(tenths) / 10
    bundle = bundle_for_bank(counted=counted, float_total=float_total, float_pieces={}, withdrawn=withdrawn)
    taken = denominations_total(together(*withdrawn))
    assert denominations_total(bundle.pieces) == max(taken + denominations_total(counted) - float_total, Decimal(0))
    assert bundle.last - bundle.missing == denominations_total(counted) - float_total


@given(st.integers(0, 10**7))
def test_pesos_as_pieces_are_worth_the_same(tenths):
    assert denominations_total(as_pieces(Decimal(tenths) / 10)) == Decimal(tenths) / 10


NOON = datetime(2026, 9, 20, 18, 0, tzinfo=UTC)


def committed_session() -> tuple[CashSession, object]:
    clerk = User.objects.get(username="cli-captura")
    load_law(
        directory=settings.LAW_DIR / "cortazar" / "2026",
        at=NOON,
        by=clerk,
        approved_by=User.objects.get(username="cli-autoriza"),
    )
    account = make_account("000123")
    write_debts([a_debt(account, "AGUA", "500.00", date(2026, 10, 20))], at=NOON, by=clerk)
    cashier = User.objects.create(username="cajera", full_name="Lucía Ferrer")
    desk = open_desk(code="V1", name="Ventanilla 1", series="V1")
    return open_session(desk=desk, cashier=cashier, at=NOON), account


@pytest.mark.commits
def test_two_tabs_that_close_at_once_are_one_close(committed_database):
    session, _ = committed_session()

    def close(number: int) -> SessionClose:
        return close_session(
            session=session, denominations={}, declared=NOTHING, at=NOON, by=session.cashier, key=f"tab {number}"
        )

    outcomes = at_once(close, 4)
    assert sum(isinstance(outcome, SessionClose) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, SessionClosed) for outcome in outcomes) == 3
    assert SessionClose.objects.count() == 1


@pytest.mark.commits
def test_a_payment_made_while_closing_is_in_the_close_or_is_refused(committed_database):
    session, account = committed_session()

    def work(number: int) -> object:
        if number == 0:
            return close_session(
                session=session, denominations={}, declared=NOTHING, at=NOON, by=session.cashier, key="corte"
            )
        return take_payment(
            shares=[PaymentShare(account=account, amount=Decimal("10.00"))],
            tenders=[Tendered(Tender.Method.CASH, Decimal("10.00"))],
            session=session,
            at=NOON,
            by=session.cashier,
            key=f"pago {number}",
        )

    outcomes = at_once(work, 8)
    taken = [outcome for outcome in outcomes if isinstance(outcome, Payment)]
    assert isinstance(outcomes[0], SessionClose), outcomes[0]
    assert all(isinstance(outcome, Payment | SessionClosed) for outcome in outcomes[1:]), outcomes
    assert Decimal(outcomes[0].expected["CASH"]) == 10 * len(taken)
    assert in_book(Book.CASH) == 0
    assert broken() == []


@pytest.mark.commits
def test_a_close_waits_for_the_payment_that_is_being_collected(committed_database):
    session, account = committed_session()
    holding = Signal()

    def work(number: int) -> object:
        if number == 0:
            holding.wait(10)
            return close_session(
                session=session, denominations={"10": 1}, declared=NOTHING, at=NOON, by=session.cashier, key="corte"
            )
        with transaction.atomic():
            payment = take_payment(
                shares=[PaymentShare(account=account, amount=Decimal("10.00"))],
                tenders=[Tendered(Tender.Method.CASH, Decimal("10.00"))],
                session=session,
                at=NOON,
                by=session.cashier,
                key="pago",
            )
            holding.set()
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_sleep(0.5)")
        return payment

    close, payment = at_once(work, 2)
    assert isinstance(close, SessionClose), close
    assert isinstance(payment, Payment), payment
    assert (close.expected["CASH"], close.difference) == ("10.00", 0)
