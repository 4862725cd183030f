"""The bench test of a meter: its error at each flow, and its verdict by the standard's limits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

_HUNDREDTH = Decimal("0.01")
_TENTH = Decimal("0.1")
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class FlowLimit:
    """A flow of a standard: litres an hour, the most error it admits (percent), and its share of a usual month."""

    name: str
    litres_per_hour: int
    limit_percent: Decimal
    weight: int


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard by which meters are tested, with its flows in order."""

    code: str
    name: str
    legal_basis: str
    flows: tuple[FlowLimit, ...]


@dataclass(frozen=True, slots=True)
class FlowResult:
    """What passed through a meter at a flow and what it registered (litres), and its error."""

    flow: FlowLimit
    passed_litres: Decimal
    registered_litres: Decimal
    error_percent: Decimal

    @property
    def passes(self) -> bool:
        """Whether the error is no more than the standard admits."""
        return abs(self.error_percent) <= self.flow.limit_percent


def error_percent(passed_litres: Decimal, registered_litres: Decimal) -> Decimal:
    """How much more, or less when negative, a meter registers than what passes, in percent to the hundredth."""
    error = (registered_litres - passed_litres) * _HUNDRED / passed_litres
    return error.quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)


def results_of(standard: Standard, litres: Mapping[str, tuple[Decimal, Decimal]]) -> list[FlowResult]:
    """The result at each flow of a standard; ``litres`` gives, by the flow's name, what passed and what was registered.

    :raises KeyError: a flow of the standard was not tested.
    """
    return [
        FlowResult(flow, *litres[flow.name], error_percent=error_percent(*litres[flow.name])) for flow in standard.flows
    ]


def is_passed(results: Sequence[FlowResult]) -> bool:
    """The verdict: within its limit at every flow."""
    return all(result.passes for result in results)


def usual_error(errors: Sequence[tuple[Decimal, int]]) -> Decimal:
    """The error of a usual month (percent to the hundredth): that of each flow by the water that runs at it."""
    whole = sum(weight for _, weight in errors)
    if not whole:
        return Decimal(0)
    total = sum((error * weight for error, weight in errors), Decimal(0))
    return (total / whole).quantize(_HUNDREDTH, rounding=ROUND_HALF_UP)


def lost_by_error(monthly_m3: Decimal, error: Decimal) -> Decimal:
    """What a meter with that error (percent) leaves unregistered of a month in which it counts ``monthly_m3``."""
    if error >= 0 or error <= -_HUNDRED:
        return Decimal("0.0")
    return (monthly_m3 * -error / (_HUNDRED + error)).quantize(_TENTH, rounding=ROUND_HALF_UP)
