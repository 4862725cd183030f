"""Agreements whole: whatever is done and in whatever order, the notes are the ledger and undoing restores the debt."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from cauce.agreements.models import NoteAct, PaymentAgreement, PromissoryNote
from cauce.agreements.operations import (
    authorise_agreement,
    break_agreements,
    cancel_agreement,
    load_agreement_policy,
    mark_overdue_notes,
    prepare_agreement,
    propose_agreement,
    sign_agreement,
    withdraw_agreement,
)
from cauce.agreements.queries import live_agreement, note_balances, pending_agreement
from cauce.agreements.rules import Terms
from cauce.books.queries import note_register
from cauce.cashier.models import CashSession, Payment
from cauce.cashier.operations import close_session, open_desk, open_session, reverse_payment, review_session
from cauce.cashier.queries.sessions import expected_in
from cauce.core.errors import DomainError
from cauce.ledger.models import Book, Reason, Transfer
from cauce.ledger.operations import accrue_surcharges
from cauce.ledger.queries import balance, collection_law
from cauce.ledger.rules import AGREEMENT_INTEREST
from cauce.registry.models import Account
from cauce.reports.queries import verify
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from tests.agreements.debtors import in_auxiliar, in_book, notes_of, owe_months, pay, picture
from tests.ledger.debts import a_debt, make_account, write_debts

State = PaymentAgreement.State
LIVE = (State.SIGNED, State.IN_FORCE)
EARNED = (Book.SURCHARGES, Book.REVENUE)
ANY = st.integers(0, 1_000)
cents = st.integers(1, 60_000)


def pesos(amount: int) -> Decimal:
    return Decimal(amount) / 100


def someone(username: str, role: str) -> User:
    user = User.objects.create(username=username, full_name=username.capitalize())
    user.groups.add(Group.objects.get(name=role))
    return user


def surcharges_and_interest(account: Account) -> int:
    """What is charged of surcharges and of the interest of notes, less what was undone or let go, in centavos."""
    owed = Decimal(0)
    rows = Transfer.objects.filter(account=account, concept__in=["RECARGO", AGREEMENT_INTEREST])
    for debit, credit, amount in rows.values_list("debit_book", "credit_book", "amount"):
        owed += amount if credit in EARNED else Decimal(0)
        owed -= amount if debit in EARNED else Decimal(0)
    return int(owed * 100)


class Agreements(RuleBasedStateMachine):
    """An account that agrees, pays, undoes and breaks; and its twin, that owes and pays the same without agreeing.

    What the account owes is told in plain centavos: what it was charged less the payments that stand; surcharges and
    the interest of notes are taken as they are charged. While nothing new was charged under an agreement, undoing it
    leaves the account charge by charge as its twin.
    """

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.clerk = User.objects.get(username="cli-captura")
        begun = datetime(2026, 1, 1, 18, tzinfo=UTC)
        load_law(
            directory=settings.LAW_DIR / "cortazar" / "2026",
            at=begun,
            by=self.clerk,
            approved_by=User.objects.get(username="cli-autoriza"),
        )
        load_agreement_policy(path=settings.OFFICE_DIR / "cortazar" / "convenios.yaml", at=begun, by=self.clerk)
        self.coordinator = someone("coordinadora", "coordinador")
        self.head = someone("jefa", "jefe")
        self.director = someone("director", "director")
        self.cashier = someone("cajera", "cajero")
        self.supervisor = someone("supervisor", "supervisor-cajas")
        self.desk = open_desk(code="C1", name="Caja 1", series="C1")
        self.day = date(2026, 4, 21)
        self.count = 0
        self.account, self.twin = make_account(), make_account()
        periods = [date(2026, month, 1) for month in (1, 2, 3)]
        for account in (self.account, self.twin):
            owe_months(account, periods, at=self.at, by=self.clerk)
        self.charged = int(balance(self.account.pk) * 100)
        self.paid: dict[int, tuple[int, Payment]] = {}
        self.charged_under_one = False
        self.undone_out_of_turn = False

    def teardown(self) -> None:
        try:
            assert [(check.name, check.sample) for check in verify() if check.broken] == []
            register = note_register(self.day)
            assert Decimal(register.figures["closing"]["amount"]) == register.ledger == in_auxiliar()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    @property
    def at(self) -> datetime:
        self.count += 1
        return datetime.combine(self.day, time(18), UTC) + timedelta(seconds=self.count)

    def key(self) -> str:
        self.count += 1
        return f"act {self.count}"

    @contextmanager
    def refusable(self) -> Iterator[None]:
        """An act that may be refused; a refused one leaves nothing behind."""
        tables = (Transfer, NoteAct, PaymentAgreement, PromissoryNote, Payment)
        before = [table.objects.count() for table in tables]
        try:
            with transaction.atomic():
                yield
        except DomainError:
            assert [table.objects.count() for table in tables] == before

    def session(self) -> CashSession:
        found = CashSession.objects.filter(desk=self.desk, closed_at__isnull=True).select_related("desk").first()
        return found or open_session(desk=self.desk, cashier=self.cashier, at=self.at)

    @rule(days=st.sampled_from([1, 5, 20, 40]))
    def days_pass(self, days: int) -> None:
        """The window closes, nights pass, and each morning's tasks look at the notes."""
        session = CashSession.objects.filter(desk=self.desk, closed_at__isnull=True).first()
        if session is not None:
            close = close_session(
                session=session,
                denominations={},
                declared=expected_in(session),
                bag=f"B{self.count}",
                at=self.at,
                by=self.cashier,
                key=self.key(),
            )
            review_session(close=close, note="Se contó.", at=self.at, by=self.supervisor)
        self.day = min(self.day + timedelta(days=days), date(2026, 12, 15))
        mark_overdue_notes(at=self.at, by=self.clerk)
        was_live = live_agreement(self.account.pk)
        if break_agreements(at=self.at, by=self.clerk):
            assert was_live is not None
            self.is_as_its_twin()

    @rule(
        down=st.sampled_from([0, 15_000, 30_000]),
        count=st.integers(2, 12),
        restructures=st.booleans(),
        then_signs=st.sampled_from([True, True, False]),
    )
    def propose(self, down: int, count: int, restructures: bool, then_signs: bool) -> None:
        old = live_agreement(self.account.pk) if restructures else None
        with self.refusable():
            asked = propose_agreement(
                account=self.account,
                terms=Terms(down_payment=pesos(down), instalments=count),
                restructures=old,
                reason="Perdió el empleo",
                at=self.at,
                by=self.coordinator,
                key=self.key(),
            )
            if asked.state == State.REQUESTED:
                authorise_agreement(agreement=asked, note="Procede", at=self.at, by=self.director)
                prepare_agreement(agreement=asked, at=self.at, by=self.coordinator)
        if then_signs:
            self.sign_or_withdraw(is_signed=True)

    @rule(is_signed=st.sampled_from([True, True, True, False]))
    def sign_or_withdraw(self, is_signed: bool) -> None:
        waiting = pending_agreement(self.account.pk)
        if waiting is None:
            return
        with self.refusable():
            if is_signed:
                sign_agreement(agreement=waiting, at=self.at, by=self.coordinator, key=self.key())
                return
        withdraw_agreement(agreement=waiting, reason="Ya no lo quiso", at=self.at, by=self.coordinator)

    @rule(is_sure=st.sampled_from([True, False, False]))
    def cancel(self, is_sure: bool) -> None:
        live = live_agreement(self.account.pk)
        if live is not None and is_sure:
            cancel_agreement(agreement=live, reason="Lo pidió", at=self.at, by=self.head, key=self.key())
            self.is_as_its_twin()

    @rule(amount=cents)
    def pay_at_the_desk(self, amount: int) -> None:
        self.take(pesos(amount), None)

    @rule()
    def pay_the_down_payment(self) -> None:
        live = live_agreement(self.account.pk)
        if live is not None and live.state == State.SIGNED:
            self.take(live.down_payment, None)

    @rule(which=ANY, percent=st.sampled_from([1, 50, 100, 100, 130]))
    def pay_a_note(self, which: int, percent: int) -> None:
        """Early, in time or late, whole, in part or more than it is."""
        live = live_agreement(self.account.pk)
        if live is None:
            return
        notes = notes_of(live)
        note = notes[which % len(notes)]
        owed = note_balances([note.pk])[note.pk].payoff(self.day)
        self.take(max((owed * percent / 100).quantize(Decimal("0.01")), Decimal("0.01")), note)

    @rule(count=st.sampled_from([1, 2, 12]))
    def pay_several_notes(self, count: int) -> None:
        """All that is left of the next ones, one after another, the down payment before."""
        self.pay_the_down_payment()
        live = live_agreement(self.account.pk)
        notes = [] if live is None else live.notes.outstanding().order_by("number")[:count]
        for note in notes:
            owed = note_balances([note.pk])[note.pk].payoff(self.day)
            self.take(owed, note)

    def take(self, amount: Decimal, note: PromissoryNote | None) -> None:
        """The account pays, and its twin as much."""
        with self.refusable():
            session = self.session()
            payment = pay(self.account, amount, session, at=self.at, by=self.cashier, key=self.key(), note=note)
            twin = pay(self.twin, amount, session, at=self.at, by=self.cashier, key=self.key())
            self.paid[payment.pk] = (int(amount * 100), twin)

    @rule(which=ANY)
    def undo_a_payment(self, which: int) -> None:
        if not self.paid:
            return
        payment_id = list(self.paid)[which % len(self.paid)]
        with self.refusable():
            twins = (Payment.objects.get(pk=payment_id), self.paid[payment_id][1])
            for payment in twins:
                reverse_payment(
                    payment=payment,
                    session=self.session(),
                    reason="Se equivocó",
                    at=self.at,
                    by=self.supervisor,
                    key=self.key(),
                )
            # What a later payment settled stays settled for the twin, and a debt before it is open again; notes have
            # no such gap: what is left of them is settled by the law's order when the debt comes back.
            self.undone_out_of_turn |= payment_id != list(self.paid)[-1]
            del self.paid[payment_id]

    @rule(amount=cents)
    def charge_meanwhile(self, amount: int) -> None:
        for account in (self.account, self.twin):
            due_on = self.day + timedelta(days=15)
            write_debts([a_debt(account, "AGUA", f"{pesos(amount)}", due_on, on=self.day)], at=self.at, by=self.clerk)
        self.charged += amount
        self.charged_under_one = self.charged_under_one or live_agreement(self.account.pk) is not None

    def is_as_its_twin(self) -> None:
        """What is left of each charge, and its age, is what it would be had there been no agreement."""
        assert in_book(Book.AGREEMENT) == 0
        if not self.charged_under_one and not self.undone_out_of_turn:
            law = collection_law(self.day)
            for account in (self.account, self.twin):
                accrue_surcharges(
                    account_ids=[account.pk],
                    to=self.day,
                    rule=law.surcharges,
                    key=self.key(),
                    at=self.at,
                    by=self.clerk,
                )
            assert picture(self.account) == picture(self.twin)
            assert balance(self.account.pk) == balance(self.twin.pk)

    @invariant()
    def the_account_owes_what_it_was_charged_less_what_was_paid(self) -> None:
        received = sum(amount for amount, _ in self.paid.values())
        owed = self.charged + surcharges_and_interest(self.account) - received
        assert int(balance(self.account.pk) * 100) == owed

    @invariant()
    def the_notes_promise_what_was_agreed_and_the_book_holds_what_they_owe(self) -> None:
        outstanding = PromissoryNote.objects.outstanding()
        for agreement in PaymentAgreement.objects.filter(state__in=[*LIVE, State.KEPT]):
            assert sum(note.face for note in agreement.notes.all()) == agreement.financed + agreement.interest
        owed = sum((each.total for each in note_balances(note.pk for note in outstanding).values()), Decimal(0))
        assert in_book(Book.AGREEMENT) == in_auxiliar() == owed

    @invariant()
    def interest_is_only_of_agreements_that_stand(self) -> None:
        if not PaymentAgreement.objects.filter(state__in=[*LIVE, State.KEPT]).exists():
            rows = Transfer.objects.live().filter(account=self.account, concept=AGREEMENT_INTEREST, reverses=None)
            assert not rows.exclude(reason=Reason.INTEREST_FORGIVEN).exists()


