"""The instalments of an agreement: equal principal, interest on the outstanding balance, dates on business days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from cauce.core.business_days import BusinessCalendar
from cauce.core.money import ZERO, round_to_cents, split
from cauce.core.periods import add_months

MOST_INSTALMENTS = 60


class ScheduleFault(Exception):
    """The terms make no schedule; the text says why, in Spanish, for the person."""


@dataclass(frozen=True, slots=True)
class PlannedInstalment:
    """One instalment: ``number`` from 1, its last day to pay in time, and the pesos of principal and of interest.

    ``starts_on`` is the day from which its month of interest runs: what is paid before it bears none.
    """

    number: int
    starts_on: date
    due_on: date
    principal: Decimal
    interest: Decimal

    @property
    def amount(self) -> Decimal:
        """The face of its pagaré."""
        return self.principal + self.interest


def plan_instalments(
    financed: Decimal,
    *,
    count: int,
    monthly_percent: Decimal,
    signed_on: date,
    first_due_on: date,
    calendar: BusinessCalendar,
) -> list[PlannedInstalment]:
    """Divide ``financed`` pesos in ``count`` monthly instalments of equal principal.

    Instalment k of N bears (N - k + 1) x rate/100 x (financed / N), rounded once. Each falls due on the day of the
    month of the first, or on the next business day.

    :raises ScheduleFault: if there is nothing to divide, or the dates or the number make no sense.
    """
    if financed <= 0:
        raise ScheduleFault("El enganche cubre todo el adeudo: no queda nada que pagar en parcialidades.")
    if not 1 <= count <= MOST_INSTALMENTS:
        raise ScheduleFault(f"El convenio lleva de 1 a {MOST_INSTALMENTS} parcialidades.")
    if first_due_on <= signed_on:
        raise ScheduleFault("La primera parcialidad vence después del día en que se firma el convenio.")
    if financed < Decimal("0.01") * count:
        raise ScheduleFault("El adeudo no alcanza para tantas parcialidades.")
    principals = split(financed, [Decimal(1)] * count)
    starts_on = signed_on
    planned = []
    for number, principal in enumerate(principals, start=1):
        due_on = calendar.next_business_day(add_months(first_due_on, number - 1))
        interest = round_to_cents((count - number + 1) * monthly_percent / 100 * financed / count)
        planned.append(PlannedInstalment(number, starts_on, due_on, principal, interest))
        starts_on = due_on
    return planned


def share_vat(vat: Decimal, planned: Sequence[PlannedInstalment]) -> list[Decimal]:
    """How much of each instalment's principal is VAT of the debt, in proportion: the parts add up to ``vat``."""
    if vat <= 0:
        return [ZERO] * len(planned)
    return split(vat, [instalment.principal for instalment in planned])
