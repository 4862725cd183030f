"""Reading a law strictly: every kind of dirt is refused by file, row and column."""

from datetime import date
from decimal import Decimal

import pytest

from cauce.tariffs.rules import LawRejected, Usage, fingerprint, price, read_law
from tests.tariffs.laws import CODES, MONTHS, flat_fee_csv, law, law_files, law_header, tariff_csv

TARIFF = tariff_csv(*CODES)
FLAT = flat_fee_csv(*CODES)


def faults(*edits: tuple[str, str], **files: str | None) -> list[str]:
    with pytest.raises(LawRejected) as refused:
        read_law(law_files(*edits, **files))
    return [str(defect) for defect in refused.value.defects]


def without_line(text: str, number: int) -> str:
    lines = text.splitlines()
    del lines[number - 1]
    return "\n".join(lines) + "\n"


def with_cell(text: str, line: int, column: str, cell: str) -> str:
    lines = text.splitlines()
    cells = lines[line - 1].split(",")
    cells[lines[0].split(",").index(column)] = cell
    lines[line - 1] = ",".join(cells)
    return "\n".join(lines) + "\n"


def without_column(text: str, column: str) -> str:
    rows = [line.split(",") for line in text.splitlines()]
    place = rows[0].index(column)
    return "\n".join(",".join(row[:place] + row[place + 1 :]) for row in rows) + "\n"


def test_a_sound_law_is_read_whole() -> None:
    read = law()
    assert read.table_rows == {"tarifa.csv": 816, "cuota_fija.csv": 8, "derechos.csv": 1}
    assert (read.valid_from, read.valid_until, read.official) == (date(2026, 1, 1), date(2027, 1, 1), False)
    assert set(read.tariff_codes) == set(CODES)


def test_every_parameter_has_its_legal_basis() -> None:
    assert all(law().parameters.legal_basis.values())
    assert "recargo" in law().parameters.legal_basis


def test_the_desk_has_the_term_of_claims_and_the_bound_of_the_card_fee() -> None:
    assert (law().parameters.desk.claim_days, law().parameters.desk.card_fee_percent) == (10, Decimal(6))
    edits = (("dias_habiles_de_respuesta: 10", "dias_habiles_de_respuesta: 15"), ("maximo_pct: 6", "maximo_pct: 3.5"))
    other = read_law(law_files(*edits)).parameters
    assert (other.desk.claim_days, other.desk.card_fee_percent) == (15, Decimal("3.5"))
    assert other.legal_basis["aclaracion_de_pago"] and other.legal_basis["comision_de_tarjetas"]


def test_the_rows_of_a_table_may_come_in_any_order() -> None:
    head, *rows = TARIFF.splitlines()
    shuffled = read_law(law_files(tarifa_csv="\n".join([head, *reversed(rows)])))
    usage = Usage(tariff_code="006", period=date(2026, 9, 1), m3=57)
    assert price(shuffled, usage).total == price(law(), usage).total


def test_a_byte_order_mark_and_windows_line_ends_make_no_difference() -> None:
    saved_by_excel = law_files(tarifa_csv="\ufeff" + TARIFF.replace("\n", "\r\n"))
    assert read_law(saved_by_excel).sha256 == law().sha256


def test_worked_cases_are_no_part_of_the_law() -> None:
    assert fingerprint(law_files(casos_csv="clave,m3\n")) == law().sha256


def test_a_changed_figure_is_another_law() -> None:
    assert fingerprint(law_files(tarifa_csv=with_cell(TARIFF, 3, "sep", "7.10"))) != law().sha256


def test_a_missing_month_is_named_by_its_column() -> None:
    assert faults(tarifa_csv=without_column(TARIFF, "sep")) == ["tarifa.csv, renglón 1, columna sep: falta la columna."]
    assert faults(cuota_fija_csv=without_column(FLAT, "dic")) == [
        "cuota_fija.csv, renglón 1, columna dic: falta la columna."
    ]


@pytest.mark.parametrize("month", MONTHS)
def test_an_amount_in_blank_is_named_by_its_row_and_column(month: str) -> None:
    assert faults(tarifa_csv=with_cell(TARIFF, 24, month, "")) == [
        f"tarifa.csv, renglón 24, columna {month}: falta el importe."
    ]


