"""Putting meters in and taking them out, and what a change of meter does to the next readings."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from cauce.events.models import Event
from cauce.imports.rules import ImportOutcome
from cauce.metering.models import Consumption, Meter, MeterInstallation, Reading
from cauce.metering.operations import (
    AccountHasMeter,
    AccountIsClosed,
    ImpossibleDate,
    ImpossibleFigure,
    MeterAlreadyRemoved,
    MeterIsElsewhere,
    import_readings,
    install_meter,
    remove_meter,
)
from cauce.metering.queries import account_meters, current_installation, installations_of, reading_parameters
from cauce.metering.rules import Average
from cauce.registry.models import Account
from cauce.users.models import User
from tests.metering.accounts import add_history, add_opening, make_account
from tests.metering.town import reading_line

pytestmark = pytest.mark.django_db

Install = Callable[..., MeterInstallation]
SEPTEMBER = date(2026, 9, 1)


@pytest.fixture
def install(clerk: User, now: datetime) -> Install:
    """Install a meter on an account."""

    def installer(account: Account, serial: str = "N1", **changes: object) -> MeterInstallation:
        facts: dict[str, object] = {
            "brand": "ITRON",
            "diameter": "1/2",
            "installed_on": date(2026, 8, 20),
            "initial_value": 0,
        }
        return install_meter(account=account, serial=serial, at=now, by=clerk, **(facts | changes))  # type: ignore[arg-type]

    return installer


@pytest.fixture
def change(install: Install, clerk: User, now: datetime) -> Callable[..., MeterInstallation]:
    """Change the meter of an account."""

    def changer(account: Account, *, on: date, final_value: int, initial_value: int = 0) -> MeterInstallation:
        old = current_installation(account.pk)
        assert old is not None
        remove_meter(installation=old, removed_on=on, final_value=final_value, at=now, by=clerk)
        return install(account, installed_on=on, initial_value=initial_value)

    return changer


@pytest.fixture
def take(clerk: User, now: datetime, write_file: Callable[..., Path]) -> Callable[..., ImportOutcome]:
    """Import lines of September, cycle 1."""

    def importer(*lines: str) -> ImportOutcome:
        path = write_file("lecturas_202609_c1.txt", *lines)
        return import_readings(path=path, dry_run=False, at=now, by=clerk)

    return importer


def test_an_installed_meter_is_in_the_history_of_its_account(install: Install) -> None:
    account = make_account(serial="")
    installation = install(account, " n1 ", initial_value=4)
    assert (installation.meter.serial, installation.meter.brand, installation.initial_value) == ("N1", "ITRON", 4)
    event = Event.objects.get()
    assert (event.kind, event.account_id) == ("METER_INSTALLED", account.pk)
    assert event.sentence == "Se instaló el medidor N1 con lectura inicial 4."
    assert install(account, "N1", initial_value=4) == installation
    assert Event.objects.count() == 1


def test_an_account_takes_one_meter_at_a_time(install: Install) -> None:
    account = make_account()
    with pytest.raises(AccountHasMeter, match="Retírelo primero"):
        install(account)
    with pytest.raises(IntegrityError), transaction.atomic():
        MeterInstallation.objects.create(account=account, meter=Meter.objects.create(serial="X", register_digits=5))


def test_a_meter_serves_one_account_at_a_time_and_may_be_used_again(
    install: Install, clerk: User, now: datetime
) -> None:
    first, second = make_account("000001", serial=""), make_account("000002", serial="")
    installation = install(first)
    with pytest.raises(MeterIsElsewhere, match="000001"):
        install(second)
    remove_meter(installation=installation, removed_on=date(2026, 8, 25), final_value=9, at=now, by=clerk)
    assert install(second, installed_on=date(2026, 8, 26), initial_value=9).meter_id == installation.meter_id


def test_a_closed_account_takes_no_meter(install: Install) -> None:
    with pytest.raises(AccountIsClosed, match="reactívela"):
        install(make_account(serial="", state="CLOSED"))


def test_a_figure_that_does_not_fit_in_the_register_is_refused(install: Install, clerk: User, now: datetime) -> None:
    account = make_account(serial="")
    with pytest.raises(ImpossibleFigure, match="5 dígitos"):
        install(account, brand="SIN NOMBRE", initial_value=100_000)
    assert install(account, brand="SIN NOMBRE", digits=6, initial_value=100_000).meter.register_digits == 6
    installation = current_installation(account.pk)
    assert installation is not None
    with pytest.raises(ImpossibleFigure, match="6 dígitos"):
        remove_meter(installation=installation, removed_on=date(2026, 9, 1), final_value=1_000_000, at=now, by=clerk)


def test_a_meter_is_removed_once_with_its_closing_reading(install: Install, clerk: User, now: datetime) -> None:
    account = make_account(serial="")
    installation = install(account)
    removed_on = date(2026, 9, 1)
    with pytest.raises(ImpossibleDate, match="no puede ser anterior"):
        remove_meter(installation=installation, removed_on=date(2026, 8, 19), final_value=5, at=now, by=clerk)
    removed = remove_meter(installation=installation, removed_on=removed_on, final_value=5, at=now, by=clerk)
    assert (removed.removed_on, removed.final_value) == (removed_on, 5)
    assert remove_meter(installation=installation, removed_on=removed_on, final_value=5, at=now, by=clerk) == removed
    with pytest.raises(MeterAlreadyRemoved, match="Revise"):
        remove_meter(installation=installation, removed_on=removed_on, final_value=6, at=now, by=clerk)
    assert current_installation(account.pk) is None
    assert Event.objects.filter(kind="METER_REMOVED").count() == 1
    with pytest.raises(ImpossibleDate, match="se retiró"):
        install(account, "N2", installed_on=date(2026, 8, 30))


def test_a_meter_cannot_be_removed_before_it_was_last_read(
    take: Callable[..., ImportOutcome], clerk: User, now: datetime
) -> None:
    account = make_account()
    add_opening(account, 100)
    take(reading_line(value=120))
    installation = current_installation(account.pk)
    assert installation is not None
    with pytest.raises(ImpossibleDate, match="lecturas posteriores"):
        remove_meter(installation=installation, removed_on=date(2026, 9, 1), final_value=119, at=now, by=clerk)


def test_a_removal_without_its_reading_is_refused_by_the_database() -> None:
    account = make_account()
    with pytest.raises(IntegrityError), transaction.atomic():
        MeterInstallation.objects.filter(account=account).update(removed_on=date(2026, 9, 1))


def test_the_month_of_a_change_counts_what_both_meters_measured(
    change: Callable[..., MeterInstallation], take: Callable[..., ImportOutcome]
) -> None:
    account = make_account()
    add_opening(account, 100)
    change(account, on=date(2026, 8, 20), final_value=112, initial_value=3)
    outcome = take(reading_line(serial="N1", value=11))
    assert dict(outcome.by_code) == {}
    consumption = Consumption.objects.get()
    assert (consumption.volume_m3, consumption.previous_value, consumption.current_value) == (20, 3, 11)
    assert consumption.previous_on == date(2026, 8, 3)
    assert [item.meter.serial for item in installations_of(account.pk)] == ["N1", "A12345678"]


def test_a_new_meter_does_not_make_up_for_a_missing_reading(
    change: Callable[..., MeterInstallation], take: Callable[..., ImportOutcome]
) -> None:
    account = make_account()
    change(account, on=date(2026, 8, 20), final_value=112)
    assert dict(take(reading_line(serial="N1", value=11)).by_code) == {"SIN_LECTURA_ANTERIOR": 1}
    assert Reading.objects.get().previous_value is None


def test_a_closing_reading_that_contradicts_the_last_one_leaves_the_month_to_a_person(
    change: Callable[..., MeterInstallation], take: Callable[..., ImportOutcome]
) -> None:
    account = make_account()
    add_opening(account, 700_000)
    change(account, on=date(2026, 8, 20), final_value=112)
    assert dict(take(reading_line(serial="N1", value=11)).by_code) == {"SIN_LECTURA_ANTERIOR": 1}


def test_a_meter_changed_and_read_the_same_day_is_not_counted_twice(
    change: Callable[..., MeterInstallation], take: Callable[..., ImportOutcome]
) -> None:
    account = make_account()
    change(account, on=date(2026, 8, 3), final_value=112)
    Consumption.objects.create(
        account=account,
        period=date(2026, 8, 1),
        volume_m3=12,
        source="MEASURED",
        meter_serial="N1",
        current_value=1,
        current_on=date(2026, 8, 3),
    )
    take(reading_line(serial="N1", value=11))
    assert Consumption.objects.get(period=SEPTEMBER).volume_m3 == 10


def test_the_average_never_mixes_months_of_two_meters(change: Callable[..., MeterInstallation]) -> None:
    account = make_account()
    add_history(account, {date(2026, month, 1): 90 for month in range(1, 6)})
    add_history(account, {date(2026, 6, 1): 40, date(2026, 7, 1): 10, date(2026, 8, 1): 12})
    assert _average(account) == Average(90 * 5 + 62, 8)
    change(account, on=date(2026, 5, 20), final_value=112)
    assert _average(account) == Average(22, 2)


def test_a_new_account_with_its_first_meter_keeps_all_its_months() -> None:
    account = make_account(installed_on=date(2026, 5, 20))
    add_history(account, {date(2026, 6, 1): 40, date(2026, 7, 1): 10})
    assert _average(account) == Average(50, 2)


def test_measured_months_make_the_average_once_the_history_is_too_old() -> None:
    account = make_account()
    add_history(account, {date(2025, 6, 1): 500})
    add_history(account, {date(2026, 7, 1): 10, date(2026, 8, 1): 14, date(2025, 8, 1): 99}, "MEASURED")
    assert _average(account) == Average(24, 2)


def _average(account: Account) -> Average | None:
    meters = account_meters([account.number], SEPTEMBER, reading_parameters(SEPTEMBER))
    return meters[account.number].facts.average
