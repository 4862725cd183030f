"""The rules of the padrón's rows, one by one and over the whole export of the demonstration town."""

import csv
import json
from collections import Counter
from decimal import Decimal
from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.imports.rules import Finding, Line, Severity, detect_encoding, split_lines
from cauce.registry.models import Account, Connection, Customer, Premises
from cauce.registry.queries import shipped_colonies
from cauce.registry.rules.colonies import ColonyCatalogue
from cauce.registry.rules.padron import (
    COLUMNS,
    HEADER,
    LIMITS,
    SENTENCES,
    SEPARATOR,
    PadronRow,
    accept,
    doubts,
    duplicate_key,
    parse_day,
    parse_degrees,
    provisional_route,
    route_number,
)
from cauce.registry.rules.survey import outsider_doubts, shared_doubts, survey
from tests.registry.padron_rows import CATALOGUE, DEMO, good_row, row_text


def refusal(text: str, accepted: set[str] | None = None) -> str | None:
    judged = accept(Line(2, text), accepted or set())
    return judged.code if isinstance(judged, Finding) else None


def doubts_of(**columns: str) -> list[str]:
    return [finding.code for finding in doubts(good_row(**columns), CATALOGUE)]


def test_a_good_row_enters_without_doubts() -> None:
    assert doubts_of() == []


def test_the_whole_export_gives_the_counts_of_its_answer_sheet() -> None:
    content = (DEMO / "legacy" / "padron.csv").read_bytes()
    lines = list(split_lines([content], detect_encoding([content])))[1:]
    expected = json.loads((DEMO / "legacy" / "esperado.json").read_text())["padron"]
    colonies = ColonyCatalogue.of_rows(shipped_colonies())
    whole = survey(lines, [], [])
    accepted: set[str] = set()
    refusals: Counter[str] = Counter()
    rows: list[PadronRow] = []
    for line in lines:
        judged = accept(line, accepted)
        if isinstance(judged, Finding):
            refusals[judged.code] += 1
            continue
        accepted.add(judged.account_number)
        rows.append(judged)
    found = [doubts(row, colonies) + shared_doubts(row, whole) for row in rows]

    assert dict(refusals) == expected["rechazos_por_motivo"]
    assert Counter(finding.code for findings in found for finding in findings) == expected["avisos_por_motivo"]
    assert sum(map(bool, found)) == expected["con_aviso"]
    assert (len(lines), len(rows)) == (expected["filas"], expected["aceptadas"])
    assert Counter(row.fields.state for row in rows) == expected["por_estatus"]
    assert Counter(row.fields.tariff_code for row in rows) == expected["por_tarifa"]
    assert sum(not row.fields.meter_serial for row in rows) == expected["sin_medidor"]


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"CUENTA": ""}, "CUENTA_INVALIDA"),
        ({"CUENTA": "1234567"}, "CUENTA_INVALIDA"),
        ({"CUENTA": "00A114"}, "CUENTA_INVALIDA"),
        ({"CUENTA": "12 34"}, "CUENTA_INVALIDA"),
        ({"CUENTA": "-114"}, "CUENTA_INVALIDA"),
        ({"CUENTA": "٠٠٠١١٤"}, "CUENTA_INVALIDA"),
        ({"NOMBRE": ""}, "NOMBRE_VACIO"),
        ({"NOMBRE": " \t "}, "NOMBRE_VACIO"),
        ({"TARIFA": "007"}, "TARIFA_DESCONOCIDA"),
        ({"TARIFA": "1"}, "TARIFA_DESCONOCIDA"),
        ({"CICLO": ""}, "CICLO_VACIO"),
        ({"CICLO": "4"}, "CICLO_VACIO"),
        ({"FECHA_ALTA": "31/02/2019"}, "FECHA_ALTA_INVALIDA"),
        ({"FECHA_ALTA": ""}, "FECHA_ALTA_INVALIDA"),
        ({"FECHA_ALTA": "2019-02-01"}, "FECHA_ALTA_INVALIDA"),
        ({"ESTATUS": "X"}, "ESTATUS_DESCONOCIDO"),
        ({"DRENAJE": ""}, "SERVICIO_INVALIDO"),
        ({"TRATAMIENTO": "SI"}, "SERVICIO_INVALIDO"),
    ],
)
def test_a_row_is_refused_for_its_reason(columns: dict[str, str], code: str) -> None:
    assert refusal(row_text(**columns)) == code


