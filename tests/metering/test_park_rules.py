"""The rule of under-registration, the arithmetic of a replacement, the bench's verdict and the park's file."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cauce.documents.rules.authorised import authorised_header
from cauce.metering.rules.bench import (
    FlowLimit,
    Standard,
    error_percent,
    is_passed,
    lost_by_error,
    results_of,
    usual_error,
)
from cauce.metering.rules.park import (
    AGE_BANDS,
    NO_BAND,
    MeterHistory,
    ReasonCode,
    age_band,
    age_years,
    counted_since,
    expected_of,
    gained_m3,
    is_stopped,
    payback_months,
    peers_of,
    plausible_count,
    suspicion,
    trend_of,
    warranty_until,
)
from cauce.metering.rules.park_file import ParkFault, park_rules

OFFICE = Path(__file__).parents[2] / "office" / "cortazar" / "medidores.yaml"
CONTENT = yaml.safe_load(OFFICE.read_text("utf-8"))
RULES = park_rules(CONTENT)
FIGURES = RULES.suspicion
NEW = MeterHistory("ITRON", Decimal("2.0"), 100, ())
months = st.lists(st.integers(0, 400), max_size=30)
ratios = st.decimals("0.1", "2", places=3)


def reasons(volumes, *, history=NEW, peers=None):
    trend = trend_of(volumes, FIGURES)
    return suspicion(replace(history, months=tuple(volumes)), trend, peers, RULES)


def test_a_steady_account_with_a_young_meter_is_not_suspected():
    assert reasons([20] * 14) == []


def test_an_account_that_halves_is_suspected_of_the_half_it_stopped_counting():
    found = reasons([20] * 11 + [9, 10, 10])
    assert [each.code for each in found] == [ReasonCode.FALL]
    assert found[0].expected_m3 == Decimal("10.0")
    assert found[0].sentence == "Bajó 50 %: contaba 20 m³ al mes y ahora 10 m³. Debería contar 20 m³."


def test_a_fall_that_its_neighbours_share_is_not_the_meters():
    volumes = [20] * 11 + [10, 10, 10]
    assert reasons(volumes, peers=Decimal("0.5")) == []
    shared = reasons(volumes, peers=Decimal("0.9"))
    assert shared[0].expected_m3 == Decimal("8.0")
    assert "las de su uso y ruta cuentan 90 %" in shared[0].sentence


def test_zeros_after_use_miss_all_that_was_used_and_stop_the_meter_by_the_third():
    two, three = [15] * 12 + [0, 0], [15] * 11 + [0, 0, 0]
    assert reasons(two)[0].code is ReasonCode.ZEROS
    assert reasons(two)[0].expected_m3 == Decimal("15.0")
    assert not is_stopped(trend_of(two, FIGURES), RULES)
    assert is_stopped(trend_of(three, FIGURES), RULES)


def test_an_empty_house_that_never_used_water_is_neither_stopped_nor_suspected():
    assert reasons([0] * 14) == []
    assert not is_stopped(trend_of([0] * 14, FIGURES), RULES)


def test_an_old_meter_misses_a_share_for_each_year_past_its_brands_life():
    found = reasons([20] * 14, history=replace(NEW, brand="CICASA", age_years=Decimal("13.0")))
    assert [each.code for each in found] == [ReasonCode.AGE]
    assert found[0].expected_m3 == Decimal("1.3")
    assert "su marca mide bien 8" in found[0].sentence


def test_a_meter_that_counted_past_its_life_and_one_that_failed_are_suspected():
    found = reasons([20] * 14, history=replace(NEW, counted_m3=5001, test_error=Decimal("-20")))
    assert [each.code for each in found] == [ReasonCode.TEST, ReasonCode.VOLUME]
    assert found[0].expected_m3 == Decimal("5.0")
    assert expected_of(found) == Decimal("5.0")


@given(months, st.none() | ratios)
def test_what_is_expected_is_never_negative_nor_more_than_what_was_used(volumes, peers):
    for reason in reasons(volumes, peers=peers):
        assert reason.expected_m3 >= 0
        assert reason.sentence.endswith(".")
        assert reason.expected_m3 <= max(volumes) * (peers or 1) * Decimal("1.01") + Decimal("0.1")


@given(months, st.decimals("0", "40", places=1), st.integers(0, 20_000))
def test_reasons_come_with_the_heaviest_first_and_are_not_added_up(volumes, years, counted):
    found = reasons(volumes, history=replace(NEW, age_years=years, counted_m3=counted))
    assert [each.expected_m3 for each in found] == sorted((each.expected_m3 for each in found), reverse=True)
    assert expected_of(found) == max([each.expected_m3 for each in found], default=Decimal("0.0"))


@given(st.lists(st.integers(1, 200), min_size=9, max_size=20), st.integers(1, 200))
def test_the_less_it_counts_lately_the_more_it_is_missing(base, cut):
    def missing(recent: int) -> Decimal:
        found = [each for each in reasons([*base, recent, recent, recent]) if each.code is ReasonCode.FALL]
        return expected_of(found)

    assert missing(cut) <= missing(max(cut - 1, 0))


@given(months)
def test_a_trend_never_looks_at_the_same_month_twice(volumes):
    trend = trend_of(volumes, FIGURES)
    assert (trend.base_m3 is None) or len(volumes) >= FIGURES.base_months + FIGURES.recent_months
    assert trend.zeros <= len(volumes)


@given(st.decimals("1", "100000", places=2), st.decimals("0", "100000", places=2))
def test_a_meter_pays_for_itself_when_what_it_brings_covers_its_cost(cost, pesos):
    months_needed = payback_months(cost, pesos)
    if months_needed is None:
        assert pesos == 0
    else:
        assert pesos * months_needed >= cost * 12
        assert pesos * (months_needed - 1) < cost * 12


def test_a_gain_is_told_only_after_its_cycles():
    assert gained_m3(Decimal("10.0"), [15, 16], 3) is None
    assert gained_m3(Decimal("10.0"), [15, 16, 17, 90], 3) == Decimal("6.0")


def test_ages_bands_and_warranties_are_counted_from_the_installation():
    on = date(2026, 10, 20)
    assert age_years(None, on) is None
    assert age_years(date(2027, 1, 1), on) is None
    assert age_years(date(2016, 10, 20), on) == Decimal("10.0")
    assert age_band(None) == NO_BAND
    assert [age_band(Decimal(years)) for years in ("0.4", "3.0", "3.1", "10.0", "15.2")] == [
        "0-3", "0-3", "4-6", "7-10", "16-",
    ]  # fmt: skip
    assert warranty_until(date(2024, 10, 20), RULES.life_of("cicasa")) == date(2026, 10, 20)
    assert warranty_until(None, RULES.other_brand) is None


@given(st.decimals("0", "80", places=1))
def test_every_age_falls_in_one_band(years):
    assert age_band(years) in {band.code for band in AGE_BANDS}


def test_a_register_that_turned_over_goes_on_counting():
    assert counted_since(9990, 15, 4) == 25
    assert counted_since(10, 15, 4) == 5
    assert counted_since(None, 15, 4) is None


def test_a_register_that_says_more_than_its_account_could_use_says_nothing():
    trend = trend_of([20] * 14, FIGURES)
    assert plausible_count(74_773, Decimal("0.5"), trend) is None
    assert plausible_count(2_000, Decimal("8.0"), trend) == 2_000
    assert plausible_count(2_000, None, trend) is None
    assert plausible_count(None, Decimal("8.0"), trend) is None


def test_few_neighbours_say_nothing():
    assert peers_of([Decimal("0.5")] * 3, FIGURES) is None
    assert peers_of([Decimal("0.5")] * 8, FIGURES) == Decimal("0.5")


STANDARD = Standard("N", "Norma", "Base", (FlowLimit("Q1", 30, Decimal(5), 1), FlowLimit("Q2", 120, Decimal(2), 3)))
litres = st.decimals("1", "500", places=2)


def test_the_error_is_what_it_registers_over_what_passed():
    assert error_percent(Decimal(20), Decimal("19.00")) == Decimal("-5.00")
    assert error_percent(Decimal(30), Decimal(31)) == Decimal("3.33")


@given(litres, litres, litres, litres)
def test_the_verdict_is_that_no_flow_passes_its_limit(a, b, c, d):
    results = results_of(STANDARD, {"Q1": (a, b), "Q2": (c, d)})
    worst = [abs(result.error_percent) > result.flow.limit_percent for result in results]
    assert is_passed(results) is not any(worst)
    usual = usual_error([(result.error_percent, result.flow.weight) for result in results])
    errors = [result.error_percent for result in results]
    assert min(errors) - Decimal("0.01") <= usual <= max(errors) + Decimal("0.01")


def test_a_flow_that_was_not_tested_is_not_guessed():
    with pytest.raises(KeyError):
        results_of(STANDARD, {"Q1": (Decimal(1), Decimal(1))})


@given(st.decimals("0", "500", places=1), st.decimals("-99", "50", places=2))
def test_what_is_lost_is_what_the_error_hides(counted, error):
    lost = lost_by_error(counted, error)
    assert lost >= 0
    if error < 0:
        real = counted + lost
        assert abs(real * (100 + error) / 100 - counted) <= Decimal("0.06")


def test_the_offices_table_says_its_authority_and_its_costs():
    assert authorised_header(CONTENT, fault=ParkFault).resolution == "Criterios del parque de medidores DEMO-MED-2026"
    assert RULES.cost_of("3/4") == Decimal(1480)
    assert RULES.cost_of("") == RULES.other_cost
    assert RULES.life_of("") == RULES.other_brand


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"marcas": {}}, "falta «marcas»"),
        ({"otro": 1}, "«otro» no se conoce"),
        ({"marcas": {"X": {"garantia_meses": 0}}}, "«garantia_meses» es un número entero"),
        ({"orden": ""}, "falta «orden»"),
        ({"otro_costo": "caro"}, "«otro_costo» es un número mayor que cero"),
        ({"normas": {"N": {"nombre": "N", "fundamento": "F", "flujos": {"Q1": {"litros_hora": 3}}}}}, "error_maximo"),
        ({"normas": {"N": {"nombre": "N"}}}, "le falta «fundamento»"),
        ({"sospecha": {**CONTENT["sospecha"], "baja": 140}}, "porcentaje menor que 100"),
        ({"otra_marca": None}, "«otra_marca» no dice nada"),
    ],
)
def test_a_table_that_is_wrong_is_refused_saying_where(change, said):
    with pytest.raises(ParkFault, match=said):
        park_rules({**CONTENT, **change})


@pytest.mark.parametrize("change", [{"autoriza": ""}, {"desde": "ayer"}])
def test_a_table_without_authority_or_day_is_refused(change):
    with pytest.raises(ParkFault):
        authorised_header({**CONTENT, **change}, fault=ParkFault)
