"""What billing and the screens ask of metering."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest

from cauce.metering import queries
from cauce.metering.models import Consumption, Reading, ReadingRound
from cauce.metering.operations import import_readings
from cauce.metering.queries import ChartPoint, Measured
from cauce.users.models import User
from tests.metering.accounts import add_history, add_opening, make_account
from tests.metering.town import reading_line

pytestmark = pytest.mark.django_db

SEPTEMBER = date(2026, 9, 1)
Queries = Callable[..., object]


@pytest.fixture
def town(clerk: User, now: datetime, write_file: Callable[..., Path]) -> dict[str, int]:
    """Five accounts read in September: right, in review, different readings, rejected, and not in the file."""
    ids = {}
    for index, name in enumerate(("right", "zero", "different", "rejected", "forgotten")):
        account = make_account(f"00000{index}", serial=f"S{index}")
        add_opening(account, 100)
        add_history(account, {date(2026, 8, 1): 11})
        ids[name] = account.pk
    ids["flat"] = make_account("000009", serial="").pk
    path = write_file(
        "lecturas_202609_c1.txt",
        reading_line("000000", serial="S0", value=120),
        reading_line("000001", serial="S1", value=100, reader="102"),
        reading_line("000002", serial="S2", value=110),
        reading_line("000002", serial="S2", value=111),
        reading_line("000003", serial="S3", value="X"),
    )
    import_readings(path=path, dry_run=False, at=now, by=clerk)
    return ids


def test_billing_gets_the_volume_and_its_two_readings_in_one_query(
    town: dict[str, int], django_assert_num_queries: Queries
) -> None:
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        measured = queries.consumption_for_chunk(list(town.values()), SEPTEMBER)
    right = Measured(20, 100, 120, date(2026, 8, 3), date(2026, 9, 2), "S0", "MEASURED", measured_m3=20)
    assert measured == {town["right"]: right}


def test_history_is_never_billed_again(town: dict[str, int]) -> None:
    assert queries.consumption_for_chunk(list(town.values()), date(2026, 8, 1)) == {}


def test_billing_gets_the_reason_of_each_account_without_consumption_in_one_query(
    town: dict[str, int], django_assert_num_queries: Queries
) -> None:
    metered = [account_id for name, account_id in town.items() if name != "flat"]
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        reasons = queries.reading_reasons(metered, SEPTEMBER, 1)
    assert reasons == {
        town["zero"]: "CONSUMO_CERO",
        town["different"]: "LECTURAS_DISTINTAS",
        town["rejected"]: "SIN_LECTURA_UTIL",
        town["forgotten"]: "SIN_LINEA",
    }


def test_before_the_round_everyone_is_missing(town: dict[str, int]) -> None:
    assert set(queries.reading_reasons(list(town.values()), date(2026, 10, 1), 1).values()) == {"SIN_LINEA"}


def test_a_superseded_consumption_is_not_billed(town: dict[str, int], now: datetime, clerk: User) -> None:
    Consumption.objects.filter(account_id=town["right"], period=SEPTEMBER).update(
        superseded_at=now, superseded_by=clerk
    )
    assert queries.consumption_for_chunk([town["right"]], SEPTEMBER) == {}


def test_the_bills_chart_has_the_months_up_to_its_own(town: dict[str, int], django_assert_num_queries: Queries) -> None:
    add_history_of = Consumption.objects.create
    add_history_of(account_id=town["right"], period=date(2025, 9, 1), volume_m3=99, source="HISTORY")
    add_history_of(account_id=town["right"], period=date(2025, 10, 1), volume_m3=7, source="HISTORY")
    add_history_of(account_id=town["right"], period=date(2026, 10, 1), volume_m3=99, source="MEASURED")
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        series = queries.consumption_last_months(list(town.values()), SEPTEMBER)
    assert series[town["right"]] == [
        (date(2025, 10, 1), 7, "HISTORY"),
        (date(2026, 8, 1), 11, "HISTORY"),
        (SEPTEMBER, 20, "MEASURED"),
    ]
    assert town["flat"] not in series


def test_only_accounts_with_a_meter_in_place_are_metered(town: dict[str, int]) -> None:
    assert queries.metered_account_ids(list(town.values())) == set(town.values()) - {town["flat"]}


def test_a_round_tells_what_it_lacks_by_name(town: dict[str, int]) -> None:
    reading_round = ReadingRound.objects.get()
    completeness = queries.round_completeness(reading_round)
    assert (completeness.expected, completeness.without_line, completeness.without_useful_reading) == (5, 1, 2)
    assert [account.pk for account in queries.accounts_without_line(reading_round)] == [town["forgotten"]]
    assert {account.pk for account in queries.accounts_without_useful_reading(reading_round)} == {
        town["rejected"],
        town["forgotten"],
    }


def test_the_doubtful_readings_are_listed_in_the_order_of_the_street_and_filtered(
    town: dict[str, int], django_assert_num_queries: Queries
) -> None:
    reading_round = ReadingRound.objects.get()
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        listed = [
            (item.account.number, item.account.holder.name)
            for item in queries.readings_in_review(reading_round=reading_round)
        ]
    assert listed == [("000001", "PERSONA 000001"), ("000002", "PERSONA 000002"), ("000002", "PERSONA 000002")]
    assert queries.reasons_in_review(reading_round) == {"LECTURAS_DISTINTAS": 2, "CONSUMO_CERO": 1}
    assert queries.readings_in_review(period=SEPTEMBER, cycle=1, reason="CONSUMO_CERO").count() == 1
    assert queries.readings_in_review(reader_code="102", route_number="01").get().account_id == town["zero"]
    assert not queries.readings_in_review(cycle=2).exists()


def test_an_accounts_readings_end_with_the_old_systems_last_one(town: dict[str, int]) -> None:
    readings = queries.account_readings(town["right"])
    assert [(item.period, item.value, item.volume_m3, item.status) for item in readings] == [
        (SEPTEMBER, 120, 20, "OK"),
        (date(2026, 8, 1), 100, None, "OPENING"),
    ]
    waiting = queries.account_readings(town["zero"])[0]
    assert (waiting.volume_m3, waiting.reason, waiting.reason_name) == (None, "CONSUMO_CERO", "Consumo cero")


def test_a_chart_shows_its_gaps(town: dict[str, int]) -> None:
    assert queries.consumption_series(town["right"], SEPTEMBER, months=3) == [
        ChartPoint(date(2026, 7, 1), None, None),
        ChartPoint(date(2026, 8, 1), 11, "HISTORY"),
        ChartPoint(SEPTEMBER, 20, "MEASURED"),
    ]


def test_an_account_is_found_by_the_start_of_its_meters_serial(town: dict[str, int]) -> None:
    assert queries.account_ids_by_serial(" s0 ") == [town["right"]]
    assert len(queries.account_ids_by_serial("S")) == 5
    assert queries.account_ids_by_serial("") == []


def test_a_reading_in_review_always_has_its_reason(town: dict[str, int]) -> None:
    assert not Reading.objects.filter(status="REVIEW", reason="").exists()
