"""Billing's pure rules."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cauce.billing import events
from cauce.billing.models import BillingRun, RunAccount
from cauce.billing.rules import (
    RULE_SENTENCES,
    RUN_EDGES,
    Measure,
    Outcome,
    RunTally,
    draft_json,
    previous_debt,
    price_json,
    read_measure,
    read_price,
    rule_sentence,
)
from cauce.core.money import ZERO
from cauce.events.rules import EventKind
from cauce.ledger.rules import AllocationOrder, OpenCharge
from cauce.tariffs.rules.values import Concept, ConceptKind, Price, PriceLine

ISSUED_ON, DUE_ON, PERIOD = date(2026, 9, 5), date(2026, 9, 20), date(2026, 9, 1)
CONCEPTS = {
    "GASTOS": (ConceptKind.ENFORCEMENT, 1),
    "RECARGO": (ConceptKind.SURCHARGE, 2),
    "AGUA": (ConceptKind.SERVICE, 3),
    "ALCANTARILLADO": (ConceptKind.SERVICE, 3),
    "IVA": (ConceptKind.TAX, 3),
    "CONVENIO": (ConceptKind.INSTALMENT, 4),
    "VARIO": (ConceptKind.ONE_OFF, 5),
}
ORDER = AllocationOrder(
    {code: Concept(code, code.capitalize(), kind, rank, False) for code, (kind, rank) in CONCEPTS.items()}
)
DAYS = st.dates(date(2024, 1, 1), date(2027, 6, 30))


def a_charge(concept: str, pending: str, due_on: date, period: date | None = None, charge_id: int = 1) -> OpenCharge:
    return OpenCharge(
        id=charge_id,
        concept=concept,
        period=period,
        due_on=due_on,
        amount=Decimal(pending),
        pending=Decimal(pending),
        effective_on=due_on - timedelta(days=15),
    )


@st.composite
def charges(draw: st.DrawFn) -> OpenCharge:
    pending = draw(st.decimals("0.01", "99999.99", places=2))
    due_on = draw(DAYS)
    period = due_on.replace(day=1) if draw(st.booleans()) else None
    return a_charge(draw(st.sampled_from([*CONCEPTS, "OTRO"])), str(pending), due_on, period)


def debt_of(*owed: OpenCharge):
    return previous_debt(owed, ORDER, issued_on=ISSUED_ON, due_on=DUE_ON, period=PERIOD)


@given(st.lists(charges(), max_size=12))
def test_the_parts_of_the_previous_debt_add_up_to_what_is_asked(owed: list[OpenCharge]):
    debt = debt_of(*owed)
    can_wait = (ConceptKind.INSTALMENT, ConceptKind.ONE_OFF)
    asked = [charge for charge in owed if ORDER.kind_of(charge) not in can_wait or charge.due_on <= DUE_ON]
    assert debt.total == sum((charge.pending for charge in asked), ZERO)
    assert debt.other == sum(debt.others.values(), ZERO)
    assert bool(debt.periods) == bool(debt.arrears)
    assert bool(debt.prior_year_periods) == bool(debt.prior_year)


@given(st.lists(charges(), max_size=12))
def test_only_the_debt_of_earlier_fiscal_years_is_rezago(owed: list[OpenCharge]):
    debt = debt_of(*owed)
    assert all(period.year >= PERIOD.year for period in debt.periods)
    assert all(period.year < PERIOD.year for period in debt.prior_year_periods)


def test_services_their_vat_and_their_surcharges_are_told_apart_by_year():
    debt = debt_of(
        a_charge("AGUA", "100.00", date(2025, 12, 20), date(2025, 12, 1)),
        a_charge("AGUA", "200.00", date(2026, 7, 20), date(2026, 7, 1)),
        a_charge("IVA", "6.40", date(2026, 7, 20), date(2026, 7, 1)),
        a_charge("RECARGO", "9.00", date(2025, 12, 20), date(2025, 12, 1)),
        a_charge("GASTOS", "50.00", date(2026, 8, 1)),
    )
    assert (debt.prior_year, debt.arrears, debt.surcharges, debt.other) == tuple(
        map(Decimal, ("100.00", "206.40", "9.00", "50.00"))
    )
    assert debt.others == {"GASTOS": Decimal("50.00")}
    assert debt.overdue_periods == [date(2025, 12, 1), date(2026, 7, 1)]
    assert json.loads(debt.detail_json() or "") == {
        "periods": ["2026-07-01"],
        "prior_year_periods": ["2025-12-01"],
        "others": {"GASTOS": "50.00"},
    }


@pytest.mark.parametrize("concept", ["CONVENIO", "VARIO"])
def test_what_falls_due_with_the_bill_is_asked_for_and_what_falls_due_later_is_not(concept: str):
    debt = debt_of(a_charge(concept, "70.00", DUE_ON), a_charge(concept, "71.00", DUE_ON + timedelta(days=1)))
    assert debt.total == Decimal("70.00")
    assert debt.can_wait == {concept: Decimal("71.00")}


@given(st.decimals("0.01", "500", places=2), st.decimals("0", "500", places=2))
def test_what_was_paid_ahead_is_told_among_the_other_charges(owed: Decimal, paid: Decimal):
    later = DUE_ON + timedelta(days=30)
    paid = min(paid, owed)
    debt = debt_of(a_charge("CONVENIO", str(owed), later))
    left = debt_of(a_charge("CONVENIO", str(owed - paid), later)) if paid < owed else debt_of()
    debt.tell_what_was_paid_ahead(left)
    assert debt.other == debt.total == paid
    assert debt.others == ({"CONVENIO": paid} if paid else {})


def test_a_debt_of_nothing_leaves_no_detail():
    assert debt_of().detail_json() is None
    assert debt_of().total == ZERO


MEASURES = st.builds(
    Measure,
    volume_m3=st.integers(0, 99_999),
    previous_value=st.none() | st.integers(0, 999_999),
    current_value=st.none() | st.integers(0, 999_999),
    previous_on=st.none() | DAYS,
    current_on=st.none() | DAYS,
    meter_serial=st.text(max_size=12),
    is_estimated=st.booleans(),
)
LINES = st.builds(
    PriceLine,
    concept=st.sampled_from(["AGUA", "ALCANTARILLADO", "TRATAMIENTO"]),
    amount=st.decimals("0", "99999.99", places=2),
    vat_percent=st.sampled_from([Decimal(0), Decimal(16), Decimal("8.5")]),
    vat=st.decimals("0", "9999.99", places=2),
    quantity=st.integers(0, 500),
)


@given(st.lists(LINES, max_size=3), st.none() | MEASURES)
def test_a_draft_is_read_back_as_it_was_written(lines: list[PriceLine], measure: Measure | None):
    subtotal, vat = (sum((getattr(line, name) for line in lines), ZERO) for name in ("amount", "vat"))
    price = Price(tuple(lines), subtotal, vat, subtotal + vat, '{"code":"001"}')
    stored = json.loads(draft_json(price_json(price, "001", "{}"), measure))
    read = read_price(stored["lines"])
    assert [(line.concept, line.amount, line.vat_percent, line.vat) for line in read.lines] == [
        (line.concept, line.amount, line.vat_percent, line.vat) for line in lines
    ]
    assert (read.subtotal, read.vat) == (subtotal, vat)
    assert read_measure(stored["measure"]) == measure
    assert (stored["code"], stored["proof"]) == ("001", '{"code":"001"}')


def test_a_tally_counts_every_outcome_and_sums_what_was_drafted():
    tally = RunTally()
    tally.count("BILLED", "", 3)
    tally.count("PARKED", "CONSUMO_ALTO", 2)
    tally.add("AGUA", "001", bills=3, amount=Decimal("30.00"), vat=Decimal("0.00"))
    tally.add("ALCANTARILLADO", "001", bills=2, amount=Decimal("6.00"), vat=Decimal("0.96"))
    assert tally.as_json() == {
        "counts": {"BILLED": 3, "PARKED": 2, "HELD": 0, "EXEMPT": 0},
        "by_rule": {"CONSUMO_ALTO": 2},
        "amounts": [
            {"concept": "AGUA", "code": "001", "bills": 3, "amount": "30.00", "vat": "0.00"},
            {"concept": "ALCANTARILLADO", "code": "001", "bills": 2, "amount": "6.00", "vat": "0.96"},
        ],
        "total": "36.96",
    }


def test_every_edge_joins_two_states_and_emits_an_event_that_exists():
    kinds = {kind.code for kind in vars(events).values() if isinstance(kind, EventKind)}
    assert {state for edge in RUN_EDGES for state in edge} == set(BillingRun.State.values)
    assert {code for code in RUN_EDGES.values() if code is not None} <= kinds


@pytest.mark.parametrize("rule", [*RULE_SENTENCES, "INCIDENTE_03", "INCIDENTE_77", "REGLA_NUEVA"])
def test_every_rule_has_a_sentence_that_says_what_to_do(rule: str):
    sentence = rule_sentence(rule)
    assert sentence.endswith(".")
    assert len(sentence) > 30


def test_an_incident_is_named():
    assert "medidor parado" in rule_sentence("INCIDENTE_03")


def test_outcomes_are_those_of_the_table():
    assert {outcome.value for outcome in Outcome} == set(RunAccount.Outcome.values)


def test_the_notes_of_an_agreement_are_one_line_of_the_bill_and_their_debt_is_not_asked_twice():
    parts = [("CONVENIO", "70.00"), ("IVA", "3.00"), ("INTERES_CONVENIO", "2.00")]
    due = [replace(a_charge(concept, amount, DUE_ON), book="AGREEMENT") for concept, amount in parts]
    later = [replace(charge, due_on=DUE_ON + timedelta(days=30)) for charge in due]
    debt = debt_of(*due, *later)
    assert debt.others == {"CONVENIO": Decimal("75.00")}
    assert debt.can_wait == {"CONVENIO": Decimal("75.00")}
    assert (debt.arrears, debt.total, debt.overdue_periods) == (ZERO, Decimal("75.00"), [])
