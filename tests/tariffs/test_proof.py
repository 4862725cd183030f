"""The proof of a price, told in Spanish."""

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from cauce.tariffs.rules import Usage, arithmetic, explain, price
from tests.tariffs.laws import CODES, law

SEPTEMBER = date(2026, 9, 1)


def proof_of(**facts: object) -> dict[str, object]:
    usage = Usage(**{"tariff_code": "001", "period": SEPTEMBER, "m3": 10, **facts})  # type: ignore[arg-type]
    return price(law(), usage).proof


def test_a_proof_names_the_law_the_row_the_month_and_every_step() -> None:
    assert proof_of(has_sewerage=True) == {
        "law": "Decreto 124",
        "hash": law().sha256[:16],
        "official": False,
        "code": "001",
        "period": "2026-09",
        "steps": [
            ["base", "tarifa.csv", "2026-09", "100.09"],
            ["row", "tarifa.csv", "2026-09", 10, "70.90"],
            ["line", "AGUA", ["100.09", "70.90"], "170.99"],
            ["percent", "ALCANTARILLADO", "20", "170.99", "34.20"],
            ["vat", "AGUA", "0", "170.99", "0.00"],
            ["vat", "ALCANTARILLADO", "16", "34.20", "5.47"],
            ["total", "205.19", "5.47", "210.66"],
        ],
    }


def test_a_proof_is_told_step_by_step() -> None:
    assert explain(proof_of(has_sewerage=True)) == [
        "Clave 001, periodo septiembre de 2026, según Decreto 124 "
        f"(huella {law().sha256[:16]}). Tarifas de DEMOSTRACIÓN, NO OFICIALES.",
        "Cuota base (tarifa.csv, renglón 0, septiembre de 2026): $100.09.",
        "Importe de 10 m³ (tarifa.csv, renglón 10, septiembre de 2026): $70.90.",
        "Agua: $100.09 + $70.90 = $170.99.",
        "Alcantarillado: 20 % de $170.99 = $34.20.",
        "IVA de agua: 0 % de $170.99 = $0.00.",
        "IVA de alcantarillado: 16 % de $34.20 = $5.47.",
        "Total: $205.19 + IVA $5.47 = $210.66.",
    ]


def test_the_small_print_of_each_line_fits_in_a_few_words() -> None:
    assert arithmetic(proof_of(has_sewerage=True)) == {
        "AGUA": "cuota base $100.09 + 10 m³ de la tabla de septiembre $70.90",
        "ALCANTARILLADO": "20 % de $170.99",
    }
    assert arithmetic(proof_of(m3=101))["AGUA"] == "cuota base $100.09 + 101 m³ × $8.09 de septiembre"
    assert arithmetic(proof_of(m3=None))["AGUA"] == "cuota fija de septiembre $250.09"
    assert arithmetic(proof_of(m3=None, dwellings=2))["AGUA"] == "cuota fija de septiembre $250.09 × 2 viviendas"
    assert (
        arithmetic(proof_of(m3=11, dwellings=2))["AGUA"]
        == "viviendas en septiembre: cuotas base $200.18, consumo $77.99"
    )


def test_two_months_in_one_reading_are_told() -> None:
    told = explain(proof_of(m3=62, read_from=date(2026, 7, 5), read_until=date(2026, 9, 5)))
    assert told[1] == (
        "Entre la lectura del 5 jul 2026 y la del 5 sep 2026 pasaron 62 días, fuera de los 20 a 45 de un mes: "
        "el consumo se reparte por días entre agosto de 2026 31 m³ (31 días) y septiembre de 2026 31 m³ (31 días)."
    )


@given(
    code=st.sampled_from(CODES),
    m3=st.one_of(st.none(), st.integers(min_value=0, max_value=300)),
    sewerage=st.booleans(),
    treatment=st.booleans(),
    dwellings=st.integers(min_value=1, max_value=5),
    exemption=st.sampled_from([None, "DOMINIO_PUBLICO"]),
    pupils=st.one_of(st.none(), st.integers(min_value=0, max_value=900)),
    has_water=st.booleans(),
)
def test_every_proof_survives_json_and_can_be_told(
    code: str,
    m3: int | None,
    sewerage: bool,
    treatment: bool,
    dwellings: int,
    exemption: str | None,
    pupils: int | None,
    has_water: bool,
) -> None:
    usage = Usage(
        tariff_code=code,
        period=SEPTEMBER,
        m3=m3,
        has_water=has_water,
        has_sewerage=sewerage or not has_water,
        has_treatment=treatment,
        discharge_m3=m3,
        dwellings=dwellings,
        exemption=exemption,
        pupils=pupils,
    )
    given_price = price(law(), usage)
    proof = json.loads(given_price.proof_json)
    told = explain(proof)
    assert len(told) == len(proof["steps"]) + 1
    assert set(arithmetic(proof)) == {line.concept for line in given_price.lines}
    assert f"= ${given_price.total:,.2f}." in told[-1]
