"""The park of meters: which ones stopped, which ones seem to register less than what passes, and what replacing pays.

Every suspicion says its reason in words and the m³ a month that a new meter should count. Pure: the figures come from
the park's table (``park_file``) and the history from the readings.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from enum import StrEnum
from statistics import median
from typing import Final, NamedTuple

from cauce.core.es_mx import count_of, format_quantity
from cauce.core.periods import add_months
from cauce.metering.rules.bench import Standard, lost_by_error

_TENTH = Decimal("0.1")
_HUNDRED = Decimal(100)
_DAYS_OF_YEAR = Decimal("365.25")
MONTHS_LOOKED_AT: Final = 18
_TIMES_PLAUSIBLE = 2

# Each edge of a proposal's life with the event it emits; the database refuses any other.
PROPOSAL_EDGES: Mapping[tuple[str, str], str] = {
    ("PROPOSED", "APPROVED"): "REPLACEMENT_APPROVED",
    ("PROPOSED", "REFUSED"): "REPLACEMENT_REFUSED",
    ("PROPOSED", "WITHDRAWN"): "REPLACEMENT_WITHDRAWN",
}


class ReasonCode(StrEnum):
    """Why a meter is suspected."""

    FALL = "FALL"
    ZEROS = "ZEROS"
    AGE = "AGE"
    VOLUME = "VOLUME"
    TEST = "TEST"


REASON_NAMES: Final[Mapping[str, str]] = {
    ReasonCode.FALL: "Bajó su consumo",
    ReasonCode.ZEROS: "Lee cero",
    ReasonCode.AGE: "Pasó su vida en años",
    ReasonCode.VOLUME: "Pasó su vida en m³",
    ReasonCode.TEST: "Reprobó la prueba de banco",
}


class AgeBand(NamedTuple):
    """Meters of ``first`` to ``last`` years, without end when None."""

    code: str
    name: str
    first: int
    last: int | None


AGE_BANDS: Final = (
    AgeBand("0-3", "Hasta 3 años", 0, 3),
    AgeBand("4-6", "De 4 a 6 años", 4, 6),
    AgeBand("7-10", "De 7 a 10 años", 7, 10),
    AgeBand("11-15", "De 11 a 15 años", 11, 15),
    AgeBand("16-", "Más de 15 años", 16, None),
)
NO_BAND: Final = "SIN"


@dataclass(frozen=True, slots=True)
class BrandLife:
    """What a brand gives: months of warranty from its installation, and the years and m³ it is exact for."""

    warranty_months: int
    life_years: int
    life_m3: int


@dataclass(frozen=True, slots=True)
class SuspicionFigures:
    """The figures of the rule of under-registration: months, the fall, and what is lost past the life (percent)."""

    recent_months: int
    base_months: int
    least_base_m3: Decimal
    fall_percent: Decimal
    least_peers: int
    zeros: int
    loss_per_year: Decimal
    loss_past_volume: Decimal
    most_loss: Decimal


@dataclass(frozen=True, slots=True)
class ParkRules:
    """The park's table in force."""

    stopped_readings: int
    stopped_use_m3: Decimal
    suspicion: SuspicionFigures
    brands: Mapping[str, BrandLife]
    other_brand: BrandLife
    costs: Mapping[str, Decimal]
    other_cost: Decimal
    standards: Mapping[str, Standard]
    order: str
    measured_cycles: int

    def life_of(self, brand: str) -> BrandLife:
        """What the brand gives; of a brand that is not in the table, what any other does."""
        return self.brands.get(brand.strip().upper(), self.other_brand)

    def cost_of(self, diameter: str) -> Decimal:
        """What a new meter of that diameter costs in place (pesos); of another one, what the table says of others."""
        return self.costs.get(diameter.strip(), self.other_cost)


@dataclass(frozen=True, slots=True)
class MeterHistory:
    """What is known of a meter in place: its brand, years, m³ counted, months of water (oldest first, m³), its test.

    ``months`` are those that were read; neither estimated nor settling an estimate. ``test_error`` is that of the last
    test, when it failed.
    """

    brand: str
    age_years: Decimal | None
    counted_m3: int | None
    months: tuple[int, ...]
    test_error: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Trend:
    """The robust consumption of an account (median, m³ a month) before and lately, and the zeros it ends in."""

    base_m3: Decimal | None
    recent_m3: Decimal | None
    zeros: int

    @property
    def ratio(self) -> Decimal | None:
        """What is counted lately of what used to be; None where there is nothing to compare."""
        return self.recent_m3 / self.base_m3 if self.base_m3 and self.recent_m3 is not None else None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a meter is suspected, in words, and the m³ a month that it should be missing."""

    code: ReasonCode
    sentence: str
    expected_m3: Decimal


def trend_of(months: Sequence[int], figures: SuspicionFigures) -> Trend:
    """How an account's consumption goes: the median of its last months against that of the months before them."""
    zeros = 0
    for volume in reversed(months):
        if volume:
            break
        zeros += 1
    recent = months[-figures.recent_months :]
    # Months of zero are what is in doubt: what was used before them is the base.
    end = len(months) - max(figures.recent_months, zeros)
    base = months[: max(end, 0)]
    return Trend(
        base_m3=_median(base) if len(base) >= figures.base_months else None,
        recent_m3=_median(recent) if len(recent) >= figures.recent_months else None,
        zeros=zeros,
    )


