"""What the months of an account come to when some of them are put right, judged before anything is written."""

from collections.abc import Collection, Mapping
from datetime import date, datetime

from cauce.core.errors import DomainError
from cauce.core.es_mx import format_long_period, format_volume
from cauce.metering.models import Consumption
from cauce.metering.queries.meter_facts import meters_by_account
from cauce.metering.queries.parameters import reading_parameters
from cauce.metering.rules import CountedMonth, MonthsDoNotMeet, RightVolume, recount


class LaterMonthCounts(DomainError):
    """A later month was counted from a reading that would change, and its own m³ would no longer be right."""


def live_months(account_id: int, since: date) -> list[Consumption]:
    """The live months that this system counted of an account from ``since`` on, oldest first. One query."""
    rows = Consumption.objects.filter(account=account_id, period__gte=since, superseded_at__isnull=True)
    return list(rows.exclude(source=Consumption.Source.HISTORY).order_by("period"))


def corrected_months(account_id: int, right: Mapping[date, RightVolume]) -> dict[date, CountedMonth]:
    """Each month that changes when those of ``right`` (that it has) are put right.

    :raises LaterMonthCounts: if another month was counted from a reading that changes.
    """
    if not right:
        return {}
    months = live_months(account_id, min(right))
    return _recounted(account_id, months, {month: each for month, each in right.items() if _has(months, month)})


def restored_months(account_id: int, periods: Collection[date], *, corrected_at: datetime) -> dict[date, CountedMonth]:
    """Each month that changes when those of ``periods`` that were corrected at a moment are as they were before it.

    :raises LaterMonthCounts: if another month was counted from a reading that changes.
    """
    if not periods:
        return {}
    months = live_months(account_id, min(periods))
    before = Consumption.objects.in_bulk([month.corrects_id for month in months if month.corrects_id is not None])
    first = {
        month.period: before[month.corrects_id]
        for month in months
        if month.period in periods
        and month.corrects_id is not None
        and before[month.corrects_id].superseded_at == corrected_at
    }
    digits = _digits(account_id, [*months, *first.values()])
    return _recounted(
        account_id, months, {period: _counted(month, digits[month.meter_serial]) for period, month in first.items()}
    )


def _has(months: Collection[Consumption], period: date) -> bool:
    return any(month.period == period for month in months)


def _recounted(
    account_id: int, months: list[Consumption], right: Mapping[date, RightVolume | CountedMonth]
) -> dict[date, CountedMonth]:
    if not right:
        return {}
    digits = _digits(account_id, months)
    counted = [_counted(month, digits[month.meter_serial]) for month in months]
    # The first month that changes begins where it began.
    since = next(place for place, month in enumerate(counted) if month.period in right)
    try:
        return recount(counted[since:], right)
    except MonthsDoNotMeet as error:
        raise LaterMonthCounts(_sentence(error, months, min(right))) from error


def _sentence(error: MonthsDoNotMeet, months: Collection[Consumption], first: date) -> str:
    later, changed = format_long_period(error.period), format_long_period(first)
    if error.period == first:
        return (
            f"El medidor de la cuenta se cambió en {changed} y lo que midió el retirado es más que eso: corrija "
            "primero la lectura final del retirado."
        )
    counted = next(month.volume_m3 for month in months if month.period == error.period)
    would = "" if error.needed_m3 is None else f" y saldría de {format_volume(error.needed_m3)}"
    return (
        f"El consumo de {later}, de {format_volume(counted)}, se contó desde la lectura de {changed}{would}: ajuste "
        f"los dos recibos a la vez, con los metros cúbicos que les tocan entre ambos. Si {later} no se ha emitido, "
        "espere a que se emita."
    )


def _digits(account_id: int, months: Collection[Consumption]) -> dict[str, int]:
    """Where the register of each of their meters turns."""
    parameters = reading_parameters(max(month.period for month in months)) if months else None
    if parameters is None:
        return {}
    known = {
        meter.serial: parameters.digits_of(meter.brand, meter.digits)
        for meter in meters_by_account([account_id]).get(account_id, ())
    }
    return {month.meter_serial: known.get(month.meter_serial, parameters.default_digits) for month in months}


def _counted(month: Consumption, digits: int) -> CountedMonth:
    return CountedMonth(
        period=month.period,
        volume_m3=month.volume_m3,
        is_estimated=month.source == Consumption.Source.ESTIMATED,
        measured_m3=month.measured_m3,
        settled_m3=month.settled_m3,
        ahead_m3=month.ahead_m3,
        serial=month.meter_serial,
        digits=digits,
        previous_value=month.previous_value,
        previous_on=month.previous_on,
        current_value=month.current_value,
        current_on=month.current_on,
        billed_from=month.billed_from,
        estimate_rule=month.estimate_rule,
    )
