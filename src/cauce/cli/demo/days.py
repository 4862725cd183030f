"""The days of the demonstration: bills, three windows that collect, the bank, the closes, one day after another."""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Final

from django.utils import timezone

from cauce.billing.models import Bill, BillingRun
from cauce.cashier.models import CashSession, Desk, Payment, SessionClose
from cauce.cashier.operations import (
    PaymentShare,
    close_cash_day,
    close_session,
    open_desk,
    open_session,
    review_session,
    take_payment,
)
from cauce.cashier.queries.sessions import CASH, expected_in
from cauce.cashier.rules import Tendered, as_pieces, rounded_cash
from cauce.cli.output import progress
from cauce.core.es_mx import format_date
from cauce.ledger.models import ClosedDay, Posting
from cauce.ledger.queries import balances, collection_law
from cauce.registry.models import Account
from cauce.users.models import User

PERIODS: Final = (date(2026, 9, 1), date(2026, 10, 1))
FIRST_DAY: Final = date(2026, 9, 1)
LAST_DAY: Final = date(2026, 10, 25)
# The last day with windows stays as the staff would find it: a close to review, a day to close.
LAST_WINDOW_DAY: Final = date(2026, 10, 23)
HOLIDAYS: Final = (date(2026, 9, 16),)
KEY: Final = "demo:"
# Whoever pays does so within these days of the bill, in the proportions below; the rest stay behind.
_DAYS_TO_PAY: Final = 12
_DAYS_DRAWN: Final = 14
_PAID_OF_TEN: Final = {1: 6, 2: 6, 3: 7}
_THINGS_HAPPEN_TO: Final = 40
_FLOAT: Final = {"100": 2, "50": 3, "20": 5, "10": 3, "5": 4}
_CASHIERS: Final = {"C1": "cajero", "C2": "cajero2", "C3": "cajero3"}
# Pesos that a drawer had beside what it should: short when negative.
_DIFFERENCES: Final = {("C2", date(2026, 9, 18)): Decimal(-50), ("C3", date(2026, 9, 23)): Decimal(20)}
_BANKS: Final = ("BBVA", "Banorte", "Santander", "Banco del Bajío")


def moment(day: date, *, minutes: int = 0) -> datetime:
    """A moment of the utility's working day: eight in the morning and so many minutes."""
    return timezone.make_aware(datetime.combine(day, time(8))) + timedelta(minutes=minutes)


def is_done(key: str) -> bool:
    """Whether an act of the demonstration was done by one that was killed."""
    return Posting.objects.filter(key=key).exists()


@dataclass
class Town:
    """The people of the demonstration, who pays at the bank, and what each day brings to the windows."""

    people: dict[str, User]
    bank_file: Path
    bills: dict[date, list[Bill]] = field(default_factory=dict)

    @cached_property
    def at_the_bank(self) -> frozenset[str]:
        """The numbers of the accounts that the bank's file names: they do not come to the windows."""
        lines = self.bank_file.read_text(encoding="utf-8-sig").splitlines()[1:]
        return frozenset(line.split(";")[3][:6] for line in lines if line.count(";") >= 3)

    @cached_property
    def examples(self) -> frozenset[str]:
        """The numbers of the accounts whose bills the old system's folder gives: nothing touches them."""
        expected = json.loads((self.bank_file.parent / "esperado.json").read_text("utf-8"))["recibos"]
        return frozenset(example["cuenta"] for month in expected.values() for example in month["ejemplos"])

    @cached_property
    def spared(self) -> frozenset[str]:
        """The numbers of the accounts whose readings nobody decides: examples, the bank's and other stories'."""
        return self.examples | self.at_the_bank | {account.number for account in self.quiet_accounts}

    @cached_property
    def desks(self) -> dict[str, Desk]:
        """The windows."""
        return {code: open_desk(code=code, name=f"Caja {code[1:]}", series=code) for code in _CASHIERS}

    @cached_property
    def quiet_accounts(self) -> list[Account]:
        """Active accounts that neither pay their bills at the windows nor at the bank: things happen to them."""
        accounts = Account.objects.filter(state=Account.State.ACTIVE).select_related("holder").order_by("number")
        return list(islice(self._unpaid_by(accounts), _THINGS_HAPPEN_TO))

    @cached_property
    def debtors(self) -> list[Account]:
        """Those that come after them: they owe, pay nobody, and come to agree."""
        accounts = Account.objects.filter(state=Account.State.ACTIVE).select_related("holder").order_by("number")
        return list(islice(self._unpaid_by(accounts), _THINGS_HAPPEN_TO, None))

    def _unpaid_by(self, accounts: Iterable[Account]) -> Iterator[Account]:
        return (
            account
            for account in accounts
            if account.number not in self.at_the_bank
            and all(not _pays(account.pk, period, account.cycle) for period in PERIODS)
        )

    def cashier_of(self, code: str) -> User:
        """Who collects at a desk."""
        return self.people[_CASHIERS[code]]

    def expect(self, run: BillingRun) -> None:
        """Note on which day each account of a run comes to pay; the same at every demonstration."""
        for bill in Bill.objects.filter(run=run).select_related("account__holder").order_by("position"):
            if bill.account.number not in self.at_the_bank and _pays(bill.account_id, run.period, run.cycle):
                day = _working_day(run.issue_on + timedelta(days=1 + _draw(bill.account_id, run.period) % _DAYS_DRAWN))
                if day <= min(run.issue_on + timedelta(days=_DAYS_TO_PAY), LAST_WINDOW_DAY):
                    self.bills.setdefault(day, []).append(bill)