@pytest.mark.parametrize("text", ["", "000114", row_text() + "|", row_text().rsplit("|", 1)[0]])
def test_a_row_of_another_width_is_refused(text: str) -> None:
    assert refusal(text) == "COLUMNAS"


def test_the_second_row_of_an_account_is_refused_even_without_its_zeros() -> None:
    assert refusal(row_text(CUENTA="114"), {"000114"}) == "CUENTA_REPETIDA"


def test_a_row_is_refused_for_the_first_rule_it_breaks() -> None:
    broken = {"NOMBRE": "", "TARIFA": "007", "CICLO": "", "FECHA_ALTA": "x"}
    repairs = [
        ("CUENTA_REPETIDA", {}, {"000114"}),
        ("NOMBRE_VACIO", {}, set()),
        ("TARIFA_DESCONOCIDA", {"NOMBRE": "ANA"}, set()),
        ("CICLO_VACIO", {"NOMBRE": "ANA", "TARIFA": "001"}, set()),
        ("FECHA_ALTA_INVALIDA", {"NOMBRE": "ANA", "TARIFA": "001", "CICLO": "1"}, set()),
    ]

    assert [refusal(row_text(**(broken | fixed)), set(known)) for _, fixed, known in repairs] == [
        code for code, _, _ in repairs
    ]


@pytest.mark.parametrize(
    ("columns", "codes"),
    [
        ({"CUENTA": "97070"}, ["CUENTA_SIN_CEROS"]),
        ({"CALLE": "\tJILGUERO "}, ["ESPACIOS"]),
        ({"RFC": "ZUOE560111843"}, ["RFC_INVALIDO"]),
        ({"CURP": "BOXW310820HNERXN08"}, ["CURP_INVALIDA"]),
        ({"COLONIA": "VALLE DE LAS ESPINAS"}, ["COLONIA_CP"]),
        ({"COLONIA": ""}, ["COLONIA_CP"]),
        ({"COLONIA": "peñon", "CP": "38320"}, []),
        ({"COLONIA": "PENÓN", "CP": "38320"}, []),
        ({"LAT": "-100.943280", "LON": "20.476267"}, ["COORDENADAS"]),
        ({"LAT": "20.7"}, []),
        ({"LAT": "20.700001"}, ["COORDENADAS"]),
        ({"LON": "-101.2"}, []),
        ({"LAT": "", "LON": ""}, []),
        ({"LAT": "N/D"}, ["COORDENADAS"]),
        ({"LAT": "NaN"}, ["COORDENADAS"]),
        ({"EMAIL": "NO TIENE"}, ["EMAIL_INVALIDO"]),
        ({"TELEFONO": "5556069"}, ["TELEFONO_LONGITUD"]),
        ({"NOMBRE": "=cmd|' /C calc'!A0".replace("|", ""), "OBSERVACIONES": "<script>"}, ["TEXTO_HOSTIL"]),
        ({"GIRO": "-"}, ["TEXTO_HOSTIL"]),
        ({"NUM_EXT": "=1"}, []),
        ({"DRENAJE": "N"}, ["TRATAMIENTO_SIN_DRENAJE"]),
        ({"RUTA": ""}, ["RUTA_VACIA"]),
        ({"RUTA": "X7"}, ["DATO_ILEGIBLE"]),
        ({"SECUENCIA": "-5"}, ["DATO_ILEGIBLE"]),
        ({"FECHA_INST": "31/02/2019", "LECT_INICIAL": "3.5"}, ["DATO_ILEGIBLE", "DATO_ILEGIBLE"]),
        ({"NOMBRE": "X" * 201}, ["DATO_LARGO"]),
        ({"RFC": "", "CURP": "", "TELEFONO": "", "EMAIL": "", "MEDIDOR": "", "FECHA_INST": ""}, []),
    ],
)
def test_a_doubtful_value_is_flagged(columns: dict[str, str], codes: list[str]) -> None:
    assert doubts_of(**columns) == codes


