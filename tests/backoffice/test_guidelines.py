"""Lineamientos on the screens: written, sent, returned, authorised, read and replaced; their months, closed."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cauce.core import clock
from cauce.core.periods import period_of, previous_period
from cauce.guidelines.models import ChecklistMonth, CheckResult, GuidelineAcknowledgement, GuidelineVersion
from cauce.reports.queries.guideline_figures import GUIDELINE_FIGURES, figures_of
from tests.backoffice.conftest import signed_in
from tests.backoffice.guidelines_town import TEXT, GuidelinesTown, guidelines_town
from tests.backoffice.town import SEPTEMBER, Town
from tests.reports.damage import damage

State = GuidelineVersion.State
WRITTEN = {
    "llave": "k",
    "clausulas": "3",
    "puntos": "2",
    "clase": "SUSPENSION",
    "titulo": "Reducir con cuidado",
    "para_que": "Que nadie se quede sin agua.",
    "puestos": ["coordinador", "cajero"],
    "clausula_0_lugar": "2",
    "clausula_0_texto": "Se reduce y no se corta.",
    "clausula_0_fundamento": "Ley General de Aguas, artículo 9",
    "clausula_1_lugar": "1",
    "clausula_1_texto": "Se avisa antes.",
    "clausula_1_fundamento": "Código Territorial, artículo 335",
    "clausula_2_lugar": "3",
    "punto_0_que": "Avisos",
    "punto_0_como": "Lista",
    "punto_0_meta": "Todos",
    "punto_0_cifra": "REDUCCIONES_CON_AVISO",
}


def of(name: str, version: GuidelineVersion) -> str:
    return reverse(f"guidelines:{name}", args=[version.pk])


@pytest.fixture
def written() -> dict[str, object]:
    return WRITTEN | {"vigente_desde": clock.today().isoformat()}


@pytest.fixture
def guided(town: Town) -> GuidelinesTown:
    return guidelines_town(town)


def test_a_lineamiento_is_written_sent_returned_authorised_and_read(
    clients: dict[str, Client], written: dict[str, object]
) -> None:
    writer, head, cashier = clients["coordinador"], clients["jefe"], clients["cajero"]
    new = reverse("guidelines:new_guideline")
    assert 'class="empty"' in writer.get(reverse("guidelines:guidelines")).content.decode()
    assert writer.get(new).status_code == 200
    refused = writer.post(new, written | {"titulo": "", "clausula_0_fundamento": ""})
    page = refused.content.decode()
    assert refused.status_code == 422 and "Escriba el título" in page and "Se reduce y no se corta." in page
    refused = writer.post(new, written | {"clausula_0_fundamento": ""}).content.decode()
    assert "a la cláusula 2 le falta su texto o su fundamento" in refused
    page = writer.post(new, written, follow=True).content.decode()
    assert writer.post(new, written).status_code == 302
    version = GuidelineVersion.objects.get()
    assert [each.text for each in version.clauses.order_by("number")] == ["Se avisa antes.", "Se reduce y no se corta."]
    assert "Es un borrador" in page and "Lineamientos en borrador" in writer.get("/").content.decode()
    assert "Leí y me obligo" not in cashier.get(of("version", version)).content.decode()
    writer.post(of("submit", version))
    assert "Lineamientos por autorizar" in head.get("/").content.decode()
    assert head.post(of("give_back", version), {"reason": ""}).status_code == 422
    head.post(of("give_back", version), {"reason": "Falta el plazo"})
    assert "Falta el plazo" in writer.get(of("version", version)).content.decode()
    again = written | {"llave": "otra", "edicion": "1", "para_que": "Que nadie se quede sin agua en casa."}
    assert writer.post(of("edit", version), again | {"seguir": "1"}).headers["Location"] == of("edit", version)
    stale = writer.post(of("edit", version), again | {"llave": "tercera"})
    assert stale.status_code == 422 and "guardó cambios mientras usted escribía" in stale.content.decode()
    writer.post(of("submit", version))
    yesterday = (clock.today() - timedelta(days=1)).isoformat()
    asked = {"edicion": "2", "valid_from": yesterday, "resolution": "Oficio 9"}
    late = head.post(of("authorise", version), asked)
    assert late.status_code == 422 and "no rige hacia atrás" in late.content.decode()
    page = head.post(of("authorise", version), asked | {"valid_from": clock.today().isoformat()}, follow=True)
    assert "Quedó autorizado" in page.content.decode()
    version.refresh_from_db()
    assert version.state == State.AUTHORISED
    assert "Lineamientos por leer y acusar" in cashier.get("/").content.decode()
    assert "Leí y me obligo" in cashier.get(of("version", version)).content.decode()
    wrong = cashier.post(of("acknowledge", version), {"huella": "0" * 64})
    assert wrong.status_code == 422 and "no es lo autorizado" in wrong.content.decode()
    page = cashier.post(of("acknowledge", version), {"huella": version.sha256}, follow=True).content.decode()
    assert "Usted leyó esta versión" in page and GuidelineAcknowledgement.objects.count() == 1
    assert "por leer y acusar" not in cashier.get("/").content.decode()
    lacking = writer.get(of("acknowledgements", version), {"acuse": "falta"}).content.decode()
    assert "Prueba Coordinador Comercial" in lacking and "Prueba Cajero" not in lacking
    assert writer.get(of("paper_pdf", version)).content.startswith(b"%PDF")


def test_who_wrote_it_sees_that_another_authorises(
    town: Town, clients: dict[str, Client], guided: GuidelinesTown
) -> None:
    head = town.staff["jefe"]
    town.staff["coordinador"].groups.add(head.groups.get())
    clients["coordinador"].post(
        of("edit", guided.draft),
        WRITTEN | {"edicion": "1", "titulo": TEXT.title, "cambios": "Algo", "vigente_desde": clock.today().isoformat()},
    )
    clients["coordinador"].post(of("submit", guided.draft))
    page = signed_in(town.staff["coordinador"]).get(of("version", guided.draft)).content.decode()
    assert "lo autoriza otra persona" in page and of("authorise", guided.draft) not in page


def test_who_only_reads_is_offered_nothing_else(clients: dict[str, Client], guided: GuidelinesTown) -> None:
    for role in ("auditor", "consejo", "comunicacion"):
        page = clients[role].get(of("version", guided.ruling)).content.decode()
        assert not any(of(name, guided.ruling) in page for name in ("acknowledge", "withdraw", "edit", "submit"))
    assert clients["auditor"].post(of("withdraw", guided.ruling), {"reason": "x"}).status_code == 403
    assert clients["coordinador"].post(of("withdraw", guided.ruling), {"reason": "x"}).status_code == 403
    stranger = clients["comunicacion"].post(of("acknowledge", guided.ruling), {"huella": guided.ruling.sha256})
    assert stranger.status_code == 422 and "no nombra su puesto" in stranger.content.decode()


def test_a_version_under_way_and_one_that_rules_are_withdrawn_saying_why(
    clients: dict[str, Client], guided: GuidelinesTown
) -> None:
    writer, head = clients["coordinador"], clients["jefe"]
    assert writer.post(of("withdraw", guided.draft), {"reason": " "}).status_code == 422
    page = writer.post(of("withdraw", guided.draft), {"reason": "No hace falta"}, follow=True).content.decode()
    assert "No hace falta" in page
    head.post(of("withdraw", guided.ruling), {"reason": "Lo sustituye el reglamento"})
    guided.ruling.refresh_from_db()
    assert guided.ruling.state == State.WITHDRAWN


def test_another_version_begins_with_the_text_of_the_first(clients: dict[str, Client], guided: GuidelinesTown) -> None:
    writer = clients["coordinador"]
    address = reverse("guidelines:start", args=[guided.guideline.pk])
    refused = writer.post(address, {"llave": "z"})
    assert refused.status_code == 422 and "Ya hay una versión en trámite" in refused.content.decode()
    writer.post(of("withdraw", guided.draft), {"reason": "No hace falta"})
    sent = writer.post(address, {"llave": "z"})
    third = GuidelineVersion.objects.get(number=3)
    assert sent.headers["Location"] == of("edit", third)
    assert TEXT.clauses[1].text in writer.get(of("edit", third)).content.decode()


def test_a_month_is_captured_with_the_figures_of_the_system(clients: dict[str, Client], guided: GuidelinesTown) -> None:
    writer, auditor = clients["coordinador"], clients["auditor"]
    month = reverse("guidelines:month", args=[guided.guideline.pk])
    capture = reverse("guidelines:capture", args=[guided.guideline.pk])
    close = reverse("guidelines:close", args=[guided.guideline.pk])
    asked = f"{period_of(clock.today()):%Y-%m}"
    page = writer.get(month).content.decode()
    assert "El sistema cuenta" in page and "Guardar" in page
    assert "Guardar" not in auditor.get(month).content.decode()
    sent = {"mes": asked, "edicion": "2", "resultado_3": "FAILS", "nota_3": ""}
    refused = writer.post(capture, sent)
    assert refused.status_code == 422 and "qué pasó y qué se hará" in refused.content.decode()
    everything = {f"resultado_{number}": "COMPLIES" for number in range(1, len(TEXT.points) + 1)}
    stale = writer.post(capture, {"mes": asked, "edicion": "1"} | everything)
    assert stale.status_code == 422 and "Otra persona capturó" in stale.content.decode()
    page = writer.post(capture, {"mes": asked, "edicion": "2"} | everything, follow=True).content.decode()
    assert "Quedó capturado" in page and "Se cierra cuando termine el mes" in page
    assert CheckResult.objects.get(check_point__number=6).figure
    early = writer.post(close, {"mes": asked})
    assert early.status_code == 422 and "no termina todavía" in early.content.decode()


def test_a_month_that_is_over_waits_to_be_closed_and_is_kept(
    clients: dict[str, Client], guided: GuidelinesTown
) -> None:
    writer = clients["coordinador"]
    before = previous_period(period_of(clock.today()))
    damage(
        f"UPDATE guidelines_guidelineversion SET valid_from = '{before}' WHERE id = {guided.ruling.pk}",
        f"UPDATE guidelines_checklistmonth SET period = '{before}'",
    )
    assert "Listas de verificación por cerrar" in writer.get("/").content.decode()
    month = reverse("guidelines:month", args=[guided.guideline.pk])
    assert "Se cierra cuando todos los puntos" in writer.get(month).content.decode()
    everything = {f"resultado_{number}": "COMPLIES" for number in range(1, len(TEXT.points) + 1)}
    asked = {"mes": f"{before:%Y-%m}", "edicion": "2"}
    writer.post(reverse("guidelines:capture", args=[guided.guideline.pk]), asked | everything)
    page = writer.post(reverse("guidelines:close", args=[guided.guideline.pk]), asked, follow=True).content.decode()
    assert "se conserva como quedó" in page
    assert ChecklistMonth.objects.get().state == "CLOSED"
    assert "por cerrar" not in writer.get("/").content.decode()
    another = asked | everything | {"resultado_1": "NOT_APPLICABLE"}
    late = writer.post(reverse("guidelines:capture", args=[guided.guideline.pk]), another)
    assert late.status_code == 422 and "ya se cerró" in late.content.decode()


def test_the_results_are_seen_through_the_months_and_as_a_workbook(
    clients: dict[str, Client], guided: GuidelinesTown
) -> None:
    address = reverse("guidelines:results")
    page = clients["auditor"].get(address, {"lineamiento": guided.guideline.pk, "hasta": ""}).content.decode()
    assert "No cumple" in page and "50 %" in page
    assert "Ningún mes capturado" in clients["auditor"].get(address, {"hasta": "2020-01"}).content.decode()
    assert "Escriba un mes" in clients["auditor"].get(address, {"hasta": "enero"}).content.decode()
    assert clients["auditor"].get(reverse("guidelines:results_workbook")).content[:2] == b"PK"
    nothing = reverse("guidelines:month", args=[guided.guideline.pk])
    assert "Nada que verificar" in clients["auditor"].get(nothing, {"mes": "2020-01"}).content.decode()
    assert clients["auditor"].get(nothing, {"mes": "enero"}).status_code == 200


def test_every_figure_of_the_system_is_counted(town: Town) -> None:
    told = figures_of(SEPTEMBER, GUIDELINE_FIGURES)
    assert set(told) == set(GUIDELINE_FIGURES) and all(told.values())
    assert figures_of(date(2020, 1, 1), ["NO_HAY"]) == {}
