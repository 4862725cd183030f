"""The act of an aforo."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from cauce.events.models import Event
from cauce.registry.models import Account
from cauce.workorders.models import HomeInspection, InspectionAct
from cauce.workorders.operations import (
    InspectionElsewhere,
    InspectionReportRefused,
    cancel_inspection,
    mark_no_show,
    report_inspection,
)
from tests.metering.accounts import add_opening, make_account
from tests.workorders.agenda_town import NOON, a_report, booked, head, make_staff, make_technician, opened

AFTER = NOON + timedelta(days=1, hours=2)


@pytest.fixture
def account(db: None) -> Account:
    make_staff()
    account = make_account(installed_on=None)
    add_opening(account, 1500, on=date(2026, 9, 3))
    return account


@pytest.fixture
def inspection(account: Account) -> HomeInspection:
    return booked(account, opened(make_technician()))


def written(inspection: HomeInspection, **told: Any) -> InspectionAct:
    return report_inspection(inspection=inspection, report=a_report(**told), at=AFTER, by=head())


def test_an_act_takes_its_folio_and_ends_the_aforo(inspection: HomeInspection, account: Account):
    act = written(inspection, reading=1510, meter_serial="a12345678")
    inspection.refresh_from_db()
    assert (act.document.folio, inspection.state, act.meter_serial) == ("ACT-000001", "DONE", "A12345678")
    event = Event.objects.get(kind="INSPECTION_REPORTED")
    assert event.account_id == account.pk
    assert event.sentence == (
        "Se capturó el acta ACT-000001 del aforo AF-000001: Sin anomalía: el consumo es del usuario"
    )


def test_the_same_act_again_is_the_one_written_and_another_is_refused(inspection: HomeInspection):
    first = written(inspection, reading=1510)
    assert written(inspection, reading=1510).pk == first.pk
    with pytest.raises(InspectionElsewhere, match="ACT-000001"):
        written(inspection, reading=1511)
    assert InspectionAct.objects.count() == 1


def test_a_reading_below_the_last_is_refused_unless_it_is_of_another_meter(inspection: HomeInspection):
    with pytest.raises(InspectionReportRefused, match="menor que la última del medidor A12345678: 1,500"):
        written(inspection, reading=1499)
    assert written(inspection, reading=3, meter_serial="Z9").reading == 3


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"received_by": " "}, "quién atendió"),
        ({"conclusion": "WHATEVER"}, "conclusión"),
        ({"fixtures": {"JACUZZI": 1}}, "JACUZZI"),
        ({"fixtures": {"EXCUSADO": 100}}, "99"),
        ({"persons": 501}, "500"),
        ({"test_litres": Decimal(20)}, "lleva los dos"),
        ({"test_litres": Decimal(5), "registered_litres": Decimal(5)}, "Con menos de 10"),
        ({"test_litres": Decimal(20), "registered_litres": Decimal(-1)}, "cero o más"),
        ({"conclusion": "METER_FAILS"}, "anote la prueba"),
        ({"conclusion": "INNER_LEAK"}, "escriba dónde"),
        ({"inspected_at": AFTER + timedelta(minutes=1)}, "aún no llega"),
        ({"inspected_at": NOON - timedelta(days=1)}, "anterior a cuando se agendó"),
    ],
)
def test_what_an_act_lacks_is_said_and_nothing_is_written(inspection: HomeInspection, told: dict[str, Any], said: str):
    with pytest.raises(InspectionReportRefused, match=said):
        written(inspection, **told)
    inspection.refresh_from_db()
    assert inspection.state == "BOOKED"
    assert not InspectionAct.objects.exists()


def test_a_missed_or_cancelled_aforo_has_no_act(inspection: HomeInspection, account: Account):
    mark_no_show(inspection=inspection, at=AFTER, by=head())
    with pytest.raises(InspectionElsewhere, match="no se encontró a nadie"):
        written(inspection)
    other = booked(make_account("000124", serial="B1"), opened(make_technician("mide2")))
    cancel_inspection(inspection=other, reason="Ya no", at=AFTER, by=head())
    with pytest.raises(InspectionElsewhere, match="cancelado"):
        written(other)