@pytest.mark.parametrize("cell", ["17O.50", "N/D", "-5.00", "$5.00", "1e3", "5,00 ", "٥", "5.", ".5"])
def test_an_amount_that_cannot_be_read_never_becomes_zero(cell: str) -> None:
    text = with_cell(TARIFF, 24, "sep", f'"{cell}"')
    shown = cell.strip()
    assert faults(tarifa_csv=text) == [
        f"tarifa.csv, renglón 24, columna sep: «{shown}» no es un importe (sólo cifras y punto decimal)."
    ]


def test_an_amount_with_fractions_of_a_centavo_is_refused() -> None:
    assert "más de 2 decimales" in faults(tarifa_csv=with_cell(TARIFF, 24, "sep", "158.765"))[0]


def test_a_unit_price_may_have_four_decimals_and_no_more() -> None:
    read = read_law(law_files(tarifa_csv=with_cell(TARIFF, 103, "sep", "8.1275")))
    usage = Usage(tariff_code="001", period=date(2026, 9, 1), m3=101)
    assert price(read, usage).subtotal == Decimal("100.09") + Decimal("820.88")
    assert "más de 4 decimales" in faults(tarifa_csv=with_cell(TARIFF, 103, "sep", "8.12755"))[0]


def test_an_amount_that_falls_is_refused() -> None:
    assert faults(tarifa_csv=with_cell(TARIFF, 25, "sep", "150.00")) == [
        "tarifa.csv, renglón 25, columna sep: 23 m³ cuestan menos que 22 (150.00 contra 155.98)."
    ]


def test_a_row_that_is_missing_is_named_by_where_it_should_be() -> None:
    assert faults(tarifa_csv=without_line(TARIFF, 24)) == [
        "tarifa.csv, renglón 24, columna consumo: a la clave 001 le falta el consumo 22."
    ]


def test_a_repeated_row_is_refused() -> None:
    lines = TARIFF.splitlines()
    assert faults(tarifa_csv="\n".join([*lines, lines[23]])) == [
        "tarifa.csv, renglón 818, columna consumo: la clave 001 repite el consumo 22."
    ]


def test_a_consumption_beyond_row_101_is_refused() -> None:
    extra = TARIFF + "001,102," + ",".join(["9.00"] * 12)
    assert faults(tarifa_csv=extra) == ["tarifa.csv, renglón 818, columna consumo: el consumo va de 0 a 101."]


def test_a_row_of_another_width_is_refused() -> None:
    assert "tarifa.csv, renglón 24: trae 15 campos y el encabezado 14." in faults(
        tarifa_csv=with_cell(TARIFF, 24, "sep", "158,50")
    )


def test_a_column_nobody_knows_is_refused() -> None:
    with_notes = "\n".join(f"{line},{'' if row else 'notas'}" for row, line in enumerate(TARIFF.splitlines()))
    assert faults(tarifa_csv=with_notes) == ["tarifa.csv, renglón 1, columna notas: columna desconocida."]


def test_a_column_that_is_repeated_is_refused() -> None:
    doubled = "\n".join(line + "," + line.rsplit(",", 1)[1] for line in FLAT.splitlines())
    assert faults(cuota_fija_csv=doubled) == ["cuota_fija.csv, renglón 1, columna dic: columna repetida."]


def test_a_clave_that_the_header_does_not_know_is_refused() -> None:
    unknown = FLAT + FLAT.splitlines()[1].replace("001", "009", 1)
    assert faults(cuota_fija_csv=unknown) == [
        "cuota_fija.csv, renglón 10, columna clave: la clave «009» no está en tariff_codes de ley.yaml."
    ]


def test_a_clave_without_tables_is_refused() -> None:
    assert faults(tarifa_csv=tariff_csv(*CODES[1:]), cuota_fija_csv=flat_fee_csv(*CODES[:-1])) == [
        "tarifa.csv, columna clave: falta la tarifa de la clave 001.",
        "cuota_fija.csv, columna clave: falta la cuota fija de la clave 013.",
    ]


def test_a_flat_fee_given_twice_is_refused() -> None:
    assert faults(cuota_fija_csv=FLAT + FLAT.splitlines()[1]) == [
        "cuota_fija.csv, renglón 10, columna clave: la clave 001 ya tiene cuota fija."
    ]


def test_a_file_that_is_missing_is_named() -> None:
    assert faults(cuota_fija_csv=None) == ["cuota_fija.csv: falta el archivo que ley.yaml menciona."]
    with pytest.raises(LawRejected, match=r"ley\.yaml: falta el archivo"):
        read_law({"tarifa.csv": TARIFF})


def test_an_empty_table_is_refused() -> None:
    assert "tarifa.csv, renglón 1, columna clave: falta la columna." in faults(tarifa_csv="")


