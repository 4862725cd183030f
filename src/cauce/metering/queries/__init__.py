"""Reads of metering: for billing in bulk, for the importers, and for the screens."""

from cauce.metering.queries.anomalies import anomalies_on
from cauce.metering.queries.assignments import readers_at_work, route_loads
from cauce.metering.queries.billing import (
    Measured,
    consumption_for_chunk,
    consumption_last_months,
    metered_account_ids,
    reading_reasons,
)
from cauce.metering.queries.dependents import Apportioned, apportion, shares_of
from cauce.metering.queries.finding_orders import WantedOrder, findings_to_order
from cauce.metering.queries.handheld import lines_for_handheld
from cauce.metering.queries.measured_month import MeasuredMonth, last_month_of
from cauce.metering.queries.meter_facts import AccountMeter, account_meters
from cauce.metering.queries.parameters import reading_parameters
from cauce.metering.queries.review import (
    FINDING,
    READING,
    UNREAD,
    ReviewFilter,
    ReviewItem,
    ReviewKey,
    proposals,
    review_counts,
    review_list,
    rounds_of,
    rounds_without_findings,
)
from cauce.metering.queries.review_card import Proposal, ReviewCard, corrected_m3, review_card
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
from cauce.metering.queries.standings import Standing, standings
from cauce.metering.queries.stored import (
    StoredConsumption,
    StoredReading,
    stored_consumption,
    stored_openings,
    stored_readings,
)
from cauce.metering.queries.visits import SecondVisit, second_visits
from cauce.metering.queries.walks import ReaderProgress, WalkPlace, round_progress, walk_of_route

__all__ = [
    "FINDING",
    "READING",
    "UNREAD",
    "AccountMeter",
    "AccountReading",
    "Apportioned",
    "ChartPoint",
    "Measured",
    "MeasuredMonth",
    "Proposal",
    "ReaderProgress",
    "ReviewCard",
    "ReviewFilter",
    "ReviewItem",
    "ReviewKey",
    "RoundCompleteness",
    "SecondVisit",
    "Standing",
    "StoredConsumption",
    "StoredReading",
    "WalkPlace",
    "WantedOrder",
    "account_ids_by_serial",
    "account_meters",
    "account_readings",
    "accounts_without_line",
    "accounts_without_useful_reading",
    "anomalies_on",
    "apportion",
    "completeness_with",
    "consumption_for_chunk",
    "consumption_last_months",
    "consumption_series",
    "corrected_m3",
    "current_installation",
    "expected_accounts",
    "findings_to_order",
    "installations_of",
    "last_month_of",
    "lines_for_handheld",
    "metered_account_ids",
    "proposals",
    "readers_at_work",
    "reading_parameters",
    "reading_reasons",
    "readings_in_review",
    "reasons_in_review",
    "review_card",
    "review_counts",
    "review_list",
    "round_completeness",
    "round_progress",
    "rounds_of",
    "rounds_without_findings",
    "route_loads",
    "second_visits",
    "shares_of",
    "standings",
    "stored_consumption",
    "stored_openings",
    "stored_readings",
    "walk_of_route",
]
