"""Computing a run: each chunk of accounts is claimed once and becomes drafts; nothing is owed yet."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction

from cauce.billing.models import BillingRun, RunAccount, RunChunk
from cauce.billing.queries import AccountToBill, accounts_to_bill, withdrawn_drafts
from cauce.billing.rules import Measure, Outcome, Rule, draft_json, price_json, reading_note_json
from cauce.core.bulk import copy_rows, flush_later
from cauce.core.periods import add_months
from cauce.metering.queries import (
    Measured,
    apportion,
    consumption_for_chunk,
    metered_account_ids,
    reading_reasons,
)
from cauce.tariffs.queries import schedule_for_period, schedule_of
from cauce.tariffs.rules.errors import NoLawInForce, PricingError
from cauce.tariffs.rules.pricing import Pricer
from cauce.tariffs.rules.usages import usage_json
from cauce.tariffs.rules.values import Price, Schedule, Usage

_NOT_READ = "SIN_LINEA"
_EXEMPT = {"VOLUNTARY_SUSPENSION": Rule.VOLUNTARY_SUSPENSION, "CLOSED": Rule.CLOSED}
_COLUMNS = ("run_id", "account_id", "outcome", "rule", "note", "chunk_ordinal", "place", "total", "draft")
# A reading may reach this many months back before the laws that ruled them are missed.
_MONTHS_BACK = 12
_PRICES_KEPT = 20_000


class Drafted(NamedTuple):
    """What an account came to: a total (pesos) and a draft as it is stored, or the rule that says why there is none."""

    outcome: Outcome
    rule: str
    note: str = ""
    total: Decimal | None = None
    draft: str | None = None


class ChunkReadings(NamedTuple):
    """What metering says of a chunk: whose water is measured, what was, why it was not, and how it was divided."""

    metered: set[int]
    measured: dict[int, Measured]
    reasons: dict[int, str]
    divided: dict[int, dict[str, int]]


class RunPricer:
    """Prices a run's accounts; equal uses share one price and one written proof."""

    def __init__(self, run: BillingRun) -> None:
        schedule = schedule_of(run.schedule_id)
        self._pricer = Pricer(schedule, tuple(_earlier_laws(schedule, run.period)))
        self._written: dict[int, tuple[Price, str]] = {}

    def price(self, usage: Usage) -> tuple[Price, str]:
        """The price of a use and the part of its draft that equal uses share.

        :raises PricingError: the law gives no price for it.
        """
        price = self._pricer.price(usage)
        known = self._written.get(id(price))
        if known is None or known[0] is not price:
            # A use that spans several months has a price of its own, which nobody asks for again.
            if len(self._written) >= _PRICES_KEPT:
                self._written.clear()
            kept = usage_json(usage, self._pricer.schedule.parameters.interval_days)
            known = self._written[id(price)] = (price, price_json(price, usage.tariff_code, kept))
        return known


@transaction.atomic
def compute_chunk(run: BillingRun, *, pricer: RunPricer, at: datetime) -> bool:
    """Claim one chunk of a run being computed and store the draft of each of its accounts.

    :returns: False when no chunk is left to claim. A chunk interrupted half way is free again: nothing of it stays.
    """
    chunk = (
        RunChunk.objects.select_for_update(skip_locked=True)
        .filter(run=run, computed_at__isnull=True)
        .order_by("ordinal")
        .first()
    )
    if chunk is None:
        return False
    flush_later()
    accounts = accounts_to_bill(chunk.account_ids, run=run)
    readings = _readings_of(chunk.account_ids, run)
    withdrawn = withdrawn_drafts(run, chunk.account_ids)
    if withdrawn:
        RunAccount.objects.filter(run=run, account_id__in=withdrawn).delete()
    copy_rows(
        RunAccount._meta.db_table,
        _COLUMNS,
        (
            (run.pk, account.id, outcome, rule, note, chunk.ordinal, place, total, draft)
            for place, account in enumerate(accounts)
            for outcome, rule, note, total, draft in (
                _reviewed(_draft(account, run.period, pricer, readings), withdrawn.get(account.id)),
            )
        ),
    )
    chunk.computed_at = at
    chunk.save(update_fields=["computed_at"])
    return True


def _readings_of(account_ids: list[int], run: BillingRun) -> ChunkReadings:
    metered = metered_account_ids(account_ids)
    measured = consumption_for_chunk(account_ids, run.period)
    reasons = reading_reasons(sorted(metered - measured.keys()), run.period, run.cycle)
    divided = apportion(account_ids, run.period, measured)
    return ChunkReadings(
        metered | divided.measured.keys() | divided.waiting.keys(),
        divided.measured,
        reasons | divided.waiting,
        divided.notes,
    )


def _reviewed(drafted: Drafted, reason: str | None) -> Drafted:
    """The draft as a reviewer left it: what was withdrawn, for a reason, stays withdrawn."""
    if reason is None or drafted.outcome is not Outcome.BILLED:
        return drafted
    return drafted._replace(outcome=Outcome.HELD, rule=Rule.WITHDRAWN, note=reason)


def _draft(account: AccountToBill, period: date, pricer: RunPricer, readings: ChunkReadings) -> Drafted:
    if account.state in _EXEMPT:
        return Drafted(Outcome.EXEMPT, _EXEMPT[account.state])
    if account.is_billed:
        return Drafted(Outcome.EXEMPT, Rule.ALREADY_BILLED)
    if account.is_held:
        return Drafted(Outcome.HELD, Rule.HOLD)
    measure, billed_from = None, None
    if account.has_water and account.id in readings.metered:
        measured = readings.measured.get(account.id)
        if measured is None:
            return Drafted(Outcome.PARKED, readings.reasons.get(account.id, _NOT_READ))
        measure = Measure(
            measured.volume_m3,
            measured.previous_value,
            measured.current_value,
            measured.previous_on,
            measured.current_on,
            measured.meter_serial,
            measured.source == "ESTIMATED",
            reading_note_json(
                estimate=measured.estimate_rule,
                measured_m3=measured.measured_m3,
                settled_m3=measured.settled_m3,
                ahead_m3=measured.ahead_m3,
                months=measured.settled_months,
                apportioned=readings.divided.get(account.id),
            ),
            measured.decision_id,
        )
        billed_from = measured.billed_from or measured.previous_on
    try:
        price, shared = pricer.price(_usage(account, period, measure, billed_from))
    except PricingError as error:
        return Drafted(Outcome.PARKED, error.code)
    return Drafted(Outcome.BILLED, "", total=price.total, draft=draft_json(shared, measure))


def _usage(account: AccountToBill, period: date, measure: Measure | None, billed_from: date | None) -> Usage:
    return Usage(
        tariff_code=account.tariff_code,
        period=period,
        m3=measure.volume_m3 if measure else None,
        category=account.category or None,
        has_water=account.has_water,
        has_sewerage=account.has_sewerage,
        has_treatment=account.has_treatment,
        discharge_m3=account.discharge_m3,
        dwellings=account.dwellings,
        exemption=account.exemption or None,
        pupils=account.pupils,
        read_from=billed_from,
        read_until=measure.current_on if measure else None,
    )


def _earlier_laws(schedule: Schedule, period: date) -> Iterator[Schedule]:
    """The laws that ruled the months before, for readings that reach back into them."""
    seen = {schedule.sha256}
    for months in range(1, _MONTHS_BACK + 1):
        try:
            earlier = schedule_for_period(add_months(period, -months))
        except NoLawInForce:
            return
        if earlier.sha256 not in seen:
            seen.add(earlier.sha256)
            yield earlier
