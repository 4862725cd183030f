"""The screens of the laws in two steps, the sweeps, the watch list, the comparison and the norms."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cauce.billing.models import LawComparison, SweepRun, WatchFinding
from cauce.cases.models import Case
from cauce.documents.models import Norm
from cauce.tariffs.models import LawInForce, Schedule
from cauce.workorders.models import WorkOrder
from tests.backoffice.tariffs_town import TariffsTown, tariffs_town
from tests.backoffice.town import PASSWORD, Town
from tests.tariffs.laws import law_files

TO_2031 = (
    ("year: 2026\n", "year: 2031\n"),
    ("valid_from: 2026-01-01", "valid_from: 2031-01-01"),
    ("valid_until: 2027-01-01", "valid_until: 2032-01-01"),
    ("Decreto 124", "Decreto 931"),
)


@pytest.fixture
def watched(town: Town) -> TariffsTown:
    return tariffs_town(town)


def signed_in(town: Town, role: str) -> Client:
    client = Client()
    client.force_login(town.staff[role])
    return client


def sent(**files: str | None) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, text.encode()) for name, text in law_files(*TO_2031, **files).items()]


def test_a_law_is_sent_waits_and_another_person_puts_it_in_force_with_the_password(town: Town) -> None:
    answer = signed_in(town, "informatica").post(reverse("tariffs:new_law"), {"archivos": sent()})
    law = Schedule.objects.get(year=2031)
    assert answer.headers["Location"] == reverse("tariffs:law", args=[law.pk])
    assert not LawInForce.objects.filter(schedule=law).exists()
    head = signed_in(town, "jefe")
    page = head.get(reverse("tariffs:law", args=[law.pk])).content.decode()
    assert "Todavía no rige" in page
    assert "Poner en vigor" in page
    address = reverse("tariffs:put_in_force", args=[law.pk])
    assert head.post(address, {"password": "otra cosa"}).status_code == 422
    assert not LawInForce.objects.filter(schedule=law).exists()
    assert head.post(address, {"password": PASSWORD}).status_code == 302
    assert LawInForce.objects.get(schedule=law).approved_by == town.staff["jefe"]


def test_a_law_with_a_missing_month_is_refused_on_the_screen_by_file_and_column(town: Town) -> None:
    tariff = law_files()["tarifa.csv"].replace(",dic", "", 1)
    answer = signed_in(town, "informatica").post(reverse("tariffs:new_law"), {"archivos": sent(tarifa_csv=tariff)})
    assert answer.status_code == 422
    assert "tarifa.csv, renglón 1, columna dic: falta la columna." in answer.content.decode()
    assert not Schedule.objects.filter(year=2031).exists()


def test_the_edges_of_a_law_are_shown_month_by_month(town: Town) -> None:
    page = signed_in(town, "auditor").get(reverse("tariffs:boundaries", args=[town.law.pk])).content.decode()
    assert "Más agua nunca cuesta menos." in page
    assert "Clave 013" in page


def test_a_month_is_swept_and_a_difference_becomes_a_case_once(town: Town, watched: TariffsTown) -> None:
    clerk = signed_in(town, "facturacion")
    answer = clerk.post(reverse("tariffs:new_sweep"), {"mes": f"{town.bill.period:%Y-%m}"})
    made = SweepRun.objects.latest("pk")
    assert answer.headers["Location"] == reverse("tariffs:sweep", args=[made.pk])
    assert made.bills >= 1
    for _ in range(2):
        clerk.post(reverse("tariffs:open_difference", args=[watched.difference.pk]))
    case = Case.objects.get(key=f"revision/recibo/{town.bill.pk}")
    assert "debe ser" in case.told
    page = clerk.get(reverse("tariffs:sweep", args=[watched.sweep.pk])).content.decode()
    assert case.document.folio in page


def test_a_month_that_is_no_month_is_refused(town: Town) -> None:
    assert signed_in(town, "jefe").post(reverse("tariffs:new_sweep"), {"mes": "2026-13"}).status_code == 422


def test_a_finding_becomes_a_case_and_an_order_and_may_be_set_aside(town: Town, watched: TariffsTown) -> None:
    clerk = signed_in(town, "coordinador")
    finding = watched.finding
    for name in ("open_finding", "order_finding"):
        clerk.post(reverse(f"tariffs:{name}", args=[finding.pk]))
    assert Case.objects.get(key=f"vigilancia/{finding.pk}").account == town.account
    assert WorkOrder.objects.get(key=f"vigilancia/{finding.pk}").account == town.account
    address = reverse("tariffs:dismiss_finding", args=[finding.pk])
    assert clerk.post(address, {"motivo": ""}).status_code == 422
    assert clerk.post(address, {"motivo": "Es costura de la casa."}).status_code == 302
    assert WatchFinding.objects.get(pk=finding.pk).dismissed_by == town.staff["coordinador"]
    listed = clerk.get(reverse("tariffs:findings")).content.decode()
    assert "Su giro es «Taller»" not in listed


def test_the_watch_list_goes_to_excel(town: Town, watched: TariffsTown) -> None:
    answer = signed_in(town, "auditor").get(reverse("tariffs:findings_workbook"))
    assert answer.content[:2] == b"PK"


def test_two_laws_are_compared_and_the_page_shows_who_pays_more(town: Town, watched: TariffsTown) -> None:
    signed_in(town, "informatica").post(reverse("tariffs:new_law"), {"archivos": sent()})
    head = signed_in(town, "jefe")
    new = Schedule.objects.get(year=2031)
    answer = head.post(reverse("tariffs:compare"), {"anterior": town.law.pk, "nueva": new.pk})
    made = LawComparison.objects.latest("pk")
    assert answer.headers["Location"] == reverse("tariffs:comparison", args=[made.pk])
    page = head.get(reverse("tariffs:comparison", args=[made.pk])).content.decode()
    assert "Cómo les cambia" in page
    same = head.post(reverse("tariffs:compare"), {"anterior": new.pk, "nueva": new.pk})
    assert same.status_code == 422


def test_the_norms_show_what_rests_on_them_and_keep_their_text(town: Town, watched: TariffsTown) -> None:
    office = signed_in(town, "informatica")
    page = office.get(reverse("tariffs:norms")).content.decode()
    assert "Ley de Ingresos para el Municipio de Cortazar" in page
    assert "del sistema" in page
    pdf = SimpleUploadedFile("ley.pdf", b"%PDF-1.4 ley", content_type="application/pdf")
    address = reverse("tariffs:keep_norm_text", args=[watched.norm.pk])
    assert office.post(address, {"archivo": pdf}).status_code == 302
    kept = Norm.objects.get(pk=watched.norm.pk)
    assert office.get(reverse("tariffs:norm_text", args=[kept.pk])).content == b"%PDF-1.4 ley"
    assert office.post(address, {}).status_code == 422
