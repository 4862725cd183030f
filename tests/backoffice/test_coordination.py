"""The reports of the coordination: the day on one page, the month, the hand-over, and their way to the head."""

from io import BytesIO

import pypdf
from django.test import Client
from django.urls import reverse

from cauce.core import clock
from cauce.documents.models import SignatureRequest
from cauce.documents.queries import file_content
from cauce.reports.queries.coordination import day_news
from cauce.workorders.models import WorkOrderType
from tests.backoffice.books_town import books_town
from tests.backoffice.town import AT, Town
from tests.backoffice.workorders_town import workorders_town

DAY, MONTH = {"dia": f"{AT:%Y-%m-%d}"}, {"mes": f"{AT:%Y-%m}"}


def pages_of(content: bytes) -> list[str]:
    """The text of each page of a paper."""
    return [page.extract_text() for page in pypdf.PdfReader(BytesIO(content)).pages]


def test_the_parte_of_the_day_fits_one_page(town: Town, clients: dict[str, Client]):
    client = clients["coordinador"]
    page = client.get(reverse("coordination:day"), DAY).content.decode()
    assert "Casos y órdenes" in page and "Canal de prueba" in page and "$50.00" in page
    (paper,) = pages_of(client.get(reverse("coordination:day_pdf"), DAY).content)
    assert "Parte de novedades" in paper and "Vence el" in paper and "$50.00" in paper


def test_it_is_sent_to_the_head_once_with_its_folio(town: Town, clients: dict[str, Client]):
    client = clients["coordinador"]
    for _ in range(2):
        response = client.post(reverse("coordination:send_day"), DAY | {"llave": "k"}, follow=True)
    request = SignatureRequest.objects.get()
    assert (request.role, request.kind) == ("jefe", "Parte de novedades")
    assert "INFM-000001" in response.content.decode()
    assert "INFM-000001" in pages_of(file_content(request.file))[0]
    assert "INFM" not in pages_of(client.get(reverse("coordination:day_pdf"), DAY).content)[0]
    assert request.title in clients["jefe"].get(reverse("signing:tray")).content.decode()
    assert request.title in client.get(reverse("coordination:reports")).content.decode()
    assert clients["jefe"].post(reverse("coordination:send_day"), DAY | {"llave": "j"}).status_code == 403
    assert "No se pudo enviar" in client.post(reverse("coordination:send_day"), DAY, follow=True).content.decode()


def test_the_report_of_the_month_is_one_document_and_a_workbook(town: Town, clients: dict[str, Client]):
    books_town(town)
    client = clients["jefe"]
    page = client.get(reverse("coordination:month"), MONTH).content.decode()
    assert "septiembre de 2026" in page and "Libros cerrados" in page and "Anexos sellados" in page
    text = "\n".join(pages_of(client.get(reverse("coordination:month_pdf"), MONTH).content))
    assert "Órdenes por área" in text and "Espera en ventanilla" in text
    assert client.get(reverse("coordination:month_workbook"), MONTH).content.startswith(b"PK")
    clients["coordinador"].post(reverse("coordination:send_month"), MONTH | {"llave": "m"})
    request = SignatureRequest.objects.get(kind="Informe mensual")
    assert request.document.folio in pages_of(file_content(request.file))[0]


def test_the_hand_over_lists_what_is_left_open(town: Town, clients: dict[str, Client]):
    books_town(town)
    client = clients["coordinador"]
    page = client.get(reverse("coordination:hand_over")).content.decode()
    assert "Papeles que esperan firma" in page and "Parte de novedades town/signature" in page
    text = "\n".join(pages_of(client.get(reverse("coordination:hand_over_pdf")).content))
    assert "Entrega y recepción del puesto" in text and "Recibe" in text
    assert client.get(reverse("coordination:hand_over_workbook")).content.startswith(b"PK")


def test_a_day_or_a_month_that_is_none_shows_the_present(town: Town, clients: dict[str, Client]):
    client = clients["auditor"]
    assert client.get(reverse("coordination:day"), {"dia": "nunca"}).status_code == 200
    assert client.get(reverse("coordination:month"), {"mes": "2026-13"}).status_code == 200


def test_leaks_are_counted_by_the_data_of_their_kinds_and_not_by_their_names(town: Town):
    orders = workorders_town(town)
    folios = {row[3] for row in leaks()}
    assert {orders.order.document.folio, orders.done.document.folio} <= folios
    assert orders.delivery.orders.get().document.folio not in folios
    WorkOrderType.objects.filter(pk="FUGA-RED").update(name="Línea rota", is_leak=True)
    WorkOrderType.objects.filter(pk="FUGA-CUADRO").update(is_leak=False)
    folios = {row[3] for row in leaks()}
    assert orders.done.document.folio in folios
    assert orders.order.document.folio not in folios


def leaks() -> list[list[str]]:
    report = day_news(clock.today(), at=clock.now())
    return [list(row) for section in report.sections if section.title == "Fugas" for row in section.rows]
