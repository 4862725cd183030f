"""The whole ledger against plain integers: whatever is done to it, both tell the same debts to the centavo."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from cauce.cashier.models import Payment, Tender
from cauce.cashier.operations import (
    DirectedTooMuch,
    DocumentSettled,
    PaymentShare,
    open_channel_session,
    open_desk,
    reverse_payment,
    take_payment,
)
from cauce.cashier.rules import Tendered
from cauce.core.periods import period_of
from cauce.documents.models import Document
from cauce.documents.operations import create_document
from cauce.ledger.models import Posting
from cauce.ledger.operations import (
    ChargeSettled,
    KeyReused,
    accrue_surcharges,
    begin_posting,
    reverse_posting,
    settle_from_advances,
    surcharge_entries,
    write_transfers,
)
from cauce.ledger.queries import (
    advance_balances,
    balance,
    booking_day,
    collection_law,
    open_charges,
    statement_movements,
    surcharges_due,
)
from cauce.ledger.rules import Entry
from cauce.registry.models import Account
from cauce.reports.queries import verify
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from tests.cashier.plain_ledger import Charge, PlainAccount
from tests.ledger.debts import a_debt, make_account

cents = st.integers(1, 60_000)


def pesos(amount: int) -> Decimal:
    return Decimal(amount) / 100


class WholeLedger(RuleBasedStateMachine):
    """Bills, payments of every kind, corrections and the passing of days, on two accounts."""

    payments = Bundle("payments")
    bills = Bundle("bills")

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.user = User.objects.get(username="cli-captura")
        load_law(
            directory=settings.LAW_DIR / "cortazar" / "2026",
            at=datetime(2026, 1, 1, tzinfo=UTC),
            by=self.user,
            approved_by=User.objects.get(username="cli-autoriza"),
        )
        self.day = date(2026, 1, 10)
        self.desk = open_desk(code="V1", name="Ventanilla 1", series="V1")
        self.accounts = [make_account(), make_account()]
        self.plain = [PlainAccount(), PlainAccount()]
        self.count = 0

    def teardown(self) -> None:
        try:
            assert [check.name for check in verify() if check.broken] == []
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    @property
    def at(self) -> datetime:
        return datetime.combine(self.day, time(18), UTC)

    def key(self) -> str:
        self.count += 1
        return f"act {self.count}"

    @rule(days=st.integers(1, 40))
    def days_pass(self, days: int) -> None:
        self.day += timedelta(days=days)

    @rule(
        target=bills,
        which=st.integers(0, 1),
        water=cents,
        vat=st.integers(0, 500),
        reinstatement=st.integers(0, 300),
        days=st.integers(0, 20),
    )
    def bill(self, which: int, water: int, vat: int, reinstatement: int, days: int) -> tuple[int, int]:
        """Issue a bill: surcharges of what is overdue, its charges, and the money in favour pays what it can."""
        account, plain, due_on = self.accounts[which], self.plain[which], self.day + timedelta(days=days)
        document = create_document(kind=Document.Kind.BILL, series="R", issued_on=self.day, at=self.at, by=self.user)
        posting, _ = begin_posting(operation="test", key=self.key(), body={}, at=self.at, by=self.user)
        law, papers = collection_law(self.day), {account.pk: document.pk}
        due = surcharges_due([account.pk], self.day, law.surcharges)
        entries = surcharge_entries(due=due, rule=law.surcharges, to=self.day, documents=papers)
        charged = [("AGUA", water), ("IVA", vat), ("REINSTALACION", reinstatement)]
        for concept, amount in charged:
            if amount:
                entries.append(self.a_charge(account, concept, amount, due_on, document.pk))
        booked_on = booking_day(self.at)
        write_transfers(posting=posting, entries=entries, booked_on=booked_on)
        settle_from_advances(
            posting=posting,
            account_ids=[account.pk],
            documents=papers,
            order=law.order,
            effective_on=self.day,
            booked_on=booked_on,
        )
        plain.post_surcharges(self.day, document.pk)
        plain.charges += [
            Charge(concept, period_of(due_on), due_on, amount, document.pk, self.day)
            for concept, amount in charged
            if amount
        ]
        plain.apply_favour(self.day, document.pk)
        return which, posting.pk

    def a_charge(self, account: Account, concept: str, amount: int, due_on: date, document_id: int) -> Entry:
        return a_debt(account, concept, str(pesos(amount)), due_on, on=self.day, document_id=document_id)

    def take(self, which: int, amount: int, key: str, day: date, directed_to: Document | None = None) -> Payment:
        with self.savepoint():
            return take_payment(
                shares=[PaymentShare(account=self.accounts[which], amount=pesos(amount), directed_to=directed_to)],
                tenders=[Tendered(Tender.Method.CASH, pesos(amount))],
                session=open_channel_session(desk=self.desk, cashier=self.user, at=self.at),
                effective_on=day,
                at=self.at,
                by=self.user,
                key=key,
            )

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        with transaction.atomic():
            yield

    @rule(target=payments, which=st.integers(0, 1), amount=cents)
    def pay(self, which: int, amount: int) -> tuple[int, str]:
        """Pay without direction."""
        key, plain = self.key(), self.plain[which]
        self.take(which, amount, key, self.day)
        plain.pay(amount, key, self.day)
        return which, key

    @rule(target=payments, which=st.integers(0, 1), amount=cents, days=st.integers(1, 120))
    def pay_late(self, which: int, amount: int, days: int) -> tuple[int, str]:
        """Money of an earlier day arrives: what surcharges were charged since is put right."""
        key, day = self.key(), max(self.day - timedelta(days=days), date(2026, 1, 10))
        self.take(which, amount, key, day)
        self.plain[which].pay(amount, key, day, is_today=day == self.day)
        return which, key

    @rule(target=payments, bill=bills, amount=cents)
    def pay_a_bill(self, bill: tuple[int, int], amount: int) -> tuple[int, str]:
        """Pay one bill and no other; if it owes less the payment is refused."""
        which, posting_id = bill
        key, plain = self.key(), self.plain[which]
        document = Document.objects.filter(transfers__posting_id=posting_id).distinct().get()
        owed = sum(charge.pending for charge in plain.charges if charge.bill == document.pk)
        if amount > owed:
            with pytest.raises(DirectedTooMuch if owed else DocumentSettled):
                self.take(which, amount, key, self.day, document)
            return self.pay(which, amount)
        self.take(which, amount, key, self.day, document)
        plain.pay(amount, key, self.day, only=document.pk)
        return which, key

    @rule(payment=payments)
    def pay_again_with_the_same_key(self, payment: tuple[int, str]) -> None:
        """A repeated key gives the first payment; another amount with it is refused."""
        which, key = payment
        first = Payment.objects.get(key=key)
        receipt = first.receipts.get()
        amount = self.plain[which].payments[key].cents
        again = self.take(which, amount, key, receipt.effective_on, receipt.directed_to)
        assert again == first
        with pytest.raises(KeyReused):
            self.take(which, amount + 1, key, receipt.effective_on, receipt.directed_to)

    @rule(payment=consumes(payments))
    def undo_a_payment(self, payment: tuple[int, str]) -> None:
        """Undo a payment whole, whatever became of its money."""
        which, key = payment
        reverse_payment(
            payment=Payment.objects.get(key=key),
            session=open_channel_session(desk=self.desk, cashier=self.user, at=self.at),
            reason="Prueba",
            at=self.at,
            by=self.user,
            key=f"undo {key}",
        )
        self.plain[which].undo_payment(key)

    @rule(bill=consumes(bills))
    def undo_a_bill(self, bill: tuple[int, int]) -> None:
        """Undo a bill, unless some payment already settled part of it."""
        which, posting_id = bill
        document = Document.objects.filter(transfers__posting_id=posting_id).distinct().get()
        paper = create_document(kind=Document.Kind.REVERSAL, series="CAN", issued_on=self.day, at=self.at, by=self.user)

        def undo() -> None:
            with self.savepoint():
                reverse_posting(
                    posting=Posting.objects.get(pk=posting_id),
                    of_document=document.pk,
                    document_id=paper.pk,
                    order=collection_law(self.day).order,
                    key=self.key(),
                    at=self.at,
                    by=self.user,
                )

        if self.plain[which].can_undo_bill(document.pk):
            undo()
            self.plain[which].undo_bill(document.pk)
        else:
            with pytest.raises(ChargeSettled):
                undo()

    @rule(which=st.integers(0, 1))
    def post_surcharges(self, which: int) -> None:
        accrue_surcharges(
            account_ids=[self.accounts[which].pk],
            to=self.day,
            rule=collection_law(self.day).surcharges,
            key=self.key(),
            at=self.at,
            by=self.user,
        )
        self.plain[which].post_surcharges(self.day, 0)

    @invariant()
    def both_tell_the_same(self) -> None:
        for account, plain in zip(self.accounts, self.plain, strict=True):
            owed = sorted((c.concept, c.period, c.due_on, int(c.pending * 100)) for c in self.pending(account))
            assert owed == sorted((c.concept, c.period, c.due_on, c.pending) for c in plain.charges if c.pending)
            favour = advance_balances([account.pk]).get(account.pk, {})
            assert int(sum(favour.values()) * 100) == plain.favour
            assert int(balance(account.pk) * 100) == plain.balance
            movements = statement_movements(account.pk)
            assert int((movements[-1].balance if movements else 0) * 100) == plain.balance

    def pending(self, account: Account):
        return open_charges([account.pk]).get(account.pk, [])


@pytest.mark.django_db
def test_the_ledger_tells_the_same_as_plain_integers():
    run_state_machine_as_test(
        WholeLedger,
        settings=hypothesis_settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            # Each step is a dozen of statements: what fails is told as it was found, not after minutes of shrinking.
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.django_db
def test_money_in_favour_that_is_freed_does_not_pay_what_being_late_cost_afterwards():
    town = WholeLedger()
    first = town.pay(amount=2064, which=0)
    town.pay(amount=1394, which=0)
    town.days_pass(days=11)
    town.bill(which=0, water=4000, vat=77, reinstatement=21, days=4)
    town.days_pass(days=78)
    town.bill(which=0, water=8006, vat=258, reinstatement=221, days=9)
    town.undo_a_payment(payment=first)
    town.both_tell_the_same()
    owed = {(charge.concept, charge.effective_on) for charge in town.pending(town.accounts[0])}
    assert any(concept == "RECARGO" for concept, _ in owed)
    town.teardown()
