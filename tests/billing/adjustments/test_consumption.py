"""An adjustment puts right the consumption that its bill was made of, and its undo brings the first back."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cauce.billing.models import Adjustment, Bill
from cauce.billing.operations import AdjustmentRefused, propose_adjustment, propose_undo
from cauce.billing.queries import bill_sheet
from cauce.billing.queries.adjustments import policy_in_force, rules_of
from cauce.billing.queries.sweeping import sweep_months
from cauce.billing.rules.adjustments import Corrected, Correction, right_volume
from cauce.ledger.queries import CollectionLaw, balance
from cauce.metering.models import Consumption, ReadingDecision
from cauce.metering.queries import standings
from cauce.metering.queries.recounting import LaterMonthCounts
from cauce.registry.models import Account
from cauce.users.models import User
from tests.billing.adjustments.correcting import (
    AVERAGE,
    CLASS,
    COURT,
    LEAK,
    READING,
    applied,
    evidence_of,
    live_bill_of,
    load_policies,
    nothing_is_broken,
    owed_by_month,
    proposed,
    undone,
)
from tests.billing.cycles import OCTOBER, SEPTEMBER, an_account, issued, read
from tests.metering.reviewing import a_round

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Office:
    """Who does what in these stories."""

    clerk: User
    approver: User
    coordinator: User
    head: User
    director: User
    at: datetime

    def bills(self, period: date) -> None:
        """Issue a month."""
        issued(at=self.day(period), by=self.clerk, approved_by=self.approver, period=period)

    def day(self, period: date) -> datetime:
        """A day on which that month is already billed."""
        return self.at + timedelta(days=(period - SEPTEMBER).days)

    def corrects(self, bill: Bill, kind: str = READING, **asked: object) -> Adjustment:
        """Propose, authorise and apply."""
        at = self.day(bill.period)
        made = proposed(bill, kind, at=at, by=self.coordinator, **asked)
        return applied(made, at=at, by=self.clerk, head=self.director)

    def undoes(self, made: Adjustment) -> Adjustment:
        """Leave it as it was."""
        return undone(made, at=self.at + timedelta(days=45), by=self.coordinator, head=self.director)


@pytest.fixture
def office(
    law: CollectionLaw, clerk: User, approver: User, coordinator: User, head: User, director: User, at: datetime
) -> Office:
    load_policies(at=at, by=clerk)
    return Office(clerk, approver, coordinator, head, director, at)


@pytest.fixture
def account(office: Office) -> Account:
    """It used 60 m³ in September, and its bill is issued."""
    made = an_account(m3=60, has_sewerage=True)
    office.bills(SEPTEMBER)
    return made


def month_of(account: Account, period: date = SEPTEMBER) -> Consumption:
    return Consumption.objects.get(account=account, period=period, superseded_at__isnull=True)


def figures(account: Account) -> list[tuple[object, ...]]:
    """The live months, as they are counted."""
    rows = Consumption.objects.filter(account=account, superseded_at__isnull=True).order_by("period")
    told = ("period", "volume_m3", "source", "previous_value", "current_value", "previous_on", "current_on")
    return list(rows.values_list(*told, "measured_m3", "settled_m3", "ahead_m3", "billed_from", "estimate_rule"))


def follow(account: Account, m3: int, *, from_value: int = 1060, period: date = OCTOBER) -> None:
    """Count the month after from the reading of the one before, as it was then."""
    read(account, m3, period)
    Consumption.objects.filter(account=account, period=period).update(
        previous_value=from_value, current_value=from_value + m3
    )


def no_difference() -> None:
    assert sweep_months(SEPTEMBER, OCTOBER).differences == []


def test_the_corrected_bill_its_chart_and_the_next_reading_go_by_the_right_consumption(
    account: Account, office: Office
) -> None:
    first = month_of(account)
    office.corrects(live_bill_of(account, SEPTEMBER), m3=20)

    now, bill = month_of(account), live_bill_of(account, SEPTEMBER)
    assert (now.volume_m3, now.previous_value, now.current_value, now.corrects_id) == (20, 1000, 1020, first.pk)
    first.refresh_from_db()
    assert first.superseded_at is not None and first.volume_m3 == 60
    assert (bill.volume_m3, bill.previous_value, bill.current_value) == (20, 1000, 1020)
    sheet = bill_sheet(bill.pk)
    assert (sheet.current_reading, sheet.consumption_m3, sheet.consumption_note) == (1020, 20, "medido")
    assert sheet.history[-1].volume_m3 == 20
    standing = standings([account.pk], OCTOBER)[account.pk]
    assert (standing.previous_value, standing.measured_m3(1055)) == (1020, 35)
    assert [month.volume_m3 for month in standing.effective] == [20]
    no_difference()
    nothing_is_broken()


def test_undoing_it_brings_the_first_consumption_back(account: Account, office: Office) -> None:
    bill, before = live_bill_of(account, SEPTEMBER), figures(account)
    office.undoes(office.corrects(bill, m3=20))

    again = live_bill_of(account, SEPTEMBER)
    assert figures(account) == before
    assert (again.previous_value, again.current_value, again.reading_note) == (1000, 1060, bill.reading_note)
    assert Consumption.objects.filter(account=account).count() == 3
    no_difference()
    nothing_is_broken()


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        (LEAK, {"percent": Decimal(50)}),
        (CLASS, {"tariff_code": "002"}),
        (COURT, {"m3": 20}),
    ],
)
def test_what_is_let_go_and_what_changes_the_tariff_alone_leave_the_consumption_as_it_was_measured(
    account: Account, office: Office, kind: str, asked: dict[str, object]
) -> None:
    before = figures(account)
    made = office.corrects(live_bill_of(account, SEPTEMBER), kind, **asked)

    assert figures(account) == before
    assert standings([account.pk], OCTOBER)[account.pk].previous_value == 1060
    office.undoes(made)
    assert figures(account) == before
    no_difference()
    nothing_is_broken()


def test_an_estimate_put_right_is_settled_by_the_next_reading(account: Account, office: Office) -> None:
    Consumption.objects.filter(account=account).update(
        source="ESTIMATED", ahead_m3=60, current_value=None, estimate_rule="MINIMUM"
    )
    office.corrects(live_bill_of(account, SEPTEMBER), m3=20)

    now, bill = month_of(account), live_bill_of(account, SEPTEMBER)
    assert (now.source, now.volume_m3, now.ahead_m3) == ("ESTIMATED", 20, 20)
    assert bill.is_estimated and bill.reading_note["ahead_m3"] == 20
    standing = standings([account.pk], OCTOBER)[account.pk]
    assert (standing.previous_value, standing.ahead_m3) == (1000, 20)
    nothing_is_broken()


def test_a_consumption_that_somebody_decided_is_still_of_that_decision(account: Account, office: Office) -> None:
    decision = ReadingDecision.objects.create(
        account=account, round=a_round(), kind=ReadingDecision.Kind.ESTIMATED, anomaly="SIN_LINEA", volume_m3=60,
        estimate_rule="MINIMUM", reason="No se leyó", decided_at=office.at, decided_by=office.head,
    )  # fmt: skip
    Consumption.objects.filter(account=account).update(
        source="ESTIMATED", ahead_m3=60, current_value=None, estimate_rule="MINIMUM", decision=decision
    )
    made = office.corrects(live_bill_of(account, SEPTEMBER), m3=20)
    assert (month_of(account).decision, month_of(account).volume_m3) == (decision, 20)
    nothing_is_broken()
    office.undoes(made)
    assert (month_of(account).decision, month_of(account).volume_m3) == (decision, 60)
    nothing_is_broken()


def test_an_average_takes_the_place_of_a_reading_that_nobody_believes(account: Account, office: Office) -> None:
    for month, m3 in ((6, 10), (7, 12), (8, 15)):
        read(account, m3, date(2026, month, 1))
    office.corrects(live_bill_of(account, SEPTEMBER), AVERAGE)

    now, bill = month_of(account), live_bill_of(account, SEPTEMBER)
    assert (now.source, now.volume_m3, now.ahead_m3, now.current_value) == ("ESTIMATED", 12, 12, None)
    assert (bill.is_estimated, bill.current_value) == (True, None)
    assert "lectura estimada" in " ".join(bill_sheet(bill.pk).legends).lower()
    standing = standings([account.pk], OCTOBER)[account.pk]
    assert (standing.previous_value, standing.measured_m3(1060), standing.ahead_m3) == (1000, 60, 12)
    nothing_is_broken()


def test_a_month_that_was_counted_from_it_is_named_and_nothing_is_proposed(account: Account, office: Office) -> None:
    follow(account, 15)
    office.bills(OCTOBER)
    with pytest.raises(LaterMonthCounts) as refused:
        proposed(live_bill_of(account, SEPTEMBER), at=office.day(OCTOBER), by=office.coordinator, m3=20)

    assert str(refused.value) == (
        "El consumo de octubre de 2026, de 15 m³, se contó desde la lectura de septiembre de 2026 y saldría de 55 m³: "
        "ajuste los dos recibos a la vez, con los metros cúbicos que les tocan entre ambos. Si octubre de 2026 no se "
        "ha emitido, espere a que se emita."
    )
    assert not Adjustment.objects.exists()


def test_both_months_corrected_at_once_share_what_the_meter_measured(account: Account, office: Office) -> None:
    follow(account, 15)
    office.bills(OCTOBER)
    at, before = office.day(OCTOBER), figures(account)
    both = [(live_bill_of(account, SEPTEMBER), Correction(m3=20)), (live_bill_of(account, OCTOBER), Correction(m3=55))]
    made = propose_adjustment(
        account=account, kind=READING, bills=both, reason="Se leyó mal septiembre.",
        evidence=evidence_of(READING, at=at, by=office.coordinator), at=at, by=office.coordinator, key="ambos",
    )  # fmt: skip
    made = applied(made, at=at, by=office.clerk, head=office.director)

    assert [row[1:5] for row in figures(account)] == [(20, "MEASURED", 1000, 1020), (55, "MEASURED", 1020, 1075)]
    bill = live_bill_of(account, OCTOBER)
    assert (bill.previous_value, bill.current_value, bill.volume_m3) == (1020, 1075, 55)
    no_difference()
    nothing_is_broken()
    office.undoes(made)
    assert figures(account) == before
    no_difference()
    nothing_is_broken()


def test_what_was_read_after_it_is_not_undone_behind_its_back(account: Account, office: Office) -> None:
    made = office.corrects(live_bill_of(account, SEPTEMBER), m3=20)
    follow(account, 55, from_value=1020)
    with pytest.raises(LaterMonthCounts, match="octubre de 2026, de 55 m³, se contó desde la lectura de septiembre"):
        propose_undo(adjustment=made, reason="Estaba bien", at=office.at, by=office.coordinator, key="u")


def test_a_meter_that_serves_others_keeps_what_it_measured(account: Account, office: Office) -> None:
    rules = rules_of(policy_in_force(READING, office.at.date()))
    corrected = Corrected(lines=(), proof={}, tariff_code="001", m3=20)
    assert right_volume(rules, corrected, billed_m3=60, reading_note=None) == (20, False)
    for note in ({"of_parts": 3, "parts": 1}, {"children": 2}):
        assert right_volume(rules, corrected, billed_m3=60, reading_note=note) is None


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(m3=st.integers(0, 140), is_last=st.booleans(), share=st.integers(0, 75))
def test_an_adjustment_and_its_undo_leave_balance_and_consumption_where_they_were(
    office: Office, account: Account, m3: int, is_last: bool, share: int
) -> None:
    with transaction.atomic():
        follow(account, 15)
        office.bills(OCTOBER)
        at = office.day(OCTOBER)
        before, owed, money = figures(account), owed_by_month(account), balance(account.pk)
        months = [(OCTOBER, m3)] if is_last else [(SEPTEMBER, share), (OCTOBER, 75 - share)]
        made = _propose(office, account, months, at)
        if made is not None:
            made = applied(made, at=at, by=office.clerk, head=office.director)
            total = sum(int(str(row[1])) for row in figures(account))
            assert total == (60 + m3 if is_last else 75)
            no_difference()
            office.undoes(made)
        assert (figures(account), owed_by_month(account), balance(account.pk)) == (before, owed, money)
        no_difference()
        nothing_is_broken()
        transaction.set_rollback(True)


def _propose(office: Office, account: Account, months: list[tuple[date, int]], at: datetime) -> Adjustment | None:
    try:
        return propose_adjustment(
            account=account,
            kind=READING,
            bills=[(live_bill_of(account, period), Correction(m3=m3)) for period, m3 in months],
            reason="Así lo mide el aforo.",
            evidence=evidence_of(READING, at=at, by=office.coordinator),
            at=at,
            by=office.coordinator,
            key="propuesto",
        )
    except AdjustmentRefused as error:
        # One of the months had those m³ already.
        assert "queda igual" in str(error)
        return None
