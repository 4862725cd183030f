"""The price of a use."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.core.money import round_to_cents
from cauce.tariffs.rules import (
    SEWERAGE,
    TREATMENT,
    WATER,
    ImpossibleUse,
    NegativeConsumption,
    NoDrainageCharge,
    NoFlatFee,
    NoLawInForce,
    NoServices,
    Price,
    Pricer,
    UnknownExemption,
    UnknownTariffCode,
    Usage,
    billed_months,
    price,
    read_law,
)
from tests.tariffs.laws import CODES, TO_2025, flat_fee_csv, law, law_files, months

SEPTEMBER = date(2026, 9, 1)

codes = st.sampled_from(CODES)
volumes = st.integers(min_value=0, max_value=600)
periods = st.integers(min_value=1, max_value=12).map(lambda month: date(2026, month, 1))


def priced(**facts: object) -> Price:
    return price(law(), Usage(**{"tariff_code": "001", "period": SEPTEMBER, "m3": 10, **facts}))  # type: ignore[arg-type]


def water(**facts: object) -> Decimal:
    return priced(**facts).amount_of(WATER)


def test_water_without_consumption_is_the_base_charge() -> None:
    assert water(m3=0) == Decimal("100.09")


def test_water_is_the_base_charge_plus_the_row_of_the_whole_volume() -> None:
    assert water(m3=10) == Decimal("100.09") + Decimal("70.90")


def test_eleven_cubic_metres_are_priced_by_their_own_row_and_not_by_a_step_over_ten() -> None:
    assert water(m3=11) == Decimal("100.09") + Decimal("77.99")


def test_one_hundred_cubic_metres_are_the_last_row_of_the_table() -> None:
    assert water(m3=100) == Decimal("100.09") + Decimal("709.00")


def test_above_one_hundred_every_cubic_metre_is_multiplied_by_row_101() -> None:
    assert water(m3=101) == Decimal("100.09") + 101 * Decimal("8.09")


def test_the_column_is_that_of_the_billed_period() -> None:
    assert water(m3=10, period=date(2026, 1, 1)) == Decimal("100.01") + Decimal("70.10")
    assert water(m3=10, period=date(2026, 12, 1)) == Decimal("100.12") + Decimal("71.20")


def test_a_law_may_leave_the_base_charge_out_of_the_table() -> None:
    other = law(("adds_base_in_table:\n    value: true", "adds_base_in_table:\n    value: false"))
    for m3, amount in ((0, "100.09"), (10, "70.90"), (101, "917.18")):
        usage = Usage(tariff_code="001", period=SEPTEMBER, m3=m3)
        assert price(other, usage).amount_of(WATER) == Decimal(amount)


def test_a_law_may_leave_the_base_charge_out_above_the_table() -> None:
    other = law(("adds_base_above_table:\n    value: true", "adds_base_above_table:\n    value: false"))
    for m3, amount in ((100, "809.09"), (101, "817.09")):
        usage = Usage(tariff_code="001", period=SEPTEMBER, m3=m3)
        assert price(other, usage).amount_of(WATER) == Decimal(amount)


def test_sewerage_and_treatment_are_percentages_of_the_rounded_water_line() -> None:
    given_price = priced(has_sewerage=True, has_treatment=True)
    assert given_price.amount_of(SEWERAGE) == Decimal("34.20")
    assert given_price.amount_of(TREATMENT) == Decimal("23.94")


def test_a_service_that_the_account_lacks_has_no_line() -> None:
    assert [line.concept for line in priced(has_treatment=True).lines] == [WATER, TREATMENT]


def test_domestic_water_bears_no_vat_and_its_sewerage_does() -> None:
    assert [(line.concept, line.vat_percent, line.vat) for line in priced(has_sewerage=True).lines] == [
        (WATER, Decimal(0), Decimal("0.00")),
        (SEWERAGE, Decimal(16), Decimal("5.47")),
    ]


def test_water_of_other_uses_bears_vat() -> None:
    assert priced(tariff_code="002").vat == Decimal("27.36")


def test_a_flat_fee_holds_the_base_charge_already() -> None:
    assert water(m3=None) == Decimal("250.09")


def test_a_flat_fee_is_that_of_the_clave_and_category() -> None:
    rows = flat_fee_csv(*CODES[1:]).splitlines()
    with_categories = [
        rows[0].replace("clave,", "clave,categoria,"),
        *(row.replace(",", ",,", 1) for row in rows[1:]),
        f"001,lote baldío,{months(lambda month: f'80.{month:02d}')}",
        f"001,residencial,{months(lambda month: f'410.{month:02d}')}",
    ]
    other = read_law(law_files(cuota_fija_csv="\n".join(with_categories)))

    def fee(code: str, category: str | None) -> Decimal:
        usage = Usage(tariff_code=code, period=SEPTEMBER, m3=None, category=category)
        return price(other, usage).amount_of(WATER)

    assert fee("001", "lote baldío") == Decimal("80.09")
    assert fee("001", "residencial") == Decimal("410.09")
    assert fee("002", None) == Decimal("250.09")
    with pytest.raises(NoFlatFee, match="sin categoría"):
        fee("001", None)
    with pytest.raises(NoFlatFee, match="«media»"):
        fee("001", "media")


def test_each_dwelling_pays_its_base_charge_and_its_share_of_the_volume() -> None:
    # 11 m³ over two dwellings are 6 and 5, each with its base.
    assert water(m3=11, dwellings=2) == 2 * Decimal("100.09") + Decimal("42.54") + Decimal("35.45")


def test_dwellings_beyond_the_volume_pay_their_base_charge() -> None:
    assert water(m3=2, dwellings=3) == 3 * Decimal("100.09") + 2 * Decimal("7.09")


def test_dwellings_keep_a_shared_connection_within_the_table() -> None:
    assert water(m3=160, dwellings=2) == 2 * (Decimal("100.09") + Decimal("567.20"))


def test_a_flat_fee_is_due_for_each_dwelling() -> None:
    assert water(m3=None, dwellings=3) == Decimal("750.27")


def test_a_law_may_charge_one_base_for_all_the_dwellings() -> None:
    other = law(("base_per_dwelling: true", "base_per_dwelling: false"))
    usage = Usage(tariff_code="001", period=SEPTEMBER, m3=11, dwellings=2)
    assert price(other, usage).amount_of(WATER) == Decimal("100.09") + Decimal("42.54") + Decimal("35.45")


def test_a_law_may_price_the_volume_of_several_dwellings_whole() -> None:
    other = law(("share_volume: true", "share_volume: false"))
    usage = Usage(tariff_code="001", period=SEPTEMBER, m3=11, dwellings=2)
    assert price(other, usage).amount_of(WATER) == 2 * Decimal("100.09") + Decimal("77.99")


def test_who_only_discharges_a_measured_volume_pays_percentages_of_what_that_water_would_cost() -> None:
    given_price = priced(m3=None, has_water=False, has_sewerage=True, discharge_m3=10)
    assert [(line.concept, line.amount, line.quantity) for line in given_price.lines] == [
        (SEWERAGE, Decimal("34.20"), 10)
    ]


def test_who_only_discharges_without_a_measure_pays_the_fixed_amount_of_the_law() -> None:
    given_price = priced(m3=None, has_water=False, has_sewerage=True, has_treatment=True, tariff_code="004")
    assert [(line.concept, line.amount) for line in given_price.lines] == [
        (SEWERAGE, Decimal("210.60")),
        (TREATMENT, Decimal("147.45")),
    ]


def test_who_only_discharges_is_refused_where_the_law_fixes_nothing() -> None:
    other = law(('ALCANTARILLADO: { "001": 53.25, "013": 21.40, otras: 210.60 }', 'ALCANTARILLADO: { "001": 53.25 }'))
    usage = Usage(tariff_code="002", period=SEPTEMBER, m3=None, has_water=False, has_sewerage=True)
    with pytest.raises(NoDrainageCharge):
        price(other, usage)


def test_a_school_pays_only_what_exceeds_its_allotment_by_pupil() -> None:
    assert water(tariff_code="005", m3=60, pupils=101) == Decimal("100.09") + Decimal("70.90")
    assert water(tariff_code="005", m3=40, pupils=101) == Decimal("100.09")
    assert water(tariff_code="005", m3=60) == Decimal("100.09") + Decimal("425.40")


def test_an_exemption_leaves_the_lines_it_names_at_zero() -> None:
    given_price = priced(has_sewerage=True, exemption="DOMINIO_PUBLICO")
    assert [line.amount for line in given_price.lines] == [Decimal("0.00"), Decimal("0.00")]
    assert given_price.total == 0


def test_a_partial_exemption_is_taken_off_after_sewerage_is_computed() -> None:
    other = law(("percent: 100", "percent: 50"), ("concepts: [AGUA, ALCANTARILLADO, TRATAMIENTO]", "concepts: [AGUA]"))
    given_price = price(
        other,
        Usage(tariff_code="001", period=SEPTEMBER, m3=10, has_sewerage=True, exemption="DOMINIO_PUBLICO"),
    )
    assert [line.amount for line in given_price.lines] == [Decimal("85.49"), Decimal("34.20")]


def test_two_months_in_one_reading_are_split_by_days_and_pay_a_base_each() -> None:
    given_price = priced(m3=62, read_from=date(2026, 7, 5), read_until=date(2026, 9, 5))
    august = Decimal("100.08") + Decimal("219.48")
    september = Decimal("100.09") + Decimal("219.79")
    assert given_price.amount_of(WATER) == august + september
    assert any(step[0] == "interval" for step in given_price.proof["steps"])


def test_readings_a_month_apart_are_one_month_at_the_column_of_the_period() -> None:
    for since in (date(2026, 7, 22), date(2026, 8, 16)):
        apart = priced(read_from=since, read_until=date(2026, 9, 5))
        assert apart == priced()


def test_readings_a_few_days_apart_pay_one_base_and_the_proof_says_so() -> None:
    given_price = priced(read_from=date(2026, 8, 28), read_until=date(2026, 9, 5))
    assert given_price.amount_of(WATER) == water()
    assert given_price.proof["steps"][0][0] == "interval"


def test_a_reading_that_reaches_into_another_law_is_priced_by_both() -> None:
    usage = Usage(
        tariff_code="001",
        period=date(2026, 1, 1),
        m3=61,
        has_sewerage=True,
        read_from=date(2025, 11, 5),
        read_until=date(2026, 1, 5),
    )
    before = law(*TO_2025, ("alcantarillado_pct:\n    value: 20", "alcantarillado_pct:\n    value: 10"))
    given_price = price(law(), usage, [before])
    december = Decimal("100.12") + Decimal("213.60")
    january = Decimal("100.01") + Decimal("217.31")
    assert given_price.amount_of(WATER) == december + january
    assert given_price.amount_of(SEWERAGE) == round_to_cents(december / 10) + round_to_cents(january / 5)
    assert billed_months(usage, law().parameters) == (date(2025, 12, 1), date(2026, 1, 1))
    assert ["law", "2025-12", "Decreto 98", before.sha256[:16], False] in given_price.proof["steps"]


def test_a_reading_that_reaches_into_a_month_without_law_is_refused() -> None:
    usage = Usage(
        tariff_code="001", period=date(2026, 1, 1), m3=62, read_from=date(2025, 11, 5), read_until=date(2026, 1, 5)
    )
    with pytest.raises(NoLawInForce, match="diciembre de 2025"):
        price(law(), usage)


def test_a_period_whose_law_is_not_in_force_has_no_price() -> None:
    for period in (date(2025, 12, 1), date(2027, 1, 1)):
        with pytest.raises(NoLawInForce):
            priced(period=period)


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"tariff_code": "007"}, UnknownTariffCode),
        ({"m3": -1}, NegativeConsumption),
        ({"m3": None, "has_water": False, "has_sewerage": True, "discharge_m3": -1}, NegativeConsumption),
        ({"dwellings": 0}, ImpossibleUse),
        ({"pupils": -1}, ImpossibleUse),
        ({"has_water": False}, NoServices),
        ({"exemption": "OTRA"}, UnknownExemption),
        ({"read_from": date(2026, 9, 5), "read_until": date(2026, 9, 4)}, ImpossibleUse),
    ],
)
def test_what_has_no_price_is_refused_with_its_own_error(facts: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        priced(**facts)


def test_each_refusal_has_its_own_code() -> None:
    refusals = [UnknownTariffCode, NegativeConsumption, ImpossibleUse, NoServices, UnknownExemption, NoLawInForce]
    assert len({refusal.code for refusal in refusals}) == len(refusals)


def test_a_pricer_gives_the_same_price_and_shares_it() -> None:
    pricer = Pricer(law())
    usage = Usage(tariff_code="001", period=SEPTEMBER, m3=10, has_sewerage=True)
    read_a_month_apart = Usage(
        tariff_code="001",
        period=SEPTEMBER,
        m3=10,
        has_sewerage=True,
        read_from=date(2026, 8, 5),
        read_until=date(2026, 9, 4),
    )
    assert pricer.price(usage) == price(law(), usage)
    assert pricer.price(read_a_month_apart) is pricer.price(usage)


def test_a_pricer_prices_a_long_interval_by_its_own_days() -> None:
    pricer = Pricer(law())
    long = Usage(tariff_code="001", period=SEPTEMBER, m3=62, read_from=date(2026, 7, 5), read_until=date(2026, 9, 5))
    assert pricer.price(long) == price(law(), long)
    assert pricer.price(long) != pricer.price(Usage(tariff_code="001", period=SEPTEMBER, m3=62))


@given(code=codes, m3=st.integers(min_value=0, max_value=99), period=periods)
def test_more_water_never_costs_less_inside_the_table(code: str, m3: int, period: date) -> None:
    less, more = (
        price(law(), Usage(tariff_code=code, period=period, m3=volume, has_sewerage=True)).total
        for volume in (m3, m3 + 1)
    )
    assert less <= more


@given(code=codes, m3=volumes, period=periods, sewerage=st.booleans(), treatment=st.booleans())
def test_the_total_is_the_lines_plus_the_vat_of_each(
    code: str, m3: int, period: date, sewerage: bool, treatment: bool
) -> None:
    given_price = price(
        law(), Usage(tariff_code=code, period=period, m3=m3, has_sewerage=sewerage, has_treatment=treatment)
    )
    assert given_price.subtotal == sum(line.amount for line in given_price.lines)
    assert given_price.vat == sum(round_to_cents(line.amount * line.vat_percent / 100) for line in given_price.lines)
    assert given_price.total == given_price.subtotal + given_price.vat


@given(m3=volumes, dwellings=st.integers(min_value=1, max_value=40))
def test_the_shares_of_the_dwellings_add_up_to_what_each_would_pay_alone(m3: int, dwellings: int) -> None:
    share, left = divmod(m3, dwellings)
    alone = water(m3=share + 1) * left + water(m3=share) * (dwellings - left)
    assert water(m3=m3, dwellings=dwellings) == alone
