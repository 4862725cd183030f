"""What is odd about a reading: against its own history and season, the meter's past, and the walk of who read."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from math import asin, cos, radians, sin, sqrt
from statistics import median
from typing import Final, NamedTuple

from cauce.core.periods import add_months
from cauce.metering.rules.anomalies import AnomalyRules
from cauce.metering.rules.finding_codes import (
    BURST,
    EQUAL_TO_PREVIOUS,
    FAR_FROM_HOUSE,
    HIGH_BY_HISTORY,
    LOW_BY_HISTORY,
    REVERSED_IN_A_ROW,
    STOPPED_IN_A_ROW,
    TOO_FAST_A_WALK,
    TWO_MONTHS,
    UNREAD_IN_A_ROW,
)

EARTH_METRES: Final = 6_371_000
_STOPPED_REASONS = frozenset({"CONSUMO_CERO", "INCIDENTE_03"})
_REVERSED_REASONS = frozenset({"LECTURA_RETROCEDE", "INCIDENTE_04"})


class Found(NamedTuple):
    """An anomaly that was found, how many months in a row it has been so, and the figures that tell it."""

    code: str
    times: int
    facts: Mapping[str, int | str]


class PastRound(NamedTuple):
    """What an earlier round knew of the account, the newest first: its figure and the reason it was held for."""

    value: int | None
    reason: str


class ReadAccount(NamedTuple):
    """An account in a round: what was read, what it came to, its past rounds and the m³ of its effective months.

    ``measured_m3`` is None when nothing could be counted; ``past`` begins with the last round; ``volumes`` are of
    whole months of the meter in place, by period.
    """

    period: date
    value: int | None
    previous_value: int | None
    measured_m3: int | None
    reason: str
    days: int | None
    past: Sequence[PastRound]
    volumes: Mapping[date, int]


class Place(NamedTuple):
    """Degrees."""

    latitude: Decimal
    longitude: Decimal


class Step(NamedTuple):
    """A reading in the walk of who took it; ``minute`` counts from the day's midnight."""

    reading_id: int
    account_id: int
    reader_code: str
    route_id: int
    on: date
    minute: int
    place: Place | None


def find(account: ReadAccount, rules: AnomalyRules, *, longest_days: int) -> list[Found]:
    """All that is odd about an account's reading, besides the reason that its line was held for."""
    found = _in_a_row(account, rules)
    covers_more = account.days is not None and account.days > longest_days
    if not covers_more:
        found.extend(_against_history(account, rules))
    if account.value is not None and account.value == account.previous_value:
        found.append(Found(EQUAL_TO_PREVIOUS, 1, {"lectura": account.value}))
    if covers_more:
        found.append(Found(TWO_MONTHS, 1, {"dias": account.days or 0}))
    return found


def times_in_a_row(code: str, past: Iterable[PastRound]) -> int:
    """How many rounds in a row, this one included, the account has had this reason."""
    times = 1
    for each in past:
        if each.reason != code:
            break
        times += 1
    return times


def expected_volume(volumes: Mapping[date, int]) -> tuple[Decimal, Decimal] | None:
    """The median of the account's months and how far they are from it (MAD), in m³; None without months."""
    if not volumes:
        return None
    middle = Decimal(str(median(volumes.values())))
    spread = Decimal(str(median(abs(Decimal(volume) - middle) for volume in volumes.values())))
    return middle, spread


def season_of_last_year(period: date, volumes: Mapping[date, int]) -> tuple[int, int] | None:
    """The least and the most m³ of the same season a year before: that month and the ones beside it.

    What is not odd for the season is not odd: the heat of May is not a leak.
    """
    months = [volumes[month] for month in (add_months(period, -12 + step) for step in (-1, 0, 1)) if month in volumes]
    return (min(months), max(months)) if months else None


def place_of(latitude: Decimal | None, longitude: Decimal | None) -> Place | None:
    """Where it was; None when it is not known, or says 0, 0: what a terminal writes without a signal."""
    if latitude is None or longitude is None or not (latitude or longitude):
        return None
    return Place(latitude, longitude)


