"""The act of an aforo."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from cauce.documents.models import SignatureRequest
from cauce.documents.queries import file_content
from cauce.events.models import Event
from cauce.registry.models import Account
from cauce.workorders.models import HomeInspection, InspectionAct, InspectionBasis
from cauce.workorders.operations import (
    CatalogueRejected,
    InspectionElsewhere,
    InspectionReportRefused,
    cancel_inspection,
    load_inspection_basis,
    mark_no_show,
    report_inspection,
)
from cauce.workorders.queries.agenda import basis_in_force, figures_of
from cauce.workorders.rules.inspections import expected_by_persons, meter_test
from tests.metering.accounts import add_opening, make_account
from tests.workorders.agenda_town import NOON, a_report, booked, coordinator, head, make_staff, make_technician, opened

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


def test_an_act_in_the_minute_of_its_booking_is_taken(account: Account):
    """What is written by hand has no seconds."""
    inspection = booked(account, opened(make_technician()), at=NOON + timedelta(seconds=42))
    act = report_inspection(
        inspection=inspection, report=a_report(inspected_at=NOON), at=NOON + timedelta(seconds=50), by=head()
    )
    assert act.inspected_at == NOON


def test_the_act_asks_the_head_for_its_signature_once(inspection: HomeInspection):
    def tell() -> None:
        report = a_report(reading=1510)
        report_inspection(
            inspection=inspection,
            report=report,
            paper=lambda act: f"%PDF-1.7 {act.document.folio}".encode(),
            at=AFTER,
            by=coordinator(),
        )

    tell()
    tell()
    request = SignatureRequest.objects.get()
    assert (request.role, request.kind, request.subject_id) == ("jefe", "Acta de aforo", inspection.pk)
    assert file_content(request.file) == b"%PDF-1.7 ACT-000001"


def test_what_the_head_captures_is_signed_above(inspection: HomeInspection):
    report_inspection(inspection=inspection, report=a_report(), paper=lambda _: b"%PDF-1.7", at=AFTER, by=head())
    assert SignatureRequest.objects.get().role == "director"


OFFICE_BASIS = settings.BASE_DIR / "office" / "cortazar" / "aforos.yaml"


def load(path: Path) -> int:
    return load_inspection_basis(path=path, at=AFTER, by=coordinator())


def test_an_old_act_keeps_the_bases_it_was_captured_with(inspection: HomeInspection, tmp_path: Path):
    load(OFFICE_BASIS)
    assert load(OFFICE_BASIS) == 0
    act = written(inspection, test_litres=Decimal(20), registered_litres=Decimal("20.8"))
    path = tmp_path / "aforos.yaml"
    path.write_text(
        OFFICE_BASIS.read_text()
        .replace("litros_al_dia: 150", "litros_al_dia: 200")
        .replace("tolerancia_por_ciento: 5", "tolerancia_por_ciento: 2")
        .replace("TINACO: { nombre: Tinacos, litros_al_dia: 0 }", "JACUZZI: { nombre: Tinas, litros_al_dia: 400 }")
    )
    assert load(path) == 1
    assert Event.objects.filter(kind="INSPECTION_BASIS_LOADED").count() == 2
    act.refresh_from_db()
    kept, now = figures_of(act.basis), figures_of(basis_in_force())
    assert (kept.litres_a_person, now.litres_a_person) == (150, 200)
    assert expected_by_persons(4, kept).volume_m3 == 18
    for basis, verdict in ((kept, "registra bien"), (now, "registra de más")):
        assert meter_test(act.test_litres, act.registered_litres, basis).verdict == verdict
    assert "JACUZZI" in now.fixture_names and "JACUZZI" not in kept.fixture_names


@pytest.mark.parametrize(
    ("was", "is_now", "said"),
    [
        ("litros_al_dia: 150", "litros_al_dia: muchos", "no es un número"),
        ("litros_al_dia: 150", "litros_al_dia: 0", "mayor que cero"),
        ("tolerancia_por_ciento: 5", "tolerancia_por_ciento: 500", "a lo más 50"),
        ("  litros_minimos: 10\n", "", "lleva sólo"),
        ("muebles:", "sillas:", "lleva sólo"),
        ("  fundamento: Referencia", "  otro: Referencia", "lleva sólo"),
        ("    LAVABO:", "    REGADERA:", "está repetida"),
        ("nombre: Lavabos", "nombre: ''", "escriba su nombre"),
    ],
)
def test_a_file_of_bases_with_a_fault_changes_nothing(
    inspection: HomeInspection, tmp_path: Path, was: str, is_now: str, said: str
):
    path = tmp_path / "aforos.yaml"
    path.write_text(OFFICE_BASIS.read_text().replace(was, is_now, 1))
    with pytest.raises(CatalogueRejected, match=f"aforos.yaml.*{said}"):
        load(path)
    assert InspectionBasis.objects.count() == 1