def test_a_row_may_have_many_doubts() -> None:
    found = doubts_of(CUENTA="7", RFC="X", CURP="X", EMAIL="X", TELEFONO="1", LAT="0", NOMBRE=" @X")

    assert len(found) == 8


def test_a_name_that_starts_with_a_quote_is_only_a_name() -> None:
    assert good_row(NOMBRE='"LA ESPERANZA" S DE RL').fields.name == '"LA ESPERANZA" S DE RL'


def test_the_sentence_of_a_wrong_colonia_says_where_it_is() -> None:
    (finding,) = doubts(good_row(COLONIA="VALLE DE LAS ESPINAS"), CATALOGUE)

    assert finding.message == (
        "La colonia «VALLE DE LAS ESPINAS» no está en el C.P. 38300: en el catálogo está en el C.P. 38317. "
        "Corrija la colonia o el código postal."
    )


def test_every_reason_says_what_to_do() -> None:
    for code, sentence in SENTENCES.items():
        assert sentence.endswith("."), code
        assert ":" in sentence or sentence.count(".") > 1 or "Confirme" in sentence, code


def test_a_sentence_does_not_take_the_text_of_the_file_for_a_pattern() -> None:
    judged = accept(Line(2, row_text(TARIFA="{0.__class__}")), set())

    assert isinstance(judged, Finding)
    assert "{0.__class__}" in judged.message


def test_a_meter_on_two_active_accounts_is_flagged_on_both_and_names_the_other() -> None:
    lines = [
        Line(2, row_text(CUENTA="000001", NOMBRE="ANA")),
        Line(3, row_text(CUENTA="000002", NOMBRE="EVA")),
        Line(4, row_text(CUENTA="000003", NOMBRE="PAZ", ESTATUS="C")),
        Line(5, row_text(CUENTA="000004", NOMBRE="LUZ", ESTATUS="L")),
    ]
    whole = survey(lines, [], [])
    found = [shared_doubts(good_row(line.number, CUENTA=line.text[:6]), whole) for line in lines[:2]]

    assert [[finding.code for finding in findings] for findings in found] == [["MEDIDOR_REPETIDO"]] * 2
    assert "la cuenta 000002" in found[0][0].message
    assert whole.meter_owners == {"Z13786331": ["000001", "000002"]}


def test_the_same_person_and_address_is_flagged_whatever_the_accents() -> None:
    lines = [
        Line(2, row_text(CUENTA="000001", MEDIDOR="")),
        Line(3, row_text(CUENTA="000002", MEDIDOR="", NOMBRE="ELENA SILVIA ZUNIGA ORDAZ")),
        Line(4, row_text(CUENTA="000003", MEDIDOR="", NUM_INT="B")),
        Line(5, row_text(CUENTA="000004", MEDIDOR="", ESTATUS="V")),
    ]

    assert set(survey(lines, [], []).twins) == {"000001", "000002"}


def test_numbers_of_the_address_do_not_slide_into_each_other() -> None:
    assert duplicate_key("ANA", "X", "5", "", "", "") != duplicate_key("ANA", "X", "", "5", "", "")


def test_a_stored_account_that_is_not_in_the_file_counts_and_one_that_is_does_not() -> None:
    lines = [Line(2, row_text(CUENTA="000001")), Line(3, row_text(CUENTA="000002", MEDIDOR="B1", NOMBRE="EVA"))]
    stored_meters = [("000001", "Z13786331"), ("000009", "Z13786331"), ("000008", "OTRO")]
    stored_people = [("000002", good_row().duplicate_key), ("000007", good_row(NOMBRE="EVA").duplicate_key)]

    whole = survey(lines, stored_meters, stored_people)

    assert whole.meter_owners == {"Z13786331": ["000001", "000009"]}
    assert whole.outsiders == {"000009": "Z13786331", "000007": ""}
    assert {account: [finding.code for finding in found] for account, found in outsider_doubts(whole).items()} == {
        "000009": ["MEDIDOR_REPETIDO"],
        "000007": ["POSIBLE_DUPLICADO"],
    }


def test_a_refused_row_coincides_with_nothing() -> None:
    lines = [Line(2, row_text(CUENTA="000001")), Line(3, row_text(CUENTA="000002", CICLO=""))]

    assert survey(lines, [], []).meter_owners == {}


