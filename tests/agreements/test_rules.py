"""The arithmetic of agreements holds for any debt, and says in words who may grant one."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
import yaml
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from cauce.agreements.rules import (
    AgreementLimits,
    PolicyFault,
    Request,
    ScheduleFault,
    amount_in_words,
    judge,
    limits_of,
    plan_instalments,
    share_vat,
)
from cauce.core.business_days import BusinessCalendar
from cauce.core.money import round_to_cents

CALENDAR = BusinessCalendar(frozenset({date(2026, 11, 16), date(2026, 12, 25), date(2027, 1, 1)}))
POLICY = yaml.safe_load((settings.BASE_DIR / "office" / "cortazar" / "convenios.yaml").read_text(encoding="utf-8"))
LIMITS = limits_of(POLICY)
SIGNED_ON = date(2026, 10, 20)

pesos = st.integers(1, 90_000_000).map(lambda cents: Decimal(cents) / 100)
counts = st.integers(1, 24)
rates = st.sampled_from([Decimal("0"), Decimal("1.5"), Decimal("2.25"), Decimal("3")])

ASKED = Request(
    debt=Decimal("1000.00"),
    surcharges=Decimal("100.00"),
    overdue_periods=(date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)),
    unbilled_periods=(),
    account_state="ACTIVE",
    account_state_label="Activa",
    earlier_broken=0,
    has_live_agreement=False,
    is_represented=True,
    down_payment=Decimal("200.00"),
    instalments=6,
    smallest=Decimal("133.33"),
)


@given(financed=pesos, count=counts, rate=rates, first=st.integers(1, 60))
def test_the_instalments_add_up_to_what_is_agreed(financed: Decimal, count: int, rate: Decimal, first: int) -> None:
    if financed < Decimal("0.01") * count:
        return
    planned = plan_instalments(
        financed,
        count=count,
        monthly_percent=rate,
        signed_on=SIGNED_ON,
        first_due_on=SIGNED_ON + timedelta(days=first),
        calendar=CALENDAR,
    )

    assert sum(each.principal for each in planned) == financed
    assert max(each.principal for each in planned) - min(each.principal for each in planned) <= Decimal("0.01")
    assert [each.number for each in planned] == list(range(1, count + 1))
    assert all(CALENDAR.is_business_day(each.due_on) for each in planned)
    assert all(each.starts_on < each.due_on for each in planned)
    assert [each.due_on for each in planned] == sorted({each.due_on for each in planned})
    for each in planned:
        bears = (count - each.number + 1) * rate / 100 * (financed / count)
        assert each.interest == round_to_cents(bears)


@given(financed=pesos, count=counts, share=st.integers(0, 100))
def test_the_vat_of_the_debt_is_shared_among_the_instalments_and_none_is_lost(
    financed: Decimal, count: int, share: int
) -> None:
    if financed < Decimal("0.01") * count:
        return
    planned = plan_instalments(
        financed,
        count=count,
        monthly_percent=Decimal("1.5"),
        signed_on=SIGNED_ON,
        first_due_on=SIGNED_ON + timedelta(days=30),
        calendar=CALENDAR,
    )
    vat = round_to_cents(financed * share / 100)
    parts = share_vat(vat, planned)

    assert sum(parts) == vat
    assert all(0 <= part <= each.principal for part, each in zip(parts, planned, strict=True))


@pytest.mark.parametrize(
    ("financed", "count", "first"),
    [("0.00", 3, date(2026, 11, 20)), ("100.00", 61, date(2026, 11, 20)), ("100.00", 3, SIGNED_ON)],
)
def test_terms_that_make_no_schedule_are_refused(financed: str, count: int, first: date) -> None:
    with pytest.raises(ScheduleFault):
        plan_instalments(
            Decimal(financed),
            count=count,
            monthly_percent=Decimal("1.5"),
            signed_on=SIGNED_ON,
            first_due_on=first,
            calendar=CALENDAR,
        )


def test_three_months_are_the_coordinators_and_four_are_the_heads() -> None:
    three = judge(ASKED, LIMITS, post="coordinador")
    four = judge(replace(ASKED, overdue_periods=(date(2026, 6, 1), *ASKED.overdue_periods)), LIMITS, post="coordinador")

    assert (three.is_eligible, three.authoriser) == (True, "coordinador")
    assert (four.is_eligible, four.authoriser) == (False, "jefe")
    assert four.reasons == ["Debe 4 meses (jun, jul, ago, sep 2026); hasta 3 meses sin autorización."]


@pytest.mark.parametrize(
    ("change", "authoriser"),
    [
        ({"account_state": "REDUCED", "account_state_label": "Limitada por adeudo"}, "jefe"),
        ({"account_state": "CLOSED", "account_state_label": "Cancelada"}, "jefe"),
        ({"earlier_broken": 1}, "jefe"),
        ({"earlier_broken": 2}, "director"),
        ({"down_payment": Decimal("100.00")}, "jefe"),
        ({"down_payment": Decimal("0.00")}, "director"),
        ({"instalments": 12}, "jefe"),
        ({"instalments": 13}, "director"),
        ({"instalments": 25}, None),
        ({"waived": Decimal("50.00")}, "jefe"),
        ({"waived": Decimal("50.01")}, "director"),
        ({"has_live_agreement": True}, None),
        ({"unbilled_periods": (date(2026, 11, 1),)}, None),
        ({"is_represented": False}, None),
        ({"smallest": Decimal("49.99")}, None),
        ({"restructures": 2}, None),
        ({"overdue_periods": tuple(date(2025, month, 1) for month in range(1, 13))}, "jefe"),
        ({"overdue_periods": (*(date(2025, month, 1) for month in range(1, 13)), date(2026, 1, 1))}, "director"),
    ],
)
def test_each_criterion_says_who_may_grant_it(change: dict[str, object], authoriser: str | None) -> None:
    judged = judge(replace(ASKED, **change), LIMITS, post="coordinador")

    assert not judged.is_eligible
    assert judged.authoriser == authoriser
    assert judged.is_possible is (authoriser is not None)
    if authoriser:
        assert judge(replace(ASKED, **change), LIMITS, post=authoriser).is_eligible


@given(months=st.integers(0, 40), broken=st.integers(0, 5), count=st.integers(1, 30))
def test_a_higher_post_never_may_less(months: int, broken: int, count: int) -> None:
    periods = tuple(date(2022 + month // 12, month % 12 + 1, 1) for month in range(months))
    asked = replace(ASKED, overdue_periods=periods, earlier_broken=broken, instalments=count)
    granted = [judge(asked, LIMITS, post=post).is_eligible for post in LIMITS.posts]

    assert granted == sorted(granted)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("1000000.00", "un millón de pesos 00/100 M.N."),
        ("0.00", "cero pesos 00/100 M.N."),
        ("0.50", "cero pesos 50/100 M.N."),
        ("1.00", "un peso 00/100 M.N."),
        ("21.05", "veintiún pesos 05/100 M.N."),
        ("31.00", "treinta y un pesos 00/100 M.N."),
        ("100.00", "cien pesos 00/100 M.N."),
        ("101.10", "ciento un pesos 10/100 M.N."),
        ("1001.00", "mil un pesos 00/100 M.N."),
        ("21000.00", "veintiún mil pesos 00/100 M.N."),
        ("1000001.00", "un millón un pesos 00/100 M.N."),
        ("2000000.00", "dos millones de pesos 00/100 M.N."),
        ("21000000.99", "veintiún millones de pesos 99/100 M.N."),
        ("345.20", "trescientos cuarenta y cinco pesos 20/100 M.N."),
        ("999999.99", "novecientos noventa y nueve mil novecientos noventa y nueve pesos 99/100 M.N."),
    ],
)
def test_an_amount_is_written_in_words_as_a_note_says_it(amount: str, words: str) -> None:
    assert amount_in_words(Decimal(amount)) == words


@given(cents=st.integers(0, 99_999_999_999))
def test_words_never_leave_a_number_unshortened(cents: int) -> None:
    words = amount_in_words(Decimal(cents) / 100)
    assert "uno " not in words
    assert words.endswith(f" {cents % 100:02d}/100 M.N.")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sobra": 1}, "«sobra» no se conoce"),
        ({"puestos": []}, "«puestos»"),
        ({"meses_de_adeudo": {"portero": 3}}, "«meses_de_adeudo»"),
        ({"interes_mensual_pct": "mucho"}, "«interes_mensual_pct»"),
        ({"parcialidad_minima": -1}, "«parcialidad_minima»"),
        ({"reestructuras": 1.5}, "«reestructuras»"),
        ({"estados_que_impiden": ["DORMIDA"]}, "estados de la cuenta"),
        ({"incumple": {}}, "«incumple»"),
        ({"enganche_minimo_pct": {}}, "«enganche_minimo_pct»"),
    ],
)
def test_a_policy_that_cannot_be_used_says_what_is_wrong(change: dict[str, object], said: str) -> None:
    with pytest.raises(PolicyFault, match=said):
        limits_of({**POLICY, **change})


def test_a_policy_without_a_key_says_which() -> None:
    with pytest.raises(PolicyFault, match="falta «texto»"):
        limits_of({key: value for key, value in POLICY.items() if key != "texto"})
    assert isinstance(LIMITS, AgreementLimits)
