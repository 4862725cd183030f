"""Reads of metering: for billing in bulk, for the importers, and for the screens."""

from cauce.metering.queries.billing import (
    Measured,
    consumption_for_chunk,
    consumption_last_months,
    metered_account_ids,
    reading_reasons,
)
from cauce.metering.queries.meter_facts import AccountMeter, account_meters
from cauce.metering.queries.parameters import reading_parameters
from cauce.metering.queries.rounds import (
    RoundCompleteness,
    accounts_without_line,
    accounts_without_useful_reading,
    completeness_with,
    expected_accounts,
    readings_in_review,
    reasons_in_review,
    round_completeness,
)
from cauce.metering.queries.screens import (
    AccountReading,
    ChartPoint,
    account_ids_by_serial,
    account_readings,
    consumption_series,
    current_installation,
    installations_of,
)
from cauce.metering.queries.stored import (
    StoredConsumption,
    StoredReading,
    stored_consumption,
    stored_openings,
    stored_readings,
)

__all__ = [
    "AccountMeter",
    "AccountReading",
    "ChartPoint",
    "Measured",
    "RoundCompleteness",
    "StoredConsumption",
    "StoredReading",
    "account_ids_by_serial",
    "account_meters",
    "account_readings",
    "accounts_without_line",
    "accounts_without_useful_reading",
    "completeness_with",
    "consumption_for_chunk",
    "consumption_last_months",
    "consumption_series",
    "current_installation",
    "expected_accounts",
    "installations_of",
    "metered_account_ids",
    "reading_parameters",
    "reading_reasons",
    "readings_in_review",
    "reasons_in_review",
    "round_completeness",
    "stored_consumption",
    "stored_openings",
    "stored_readings",
]
