"""The tariff simulator and the pages of the law."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from cauce.tariffs.models import Schedule
from cauce.tariffs.operations import load_law
from cauce.users.models import User
from tests.tariffs.laws import law_files

AT = datetime(2026, 1, 2, 15, 0, tzinfo=UTC)


@pytest.fixture
def law(tmp_path: Path, db: None) -> Schedule:
    for name, text in law_files().items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    loader = User.objects.create(username="captura-ley", full_name="Lucía Ortiz")
    approver = User.objects.create(username="autoriza-ley", full_name="Raúl Mena")
    return load_law(directory=tmp_path, at=AT, by=loader, approved_by=approver).schedule


@pytest.fixture
def reader(client: Client, db: None) -> Client:
    user = User.objects.create(username="consulta", full_name="Quien consulta")
    user.user_permissions.add(Permission.objects.get(codename="view_schedule"))
    client.force_login(user)
    return client


def simulate(client: Client, *, partial: bool = False, **asked: str) -> str:
    headers = {"HX-Request": "true"} if partial else {}
    facts = {"mes": "2026-09", "clave": "001", "m3": "10", **asked}
    response = client.get(reverse("tariffs:simulator"), facts, headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def test_the_simulator_shows_the_total_and_each_step(law: Schedule, reader: Client) -> None:
    page = simulate(reader, drenaje="on")
    assert "$210.66" in page
    assert "Importe de 10 m³ (tarifa.csv, renglón 10, septiembre de 2026): $70.90." in page
    assert "Alcantarillado: 20 % de $170.99 = $34.20." in page
    assert "cuota base $100.09 + 10 m³ de la tabla de septiembre $70.90" in page


def test_the_simulator_opens_with_a_use_already_priced(law: Schedule, reader: Client) -> None:
    response = reader.get(reverse("tariffs:simulator"))
    assert response.status_code == 200
    assert "Por qué este importe" in response.content.decode()


def test_only_the_result_is_given_when_asked_in_part(law: Schedule, reader: Client) -> None:
    part = simulate(reader, partial=True)
    assert "<html" not in part
    assert "$170.99" in part


def test_the_simulator_shows_what_a_metre_more_costs(law: Schedule, reader: Client) -> None:
    part = simulate(reader, partial=True, m3="100")
    assert "$809.09" in part
    assert "$917.18" in part


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"m3": ""}, "Escriba los m³, o marque «Sin medidor»."),
        ({"m3": "-1"}, "mayor o igual a 0"),
        ({"clave": "007"}, "007"),
        ({"mes": "2027-01"}, "2027-01"),
        ({"lectura_actual": "2026-09-05"}, "Ponga las dos fechas de lectura, o ninguna."),
        (
            {"lectura_anterior": "2026-09-05", "lectura_actual": "2026-09-01"},
            "La lectura actual es anterior a la lectura previa",
        ),
        (
            {"mes": "2026-01", "lectura_anterior": "2025-11-05", "lectura_actual": "2026-01-05"},
            "No hay una ley de ingresos vigente para diciembre de 2025",
        ),
        ({"solo_descarga": "on"}, "La cuenta no tiene agua ni alcantarillado"),
    ],
)
def test_what_has_no_price_is_told_instead(law: Schedule, reader: Client, asked: dict[str, str], told: str) -> None:
    part = simulate(reader, partial=True, **asked)
    assert told in part
    assert "Por qué este importe" not in part


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"sin_medidor": "on", "m3": ""}, "$250.09"),
        ({"viviendas": "2"}, "La toma sirve a 2 viviendas"),
        ({"clave": "005", "alumnos": "10"}, "Dotación escolar sin costo"),
        ({"exencion": "DOMINIO_PUBLICO"}, "Exención «Bien de dominio público»"),
        ({"solo_descarga": "on", "drenaje": "on", "m3_descargados": "10"}, "La cuenta sólo descarga"),
        ({"solo_descarga": "on", "drenaje": "on"}, "$53.25"),
        ({"lectura_anterior": "2026-07-05", "lectura_actual": "2026-09-05"}, "pasaron 62 días"),
    ],
)
def test_particular_cases_are_priced_and_told(law: Schedule, reader: Client, asked: dict[str, str], told: str) -> None:
    assert told in simulate(reader, partial=True, **asked)


def test_without_a_law_the_simulator_says_who_loads_it(reader: Client) -> None:
    response = reader.get(reverse("tariffs:simulator"))
    assert response.status_code == 200
    assert "Todavía no hay una ley cargada" in response.content.decode()


def test_the_page_of_a_law_gives_its_signatures_and_its_legal_basis(law: Schedule, reader: Client) -> None:
    listed = reader.get(reverse("tariffs:laws")).content.decode()
    assert "Decreto 124" in listed
    page = reader.get(reverse("tariffs:law", args=[law.pk])).content.decode()
    for told in ("Lucía Ortiz", "Raúl Mena", "LIVA art. 2-A", "Constancia de no adeudo", law.sha256):
        assert told in page


def test_a_law_that_does_not_exist_is_not_found(reader: Client) -> None:
    assert reader.get(reverse("tariffs:law", args=[999])).status_code == 404


@pytest.mark.parametrize("name", ["tariffs:simulator", "tariffs:laws"])
def test_without_permission_the_tariffs_are_refused(name: str, client: Client, db: None) -> None:
    client.force_login(User.objects.create(username="ajeno", full_name="Sin permiso"))
    assert client.get(reverse(name)).status_code == 403
    assert client.post(reverse(name)).status_code == 403
