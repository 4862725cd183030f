"""The law's figures for reading, or the ones used while there is no law."""

from datetime import date

from cauce.metering.rules import DEFAULT_PARAMETERS, ReadingParameters
from cauce.tariffs.queries import parameters_for
from cauce.tariffs.rules import NoLawInForce


def reading_parameters(period: date) -> ReadingParameters:
    """What the law in force in ``period`` says of reading; the defaults when none is loaded, so that meters can be
    read and installed before the law arrives (billing does wait for it)."""
    try:
        law = parameters_for(period)
    except NoLawInForce:
        return DEFAULT_PARAMETERS
    return ReadingParameters(
        cycle_days=law.cycle_days,
        digits_by_brand=law.meter_digits,
        default_digits=DEFAULT_PARAMETERS.default_digits,
        high_times=law.high_consumption_times,
        high_minimum_m3=law.high_consumption_minimum_m3,
        interval_days=law.interval_days,
    )
