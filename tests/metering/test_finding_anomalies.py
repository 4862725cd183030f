"""What is odd in a round is written once, by the table in force, and asks for its orders once."""

from datetime import date

import pytest
from django.conf import settings

from cauce.events.models import Event
from cauce.metering.models import ReadingFinding
from cauce.metering.operations import find_anomalies, load_anomaly_table
from cauce.metering.queries import findings_to_order
from tests.metering.accounts import add_history, add_opening, make_account
from tests.metering.reviewing import AT, SEPTEMBER, a_reading, a_round

pytestmark = pytest.mark.django_db
MONTHS = {date(2026, month, 1): 20 for month in range(1, 9)}


def found() -> set[tuple[str, str]]:
    return set(ReadingFinding.objects.values_list("account__number", "code"))


@pytest.fixture
def table(clerk):
    load_anomaly_table(path=settings.OFFICE_DIR / "cortazar" / "anomalias.yaml", at=AT, by=clerk)


def test_each_account_of_a_round_is_looked_at_once(table, clerk, django_assert_max_num_queries):
    high, usual, unread = (make_account(f"00000{n}", serial=f"S{n}") for n in range(3))
    for account in (high, usual, unread):
        add_opening(account, 100)
        add_history(account, MONTHS)
    a_reading(high, 150, "", serial="S0", previous_value=100, proposed_m3=50, previous_on=date(2026, 8, 3))
    a_reading(usual, 121, "", serial="S1", previous_value=100, proposed_m3=21, previous_on=date(2026, 8, 3))
    with django_assert_max_num_queries(40):
        result = find_anomalies(reading_round=a_round(), at=AT, by=clerk)
    assert found() == {("000000", "ALTO_POR_HISTORIA")}
    assert (result.found, result.orders) == (1, 0)
    assert find_anomalies(reading_round=a_round(), at=AT, by=clerk).found == 0
    assert not ReadingFinding.objects.filter(holds=True).exists()


def test_a_reason_that_asks_for_an_order_or_repeats_itself_is_told_once(table, clerk):
    upside_down, closed = make_account("000001", serial="S1"), make_account("000002", serial="S2")
    a_reading(upside_down, None, "INCIDENTE_04", serial="S1")
    for month in (7, 8, 9):
        a_reading(closed, None, "INCIDENTE_02", serial="S2", period=date(2026, month, 1))
    result = find_anomalies(reading_round=a_round(), at=AT, by=clerk)
    assert {("000001", "INCIDENTE_04"), ("000002", "SIN_ACCESO_REPETIDO")} <= found()
    assert result.orders == 2
    assert {(each.account.number, each.order) for each in findings_to_order(a_round())} == {
        ("000001", "MEDIDOR-CAMBIO"),
        ("000002", "VERIFICA-TOMA"),
    }
    find_anomalies(reading_round=a_round(), at=AT, by=clerk)
    assert Event.objects.filter(kind="FINDINGS_NEED_ORDERS").count() == 1


def test_a_walk_that_nobody_walks_and_a_reading_far_from_the_house_are_found(table, clerk):
    accounts = [make_account(f"00000{n}", serial=f"S{n}") for n in range(2)]
    for number, account in enumerate(accounts):
        premises = account.connection.premises
        premises.latitude, premises.longitude = "20.482000", "-100.961000"
        premises.save()
        a_reading(account, 10, "", serial=f"S{number}", latitude=f"20.4{82 + 9 * number}000", longitude="-100.961000")
    find_anomalies(reading_round=a_round(), at=AT, by=clerk)
    assert {("000001", "RECORRIDO_VELOZ"), ("000001", "LEJOS_DE_LA_CASA")} <= found()
    assert ("000000", "LEJOS_DE_LA_CASA") not in found()


def test_an_account_that_nobody_reads_twice_in_a_row_is_found(table, clerk):
    account = make_account("000003", serial="S3")
    a_reading(account, None, "INCIDENTE_02", serial="S3", period=date(2026, 8, 1))
    a_round(SEPTEMBER)
    find_anomalies(reading_round=a_round(), at=AT, by=clerk)
    assert ("000003", "SIN_LEER_VARIAS_VECES") in found()
