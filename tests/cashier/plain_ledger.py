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


@dataclass
class Charge:
    concept: str
    period: date
    due_on: date
    cents: int
    bill: int
    paid: list[tuple["Credit", int]] = field(default_factory=list)
    undone: bool = False

    @property
    def pending(self) -> int:
        return 0 if self.undone else self.cents - sum(cents for credit, cents in self.paid if not credit.undone)

    def pending_at_the_start_of(self, day: date) -> int:
        return self.cents - sum(c for credit, c in self.paid if not credit.undone and credit.day < day)


@dataclass
class Credit:
    day: date
    from_favour: bool
    undone: bool = False
    bill: int | None = None


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

    @property
    def favour(self) -> int:
        kept = sum(payment.left for payment in self.payments.values() if not payment.credit.undone)
        used = sum(self.used_by(credit) for credit in self.applications)
        return kept - used

    @property
    def balance(self) -> int:
        return sum(charge.pending for charge in self.charges) - self.favour

    def used_by(self, credit: Credit) -> int:
        if credit.undone:
            return 0
        return sum(cents for charge in self.charges for paid_by, cents in charge.paid if paid_by is credit)

    def post_surcharges(self, to: date, bill: int) -> None:
        for period in sorted({charge.period for charge in self.charges if charge.concept == "AGUA" and charge.pending}):
            owed = [charge for charge in self.charges if (charge.concept, charge.period) == ("AGUA", period)]
            owed = [charge for charge in owed if not charge.undone and charge.due_on < to]
            if not any(charge.pending for charge in owed):
                continue
            hundredths, due_on = 0, min(charge.due_on for charge in owed)
            for charge in owed:
                months = 0
                while (start := month_later(charge.due_on, months) + timedelta(days=1)) <= to:
                    hundredths += RATE_PERCENT * charge.pending_at_the_start_of(start)
                    months += 1
            posted = [c for c in self.charges if (c.concept, c.period, c.undone) == ("RECARGO", period, False)]
            missing = (hundredths + 50) // 100 - sum(charge.cents for charge in posted)
            if missing > 0:
                self.charges.append(Charge("RECARGO", period, due_on, missing, bill))

    def settle(self, cents: int, credit: Credit, on: date, only: int | None = None) -> int:
        """Pay in the law's order and return what is left."""

        def place(charge: Charge) -> tuple[object, ...]:
            if charge.concept == "REINSTALACION":
                return (1, charge.period, charge.due_on, self.charges.index(charge))
            if charge.concept == "RECARGO":
                return (2, charge.period, charge.due_on, self.charges.index(charge))
            if charge.due_on < on:
                return (3, charge.period)
            return (6, charge.due_on, charge.period)

        groups: dict[tuple[object, ...], list[Charge]] = {}
        for charge in self.charges:
            if charge.pending and (only is None or charge.bill == only):
                groups.setdefault(place(charge), []).append(charge)
        for key in sorted(groups, key=repr_of):
            owed = [charge.pending for charge in groups[key]]
            given = owed if cents >= sum(owed) else pro_rata(cents, owed)
            for charge, part in zip(groups[key], given, strict=True):
                if part:
                    charge.paid.append((credit, part))
            cents -= sum(given)
        return cents

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
        if freed:
            self.apply_favour(min(freed))

    def can_undo_bill(self, bill: int) -> bool:
        paid_by = [credit for charge in self.charges if charge.bill == bill for credit, _ in charge.paid]
        return all(credit.undone or credit.from_favour for credit in paid_by)

    def undo_bill(self, bill: int) -> None:
        freed = []
        for charge in self.charges:
            if charge.bill == bill:
                charge.undone = True
                freed += [credit for credit, _ in charge.paid if not credit.undone]
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
