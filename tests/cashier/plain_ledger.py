"""The ledger told again in plain integers of centavos, by the shortest code that says the same.

It knows nothing of transfers, books or SQL. Days are dates; a period is its month's first day.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

RATE_PERCENT = 3


def month_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError


@dataclass(eq=False)
class Charge:
    concept: str
    period: date
    due_on: date
    cents: int
    bill: int
    on: date | None = None
    paid: list[tuple["Credit", int, date]] = field(default_factory=list)
    undone: bool = False

    @property
    def pending(self) -> int:
        return 0 if self.undone else self.cents - sum(cents for credit, cents, _ in self.paid if not credit.undone)

    def pending_at_the_start_of(self, day: date) -> int:
        return self.cents - sum(c for credit, c, since in self.paid if not credit.undone and since < day)

    def settled_after(self, day: date) -> list[tuple["Credit", int, date]]:
        """What settled it after a day and after it existed, the latest written first."""
        live = [paid for paid in self.paid if not paid[0].undone]
        return [paid for paid in reversed(live) if paid[2] > day and paid[2] > (self.on or date.min)]

    def redate(self, paid: tuple["Credit", int, date], cents: int, day: date) -> int:
        """Count up to some cents of what settled it as of another day; say how many."""
        part = min(cents, paid[1])
        if part > 0:
            self.paid.remove(paid)
            self.paid.append((paid[0], part, day))
            if part < paid[1]:
                self.paid.append((paid[0], paid[1] - part, paid[2]))
        return max(part, 0)


@dataclass(eq=False)
class Credit:
    day: date
    from_favour: bool
    undone: bool = False
    bill: int | None = None
    lets_go: bool = False


@dataclass
class Payment:
    cents: int
    credit: Credit
    left: int


@dataclass
class PlainAccount:
    charges: list[Charge] = field(default_factory=list)
    payments: dict[str, Payment] = field(default_factory=dict)
    applications: list[Credit] = field(default_factory=list)
    returned: list[tuple[date, date, int]] = field(default_factory=list)

    @property
    def favour(self) -> int:
        kept = sum(payment.left for payment in self.payments.values() if not payment.credit.undone)
        used = sum(self.used_by(credit) for credit in self.applications)
        return kept - used + sum(cents for _, _, cents in self.returned)

    @property
    def balance(self) -> int:
        return sum(charge.pending for charge in self.charges) - self.favour

    def used_by(self, credit: Credit) -> int:
        if credit.undone:
            return 0
        return sum(cents for charge in self.charges for paid_by, cents, _ in charge.paid if paid_by is credit)

    def accrued(self, period: date, to: date) -> int:
        """The whole surcharge of a period up to a day: each started month on what was pending when it started."""
        hundredths = 0
        for charge in self.charges:
            if (charge.concept, charge.period, charge.undone) == ("AGUA", period, False):
                months = 0
                while (start := month_later(charge.due_on, months) + timedelta(days=1)) <= to:
                    hundredths += RATE_PERCENT * charge.pending_at_the_start_of(start)
                    months += 1
        return (hundredths + 50) // 100

    def surcharges_of(self, period: date, after: date = date.min) -> list[Charge]:
        """The surcharges of a period that stand, charged after a day."""
        mine = [c for c in self.charges if (c.concept, c.period, c.undone) == ("RECARGO", period, False)]
        return [charge for charge in mine if charge.on is not None and charge.on > after]

    def posted(self, period: date) -> int:
        """What is charged of surcharges of a period, less what was let go or returned."""
        charged = self.surcharges_of(period)
        let_go = sum(cents for charge in charged for credit, cents, _ in charge.paid if credit.lets_go)
        returned = sum(cents for other, _, cents in self.returned if other == period)
        return sum(charge.cents for charge in charged) - let_go - returned

    def post_surcharges(self, to: date, bill: int) -> None:
        """Charge what each period that owes water has earned beyond what is charged."""
        for period in sorted({charge.period for charge in self.charges if charge.concept == "AGUA" and charge.pending}):
            owed = [charge for charge in self.charges if (charge.concept, charge.period) == ("AGUA", period)]
            owed = [charge for charge in owed if not charge.undone and charge.due_on < to]
            if any(charge.pending for charge in owed):
                missing = self.accrued(period, to) - self.posted(period)
                if missing > 0:
                    due_on = min(charge.due_on for charge in owed)
                    self.charges.append(Charge("RECARGO", period, due_on, missing, bill, to))

    def pay(self, cents: int, key: str, value_date: date, only: int | None = None, *, is_today: bool = True) -> None:
        """Receive money of a day, today's or an earlier one: surcharges charged since are put right."""
        later = [c for c in self.charges if c.concept == "RECARGO" and not c.undone and c.on and c.on > value_date]
        until = max((charge.on for charge in later if charge.on), default=None)
        for charge in later:
            charge.undone = not any(part for credit, part, _ in charge.paid if not credit.undone)
        self.post_surcharges(value_date, 0)
        if is_today and only is None:
            self.apply_favour(value_date)
        credit = Credit(value_date, from_favour=False)
        left = self.settle(cents, credit, value_date, only)
        self.payments[key] = Payment(cents, credit, left)
        if until is not None:
            self.bring_forward(value_date)
            self.post_surcharges(until, 0)
            bearing = [charge for charge in self.charges if charge.concept == "AGUA" and not charge.undone]
            for period in sorted({charge.period for charge in bearing if charge.due_on < until}):
                self.put_right(period, value_date, until)

    def put_right(self, period: date, after: date, until: date) -> None:
        """Let go what is charged beyond what is earned and nobody paid; return what somebody paid."""
        excess = self.posted(period) - self.accrued(period, until)
        later = self.surcharges_of(period, after)
        paid = sum(cents for c in later for credit, cents, _ in c.paid if not credit.undone and not credit.lets_go)
        paid -= sum(cents for other, on, cents in self.returned if other == period and on > after)
        for charge in reversed(later):
            part = min(excess, charge.pending)
            if part > 0:
                charge.paid.append((Credit(until, from_favour=False, lets_go=True), part, until))
                excess -= part
        if min(excess, paid) > 0:
            self.returned.append((period, until, min(excess, paid)))

    def settle(self, cents: int, credit: Credit, on: date, only: int | None = None) -> int:
        """Pay in the law's order and return what is left."""
        owed = [(c, c.pending) for c in self.charges if c.pending and (only is None or c.bill == only)]
        # Money of an earlier day, in favour too, does not pay what being late cost afterwards.
        owed = [(c, pending) for c, pending in owed if c.concept != "RECARGO" or c.on is None or c.on <= on]
        for charge, part in self.in_order(cents, owed, on):
            charge.paid.append((credit, part, on))
            cents -= part
        return cents

    def in_order(self, cents: int, owed: list[tuple[Charge, int]], on: date) -> list[tuple[Charge, int]]:
        """What each of the charges gets of some cents, in the law's order."""

        def place(charge: Charge) -> tuple[object, ...]:
            if charge.concept == "REINSTALACION":
                return (1, charge.period, charge.due_on, self.charges.index(charge))
            if charge.concept == "RECARGO":
                return (2, charge.period, charge.due_on, self.charges.index(charge))
            if charge.due_on < on:
                return (3, charge.period)
            return (6, charge.due_on, charge.period)

        groups: dict[tuple[object, ...], list[tuple[Charge, int]]] = {}
        for charge, pending in owed:
            groups.setdefault(place(charge), []).append((charge, pending))
        parts: list[tuple[Charge, int]] = []
        for key in sorted(groups, key=repr_of):
            asked = [pending for _, pending in groups[key]]
            given = asked if cents >= sum(asked) else pro_rata(cents, asked)
            parts += [(charge, part) for (charge, _), part in zip(groups[key], given, strict=True) if part]
            cents -= sum(given)
        return parts

    def bring_forward(self, after: date) -> None:
        """Money in favour that had come by a day settled then what later money settled."""
        early = sum(p.left for p in self.payments.values() if not p.credit.undone and p.credit.day <= after)
        early += sum(cents for _, on, cents in self.returned if on <= after)
        later: list[tuple[Charge, int]] = []
        for charge in self.charges:
            if charge.concept != "RECARGO" and not charge.undone:
                settled = sum(cents for _, cents, _ in charge.settled_after(after))
                later += [(charge, settled)] if settled else []
        amount = min(early, self.favour)
        if amount > 0 and later:
            for charge, part in self.in_order(amount, later, after):
                for paid in sorted(charge.settled_after(after), key=lambda one: one[2], reverse=True):
                    part -= charge.redate(paid, part, max(after, charge.on or date.min))

    def date_back(self, cents: int) -> None:
        """What was brought forward counts again from the day of its own credit, up to some cents."""
        for charge in self.charges:
            for paid in reversed(list(charge.paid)):
                if not paid[0].undone and paid[2] < paid[0].day and not charge.undone:
                    cents -= charge.redate(paid, cents, paid[0].day)

    def apply_favour(self, day: date, bill: int | None = None) -> None:
        if self.favour > 0 and any(charge.pending for charge in self.charges):
            credit = Credit(day, from_favour=True, bill=bill)
            self.settle(self.favour, credit, day)
            self.applications.append(credit)

    def undo_payment(self, key: str) -> None:
        payment = self.payments[key]
        missing, freed = payment.left - self.favour, []
        for credit in reversed(self.applications):
            if missing > 0 and not credit.undone:
                missing -= self.used_by(credit)
                credit.undone = True
                freed.append(credit.day)
        payment.credit.undone = True
        self.date_back(payment.left)
        if freed:
            self.apply_favour(min(freed))

    def can_undo_bill(self, bill: int) -> bool:
        paid_by = [credit for charge in self.charges if charge.bill == bill for credit, _, _ in charge.paid]
        charged = {c.period for c in self.charges if (c.bill, c.concept, c.undone) == (bill, "RECARGO", False)}
        is_returned = any(period in charged for period, _, _ in self.returned)
        return not is_returned and all(credit.undone or credit.from_favour for credit in paid_by)

    def undo_bill(self, bill: int) -> None:
        freed = []
        for charge in self.charges:
            if charge.bill == bill:
                charge.undone = True
                freed += [credit for credit, _, _ in charge.paid if not credit.undone]
        freed += [credit for credit in self.applications if credit.bill == bill and not credit.undone]
        for credit in freed:
            credit.undone = True
        if freed:
            self.apply_favour(min(credit.day for credit in freed))


def repr_of(key: tuple[object, ...]) -> tuple[str, ...]:
    return tuple(f"{part:06d}" if isinstance(part, int) else str(part) for part in key)


def pro_rata(cents: int, weights: list[int]) -> list[int]:
    """Split in proportion; what rounding down leaves goes to the largest remainders, the first of equals first."""
    total = sum(weights)
    parts = [cents * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda n: (-(cents * weights[n] % total), n))
    for n in by_remainder[: cents - sum(parts)]:
        parts[n] += 1
    return parts