def test_a_table_that_the_header_does_not_mention_is_refused() -> None:
    assert faults(descargas_csv="clave\n") == [
        "descargas.csv: está en la carpeta y ley.yaml no lo menciona en «tables»."
    ]


def test_a_charge_without_its_amount_is_refused() -> None:
    charges = "codigo,concepto,importe,iva_pct\nA01,Constancia,,0\nA01,Otra,5.00,116\n"
    assert faults(derechos_csv=charges) == [
        "derechos.csv, renglón 2, columna importe: falta el importe.",
        "derechos.csv, renglón 3, columna codigo: el código A01 está repetido.",
        "derechos.csv, renglón 3, columna iva_pct: no puede ser mayor que 100.",
    ]


RANGES = "clave,desde,hasta," + ",".join(MONTHS) + "\n"
SECOND_TABLE = (
    "  - file: tarifa.csv\n",
    "  - file: rangos.csv\n    kind: range_price\n    legal_basis: Art. 14\n  - file: tarifa.csv\n",
)


def range_row(first: int, last: int | str, amount: str) -> str:
    return f"002,{first},{last}," + ",".join([amount] * 12) + "\n"


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ((range_row(1, "", "5.00"),), "a la clave 002 le falta la cuota base (renglón de 0 a 0)."),
        (
            (range_row(0, 0, "50.00"), range_row(1, 10, "5.00"), range_row(12, "", "6.00")),
            "a la clave 002 le falta el rango desde 11 m³.",
        ),
        (
            (range_row(0, 0, "50.00"), range_row(1, 10, "5.00"), range_row(10, "", "6.00")),
            "la clave 002 cobra dos veces los 10 m³.",
        ),
        (
            (range_row(0, 0, "50.00"), range_row(1, "", "5.00"), range_row(11, "", "6.00")),
            "la clave 002 cobra dos veces los 11 m³.",
        ),
        ((range_row(0, 0, "50.00"), range_row(1, 10, "5.00")), "el último rango de la clave 002 no debe tener fin."),
        (
            (range_row(0, 0, "50.00"), range_row(1, 10, "5.00"), range_row(20, 11, "6.00")),
            "termina antes de empezar.",
        ),
        (
            (range_row(0, 0, "50.00"), range_row(1, 10, "5.00"), range_row(11, "", "4.00")),
            "11 m³ cuestan menos que 10 (44.00 contra 50.00).",
        ),
        (
            (range_row(0, 0, "50.00"), range_row(0, 0, "50.00"), range_row(1, "", "5.00")),
            "la clave 002 repite su cuota base.",
        ),
    ],
)
def test_gaps_overlaps_and_falls_of_ranges_are_refused(rows: tuple[str, ...], fault: str) -> None:
    found = faults(
        SECOND_TABLE,
        tarifa_csv=tariff_csv(*(code for code in CODES if code != "002")),
        rangos_csv=RANGES + "".join(rows),
    )
    assert any(line.startswith("rangos.csv, renglón ") and line.endswith(fault) for line in found), found


