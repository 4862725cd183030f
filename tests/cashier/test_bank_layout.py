"""What the layouts of banks and stores may say, and how each fault in one is told."""

from datetime import date
from functools import cache
from pathlib import Path

import pytest

from cauce.cashier.rules.bank_layout import Layout, LayoutsRejected, detect_layout, read_layouts

BANKS = Path(__file__).parents[2] / "banks"
LEGACY = (BANKS / "legado.yaml").read_text(encoding="utf-8")
STORE = (BANKS / "tienda.yaml").read_text(encoding="utf-8")


@cache
def shipped() -> dict[str, Layout]:
    return {layout.code: layout for layout in read_layouts([("legado.yaml", LEGACY), ("tienda.yaml", STORE)])}


def test_the_shipped_layouts_are_read_and_say_they_are_not_official():
    layouts = shipped()
    assert list(layouts) == ["legado", "tienda"]
    assert not any(layout.official for layout in layouts.values())
    assert layouts["legado"].header == "FECHA;HORA;SUCURSAL;REFERENCIA;DESCRIPCION;ABONO;AUTORIZACION"
    assert layouts["tienda"].width == 60
    assert layouts["tienda"].column_of("description") == ""


@pytest.mark.parametrize(
    ("file_name", "first_line", "code"),
    [
        ("x.csv", " fecha ;HORA;SUCURSAL;REFERENCIA;DESCRIPCION;ABONO;AUTORIZACION", "legado"),
        ("banco_20261015.csv", "15/10/2026;08:38;1379;03270926094;X;266.61;124040", "legado"),
        ("BANCO_20261015.CSV", "", "legado"),
        ("pagos.txt", "HTIENDA20261015", "tienda"),
        ("tienda_20261015.txt", "D20261015", "tienda"),
        ("pagos.txt", "D20261015", None),
        ("banco_20261015.csv", "HTIENDA20261015", "tienda"),
        ("banco_2026101.csv", "FECHA;HORA", None),
    ],
)
def test_a_file_is_known_by_its_first_line_and_else_by_its_name(file_name: str, first_line: str, code: str | None):
    found = detect_layout(shipped().values(), file_name=file_name, first_line=first_line)
    assert (found.code if found else None) == code


def test_a_header_with_other_columns_is_told_from_a_row():
    legacy = shipped()["legado"]
    assert legacy.is_almost_header("FECHA;HORA;REFERENCIA")
    assert not legacy.is_almost_header(legacy.header)
    assert not legacy.is_almost_header("15/10/2026;08:38")
    assert not shipped()["tienda"].is_almost_header("HTIENDA")


def test_the_day_of_a_file_is_in_its_name():
    legacy = shipped()["legado"]
    assert legacy.day_of("banco_20261015.csv") == date(2026, 10, 15)
    assert legacy.day_of("banco_20261315.csv") is None
    assert legacy.day_of("abonos.csv") is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("code: legado", "code: Mi Banco", "clave code"),
        ('separator: ";"', 'separator: "#"', "clave file.separator"),
        ("column: ABONO", "column: CARGO", "clave fields.amount.column: «CARGO» no está"),
        ("format: DD/MM/AAAA", "format: MM/DD/AAAA", "clave fields.date.format"),
        ("decimals: point", "decimals: punto", "clave fields.amount.decimals"),
        ("thousands: comma", "thousands: point", "no pueden llevar el mismo signo"),
        ("digits: [11, 11]", "digits: [9, 11]", "clave reference.digits"),
        ("identity: [authorization]", "identity: [date]", "clave identity: debe llevar authorization"),
        ("identity: [authorization]", "identity: [authorization, store]", "«store» no está entre los campos"),
        ("  authorization: { column: AUTORIZACION }\n", "", "clave fields.authorization: falta"),
        ("branch: { column: SUCURSAL }", "branch: { column: SUCURSAL, width: 4 }", "clave fields.branch.width"),
        ("sign: negative", "sign: column\n  column: TIPO\n  values: []", "clave reversals.column"),
        ("series: BCO", "series: bco-1", "clave channel.series"),
        ("HORA, SUCURSAL, REF", "HORA, HORA, REF", "columnas con el mismo nombre"),
        ("official: false", "official: no sé", "clave official"),
        ("name: Banco (formato", "nombre: Banco (formato", "clave nombre: nombre desconocido"),
        ("reversals:", "reversals", "no se puede leer como YAML"),
        ("  names: [banco_AAAAMMDD.csv]\n  shape: delimited", "  shape: delimited\n", "separator"),
    ],
)
def test_each_fault_names_the_file_and_the_key(old: str, new: str, said: str):
    assert old in LEGACY
    text = LEGACY.replace(old, new, 1)
    if said == "separator":
        text = text.replace("header: true", "header: false")
        said = "no dice cómo se reconoce"
    with pytest.raises(LayoutsRejected) as refused:
        read_layouts([("legado.yaml", text)])
    assert "legado.yaml, renglón" in refused.value.message
    assert said in refused.value.message


def test_two_files_may_not_use_one_code_nor_one_desk_for_two_series():
    with pytest.raises(LayoutsRejected, match="ya la usa otro archivo"):
        read_layouts([("a.yaml", LEGACY), ("b.yaml", LEGACY)])
    other = LEGACY.replace("code: legado", "code: otro").replace("series: BCO", "series: OTRA")
    with pytest.raises(LayoutsRejected, match="tiene otro nombre o serie"):
        read_layouts([("a.yaml", LEGACY), ("b.yaml", other)])
