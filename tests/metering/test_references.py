"""What metering points to exists and stays, although no foreign key says so (docs/decisions/0003)."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from cauce.metering.models import Consumption, Meter, MeterInstallation, OpeningReading, Reading, ReadingRound
from tests.metering.accounts import make_account

pytestmark = pytest.mark.django_db
NOBODY = -1
SEPTEMBER = date(2026, 9, 1)


def refused(make, **facts: object) -> None:
    with pytest.raises(IntegrityError, match="points to nothing"), transaction.atomic():
        make(**facts)


@pytest.mark.parametrize("column", ["round_id", "account_id"])
def test_a_reading_that_points_to_nothing_is_refused(column: str):
    reading_round = ReadingRound.objects.create(period=SEPTEMBER, cycle=1, last_day=date(2026, 9, 5))
    facts = {"round_id": reading_round.pk, "account_id": make_account().pk} | {column: NOBODY}
    refused(Reading.objects.create, **facts, line=1, incident="00", status=Reading.Status.OK)


@pytest.mark.parametrize("column", ["account_id", "reading_id"])
def test_a_consumption_that_points_to_nothing_is_refused(column: str):
    facts = {"account_id": make_account().pk, "reading_id": None} | {column: NOBODY}
    refused(Consumption.objects.create, **facts, period=SEPTEMBER, volume_m3=1, source=Consumption.Source.MEASURED)


@pytest.mark.parametrize("column", ["account_id", "meter_id"])
def test_an_installation_that_points_to_nothing_is_refused(column: str):
    meter = Meter.objects.create(serial="Z1", register_digits=5)
    facts = {"account_id": make_account(serial="").pk, "meter_id": meter.pk} | {column: NOBODY}
    refused(MeterInstallation.objects.create, **facts)


def test_an_opening_reading_of_no_account_is_refused():
    refused(OpeningReading.objects.create, account_id=NOBODY, period=SEPTEMBER, taken_on=SEPTEMBER, value=1)


@pytest.mark.parametrize("table", ["meter", "readinground", "reading"])
def test_what_others_point_to_is_never_deleted(table: str):
    reading_round = ReadingRound.objects.create(period=SEPTEMBER, cycle=1, last_day=date(2026, 9, 5))
    Reading.objects.create(round=reading_round, account=make_account(), line=1, incident="00", status=Reading.Status.OK)
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM metering_{table}")
