"""What an overdue month costs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from cauce.core.money import ZERO, round_to_cents
from cauce.core.periods import add_months
from cauce.tariffs.rules.values import SurchargeRule


class Credit(NamedTuple):
    """Pesos that settled part of a charge, with the day from which they count."""

    effective_on: date
    amount: Decimal


class Pause(NamedTuple):
    """Days in which no month of surcharge may start (a hold); ``until`` is exclusive, ``None`` while it lasts."""

    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class Principal:
    """A charge that may earn surcharges, with every live credit allocated to it."""

    concept: str
    period: date
    due_on: date
    amount: Decimal
    credits: Sequence[Credit] = ()


def months_started(due_on: date, to: date) -> int:
    """Count the months of delay from ``due_on`` to ``to``; a started month is whole and the due day itself is none.

    >>> months_started(date(2026, 7, 10), date(2026, 8, 31))
    2
    """
    if to <= due_on:
        return 0
    months = (to.year - due_on.year) * 12 + to.month - due_on.month
    return months + 1 if to > add_months(due_on, months) else months


def surcharges_accrued(
    principals: Iterable[Principal], rule: SurchargeRule, to: date, pauses: Sequence[Pause] = ()
) -> dict[date, Decimal]:
    """The whole surcharge of each period from its due date to the day ``to``, in pesos, rounded once a period.

    Each started month adds the rate on the principal pending when that month starts, so money that came on or before
    the due day leaves nothing to charge. Simple: surcharges never bear surcharges. Periods that earn none are left out.
    """
    exact: dict[date, Decimal] = {}
    for principal in principals:
        if principal.concept not in rule.bears or to <= principal.due_on:
            continue
        earned = _months_of_pesos(principal, to, pauses) * rule.monthly_percent / 100
        if rule.cap_percent is not None:
            earned = min(earned, principal.amount * rule.cap_percent / 100)
        if earned:
            exact[principal.period] = exact.get(principal.period, ZERO) + earned
    rounded = {period: round_to_cents(amount) for period, amount in sorted(exact.items())}
    return {period: amount for period, amount in rounded.items() if amount > 0}


def _months_of_pesos(principal: Principal, to: date, pauses: Sequence[Pause]) -> Decimal:
    """Add up, over the started months, the pesos that were pending on each month's first day."""
    months = months_started(principal.due_on, to)
    if not principal.credits and not pauses:
        return principal.amount * months
    total = ZERO
    for month in range(months):
        starts_on = add_months(principal.due_on, month) + timedelta(days=1)
        if any(pause.since <= starts_on and (pause.until is None or starts_on < pause.until) for pause in pauses):
            continue
        settled = sum((credit.amount for credit in principal.credits if credit.effective_on < starts_on), ZERO)
        total += max(principal.amount - settled, ZERO)
    return total


def surcharges_to_post(accrued: Mapping[date, Decimal], posted: Mapping[date, Decimal]) -> dict[date, Decimal]:
    """What each period still has to be charged: accrued less what was already posted (and maybe waived since).

    Never negative: a surcharge that should not have been charged is undone by its own act, not by a smaller next one.
    """
    differences = {period: amount - posted.get(period, ZERO) for period, amount in accrued.items()}
    return {period: amount for period, amount in differences.items() if amount > 0}