def test_the_fingerprint_forgives_padding_and_zeros_and_nothing_else() -> None:
    assert good_row().fingerprint == good_row(CUENTA="114", CALLE=" JILGUERO").fingerprint
    assert good_row().fingerprint != good_row(CALLE="JILGUERO 2").fingerprint


def test_the_fingerprint_of_a_row_is_the_one_that_earlier_imports_kept() -> None:
    row = good_row()
    content = SEPARATOR.join((row.account_number, *row.fields[1:]))

    assert row.fingerprint == blake2b(content.encode(), digest_size=16).digest()


def test_a_space_of_another_kind_at_an_end_does_not_tell_two_addresses_apart() -> None:
    assert duplicate_key("ANA", "X\u00a0", "5", "", "", "") == duplicate_key("ANA", "X", "5", "", "", "")


@pytest.mark.parametrize(
    ("text", "route"), [("7", "07"), ("07", "07"), ("118", "118"), ("12345", None), ("X", None), ("", None)]
)
def test_a_route_is_written_in_one_way(text: str, route: str | None) -> None:
    assert route_number(text) == route


def test_a_provisional_route_fits_where_routes_are_kept() -> None:
    assert len(provisional_route(3)) <= 4


def test_a_day_may_lack_its_zeros_and_must_exist() -> None:
    assert parse_day("1/2/2019") == parse_day("01/02/2019")
    assert parse_day("29/02/2023") is None
    assert parse_day("29/02/2024") is not None
    assert parse_day("01/01/0000") is None


def test_degrees_are_finite_numbers() -> None:
    assert parse_degrees("20.5") == Decimal("20.5")
    assert [parse_degrees(text) for text in ("", "x", "NaN", "Infinity", "1E9999999", "1_0")] == [None] * 6


def test_the_limits_are_those_of_the_tables() -> None:
    places = {
        "REPARTO": (Account, "delivery_code"),
        "NOMBRE": (Customer, "name"),
        "RFC": (Customer, "rfc"),
        "CURP": (Customer, "curp"),
        "TELEFONO": (Customer, "phone"),
        "EMAIL": (Customer, "email"),
        "CALLE": (Premises, "street"),
        "NUM_EXT": (Premises, "exterior_number"),
        "NUM_INT": (Premises, "interior_number"),
        "COLONIA": (Premises, "colony"),
        "CP": (Premises, "postal_code"),
        "GIRO": (Account, "activity"),
        "DIAMETRO": (Connection, "diameter"),
    }

    assert {column: model._meta.get_field(name).max_length for column, (model, name) in places.items()} == {
        column: LIMITS[column] for column in places
    }


def test_the_catalogue_is_the_one_of_the_export() -> None:
    with (DEMO / "colonias_cortazar.csv").open(encoding="utf-8", newline="") as file:
        published = [(row["cp"], row["colonia"]) for row in csv.DictReader(file)]

    assert shipped_colonies() == published


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="|\n")), min_size=29, max_size=29))
def test_any_29_columns_are_judged_without_error(values: list[str]) -> None:
    judged = accept(Line(2, "|".join(values)), set())

    assert isinstance(judged, Finding)
    assert judged.severity is Severity.ERROR
    assert judged.message


@given(
    st.dictionaries(
        st.sampled_from(
            [
                name
                for name in COLUMNS
                if name not in {"CUENTA", "TARIFA", "CICLO", "FECHA_ALTA", "ESTATUS", "DRENAJE", "TRATAMIENTO"}
            ]
        ),
        st.text(st.characters(codec="utf-8", exclude_characters="|\n")),
    )
)
def test_any_text_in_the_free_columns_enters_or_is_refused_for_its_name(columns: dict[str, str]) -> None:
    judged = accept(Line(2, row_text(**columns)), set())
    if isinstance(judged, Finding):
        assert judged.code == "NOMBRE_VACIO"
        return
    for finding in doubts(judged, CATALOGUE):
        assert finding.code in SENTENCES
        assert finding.field in COLUMNS


def test_the_header_is_the_one_of_the_export() -> None:
    first = (DEMO / "legacy" / "padron.csv").read_bytes().split(b"\r\n", 1)[0]

    assert first.decode("cp1252") == HEADER