Tell = Callable[[Town, date, dict[str, CashSession]], None]


def live_days(
    town: Town,
    *,
    first_day: date = FIRST_DAY,
    bill: Callable[[date], list[BillingRun]],
    tell: Tell,
    attend: Callable[[date], object] = lambda day: None,
) -> None:
    """Live from the first day to the last, with what is told of each; a day that was closed is not lived again.

    From ``first_day`` until the windows have somebody to charge, only what ``attend`` does of each day happens.
    """
    closed = set(ClosedDay.objects.values_list("day", flat=True))
    day, taken = first_day, 0
    while day <= LAST_DAY:
        if day < FIRST_DAY:
            attend(day)
            day += timedelta(days=1)
            continue
        for run in bill(day):
            town.expect(run)
        if day not in closed:
            if is_working(day):
                taken += _work(town, day, tell)
            if day < LAST_WINDOW_DAY:
                close_cash_day(day=day, at=moment(day, minutes=660), by=town.people["supervisor-cajas"])
        attend(day)
        if day.weekday() == 4:
            progress(f"Cajas: {taken:,} pagos hasta el {format_date(day)}.")
        day += timedelta(days=1)


def is_working(day: date) -> bool:
    """Whether the windows open."""
    return day.weekday() < 5 and day not in HOLIDAYS and day <= LAST_WINDOW_DAY


def _work(town: Town, day: date, tell: Tell) -> int:
    """A day at the windows: they open, people pay, what is told of that day happens, they close and are reviewed."""
    sessions = _open_windows(town, day)
    taken = _collect(town, day, sessions) if sessions else 0
    tell(town, day, sessions)
    for code, session in sessions.items():
        _close_window(town, code, session)
    _review(town, day)
    return taken


def _open_windows(town: Town, day: date) -> dict[str, CashSession]:
    """The day's sessions; none if they were already closed."""
    sessions = {}
    for code, desk in town.desks.items():
        found = CashSession.objects.filter(desk=desk, day=day).select_related("desk", "cashier").first()
        if found is None:
            found = open_session(desk=desk, cashier=town.cashier_of(code), denominations=_FLOAT, at=moment(day))
        if found.closed_at is None:
            sessions[code] = found
    return sessions


def _collect(town: Town, day: date, sessions: dict[str, CashSession]) -> int:
    """Take the payments of the day: whole, in part, or more than is owed; now and then one sum for several accounts."""
    bills = town.bills.get(day, [])
    owed = balances(bill.account_id for bill in bills)
    taken = set(Payment.objects.filter(key__in=[f"{KEY}{bill.pk}" for bill in bills]).values_list("key", flat=True))
    waiting = [(bill, _amount(bill.account_id, owed.get(bill.account_id, Decimal(0)))) for bill in bills]
    for place, group in enumerate(_groups([(bill, amount) for bill, amount in waiting if amount > 0])):
        key = f"{KEY}{group[0][0].pk}"
        if key not in taken:
            codes = [code for code in sessions if code != "C2" or not is_barred(town, group)]
            code = codes[group[0][0].account_id % len(codes)]
            _take(town, sessions[code], group, moment(day, minutes=10 + place % 420), key)
    return len(waiting)


