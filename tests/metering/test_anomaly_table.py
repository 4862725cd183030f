"""The table of anomalies is data: versioned, read strictly, and there is one to work with before it is loaded."""

from copy import deepcopy
from datetime import date

import pytest
import yaml
from django.conf import settings
from django.db import IntegrityError, InternalError, transaction

from cauce.metering.models import AnomalyTable
from cauce.metering.operations import AnomalyTableRejected, load_anomaly_table
from cauce.metering.queries import anomalies_on
from cauce.metering.rules import DEFAULT_ANOMALIES, FINDINGS, AnomalyFault, Bills, anomaly_rules
from cauce.metering.rules.classification import REASONS
from cauce.users.roles import ROLES
from tests.metering.reviewing import AT, SEPTEMBER

OFFICE = settings.OFFICE_DIR / "cortazar"
FILE = OFFICE / "anomalias.yaml"
CONTENT = yaml.safe_load(FILE.read_text("utf-8"))
RULES = anomaly_rules(CONTENT)


def test_every_reason_and_finding_has_its_row_and_only_reasons_hold():
    assert set(RULES.rows) >= {*REASONS, *FINDINGS}
    assert all(RULES.rows[code].holds for code in REASONS)
    assert not any(RULES.rows[code].holds for code in FINDINGS)


def test_orders_are_of_the_kinds_the_office_has():
    kinds = set(yaml.safe_load((OFFICE / "ordenes.yaml").read_text("utf-8"))["tipos"])
    assert {row.order for row in RULES.rows.values() if row.order} <= kinds


def test_releases_are_posts():
    posts = {role.code for role in ROLES}
    for table in (RULES, DEFAULT_ANOMALIES):
        assert {post for row in table.rows.values() for post in row.releases} <= posts


def test_an_unknown_incident_goes_by_the_row_of_those_out_of_the_catalogue():
    assert RULES.row("INCIDENTE_77").code == "INCIDENTE_INVALIDO"
    assert RULES.row("INCIDENTE_02").bills[0] is Bills.AVERAGE_6


def _wrong(change) -> None:
    content = deepcopy(CONTENT)
    change(content)
    anomaly_rules(content)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda c: c.pop("minimo_m3"), "falta «minimo_m3»"),
        (lambda c: c.update(otra=1), "«otra» no se conoce"),
        (lambda c: c["anomalias"].pop("CONSUMO_CERO"), "falta la anomalía «CONSUMO_CERO»"),
        (lambda c: c["anomalias"]["CONSUMO_CERO"].update(detiene=False), "siempre detiene"),
        (lambda c: c["anomalias"]["CONSUMO_CERO"].update(factura=[]), "qué se puede facturar"),
        (lambda c: c["anomalias"]["CONSUMO_CERO"].update(factura=["regalo"]), "es una de"),
        (lambda c: c["anomalias"]["CONSUMO_CERO"].update(liberan=[]), "al menos un puesto"),
        (lambda c: c["anomalias"]["CONSUMO_CERO"].update(seguidas={"veces": 3, "pasa_a": "NADA"}), "no está"),
        (
            lambda c: c["anomalias"]["CONSUMO_CERO"].update(seguidas={"veces": 1, "pasa_a": "CONSUMO_ALTO"}),
            "al menos 2",
        ),
        (lambda c: c["anomalias"]["LEJOS_DE_LA_CASA"].update(parametros={}), "metros"),
        (lambda c: c["anomalias"].update(INVENTADA=c["anomalias"]["CONSUMO_CERO"]), "INVENTADA"),
    ],
)
def test_a_wrong_table_is_refused_naming_what(change, told):
    with pytest.raises(AnomalyFault, match=told):
        _wrong(change)


@pytest.mark.django_db
def test_a_table_is_loaded_once_and_never_changed(clerk, tmp_path):
    assert anomalies_on(SEPTEMBER) is DEFAULT_ANOMALIES
    assert load_anomaly_table(path=FILE, at=AT, by=clerk) == 1
    assert load_anomaly_table(path=FILE, at=AT, by=clerk) == 0
    assert anomalies_on(SEPTEMBER) == RULES
    assert anomalies_on(date(2025, 1, 1)) is DEFAULT_ANOMALIES
    with pytest.raises((IntegrityError, InternalError), match="append-only"), transaction.atomic():
        AnomalyTable.objects.update(resolution="Otra")
    later = tmp_path / "anomalias.yaml"
    later.write_text(FILE.read_text("utf-8").replace("desde: 2026-01-01", "desde: 2026-11-01"), "utf-8")
    assert load_anomaly_table(path=later, at=AT, by=clerk) == 1
    assert AnomalyTable.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "told"), [("[", "YAML"), ("- 1", "debe llevar"), ("desde: 2026-01-01", "falta")])
def test_a_file_that_cannot_be_used_is_refused_by_name(clerk, tmp_path, text, told):
    path = tmp_path / "anomalias.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(AnomalyTableRejected, match=f"anomalias.yaml.*{told}"):
        load_anomaly_table(path=path, at=AT, by=clerk)
