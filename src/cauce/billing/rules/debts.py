"""What is asked of an account besides the month's charges, sorted as its bill tells it apart."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from cauce.billing.rules.compact import compact_json
from cauce.core.money import ZERO
from cauce.core.periods import period_of
from cauce.ledger.rules import AGREEMENT_BOOK, INSTALMENT, AllocationOrder, OpenCharge, overdue_periods
from cauce.tariffs.rules.values import ConceptKind

_CAN_WAIT = (ConceptKind.INSTALMENT, ConceptKind.ONE_OFF)


@dataclass(slots=True)
class PreviousDebt:
    """What is asked of an account besides the month's charges, as its bill tells it; pesos.

    ``arrears`` are services and their VAT of the bill's fiscal year, ``prior_year`` (rezago) of earlier years;
    ``other`` holds what is not a service: reinstalación, pago vario, instalments that fall due with this bill.
    ``can_wait`` is what falls due later, by concept: it is not asked for and is in none of the sums.
    """

    arrears: Decimal = ZERO
    prior_year: Decimal = ZERO
    surcharges: Decimal = ZERO
    other: Decimal = ZERO
    periods: set[date] = field(default_factory=set)
    prior_year_periods: set[date] = field(default_factory=set)
    others: dict[str, Decimal] = field(default_factory=dict)
    overdue_periods: list[date] = field(default_factory=list)
    can_wait: dict[str, Decimal] = field(default_factory=dict)

    @property
    def total(self) -> Decimal:
        """All that is asked for."""
        return self.arrears + self.prior_year + self.surcharges + self.other

    def tell_what_was_paid_ahead(self, left: "PreviousDebt") -> None:
        """Count among the other charges what could wait and was paid all the same; ``left`` is what is owed since."""
        for concept, amount in self.can_wait.items():
            paid = amount - left.can_wait.get(concept, ZERO)
            if paid > 0:
                self.add_other(concept, paid)

    def add_other(self, concept: str, amount: Decimal) -> None:
        """Count pesos of a concept among the other charges."""
        self.other += amount
        self.others[concept] = self.others.get(concept, ZERO) + amount

    def detail_json(self) -> str | None:
        """The periods and other concepts behind the sums, as the bill keeps them; None when nothing was owed."""
        if not (self.periods or self.prior_year_periods or self.others):
            return None
        return compact_json(
            {
                "periods": [day.isoformat() for day in sorted(self.periods)],
                "prior_year_periods": [day.isoformat() for day in sorted(self.prior_year_periods)],
                "others": {concept: str(amount) for concept, amount in sorted(self.others.items())},
            }
        )


def previous_debt(
    charges: Iterable[OpenCharge], order: AllocationOrder, *, issued_on: date, due_on: date, period: date
) -> PreviousDebt:
    """Sort what an account still owes into the parts its bill tells apart.

    An instalment or a one-off charge that falls due after the bill's own due date is not asked for yet and stays out.
    """
    open_now = list(charges)
    debt = PreviousDebt(overdue_periods=overdue_periods(open_now, order, issued_on))
    for charge in open_now:
        kind = order.kind_of(charge)
        owed_for = charge.period or period_of(charge.due_on)
        if kind is ConceptKind.SURCHARGE:
            debt.surcharges += charge.pending
        elif kind not in (ConceptKind.SERVICE, ConceptKind.TAX):
            # A note is one thing to who pays it: its principal, the VAT in it and its interest.
            concept = INSTALMENT if charge.book == AGREEMENT_BOOK else charge.concept
            if kind in _CAN_WAIT and charge.due_on > due_on:
                debt.can_wait[concept] = debt.can_wait.get(concept, ZERO) + charge.pending
            else:
                debt.add_other(concept, charge.pending)
        elif owed_for.year < period.year:
            debt.prior_year += charge.pending
            debt.prior_year_periods.add(owed_for)
        else:
            debt.arrears += charge.pending
            debt.periods.add(owed_for)
    return debt
