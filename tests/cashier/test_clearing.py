"""Money in transit: what is on its way, what the bank says, and books that return to zero or say why."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction

from cauce.cashier.models import (
    BankDeposit,
    CashSession,
    ClearingMatch,
    ClearingMatchItem,
    Payment,
    Tender,
    TenderCorrection,
)
from cauce.cashier.operations import (
    BankDayImpossible,
    DifferenceUnexplained,
    FeeTooLarge,
    MatchAddsUpToNothing,
    MatchAlreadyReversed,
    MatchLeanedOn,
    NotInTransit,
    OverLimit,
    PaymentShare,
    ReasonMissing,
    match_clearing,
    reverse_match,
    reverse_payment,
    take_payment,
)
from cauce.cashier.queries.clearing import book_balances, clearing_books, clearing_notes, in_transit
from cauce.cashier.rules import Tendered
from cauce.core.money import ZERO
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.ledger.models import CLEARING_BOOKS, Book, Reason, Transfer
from cauce.ledger.operations import KeyReused, post
from cauce.ledger.queries import CollectionLaw
from cauce.ledger.rules import Entry
from cauce.registry.models import Account, StaffLink
from cauce.registry.operations import OwnAccount, declare_link
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from tests.tariffs.laws import write_law_of

pytestmark = pytest.mark.django_db

CARDS, DEPOSITS = ClearingMatch.Kind.CARDS, ClearingMatch.Kind.DEPOSITS


@pytest.fixture
def accountant(db: None) -> User:
    accountant = User.objects.create(username="contadora", full_name="Eva Luna")
    accountant.groups.add(Group.objects.get_or_create(name="contabilidad")[0])
    return accountant


@pytest.fixture
def pay(law: CollectionLaw, account: Account, session: CashSession, cashier: User, at: datetime):
    """Receive a sum for the account by the methods given."""

    def receive(key: str, **methods: str) -> Payment:
        tenders = [Tendered(Tender.Method[name], Decimal(amount)) for name, amount in methods.items()]
        share = PaymentShare(account=account, amount=sum((tender.amount for tender in tenders), ZERO))
        return take_payment(shares=[share], tenders=tenders, session=session, at=at, by=cashier, key=key)

    return receive


@pytest.fixture
def match(at: datetime, accountant: User):
    """Match by the accountant, with what matters changed."""

    def try_it(kind: ClearingMatch.Kind, ids: list[int], received: str, **given) -> ClearingMatch:
        asked = {"bank_on": at.date(), "at": at, "by": accountant, "key": f"match/{kind}/{ids}/{received}"} | given
        return match_clearing(kind=kind, deposits=ids, tenders=ids, received=Decimal(received), **asked)

    return try_it


def ids_of(kind: str) -> list[int]:
    return [item.id for item in in_transit(kind)]


def balance_of(book: Book) -> Decimal:
    return book_balances([book]).get(book, ZERO)


def a_deposit(session: CashSession, cash: str, *, at: datetime, by: User) -> BankDeposit:
    """The cash of a session on its way to the bank."""
    document = create_document(kind=Document.Kind.BANK_DEPOSIT, series="FD", issued_on=at.date(), at=at, by=by)
    entry = Entry(
        debit_book=Book.CLEARING_DEPOSITS,
        credit_book=Book.CASH,
        concept="DEPOSITO",
        amount=Decimal(cash),
        effective_on=at.date(),
        reason=Reason.DEPOSIT,
        document_id=document.pk,
    )
    post(operation="deposit", entries=[entry], key=f"deposit/{document.pk}", body={}, at=at, by=by)
    return BankDeposit.objects.create(
        document=document, session=session, cash=Decimal(cash), cheques=ZERO, prepared_at=at, by=by
    )


def test_what_is_in_transit_is_what_the_books_say(pay, session, at, cashier):
    pay("a", CASH="100.00", CARD="50.00")
    pay("b", CARD="25.50")
    pay("c", CHEQUE="300.00")
    pay("d", TRANSFER="80.00")
    a_deposit(session, "100.00", at=at, by=cashier)
    assert [item.amount for item in in_transit(CARDS)] == [Decimal("50.00"), Decimal("25.50")]
    assert [(book.kind, book.balance, book.count, book.unexplained) for book in clearing_books()] == [
        ("DEPOSITS", Decimal("100.00"), 1, ZERO),
        ("CARDS", Decimal("75.50"), 2, ZERO),
        ("CHEQUES", Decimal("300.00"), 1, ZERO),
        ("TRANSFERS", Decimal("80.00"), 1, ZERO),
    ]
    item = in_transit(CARDS)[0]
    assert item.folios == ("V1-000001",) and item.age_days(at.date() + timedelta(days=3)) == 3


def test_a_days_cards_less_the_fee_leave_transit(pay, match):
    pay("a", CARD="100.00")
    pay("b", CARD="100.00")
    done = match(CARDS, ids_of(CARDS), "196.00", fee=Decimal("4.00"))
    assert done.document.folio == "CON-000001"
    assert (done.expected, done.difference) == (Decimal("200.00"), ZERO)
    assert in_transit(CARDS) == []
    assert balance_of(Book.CLEARING_CARDS) == ZERO
    assert balance_of(Book.BANK) == Decimal("196.00") and balance_of(Book.BANK_FEES) == Decimal("4.00")


def test_a_deposit_that_came_short_says_why_within_the_limit(session, at, cashier, match, law):
    deposit = a_deposit(session, "1000.00", at=at, by=cashier)
    with pytest.raises(DifferenceUnexplained, match="difiere"):
        match(DEPOSITS, [deposit.pk], "995.00")
    with pytest.raises(OverLimit):
        match(DEPOSITS, [deposit.pk], "800.00", reason="Faltó un billete")
    match(DEPOSITS, [deposit.pk], "995.00", reason="Una moneda de 5 falsa")
    assert balance_of(Book.CLEARING_DEPOSITS) == ZERO
    assert balance_of(Book.OVER_SHORT) == Decimal("5.00") and balance_of(Book.BANK) == Decimal("995.00")


def test_more_than_was_expected_is_left_over(session, at, cashier, match, law):
    deposit = a_deposit(session, "1000.00", at=at, by=cashier)
    done = match(DEPOSITS, [deposit.pk], "1020.00", reason="El banco contó 20 más")
    assert done.difference == Decimal("-20.00")
    assert balance_of(Book.OVER_SHORT) == Decimal("-20.00") and balance_of(Book.BANK) == Decimal("1020.00")
    assert balance_of(Book.CLEARING_DEPOSITS) == ZERO


@pytest.mark.parametrize("fee", ["-1.00", "6.01"])
def test_a_fee_is_neither_negative_nor_a_difference_in_disguise(pay, match, fee):
    pay("a", CARD="100.00")
    with pytest.raises(FeeTooLarge):
        match(CARDS, ids_of(CARDS), str(100 - Decimal(fee)), fee=Decimal(fee))


def test_the_bound_of_the_fee_is_the_laws(account, session, match, cashier, at, clerk, tmp_path):
    folder = write_law_of(2026, tmp_path)
    text = (folder / "ley.yaml").read_text(encoding="utf-8")
    (folder / "ley.yaml").write_text(text.replace("maximo_pct: 6", "maximo_pct: 2"), encoding="utf-8")
    approver = User.objects.get(username="cli-autoriza")
    load_law(directory=folder, at=at, by=clerk, approved_by=approver)
    take_payment(
        shares=[PaymentShare(account=account, amount=Decimal(100))],
        tenders=[Tendered(Tender.Method.CARD, Decimal(100))],
        session=session,
        at=at,
        by=cashier,
        key="a",
    )
    with pytest.raises(FeeTooLarge, match="2 %"):
        match(CARDS, ids_of(CARDS), "97.99", fee=Decimal("2.01"))
    assert match(CARDS, ids_of(CARDS), "98.00", fee=Decimal("2.00")).fee == Decimal("2.00")


def test_the_bank_does_not_pay_before_the_money_was_there_nor_tomorrow(pay, match, at):
    pay("a", CARD="100.00")
    for day in (at.date() - timedelta(days=1), at.date() + timedelta(days=1)):
        with pytest.raises(BankDayImpossible):
            match(CARDS, ids_of(CARDS), "100.00", bank_on=day)


def test_nothing_is_matched_twice_nor_by_another_kind(pay, match):
    pay("a", CARD="100.00")
    ids = ids_of(CARDS)
    with pytest.raises(MatchAddsUpToNothing):
        match(CARDS, [], "100.00")
    with pytest.raises(NotInTransit):
        match(ClearingMatch.Kind.CHEQUES, ids, "100.00")
    match(CARDS, ids, "100.00")
    with pytest.raises(NotInTransit):
        match(CARDS, ids, "100.00", key="again")
    assert balance_of(Book.BANK) == Decimal("100.00")


def test_the_same_key_matches_once_and_other_data_are_refused(pay, match):
    pay("a", CARD="100.00")
    ids = ids_of(CARDS)
    first = match(CARDS, ids, "100.00", key="k")
    assert match(CARDS, ids, "100.00", key="k") == first
    with pytest.raises(KeyReused):
        match(CARDS, ids, "99.00", key="k", reason="x")
    assert ClearingMatch.objects.count() == 1


def test_the_database_refuses_that_a_thing_reaches_the_bank_twice(pay, match):
    pay("a", CARD="100.00")
    tender = ids_of(CARDS)[0]
    done = match(CARDS, [tender], "100.00")
    for amount in ("100.00", "-40.00"):
        with pytest.raises(IntegrityError), transaction.atomic():
            ClearingMatchItem.objects.create(match=done, tender_id=tender, amount=Decimal(amount))


def test_nobody_says_that_their_own_cheque_was_paid(pay, match, account, at, accountant):
    pay("a", CHEQUE="100.00")
    declare_link(user=accountant, customer=account.holder, kind=StaffLink.Kind.SELF, at=at, by=accountant)
    with pytest.raises(OwnAccount):
        match(ClearingMatch.Kind.CHEQUES, ids_of("CHEQUES"), "100.00")


def test_a_match_undone_puts_its_things_in_transit_again(pay, match, at, accountant):
    pay("a", CARD="100.00")
    done = match(CARDS, ids_of(CARDS), "98.00", fee=Decimal("2.00"))
    with pytest.raises(ReasonMissing):
        reverse_match(match=done, reason="", at=at, by=accountant, key="undo")
    undone = reverse_match(match=done, reason="Era de otra terminal", at=at, by=accountant, key="undo")
    assert reverse_match(match=done, reason="Era de otra terminal", at=at, by=accountant, key="undo") == undone
    with pytest.raises(MatchAlreadyReversed):
        reverse_match(match=done, reason="Otra vez", at=at, by=accountant, key="undo again")
    assert [item.amount for item in in_transit(CARDS)] == [Decimal("100.00")]
    assert all(book.unexplained == ZERO for book in clearing_books())
    assert balance_of(Book.BANK) == ZERO
    again = match(CARDS, ids_of(CARDS), "97.00", fee=Decimal("3.00"))
    assert again.document.folio == "CON-000002" and in_transit(CARDS) == []


def test_a_payment_undone_is_no_longer_in_transit(pay, session, at, clerk):
    payment = pay("a", CARD="100.00")
    reverse_payment(payment=payment, session=session, reason="Doble cobro", at=at, by=clerk, key="undo")
    assert in_transit(CARDS) == [] and balance_of(Book.CLEARING_CARDS) == ZERO


def test_a_payment_undone_after_the_bank_paid_waits_for_the_bank_to_take_it_back(
    pay, session, match, at, accountant, clerk
):
    payment = pay("a", CARD="100.00")
    ids = ids_of(CARDS)
    done = match(CARDS, ids, "100.00")
    reverse_payment(payment=payment, session=session, reason="Doble cobro", at=at, by=clerk, key="undo")
    assert [item.amount for item in in_transit(CARDS)] == [Decimal("-100.00")]
    assert all(book.unexplained == ZERO for book in clearing_books())
    match(CARDS, ids, "-100.00")
    assert in_transit(CARDS) == []
    assert all(balance_of(book) == ZERO for book in (*CLEARING_BOOKS, Book.BANK))
    with pytest.raises(MatchLeanedOn, match="CON-000002"):
        reverse_match(match=done, reason="No era", at=at, by=accountant, key="r")


def test_a_method_corrected_travels_by_its_right_book(pay, at, accountant):
    payment = pay("a", CARD="100.00")
    entry = Entry(
        debit_book=Book.CLEARING_TRANSFERS,
        credit_book=Book.CLEARING_CARDS,
        concept="PAGO",
        amount=Decimal("100.00"),
        effective_on=at.date(),
        reason=Reason.METHOD_CORRECTED,
    )
    TenderCorrection.objects.create(
        tender=payment.tenders.get(),
        method=Tender.Method.TRANSFER,
        reference="SPEI 1",
        reason="Era transferencia",
        posting=post(operation="correct_method", entries=[entry], key="c", body={}, at=at, by=accountant),
        corrected_at=at,
        corrected_by=accountant,
    )
    assert in_transit(CARDS) == []
    assert [(item.amount, item.reference) for item in in_transit("TRANSFERS")] == [(Decimal("100.00"), "SPEI 1")]
    assert all(book.unexplained == ZERO for book in clearing_books())


def test_a_match_enters_the_books_of_today_with_the_banks_date(pay, match, at):
    pay("a", CARD="100.00")
    done = match(CARDS, ids_of(CARDS), "100.00", at=at + timedelta(days=2), bank_on=date(2026, 9, 21))
    moved = Transfer.objects.get(posting=done.posting)
    assert (moved.booked_on, moved.effective_on) == (date(2026, 9, 22), date(2026, 9, 21))
    assert moved.document == done.document


def test_the_books_say_in_a_sentence_why_they_are_not_at_zero(pay, match, law):
    assert clearing_notes() == ()
    pay("a", CARD="50.00")
    pay("b", CARD="25.50")
    assert clearing_notes() == ("Tarjetas por abonar: $75.50 en 2 partidas, la más antigua del 20 sep 2026.",)
    match(CARDS, ids_of(CARDS), "75.50")
    assert clearing_notes() == ()