def test_a_clave_in_two_metered_tables_is_refused() -> None:
    rows = range_row(0, 0, "50.00") + range_row(1, "", "5.00")
    assert faults(SECOND_TABLE, rangos_csv=RANGES + rows) == [
        "tarifa.csv, columna clave: la clave 002 ya tiene tarifa en rangos.csv."
    ]


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        (("article:", "articulo:"), "columna articulo: nombre desconocido; revise cómo se escribe."),
        (("article:", "articulo:"), "columna article: falta."),
        (("official: false", "official: no"), "columna official: debe ser true o false."),
        (("year: 2026\n", "year: 2026\nyear: 2026\n"), "columna year: está repetido."),
        (("2026-01-01", "2026-02-30"), "columna valid_from: «2026-02-30» no es una fecha; se escribe AAAA-MM-DD."),
        (("2026-01-01", "2026-01-15"), "columna valid_from: una ley empieza y termina con el mes"),
        (("valid_until: 2027-01-01", "valid_until: 2028-01-01"), "la vigencia debe caer dentro del ejercicio."),
        (("valid_until: 2027-01-01", "valid_until: 2025-01-01"), "columna valid_until: debe ser posterior"),
        (("value: 20\n", "value: veinte\n"), "parameters.alcantarillado_pct.value: «veinte» no es un número."),
        (("value: 20\n", "value: 120\n"), "parameters.alcantarillado_pct.value: no puede ser mayor que 100."),
        (("value: 20\n", "valor: 20\n"), "parameters.alcantarillado_pct.value: falta."),
        (("value: 15\n", "value: 15.5\n"), "parameters.dias_vencimiento.value: debe ser un número entero."),
        (("kind: flat_fee", "kind: flat"), "«flat» no se reconoce; debe ser amount_per_m3"),
        (("use_class: MIXED", "use_class: MIXTO"), "tariff_codes.003.use_class: «MIXTO» no se reconoce"),
        (('"001": 0,', "001: 0,"), "una clave que empieza con cero va entre comillas."),
        (('AGUA: { "001": 0,', 'AGUA: { "009": 0,'), "iva_pct.value.AGUA.009: esa clave no está en tariff_codes."),
        (('"013": 0, otras: 16 }', '"013": 0 }'), "iva_pct.value.AGUA: AGUA no tiene tasa para la clave 002."),
        (("{ todas: 16 }", "{ todas: 16, otras: 0 }"), "«todas» no admite otras claves a su lado."),
        (("RECARGO: { todas: 0 }", 'RECARGO: { "001": 0, otras: 16 }'), "los recargos llevan una sola tasa de IVA"),
        (("maximum: 45", "maximum: 30"), "interval_days.value.maximum: no puede ser menor que 31."),
        (("tipo: simple", "tipo: compuesto"), "recargo.value.tipo: «compuesto» no se reconoce; debe ser simple."),
        (("      2: Recargos\n", ""), "los lugares van del 1 en adelante, sin saltos."),
        (("allocation_rank: 5", "allocation_rank: 6"), "el concepto VARIO tiene un lugar que no está"),
        (('"3": [21, 25]', '"3": [21, 31]'), "ciclos.value.3: un ciclo va de un día a otro igual o posterior"),
        (('"3": [21, 25]', '"3": [21]'), "ciclos.value.3: debe ser una lista de 2 números."),
        (("dias_habiles_de_respuesta: 10", "dias_habiles_de_respuesta: 0"), "no puede ser menor que 1."),
        (("dias_habiles_de_respuesta: 10", "dias_habiles_de_respuesta: 2.5"), "debe ser un número entero."),
        (("dias_habiles_de_respuesta: 10", "dias: 10"), "aclaracion_de_pago.value.dias_habiles_de_respuesta: falta."),
        (("maximo_pct: 6", "maximo_pct: 21"), "comision_de_tarjetas.value.maximo_pct: no puede ser mayor que 20."),
        (("maximo_pct: 6", "maximo_pct: mucho"), "«mucho» no es un número."),
        (("[20.3, 20.7]", "[20.7, 20.3]"), "el primer número debe ser menor que el segundo."),
        (("CICASA: 4", "CICASA: 0"), "medidor_digitos_por_marca.value.CICASA: no puede ser menor que 1."),
        (("concepts: [AGUA,", "concepts: [RENTA, AGUA,"), "sólo puede nombrar AGUA, ALCANTARILLADO, TRATAMIENTO."),
        (("  IVA: { name: IVA,", "  IVAS: { name: IVA,"), "falta el concepto IVA."),
        (("  recargo:\n    value:\n", "  recargo:\n    valores:\n"), "parameters.recargo.valores: nombre desconocido"),
    ],
)
def test_a_fault_of_the_header_is_named_by_its_line_and_path(edit: tuple[str, str], fault: str) -> None:
    found = faults(edit)
    assert any(line.startswith("ley.yaml, renglón ") and fault in line for line in found), found


def test_what_a_missing_section_would_have_held_is_not_listed_too() -> None:
    text = law_header()
    start = text.index("  recargo:\n")
    end = text.index("  # A qué se aplica")
    found = faults((text[start:end], ""))
    assert len(found) == 1
    assert found[0].endswith("columna parameters.recargo: falta.")


@pytest.mark.parametrize("text", ["", "- uno\n- dos\n", "a: [1,\n", "&a [*a]", "\t- x", "!!python/object:os.system {}"])
def test_a_header_that_is_no_mapping_is_refused(text: str) -> None:
    assert faults(ley_yaml=text)[0].startswith("ley.yaml")


def test_many_faults_are_counted_and_the_first_ones_shown() -> None:
    text = TARIFF.replace(".09,", ".O9,")
    with pytest.raises(LawRejected) as refused:
        read_law(law_files(tarifa_csv=text))
    lines = refused.value.message.splitlines()
    assert len(lines) == 22
    assert lines[0].startswith("La ley no se cargó: tiene ")
    assert lines[-1] == f"… y {len(refused.value.defects) - 20} defectos más."
