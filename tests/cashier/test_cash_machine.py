"""The cash desk whole: whatever is done and in whatever order, nothing is broken and closed days never change."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from django.conf import settings
from django.db import transaction
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from stdnum import luhn

from cauce.cashier.models import CashMovement, CashSession, Dishonour, Payment, Receipt, SessionClose, Tender
from cauce.cashier.operations import (
    BankFacts,
    ClaimedPayment,
    PaymentShare,
    accept_claim,
    apply_voucher,
    authorise_refund,
    close_cash_day,
    close_session,
    correct_method,
    dishonour_payment,
    import_bank,
    issue_service_order,
    move_payment,
    open_claim,
    open_desk,
    open_session,
    pay_refund,
    request_refund,
    reverse_payment,
    review_session,
    take_payment,
)
from cauce.cashier.queries.days import cash_day
from cauce.cashier.queries.sessions import CASH, expected_in
from cauce.cashier.rules import Tendered, as_pieces, rounded_cash
from cauce.core.errors import DomainError
from cauce.ledger.models import Book, ClosedDay, Reason, Transfer
from cauce.ledger.queries import advance_balances, balance, collection_law, open_day_from
from cauce.registry.models import Account
from cauce.reports.queries import verify
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from tests.cashier.correcting import someone
from tests.ledger.debts import a_debt, make_account, write_debts

cents = st.integers(1, 60_000)
accounts = st.integers(0, 2)
ANY = st.integers(0, 1_000)
METHODS = st.sampled_from([Tender.Method.CASH, Tender.Method.CARD, Tender.Method.CHEQUE, Tender.Method.TRANSFER])
ROWS = st.tuples(st.integers(0, 3), st.integers(-1, 60_000), st.integers(0, 60))
HEADER = ["FECHA", "HORA", "SUCURSAL", "REFERENCIA", "DESCRIPCION", "ABONO", "AUTORIZACION"]


def pesos(amount: int) -> Decimal:
    return Decimal(amount) / 100


class CashDesk(RuleBasedStateMachine):
    """Three accounts, one window, the bank, and the people who put right what went wrong.

    What each account owes is told apart in plain centavos: what it was charged, less the receipts that stand, plus what
    was given back; surcharges, whose own model is that of the whole ledger, are taken as they are charged.
    """

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.folder = TemporaryDirectory()
        self.clerk = User.objects.get(username="cli-captura")
        load_law(
            directory=settings.LAW_DIR / "cortazar" / "2026",
            at=datetime(2026, 1, 1, tzinfo=UTC),
            by=self.clerk,
            approved_by=User.objects.get(username="cli-autoriza"),
        )
        self.cashier = someone("cajera", "cajero")
        self.supervisor = someone("supervisor", "supervisor-cajas")
        self.accountant = someone("contadora", "contabilidad")
        self.coordinator = someone("coordinadora", "coordinador")
        self.director = someone("director", "director")
        self.desk = open_desk(code="C1", name="Caja 1", series="C1")
        self.accounts = [make_account() for _ in range(3)]
        self.day = date(2026, 2, 2)
        self.count = 0
        self.charged = {account.pk: 0 for account in self.accounts}
        self.given_back = {account.pk: 0 for account in self.accounts}
        self.live: dict[int, tuple[int, int]] = {}
        self.figures: dict[date, str] = {}

    def teardown(self) -> None:
        try:
            assert [(check.name, check.sample) for check in verify() if check.broken] == []
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)
            self.folder.cleanup()

    @property
    def at(self) -> datetime:
        self.count += 1
        return datetime.combine(self.day, time(16), UTC) + timedelta(seconds=self.count)

    def key(self) -> str:
        self.count += 1
        return f"act {self.count}"

    @contextmanager
    def refusable(self) -> Iterator[None]:
        """An act that may be refused; a refused one leaves nothing behind."""
        before = Transfer.objects.count(), CashMovement.objects.count()
        try:
            with transaction.atomic():
                yield
        except DomainError:
            assert (Transfer.objects.count(), CashMovement.objects.count()) == before

    def session(self) -> CashSession:
        """The open one, or a new one of the first open day."""
        found = CashSession.objects.filter(desk=self.desk, closed_at__isnull=True).select_related("desk").first()
        return found or open_session(desk=self.desk, cashier=self.cashier, denominations={"100": 5}, at=self.at)

    def chosen(self, found: list[Payment] | list[Tender] | list[Receipt], which: int):
        return found[which % len(found)] if found else None

    def note(self, payment: Payment) -> None:
        """Take note of which receipts of a payment stand."""
        for receipt in payment.receipts.select_related("cancellation"):
            self.live.pop(receipt.pk, None)
            if getattr(receipt, "cancellation", None) is None and receipt.account_id is not None:
                self.live[receipt.pk] = (receipt.account_id, int(receipt.amount * 100))

    @rule(days=st.integers(1, 25), short=st.sampled_from([0, 0, 0, -5000, 2000]))
    def days_pass(self, days: int, short: int) -> None:
        """The window closes before the day ends."""
        self.close_window(short)
        self.day += timedelta(days=days)

    def close_window(self, short: int) -> None:
        session = CashSession.objects.filter(desk=self.desk, closed_at__isnull=True).first()
        if session is not None:
            expected = expected_in(session)
            close = close_session(
                session=session,
                denominations=as_pieces(max(expected[CASH] + pesos(short), Decimal(0))),
                declared={name: max(amount, Decimal(0)) for name, amount in expected.items()},
                bag=f"B{self.count}",
                at=self.at,
                by=self.cashier,
                key=self.key(),
            )
            review_session(close=close, note="Se contó otra vez.", at=self.at, by=self.supervisor)

    @rule(short=st.sampled_from([0, 0, -5000, 2000]))
    def close_the_day(self, short: int) -> None:
        """The figures of a closed day are those it had when it closed."""
        self.close_window(short)
        day = self.day if not ClosedDay.objects.filter(day=self.day).exists() else None
        if day is not None and not SessionClose.objects.filter(session__day__lte=day, review=None).exists():
            close_cash_day(day=day, at=self.at, by=self.supervisor)
            self.figures[day] = self.figure(day)

    def figure(self, day: date) -> str:
        return str({**asdict(cash_day(day)), "closed": None})

    @rule(which=accounts, amount=cents, days=st.integers(0, 20))
    def bill(self, which: int, amount: int, days: int) -> None:
        account = self.accounts[which]
        due_on = self.day + timedelta(days=days)
        write_debts([a_debt(account, "AGUA", str(pesos(amount)), due_on, on=self.day)], at=self.at, by=self.clerk)
        self.charged[account.pk] += amount

    @rule(which=accounts, amount=cents, method=METHODS)
    def collect(self, which: int, amount: int, method: Tender.Method) -> None:
        self.take([PaymentShare(account=self.accounts[which], amount=pesos(amount))], [(method, pesos(amount))])

    @rule(first=cents, second=cents, card=st.integers(1, 99))
    def collect_from_two_with_two_methods(self, first: int, second: int, card: int) -> None:
        total = pesos(first + second)
        by_card = max((total * card / 100).quantize(Decimal("0.01")), Decimal("0.01"))
        shares = [
            PaymentShare(account=account, amount=pesos(amount))
            for account, amount in zip(self.accounts, (first, second), strict=False)
        ]
        self.take(shares, [(Tender.Method.CARD, by_card), (Tender.Method.CASH, total - by_card)])

    def take(self, shares: list[PaymentShare], tenders: list[tuple[Tender.Method, Decimal]]) -> None:
        coin = collection_law(self.day).desk.coin
        given = [
            Tendered(method, rounded_cash(amount, coin) if method == CASH else amount, f"REF {self.count}", "Banco")
            for method, amount in tenders
        ]
        with self.refusable():
            payment = take_payment(
                shares=shares, tenders=given, session=self.session(), at=self.at, by=self.cashier, key=self.key()
            )
            self.note(payment)

    @rule(which=accounts)
    def order_and_pay_a_service(self, which: int) -> None:
        account = self.accounts[which]
        order = issue_service_order(
            party=account.holder,
            account=account,
            services={"A02": Decimal(2)},
            at=self.at,
            by=self.coordinator,
            key=self.key(),
        )
        self.charged[account.pk] += int(order.total * 100)
        share = PaymentShare(account=account, amount=order.total, directed_to=order.document)
        self.take([share], [(Tender.Method.CARD, order.total)])

    @rule(which=ANY)
    def reverse(self, which: int) -> None:
        payment = self.chosen(list(Payment.objects.order_by("pk")), which)
        if payment is not None:
            with self.refusable():
                reverse_payment(
                    payment=payment,
                    session=self.session(),
                    reason="Error",
                    at=self.at,
                    by=self.director,
                    key=self.key(),
                )
                self.note(payment)

    @rule(which=ANY, to=accounts)
    def move(self, which: int, to: int) -> None:
        receipt = self.chosen(list(Receipt.objects.filter(cancellation=None).order_by("pk")), which)
        if receipt is not None:
            with self.refusable():
                move_payment(
                    receipt=receipt,
                    to_account=self.accounts[to],
                    reason="Era de otra cuenta",
                    at=self.at,
                    by=self.director,
                    key=self.key(),
                )
                self.note(receipt.payment)

    @rule(which=ANY, method=METHODS)
    def correct(self, which: int, method: Tender.Method) -> None:
        tender = self.chosen(list(Tender.objects.order_by("pk")), which)
        if tender is not None:
            with self.refusable():
                correct_method(
                    tender=tender,
                    method=method,
                    reference="CORR",
                    institution="Banco",
                    reason="Se capturó otra",
                    at=self.at,
                    by=self.accountant,
                    key=self.key(),
                )

    @rule(which=ANY, kind=st.sampled_from(list(Dishonour.Kind)))
    def dishonour(self, which: int, kind: Dishonour.Kind) -> None:
        tenders = Tender.objects.filter(method__in=["CHEQUE", "CARD"]).select_related("payment").order_by("pk")
        tender = self.chosen(list(tenders), which)
        if tender is not None:
            with self.refusable():
                done = dishonour_payment(
                    tender=tender,
                    kind=kind,
                    bank_on=self.day,
                    reason="Sin fondos",
                    at=self.at,
                    by=self.accountant,
                    key=self.key(),
                )
                self.note(tender.payment)
                for row in Transfer.objects.filter(posting=done.posting, debit_book=Book.RECEIVABLE):
                    if row.reverses_id is None and row.account_id in self.charged and row.reason == Reason.DISHONOURED:
                        self.charged[row.account_id] += int(row.amount * 100)

    @rule(which=accounts, in_cash=st.booleans())
    def give_back_what_is_in_favour(self, which: int, in_cash: bool) -> None:
        account = self.accounts[which]
        amount = advance_balances([account.pk]).get(account.pk, {}).get(account.holder_id, Decimal(0))
        coin = Decimal("0.10")
        amount = amount // coin * coin if in_cash else amount
        if amount > 0:
            with self.refusable():
                asked = request_refund(
                    account=account,
                    party=account.holder,
                    amount=amount,
                    reason="Pagó de más",
                    at=self.at,
                    by=self.coordinator,
                    key=self.key(),
                )
                refund = authorise_refund(refund=asked, at=self.at, by=self.director)
                pay_refund(
                    refund=refund,
                    method=Tender.Method.CASH if in_cash else Tender.Method.TRANSFER,
                    reference="" if in_cash else f"SPEI {self.count}",
                    session=self.session() if in_cash else None,
                    at=self.at,
                    by=self.cashier if in_cash else self.accountant,
                    key=self.key(),
                )
                self.given_back[account.pk] += int(amount * 100)

    @rule(
        rows=st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 60_000), st.integers(0, 60)), min_size=1, max_size=4)
    )
    def take_in_a_bank_file(self, rows: list[tuple[int, int, int]]) -> None:
        """Rows of several accounts and days, one of an account that nobody knows, some that cannot be."""
        path = Path(self.folder.name) / f"banco_{self.day:%Y%m%d}_{self.count}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
            writer.writerow(HEADER)
            for which, amount, days in rows:
                number = self.accounts[which].number if which < 3 else "999999"
                body = f"{number}{self.day:%y%m}"
                day = max(self.day - timedelta(days=days), date(2026, 1, 2))
                self.count += 1
                reference = body + luhn.calc_check_digit(body)
                row = [f"{day:%d/%m/%Y}", "10:00", "0001", reference, "DEPÓSITO", f"{pesos(amount)}"]
                writer.writerow([*row, f"{100_000 + self.count}"])
        with self.refusable():
            import_bank(path=path, dry_run=False, at=self.at, by=self.accountant)
        for payment in Payment.objects.filter(desk__is_attended=False, session=None):
            self.note(payment)

    @rule(which=accounts, amount=cents, days=st.integers(0, 30))
    def claim_an_unregistered_payment(self, which: int, amount: int, days: int) -> None:
        paid_on = max(self.day - timedelta(days=days), date(2026, 1, 2))
        facts = BankFacts(amount=pesos(amount), deposited_on=paid_on, reference=f"BNET {self.count}")
        with self.refusable():
            claim = open_claim(
                account=self.accounts[which],
                claimed=ClaimedPayment(amount=pesos(amount), paid_on=paid_on, institution="Banco"),
                at=self.at,
                by=self.coordinator,
                key=self.key(),
            )
            voucher = accept_claim(claim=claim, facts=facts, at=self.at, by=self.accountant)
            receipt = apply_voucher(voucher=voucher, at=self.at, by=self.cashier, key=self.key())
            self.note(receipt.payment)

    @invariant()
    def each_account_owes_what_it_was_charged_less_what_was_received(self) -> None:
        for account in self.accounts:
            received = sum(amount for account_id, amount in self.live.values() if account_id == account.pk)
            owed = self.charged[account.pk] + self.surcharges(account) + self.given_back[account.pk] - received
            assert int(balance(account.pk) * 100) == owed

    def surcharges(self, account: Account) -> int:
        """What is charged of surcharges, less what was undone, let go or returned."""
        rows = Transfer.objects.filter(account=account, concept="RECARGO").values_list("debit_book", "reason", "amount")
        charged = sum(
            (
                amount if book == Book.RECEIVABLE and reason == Reason.SURCHARGE else -amount
                for book, reason, amount in rows
            ),
            Decimal(0),
        )
        return int(charged * 100)

    @invariant()
    def closed_days_never_change(self) -> None:
        for day, figures in self.figures.items():
            assert self.figure(day) == figures
        assert open_day_from(self.day) not in self.figures


@pytest.mark.django_db
def test_the_desk_and_the_bank_hold_together_whatever_is_done():
    run_state_machine_as_test(
        CashDesk,
        settings=hypothesis_settings(
            max_examples=12,
            stateful_step_count=30,
            deadline=None,
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