def is_stopped(trend: Trend, rules: ParkRules) -> bool:
    """Whether a meter whose account used water counts nothing for as many readings as the table says."""
    return trend.zeros >= rules.stopped_readings and (trend.base_m3 or Decimal(0)) >= rules.stopped_use_m3


def suspicion(history: MeterHistory, trend: Trend, peers: Decimal | None, rules: ParkRules) -> list[Reason]:
    """Every reason to think that a meter registers less than what passes, the one that misses the most first.

    ``peers`` is the median of what the accounts of the same use and route count lately of what they used to: the town's
    own fall (season, supply) is not the meter's. Empty when nothing is odd. Reasons are never added up: the meter is
    expected to miss what the first one says.
    """
    usual = peers if peers is not None else Decimal(1)
    found = [
        *_zeros(trend, usual, rules),
        *_fall(trend, usual, peers is not None, rules.suspicion),
        *_test(history, trend),
        *_age(history, trend, rules),
        *_volume(history, trend, rules),
    ]
    return sorted(found, key=lambda reason: -reason.expected_m3)


def reasons_kept(reasons: Sequence[Reason]) -> list[dict[str, str]]:
    """Reasons as a row keeps them."""
    return [{"code": each.code.value, "sentence": each.sentence, "m3": str(each.expected_m3)} for each in reasons]


def expected_of(reasons: Sequence[Reason]) -> Decimal:
    """The m³ a month that a new meter should count and this one does not: the most that one reason says."""
    return max((reason.expected_m3 for reason in reasons), default=Decimal("0.0"))


def payback_months(cost: Decimal, pesos_a_year: Decimal) -> int | None:
    """In how many months a new meter pays for itself; None if it never does."""
    if pesos_a_year <= 0:
        return None
    return int((cost * 12 / pesos_a_year).to_integral_value(rounding=ROUND_CEILING))


def age_years(installed_on: date | None, on: date) -> Decimal | None:
    """The years since a meter was installed, with one decimal; None when the day is not known."""
    if installed_on is None or installed_on > on:
        return None
    return (Decimal((on - installed_on).days) / _DAYS_OF_YEAR).quantize(_TENTH, rounding=ROUND_HALF_UP)


def age_band(years: Decimal | None) -> str:
    """The code of the band of an age, counted in years begun; ``NO_BAND`` when it is not known."""
    if years is None:
        return NO_BAND
    begun = max(int(years.to_integral_value(rounding=ROUND_CEILING)), 0)
    return next(band.code for band in AGE_BANDS if band.last is None or begun <= band.last)


def warranty_until(installed_on: date | None, life: BrandLife) -> date | None:
    """The day on which a meter's warranty ends; None when it is not known since when it runs."""
    return None if installed_on is None else add_months(installed_on, life.warranty_months)


def counted_since(initial: int | None, last: int | None, digits: int) -> int | None:
    """The m³ that a register counted at least since its initial figure: it may have turned over more than once."""
    if initial is None or last is None:
        return None
    return last - initial if last >= initial else last + int(10**digits) - initial


def plausible_count(counted_m3: int | None, years: Decimal | None, trend: Trend) -> int | None:
    """The m³ that a register says, if they can be what its account used since it is there; None if they cannot.

    The initial figures that came from the old system are often not those of the meter: a meter of a year does not count
    what its account uses in thirty.
    """
    usual = max(trend.base_m3 or Decimal(0), trend.recent_m3 or Decimal(0))
    if counted_m3 is None or years is None or not usual:
        return None
    return counted_m3 if counted_m3 <= usual * years * 12 * _TIMES_PLAUSIBLE + usual else None


def peers_of(ratios: Sequence[Decimal], figures: SuspicionFigures) -> Decimal | None:
    """What the accounts that are compared with one count of what they used to; None while they are too few."""
    return Decimal(median(ratios)) if len(ratios) >= figures.least_peers else None