def is_barred(town: Town, group: Sequence[tuple[Bill, Decimal]]) -> bool:
    """Whether one of the accounts is of the person that the cashier of the second window declared a link with."""
    return any(bill.account.holder_id == town.quiet_accounts[13].holder_id for bill, _ in group)


def _groups(payers: Sequence[tuple[Bill, Decimal]]) -> Iterator[list[tuple[Bill, Decimal]]]:
    """Everybody pays alone, but for three a day: a landlord brings one sum for them."""
    together = [payer for payer in payers if payer[0].account_id % 17 == 3][:3]
    if len(together) > 1:
        yield list(together)
    for payer in payers:
        if len(together) < 2 or payer not in together:
            yield [payer]


def _take(town: Town, session: CashSession, group: Sequence[tuple[Bill, Decimal]], at: datetime, key: str) -> None:
    total = sum((amount for _, amount in group), Decimal(0))
    take_payment(
        shares=[PaymentShare(account=bill.account, amount=amount) for bill, amount in group],
        tenders=tenders_of(total, group[0][0].pk, at, mixed=len(group) > 1),
        session=session,
        at=at,
        by=session.cashier,
        key=key,
    )


def tenders_of(total: Decimal, draw: int, at: datetime, *, mixed: bool = False) -> list[Tendered]:
    """How somebody pays: mostly with bills and change, some by card, cheque or transfer."""
    cash = rounded_cash(total, collection_law(timezone.localdate(at)).desk.coin)
    if mixed and total > 400:
        return [Tendered("CARD", total - 200, f"{draw:06d}"), in_cash(Decimal(200))]
    if draw % 6 == 0 or cash == 0:
        return [Tendered("CARD", total, f"{draw:06d}")]
    if draw % 29 == 1:
        return [Tendered("CHEQUE", total, f"{draw:07d}", _BANKS[draw % len(_BANKS)])]
    if draw % 31 == 2:
        return [Tendered("TRANSFER", total, f"SPEI {draw:07d}", _BANKS[draw % len(_BANKS)])]
    return [in_cash(cash)]


def in_cash(amount: Decimal) -> Tendered:
    """Cash, handed over in the bills that people bring."""
    bill = 50 if amount < 500 else 100
    handed = -(-amount // bill) * bill
    return Tendered(CASH, amount, handed=handed if handed > amount else None)


def _close_window(town: Town, code: str, session: CashSession) -> None:
    """Count and close; the drawer of some days is short or has something over."""
    expected = expected_in(session)
    counted = expected[CASH] + _DIFFERENCES.get((code, session.day), Decimal(0))
    close_session(
        session=session,
        denominations=as_pieces(counted),
        declared=expected,
        bag=f"B-{session.day:%m%d}-{code}",
        at=moment(session.day, minutes=480),
        by=session.cashier,
        key=f"{KEY}corte:{session.pk}",
    )


def _review(town: Town, day: date) -> None:
    """The supervisor looks at the closes; that of the second window on the last day waits."""
    for close in SessionClose.objects.filter(session__day=day, review=None).select_related("session__desk"):
        if day < LAST_WINDOW_DAY or close.session.desk.code != "C2":
            note = "Se contó otra vez con el cajero y se levantó el acta." if close.difference else ""
            supervisor = town.people["supervisor-cajas"]
            review_session(close=close, note=note, at=moment(day, minutes=540), by=supervisor)


def _draw(account_id: int, period: date) -> int:
    return account_id * 7919 + period.month


def _pays(account_id: int, period: date, cycle: int | None) -> bool:
    return _draw(account_id, period) % 10 < _PAID_OF_TEN.get(cycle or 0, 0)


def _working_day(day: date) -> date:
    while not is_working(day) and day <= LAST_WINDOW_DAY:
        day += timedelta(days=1)
    return day


def _amount(account_id: int, owed: Decimal) -> Decimal:
    """Most pay what they owe, some a part, a few leave something in their favour."""
    kind = account_id % 20
    if kind == 7:
        return (owed / 2).quantize(Decimal(1))
    if kind == 11:
        return owed + 100
    return owed
