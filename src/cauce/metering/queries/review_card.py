"""One account of a round, with all that a person looks at before deciding what is billed."""

from dataclasses import dataclass
from datetime import date

from cauce.metering.models import Consumption, MeterInstallation, Reading, ReadingDecision, ReadingFinding, ReadingRound
from cauce.metering.queries.anomalies import anomalies_on
from cauce.metering.queries.screens import ChartPoint, consumption_series, installations_of
from cauce.metering.queries.standings import Standing, standings
from cauce.metering.rules import (
    BILLS_NAMES,
    AnomalyRow,
    AnomalyRules,
    Average,
    Bills,
    Place,
    metres_between,
    place_of,
    run_ahead,
    settle,
)
from cauce.registry.models import Account

CHART_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Proposal:
    """A way in which the month may be billed: m³ that would be billed, and what of it settles estimates.

    ``volume_m3`` is None when it cannot be counted so; ``is_proposed`` marks the first of the row of its anomaly.
    """

    bills: Bills
    name: str
    volume_m3: int | None
    measured_m3: int | None
    settled_m3: int
    ahead_m3: int
    is_proposed: bool


@dataclass(frozen=True, slots=True)
class ReviewCard:
    """What there is to see of an account of a round.

    ``series`` are its last 24 months, ``average`` of its last six effective ones; ``metres`` is how far from the house
    it was read; ``decisions`` newest first, and ``decision`` the one that rules.
    """

    round: ReadingRound
    account: Account
    reading: Reading | None
    readings: list[Reading]
    row: AnomalyRow
    findings: list[ReadingFinding]
    decisions: list[ReadingDecision]
    consumption: Consumption | None
    series: list[ChartPoint]
    average: Average | None
    standing: Standing
    proposals: list[Proposal]
    meters: list[MeterInstallation]
    read_at: Place | None
    house: Place | None
    metres: int | None

    @property
    def decision(self) -> ReadingDecision | None:
        """The decision that rules, if any."""
        return self.decisions[0] if self.decisions else None


def review_card(
    *, reading_round: ReadingRound, account_id: int, reading_id: int | None = None, table: AnomalyRules | None = None
) -> ReviewCard:
    """All of one account in a round. Thirteen queries; fourteen without the ``table`` of anomalies at hand.

    :raises Account.DoesNotExist: if there is no such account.
    """
    account = Account.objects.select_related("holder", "route", "connection__premises").get(pk=account_id)
    readings = list(Reading.objects.filter(round=reading_round, account=account).order_by("line"))
    reading = next((each for each in readings if each.pk == reading_id), readings[0] if readings else None)
    findings = list(ReadingFinding.objects.filter(round=reading_round, account=account).order_by("-holds", "code"))
    rules = table or anomalies_on(reading_round.period)
    open_codes = [finding.code for finding in findings if finding.settled_at is None]
    named = reading_round.lines.filter(account=account).exists()
    reason = "SIN_LECTURA_UTIL" if named else "SIN_LINEA"
    if reading is not None:
        reason = reading.reason or (open_codes[0] if open_codes else "")
    row = rules.row(reason)
    standing = standings([account.pk], reading_round.period, rules)[account.pk]
    series = consumption_series(account.pk, reading_round.period, CHART_MONTHS)
    premises = account.connection.premises
    read_at = place_of(reading.latitude, reading.longitude) if reading else None
    house = place_of(premises.latitude, premises.longitude)
    return ReviewCard(
        round=reading_round,
        account=account,
        reading=reading,
        readings=readings,
        row=row,
        findings=findings,
        decisions=list(
            ReadingDecision.objects.filter(round=reading_round, account=account)
            .select_related("decided_by")
            .order_by("-pk")
        ),
        consumption=Consumption.objects.filter(account=account, period=reading_round.period, superseded_at__isnull=True)
        .exclude(source=Consumption.Source.HISTORY)
        .first(),
        series=series,
        average=standing.average,
        standing=standing,
        proposals=[_proposal(bills, standing, reading, is_proposed=bills is row.bills[0]) for bills in row.bills],
        meters=list(installations_of(account.pk)),
        read_at=read_at,
        house=house,
        metres=metres_between(read_at, house) if read_at and house else None,
    )


def corrected_m3(*, account_id: int, period: date, value: int) -> int | None:
    """The m³ that would be billed with another figure; None when it goes back or there is nothing to count from."""
    standing = standings([account_id], period)[account_id]
    measured_m3 = standing.measured_m3(value)
    return None if measured_m3 is None else settle(measured_m3, standing.ahead_m3).volume_m3


def _proposal(bills: Bills, standing: Standing, reading: Reading | None, *, is_proposed: bool) -> Proposal:
    name = BILLS_NAMES[bills]
    if bills is Bills.NOTHING:
        return Proposal(bills, name, None, None, 0, standing.ahead_m3, is_proposed)
    if bills is Bills.MEASURED:
        may_turn = reading is not None and reading.reason == "VUELTA_MEDIDOR"
        measured = None
        if reading is not None and reading.value is not None and reading.meter_serial == standing.serial:
            measured = standing.measured_m3(reading.value, may_turn=may_turn)
        if measured is None:
            return Proposal(bills, name, None, None, 0, standing.ahead_m3, is_proposed)
        settlement = settle(measured, standing.ahead_m3)
    else:
        estimated = standing.estimated_m3(bills)
        if estimated is None:
            return Proposal(bills, name, None, None, 0, standing.ahead_m3, is_proposed)
        settlement = run_ahead(estimated, standing.ahead_m3)
    return Proposal(
        bills,
        name,
        settlement.volume_m3,
        settlement.measured_m3,
        settlement.settled_m3,
        settlement.ahead_m3,
        is_proposed,
    )