def gained_m3(before_m3: Decimal, after: Sequence[int], cycles: int) -> Decimal | None:
    """What a replacement brought a month: the mean of its first cycles less what was counted before; None before."""
    if len(after) < cycles:
        return None
    mean = Decimal(sum(after[:cycles])) / cycles
    return (mean - before_m3).quantize(_TENTH, rounding=ROUND_HALF_UP)


def _zeros(trend: Trend, usual: Decimal, rules: ParkRules) -> list[Reason]:
    if trend.base_m3 is None or trend.zeros < rules.suspicion.zeros or trend.base_m3 < rules.stopped_use_m3:
        return []
    expected = _tenths(trend.base_m3 * usual)
    said = (
        f"Lleva {count_of(trend.zeros, 'lectura', 'lecturas')} de cero y antes contaba "
        f"{_m3(trend.base_m3)} al mes: contaría {_m3(expected)}."
    )
    return [Reason(ReasonCode.ZEROS, said, expected)]


def _fall(trend: Trend, usual: Decimal, has_peers: bool, figures: SuspicionFigures) -> list[Reason]:
    if trend.base_m3 is None or trend.recent_m3 is None or trend.base_m3 < figures.least_base_m3 or not usual:
        return []
    should_be = _tenths(trend.base_m3 * usual)
    if not should_be or trend.recent_m3 > should_be * (_HUNDRED - figures.fall_percent) / _HUNDRED:
        return []
    expected = _tenths(should_be - trend.recent_m3)
    fall = (_HUNDRED - trend.recent_m3 * _HUNDRED / trend.base_m3).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    like = "; las de su uso y ruta cuentan " + _percent(usual) + " de lo que contaban" if has_peers else ""
    said = (
        f"Bajó {fall} %: contaba {_m3(trend.base_m3)} al mes y ahora {_m3(trend.recent_m3)}{like}. "
        f"Debería contar {_m3(should_be)}."
    )
    return [Reason(ReasonCode.FALL, said, expected)]


def _test(history: MeterHistory, trend: Trend) -> list[Reason]:
    if history.test_error is None:
        return []
    return [failed_test_reason(history.test_error, trend.recent_m3 or trend.base_m3 or Decimal(0))]


def failed_test_reason(error: Decimal, monthly_m3: Decimal) -> Reason:
    """That a meter failed its bench test with that usual error (percent), counting ``monthly_m3`` a month."""
    expected = lost_by_error(monthly_m3, error)
    lost = f"no cuenta {_m3(expected)} al mes" if expected else "su error no le quita consumo"
    said = f"Reprobó la prueba de banco con un error usual de {format_quantity(error)} %: {lost}."
    return Reason(ReasonCode.TEST, said, expected)


def _age(history: MeterHistory, trend: Trend, rules: ParkRules) -> list[Reason]:
    life = rules.life_of(history.brand).life_years
    if history.age_years is None or history.age_years <= life or not trend.recent_m3:
        return []
    beyond = history.age_years - life
    loss = min((beyond * rules.suspicion.loss_per_year).quantize(_TENTH), rules.suspicion.most_loss)
    expected = lost_by_error(trend.recent_m3, -loss)
    said = (
        f"Tiene {format_quantity(history.age_years)} años y su marca mide bien {life}: se calcula que no cuenta "
        f"{format_quantity(loss)} %, {_m3(expected)} al mes."
    )
    return [Reason(ReasonCode.AGE, said, expected)]


def _volume(history: MeterHistory, trend: Trend, rules: ParkRules) -> list[Reason]:
    life = rules.life_of(history.brand).life_m3
    if history.counted_m3 is None or history.counted_m3 <= life or not trend.recent_m3:
        return []
    expected = lost_by_error(trend.recent_m3, -rules.suspicion.loss_past_volume)
    said = (
        f"Ha contado {format_quantity(history.counted_m3)} m³ o más y su marca mide bien {format_quantity(life)}: se "
        f"calcula que no cuenta {format_quantity(rules.suspicion.loss_past_volume)} %, {_m3(expected)} al mes."
    )
    return [Reason(ReasonCode.VOLUME, said, expected)]


def _median(volumes: Sequence[int]) -> Decimal | None:
    return _tenths(Decimal(median(volumes))) if volumes else None


def _tenths(volume: Decimal) -> Decimal:
    return volume.quantize(_TENTH, rounding=ROUND_HALF_UP)


def _m3(volume: Decimal) -> str:
    return f"{format_quantity(volume)} m³"


def _percent(ratio: Decimal) -> str:
    return f"{(ratio * _HUNDRED).quantize(Decimal(1), rounding=ROUND_HALF_UP)} %"
