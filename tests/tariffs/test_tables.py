"""The kinds of table other than Guanajuato's, and their prices."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.tariffs.rules import WATER, Schedule, Usage, explain, price, read_law
from cauce.tariffs.rules.checking import StatedLine, check_proof
from tests.tariffs.laws import CODES, law_files, months, tariff_csv

SEPTEMBER = date(2026, 9, 1)


def flat(amount: str) -> str:
    return months(lambda _month: amount)


BLOCKS = "\n".join(
    [
        "clave,desde,hasta,ene,feb,mar,abr,may,jun,jul,ago,sep,oct,nov,dic",
        f"002,0,0,{flat('50.00')}",
        f"002,1,10,{flat('5.0000')}",
        f"002,11,30,{flat('7.1250')}",
        f"002,31,,{flat('9.5000')}",
    ]
)
RANGES = BLOCKS.replace("7.1250", "7.0000")

_TABLE = "  - file: tarifa.csv\n    kind: amount_per_m3 # importe de todo el consumo, metro por metro\n"


def with_table(kind: str, text: str) -> Schedule:
    return read_law(
        law_files(
            (_TABLE, f"  - file: otra.csv\n    kind: {kind}\n    legal_basis: Art. 14 fr. I\n{_TABLE}"),
            tarifa_csv=tariff_csv(*(code for code in CODES if code != "002")),
            otra_csv=text,
        )
    )


def water(schedule: Schedule, m3: int) -> Decimal:
    return price(schedule, Usage(tariff_code="002", period=SEPTEMBER, m3=m3)).amount_of(WATER)


@pytest.fixture(scope="module")
def blocks() -> Schedule:
    return with_table("increasing_blocks", BLOCKS)


@pytest.fixture(scope="module")
def ranges() -> Schedule:
    return with_table("range_price", RANGES)


@pytest.mark.parametrize(
    ("m3", "amount"), [(0, "50.00"), (10, "100.00"), (11, "107.13"), (30, "242.50"), (31, "252.00"), (40, "337.50")]
)
def test_in_blocks_each_cubic_metre_has_the_price_of_its_block(blocks: Schedule, m3: int, amount: str) -> None:
    assert water(blocks, m3) == Decimal(amount)


@pytest.mark.parametrize(
    ("m3", "amount"), [(0, "50.00"), (10, "100.00"), (11, "127.00"), (30, "260.00"), (31, "344.50")]
)
def test_in_ranges_the_whole_volume_has_the_price_of_its_range(ranges: Schedule, m3: int, amount: str) -> None:
    assert water(ranges, m3) == Decimal(amount)


@given(m3=st.integers(min_value=0, max_value=500))
def test_more_water_never_costs_less_by_blocks_nor_by_ranges(blocks: Schedule, ranges: Schedule, m3: int) -> None:
    for schedule in (blocks, ranges):
        assert water(schedule, m3) <= water(schedule, m3 + 1)


def test_the_proofs_of_blocks_and_ranges_can_be_told(blocks: Schedule, ranges: Schedule) -> None:
    by_blocks = explain(price(blocks, Usage(tariff_code="002", period=SEPTEMBER, m3=12)).proof)
    assert "Del metro 11 al 12 (otra.csv, septiembre de 2026): 2 m³ × $7.125." in by_blocks
    by_ranges = explain(price(ranges, Usage(tariff_code="002", period=SEPTEMBER, m3=12)).proof)
    assert "Todo el consumo al precio de su rango (otra.csv, septiembre de 2026): 12 m³ × $7.00 = $84.00." in by_ranges


def test_a_printed_price_that_is_not_that_of_its_range_is_a_fault(ranges: Schedule) -> None:
    made = price(ranges, Usage(tariff_code="002", period=SEPTEMBER, m3=12))
    lines = [StatedLine(line.concept, line.amount, line.vat_percent, line.vat) for line in made.lines]

    def faults(unit_price: str) -> list[str]:
        steps = [[*step[:4], unit_price, step[5]] if step[0] == "range" else step for step in made.proof["steps"]]
        proof = {**made.proof, "steps": steps}
        return [fault.why for fault in check_proof(proof, lines, [ranges], period=SEPTEMBER, tariff_code="002")]

    assert faults("7.00") == []
    assert faults("6.00") == ["El precio de 12 m³ no es el de su rango en otra.csv."]
