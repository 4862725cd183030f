"""Which charges a payment settles, in the order the law gives."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cauce.core.money import ZERO, split
from cauce.core.periods import period_of
from cauce.tariffs.rules.values import Concept, ConceptKind

# A period's services and the VAT on them are one thing to who pays them.
PAID_TOGETHER = (ConceptKind.SERVICE, ConceptKind.TAX)
# The book of what agreements promise, and the concepts of its instalments and of their interest.
AGREEMENT_BOOK = "AGREEMENT"
INSTALMENT = "CONVENIO"
AGREEMENT_INTEREST = "INTERES_CONVENIO"


@dataclass(frozen=True, slots=True)
class OpenCharge:
    """A charge with something still to pay.

    ``amount`` is what was charged and ``pending`` what is left, in pesos; ``due_on`` is the last day to pay in time.
    """

    id: int
    concept: str
    period: date | None
    due_on: date
    amount: Decimal
    pending: Decimal
    effective_on: date
    account_id: int | None = None
    party_id: int | None = None
    document_id: int | None = None
    book: str = ""


@dataclass(frozen=True, slots=True)
class AllocationOrder:
    """The order in which undirected money settles charges, as the law's catalogue of concepts gives it.

    What can wait comes after everything that can be claimed. A concept the catalogue does not name is a one-off charge.
    """

    concepts: Mapping[str, Concept]

    def kind_of(self, charge: OpenCharge) -> ConceptKind:
        """What a charge is; the VAT of a one-off charge, which has no period, goes with it, not with the services.

        All that a pagaré promises, its interest and the VAT of its principal too, is an instalment.
        """
        if charge.book == AGREEMENT_BOOK:
            return ConceptKind.INSTALMENT
        known = self.concepts.get(charge.concept)
        if known is None or (known.kind is ConceptKind.TAX and charge.period is None):
            return ConceptKind.ONE_OFF
        return known.kind

    def is_surcharge(self, charge: OpenCharge) -> bool:
        """Whether a charge is a surcharge of its period."""
        return self.kind_of(charge) is ConceptKind.SURCHARGE

    @property
    def last_rank(self) -> int:
        """The place of what is not yet due, whatever its concept."""
        return max((concept.allocation_rank for concept in self.concepts.values()), default=0) + 1

    def rank_of(self, charge: OpenCharge, on: date) -> int:
        """The place of ``charge`` on the day ``on``; 1 is paid first.

        Costs, fines and surcharges can be claimed as soon as they exist; instalments and one-off charges from their due
        day; a period's services once that day has passed, because the due day itself is still in time.
        """
        kind = self.kind_of(charge)
        if kind in PAID_TOGETHER:
            claimable = charge.due_on < on
        elif kind in (ConceptKind.INSTALMENT, ConceptKind.ONE_OFF):
            claimable = charge.due_on <= on
        else:
            claimable = True
        if not claimable:
            return self.last_rank
        return next(
            (concept.allocation_rank for concept in self.concepts.values() if concept.kind is kind), self.last_rank - 1
        )


def payable_on(charges: Iterable[OpenCharge], order: AllocationOrder, *, on: date) -> list[OpenCharge]:
    """What money of the day ``on`` may settle: not what being late cost afterwards, nor interest that has not begun."""
    return [
        charge
        for charge in charges
        if charge.effective_on <= on or not (order.is_surcharge(charge) or is_agreement_interest(charge))
    ]


def is_agreement_interest(charge: OpenCharge) -> bool:
    """Whether a charge is the interest of an instalment; it counts from the day on which its month begins."""
    return charge.book == AGREEMENT_BOOK and charge.concept == AGREEMENT_INTEREST


def allocate(
    amount: Decimal,
    charges: Iterable[OpenCharge],
    order: AllocationOrder,
    *,
    on: date,
    only: Collection[int] | None = None,
) -> list[tuple[int, Decimal]]:
    """Say which charges ``amount`` settles on the day ``on``, and how much of each.

    Money goes down the law's order; within a rank the oldest comes first; a period's services and their VAT are paid
    together, in proportion to what each has pending. ``only`` directs the money to those charge ids and to no other.
    What no charge takes is not in the result: it is the caller's to keep as an advance.

    :returns: pairs (charge id, pesos), each positive and at most the charge's pending, in the order they were settled.
    :raises ValueError: if ``amount`` is not positive.
    """
    if amount <= 0:
        raise ValueError("allocate needs a positive amount")
    eligible = [charge for charge in charges if charge.pending > 0 and (only is None or charge.id in only)]
    left = amount
    settled: list[tuple[int, Decimal]] = []
    for group in _groups_in_order(eligible, order, on):
        if left <= 0:
            break
        pending = [charge.pending for charge in group]
        owed = sum(pending, ZERO)
        parts = pending if left >= owed else split(left, pending)
        settled += [(charge.id, part) for charge, part in zip(group, parts, strict=True) if part > 0]
        left -= min(left, owed)
    return settled


def _groups_in_order(charges: Sequence[OpenCharge], order: AllocationOrder, on: date) -> Iterator[list[OpenCharge]]:
    """Gather the charges that are paid together, first those that are paid first."""
    groups: dict[tuple[int, date, date, int, int], list[OpenCharge]] = {}
    last = order.last_rank
    for charge in sorted(charges, key=lambda charge: charge.id):
        rank = order.rank_of(charge, on)
        period = charge.period or period_of(charge.due_on)
        age = (charge.due_on, period) if rank == last else (period, charge.due_on)
        if order.kind_of(charge) not in PAID_TOGETHER:
            key = (rank, *age, 1, charge.id)
        elif rank == last:
            key = (rank, *age, 0, 0)
        else:
            # A period billed again has two due dates and is still one period to whoever pays it.
            key = (rank, period, date.min, 0, 0)
        groups.setdefault(key, []).append(charge)
    for key in sorted(groups):
        yield groups[key]


def overdue_periods(charges: Iterable[OpenCharge], order: AllocationOrder, on: date) -> list[date]:
    """The distinct periods with an overdue unpaid service charge («meses de adeudo»), oldest first."""
    return sorted(
        {
            charge.period or period_of(charge.due_on)
            for charge in charges
            if charge.pending > 0 and charge.due_on < on and order.kind_of(charge) in PAID_TOGETHER
        }
    )
