"""The law that the product ships: the demonstration tables of Cortazar for 2026."""

from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from cauce.core.money import round_to_cents
from cauce.tariffs.rules import SERVICES, Schedule, Usage, price, read_cases, read_law, run_cases

LAW = Path(__file__).resolve().parents[2] / "law"
FOLDER = LAW / "cortazar" / "2026"


def files_of(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in folder.iterdir()}


def shipped_laws() -> list[Path]:
    return sorted(path.parent for path in LAW.glob("*/*/ley.yaml"))


@pytest.fixture(scope="module")
def law() -> Schedule:
    return read_law(files_of(FOLDER))


@pytest.mark.parametrize("folder", shipped_laws(), ids=lambda folder: "-".join(folder.parts[-2:]))
def test_every_worked_case_comes_out_to_the_centavo(folder: Path) -> None:
    files = files_of(folder)
    schedule = read_law(files)
    cases = read_cases("casos.csv", files["casos.csv"])
    outcome = run_cases(cases, lambda _month: schedule)
    assert [str(difference) for difference in outcome.differences] == []
    # A proposal is compared, not ruled by: nobody has worked its cases by hand.
    assert outcome.cases >= (0 if folder.name.endswith("-propuesta") else 80)


def test_the_demonstration_law_says_that_it_is_not_official(law: Schedule) -> None:
    assert not law.official


def test_every_figure_says_where_it_comes_from(law: Schedule) -> None:
    assert min(map(len, law.parameters.legal_basis.values())) > 10


def test_ten_and_eleven_cubic_metres_are_priced_by_their_own_rows(law: Schedule) -> None:
    ten, eleven = (price(law, Usage(tariff_code="001", period=date(2026, 1, 1), m3=m3)).total for m3 in (10, 11))
    assert (ten, eleven) == (Decimal("174.38"), Decimal("183.87"))


def test_one_hundred_and_one_hundred_and_one_are_the_last_row_and_the_unit_price(law: Schedule) -> None:
    hundred, beyond = (price(law, Usage(tariff_code="001", period=date(2026, 1, 1), m3=m3)).total for m3 in (100, 101))
    assert hundred == Decimal("100.55") + Decimal("1873.67")
    assert beyond == Decimal("100.55") + 101 * Decimal("18.82")


def test_in_every_table_more_water_never_costs_less_and_vat_goes_line_by_line(law: Schedule) -> None:
    for code in law.tariff_codes:
        for month in range(1, 13):
            prices = [
                price(
                    law,
                    Usage(tariff_code=code, period=date(2026, month, 1), m3=m3, has_sewerage=True, has_treatment=True),
                )
                for m3 in range(104)
            ]
            assert all(less.total <= more.total for less, more in pairwise(prices))
            for given in prices:
                assert [line.concept for line in given.lines] == list(SERVICES)
                assert given.vat == sum(round_to_cents(line.amount * line.vat_percent / 100) for line in given.lines)


def test_only_domestic_water_bears_no_vat(law: Schedule) -> None:
    free = {
        (concept, code)
        for concept in SERVICES
        for code in law.tariff_codes
        if law.parameters.vat_rate(concept, code) == 0
    }
    assert free == {("AGUA", "001"), ("AGUA", "013")}
