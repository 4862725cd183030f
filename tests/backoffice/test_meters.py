"""The screens of the park: figures that lead to their lists, one meter, bench tests, and proposals."""

from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from cauce.metering.models import BenchTest, Meter, ParkMeter, ReplacementProposal
from cauce.metering.operations import take_park
from tests.backoffice.meters_town import MetersTown, meters_town
from tests.backoffice.town import AT, Town

pytestmark = pytest.mark.django_db
PAGES = ("park", "meters", "suspects", "tests", "proposals", "criteria")
MOST_QUERIES = 30


@pytest.fixture
def park(town: Town) -> MetersTown:
    made = meters_town(town)
    take_park(at=AT, by=town.staff["coordinador"], anew=True)
    return made


def page(client: Client, name: str, *args: int, **params: str) -> str:
    answer = client.get(reverse(f"meters:{name}", args=args), params, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_page_of_the_park_asks_few_queries(park, clients):
    for name in PAGES:
        clients["coordinador"].get(reverse(f"meters:{name}"))
        with CaptureQueriesContext(connection) as asked:
            assert clients["coordinador"].get(reverse(f"meters:{name}")).status_code == 200
        assert len(asked) <= MOST_QUERIES, name
    for name, number in (("meter", park.meter.pk), ("test", park.test.pk), ("proposal", park.proposal.pk)):
        with CaptureQueriesContext(connection) as asked:
            page(clients["coordinador"], name, number)
        assert len(asked) <= MOST_QUERIES, name


def test_a_figure_leads_to_the_list_of_its_meters(park, clients):
    text = page(clients["auditor"], "park")
    brand = ParkMeter.objects.exclude(brand="").values_list("brand", flat=True).first()
    assert f"/medidores/lista/?marca={brand}" in text
    count = ParkMeter.objects.filter(brand=brand).count()
    listed = page(clients["auditor"], "meters", marca=brand)
    assert listed.count('class="row-link folio"') == min(count, 50)
    assert "Ningún medidor con esos filtros" in page(clients["auditor"], "meters", serie="NO-HAY")


def test_the_workbooks_have_typed_cells(park, clients):
    answer = clients["auditor"].get(reverse("meters:meters_workbook"))
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert len(rows) == ParkMeter.objects.count() + 1
    first = dict(zip(rows[0], rows[1], strict=True))
    assert isinstance(first["Costo del cambio"], float)
    assert isinstance(first["Serie"], str)
    for name in ("suspects_workbook", "tests_workbook", "proposals_workbook"):
        assert clients["auditor"].get(reverse(f"meters:{name}")).status_code == 200


def test_a_park_that_was_not_taken_says_so_and_the_coordinator_takes_it(town, clients):
    assert "no se ha calculado" in page(clients["jefe"], "park")
    answer = clients["coordinador"].post(reverse("meters:take"), follow=True)
    assert "No hay tabla del parque" in answer.content.decode()


def test_the_facts_of_a_meter_are_completed_from_its_page(park, clients):
    address = reverse("meters:complete", args=[park.meter.pk])
    facts = {"brand": "BADGER", "diameter": "3/4", "model_name": "M25", "accuracy_class": "C"}
    answer = clients["tecnico"].post(address, facts, follow=True)
    assert "Se guardaron los datos" in answer.content.decode()
    assert Meter.objects.get(pk=park.meter.pk).model_name == "M25"
    refused = clients["tecnico"].post(address, facts | {"brand": ""})
    assert refused.status_code == 422
    assert "ya tiene marca" in refused.content.decode()


def test_a_meter_in_place_is_not_put_away(park, clients):
    address = reverse("meters:put_away", args=[park.meter.pk])
    refused = clients["tecnico"].post(address, {"where": "STORE", "reason": "x"})
    assert (refused.status_code, "está instalado" in refused.content.decode()) == (422, True)


def test_a_test_is_captured_and_one_without_litres_keeps_what_was_typed(park, clients):
    address = reverse("meters:new_test", args=[park.meter.pk])
    said = {
        "norma": "NOM-012", "tested_on": AT.date().isoformat(), "bench": "Laboratorio", "tester": "Ana", "note": "",
        "certificate": "C-77", "llave": "k1", "paso_Q1": "20", "registro_Q1": "20", "paso_Q2": "50",
        "registro_Q2": "50", "paso_Q3": "200",
    }  # fmt: skip
    refused = clients["tecnico"].post(address, said)
    assert refused.status_code == 422
    assert 'value="C-77"' in refused.content.decode()
    answer = clients["tecnico"].post(address, said | {"registro_Q3": "200"}, follow=True)
    assert "aprobó" in answer.content.decode()
    test = BenchTest.objects.get(certificate="C-77")
    corrected = clients["tecnico"].get(address, {"corrige": str(test.pk), "norma": "NOM-012"})
    assert "Por qué se corrige" in corrected.content.decode()
    assert page(clients["auditor"], "tests", resultado="FAILED").count("CERT-1") == 1


def test_a_failed_test_leads_to_a_proposal_and_to_an_adjustment(park, clients, town):
    text = page(clients["coordinador"], "test", park.test.pk)
    assert "Proponer su reemplazo" in text
    assert reverse("adjustments:new_adjustment", args=[park.test.account_id]) in text
    assert "Proponer su reemplazo" not in page(clients["auditor"], "test", park.test.pk)


def test_the_papers_are_papers(park, clients):
    for name, number in (("test_pdf", park.test.pk), ("proposal_pdf", park.proposal.pk)):
        answer = clients["auditor"].get(reverse(f"meters:{name}", args=[number]))
        assert answer.content.startswith(b"%PDF")


def test_the_coordinator_proposes_and_only_another_person_approves(park, clients, town):
    said = {"medidor": [str(park.meter.pk)], "reason": "Reprobó", "llave": "p1"}
    answer = clients["coordinador"].post(reverse("meters:propose"), said, follow=True)
    assert "lo aprueba otra persona" in answer.content.decode()
    made = ReplacementProposal.objects.exclude(pk=park.proposal.pk).get()
    assert clients["coordinador"].post(reverse("meters:approve", args=[made.pk])).status_code == 403
    approved = clients["jefe"].post(reverse("meters:approve", args=[made.pk]), {"note": ""}, follow=True)
    assert "se emiten sus órdenes" in approved.content.decode()
    again = clients["jefe"].post(reverse("meters:refuse", args=[made.pk]), {"note": "x"})
    assert (again.status_code, "«aprobada»" in again.content.decode()) == (422, True)


def test_a_proposal_of_nothing_says_what_to_do(park, clients):
    answer = clients["coordinador"].post(reverse("meters:propose"), {"reason": "x", "llave": "p"}, follow=True)
    assert "Marque al menos un medidor" in answer.content.decode()


def test_a_proposal_is_withdrawn_saying_why(park, clients):
    address = reverse("meters:withdraw", args=[park.proposal.pk])
    assert clients["coordinador"].post(address, {"note": ""}).status_code == 422
    assert "Se retiró" in clients["coordinador"].post(address, {"note": "Se repite"}, follow=True).content.decode()