def metres_between(one: Place, other: Place) -> int:
    """The distance between two places, in whole metres."""
    latitude, other_latitude = radians(float(one.latitude)), radians(float(other.latitude))
    half_latitude = (other_latitude - latitude) / 2
    half_longitude = radians(float(other.longitude - one.longitude)) / 2
    chord = sin(half_latitude) ** 2 + cos(latitude) * cos(other_latitude) * sin(half_longitude) ** 2
    return round(2 * EARTH_METRES * asin(min(1.0, sqrt(chord))))


def far_from_house(read_at: Place | None, house: Place | None, rules: AnomalyRules) -> Found | None:
    """Whether it was read too far from the house to have seen the meter."""
    if read_at is None or house is None:
        return None
    metres = metres_between(read_at, house)
    if metres <= rules.row(FAR_FROM_HOUSE).parameters["metros"]:
        return None
    return Found(FAR_FROM_HOUSE, 1, {"metros": metres})


def too_fast(walk: Iterable[Step], rules: AnomalyRules) -> dict[int, Found]:
    """Readings of one reader's walk that nobody could have taken on foot, by their id.

    ``walk`` is in the order of its minutes. Within one route and day: further from the one before than a person
    walks in the time between both, or more readings in a minute than a person takes.
    """
    parameters = rules.row(TOO_FAST_A_WALK).parameters
    most_metres, most_readings = parameters["metros_por_minuto"], parameters["lecturas_por_minuto"]
    found: dict[int, Found] = {}
    in_minute = 0
    before: Step | None = None
    for step in walk:
        together = before is not None and (before.reader_code, before.route_id, before.on) == (
            step.reader_code,
            step.route_id,
            step.on,
        )
        in_minute = in_minute + 1 if together and before is not None and before.minute == step.minute else 1
        if in_minute > most_readings:
            found[step.reading_id] = Found(TOO_FAST_A_WALK, 1, {"lecturas_por_minuto": in_minute})
        elif together and before is not None and before.place is not None and step.place is not None:
            metres = metres_between(before.place, step.place)
            minutes = max(1, step.minute - before.minute)
            if metres > most_metres * minutes:
                found[step.reading_id] = Found(TOO_FAST_A_WALK, 1, {"metros": metres, "minutos": minutes})
        before = step
    return found


def _against_history(account: ReadAccount, rules: AnomalyRules) -> list[Found]:
    expected = expected_volume(account.volumes)
    if account.measured_m3 is None or expected is None:
        return []
    middle, spread = expected
    facts: dict[str, int | str] = {"m3": account.measured_m3, "mediana": str(middle), "desviacion": str(spread)}
    burst = rules.row(BURST).parameters
    if account.measured_m3 >= burst["minimo_m3"] and account.measured_m3 > burst["veces_mediana"] * middle:
        return [Found(BURST, 1, facts)]
    season = season_of_last_year(account.period, account.volumes)
    high, low = rules.row(HIGH_BY_HISTORY).parameters, rules.row(LOW_BY_HISTORY).parameters
    months = len(account.volumes)
    # A house that uses the same each month has no deviation at all: one m³ is the least that counts as one.
    spread = max(spread, Decimal(1))
    above = max(middle + high["veces_mad"] * spread, middle + high["minimo_m3"])
    below = min(middle - low["veces_mad"] * spread, middle - low["minimo_m3"])
    if months >= high["meses"] and account.measured_m3 > max(above, Decimal(season[1] if season else 0)):
        return [Found(HIGH_BY_HISTORY, 1, facts)]
    if months >= low["meses"] and account.measured_m3 < min(below, Decimal(season[0]) if season else below):
        return [Found(LOW_BY_HISTORY, 1, facts)]
    return []


def _in_a_row(account: ReadAccount, rules: AnomalyRules) -> list[Found]:
    rows: dict[str, int] = {
        STOPPED_IN_A_ROW: _run(account, lambda each: each.reason in _STOPPED_REASONS),
        REVERSED_IN_A_ROW: _run(account, lambda each: each.reason in _REVERSED_REASONS),
        UNREAD_IN_A_ROW: _run(account, lambda each: each.value is None),
    }
    return [
        Found(code, times, {"veces": times})
        for code, times in rows.items()
        if rules.row(code).parameters["veces"] <= times
    ]


def _run(account: ReadAccount, holds: Callable[[PastRound], bool]) -> int:
    times = 0
    for each in (PastRound(account.value, account.reason), *account.past):
        if not holds(each):
            break
        times += 1
    return times