@pytest.mark.django_db
def test_the_notes_and_the_ledger_hold_together_whatever_is_done() -> None:
    run_state_machine_as_test(
        Agreements,
        settings=hypothesis_settings(
            max_examples=6,
            stateful_step_count=18,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_any_order_of_the_same_payments_ends_with_the_same_ledger(
    debtor: Account, coordinator: User, session: CashSession, cashier: User, at: datetime
) -> None:
    asked = propose_agreement(account=debtor, terms=Terms(Decimal("150.00"), 3), at=at, by=coordinator, key="convenio")
    signed = sign_agreement(agreement=asked, at=at, by=coordinator, key="firma")
    first, second, third = notes_of(signed)
    payments = [
        (Decimal("150.00"), None),
        (first.face - 40, first),
        (Decimal("40.00"), first),
        (third.instalment.principal, third),
    ]
    ends = set()
    for place, order in enumerate(permutations(payments)):
        with transaction.atomic():
            for number, (amount, note) in enumerate(order):
                pay(debtor, amount, session, at=at, by=cashier, key=f"{place}/{number}", note=note)
            states = tuple(note.state for note in notes_of(signed))
            books = tuple(in_book(book) for book in Book)
            owed = tuple(sorted(picture(debtor).items(), key=str))
            ends.add((states, books, owed, live_agreement(debtor.pk).state))  # type: ignore[union-attr]
            transaction.set_rollback(True)
    assert len(ends) == 1
    [(states, _, _, state)] = ends
    assert (states, state) == (("PAID", second.state, "PAID"), State.IN_FORCE)
